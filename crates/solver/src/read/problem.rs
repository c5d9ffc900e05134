//! How the worker reads what it is to solve: the same as serde does, in a tenth of the code.

use milkrun_json::{Read, Reader, object, words};

use crate::{
    Break, Costs, Done, Job, Load, Objective, Point, Problem, Reload, RoadModel, Rounding, RoutePlan,
    Shipment, SpeedBand, TimeWindow, Travel, Vehicle,
};

object! {
    Problem { travel, stops, vehicles; profiles, shipments, objective, then }
    Job {
        location;
        service, setup, release, demand, pickup, windows, late_per_minute, priority, skills, vehicle, position
    }
    TimeWindow { start, end; }
    Shipment { pickup, delivery; load }
    Vehicle {
        ;
        start, end, profile, speed = Self::AS_IT_IS, capacity = Load::UNLIMITED, shift = TimeWindow::ANY, max_duration,
        max_driving, max_distance, max_stops, breaks, reloads, max_reloads, first, closed, done, skills, costs = Costs::default()
    }
    Costs { fixed, per_hour, per_km; per_overtime_hour, overtime_after }
    Done { ; duration, driving, distance, stops }
    Break { duration; windows, always }
    Reload { location; duration, windows }
    RoutePlan { vehicle, stops; }
    Point { lat, lon; }
    RoadModel { circuity, speeds; }
    SpeedBand { up_to, kmh; }
}

words! {
    Objective {
        "cheapest" Cheapest, "fastest" Fastest, "shortest" Shortest, "balanced" Balanced,
        "fewest_vehicles" FewestVehicles
    }
    Rounding { "nearest" Nearest, "up" Up, "down" Down }
}

struct Matrix {
    size: usize,
    durations: Vec<i32>,
    distances: Vec<i32>,
}

struct Points {
    points: Vec<Point>,
    model: RoadModel,
}

struct Plane {
    points: Vec<[f64; 2]>,
    scale: f64,
    rounding: Rounding,
}

object! {
    Matrix { size, durations, distances; }
    Points { points, model; }
    Plane { points, scale, rounding; }
}

impl Read for Travel {
    fn blank() -> Self {
        Self::matrix(0, Vec::new(), Vec::new())
    }

    fn read(reader: &mut Reader<'_>) -> Self {
        let mut it = Self::blank();
        reader.variant(&mut |name, reader| {
            it = match name {
                "matrix" => {
                    let Matrix { size, durations, distances } = Matrix::read(reader);
                    Self::Matrix { size, durations, distances }
                }
                "points" => {
                    let Points { points, model } = Points::read(reader);
                    Self::Points { points, model }
                }
                "plane" => {
                    let Plane { points, scale, rounding } = Plane::read(reader);
                    Self::Plane { points, scale, rounding }
                }
                _ => return false,
            };
            true
        });
        it
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(problem: &Problem) {
        let text = milkrun_json::to_string(problem).unwrap();
        assert_eq!(&milkrun_json::read::<Problem>(&text).unwrap(), problem);
    }

    /// A problem that sets every field there is to something of its own.
    fn busy(travel: Travel, objective: Objective) -> Problem {
        let job = Job::at(1)
            .with_service(60)
            .with_setup(30)
            .with_release(20)
            .with_demand(Load([1, 2, 3]))
            .with_pickup(Load([4, 5, 6]))
            .with_window(10, 900)
            .late_for(7)
            .with_priority(9)
            .with_skills(u64::MAX)
            .locked_to(0);
        let mut vehicle = Vehicle::between(Some(0), None);
        (vehicle.profile, vehicle.speed, vehicle.capacity) = (1, 80, Load([7, 8, 9]));
        vehicle.shift = TimeWindow::new(5, 1_000);
        (vehicle.max_duration, vehicle.max_driving) = (Some(900), Some(800));
        (vehicle.max_distance, vehicle.max_stops) = (Some(7_000), Some(6));
        (vehicle.breaks, vehicle.first) = (vec![Break::of(15).with_window(1, 2).taken_always()], vec![0]);
        (vehicle.reloads, vehicle.max_reloads) = (vec![Reload::at(1).taking(9).with_window(3, 4)], Some(2));
        (vehicle.closed, vehicle.done, vehicle.skills) = (true, Done::new(1, 2, 3, 4), 5);
        vehicle.costs = Costs::new(1, 2, 3).with_overtime(4, 5);
        let mut problem = Problem::new(travel.clone())
            .with_profile(travel)
            .with_job(job)
            .with_shipment(Job::at(0), Job::at(1), Load::one(3))
            .with_vehicle(vehicle)
            .with_objective(objective);
        problem.then = vec![Objective::Fastest, Objective::Balanced];
        problem.stops[0].position = Some(2);
        problem
    }

    #[test]
    fn a_problem_reads_back_as_it_was_written() {
        check(&Problem::new(Travel::matrix(0, Vec::new(), Vec::new())));
        check(&busy(Travel::matrix(2, vec![0, 1, 2, 0], vec![0, i32::MAX, 4, 0]), Objective::Cheapest));
        let places = vec![Point { lat: 60.17, lon: 24.94 }, Point { lat: -1.5, lon: 1e-7 }];
        check(&busy(Travel::points(places), Objective::FewestVehicles));
        for (rounding, objective) in [
            (Rounding::Nearest, Objective::Balanced),
            (Rounding::Up, Objective::Fastest),
            (Rounding::Down, Objective::Shortest),
        ] {
            check(&busy(Travel::plane(vec![[0.0, 0.5], [1.0, -2.0]], rounding), objective));
        }
    }

    #[test]
    fn what_is_left_out_is_as_serde_takes_it() {
        let text = r#"{"travel": {"matrix": {"size": 1, "durations": [0], "distances": [0]}},
            "stops": [{"location": 0}], "vehicles": [{}], "of_a_later_version": [1]}"#;
        let read = milkrun_json::read::<Problem>(text).unwrap();
        assert_eq!(read, serde_json::from_str(text).unwrap());
        assert_eq!(read.vehicles, [Vehicle::between(None, None)]);
    }

    #[test]
    fn what_cannot_be_read_is_named() {
        for (text, expected) in [
            (r#"{"stops": []}"#, "travel"),
            (r#"{"travel": {"by_air": {}}, "stops": [], "vehicles": []}"#, "by_air"),
            (r#"{"travel": {"matrix": {"size": -1}}}"#, "at character"),
        ] {
            let told = milkrun_json::read::<Problem>(text).unwrap_err().to_string();
            assert!(told.contains(expected), "{told}");
        }
    }
}
