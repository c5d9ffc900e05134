//! Trips: reloads are opened where a stop goes in that there is no room for, and closed where trips fit together.
//!
//! A reload is a node like any other, of which each kind has plenty; those on no route are spare. Only routes that are
//! driven through have them, so they change no sums: the next [`Plan::refresh`] does.

use std::num::NonZeroU32;

use super::{Node, Plan};
use crate::model::Load;
use crate::prepared::{NONE, Prepared};
use crate::rng::Rng;

/// A reload that is opened together with a stop, right before it or right behind it.
///
/// One number, its kind and on which side it is, so that a place is no larger for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Refill(NonZeroU32);

impl Refill {
    fn new(kind: u32, behind: bool) -> Self {
        Self(NonZeroU32::MIN.saturating_add(2 * kind + u32::from(behind)))
    }

    fn kind(self) -> u32 {
        (self.0.get() - 1) / 2
    }

    fn is_behind(self) -> bool {
        self.0.get().is_multiple_of(2)
    }
}

impl Plan {
    /// Puts a reload right after `prev`; `None` when there is no spare one. The route must be refreshed.
    pub(crate) fn open(&mut self, problem: &Prepared, kind: u32, prev: u32) -> Option<u32> {
        let node = problem.reloads(kind).find(|&node| self.nodes[node as usize].route == NONE)?;
        let Node { route, next, .. } = self.nodes[prev as usize];
        self.touch(node).route = route;
        self.chain(problem, prev, node);
        self.chain(problem, node, next);
        Some(node)
    }

    /// Puts a stop right after a node, and the reload with it. The route must be refreshed.
    pub(crate) fn link_with(&mut self, problem: &Prepared, job: u32, after: u32, refill: Option<Refill>) {
        let before = match refill {
            Some(refill) if !refill.is_behind() => self.open(problem, refill.kind(), after).unwrap_or(after),
            _ => after,
        };
        self.link(problem, job, before);
        if let Some(refill) = refill.filter(|refill| refill.is_behind()) {
            self.open(problem, refill.kind(), job);
        }
    }

    /// Takes a reload off its route. The route must be refreshed.
    pub(crate) fn close(&mut self, problem: &Prepared, node: u32) {
        let Node { prev, next, .. } = self.nodes[node as usize];
        self.chain(problem, prev, next);
        let node = self.touch(node);
        (node.prev, node.next, node.route) = (NONE, NONE, NONE);
    }

    /// Closes the reloads of a route between trips that are empty, and with `merging` now and then those between trips
    /// that fit together. The route must be refreshed.
    pub(crate) fn tidy(&mut self, problem: &Prepared, route: u32, mut merging: Option<&mut Rng>) {
        if problem.refills(route).is_empty() {
            return;
        }
        let holds = problem.vans[route as usize].holds;
        let asks = |job: u32| {
            let mut load = problem.stops[job as usize].demand;
            load += problem.cargo.get(job as usize).map_or(Load::default(), |cargo| cargo.pickup);
            load
        };
        let (mut at, mut reload) = (self.nodes[problem.start(route) as usize].next, NONE);
        // The trip before the last reload, and the one since.
        let (mut before, mut since, mut stops) = (Load::default(), Load::default(), 0);
        loop {
            let next = self.nodes[at as usize].next;
            if problem.is_job(at) && !problem.is_reload(at) {
                since += asks(at);
                stops += 1;
            } else {
                let mut both = before;
                both += since;
                let fits = stops > 0 && both.fits(&holds);
                if reload != NONE && (stops == 0 || fits && merging.as_mut().is_some_and(|rng| rng.one_in(2)))
                {
                    self.close(problem, reload);
                    since = both;
                    stops += 1;
                }
                if !problem.is_job(at) {
                    return;
                }
                if reload == NONE && stops == 0 {
                    self.close(problem, at);
                } else {
                    (before, since, stops, reload) = (since, Load::default(), 0, at);
                }
            }
            at = next;
        }
    }

    /// Renews what the stops after each node up to the next reload ask for.
    pub(super) fn look_ahead(&mut self, problem: &Prepared, route: u32) {
        let (start, mut at, mut load) = (problem.start(route), problem.end(route), Load::default());
        loop {
            self.ahead[at as usize] = load;
            if at == start {
                return;
            }
            if problem.is_reload(at) {
                load = Load::default();
            } else if problem.is_job(at) {
                load += problem.stops[at as usize].demand;
            }
            at = self.nodes[at as usize].prev;
        }
    }

    /// Where the trip begins that a node is on: the start of the route or the last reload.
    pub(super) fn trip_start(&self, problem: &Prepared, node: u32) -> u32 {
        let mut at = node;
        while problem.is_job(at) && !problem.is_reload(at) {
            at = self.nodes[at as usize].prev;
        }
        at
    }

    /// Whether there is room for a stop right after `after` on that trip, as far as that can be said before driving.
    pub(super) fn may_hold(&self, problem: &Prepared, job: u32, after: u32) -> bool {
        if !problem.reloading || problem.mixed {
            return true;
        }
        let mut load = self.states[after as usize].trip().0;
        load += self.ahead[after as usize];
        load += problem.stops[job as usize].demand;
        load.fits(&problem.vans[self.nodes[after as usize].route as usize].holds)
    }

