//! The plan the search works on: routes as chains of stops, with what it takes to price a change without driving the
//! whole route again, and a log to take changes back.
//!
//! Linking and unlinking a stop costs the same however long the route is. Only when stops have windows does a route
//! also carry a timetable, forwards (how early) and backwards (how late), renewed by [`Plan::refresh`].

mod cargo;
mod driven;
mod reloads;
#[cfg(test)]
pub(crate) mod sample;
mod tails;
mod timetable;

pub(crate) use reloads::Refill;

use crate::drive::State;
use crate::model::Load;
use crate::prepared::{NONE, Prepared};
use crate::travel::Leg;

/// A stop, or the start or end of a vehicle, in its place on a route.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Node {
    pub(crate) prev: u32,
    pub(crate) next: u32,
    /// The vehicle, or [`NONE`].
    pub(crate) route: u32,
    /// The leg that leads here.
    pub(crate) leg: Leg,
    /// The earliest it can be left, when the vehicle leaves as the shift begins.
    pub(crate) early: i32,
    /// The latest the vehicle may arrive so that nothing from here on is late.
    pub(crate) late: i32,
    /// Driving and service up to leaving here.
    pub(crate) plain: i32,
    /// The latest the vehicle may leave its start so that nothing up to here is late.
    pub(crate) leave: i32,
    /// The earliest the route can finish however early the vehicle arrives here.
    pub(crate) finish: i32,
    /// Driving and service from arriving here to the finish.
    pub(crate) rest: i32,
}

/// The sums of a route.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Sums {
    pub(crate) count: u32,
    pub(crate) load: Load,
    pub(crate) dist: i32,
    /// Working time. Between a change and the refresh after it: without the change in waiting.
    pub(crate) dur: i32,
    pub(crate) cost: i64,
    /// Changes whenever the route does, and comes back when that is taken back: no two routes of a plan have the same.
    pub(crate) stamp: u64,
}

#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) nodes: Vec<Node>,
    pub(crate) routes: Vec<Sums>,
    /// The cost of all routes.
    pub(crate) cost: i64,
    /// Stops on no route; a shipment is here by its pickup alone.
    pub(crate) absent: Vec<u32>,
    /// How many vehicles have stops.
    pub(crate) used: u32,
    /// What is aboard where; empty where everything is loaded at the start.
    pub(crate) aboard: Vec<cargo::Aboard>,
    /// Bits of the vehicles without stops, by rank.
    empty: Vec<u64>,
    /// Where the vehicle stands after each node; only where routes are driven through.
    states: Vec<State>,
    /// Of each route the seconds of driving and service together, and of driving alone; as `states`.
    plain: Vec<(i64, i64)>,
    /// How far stops of each route are from their locked positions; as `states`.
    misplaced: Vec<u32>,
    /// What the stops after each node up to the next reload ask for; only where there are reloads.
    ahead: Vec<Load>,
    /// The last stamp that was given.
    stamp: u64,
    epoch: u32,
    node_epoch: Vec<u32>,
    route_epoch: Vec<u32>,
    node_log: Vec<(u32, Node)>,
    route_log: Vec<(u32, Sums)>,
    saved: (i64, Vec<u32>),
}

impl Plan {
    /// A plan in which every vehicle stays at home. Nothing is absent yet either: the caller says what is.
    pub(crate) fn new(problem: &Prepared) -> Self {
        let blank = Node {
            prev: NONE,
            next: NONE,
            route: NONE,
            leg: Leg::default(),
            early: 0,
            late: 0,
            plain: 0,
            leave: 0,
            finish: 0,
            rest: 0,
        };
        let vehicles = problem.vans.len();
        let mut plan = Self {
            nodes: vec![blank; problem.place.len()],
            routes: vec![Sums::default(); vehicles],
            cost: 0,
            absent: Vec::with_capacity(problem.jobs),
            used: 0,
            aboard: vec![cargo::Aboard::default(); if problem.mixed { problem.place.len() } else { 0 }],
            empty: vec![u64::MAX; vehicles.div_ceil(64)],
            states: Vec::new(),
            plain: vec![(0, 0); if problem.driven { vehicles } else { 0 }],
            misplaced: vec![0; if problem.driven { vehicles } else { 0 }],
            ahead: vec![Load::default(); if problem.reloading { problem.place.len() } else { 0 }],
            stamp: 0,
            epoch: 1,
            node_epoch: vec![0; problem.place.len()],
            route_epoch: vec![0; vehicles],
            // As long as they can get, so that no iteration has to allocate.
            node_log: Vec::with_capacity(problem.place.len()),
            route_log: Vec::with_capacity(vehicles),
            saved: (0, Vec::with_capacity(problem.jobs)),
        };
        if problem.driven && vehicles > 0 {
            plan.states = vec![State::start(problem, 0, 0); problem.place.len()];
        }
        for vehicle in 0..vehicles as u32 {
            let (start, end) = (problem.start(vehicle), problem.end(vehicle));
            let leg = problem.table.out(problem.place[start as usize], problem.place[end as usize]);
            plan.nodes[start as usize] = Node { next: end, route: vehicle, ..blank };
            plan.nodes[end as usize] = Node { prev: start, route: vehicle, leg, ..blank };
            plan.refresh(problem, vehicle);
        }
        if !problem.first.is_empty() {
            plan.fix(problem);
            (0..vehicles as u32).for_each(|vehicle| {
                plan.refresh(problem, vehicle);
            });
        }
        plan.keep();
        plan
    }

