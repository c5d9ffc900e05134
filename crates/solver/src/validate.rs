//! Finds what is wrong with a problem before any search begins, and says it in words a dispatcher can act on.
//!
//! Only contradictions are errors. A stop that merely does not fit any vehicle is planned around and comes out as
//! unserved with its reason.

mod roads;
pub(crate) mod rules;

use crate::{DIMENSIONS, Load, Problem, TimeWindow};

/// The most places a matrix may have and the most stops and vehicles, so that indices and sums stay small.
const MOST: usize = 1_000_000;

/// All that is wrong with a problem.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", .errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
pub struct InvalidProblem {
    /// At least one.
    pub errors: Vec<ProblemError>,
}

/// One contradiction in a problem: where it is, and how far off. Stops and vehicles are counted from 0 in the
/// fields and in the message.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
#[non_exhaustive]
#[expect(missing_docs, reason = "the message spells out what each field is")]
pub enum ProblemError {
    #[error("there are {count} {what}, {MOST} is the most")]
    TooMany { what: String, count: usize },
    #[error("the matrix of {what} has {found} cells, {size} places need {expected}")]
    MatrixSize { what: String, size: usize, expected: usize, found: usize },
    #[error(
        "the {what} from place {from} to place {to} is {value}, it must be 0 to 100,000,000 or unreachable"
    )]
    MatrixCell { what: String, from: usize, to: usize, value: i32 },
    #[error(
        "place {place} has no valid position, latitude goes from -90 to 90 and longitude from -180 to 180"
    )]
    Position { place: usize },
    #[error("place {place} is outside the plane, its coordinates must be -10,000,000 to 10,000,000")]
    PlanePosition { place: usize },
    #[error("the scale of the plane is {scale}, it must be above 0 and at most 1,000")]
    PlaneScale { scale: String },
    #[error(
        "the longest line in the plane is {length} long, {} is the most; use a smaller scale",
        TimeWindow::HORIZON
    )]
    PlaneSize { length: String },
    #[error("the road model is unusable: {why}")]
    RoadModel { why: String },
    #[error("stop {job} is at place {location}, {}", counted("place", .last))]
    JobLocation { job: usize, location: usize, last: Option<usize> },
    #[error("the service time of stop {job} is {seconds} s, it must be 0 to 100,000,000")]
    Service { job: usize, seconds: i32 },
    #[error("the set-up time of stop {job} is {seconds} s, it must be 0 to 100,000,000")]
    Setup { job: usize, seconds: i32 },
    #[error("stop {job} is released at {seconds} s, it must be 0 to 100,000,000 s after midnight")]
    Release { job: usize, seconds: i32 },
    #[error("profile {profile} has {found} places, the problem's travel has {expected}")]
    ProfileSize { profile: usize, found: usize, expected: usize },
    #[error("vehicle {vehicle} drives by profile {profile}, the last one is {last}")]
    Profile { vehicle: usize, profile: usize, last: usize },
    #[error("the speed of vehicle {vehicle} is {percent} %, it must be 10 to 1,000")]
    Speed { vehicle: usize, percent: i32 },
    #[error("a minute's lateness of stop {job} costs {cents} cents, it must be 0 to 10,000,000")]
    Lateness { job: usize, cents: i32 },
    #[error("overtime of vehicle {vehicle} begins after {seconds} s, it must be 0 to 100,000,000")]
    Overtime { vehicle: usize, seconds: i32 },
    #[error("load {dimension} of stop {job} is {amount}, it must not be negative")]
    NegativeDemand { job: usize, dimension: usize, amount: i32 },
    #[error("load {dimension} of shipment {shipment} is {amount}, it must not be negative")]
    NegativeShipment { shipment: usize, dimension: usize, amount: i32 },
    #[error("shipment {shipment} has an end at stop {job}, {}", counted("stop", .last))]
    ShipmentStop { shipment: usize, job: usize, last: Option<usize> },
    #[error("stop {job} is an end of two shipments; make a stop for each")]
    ShippedTwice { job: usize },
    #[error("stop {job} is an end of a shipment and has a load beside it; make another stop for that")]
    ShippedLoad { job: usize },
    #[error("the ends of shipment {shipment} are locked to vehicles {first} and {second}, it goes with one")]
    ShipmentVehicles { shipment: usize, first: usize, second: usize },
    #[error("load {dimension} of all stops adds up to {total}, 2,147,483,647 is the most; use larger units")]
    TotalDemand { dimension: usize, total: i64 },
    #[error("a window of stop {job} ends at {end} s, {} s before it starts", .start - .end)]
    WindowReversed { job: usize, start: i32, end: i32 },
    #[error("a window of stop {job} goes from {start} to {end} s, times must be 0 to 100,000,000 s")]
    WindowRange { job: usize, start: i32, end: i32 },
    #[error("stop {job} is locked to vehicle {vehicle}, there are {count} vehicles, counted from 0")]
    LockedVehicle { job: usize, vehicle: usize, count: usize },
    #[error("stop {job} is fixed on vehicle {vehicle}, {}", counted("stop", .last))]
    FirstStop { vehicle: usize, job: usize, last: Option<usize> },
    #[error("stop {job} is fixed twice; each stop is served once")]
    FirstTwice { job: usize },
    #[error("stop {job} is fixed on vehicle {vehicle} and locked to vehicle {locked}; name one of them")]
    FirstLocked { vehicle: usize, job: usize, locked: usize },
    #[error(
        "of shipment {shipment} one end is fixed on a route without the other before or behind it; fix both in order, \
         or make what is aboard already a load of its delivery"
    )]
    FirstShipment { shipment: usize },
    #[error(
        "no road leads along the stops fixed on vehicle {vehicle} {}; fix stops that it can reach",
        .job.map_or("to its end".into(), |job| format!("to stop {job}"))
    )]
    FirstUnreachable { vehicle: usize, job: Option<usize> },
    #[error("the objective {objective} is named twice; name it once")]
    ObjectiveTwice { objective: String },
    #[error(
        "the objective {objective} stands where it cannot be counted; balanced comes first or right \
         behind fewest_vehicles, cheapest last"
    )]
    ObjectiveOrder { objective: String },
    #[error(
        "{count} objectives in order need larger numbers than there are for {stops} stops and {vehicles} vehicles; name \
         fewer, or lower the priorities"
    )]
    Objectives { count: usize, stops: usize, vehicles: usize },
    #[error("vehicle {vehicle} has {count} breaks, {most} are the most", most = crate::Break::MOST)]
    Breaks { vehicle: usize, count: usize },
    #[error("reload {number} of vehicle {vehicle} is at place {location}, {}", counted("place", .last))]
    ReloadLocation { vehicle: usize, number: usize, location: usize, last: Option<usize> },
    #[error("{what} {number} of vehicle {vehicle} takes {seconds} s, it must be 0 to 100,000,000")]
    HaltDuration { what: String, vehicle: usize, number: usize, seconds: i32 },
    #[error(
        "a window of {what} {number} of vehicle {vehicle} goes from {start} to {end} s; it must not end before it \
         starts, and times must be 0 to 100,000,000 s"
    )]
    HaltWindow { what: String, vehicle: usize, number: usize, start: i32, end: i32 },
    #[error("vehicle {vehicle} has already spent {value} {what}, it must be 0 to 100,000,000")]
    Done { vehicle: usize, what: String, value: i32 },
    #[error("vehicle {vehicle} starts or ends at place {location}, {}", counted("place", .last))]
    VehicleLocation { vehicle: usize, location: usize, last: Option<usize> },
    #[error("capacity {dimension} of vehicle {vehicle} is {amount}, it must not be negative")]
    NegativeCapacity { vehicle: usize, dimension: usize, amount: i32 },
    #[error("the shift of vehicle {vehicle} ends at {end} s, {} s before it starts", .start - .end)]
    ShiftReversed { vehicle: usize, start: i32, end: i32 },
    #[error("the shift of vehicle {vehicle} goes from {start} to {end} s, times must be 0 to 100,000,000 s")]
    ShiftRange { vehicle: usize, start: i32, end: i32 },
    #[error("the longest working time of vehicle {vehicle} is {seconds} s, it must not be negative")]
    MaxDuration { vehicle: usize, seconds: i32 },
    #[error("the longest time on the road of vehicle {vehicle} is {seconds} s, it must not be negative")]
    MaxDriving { vehicle: usize, seconds: i32 },
    #[error("the longest way of vehicle {vehicle} is {metres} m, it must not be negative")]
    MaxDistance { vehicle: usize, metres: i32 },
    #[error("the {what} of vehicle {vehicle} is {amount} cents, it must be 0 to 10,000,000")]
    Cost { vehicle: usize, what: String, amount: i32 },
}

