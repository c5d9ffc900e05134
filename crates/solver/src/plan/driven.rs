//! Routes that are driven through: where a rule makes the price of a place depend on more than the stops around it.
//!
//! The plan then keeps where the vehicle stands after each stop. A place is priced by driving on from the stop before
//! it, so only what follows is gone through.

use super::{Node, Plan};
use crate::drive::{self, Outcome, State};
use crate::prepared::{NONE, Prepared};

/// What a change adds to a route: metres, seconds on the road, and seconds of service and setup.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Added {
    metres: i64,
    driving: i64,
    work: i64,
}

impl std::ops::Add for Added {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            metres: self.metres + other.metres,
            driving: self.driving + other.driving,
            work: self.work + other.work,
        }
    }
}

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

    /// How far stops of a route are from the positions that they are locked to.
    pub(crate) fn misplaced(&self, route: u32) -> u32 {
        self.misplaced.get(route as usize).copied().unwrap_or(0)
    }

    /// Whether all stops of a route that are locked to positions are there.
    pub(crate) fn is_in_place(&self, route: u32) -> bool {
        self.misplaced(route) == 0
    }

    /// Whether that is so of every route that has changed since [`Plan::keep`].
    pub(crate) fn is_all_in_place(&self) -> bool {
        self.misplaced.is_empty() || self.route_log.iter().all(|&(route, _)| self.is_in_place(route))
    }

    /// Puts what is fixed at the beginning of the routes there.
    pub(super) fn fix(&mut self, problem: &Prepared) {
        for (vehicle, first) in problem.first.iter().enumerate() {
            for &job in first {
                self.link(problem, job, self.nodes[problem.end(vehicle as u32) as usize].prev);
            }
        }
    }

    /// Renews where the vehicle stands after each stop of a route.
    pub(super) fn stand(&mut self, problem: &Prepared, route: u32) -> Outcome {
        let start = problem.start(route);
        let mut state = State::start(problem, route, self.release(problem, start));
        self.states[start as usize] = state;
        let mut at = self.nodes[start as usize].next;
        while problem.is_job(at) {
            self.pass(problem, &mut state, route, at);
            self.states[at as usize] = state;
            at = self.nodes[at as usize].next;
        }
        if problem.reloading {
            self.look_ahead(problem, route);
        }
        let outcome = state.finish(problem, route);
        self.misplaced[route as usize] = outcome.faults.misplaced;
        self.plain[route as usize] = (outcome.plain, outcome.driving);
        outcome
    }

    /// Drives on to a node and what is to be done there.
    #[inline]
    fn pass(&self, problem: &Prepared, state: &mut State, route: u32, node: u32) {
        if problem.is_reload(node) {
            state.reload(problem, route, node, self.release(problem, node));
        } else {
            state.visit(problem, route, node);
        }
    }

    /// When everything that is taken along at a start or reload is ready there.
    pub(super) fn release(&self, problem: &Prepared, from: u32) -> i32 {
        if !problem.released {
            return 0;
        }
        let mut last = 0;
        let mut at = self.nodes[from as usize].next;
        while problem.is_job(at) && !problem.is_reload(at) {
            last = last.max(problem.more[at as usize].release);
            at = self.nodes[at as usize].next;
        }
        last
    }

    /// What putting a stop right after `after` adds to the cost, if the route can be driven then. `most` is what a
    /// better place costs: what is surely dearer need not be known.
    pub(crate) fn price_driven(&self, problem: &Prepared, job: u32, after: u32, most: i64) -> Option<i64> {
        let Node { route, next, .. } = self.nodes[after as usize];
        let added = self.added(problem, route, &[after, job, next]);
        // It is hardly shorter than it was.
        let day = self.routes[route as usize].dur;
        if !self.may_hold(problem, job, after) || self.least(problem, route, added, day) >= most {
            return None;
        }
        let mut state = self.before(problem, after, problem.more[job as usize].release);
        state.visit(problem, route, job);
        self.drive_on(problem, state, next)
    }

    /// What it adds to a route to drive from the first of these nodes to the last by way of those in between.
    #[inline(never)]
    pub(super) fn added(&self, problem: &Prepared, route: u32, way: &[u32]) -> Added {
        let legs = problem.legs(route);
        let mut sum = Added::default();
        let mut add = |from: u32, to: u32, sign: i64| {
            let leg = legs.out(problem.place[from as usize], problem.place[to as usize]);
            sum.metres += sign * i64::from(leg.dist);
            sum.driving += sign * i64::from(leg.dur);
            sum.work += sign * work(problem, from, to);
        };
        way.windows(2).for_each(|leg| add(leg[0], leg[1], 1));
        // A vehicle without stops stays at home.
        if self.routes[route as usize].count > 0 {
            add(way[0], way[way.len() - 1], -1);
        }
        sum
    }

    /// The least that a route can cost more than now with that added: the day is no shorter than driving and work, nor than
    /// `day` seconds. `i64::MAX` where that is sure to be more than the vehicle may do.
    #[inline(never)]
    pub(super) fn least(&self, problem: &Prepared, route: u32, added: Added, day: i32) -> i64 {
        let (sums, van) = (&self.routes[route as usize], &problem.vans[route as usize]);
        let metres = i64::from(sums.dist) + added.metres;
        let (plain, driving) = self.plain[route as usize];
        let (plain, driving) = (plain + added.driving + added.work, driving + added.driving);
        // A route that begins later may go without a break.
        let rests = problem.rests(route).iter().filter(|rest| !rest.always);
        let plain = plain - rests.map(|rest| i64::from(rest.duration)).sum::<i64>();
        if metres > i64::from(van.reach) || driving > i64::from(van.driving) || plain > i64::from(van.span) {
            return i64::MAX;
        }
        let least = drive::cost(van, metres, plain.max(day.into()));
        let before = if sums.count == 0 { 0 } else { drive::cost(van, sums.dist.into(), sums.dur.into()) };
        least - before
    }

    /// Where the vehicle stands after a node when it leaves its start, or the last reload before, not before `release`.
    fn before(&self, problem: &Prepared, after: u32, release: i32) -> State {
        let state = self.states[after as usize];
        if !problem.released || !problem.reloading && release <= state.ready() {
            return state;
        }
        let from = self.trip_start(problem, after);
        let ready = self.release(problem, from);
        if problem.reloading && release <= ready {
            return state;
        }
        self.leave(problem, from, after, release.max(ready))
    }

    /// Where the vehicle stands after a node when it leaves the start of that trip at `release`.
    pub(super) fn leave(&self, problem: &Prepared, from: u32, after: u32, release: i32) -> State {
        let route = self.nodes[after as usize].route;
        let mut state = match problem.is_reload(from) {
            true => {
                let mut state = self.states[self.nodes[from as usize].prev as usize];
                state.reload(problem, route, from, release);
                state
            }
            false => State::start(problem, route, release),
        };
        let mut at = from;
        while at != after {
            at = self.nodes[at as usize].next;
            state.visit(problem, route, at);
        }
        state
    }

    /// What a route costs more than now when it is driven on from `next` with the vehicle in this state, if it can be.
    pub(super) fn drive_on(&self, problem: &Prepared, mut state: State, next: u32) -> Option<i64> {
        let route = self.nodes[next as usize].route;
        let mut at = next;
        while problem.is_job(at) {
            if !state.is_sound() {
                return None;
            }
            self.pass(problem, &mut state, route, at);
            at = self.nodes[at as usize].next;
        }
        let outcome = state.finish(problem, route);
        let in_place = outcome.faults.misplaced <= self.misplaced[route as usize];
        (in_place && outcome.is_drivable()).then(|| outcome.cost - self.routes[route as usize].cost)
    }

    /// The place on a route where a shipment adds the least to the cost, less than `most`: that and after which nodes
    /// the pickup and the delivery come, the same one if the delivery comes right after the pickup.
    pub(crate) fn price_pair_driven(
        &self,
        problem: &Prepared,
        pickup: u32,
        route: u32,
        most: i64,
    ) -> Option<(i64, u32, u32)> {
        let (cargo, end) = (&problem.cargo[pickup as usize], problem.end(route));
        let capacity = &problem.vans[route as usize].capacity;
        let holds = |node: u32| {
            let mut load = self.aboard[node as usize].load;
            load += cargo.amount;
            load.fits(capacity)
        };
        let release = problem.more[pickup as usize].release.max(problem.more[cargo.mate as usize].release);
        let mut best = (most, NONE, NONE);
        let mut after = problem.start(route);
        while after != end {
            let mut next = self.nodes[after as usize].next;
            let alone = self.added(problem, route, &[after, pickup, next]);
            let mut state = self.before(problem, after, release);
            state.visit(problem, route, pickup);
            let mut then = after;
            while holds(then) && state.is_sound() {
                let added = match then == after {
                    true => self.added(problem, route, &[after, pickup, cargo.mate, next]),
                    false => alone + self.added(problem, route, &[then, cargo.mate, next]),
                };
                if self.least(problem, route, added, 0) < best.0 {
                    let mut trial = state;
                    trial.visit(problem, route, cargo.mate);
                    if let Some(cost) = self.drive_on(problem, trial, next).filter(|&cost| cost < best.0) {
                        best = (cost, after, then);
                    }
                }
                // What is handed over on a later trip would hold that back, too.
                if next == end || problem.released && problem.is_reload(next) {
                    break;
                }
                (then, next) = (next, self.nodes[next as usize].next);
                self.pass(problem, &mut state, route, then);
            }
            after = self.nodes[after as usize].next;
        }
        (best.1 != NONE).then_some(best)
    }
}

/// How long a stop takes right after a node, in seconds.
fn work(problem: &Prepared, after: u32, node: u32) -> i64 {
    if !problem.is_job(node) {
        return 0;
    }
    let moved = problem.place[after as usize] != problem.place[node as usize];
    let setup = if moved { problem.more[node as usize].setup } else { 0 };
    i64::from(problem.stops[node as usize].service) + i64::from(setup)
}
