//! A route moves to a vehicle of another kind, where as few vehicles as possible are wanted: a larger one that stands idle
//! can then take up what two smaller ones have.

use super::Search;
use crate::prepared::NONE;
use crate::recreate::Recreate;

impl Search {
    /// Hands a route over to an idle vehicle of another kind; what that cannot serve is absent then. Whether it did, and
    /// leaves out no more than before.
    pub(super) fn trade(&mut self) -> bool {
        let before = self.weigh_absent();
        let Self { problem, plan, rng, .. } = self;
        let all = problem.vans.len() as u32;
        let first = rng.below(all);
        let is_free = |&route: &u32| {
            plan.routes[route as usize].count > 0 && !problem.is_fixed(plan.node(problem.start(route)).next)
        };
        let Some(route) = (0..all).map(|at| (first + at) % all).find(is_free) else { return false };
        let kind = rng.below(problem.kinds.len() as u32) as usize;
        if kind == problem.kind_of(route) {
            return false;
        }
        let Some(vehicle) = plan.spare(problem, problem.kinds[kind]) else { return false };
        let mut stops = Vec::with_capacity(plan.routes[route as usize].count as usize);
        let mut at = plan.node(problem.start(route)).next;
        while problem.is_job(at) {
            let next = plan.node(at).next;
            if problem.is_reload(at) {
                plan.close(problem, at);
            } else {
                plan.unlink(problem, at);
                stops.push(at as usize);
            }
            at = next;
        }
        plan.refresh(problem, route);
        Recreate::adopt(problem, plan, vehicle, &stops);
        for job in stops.into_iter().map(|stop| stop as u32) {
            if problem.task(job) == job && plan.node(job).route == NONE {
                plan.absent.push(job);
            }
        }
        self.weigh_absent() <= before
    }
}

#[cfg(test)]
mod tests {
    use crate::{Costs, Job, Load, Objective, Params, Problem, Rounding, Solver, Travel, Vehicle, evaluate};

    /// How many vehicles serve all stops of a street, one of load at each place.
    fn used(vehicles: Vec<Vehicle>, windowed: bool) -> usize {
        let points = (0..9).map(|at| [f64::from(at) * 100.0, 0.0]).collect();
        let mut problem =
            Problem::new(Travel::plane(points, Rounding::Nearest)).with_objective(Objective::FewestVehicles);
        problem.stops = (1..9).map(|place| Job::at(place).with_demand(Load::one(1))).collect();
        if windowed {
            problem.stops.iter_mut().for_each(|stop| *stop = stop.clone().with_window(0, 20_000));
        }
        problem.vehicles = vehicles;
        let mut solver = Solver::new(&problem, Params::iterations(8_000, 1)).unwrap();
        while !solver.step(500).done {}
        let best = solver.best();
        assert_eq!((evaluate(&problem, &best.plans()).violations, best.unserved.len()), (vec![], 0));
        best.routes.len()
    }

    #[test]
    fn a_large_vehicle_takes_over_what_two_small_ones_of_other_kinds_had() {
        let small = |place, load| Vehicle::based_at(place).with_capacity(Load::one(load));
        let dear = Costs::new(9_000, 900, 90);
        let large = |load| small(4, load).with_costs(dear);
        for windowed in [false, true] {
            let check = |vehicles: &[Vehicle], expected| {
                assert_eq!(used(vehicles.to_vec(), windowed), expected, "{vehicles:?}");
            };
            check(&[small(0, 4), small(8, 4), large(8)], 1);
            check(&[small(0, 4), small(0, 5), large(7), small(8, 3)], 2);
            check(&[small(0, 2), small(1, 2), small(7, 2), small(8, 2), large(4), large(5)], 2);
            check(&[small(0, 4), small(8, 4), large(3)], 2);
        }
    }
}