    /// Plan cost plus what the absent stops count.
    pub(crate) fn score(&self, problem: &Prepared) -> i64 {
        self.priced(problem, problem.penalty)
    }

    /// Plan cost plus what the absent stops count at a price of their own.
    pub(crate) fn priced(&self, problem: &Prepared, price: i64) -> i64 {
        let weight: i64 = self.absent.iter().map(|&job| problem.stops[job as usize].weight).sum();
        self.cost + price * weight
    }

    #[inline]
    pub(crate) fn node(&self, node: u32) -> &Node {
        &self.nodes[node as usize]
    }

    #[inline]
    fn touch(&mut self, node: u32) -> &mut Node {
        let at = node as usize;
        if self.node_epoch[at] != self.epoch {
            self.node_epoch[at] = self.epoch;
            self.node_log.push((node, self.nodes[at]));
        }
        &mut self.nodes[at]
    }

    #[inline]
    fn touch_route(&mut self, route: u32) -> &mut Sums {
        let at = route as usize;
        if self.route_epoch[at] != self.epoch {
            self.route_epoch[at] = self.epoch;
            self.route_log.push((route, self.routes[at]));
        }
        self.stamp += 1;
        self.routes[at].stamp = self.stamp;
        &mut self.routes[at]
    }

    /// Puts a stop right after `prev`. The route must be refreshed before its cost and timetable are read.
    pub(crate) fn link(&mut self, problem: &Prepared, job: u32, prev: u32) {
        let Node { next, route, .. } = self.nodes[prev as usize];
        let (place, table) = (&problem.place, &problem.table);
        let here = place[job as usize];
        let (to, on) = (table.back(here, place[prev as usize]), table.out(here, place[next as usize]));
        let old = self.nodes[next as usize].leg;
        let node = self.touch(job);
        (node.prev, node.next, node.route, node.leg) = (prev, next, route, to);
        self.touch(prev).next = job;
        let node = self.touch(next);
        (node.prev, node.leg) = (job, on);
        let stop = &problem.stops[job as usize];
        let sums = self.touch_route(route);
        let old = if sums.count == 0 { Leg::default() } else { old };
        sums.count += 1;
        sums.load += stop.demand;
        sums.dist += to.dist + on.dist - old.dist;
        sums.dur += to.dur + on.dur - old.dur + stop.service;
        if sums.count == 1 {
            self.mark_empty(problem, route, false);
        }
    }

    /// Takes a stop off its route. The route must be refreshed before its cost and timetable are read.
    pub(crate) fn unlink(&mut self, problem: &Prepared, job: u32) {
        let Node { prev, next, route, leg: to, .. } = self.nodes[job as usize];
        let on = self.nodes[next as usize].leg;
        let short = problem.table.out(problem.place[prev as usize], problem.place[next as usize]);
        let node = self.touch(job);
        (node.prev, node.next, node.route) = (NONE, NONE, NONE);
        self.touch(prev).next = next;
        let node = self.touch(next);
        (node.prev, node.leg) = (prev, short);
        let stop = &problem.stops[job as usize];
        let sums = self.touch_route(route);
        sums.count -= 1;
        sums.load -= stop.demand;
        if sums.count == 0 {
            (sums.dist, sums.dur) = (0, 0);
            self.mark_empty(problem, route, true);
        } else {
            sums.dist += short.dist - to.dist - on.dist;
            sums.dur += short.dur - to.dur - on.dur - stop.service;
        }
    }

    /// Whether a route carries no more, in load and number, than its vehicle may.
    pub(crate) fn has_room(&self, problem: &Prepared, route: u32) -> bool {
        let (sums, van) = (&self.routes[route as usize], &problem.vans[route as usize]);
        sums.load.fits(&van.capacity) && sums.count <= van.max_stops && self.is_in_place(route)
    }