impl Problem {
    /// Checks the problem for contradictions.
    ///
    /// # Errors
    /// Everything that is wrong, each with its stop or vehicle, the limit and the value found. Of the cells of a
    /// matrix only the first bad one of each kind is told.
    pub fn validate(&self) -> Result<(), InvalidProblem> {
        let mut errors = Vec::new();
        for (what, count) in
            [("places", self.travel.size()), ("stops", self.stops.len()), ("vehicles", self.vehicles.len())]
        {
            if count > MOST {
                errors.push(ProblemError::TooMany { what: what.into(), count });
            }
        }
        if errors.is_empty() {
            roads::check(&self.travel, &mut errors);
            for (at, travel) in self.profiles.iter().enumerate() {
                roads::check(travel, &mut errors);
                let (profile, found, expected) = (at + 1, travel.size(), self.travel.size());
                if found != expected {
                    errors.push(ProblemError::ProfileSize { profile, found, expected });
                }
            }
            rules::check_objectives(self, &mut errors);
            self.check_stops(&mut errors);
            self.check_shipments(&mut errors);
            self.check_vehicles(&mut errors);
            rules::check_fixed(self, &mut errors);
            if errors.is_empty() {
                rules::check_roads(self, &mut errors);
            }
        }
        if errors.is_empty() { Ok(()) } else { Err(InvalidProblem { errors }) }
    }

