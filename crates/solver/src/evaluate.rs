//! Computes a plan from scratch, with no code of the search, so that each can be held against the other.
//!
//! The timetable is the plain one: leave when the shift begins, drive, wait for the window, serve. Then the departure
//! is moved as late as it goes without finishing later, because nobody wants to wait in front of a closed door.

mod cargo;
mod drive;
pub(crate) mod fixed;
mod limits;
mod rests;

use crate::model::{Job, Load, Reload, Vehicle};
use crate::travel::count;
use crate::{Evaluation, Problem, Route, RoutePlan, Violation};
use cargo::{check_shipments, shipped};
use drive::drive;
use fixed::Eased;

/// Works out timetable, cost and every broken limit of a plan, in the order given.
///
/// Takes any plan, feasible or not, for a problem that [`Problem::validate`] accepts; it is also what a dispatcher's
/// own edits are priced with. A vehicle without stops stays at home and costs nothing.
#[must_use]
pub fn evaluate(problem: &Problem, plans: &[RoutePlan]) -> Evaluation {
    let mut evaluation = Evaluation::default();
    let judge = Judge::new(problem);
    let eased = judge.eased(plans);
    let mut served = vec![false; problem.stops.len()];
    let mut used = vec![false; problem.vehicles.len()];
    for plan in plans {
        let number = plan.vehicle;
        let Some(vehicle) = problem.vehicles.get(number) else {
            evaluation.violations.push(Violation::UnknownVehicle { vehicle: number });
            continue;
        };
        let is_reload =
            |job: usize| job.checked_sub(served.len()).is_some_and(|at| at < vehicle.reloads.len());
        if plan.stops.iter().all(|&job| is_reload(job)) {
            continue;
        }
        if std::mem::replace(&mut used[number], true) {
            evaluation.violations.push(Violation::VehicleTwice { vehicle: number });
        }
        for &job in &plan.stops {
            if served.get_mut(job).is_some_and(|served| std::mem::replace(served, true)) {
                evaluation.violations.push(Violation::ServedTwice { job });
            }
        }
        let route = judge.drive(plan, &eased, &mut evaluation.violations);
        evaluation.cost += route.cost;
        evaluation.distance += route.distance;
        evaluation.duration += route.duration;
        evaluation.routes.push(route);
    }
    check_shipments(problem, &evaluation.routes, &mut evaluation.violations);
    evaluation.missing = (0..served.len()).filter(|&job| !served[job]).collect();
    evaluation
}

/// Drives along single routes of a problem; what all of them need is laid out once.
pub(crate) struct Judge<'a> {
    pub(crate) problem: &'a Problem,
    /// See [`cargo::shipped`] and [`fixed::owners`].
    shipped: Vec<Load>,
    owner: Vec<Option<usize>>,
}

impl<'a> Judge<'a> {
    pub(crate) fn new(problem: &'a Problem) -> Self {
        Self { problem, shipped: shipped(problem), owner: fixed::owners(problem) }
    }

    /// What a route breaks, if its vehicle serves anything and each stop once, and both ends of each shipment, pickup first.
    pub(crate) fn broken(&self, plan: &RoutePlan) -> Vec<Violation> {
        let mut broken = Vec::new();
        self.drive(plan, &self.eased(std::slice::from_ref(plan)), &mut broken);
        broken
    }

    fn eased(&self, plans: &[RoutePlan]) -> Vec<Option<Eased>> {
        fixed::eased(self.problem, plans, &self.owner, &self.shipped)
    }

    /// Drives along a route of a vehicle that there is, and adds what it breaks.
    fn drive(&self, plan: &RoutePlan, eased: &[Option<Eased>], broken: &mut Vec<Violation>) -> Route {
        let (problem, number) = (self.problem, plan.vehicle);
        let all = problem.stops.len();
        let vehicle = &problem.vehicles[number];
        let reloads: Vec<Job> = vehicle.reloads.iter().map(Reload::visit).collect();
        let eased_of = |vehicle: usize| eased.get(vehicle)?.as_ref();
        let vehicle = eased_of(number).map_or(vehicle, |eased| &eased.vehicle);
        let mut stops = Vec::with_capacity(plan.stops.len());
        for &job in &plan.stops {
            let Some(stop) = problem.stops.get(job) else {
                match job.checked_sub(all).and_then(|at| reloads.get(at)) {
                    Some(reload) => stops.push((job, reload)),
                    None => broken.push(Violation::UnknownStop { job }),
                }
                continue;
            };
            let owner = self.owner.get(job).copied().flatten();
            stops.push((job, owner.and_then(|owner| eased_of(owner)?.stop(job)).unwrap_or(stop)));
        }
        fixed::check((number, vehicle), all, &stops, broken);
        drive(problem, number, vehicle, &stops, &self.shipped, broken)
    }
}

