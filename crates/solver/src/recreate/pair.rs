//! Where on a route a shipment costs least: both of its ends at once.
//!
//! For each place of the pickup the times are carried forwards stop by stop, and the delivery is tried behind each, up
//! to where the vehicle would be late or too full. What the delivery adds in way is known for every place before that,
//! and the least of it from each place on: that ends most of these walks before they begin.

use crate::model::{DIMENSIONS, Load};
use crate::plan::Plan;
use crate::prepared::{NONE, Prepared, Van};
use crate::travel::{Leg, Rows};

/// Where both ends could go, and what that adds to the cost.
#[derive(Debug, Clone, Copy)]
pub(super) struct PairSpot {
    pub(super) cost: i64,
    /// The pickup comes right after this node,
    pub(super) after: u32,
    /// the delivery right after this one, or right after the pickup if both are the same.
    pub(super) then: u32,
}

impl PairSpot {
    pub(super) const NOWHERE: Self = Self { cost: i64::MAX, after: NONE, then: NONE };
}

/// The place between a node and the next, and what the delivery would add there.
#[derive(Debug, Clone, Copy)]
struct Gap {
    node: u32,
    to: Leg,
    on: Leg,
    added: Leg,
    /// What it adds to the cost in way.
    way: i64,
    /// The least of that from this place on.
    least: i64,
}

/// The room it takes to look at a route.
#[derive(Debug, Default)]
pub(super) struct Gaps(Vec<Gap>);

/// The vehicle on its way with what has been put in so far.
#[derive(Debug, Clone, Copy)]
struct Clock {
    /// When it leaves, if it set out as the shift began.
    early: i32,
    /// Driving and service so far.
    plain: i32,
    /// The latest it may set out so that nothing so far is late.
    leave: i32,
}

impl Clock {
    /// Drives on and serves a stop; `None` when that is late.
    #[inline]
    fn visit(self, problem: &Prepared, leg: Leg, job: u32) -> Option<Self> {
        let (arrival, plain) = (self.early + leg.dur, self.plain + leg.dur);
        let (begin, close) = problem.opening(job, arrival)?;
        let service = problem.stops[job as usize].service;
        Some(Self { early: begin + service, plain: plain + service, leave: self.leave.min(close - plain) })
    }
}

/// A shipment and the route it is tried on.
struct Trial<'a> {
    problem: &'a Prepared,
    plan: &'a Plan,
    van: &'a Van,
    route: u32,
    pickup: u32,
    delivery: u32,
    /// The legs from and to the pickup, and the one to the delivery.
    rows: Rows<'a>,
    between: Leg,
    /// Whether nothing is skipped that only a road matrix with quicker detours would need.
    exact: bool,
}

impl Gaps {
    /// Room for the longest route there can be, where there are shipments at all.
    pub(super) fn of(problem: &Prepared) -> Self {
        Self(Vec::with_capacity(if problem.paired { problem.place.len() } else { 0 }))
    }

    /// Prices every place on a route and remembers the best in `best` if it is cheaper.
    pub(super) fn scan(
        &mut self,
        problem: &Prepared,
        plan: &Plan,
        route: u32,
        pickup: u32,
        best: &mut PairSpot,
        exact: bool,
    ) {
        let (van, sums) = (&problem.vans[route as usize], &plan.routes[route as usize]);
        let cargo = &problem.cargo[pickup as usize];
        if sums.count.saturating_add(2) > van.max_stops
            || !problem.allowed(pickup, route)
            || !cargo.amount.fits(&van.capacity)
        {
            return;
        }
        if problem.driven {
            if let Some((cost, after, then)) = plan.price_pair_driven(problem, pickup, route, best.cost) {
                *best = PairSpot { cost, after, then };
            }
            return;
        }
        let delivery = cargo.mate;
        let rows = problem.table.rows(problem.place[pickup as usize]);
        let between = rows.out(problem.place[delivery as usize]);
        let trial = Trial { problem, plan, van, route, pickup, delivery, rows, between, exact };
        self.lay(&trial);
        for at in 0..self.0.len() {
            if !trial.pick_up(&self.0[at..], best) {
                break;
            }
        }
    }