    fn check_stops(&self, errors: &mut Vec<ProblemError>) {
        let places = self.travel.size();
        let last = places.checked_sub(1);
        for (job, stop) in self.stops.iter().enumerate() {
            if stop.location >= places {
                errors.push(ProblemError::JobLocation { job, location: stop.location, last });
            }
            if !is_time(stop.service) {
                errors.push(ProblemError::Service { job, seconds: stop.service });
            }
            if !is_time(stop.setup) {
                errors.push(ProblemError::Setup { job, seconds: stop.setup });
            }
            if let Some(cents) = stop.late_per_minute.filter(|cents| !(0..=10_000_000).contains(cents)) {
                errors.push(ProblemError::Lateness { job, cents });
            }
            if !is_time(stop.release) {
                errors.push(ProblemError::Release { job, seconds: stop.release });
            }
            for load in [&stop.demand, &stop.pickup] {
                for (dimension, &amount) in load.0.iter().enumerate().filter(|(_, amount)| **amount < 0) {
                    errors.push(ProblemError::NegativeDemand { job, dimension, amount });
                }
            }
            for &TimeWindow { start, end } in &stop.windows {
                if !is_time(start) || !is_time(end) {
                    errors.push(ProblemError::WindowRange { job, start, end });
                } else if end < start {
                    errors.push(ProblemError::WindowReversed { job, start, end });
                }
            }
            if let Some(vehicle) = stop.vehicle.filter(|&vehicle| vehicle >= self.vehicles.len()) {
                errors.push(ProblemError::LockedVehicle { job, vehicle, count: self.vehicles.len() });
            }
        }
        for dimension in 0..DIMENSIONS {
            let asked = |load: &Load| i64::from(load.0[dimension].max(0));
            let stops: i64 = self.stops.iter().map(|stop| asked(&stop.demand) + asked(&stop.pickup)).sum();
            let shipments: i64 = self.shipments.iter().map(|shipment| asked(&shipment.load)).sum();
            let total = stops + shipments;
            if total > i64::from(i32::MAX) {
                errors.push(ProblemError::TotalDemand { dimension, total });
            }
        }
    }