/// Metres and seconds of a leg as a vehicle drives it; nothing where either end is open.
fn leg(problem: &Problem, vehicle: &Vehicle, from: Option<usize>, to: Option<usize>) -> Option<(i32, i32)> {
    count(1);
    match (from, to) {
        (Some(from), Some(to)) if from != to => {
            let (metres, seconds) = problem.travel_of(vehicle).leg(from, to)?;
            Some((metres, vehicle.paced(seconds)))
        }
        _ => Some((0, 0)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Costs, Objective, Travel, UNREACHABLE};

    /// A street with a place each minute and each 100 metres; nobody gets to or from place 9.
    fn street() -> Problem {
        let cell = |at: i32| {
            if at / 10 != at % 10 && (at / 10 == 9 || at % 10 == 9) {
                UNREACHABLE
            } else {
                (at / 10 - at % 10).abs()
            }
        };
        let scale = |by| {
            (0..100).map(|at| if cell(at) == UNREACHABLE { UNREACHABLE } else { cell(at) * by }).collect()
        };
        Problem::new(Travel::matrix(10, scale(60), scale(100)))
    }

    /// Drives the stops in order and compares departure, arrival, metres, working time and cost.
    #[track_caller]
    fn check(problem: &Problem, expected: (i32, i32, i64, i64, i64)) {
        let plan = RoutePlan { vehicle: 0, stops: (0..problem.stops.len()).collect() };
        let done = evaluate(problem, &[plan]);
        assert_eq!(done.violations, []);
        let route = &done.routes[0];
        assert_eq!((route.departure, route.arrival, route.distance, route.duration, route.cost), expected);
        let rested = route.breaks.iter().map(|rest| i64::from(rest.end - rest.start)).sum::<i64>();
        assert_eq!(route.duration, route.travel + route.service + route.waiting + rested);
    }

    #[test]
    fn a_route_has_a_timetable_and_a_price() {
        let day = Vehicle::based_at(0).with_shift(1_000, 9_000);
        let shortest = street().with_objective(Objective::Shortest);
        let go = |problem: Problem| problem.with_vehicle(day.clone());
        check(&go(shortest.clone().with_job(Job::at(2).with_service(30))), (1_000, 1_270, 400, 270, 400));
        let fastest = street().with_objective(Objective::Fastest);
        check(&go(fastest.with_job(Job::at(2)).with_job(Job::at(3))), (1_000, 1_360, 600, 360, 360));
        let fewest = street().with_objective(Objective::FewestVehicles);
        check(&go(fewest.with_job(Job::at(1))), (1_000, 1_120, 200, 120, Objective::VEHICLE + 200));
        // 10.00 for the van, 0.50 for a minute of 30.00 an hour, 0.03 for 100 metres.
        let costs = Costs::new(1_000, 3_000, 30);
        let open = Vehicle::between(Some(0), None).with_costs(costs);
        let cheapest = street().with_job(Job::at(1)).with_vehicle(open);
        check(&cheapest, (0, 60, 100, 60, (1_000 + 50 + 3) * Costs::UNITS_PER_CENT));
        let anywhere =
            shortest.with_job(Job::at(5)).with_job(Job::at(7)).with_vehicle(Vehicle::between(None, None));
        check(&anywhere, (0, 120, 200, 120, 200));
    }

    #[test]
    fn the_vehicle_leaves_late_rather_than_wait() {
        let base = street().with_objective(Objective::Fastest).with_vehicle(Vehicle::based_at(0));
        let two = |a: Job, b: Job| base.clone().with_job(a).with_job(b);
        check(&two(Job::at(1).with_window(600, 700), Job::at(2)), (540, 780, 400, 240, 240));
        // The first stop must be left by 100: waiting at the second is unavoidable.
        check(
            &two(Job::at(1).with_window(0, 100), Job::at(2).with_window(600, 700)),
            (40, 720, 400, 680, 680),
        );
        // The second window of the first stop would do, but not the first.
        let twice = Job::at(1).with_window(0, 50).with_window(300, 310);
        check(&two(twice, Job::at(2).with_window(600, 700)), (250, 720, 400, 470, 470));
    }

    #[test]
    fn set_up_is_paid_once_a_place_and_nobody_leaves_before_the_release() {
        let base = street().with_objective(Objective::Fastest).with_vehicle(Vehicle::based_at(0));
        let door = || Job::at(1).with_setup(100).with_service(10);
        check(&base.clone().with_job(door()), (0, 230, 200, 230, 230));
        check(&base.clone().with_job(door()).with_job(door()), (0, 240, 200, 240, 240));
        // Nothing is set up where the vehicle starts.
        check(&base.clone().with_job(Job::at(0).with_setup(100)), (0, 0, 0, 0, 0));
        let late = base.clone().with_job(Job::at(1)).with_job(Job::at(2).with_release(5_000));
        check(&late, (5_000, 5_240, 400, 240, 240));
        let waits = base.with_job(Job::at(1).with_release(300).with_window(900, 950));
        check(&waits, (840, 960, 200, 120, 120));
    }

    #[test]
    fn lateness_has_its_price_where_it_is_allowed() {
        let cents = |cents: i64| cents * Costs::UNITS_PER_CENT;
        let base = street().with_vehicle(Vehicle::based_at(0).with_costs(Costs::new(0, 60, 0)));
        // Four minutes on the road, and 90 s late for 10 cents a minute.
        let late = Job::at(2).with_window(0, 10).with_window(20, 30).late_for(10);
        let problem = base.clone().with_job(late.clone());
        check(&problem, (0, 240, 400, 240, cents(4 + 15)));
        let plan = [RoutePlan { vehicle: 0, stops: vec![0] }];
        let route = &evaluate(&problem, &plan).routes[0];
        assert_eq!((route.costs.lateness, route.visits[0].late), (cents(15), 90));
        // It leaves at once, not to be later still.
        let waits = problem.with_job(Job::at(3).with_window(1_000, 2_000));
        check(&waits, (0, 1_180, 600, 1_180, cents(15) + 1_180 * 300));
        let kept = base.with_job(late).with_objective(Objective::Fastest);
        check_broken(&kept, &[0], &[Violation::Late { vehicle: 0, job: 0, late_by: 90 }]);
    }

    #[test]
    fn each_vehicle_drives_by_its_own_times() {
        let slow = Travel::matrix(10, vec![600; 100], vec![1_000; 100]);
        let base = street().with_objective(Objective::Fastest).with_profile(slow).with_job(Job::at(2));
        let go = |vehicle: Vehicle| base.clone().with_vehicle(vehicle);
        check(&go(Vehicle::based_at(0).with_speed(50)), (0, 480, 400, 480, 480));
        // 120 s at 70 % are 171.4 s.
        check(&go(Vehicle::based_at(0).with_speed(70)), (0, 342, 400, 342, 342));
        check(&go(Vehicle::based_at(0).with_profile(1)), (0, 1_200, 2_000, 1_200, 1_200));
        check(&go(Vehicle::based_at(0).with_profile(1).with_speed(200)), (0, 600, 2_000, 600, 600));
    }

    #[track_caller]
    fn check_broken(problem: &Problem, stops: &[usize], expected: &[Violation]) {
        let plan = RoutePlan { vehicle: 0, stops: stops.to_vec() };
        assert_eq!(evaluate(problem, &[plan]).violations, expected);
    }

    #[test]
    fn every_broken_limit_is_named_with_its_measure() {
        let with = |job: Job, vehicle: Vehicle| street().with_job(job).with_vehicle(vehicle);
        let van = || Vehicle::based_at(0);
        let vehicle = 0;
        let load = |amount| Job::at(1).with_demand(Load([0, amount, 0]));
        let small = van().with_capacity(Load([9, 4, 9]));
        check_broken(
            &with(load(7), small),
            &[0],
            &[Violation::Capacity { vehicle, dimension: 1, over_by: 3 }],
        );
        // The parcel for 1 leaves the van before the one from 1 comes aboard.
        let exchange = Job::at(1).with_demand(Load::one(3)).with_pickup(Load::one(4));
        let both =
            with(exchange, van().with_capacity(Load::one(4))).with_job(Job::at(2).with_demand(Load::one(1)));
        check_broken(&both, &[1, 0], &[]);
        let dimension = 0;
        check_broken(&both, &[0, 1], &[Violation::Capacity { vehicle, dimension, over_by: 1 }]);
        let late = Job::at(2).with_window(0, 100);
        check_broken(&with(late, van()), &[0], &[Violation::Late { vehicle, job: 0, late_by: 20 }]);
        check_broken(
            &with(Job::at(2), van().with_shift(0, 200)),
            &[0],
            &[Violation::Shift { vehicle, over_by: 40 }],
        );
        let short = van().with_max_duration(239);
        check_broken(&with(Job::at(2), short), &[0], &[Violation::Duration { vehicle, over_by: 1 }]);
        let idle = van().with_max_driving(200);
        check_broken(&with(Job::at(2), idle), &[0], &[Violation::Driving { vehicle, over_by: 40 }]);
        let near = van().with_max_distance(399);
        check_broken(&with(Job::at(2), near), &[0], &[Violation::Distance { vehicle, over_by: 1 }]);
        check_broken(
            &with(Job::at(1), van().with_max_stops(0)),
            &[0],
            &[Violation::MaxStops { vehicle, over_by: 1 }],
        );
        let skilled = Job::at(1).with_skills(0b101);
        let handy = van().with_skills(0b110);
        check_broken(&with(skilled, handy), &[0], &[Violation::Skills { vehicle, job: 0, missing: 1 }]);
        let locked = with(Job::at(1).locked_to(1), van()).with_vehicle(van());
        check_broken(&locked, &[0], &[Violation::Locked { vehicle, job: 0 }]);
        let twice = with(Job::at(1), van());
        check_broken(&twice, &[0, 0], &[Violation::ServedTwice { job: 0 }]);
        check_broken(&twice, &[4], &[Violation::UnknownStop { job: 4 }]);
        let far =
            [Violation::Unreachable { vehicle, job: Some(0) }, Violation::Unreachable { vehicle, job: None }];
        check_broken(&with(Job::at(9), van()), &[0], &far);
        let both = RoutePlan { vehicle: 0, stops: vec![0] };
        let again = RoutePlan { vehicle: 0, stops: vec![1] };
        let problem = twice.with_job(Job::at(1));
        assert_eq!(evaluate(&problem, &[both, again]).violations, [Violation::VehicleTwice { vehicle }]);
    }

    #[test]
    fn a_shipment_goes_whole_on_one_vehicle_pickup_first() {
        let small = Vehicle::based_at(0).with_capacity(Load::one(5));
        let problem = street()
            .with_shipment(Job::at(1), Job::at(3), Load::one(3))
            .with_shipment(Job::at(2), Job::at(4), Load::one(3))
            .with_vehicle(small.clone())
            .with_vehicle(small);
        let vehicle = 0;
        check_broken(&problem, &[0, 1, 2, 3], &[]);
        check_broken(&problem, &[0, 1], &[]);
        check_broken(&problem, &[0, 2, 1, 3], &[Violation::Capacity { vehicle, dimension: 0, over_by: 1 }]);
        check_broken(&problem, &[1, 0], &[Violation::Order { vehicle, job: 1, pickup: 0 }]);
        check_broken(&problem, &[3], &[Violation::Alone { vehicle, job: 3, partner: 2 }]);
        let plans = [(0, vec![0]), (1, vec![1])].map(|(vehicle, stops)| RoutePlan { vehicle, stops });
        let done = evaluate(&problem, &plans);
        assert_eq!(
            done.violations,
            [
                Violation::Alone { vehicle: 0, job: 0, partner: 1 },
                Violation::Alone { vehicle: 1, job: 1, partner: 0 }
            ]
        );
        let done = evaluate(&problem, &[RoutePlan { vehicle: 0, stops: vec![0, 1, 2, 3] }]);
        assert_eq!((done.routes[0].load, done.cost > 0), (Load::one(3), true));
    }
}
