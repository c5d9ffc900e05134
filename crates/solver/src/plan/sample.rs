//! Plans to test moves on, and how they read from outside.

use super::Plan;
use crate::RoutePlan;
use crate::prepared::{NONE, Prepared};
use crate::recreate::{Effort, Recreate};
use crate::rng::Rng;

/// A plan of the stops placed one by one in a random order; what finds no place is absent.
pub(crate) fn scattered(problem: &Prepared, rng: &mut Rng) -> Plan {
    let mut plan = Plan::new(problem);
    let mut recreate = Recreate::new(problem);
    let mut tasks: Vec<u32> = (0..problem.jobs as u32).filter(|&job| problem.task(job) == job).collect();
    while !tasks.is_empty() {
        let job = tasks.swap_remove(rng.below(tasks.len() as u32) as usize);
        if plan.node(job).route == NONE && !recreate.place(problem, &mut plan, rng, job, Effort::Search) {
            plan.absent.push(job);
        }
    }
    plan.keep();
    plan
}

/// The routes of all vehicles as they are outside, those without stops too.
pub(crate) fn routes(problem: &Prepared, plan: &Plan) -> Vec<RoutePlan> {
    (0..plan.routes.len() as u32).map(|vehicle| route(problem, plan, vehicle)).collect()
}

/// A vehicle's route as it is outside.
pub(crate) fn route(problem: &Prepared, plan: &Plan, vehicle: u32) -> RoutePlan {
    let first = plan.node(problem.start(vehicle)).next;
    let nodes = std::iter::successors(Some(first), |&at| Some(plan.node(at).next));
    let stops = nodes.take_while(|&at| problem.is_job(at)).map(|node| problem.number(node, vehicle));
    RoutePlan { vehicle: vehicle as usize, stops: stops.collect() }
}
