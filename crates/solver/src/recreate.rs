//! Puts absent stops back, each where it costs least.
//!
//! After Christiaens and Vanden Berghe, "Slack Induction by String Removals for Vehicle Routing Problems" (2020):
//! stops come in a random one of a few orders, and a place is now and then overlooked ("blinked at"), which is all
//! the randomness a greedy insertion needs. Unlike there, only places beside a stop's neighbours and at the ends of
//! their routes are tried, so that the effort does not grow with the plan.

use crate::model::DIMENSIONS;
use crate::plan::Plan;
use crate::prepared::{NONE, Prepared};
use crate::rng::Rng;
use crate::travel::Leg;

/// One place in so many is overlooked.
const BLINK: u32 = 100;
/// How many stops that were absent before are tried again in one go, so that a plan with far too many stops does
/// not spend its time on those.
const RETRIES: usize = 8;

#[derive(Debug)]
pub(crate) struct Recreate {
    /// Which routes the current stop has come by: the turn, times 2, and 1 more if the route has room for it.
    seen: Vec<u32>,
    /// The turn in which the gap behind each node was tried last.
    tried: Vec<u32>,
    turn: u32,
    /// Places to go until the next one is overlooked.
    until_blink: u32,
    queue: Vec<(i64, u32)>,
    /// Whether an empty vehicle is used only where nothing else will do, this time.
    thrifty: bool,
}

/// Where a stop could go, and what that adds to the cost.
#[derive(Debug, Clone, Copy)]
struct Spot {
    cost: i64,
    after: u32,
}

/// How hard to look for a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Effort {
    /// Beside neighbours, with blinks.
    Search,
    /// Beside neighbours without blinks, and everywhere if there is none.
    Everywhere,
}

impl Recreate {
    pub(crate) fn new(problem: &Prepared) -> Self {
        Self {
            seen: vec![0; problem.vans.len()],
            tried: vec![0; problem.place.len()],
            turn: 0,
            until_blink: BLINK,
            queue: Vec::new(),
            thrifty: false,
        }
    }

    /// Tries to place the absent stops from index `old` on and a few of those before; the rest stays absent.
    pub(crate) fn run(&mut self, problem: &Prepared, plan: &mut Plan, rng: &mut Rng, old: usize) {
        let mut from = old;
        while from > 0 && old - from < RETRIES {
            let pick = rng.below(from as u32) as usize;
            from -= 1;
            plan.absent.swap(pick, from);
        }
        // As often as not: sparing vehicles finds plans with fewer routes, weighing them finds when one more pays.
        self.thrifty = rng.one_in(2);
        let mut queue = std::mem::take(&mut self.queue);
        queue.clear();
        let order = rng.below(if problem.windowed { 17 } else { 11 });
        queue.extend(plan.absent.drain(from..).map(|job| {
            let stop = &problem.stops[job as usize];
            let key = match order {
                0..=3 => i64::from(rng.below(u32::MAX)),
                4..=7 => -i64::from(stop.demand.0[0]),
                8..=9 => -stop.remote,
                10 => stop.remote,
                11..=12 => i64::from(stop.close) - i64::from(stop.open),
                13..=14 => i64::from(stop.open),
                _ => -i64::from(stop.close),
            };
            (key, job)
        }));
        queue.sort_unstable();
        for &(_, job) in &queue {
            let everywhere = problem.jobs <= 100 || rng.one_in(16);
            let placed = self.place(problem, plan, rng, job, Effort::Search)
                || everywhere && self.place(problem, plan, rng, job, Effort::Everywhere);
            if !placed {
                plan.absent.push(job);
            }
        }
        self.queue = queue;
    }

    /// Puts one stop where it costs least; `false` when it fits nowhere.
    pub(crate) fn place(
        &mut self,
        problem: &Prepared,
        plan: &mut Plan,
        rng: &mut Rng,
        job: u32,
        effort: Effort,
    ) -> bool {
        let mut best = Spot { cost: i64::MAX, after: NONE };
        self.next_turn();
        if problem.windowed {
            self.look_in_time(problem, plan, rng, job, effort, &mut best);
        } else {
            self.look(problem, plan, rng, job, effort, &mut best);
        }
        if best.after == NONE && (effort == Effort::Everywhere || self.thrifty) {
            for route in plan.used_routes(problem) {
                if !fits(problem, plan, job, route) {
                    continue;
                }
                let (mut after, end) = (problem.start(route), problem.end(route));
                while after != end {
                    try_behind(problem, plan, job, after, &mut best);
                    after = plan.node(after).next;
                }
            }
        }
        if best.after == NONE || !self.thrifty {
            for &kind in &problem.kinds {
                // A locked stop needs its own vehicle, not just one like it.
                let locked = problem.stops[job as usize].locked;
                let mine = locked != NONE && (kind.0..kind.1).contains(&problem.rank[locked as usize]);
                let spare = if mine && plan.routes[locked as usize].count == 0 {
                    Some(locked)
                } else {
                    plan.spare(problem, kind)
                };
                if let Some(vehicle) = spare.filter(|&vehicle| fits(problem, plan, job, vehicle)) {
                    try_behind(problem, plan, job, problem.start(vehicle), &mut best);
                }
            }
        }
        best.after != NONE
            && (Self::commit(problem, plan, job, best.after)
                || effort == Effort::Everywhere && Self::try_everywhere(problem, plan, job))
    }