    /// Lays the route out with what the delivery would add in each place.
    fn lay(&mut self, trial: &Trial<'_>) {
        let &Trial { problem, plan, delivery, .. } = trial;
        let rows = problem.table.rows(problem.place[delivery as usize]);
        let stop = &problem.stops[delivery as usize];
        let pruned = problem.windowed && !trial.exact;
        self.0.clear();
        let (mut node, end) = (problem.start(trial.route), problem.end(trial.route));
        while node != end {
            let (it, next) = (plan.node(node), plan.node(node).next);
            if pruned && (it.early > stop.close || stop.open + stop.service > plan.node(next).late) {
                let none = Leg::default();
                self.0.push(Gap { node, to: none, on: none, added: none, way: i64::MAX, least: i64::MAX });
            } else {
                let to = rows.back(problem.place[node as usize]);
                let on = rows.out(problem.place[next as usize]);
                let added = trial.added(node, to, on);
                let late = pruned && it.early + to.dur > stop.close;
                let way = if late { i64::MAX } else { trial.way(added) };
                self.0.push(Gap { node, to, on, added, way, least: way });
            }
            node = next;
        }
        let mut least = i64::MAX;
        for gap in self.0.iter_mut().rev() {
            least = least.min(gap.way);
            gap.least = least;
        }
    }
}

