//! The rules that a route has to be driven through for: what makes a place's price depend on more than the two stops
//! around it.
//!
//! A problem that asks for none of them is searched as if they did not exist.

use crate::model::{Break, Costs, Goals, Job, Objective, Problem, Vehicle};
use crate::order;
use crate::prepared::Van;

/// What only matters to those who drive through routes, of a stop.
#[derive(Debug, Clone, Copy)]
pub(crate) struct More {
    pub(crate) setup: i32,
    pub(crate) release: i32,
    /// The price of a second of lateness where there is one.
    pub(crate) late: Option<i64>,
    /// Whether it is fixed at the beginning of a route, and where on a route it is locked to.
    pub(crate) fixed: bool,
    pub(crate) position: Option<u32>,
    /// What it asks for itself, whatever the other end of its shipment does.
    pub(crate) skills: u64,
    pub(crate) vehicle: Option<usize>,
}

impl More {
    pub(crate) fn of(job: &Job, goals: Goals) -> Self {
        let priced = job.late_per_minute.filter(|_| goals.money > 0);
        let late = priced.map(|cents| goals.money * i64::from(cents) * (Costs::UNITS_PER_CENT / 60));
        Self {
            setup: job.setup,
            release: job.release,
            late,
            fixed: false,
            position: job.position,
            skills: job.skills,
            vehicle: job.vehicle,
        }
    }
}

/// Whether any rule of a problem needs routes driven through.
pub(crate) fn needs_driving(problem: &Problem, vans: &[Van]) -> bool {
    let cheapest = problem.counts_money();
    let job = |job: &Job| {
        let priced = cheapest && job.late_per_minute.is_some();
        job.setup > 0 || job.release > 0 || job.position.is_some() || priced
    };
    let vehicle = |vehicle: &Vehicle| {
        let overtime = cheapest && vehicle.costs.per_overtime_hour > 0;
        vehicle.max_driving.is_some()
            || !vehicle.breaks.is_empty()
            || !vehicle.reloads.is_empty()
            || !vehicle.first.is_empty()
            || overtime
    };
    problem.objectives().contains(&Objective::Balanced)
        || problem.stops.iter().any(job)
        || problem.vehicles.iter().any(vehicle)
        || vans.iter().any(|van| van.table > 0)
}

/// The breaks of all vehicles, each list once and the first empty, and tells each vehicle its own.
pub(crate) fn rests(problem: &Problem, vans: &mut [Van]) -> Vec<Vec<Break>> {
    let mut lists = vec![Vec::new()];
    for (van, vehicle) in vans.iter_mut().zip(&problem.vehicles) {
        let at = lists.iter().position(|list| *list == vehicle.breaks).unwrap_or_else(|| {
            lists.push(vehicle.breaks.clone());
            lists.len() - 1
        });
        van.rests = at as u32;
    }
    for rest in lists.iter_mut().flatten() {
        order::few_by_key(&mut rest.windows, |window| i64::from(window.start));
    }
    lists
}

/// For each combination of profile and speed but the plain one the first vehicle that has it, and tells each vehicle which
/// is its own.
pub(crate) fn paces(problem: &Problem, vans: &mut [Van]) -> Vec<usize> {
    let mut firsts: Vec<usize> = Vec::new();
    let pace = |vehicle: &Vehicle| (vehicle.profile, vehicle.speed);
    for (number, (van, vehicle)) in vans.iter_mut().zip(&problem.vehicles).enumerate() {
        if pace(vehicle) == (0, Vehicle::AS_IT_IS) {
            continue;
        }
        let own = |&first: &usize| pace(&problem.vehicles[first]) == pace(vehicle);
        let at = firsts.iter().position(own).unwrap_or_else(|| {
            firsts.push(number);
            firsts.len() - 1
        });
        van.table = at as u32 + 1;
    }
    firsts
}

#[cfg(test)]
mod tests {
    use crate::{Break, Costs, Job, Objective, Params, Problem, Solution, Solver, Travel, Vehicle};

    /// A street with places a minute and 100 metres apart, a depot in its middle, and stops at both ends.
    fn street(vehicle: Vehicle) -> Problem {
        let cells = |by: i32| (0..81).map(|at: i32| (at / 9 - at % 9).abs() * by).collect();
        let mut problem = Problem::new(Travel::matrix(9, cells(60), cells(100)));
        problem.stops = [0, 1, 7, 8].map(|place| Job::at(place).with_service(60)).to_vec();
        problem.vehicles = vec![vehicle; 2];
        problem
    }

    fn solve(problem: &Problem) -> Solution {
        let mut solver = Solver::new(problem, Params::iterations(2_000, 1)).unwrap();
        while !solver.step(100).done {}
        assert_eq!(solver.best().unserved, []);
        solver.best().clone()
    }

    /// Seconds of each route.
    #[track_caller]
    fn check(problem: &Problem, expected: &[i64]) {
        let durations: Vec<i64> = solve(problem).routes.iter().map(|route| route.duration).collect();
        assert_eq!(durations, expected);
    }

    #[test]
    fn balance_and_overtime_share_the_work() {
        let cheap = Costs::new(1_000, 60, 0);
        let van = Vehicle::based_at(4).with_costs(cheap);
        check(&street(van.clone()), &[1_200]);
        check(&street(van.clone()).with_objective(Objective::Balanced), &[600, 600]);
        // Ten minutes of overtime cost far more than another vehicle, or far less.
        check(&street(van.clone().with_costs(cheap.with_overtime(600, 20_000))), &[600, 600]);
        check(&street(van.with_costs(cheap.with_overtime(600, 500))), &[1_200]);
    }

    #[test]
    fn a_break_outside_the_route_is_taken_where_it_always_is() {
        let check = |rest: Break, stop: Job, expected: (i64, usize)| {
            let mut problem = street(Vehicle::based_at(4).with_shift(0, 30_000).with_break(rest));
            problem.stops = vec![stop.with_service(60)];
            let route = solve(&problem).routes.remove(0);
            assert_eq!((route.duration, route.breaks.len()), expected);
        };
        let (lunch, stop) = (Break::of(900).with_window(6_000, 7_000), Job::at(5));
        let (early, late) = (stop.clone().with_window(0, 5_000), stop.clone().with_window(7_100, 9_000));
        check(lunch.clone(), stop.clone(), (180, 0));
        check(lunch.clone(), late.clone(), (180, 0));
        check(lunch.clone().taken_always(), stop, (1_080, 1));
        // It waits for the break after the early stop, and has it on the way to the late one.
        check(lunch.clone().taken_always(), early, (2_020, 1));
        check(lunch.taken_always(), late, (1_080, 1));
    }

    #[test]
    fn a_stop_may_be_late_where_that_is_cheaper() {
        let mut problem = street(Vehicle::based_at(4).with_costs(Costs::new(1_000, 60, 0)));
        for stop in &mut problem.stops {
            *stop = stop.clone().with_window(0, 300).late_for(100);
        }
        let cents = |solution: &Solution| solution.costs().lateness / Costs::UNITS_PER_CENT;
        // Being there eight and nine minutes too late would cost 1,700 cents, another vehicle 1,000.
        assert_eq!((solve(&problem).routes.len(), cents(&solve(&problem))), (2, 0));
        problem.vehicles.pop();
        assert!(cents(&solve(&problem)) > 0);
        problem.vehicles.push(problem.vehicles[0].clone());
        problem.stops.iter_mut().for_each(|stop| stop.late_per_minute = Some(10));
        assert_eq!(solve(&problem).routes.len(), 1);
    }
}
