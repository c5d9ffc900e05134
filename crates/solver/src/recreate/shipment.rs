//! Puts absent shipments back, both ends at once.

use super::pair::PairSpot;
use super::{Effort, Recreate, spare};
use crate::plan::Plan;
use crate::prepared::{NONE, Prepared};
use crate::rng::Rng;

/// Beside how many of each end's neighbours a place is looked for.
const NEAR: usize = 40;

impl Recreate {
    /// Puts both ends of a shipment where they cost least; `false` when they fit nowhere.
    pub(super) fn place_pair(
        &mut self,
        problem: &Prepared,
        plan: &mut Plan,
        rng: &mut Rng,
        pickup: u32,
        effort: Effort,
    ) -> bool {
        let exact = effort == Effort::Everywhere;
        let cost = self.ceiling.map_or(i64::MAX, |ceiling| ceiling.saturating_sub(plan.cost));
        let mut best = PairSpot { cost, ..PairSpot::NOWHERE };
        self.next_turn();
        for end in [pickup, problem.cargo[pickup as usize].mate] {
            for &near in problem.near.beside(end).iter().take(NEAR) {
                let route = plan.node(near).route;
                if route == NONE || self.seen[route as usize] >> 1 == self.turn {
                    continue;
                }
                self.seen[route as usize] = self.turn << 1;
                if exact {
                    self.gaps.scan(problem, plan, route, pickup, &mut best, exact);
                } else if !self.blinks.blink(rng) {
                    self.recall(problem, plan, route, pickup, &mut best);
                }
            }
        }
        self.has_come_by_room = true;
        if best.after == NONE && (exact || self.thrifty) && !self.is_too_dear() {
            for route in 0..problem.vans.len() as u32 {
                if plan.routes[route as usize].count == 0 {
                    continue;
                }
                if exact {
                    self.gaps.scan(problem, plan, route, pickup, &mut best, exact);
                } else {
                    self.recall(problem, plan, route, pickup, &mut best);
                }
            }
        }
        if plan.used < self.most && (best.after == NONE || !self.thrifty) {
            for &kind in &problem.kinds {
                if let Some(vehicle) = spare(problem, plan, pickup, kind) {
                    self.gaps.scan(problem, plan, vehicle, pickup, &mut best, exact);
                }
            }
        }
        best.after != NONE
            && (Self::commit_pair(problem, plan, pickup, best)
                || exact && !problem.driven && Self::try_pair_everywhere(problem, plan, pickup))
    }

    /// Finds the best place on a route, or remembers it from when it was looked for last.
    pub(super) fn recall(
        &mut self,
        problem: &Prepared,
        plan: &Plan,
        route: u32,
        pickup: u32,
        best: &mut PairSpot,
    ) {
        let (vans, stamp) = (problem.vans.len(), plan.routes[route as usize].stamp);
        if let Some(spot) = self.known.get(vans, pickup, route, stamp) {
            if spot.after != NONE {
                if spot.cost < best.cost {
                    *best = spot;
                }
                return;
            }
            if spot.cost >= best.cost {
                return;
            }
        }
        let mut spot = PairSpot { cost: best.cost, ..PairSpot::NOWHERE };
        self.gaps.scan(problem, plan, route, pickup, &mut spot, false);
        self.known.put(vans, pickup, route, stamp, spot);
        if spot.after != NONE && spot.cost < best.cost {
            *best = spot;
        }
    }

    /// As [`Recreate::try_everywhere`], for a shipment.
    fn try_pair_everywhere(problem: &Prepared, plan: &mut Plan, pickup: u32) -> bool {
        for route in 0..problem.vans.len() as u32 {
            let van = &problem.vans[route as usize];
            if !problem.allowed(pickup, route)
                || plan.routes[route as usize].count.saturating_add(2) > van.max_stops
            {
                continue;
            }
            let (mut after, end) = (problem.start(route), problem.end(route));
            while after != end {
                let mut then = after;
                while then != end {
                    if Self::commit_pair(problem, plan, pickup, PairSpot { cost: 0, after, then }) {
                        return true;
                    }
                    then = plan.node(then).next;
                }
                after = plan.node(after).next;
            }
        }
        false
    }

    /// Takes off a route what is only one end of a shipment, or a delivery before its pickup; gives what stays.
    pub(super) fn whole(problem: &Prepared, plan: &mut Plan, route: u32, taken: &[u32]) -> Vec<u32> {
        let mut place = vec![NONE; problem.jobs];
        for (at, &job) in taken.iter().enumerate() {
            place[job as usize] = at as u32;
        }
        let is_whole = |job: u32| {
            let Some(mate) = problem.mate(job) else { return true };
            let (own, other) = (place[job as usize], place[mate as usize]);
            other != NONE && (problem.task(job) == job) == (own < other)
        };
        let (stay, go): (Vec<u32>, Vec<u32>) = taken.iter().partition(|&&job| is_whole(job));
        for &job in &go {
            plan.unlink(problem, job);
        }
        if !go.is_empty() {
            plan.refresh(problem, route);
        }
        stay
    }

    /// Puts both ends in a place; takes them off again and says `false` when the route cannot be driven so.
    pub(super) fn commit_pair(problem: &Prepared, plan: &mut Plan, pickup: u32, spot: PairSpot) -> bool {
        let route = plan.node(spot.after).route;
        let delivery = problem.cargo[pickup as usize].mate;
        let misplaced = plan.misplaced(route);
        plan.link(problem, pickup, spot.after);
        plan.link(problem, delivery, if spot.then == spot.after { pickup } else { spot.then });
        if plan.refresh(problem, route) && plan.misplaced(route) <= misplaced {
            return true;
        }
        plan.unlink(problem, delivery);
        plan.unlink(problem, pickup);
        plan.refresh(problem, route);
        false
    }
}