    fn check_shipments(&self, errors: &mut Vec<ProblemError>) {
        let last = self.stops.len().checked_sub(1);
        let mut shipped = vec![false; self.stops.len()];
        for (shipment, it) in self.shipments.iter().enumerate() {
            for (dimension, &amount) in it.load.0.iter().enumerate().filter(|(_, amount)| **amount < 0) {
                errors.push(ProblemError::NegativeShipment { shipment, dimension, amount });
            }
            for job in [it.pickup, it.delivery] {
                match (self.stops.get(job), shipped.get_mut(job)) {
                    (Some(stop), Some(shipped)) => {
                        if std::mem::replace(shipped, true) {
                            errors.push(ProblemError::ShippedTwice { job });
                        }
                        if !stop.demand.is_none() || !stop.pickup.is_none() {
                            errors.push(ProblemError::ShippedLoad { job });
                        }
                    }
                    _ => errors.push(ProblemError::ShipmentStop { shipment, job, last }),
                }
            }
            let lock = |job: usize| self.stops.get(job).and_then(|stop| stop.vehicle);
            if let (Some(first), Some(second)) = (lock(it.pickup), lock(it.delivery))
                && first != second
            {
                errors.push(ProblemError::ShipmentVehicles { shipment, first, second });
            }
        }
    }

    fn check_vehicles(&self, errors: &mut Vec<ProblemError>) {
        let places = self.travel.size();
        let last = places.checked_sub(1);
        for (vehicle, van) in self.vehicles.iter().enumerate() {
            for location in [van.start, van.end].into_iter().flatten().filter(|&location| location >= places)
            {
                errors.push(ProblemError::VehicleLocation { vehicle, location, last });
            }
            for (dimension, &amount) in van.capacity.0.iter().enumerate() {
                if amount < 0 {
                    errors.push(ProblemError::NegativeCapacity { vehicle, dimension, amount });
                }
            }
            if van.profile > self.profiles.len() {
                let (profile, last) = (van.profile, self.profiles.len());
                errors.push(ProblemError::Profile { vehicle, profile, last });
            }
            if !(10..=1_000).contains(&van.speed) {
                errors.push(ProblemError::Speed { vehicle, percent: van.speed });
            }
            let TimeWindow { start, end } = van.shift;
            if !is_time(start) || !is_time(end) {
                errors.push(ProblemError::ShiftRange { vehicle, start, end });
            } else if end < start {
                errors.push(ProblemError::ShiftReversed { vehicle, start, end });
            }
            if let Some(seconds) = van.max_duration.filter(|&seconds| seconds < 0) {
                errors.push(ProblemError::MaxDuration { vehicle, seconds });
            }
            if let Some(seconds) = van.max_driving.filter(|&seconds| seconds < 0) {
                errors.push(ProblemError::MaxDriving { vehicle, seconds });
            }
            if let Some(metres) = van.max_distance.filter(|&metres| metres < 0) {
                errors.push(ProblemError::MaxDistance { vehicle, metres });
            }
            let costs = &van.costs;
            if !is_time(costs.overtime_after) {
                errors.push(ProblemError::Overtime { vehicle, seconds: costs.overtime_after });
            }
            for (what, amount) in [
                ("fixed cost", costs.fixed),
                ("cost an hour", costs.per_hour),
                ("cost a kilometre", costs.per_km),
                ("cost an hour of overtime", costs.per_overtime_hour),
            ] {
                if !(0..=10_000_000).contains(&amount) {
                    errors.push(ProblemError::Cost { vehicle, what: what.into(), amount });
                }
            }
        }
    }
}

