//! Stops that are fixed at the beginning of a route, and what follows from it.
//!
//! What is fixed happens, in time or not, so it is not judged: the limits that the fixed stops break by themselves are
//! eased until they just do not, and only what is planned behind them is held to those.

use super::drive::drive;
use super::shipped;
use crate::model::{Job, Load, Vehicle};
use crate::remedy::{Relaxation, Remedy};
use crate::{Problem, RoutePlan, Violation};

/// A vehicle and its fixed stops, with their limits eased.
pub(super) struct Eased {
    pub(super) vehicle: Vehicle,
    stops: Vec<(usize, Job)>,
}

impl Eased {
    pub(super) fn new(problem: &Problem, number: usize, shipped: &[Load]) -> Self {
        let mut eased = Self { vehicle: problem.vehicles[number].clone(), stops: free(problem, number) };
        // What is eased lets breaks be taken elsewhere, which may break another limit.
        for _ in 0..Remedy::ROUNDS {
            let broken = eased.broken(problem, number, shipped);
            if broken.is_empty() {
                break;
            }
            broken.iter().for_each(|relaxation| eased.ease(relaxation));
        }
        eased
    }

    /// What would have to be eased for the fixed stops alone to break nothing.
    fn broken(&self, problem: &Problem, number: usize, shipped: &[Load]) -> Vec<Relaxation> {
        let stops: Vec<(usize, &Job)> = self.stops.iter().map(|(job, stop)| (*job, stop)).collect();
        let mut broken = Vec::new();
        drive(problem, number, &self.vehicle, &stops, shipped, &mut broken);
        broken.iter().filter_map(Relaxation::of).collect()
    }

    fn ease(&mut self, relaxation: &Relaxation) {
        let stops = &mut self.stops;
        relaxation.ease(&mut self.vehicle, |job| {
            stops.iter_mut().find(|(other, _)| *other == job).map(|(_, stop)| stop)
        });
    }

    /// One of the fixed stops.
    pub(super) fn stop(&self, job: usize) -> Option<&Job> {
        self.stops.iter().find(|(other, _)| *other == job).map(|(_, stop)| stop)
    }
}

/// The vehicle on which each stop is fixed. Empty where nothing is.
pub(super) fn owners(problem: &Problem) -> Vec<Option<usize>> {
    if problem.vehicles.iter().all(|vehicle| vehicle.first.is_empty()) {
        return Vec::new();
    }
    let mut owners = vec![None; problem.stops.len()];
    for (number, vehicle) in problem.vehicles.iter().enumerate() {
        for &job in &vehicle.first {
            owners[job] = Some(number);
        }
    }
    owners
}

/// What is eased of what some plans have to do with, for each vehicle; empty where nothing is fixed.
pub(super) fn eased(
    problem: &Problem,
    plans: &[RoutePlan],
    owner: &[Option<usize>],
    shipped: &[Load],
) -> Vec<Option<Eased>> {
    if owner.is_empty() {
        return Vec::new();
    }
    let mut eased: Vec<Option<Eased>> = problem.vehicles.iter().map(|_| None).collect();
    for plan in plans {
        let owners = plan.stops.iter().filter_map(|&job| owner.get(job).copied().flatten());
        for vehicle in owners.chain([plan.vehicle]) {
            if problem.vehicles.get(vehicle).is_some_and(|vehicle| !vehicle.first.is_empty()) {
                eased[vehicle].get_or_insert_with(|| Eased::new(problem, vehicle, shipped));
            }
        }
    }
    eased
}

/// Eases the limits of all that is fixed, in the problem itself.
pub(crate) fn ease(problem: &mut Problem) {
    let shipped = shipped(problem);
    for number in 0..problem.vehicles.len() {
        if problem.vehicles[number].first.is_empty() {
            continue;
        }
        let Eased { vehicle, stops } = Eased::new(problem, number, &shipped);
        problem.vehicles[number] = vehicle;
        for (job, stop) in stops {
            problem.stops[job] = stop;
        }
    }
}

/// The fixed stops of a vehicle, each asking for nothing but its windows.
fn free(problem: &Problem, vehicle: usize) -> Vec<(usize, Job)> {
    let stop = |&job: &usize| {
        let stop = problem.stops[job].clone();
        (job, Job { skills: 0, position: None, vehicle: Some(vehicle), ..stop })
    };
    problem.vehicles[vehicle].first.iter().map(stop).collect()
}