    /// Renews timetable and cost of a route. Says whether it can be driven: taking a stop off can make a route
    /// longer where a detour is quicker than the direct way, as in some road matrices.
    pub(crate) fn refresh(&mut self, problem: &Prepared, route: u32) -> bool {
        if problem.driven {
            let holds = !problem.mixed || self.carry(problem, route);
            return self.drive(problem, route) && holds;
        }
        let in_time = match (problem.windowed, problem.timed) {
            (false, _) => true,
            (true, true) => self.timetable(problem, route),
            (true, false) => {
                let (start, end) = (problem.start(route), problem.end(route));
                let in_time = self.forwards(problem, start, true);
                self.backwards(problem, end, true);
                in_time
            }
        };
        let holds = !problem.mixed || self.carry(problem, route);
        self.price(problem, route) && in_time && holds
    }

    /// Renews timetable and cost of a route that has just got one more stop, as [`Plan::refresh`] does, but only as
    /// far from it as anything changes.
    pub(crate) fn refresh_around(&mut self, problem: &Prepared, job: u32) -> bool {
        let route = self.nodes[job as usize].route;
        if problem.driven || problem.timed || !problem.windowed || problem.mixed {
            return self.refresh(problem, route);
        }
        let Node { prev, next, .. } = self.nodes[job as usize];
        // The new stop has no times yet, and its own may happen to be those of an earlier place.
        self.touch(job).early = i32::MIN;
        self.touch(job).late = i32::MIN;
        let in_time = self.forwards(problem, prev, false);
        self.backwards(problem, next, false);
        self.price(problem, route) && in_time
    }

    /// Renews the cost of a route; whether its sums are within the vehicle's limits.
    fn price(&mut self, problem: &Prepared, route: u32) -> bool {
        let van = &problem.vans[route as usize];
        let sums = self.touch_route(route);
        let before = sums.cost;
        sums.cost = if sums.count == 0 {
            0
        } else {
            van.fixed + van.per_metre * i64::from(sums.dist) + van.per_second * i64::from(sums.dur)
        };
        // The length of a day is known only where it matters.
        let exact = problem.timed || !problem.windowed;
        let in_reach = sums.dist <= van.reach && (!exact || sums.dur <= van.span);
        let (after, drivable) = (sums.cost, sums.count == 0 || in_reach);
        self.cost += after - before;
        drivable
    }

    /// An empty vehicle of this kind.
    pub(crate) fn spare(&self, problem: &Prepared, kind: (u32, u32)) -> Option<u32> {
        let (mut at, to) = kind;
        while at < to {
            let rest = self.empty[at as usize / 64] >> (at % 64);
            if rest != 0 {
                at += rest.trailing_zeros();
                return (at < to).then(|| problem.order[at as usize]);
            }
            at = (at / 64 + 1) * 64;
        }
        None
    }

    /// Has empty vehicles of other searches never be given out by [`Plan::spare`], or takes that back.
    pub(crate) fn withhold(&mut self, problem: &Prepared, vehicles: &[bool], withheld: bool) {
        for (vehicle, _) in vehicles.iter().enumerate().filter(|&(_, &foreign)| foreign) {
            if self.routes[vehicle].count == 0 {
                let rank = problem.rank[vehicle];
                let (word, bit) = (&mut self.empty[rank as usize / 64], 1_u64 << (rank % 64));
                *word = if withheld { *word & !bit } else { *word | bit };
            }
        }
    }

    /// The vehicles that have stops.
    pub(crate) fn used_routes<'a>(&'a self, problem: &'a Prepared) -> impl Iterator<Item = u32> + 'a {
        self.empty.iter().enumerate().flat_map(move |(word, &empty)| {
            let mut used = !empty;
            std::iter::from_fn(move || {
                let bit = (used != 0).then(|| used.trailing_zeros())?;
                used &= used - 1;
                Some(problem.order[word * 64 + bit as usize])
            })
        })
    }

    fn mark_empty(&mut self, problem: &Prepared, route: u32, empty: bool) {
        let rank = problem.rank[route as usize];
        let bit = 1_u64 << (rank % 64);
        self.used = if empty { self.used - 1 } else { self.used + 1 };
        let word = &mut self.empty[rank as usize / 64];
        *word = if empty { *word | bit } else { *word & !bit };
    }

    /// From here on changes can be taken back with [`Plan::undo`].
    pub(crate) fn keep(&mut self) {
        self.node_log.clear();
        self.route_log.clear();
        self.saved.0 = self.cost;
        self.saved.1.clone_from(&self.absent);
        self.epoch = self.epoch.wrapping_add(1);
        if self.epoch == 0 {
            self.node_epoch.fill(0);
            self.route_epoch.fill(0);
            self.epoch = 1;
        }
    }