    /// What putting a stop right after `after` together with a reload adds to the cost, if the route can be driven then
    /// and that is less than `most`; and which reload.
    pub(crate) fn price_refilled(
        &self,
        problem: &Prepared,
        job: u32,
        after: u32,
        most: i64,
    ) -> Option<(i64, Refill)> {
        let Node { route, next, .. } = self.nodes[after as usize];
        let (kinds, van) = (problem.refills(route), &problem.vans[route as usize]);
        let last = self.states[self.nodes[problem.end(route) as usize].prev as usize];
        if kinds.is_empty() || self.routes[route as usize].count == 0 || last.trip().1 >= van.max_reloads {
            return None;
        }
        let is_stop = |node: u32| problem.is_job(node) && !problem.is_reload(node);
        let mut best: Option<(i64, Refill)> = None;
        for &kind in kinds {
            for behind in [false, true] {
                // There must be a stop on either side of a reload.
                if !is_stop(if behind { next } else { after }) {
                    continue;
                }
                let refill = Refill::new(kind, behind);
                let most = best.map_or(most, |(cost, _)| cost);
                if let Some(cost) = self.price_with(problem, job, after, refill, most)
                    && cost < most
                {
                    best = Some((cost, refill));
                }
            }
        }
        best
    }

    fn price_with(&self, problem: &Prepared, job: u32, after: u32, refill: Refill, most: i64) -> Option<i64> {
        let Node { route, next, .. } = self.nodes[after as usize];
        let reload = problem.reloads(refill.kind()).start;
        let [first, second] = if refill.is_behind() { [job, reload] } else { [reload, job] };
        let added = self.added(problem, route, &[after, first, second, next]);
        if self.least(problem, route, added, self.routes[route as usize].dur) >= most {
            return None;
        }
        let trip = self.states[after as usize].trip().0;
        if !problem.mixed {
            let mut load = if refill.is_behind() { trip } else { self.ahead[after as usize] };
            load += problem.stops[job as usize].demand;
            if !load.fits(&problem.vans[route as usize].holds) {
                return None;
            }
        }
        let (mut state, ready) = if problem.released {
            self.split(problem, job, after, refill.is_behind())
        } else {
            (self.states[after as usize], 0)
        };
        if refill.is_behind() {
            state.visit(problem, route, job);
            state.reload(problem, route, reload, ready);
        } else {
            state.reload(problem, route, reload, ready);
            state.visit(problem, route, job);
        }
        self.drive_on(problem, state, next)
    }

    /// Where the vehicle stands after a node when the trip ends there, or at the stop right behind it, and when all is
    /// ready for the next one.
    fn split(&self, problem: &Prepared, job: u32, after: u32, behind: bool) -> (crate::drive::State, i32) {
        let release = |node: u32| problem.more[node as usize].release;
        let from = self.trip_start(problem, after);
        let (mut first, mut second) = if behind { (release(job), 0) } else { (0, release(job)) };
        let mut at = from;
        while at != after {
            at = self.nodes[at as usize].next;
            first = first.max(release(at));
        }
        second = second.max(self.release(problem, after));
        (self.leave(problem, from, after, first), second)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::sample::route;
    use crate::recreate::{Effort, Recreate, fits};
    use crate::{evaluate, fixture, rng::Rng};
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

        /// Each place on each route is priced with reloads and tried from scratch.
        #[test]
        fn a_stop_with_a_reload_costs_what_is_said(seed: u64) {
            let given = fixture::reloading(seed);
            let problem = Prepared::new(&given);
            let (mut plan, mut rng) = (Plan::new(&problem), Rng::new(seed));
            let mut recreate = Recreate::new(&problem);
            let is_alone = |job: &u32| problem.mate(*job).is_none() && !problem.is_fixed(*job);
            for job in (0..problem.jobs as u32).filter(is_alone) {
                let free = (0..problem.vans.len() as u32).filter(|&van| problem.allowed(job, van));
                for van in free.collect::<Vec<_>>() {
                    plan.keep();
                    let (mut after, end) = (problem.start(van), problem.end(van));
                    while after != end {
                        check(&given, &problem, &mut plan, job, after);
                        after = plan.node(after).next;
                    }
                }
                recreate.place(&problem, &mut plan, &mut rng, job, Effort::Search);
            }
        }
    }

    fn check(given: &crate::Problem, problem: &Prepared, plan: &mut Plan, job: u32, after: u32) {
        let van = plan.node(after).route;
        // What a place is priced for: a route that has room, and all of its stops in place.
        if !plan.is_in_place(van) || !fits(problem, plan, job, van) {
            return;
        }
        let before = evaluate(given, &[route(problem, plan, van)]);
        let mut least: Option<i64> = None;
        for &kind in problem.refills(van) {
            for behind in [false, true] {
                let room = plan.states[plan.node(problem.end(van)).prev as usize].trip().1
                    < problem.vans[van as usize].max_reloads;
                let beside = if behind { plan.node(after).next } else { after };
                if !room || !problem.is_job(beside) || problem.is_reload(beside) {
                    continue;
                }
                let refill = Refill::new(kind, behind);
                let priced = plan.price_with(problem, job, after, refill, i64::MAX);
                plan.link_with(problem, job, after, Some(refill));
                let drivable = plan.refresh(problem, van) && plan.has_room(problem, van);
                let scratch = evaluate(given, &[route(problem, plan, van)]);
                assert_eq!(scratch.violations.is_empty(), drivable, "{:?}", scratch.violations);
                let cost = drivable.then(|| scratch.cost - before.cost);
                assert_eq!(priced, cost);
                least = least.into_iter().chain(cost).min();
                plan.undo(problem);
            }
        }
        let priced = plan.price_refilled(problem, job, after, i64::MAX);
        assert_eq!(priced.is_some(), least.is_some());
        if let (Some((cost, refill)), Some(least)) = (priced, least) {
            // A detour that shortens the day may be passed over.
            assert!(cost >= least);
            plan.link_with(problem, job, after, Some(refill));
            plan.refresh(problem, van);
            assert_eq!(evaluate(given, &[route(problem, plan, van)]).cost - before.cost, cost);
            plan.undo(problem);
        }
    }
}