/// Whether a route begins with what is fixed, and holds nothing else if it is closed.
/// Of the visits those from `all` on are reloads.
pub(super) fn check(
    (number, vehicle): (usize, &Vehicle),
    all: usize,
    visits: &[(usize, &Job)],
    broken: &mut Vec<Violation>,
) {
    let stops: Vec<(usize, &Job)> = visits.iter().filter(|(job, _)| *job < all).copied().collect();
    let missing = (vehicle.first.iter().enumerate())
        .find(|&(at, &job)| stops.get(at).is_none_or(|&(other, _)| other != job));
    if let Some((_, &job)) = missing {
        broken.push(Violation::First { vehicle: number, job });
    }
    if vehicle.closed {
        let more = stops.iter().filter(|(job, _)| !vehicle.first.contains(job));
        broken.extend(more.map(|&(job, _)| Violation::Closed { vehicle: number, job }));
    }
    for (at, &(job, stop)) in stops.iter().enumerate() {
        let Some(position) = stop.position else { continue };
        let due = (position as usize).min(stops.len() - 1);
        if at != due && vehicle.first.get(at) != Some(&job) {
            broken.push(Violation::Position { vehicle: number, job, position: due });
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::{
        Done, Job, Load, Objective, Params, Problem, Reason, RoutePlan, Solver, Travel, Vehicle, Violation,
        evaluate,
    };

    /// A street with six places, a minute and 100 metres apart, and a stop at each but the first.
    fn street(vehicles: impl IntoIterator<Item = Vehicle>) -> Problem {
        let cells = |by: i32| (0..36).map(|at: i32| (at / 6 - at % 6).abs() * by).collect();
        let mut problem = Problem::new(Travel::matrix(6, cells(60), cells(100)));
        problem.objective = Objective::Shortest;
        problem.stops = (1..6).map(Job::at).collect();
        problem.vehicles = vehicles.into_iter().collect();
        problem
    }

    /// Solves and compares the routes, and who is left out for what is fixed.
    #[track_caller]
    fn check(problem: &Problem, routes: &[&[usize]], fixed_out: &[usize]) {
        let mut solver = Solver::new(problem, Params::iterations(2_000, 1)).unwrap();
        assert_eq!(evaluate(problem, &solver.best().plans()).violations, [], "before it begins");
        while !solver.step(100).done {}
        let best = solver.best();
        let mut found = vec![Vec::new(); problem.vehicles.len()];
        best.plans().into_iter().for_each(|plan| found[plan.vehicle] = plan.stops);
        assert_eq!(found, routes);
        assert_eq!(evaluate(problem, &best.plans()).violations, []);
        let out = best.unserved.iter().filter(|it| it.reason == Reason::Fixed).map(|it| it.job);
        assert_eq!(out.collect::<Vec<_>>(), fixed_out);
    }

    #[test]
    fn what_is_fixed_comes_first_and_the_rest_is_planned_behind_it() {
        let van = || Vehicle::between(Some(0), None);
        check(&street([van()]), &[&[0, 1, 2, 3, 4]], &[]);
        check(&street([van().with_first([2, 0])]), &[&[2, 0, 1, 3, 4]], &[]);
        check(&street([van().with_first([2, 0]).closed()]), &[&[2, 0]], &[1, 3, 4]);
        check(&street([van().closed(), van()]), &[&[], &[0, 1, 2, 3, 4]], &[]);
        // A day under way: it is at the last place, has made eight of ten stops and two are fixed.
        let away = Vehicle::between(Some(5), None).with_first([4, 3]).with_max_stops(11);
        check(&street([away.with_done(Done::new(0, 0, 0, 8))]), &[&[4, 3, 2]], &[]);
    }

    #[test]
    fn a_locked_position_is_kept_and_on_a_short_route_it_is_the_last() {
        let mut problem = street([Vehicle::between(Some(0), None)]);
        problem.stops[4].position = Some(0);
        check(&problem, &[&[4, 3, 2, 1, 0]], &[]);
        problem.stops[4].position = Some(2);
        check(&problem, &[&[0, 1, 4, 3, 2]], &[]);
        (problem.stops[4].position, problem.stops[0].position) = (None, Some(7));
        problem.vehicles = vec![Vehicle::between(None, None)];
        check(&problem, &[&[4, 3, 2, 1, 0]], &[]);
    }

    #[test]
    fn what_fixed_stops_break_by_themselves_is_not_judged_and_what_comes_on_top_is() {
        let van = || Vehicle::between(Some(0), None).with_capacity(Load::one(2)).with_shift(0, 200);
        let mut problem = street([van().with_first([3, 4])]);
        problem.stops.iter_mut().for_each(|stop| stop.demand = Load::one(2));
        problem.stops[3].windows.push(crate::TimeWindow::new(0, 10));
        let plan = |stops: &[usize]| [RoutePlan { vehicle: 0, stops: stops.to_vec() }];
        let broken = |stops: &[usize]| evaluate(&problem, &plan(stops)).violations;
        // Late by 230 s, over the shift by 100 s and too full by 2.
        assert_eq!(broken(&[3, 4]), []);
        assert_eq!(
            broken(&[3, 4, 2]),
            [
                Violation::Capacity { vehicle: 0, dimension: 0, over_by: 2 },
                Violation::Shift { vehicle: 0, over_by: 120 }
            ]
        );
        assert_eq!(broken(&[4, 3])[0], Violation::First { vehicle: 0, job: 3 });
        check(&problem, &[&[3, 4]], &[]);
        problem.vehicles.push(van());
        assert_eq!(
            evaluate(&problem, &[RoutePlan { vehicle: 1, stops: vec![4] }]).violations[0],
            Violation::Locked { vehicle: 1, job: 4 }
        );
    }
}