    /// Takes back everything since [`Plan::keep`].
    pub(crate) fn undo(&mut self, problem: &Prepared) {
        while let Some((node, old)) = self.node_log.pop() {
            self.nodes[node as usize] = old;
        }
        while let Some((route, old)) = self.route_log.pop() {
            let was_empty = self.routes[route as usize].count == 0;
            self.routes[route as usize] = old;
            if problem.driven {
                self.stand(problem, route);
            }
            if was_empty != (old.count == 0) {
                self.mark_empty(problem, route, !was_empty);
            }
            if problem.mixed {
                self.carry(problem, route);
            }
        }
        self.cost = self.saved.0;
        let (_, saved) = &self.saved;
        self.absent.clone_from(saved);
        self.keep();
    }

    /// The nodes that have changed since [`Plan::keep`].
    pub(crate) fn changed(&self) -> impl Iterator<Item = u32> + '_ {
        self.node_log.iter().map(|&(node, _)| node)
    }
}

#[cfg(test)]
mod tests {
    use super::sample::routes;
    use super::*;
    use crate::{evaluate, fixture, rng::Rng};
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

        /// Links and unlinks stops at random; as long as the routes can be driven their sums must be what driving
        /// them from scratch gives, and taking it all back must give the plan before.
        #[test]
        fn sums_stay_exact_and_changes_can_be_taken_back(seed: u64) {
            let mut problem = fixture::mixed(seed);
            // A dozen legs that no road leads along, which no search puts together, are more than a number holds.
            if let crate::Travel::Matrix { durations, .. } = &mut problem.travel {
                durations.iter_mut().for_each(|seconds| *seconds = (*seconds).min(3_000));
            }
            let prepared = Prepared::new(&problem);
            prop_assume!(!problem.vehicles.is_empty() && !problem.stops.is_empty());
            let mut plan = Plan::new(&prepared);
            let mut rng = Rng::new(seed);
            for round in 0..20 {
                plan.keep();
                let (before, cost) = (routes(&prepared, &plan), plan.cost);
                for _ in 0..5 {
                    let job = prepared.task(rng.below(prepared.jobs as u32));
                    let mut route = plan.node(job).route;
                    let ends = [Some(job), prepared.mate(job)];
                    if route == NONE {
                        route = rng.below(prepared.vans.len() as u32);
                        for end in ends.into_iter().flatten().rev() {
                            plan.link(&prepared, end, prepared.start(route));
                        }
                    } else {
                        ends.into_iter().flatten().for_each(|end| plan.unlink(&prepared, end));
                    }
                    let prev = plan.node(prepared.end(route)).prev;
                    if let Some(&kind) = prepared.refills(route).first().filter(|_| prepared.is_job(prev) && rng.one_in(2)) {
                        plan.open(&prepared, kind, plan.node(prev).prev);
                    }
                    if rng.one_in(2) {
                        plan.tidy(&prepared, route, Some(&mut rng));
                    }
                    plan.refresh(&prepared, route);
                    check_sums(&problem, &prepared, &plan);
                }
                if round % 3 == 0 {
                    plan.keep();
                    crate::tails::exchange(&prepared, &mut plan, &mut rng, i64::MAX);
                    check_sums(&problem, &prepared, &plan);
                    plan.undo(&prepared);
                } else if round % 2 == 0 {
                    plan.undo(&prepared);
                    prop_assert_eq!(routes(&prepared, &plan), before);
                    prop_assert_eq!(plan.cost, cost);
                    check_sums(&problem, &prepared, &plan);
                }
            }
        }
    }

    fn check_sums(problem: &crate::Problem, prepared: &Prepared, plan: &Plan) {
        for route in routes(prepared, plan) {
            let sums = plan.routes[route.vehicle];
            assert_eq!(sums.count as usize, route.stops.iter().filter(|&&job| job < prepared.jobs).count());
            let scratch = evaluate(problem, std::slice::from_ref(&route));
            if scratch.violations.is_empty() {
                assert_eq!((i64::from(sums.dist), sums.cost), (scratch.distance, scratch.cost));
                if prepared.driven || prepared.timed || !prepared.windowed {
                    assert_eq!(i64::from(sums.dur), scratch.duration);
                }
                // The most aboard is known at the start already, as the most from there on.
                if let (true, false, Some(driven)) =
                    (prepared.mixed, prepared.reloading, scratch.routes.first())
                {
                    assert_eq!(plan.most_aboard(prepared, route.vehicle as u32), driven.load);
                }
            }
        }
    }
}
