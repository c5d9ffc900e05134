//! Routes that are driven through: where a rule makes the price of a place depend on more than the stops around it.
//!
//! The plan then keeps where the vehicle stands after each stop. A place is priced by driving on from the stop before
//! it, so only what follows is gone through.

use super::{Node, Plan};
use crate::drive::{Outcome, State};
use crate::prepared::Prepared;

impl Plan {
    /// Drives a route anew and keeps its sums; whether it can be driven.
    pub(super) fn drive(&mut self, problem: &Prepared, route: u32) -> bool {
        let outcome = self.stand(problem, route);
        let sums = self.touch_route(route);
        let before = sums.cost;
        // A way beyond all measure cannot be driven either.
        sums.dist = i32::try_from(outcome.dist).unwrap_or(i32::MAX);
        sums.dur = i32::try_from(outcome.dur).unwrap_or(i32::MAX);
        sums.cost = outcome.cost;
        self.cost += outcome.cost - before;
        outcome.is_drivable()
    }

    /// Renews where the vehicle stands after each stop of a route.
    pub(super) fn stand(&mut self, problem: &Prepared, route: u32) -> Outcome {
        let start = problem.start(route);
        let mut state = State::start(problem, route, self.release(problem, route));
        self.states[start as usize] = state;
        let mut at = self.nodes[start as usize].next;
        while problem.is_job(at) {
            state.visit(problem, route, at);
            self.states[at as usize] = state;
            at = self.nodes[at as usize].next;
        }
        state.finish(problem, route)
    }

    /// When everything on a route is ready at the depot.
    fn release(&self, problem: &Prepared, route: u32) -> i32 {
        if !problem.released {
            return 0;
        }
        let mut last = 0;
        let mut at = self.nodes[problem.start(route) as usize].next;
        while problem.is_job(at) {
            last = last.max(problem.more[at as usize].release);
            at = self.nodes[at as usize].next;
        }
        last
    }

    /// What putting a stop right after `after` adds to the cost, if the route can be driven then. `most` is what a
    /// better place costs: what is surely dearer need not be known.
    pub(crate) fn price_driven(&self, problem: &Prepared, job: u32, after: u32, most: i64) -> Option<i64> {
        let Node { route, next, .. } = self.nodes[after as usize];
        let (sums, van) = (&self.routes[route as usize], &problem.vans[route as usize]);
        let legs = problem.legs(route);
        let leg =
            |from: u32, to: u32| legs.out(problem.place[from as usize], problem.place[to as usize]).dist;
        let detour = leg(after, job).saturating_add(leg(job, next));
        let (more, fixed) =
            if sums.count == 0 { (detour, van.fixed) } else { (detour - leg(after, next), 0) };
        if fixed + van.per_metre * i64::from(more) >= most || sums.dist.saturating_add(more) > van.reach {
            return None;
        }
        let mut state = self.states[after as usize];
        let release = problem.more[job as usize].release;
        if release > state.ready {
            state = State::start(problem, route, release);
            let mut at = self.nodes[problem.start(route) as usize].next;
            while after != problem.start(route) {
                state.visit(problem, route, at);
                if at == after {
                    break;
                }
                at = self.nodes[at as usize].next;
            }
        }
        state.visit(problem, route, job);
        let mut at = next;
        while problem.is_job(at) {
            if !state.is_sound() {
                return None;
            }
            state.visit(problem, route, at);
            at = self.nodes[at as usize].next;
        }
        let outcome = state.finish(problem, route);
        outcome.is_drivable().then(|| outcome.cost - sums.cost)
    }
}