impl Trial<'_> {
    /// What a detour from a node to its next adds.
    #[inline]
    fn added(&self, node: u32, to: Leg, on: Leg) -> Leg {
        let next = self.plan.node(self.plan.node(node).next);
        // A vehicle without stops stays at home.
        let old = if self.is_empty() { Leg::default() } else { next.leg };
        Leg { dist: to.dist + on.dist - old.dist, dur: to.dur + on.dur - old.dur }
    }

    fn is_empty(&self) -> bool {
        self.plan.routes[self.route as usize].count == 0
    }

    /// What a longer way costs; without the time where waiting may make up for it.
    #[inline]
    fn way(&self, added: Leg) -> i64 {
        let metres = self.van.per_metre * i64::from(added.dist);
        if self.problem.windowed { metres } else { metres + self.van.per_second * i64::from(added.dur) }
    }

    #[inline]
    fn holds(&self, aboard: &Load) -> bool {
        let amount = &self.problem.cargo[self.pickup as usize].amount;
        (0..DIMENSIONS).all(|d| aboard.0[d] + amount.0[d] <= self.van.capacity.0[d])
    }

    /// Puts the pickup into the first of the gaps and the delivery into each; `false` when no later place for the
    /// pickup can be in time either.
    fn pick_up(&self, gaps: &[Gap], best: &mut PairSpot) -> bool {
        let (problem, plan) = (self.problem, self.plan);
        let Some((&first, rest)) = gaps.split_first() else { return false };
        let prev = plan.node(first.node);
        if problem.windowed && !self.exact {
            let stop = &problem.stops[self.pickup as usize];
            if prev.early > stop.close {
                return false;
            }
            if stop.open + stop.service > plan.node(prev.next).late {
                return true;
            }
        }
        if !self.holds(&plan.aboard[first.node as usize].load) {
            return true;
        }
        let to = self.rows.back(problem.place[first.node as usize]);
        let on = self.rows.out(problem.place[prev.next as usize]);
        let between = self.between;
        let alone = self.added(first.node, to, on);
        let apart = self.way(alone);
        // Both ends one after the other: the way on is the delivery's.
        let through = Leg { dist: to.dist + between.dist, dur: to.dur + between.dur };
        let together = self.added(first.node, through, first.on);
        let fixed = if self.is_empty() { self.van.fixed } else { 0 };
        let at_once = if first.way == i64::MAX { i64::MAX } else { fixed + self.way(together) };
        let least = rest.first().map_or(i64::MAX, |gap| apart.saturating_add(gap.least));
        if at_once.min(least) >= best.cost {
            return true;
        }
        let mut clock = Clock { early: prev.early, plain: prev.plain, leave: prev.leave };
        if problem.windowed {
            match clock.visit(problem, to, self.pickup) {
                Some(after) => clock = after,
                None => return self.exact,
            }
        }
        if at_once < best.cost {
            self.deliver(clock, between, first, together, (fixed, first.node), best);
        }
        let mut leg = on;
        for gap in rest {
            if apart.saturating_add(gap.least) >= best.cost
                || !self.holds(&plan.aboard[gap.node as usize].load)
            {
                break;
            }
            let node = plan.node(gap.node);
            if problem.windowed {
                if !self.exact && clock.early + leg.dur > node.late {
                    break;
                }
                let Some(after) = clock.visit(problem, leg, gap.node) else { break };
                clock = after;
            }
            if gap.way != i64::MAX && apart + gap.way < best.cost {
                let added = Leg { dist: alone.dist + gap.added.dist, dur: alone.dur + gap.added.dur };
                self.deliver(clock, gap.to, *gap, added, (0, first.node), best);
            }
            leg = plan.node(node.next).leg;
        }
        true
    }

    /// Puts the delivery into a gap, with the vehicle on its way there, and remembers the place if it can be driven and
    /// is cheaper.
    fn deliver(
        &self,
        clock: Clock,
        to: Leg,
        gap: Gap,
        added: Leg,
        (fixed, after): (i64, u32),
        best: &mut PairSpot,
    ) {
        let (problem, plan, van) = (self.problem, self.plan, self.van);
        let sums = &plan.routes[self.route as usize];
        let service =
            problem.stops[self.pickup as usize].service + problem.stops[self.delivery as usize].service;
        if sums.dist + added.dist > van.reach {
            return;
        }
        let mut longer = added.dur + service;
        if problem.windowed {
            let next = plan.node(plan.node(gap.node).next);
            let Some(clock) = clock.visit(problem, to, self.delivery) else { return };
            let arrival = clock.early + gap.on.dur;
            if arrival > next.late {
                return;
            }
            if problem.timed {
                let plain = clock.plain + gap.on.dur;
                let departs = clock.leave.min(next.late - plain).max(van.shift.start);
                let day = (plain + next.rest).max(next.finish.max(arrival + next.rest) - departs);
                if day > van.span {
                    return;
                }
                longer = day - sums.dur;
            }
        } else if sums.dur + longer > van.span {
            return;
        }
        let cost = fixed + van.per_metre * i64::from(added.dist) + van.per_second * i64::from(longer);
        if cost < best.cost {
            *best = PairSpot { cost, after, then: gap.node };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recreate::{Effort, Recreate};
    use crate::{Problem, fixture, rng::Rng};
    use proptest::prelude::*;

    fn take_off(problem: &Prepared, plan: &mut Plan, route: u32, pickup: u32) {
        for job in [problem.cargo[pickup as usize].mate, pickup] {
            plan.unlink(problem, job);
        }
        plan.refresh(problem, route);
    }

    /// Every way to put a shipment on a route, done for real: the least that any adds to the cost.
    fn least(problem: &Prepared, plan: &mut Plan, route: u32, pickup: u32) -> i64 {
        let (mut least, before) = (i64::MAX, plan.cost);
        let (mut after, end) = (problem.start(route), problem.end(route));
        while after != end {
            let mut then = after;
            while then != end {
                if Recreate::commit_pair(problem, plan, pickup, PairSpot { cost: 0, after, then }) {
                    least = least.min(plan.cost - before);
                    take_off(problem, plan, route, pickup);
                }
                then = plan.node(then).next;
            }
            after = plan.node(after).next;
        }
        least
    }

    /// Prices hold exactly but for several windows together with a cost or limit by the hour, where they are a guess.
    fn is_exact(problem: &Problem, prepared: &Prepared) -> bool {
        !prepared.timed || problem.stops.iter().all(|stop| stop.windows.len() < 2)
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn the_best_place_for_a_shipment_is_found_and_costs_what_is_said(seed: u64) {
            let problem = fixture::mixed(seed);
            let prepared = Prepared::new(&problem);
            if !prepared.paired || problem.vehicles.is_empty() || !is_exact(&problem, &prepared) {
                return Ok(());
            }
            let (mut plan, mut rng) = (Plan::new(&prepared), Rng::new(seed));
            let mut recreate = Recreate::new(&prepared);
            let mut gaps = Gaps::default();
            let is_free = |job: &u32| prepared.task(*job) == *job && !prepared.is_fixed(*job);
            for job in (0..prepared.jobs as u32).filter(is_free) {
                if prepared.mate(job).is_some() {
                    for route in 0..prepared.vans.len() as u32 {
                        let fits = plan.routes[route as usize].count + 2 <= prepared.vans[route as usize].max_stops;
                        let mut best = PairSpot::NOWHERE;
                        gaps.scan(&prepared, &plan, route, job, &mut best, true);
                        if fits && prepared.allowed(job, route) {
                            let least = least(&prepared, &mut plan, route, job);
                            if prepared.windowed && prepared.timed {
                                // A detour that shortens the day is not looked for.
                                prop_assert!(best.cost >= least && (best.after == NONE) == (least == i64::MAX));
                            } else {
                                prop_assert_eq!(best.cost, least);
                            }
                            if best.after != NONE {
                                let before = plan.cost;
                                prop_assert!(Recreate::commit_pair(&prepared, &mut plan, job, best));
                                prop_assert_eq!(plan.cost - before, best.cost);
                                take_off(&prepared, &mut plan, route, job);
                            }
                        } else {
                            prop_assert_eq!(best.after, NONE);
                        }
                    }
                }
                recreate.place(&prepared, &mut plan, &mut rng, job, Effort::Search);
            }
        }
    }
}
