//! Where an insertion is tried, and what it would cost there: in the gaps beside a stop's neighbours and at the ends of
//! their routes.

use super::{Effort, FAR, Recreate, Spot, fits, has_room};
use crate::plan::{Node, Plan};
use crate::prepared::{NONE, Prepared};
use crate::rng::Rng;
use crate::travel::Leg;

impl Recreate {
    /// Tries the gaps on both sides of the neighbours, nearest first.
    pub(super) fn look(
        &mut self,
        problem: &Prepared,
        plan: &Plan,
        rng: &mut Rng,
        job: u32,
        effort: Effort,
        best: &mut Spot,
    ) {
        let everything = effort == Effort::Everywhere;
        let (table, here) = (&problem.table, problem.place[job as usize]);
        let place = |node: u32| problem.place[node as usize];
        if self.looks_far && rng.one_in(FAR) {
            for route in plan.used_routes(problem) {
                self.has_room(problem, plan, rng, job, route, effort, best);
            }
        }
        for (behind, before) in problem.near.behind(job).iter().zip(problem.near.before(job)) {
            let node = plan.node(behind.near);
            if node.route == NONE || !self.has_room(problem, plan, rng, job, node.route, effort, best) {
                continue;
            }
            // Both ends of a gap that has not been tried yet lie at least as far away as this neighbour, so the way
            // there and back, less the leg that is saved, is the least it can cost.
            let van = &problem.vans[node.route as usize];
            let least = van.cost(behind.leg)
                + van.cost(before.leg)
                + van.per_second * i64::from(problem.stops[job as usize].service);
            if (problem.driven || least - van.cost(node.leg) < best.cost)
                && (everything || !self.blinks.blink(rng))
            {
                let to = table.back(here, place(node.prev));
                consider(problem, plan, job, node.prev, to, |_| before.leg, best);
            }
            if (problem.driven || least - van.cost(plan.node(node.next).leg) < best.cost)
                && (everything || !self.blinks.blink(rng))
            {
                consider(
                    problem,
                    plan,
                    job,
                    behind.near,
                    behind.leg,
                    |next| table.out(here, place(next)),
                    best,
                );
            }
        }
    }

    /// Tries the gaps behind and in front of the neighbours where no window forbids that.
    pub(super) fn look_in_time(
        &mut self,
        problem: &Prepared,
        plan: &Plan,
        rng: &mut Rng,
        job: u32,
        effort: Effort,
        best: &mut Spot,
    ) {
        let everything = effort == Effort::Everywhere;
        let (table, here) = (&problem.table, problem.place[job as usize]);
        let place = |node: u32| problem.place[node as usize];
        for gap in problem.near.behind(job) {
            let node = plan.node(gap.near);
            if node.route == NONE || !self.has_room(problem, plan, rng, job, node.route, effort, best) {
                continue;
            }
            if self.is_new(gap.near) && (everything || !self.blinks.blink(rng)) {
                let on = |next: u32| table.out(here, place(next));
                consider(problem, plan, job, gap.near, gap.leg, on, best);
            }
        }
        for gap in problem.near.before(job) {
            let node = plan.node(gap.near);
            if node.route == NONE || !self.has_room(problem, plan, rng, job, node.route, effort, best) {
                continue;
            }
            if self.is_new(node.prev) && (everything || !self.blinks.blink(rng)) {
                let to = table.back(here, place(node.prev));
                consider(problem, plan, job, node.prev, to, |_| gap.leg, best);
            }
        }
    }

    /// Forgets which routes and gaps have been looked at.
    pub(super) fn next_turn(&mut self) {
        self.turn += 1;
        if self.turn == u32::MAX / 2 {
            self.turn = 1;
            self.seen.fill(0);
            self.tried.fill(0);
        }
    }

    /// Whether the gap behind a node has not been tried in this turn; it has after that.
    #[inline(always)]
    fn is_new(&mut self, after: u32) -> bool {
        std::mem::replace(&mut self.tried[after as usize], self.turn) != self.turn
    }

    /// Whether a route has room for the stop. When first asked in a turn it also tries the ends of the route.
    #[inline(always)]
    #[expect(clippy::too_many_arguments, reason = "what a place is judged by")]
    fn has_room(
        &mut self,
        problem: &Prepared,
        plan: &Plan,
        rng: &mut Rng,
        job: u32,
        route: u32,
        effort: Effort,
        best: &mut Spot,
    ) -> bool {
        let seen = self.seen[route as usize];
        if seen >> 1 == self.turn {
            return seen & 1 == 1;
        }
        self.come_by(problem, plan, rng, job, route, effort, best)
    }

    /// Finds out whether a route has room for the stop, and if so tries its ends.
    #[inline(never)]
    #[expect(clippy::too_many_arguments, reason = "what a place is judged by")]
    fn come_by(
        &mut self,
        problem: &Prepared,
        plan: &Plan,
        rng: &mut Rng,
        job: u32,
        route: u32,
        effort: Effort,
        best: &mut Spot,
    ) -> bool {
        let room = fits(problem, plan, job, route);
        self.seen[route as usize] = self.turn << 1 | u32::from(room);
        self.has_come_by_room |= room;
        if room {
            for after in [problem.start(route), plan.node(problem.end(route)).prev] {
                if self.is_new(after) && (effort == Effort::Everywhere || !self.blinks.blink(rng)) {
                    try_behind(problem, plan, job, after, best);
                }
            }
        }
        room
    }
}

