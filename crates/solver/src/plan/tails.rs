//! The one move that changes two routes from a stop on: what follows goes over to the other.

use super::Plan;
use crate::model::Load;
use crate::prepared::Prepared;

impl Plan {
    /// Joins `head` to `tail` of another route, and what came before `tail` to what followed `head`; whether both
    /// routes can still be driven. If not, the caller must undo.
    pub(crate) fn swap_tails(&mut self, problem: &Prepared, head: u32, tail: u32) -> bool {
        let (first, second) = (self.nodes[head as usize].route, self.nodes[tail as usize].route);
        let (behind, before) = (self.nodes[head as usize].next, self.nodes[tail as usize].prev);
        // Weigh what moves before anything is touched.
        let Some((to_second, count_second)) = self.weigh_tail(problem, behind, second) else { return false };
        let Some((to_first, count_first)) = self.weigh_tail(problem, tail, first) else { return false };
        let (mut load_first, mut load_second) =
            (self.routes[first as usize].load, self.routes[second as usize].load);
        load_first -= to_second;
        load_first += to_first;
        load_second -= to_first;
        load_second += to_second;
        let count = (
            self.routes[first as usize].count + count_first - count_second,
            self.routes[second as usize].count + count_second - count_first,
        );
        let (one, two) = (&problem.vans[first as usize], &problem.vans[second as usize]);
        if !load_first.fits(&one.capacity)
            || !load_second.fits(&two.capacity)
            || count.0 > one.max_stops
            || count.1 > two.max_stops
        {
            return false;
        }
        let (end_first, end_second) = (problem.end(first), problem.end(second));
        let (last_first, last_second) =
            (self.nodes[end_first as usize].prev, self.nodes[end_second as usize].prev);
        self.chain(problem, head, tail);
        self.chain(problem, last_second, end_first);
        if behind == end_first {
            self.chain(problem, before, end_second);
        } else {
            self.chain(problem, before, behind);
            self.chain(problem, last_first, end_second);
        }
        self.claim(problem, tail, first, count.0, load_first);
        self.claim(problem, self.nodes[before as usize].next, second, count.1, load_second);
        if problem.reloading {
            self.tidy(problem, first, None);
            self.tidy(problem, second, None);
        }
        self.refresh(problem, first) & self.refresh(problem, second) && self.is_all_in_place()
    }

    /// Load and number of the stops from `at` on, if `vehicle` may serve them all.
    fn weigh_tail(&self, problem: &Prepared, mut at: u32, vehicle: u32) -> Option<(Load, u32)> {
        let (mut load, mut count) = (Load::default(), 0);
        while problem.is_job(at) {
            if !problem.allowed(at, vehicle) || !problem.may_reload(at, vehicle) {
                return None;
            }
            if problem.is_reload(at) {
                at = self.nodes[at as usize].next;
                continue;
            }
            load += problem.stops[at as usize].demand;
            count += 1;
            at = self.nodes[at as usize].next;
        }
        Some((load, count))
    }

    /// Makes `next` follow `prev`.
    pub(super) fn chain(&mut self, problem: &Prepared, prev: u32, next: u32) {
        let leg = problem.table.out(problem.place[prev as usize], problem.place[next as usize]);
        self.touch(prev).next = next;
        let node = self.touch(next);
        (node.prev, node.leg) = (prev, leg);
    }

    /// Gives the stops from `at` on to a route and renews its sums.
    fn claim(&mut self, problem: &Prepared, mut at: u32, route: u32, count: u32, load: Load) {
        while problem.is_job(at) {
            self.touch(at).route = route;
            at = self.nodes[at as usize].next;
        }
        let (mut dist, mut dur) = (0, 0);
        let mut at = problem.start(route);
        let end = problem.end(route);
        while at != end {
            at = self.nodes[at as usize].next;
            let leg = self.nodes[at as usize].leg;
            dist += leg.dist;
            dur += leg.dur;
            if problem.is_job(at) {
                dur += problem.stops[at as usize].service;
            }
        }
        let sums = self.touch_route(route);
        let was_empty = sums.count == 0;
        (sums.count, sums.load) = (count, load);
        (sums.dist, sums.dur) = if count == 0 { (0, 0) } else { (dist, dur) };
        if was_empty != (count == 0) {
            self.mark_empty(problem, route, count == 0);
        }
    }
}