/// Which number is the last of places or stops.
fn counted(what: &str, last: &Option<usize>) -> String {
    last.map_or_else(|| format!("there is no {what}"), |last| format!("the last {what} is {last}"))
}

fn is_time(seconds: i32) -> bool {
    (0..=TimeWindow::HORIZON).contains(&seconds)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Costs, Job, Load, Point, RoadModel, Travel, Vehicle};

    fn sound() -> Problem {
        Problem::new(Travel::matrix(2, vec![0, 1, 1, 0], vec![0, 1, 1, 0]))
            .with_job(Job::at(1))
            .with_vehicle(Vehicle::based_at(0))
    }

    /// Spoils a sound problem and compares what is said about it.
    #[track_caller]
    fn check(spoil: impl FnOnce(&mut Problem), expected: &str) {
        let mut problem = sound();
        spoil(&mut problem);
        assert_eq!(problem.validate().unwrap_err().to_string(), expected);
    }

    #[test]
    fn a_sound_problem_passes() {
        assert_eq!(sound().validate(), Ok(()));
        assert_eq!(Problem::new(Travel::points(Vec::new())).validate(), Ok(()));
    }

    #[test]
    fn each_contradiction_is_told_with_its_place_and_measure() {
        check(|p| p.stops[0].location = 2, "stop 0 is at place 2, the last place is 1");
        check(|p| p.stops[0].service = -5, "the service time of stop 0 is -5 s, it must be 0 to 100,000,000");
        check(|p| p.stops[0].demand = Load([0, -1, 0]), "load 1 of stop 0 is -1, it must not be negative");
        check(
            |p| p.stops[0].windows.push(TimeWindow::new(900, 600)),
            "a window of stop 0 ends at 600 s, 300 s before it starts",
        );
        check(
            |p| p.stops[0].windows.push(TimeWindow::new(-1, 600)),
            "a window of stop 0 goes from -1 to 600 s, times must be 0 to 100,000,000 s",
        );
        check(|p| p.stops[0].setup = -5, "the set-up time of stop 0 is -5 s, it must be 0 to 100,000,000");
        check(
            |p| p.stops[0].release = -1,
            "stop 0 is released at -1 s, it must be 0 to 100,000,000 s after midnight",
        );
        check(
            |p| p.profiles.push(Travel::matrix(1, vec![0], vec![0])),
            "profile 1 has 1 places, the problem's travel has 2",
        );
        check(|p| p.vehicles[0].profile = 2, "vehicle 0 drives by profile 2, the last one is 0");
        check(|p| p.vehicles[0].speed = 5, "the speed of vehicle 0 is 5 %, it must be 10 to 1,000");
        check(
            |p| p.vehicles[0].max_driving = Some(-9),
            "the longest time on the road of vehicle 0 is -9 s, it must not be negative",
        );
        check(
            |p| p.stops[0].late_per_minute = Some(-1),
            "a minute's lateness of stop 0 costs -1 cents, it must be 0 to 10,000,000",
        );
        check(
            |p| p.vehicles[0].costs = Costs::default().with_overtime(-1, 0),
            "overtime of vehicle 0 begins after -1 s, it must be 0 to 100,000,000",
        );
        check(|p| p.vehicles[0].first = vec![3], "stop 3 is fixed on vehicle 0, the last stop is 0");
        check(|p| p.vehicles[0].first = vec![0, 0], "stop 0 is fixed twice; each stop is served once");
        check(
            |p| {
                p.vehicles.push(p.vehicles[0].clone().with_first([0]));
                p.stops[0].vehicle = Some(0);
            },
            "stop 0 is fixed on vehicle 1 and locked to vehicle 0; name one of them",
        );
        check(
            |p| {
                p.stops.push(p.stops[0].clone());
                p.shipments.push(crate::Shipment::new(0, 1, Load::one(1)));
                p.vehicles[0].first = vec![0];
            },
            "of shipment 0 one end is fixed on a route without the other before or behind it; fix both in order, or \
             make what is aboard already a load of its delivery",
        );
        check(
            |p| {
                p.travel = Travel::matrix(2, vec![0, 1, crate::UNREACHABLE, 0], vec![0; 4]);
                p.vehicles[0].first = vec![0];
            },
            "no road leads along the stops fixed on vehicle 0 to its end; fix stops that it can reach",
        );
        check(
            |p| p.vehicles[0].breaks = vec![crate::Break::of(1); 4],
            "vehicle 0 has 4 breaks, 3 are the most",
        );
        check(
            |p| p.vehicles[0].breaks = vec![crate::Break::of(-1)],
            "break 0 of vehicle 0 takes -1 s, it must be 0 to 100,000,000",
        );
        check(
            |p| p.vehicles[0].breaks = vec![crate::Break::of(1).with_window(9, 8)],
            "a window of break 0 of vehicle 0 goes from 9 to 8 s; it must not end before it starts, and times must be 0 \
             to 100,000,000 s",
        );
        check(
            |p| p.vehicles[0].done.distance = -4,
            "vehicle 0 has already spent -4 metres, it must be 0 to 100,000,000",
        );
        check(
            |p| p.stops[0].vehicle = Some(4),
            "stop 0 is locked to vehicle 4, there are 1 vehicles, counted from 0",
        );
        check(
            |p| {
                p.stops[0].demand = Load::one(i32::MAX);
                p.stops.push(p.stops[0].clone());
            },
            "load 0 of all stops adds up to 4294967294, 2,147,483,647 is the most; use larger units",
        );
        let shipped = |spoil: fn(&mut Problem)| {
            move |p: &mut Problem| {
                *p = std::mem::replace(p, sound()).with_shipment(Job::at(0), Job::at(1), Load::one(1));
                spoil(p);
            }
        };
        check(
            shipped(|p| p.shipments[0].delivery = 9),
            "shipment 0 has an end at stop 9, the last stop is 2",
        );
        check(
            shipped(|p| p.shipments[0].load = Load([0, 0, -2])),
            "load 2 of shipment 0 is -2, it must not be negative",
        );
        check(
            shipped(|p| p.shipments[0].pickup = 2),
            "stop 2 is an end of two shipments; make a stop for each",
        );
        check(
            shipped(|p| p.stops[1].pickup = Load::one(1)),
            "stop 1 is an end of a shipment and has a load beside it; make another stop for that",
        );
        check(
            shipped(|p| {
                p.vehicles.push(p.vehicles[0].clone());
                (p.stops[1].vehicle, p.stops[2].vehicle) = (Some(0), Some(1));
            }),
            "the ends of shipment 0 are locked to vehicles 0 and 1, it goes with one",
        );
        check(|p| p.vehicles[0].end = Some(7), "vehicle 0 starts or ends at place 7, the last place is 1");
        check(
            |p| p.vehicles[0].shift = TimeWindow::new(9, 8),
            "the shift of vehicle 0 ends at 8 s, 1 s before it starts",
        );
        check(
            |p| p.vehicles[0].costs = Costs::new(0, 0, -1),
            "the cost a kilometre of vehicle 0 is -1 cents, it must be 0 to 10,000,000",
        );
        check(
            |p| p.travel = Travel::matrix(2, vec![0, 1, 1], vec![0, 1, -1, 0]),
            "the matrix of durations has 3 cells, 2 places need 4; the distances from place 1 to place 0 is -1, it \
             must be 0 to 100,000,000 or unreachable",
        );
        check(
            |p| {
                p.travel =
                    Travel::points(vec![Point { lat: 60.0, lon: 25.0 }, Point { lat: 91.0, lon: f64::NAN }]);
            },
            "place 1 has no valid position, latitude goes from -90 to 90 and longitude from -180 to 180",
        );
        check(
            |p| {
                let points = vec![Point { lat: 60.0, lon: 25.0 }; 2];
                p.travel = Travel::Points { points, model: RoadModel::uniform(1.3, 0) };
            },
            "the road model is unusable: a speed is 0 km/h, it must be 1 to 1,000",
        );
    }
}