    /// Tries the gaps on both sides of the neighbours, nearest first.
    fn look(
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
            if least - van.cost(node.leg) < best.cost && (everything || !self.blink(rng)) {
                let to = table.back(here, place(node.prev));
                consider(problem, plan, job, node.prev, to, |_| before.leg, best);
            }
            if least - van.cost(plan.node(node.next).leg) < best.cost && (everything || !self.blink(rng)) {
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
    fn look_in_time(
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
            if self.is_new(gap.near) && (everything || !self.blink(rng)) {
                let on = |next: u32| table.out(here, place(next));
                consider(problem, plan, job, gap.near, gap.leg, on, best);
            }
        }
        for gap in problem.near.before(job) {
            let node = plan.node(gap.near);
            if node.route == NONE || !self.has_room(problem, plan, rng, job, node.route, effort, best) {
                continue;
            }
            if self.is_new(node.prev) && (everything || !self.blink(rng)) {
                let to = table.back(here, place(node.prev));
                consider(problem, plan, job, node.prev, to, |_| gap.leg, best);
            }
        }
    }

    /// Tries every place for real. Needed only where the price of a place is a guess: several windows a stop
    /// together with a longest working time.
    fn try_everywhere(problem: &Prepared, plan: &mut Plan, job: u32) -> bool {
        for route in 0..problem.vans.len() as u32 {
            let (mut after, end) = (problem.start(route), problem.end(route));
            while after != end && fits(problem, plan, job, route) {
                let mut spot = Spot { cost: i64::MAX, after: NONE };
                try_behind(problem, plan, job, after, &mut spot);
                if spot.after != NONE && Self::commit(problem, plan, job, after) {
                    return true;
                }
                after = plan.node(after).next;
            }
        }
        false
    }

    /// Puts the stops of a given plan on an empty route: as they are if that can be driven, else those that fit
    /// one after the other.
    pub(crate) fn adopt(problem: &Prepared, plan: &mut Plan, route: u32, stops: &[usize]) {
        let end = problem.end(route);
        let mut taken = Vec::with_capacity(stops.len());
        for &stop in stops {
            let job = stop as u32;
            if stop < problem.jobs && plan.node(job).route == NONE && problem.allowed(job, route) {
                plan.link(problem, job, plan.node(end).prev);
                taken.push(job);
            }
        }
        if plan.refresh(problem, route) && plan.has_room(problem, route) {
            return;
        }
        for &job in &taken {
            plan.unlink(problem, job);
        }
        plan.refresh(problem, route);
        for &job in &taken {
            Self::append(problem, plan, job, plan.node(end).prev);
        }
    }

    /// Puts one stop at the end of a route if it fits there.
    pub(crate) fn append(problem: &Prepared, plan: &mut Plan, job: u32, last: u32) -> bool {
        let mut spot = Spot { cost: i64::MAX, after: NONE };
        if plan.node(job).route == NONE && fits(problem, plan, job, plan.node(last).route) {
            try_behind(problem, plan, job, last, &mut spot);
        }
        spot.after != NONE && Self::commit(problem, plan, job, last)
    }

    fn commit(problem: &Prepared, plan: &mut Plan, job: u32, after: u32) -> bool {
        let route = plan.node(after).route;
        plan.link(problem, job, after);
        if plan.refresh_around(problem, job) {
            return true;
        }
        // Only the length of a day with split windows is not known before it is laid out.
        plan.unlink(problem, job);
        plan.refresh(problem, route);
        false
    }

    /// Forgets which routes and gaps have been looked at.
    fn next_turn(&mut self) {
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
        if room {
            for after in [problem.start(route), plan.node(problem.end(route)).prev] {
                if self.is_new(after) && (effort == Effort::Everywhere || !self.blink(rng)) {
                    try_behind(problem, plan, job, after, best);
                }
            }
        }
        room
    }

    #[inline(always)]
    fn blink(&mut self, rng: &mut Rng) -> bool {
        self.until_blink -= 1;
        if self.until_blink == 0 {
            self.until_blink = 1 + rng.below(2 * BLINK - 1);
            return true;
        }
        false
    }
}

/// Whether the route has room for the stop, before any look at where.
#[inline]
pub(crate) fn fits(problem: &Prepared, plan: &Plan, job: u32, route: u32) -> bool {
    let (stop, van, sums) =
        (&problem.stops[job as usize], &problem.vans[route as usize], &plan.routes[route as usize]);
    (0..DIMENSIONS).all(|d| sums.load.0[d] + stop.demand.0[d] <= van.capacity.0[d])
        && sums.count < van.max_stops
        && problem.allowed(job, route)
}

/// Prices the stop right after `after`, and remembers it if it can be driven and is cheaper.
fn try_behind(problem: &Prepared, plan: &Plan, job: u32, after: u32, best: &mut Spot) {
    let here = problem.place[job as usize];
    let to = problem.table.back(here, problem.place[after as usize]);
    let on = |next: u32| problem.table.out(here, problem.place[next as usize]);
    consider(problem, plan, job, after, to, on, best);
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
    let prev = plan.node(after);
    let stop = &problem.stops[job as usize];
    if problem.windowed && prev.early + to.dur > stop.close {
        return;
    }
    let next = plan.node(prev.next);
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
        if cost < best.cost && sums.dur + longer <= van.span {
            *best = Spot { cost, after };
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
    if cost < best.cost {
        *best = Spot { cost, after };
    }
}