/// Prices the stop right after `after`, and remembers it if it can be driven and is cheaper.
pub(super) fn try_behind(problem: &Prepared, plan: &Plan, job: u32, after: u32, best: &mut Spot) {
    let here = problem.place[job as usize];
    let to = problem.table.back(here, problem.place[after as usize]);
    let on = |next: u32| problem.table.out(here, problem.place[next as usize]);
    consider(problem, plan, job, after, to, on, best);
}

/// Tries every place of a route.
pub(super) fn try_all(problem: &Prepared, plan: &Plan, job: u32, route: u32, best: &mut Spot) {
    let (mut after, end) = (problem.start(route), problem.end(route));
    if problem.driven {
        while after != end {
            try_behind(problem, plan, job, after, best);
            after = plan.node(after).next;
        }
        return;
    }
    let stop = &problem.stops[job as usize];
    let rows = problem.table.rows(problem.place[job as usize]);
    let symmetric = problem.table.is_symmetric();
    // Where it cannot be left sooner, whoever arrives.
    let soonest = stop.open + stop.service;
    let mut known = None;
    while after != end {
        let &Node { next, early, .. } = plan.node(after);
        if problem.windowed {
            // Stops are left later and later along a route.
            if early > stop.close {
                return;
            }
            if plan.node(next).late < soonest {
                (after, known) = (next, None);
                continue;
            }
        }
        let to = known.unwrap_or_else(|| rows.back(problem.place[after as usize]));
        if problem.windowed && early + to.dur > stop.close {
            (after, known) = (next, None);
            continue;
        }
        let on = rows.out(problem.place[next as usize]);
        consider(problem, plan, job, after, to, |_| on, best);
        (after, known) = (next, symmetric.then_some(on));
    }
}

/// Prices the stop right after `after` by driving on from there, with a reload beside it and without, and remembers it if
/// it can be driven and is cheaper.
#[inline(never)]
fn drive(problem: &Prepared, plan: &Plan, job: u32, after: u32, best: &mut Spot) {
    if let Some(cost) = plan.price_driven(problem, job, after, best.cost)
        && cost < best.cost
    {
        *best = Spot { cost, after, refill: None };
    }
    if problem.reloading
        && let Some((cost, refill)) = plan.price_refilled(problem, job, after, best.cost)
    {
        *best = Spot { cost, after, refill: Some(refill) };
    }
}

/// Prices the stop right after `after`, from where a leg `to` leads to it and where `on` leads on, and remembers it
/// if it can be driven and is cheaper.
#[inline(always)]
fn consider(
    problem: &Prepared,
    plan: &Plan,
    job: u32,
    after: u32,
    to: Leg,
    on: impl Fn(u32) -> Leg,
    best: &mut Spot,
) {
    if problem.driven {
        return drive(problem, plan, job, after, best);
    }
    let prev = plan.node(after);
    let stop = &problem.stops[job as usize];
    if problem.windowed && prev.early + to.dur > stop.close {
        return;
    }
    let next = plan.node(prev.next);
    // The next stop may already be lost before the way there is looked up.
    if problem.windowed && stop.open.max(prev.early + to.dur) + stop.service > next.late {
        return;
    }
    let sums = &plan.routes[prev.route as usize];
    let van = &problem.vans[prev.route as usize];
    let on = on(prev.next);
    let (dist, dur, fixed) = if sums.count == 0 {
        (to.dist + on.dist, to.dur + on.dur, van.fixed)
    } else {
        (to.dist + on.dist - next.leg.dist, to.dur + on.dur - next.leg.dur, 0)
    };
    if sums.dist + dist > van.reach {
        return;
    }
    let mut longer = dur + stop.service;
    let metres = fixed + van.per_metre * i64::from(dist);
    if !problem.windowed {
        let cost = metres + van.per_second * i64::from(longer);
        if cost < best.cost && sums.dur + longer <= van.span && has_room(problem, plan, job, after) {
            *best = Spot { cost, after, refill: None };
        }
        return;
    }
    // Without waiting the distance alone already says whether it can be the best.
    if !problem.timed && metres >= best.cost {
        return;
    }
    let arrival = prev.early + to.dur;
    let Some((begin, _)) = problem.opening(job, arrival) else { return };
    let arrival_on = begin + stop.service + on.dur;
    if arrival_on > next.late {
        return;
    }
    if problem.timed {
        let plain = prev.plain + to.dur;
        let leave = prev.leave.min(stop.close - plain);
        let plain = plain + stop.service + on.dur;
        let departs = leave.min(next.late - plain).max(van.shift.start);
        let day = (plain + next.rest).max(next.finish.max(arrival_on + next.rest) - departs);
        if day > van.span {
            return;
        }
        longer = day - sums.dur;
    }
    let cost = metres + van.per_second * i64::from(longer);
    if cost < best.cost && has_room(problem, plan, job, after) {
        *best = Spot { cost, after, refill: None };
    }
}
