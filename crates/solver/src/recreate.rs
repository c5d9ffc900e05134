//! Puts absent stops back, each where it costs least.
//!
//! After Christiaens and Vanden Berghe, "Slack Induction by String Removals for Vehicle Routing Problems" (2020):
//! stops come in a random one of a few orders, and a place is now and then overlooked ("blinked at"), which is all
//! the randomness a greedy insertion needs. Unlike there, only places beside a stop's neighbours and at the ends of
//! their routes are tried, so that the effort does not grow with the plan.

mod known;
mod look;
mod pair;
mod shipment;

use crate::model::DIMENSIONS;
use crate::order::{self, Key};
use crate::plan::{Plan, Refill};
use crate::prepared::{NONE, Prepared};
use crate::rng::Rng;
use known::Known;
use look::{try_all, try_behind};
use pair::{Gaps, PairSpot};

/// One place in so many is overlooked.
const BLINK: u32 = 100;
/// One stop in so many tries the ends of all routes, in a search that looks far.
const FAR: u32 = 8;
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
    blinks: Blinks,
    gaps: Gaps,
    known: Known,
    queue: Vec<Key>,
    /// Whether an empty vehicle is used only where nothing else will do, this time.
    thrifty: bool,
    /// The most vehicles that may be used.
    pub(crate) most: u32,
    /// The plan cost from which on a plan is of no use, if it must also be whole to be of any.
    pub(crate) ceiling: Option<i64>,
    /// Whether a stop now and then tries the ends of all routes, not only of those of its neighbours: between far stops and
    /// the depot lie places that no neighbour tells of. While a search is hot it is the worse for that.
    pub(crate) looks_far: bool,
    /// Whether the current stop has come by a route with room for it.
    has_come_by_room: bool,
}

/// Where a stop could go, and what that adds to the cost.
#[derive(Debug, Clone, Copy)]
struct Spot {
    cost: i64,
    after: u32,
    /// The reload that is opened there.
    refill: Option<Refill>,
}

impl Spot {
    const NOWHERE: Self = Self { cost: i64::MAX, after: NONE, refill: None };
}

/// Places to go until the next one is overlooked.
#[derive(Debug)]
struct Blinks(u32);

impl Blinks {
    #[inline(always)]
    fn blink(&mut self, rng: &mut Rng) -> bool {
        self.0 -= 1;
        if self.0 == 0 {
            self.0 = 1 + rng.below(2 * BLINK - 1);
            return true;
        }
        false
    }
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
            blinks: Blinks(BLINK),
            gaps: Gaps::of(problem),
            known: Known::of(problem),
            queue: Vec::with_capacity(problem.jobs),
            thrifty: false,
            most: u32::MAX,
            ceiling: None,
            looks_far: false,
            has_come_by_room: false,
        }
    }

    /// Forgets what it knows about the routes of the plan: another one takes its place.
    pub(crate) fn forget(&mut self) {
        self.known.clear();
    }

    /// Tries to place the absent stops from index `old` on and a few of those before; the rest stays absent. `false`
    /// when it has given up because of the ceiling: stops are lost then, and the caller must undo.
    pub(crate) fn run(&mut self, problem: &Prepared, plan: &mut Plan, rng: &mut Rng, old: usize) -> bool {
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
            let due = problem.mate(job).map_or(stop, |delivery| &problem.stops[delivery as usize]);
            let key = match order {
                0..=3 => i64::from(rng.below(u32::MAX)),
                4..=7 => -i64::from(problem.size(job)),
                8..=9 => -stop.remote,
                10 => stop.remote,
                11..=12 => i64::from(due.close) - i64::from(stop.open),
                13..=14 => i64::from(stop.open),
                _ => -i64::from(due.close),
            };
            (key, u64::from(job))
        }));
        order::sort(&mut queue);
        for &(_, job) in &queue {
            let job = job as u32;
            let everywhere = problem.jobs <= 100 || rng.one_in(16);
            let placed = self.place(problem, plan, rng, job, Effort::Search)
                || everywhere
                    && !self.is_too_dear()
                    && self.place(problem, plan, rng, job, Effort::Everywhere);
            if !placed {
                plan.absent.push(job);
            }
            // What is placed from here on makes it dearer still.
            if self.ceiling.is_some_and(|ceiling| !placed || plan.cost >= ceiling) {
                self.queue = queue;
                return false;
            }
        }
        self.queue = queue;
        true
    }

    /// Whether the current stop, for which no place was found, has places, but they all cost too much.
    fn is_too_dear(&self) -> bool {
        self.ceiling.is_some() && self.has_come_by_room
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
        self.has_come_by_room = false;
        if problem.mate(job).is_some() {
            return self.place_pair(problem, plan, rng, job, effort);
        }
        let cost = self.ceiling.map_or(i64::MAX, |ceiling| ceiling.saturating_sub(plan.cost));
        let mut best = Spot { cost, ..Spot::NOWHERE };
        self.next_turn();
        if problem.windowed {
            self.look_in_time(problem, plan, rng, job, effort, &mut best);
        } else {
            self.look(problem, plan, rng, job, effort, &mut best);
        }
        let everywhere = effort == Effort::Everywhere || self.thrifty;
        if best.after == NONE && everywhere && !self.is_too_dear() {
            for route in plan.used_routes(problem) {
                if !fits(problem, plan, job, route) {
                    continue;
                }
                try_all(problem, plan, job, route, &mut best);
            }
        }
        if plan.used < self.most && (best.after == NONE || !self.thrifty) {
            for &kind in &problem.kinds {
                let spare = spare(problem, plan, job, kind);
                if let Some(vehicle) = spare.filter(|&vehicle| fits(problem, plan, job, vehicle)) {
                    try_behind(problem, plan, job, problem.start(vehicle), &mut best);
                }
            }
        }
        best.after != NONE
            && (Self::commit(problem, plan, job, best)
                || effort == Effort::Everywhere
                    && !problem.driven
                    && Self::try_everywhere(problem, plan, job))
    }

    /// Tries every place for real. Needed only where the price of a place is a guess: several windows a stop
    /// together with a longest working time.
    fn try_everywhere(problem: &Prepared, plan: &mut Plan, job: u32) -> bool {
        for route in 0..problem.vans.len() as u32 {
            let (mut after, end) = (problem.start(route), problem.end(route));
            while after != end && fits(problem, plan, job, route) {
                let mut spot = Spot::NOWHERE;
                try_behind(problem, plan, job, after, &mut spot);
                if spot.after != NONE && Self::commit(problem, plan, job, spot) {
                    return true;
                }
                after = plan.node(after).next;
            }
        }
        false
    }

    /// Puts the stops of a given plan on an empty route: as they are if that can be driven, else those that fit
    /// one after the other. Of a shipment both ends or neither.
    pub(crate) fn adopt(problem: &Prepared, plan: &mut Plan, route: u32, stops: &[usize]) {
        let end = problem.end(route);
        let mut taken = Vec::with_capacity(stops.len());
        for &stop in stops {
            let (job, last) = (stop as u32, plan.node(end).prev);
            if stop < problem.jobs && plan.node(job).route == NONE && problem.allowed(job, route) {
                plan.link(problem, job, last);
                taken.push(job);
            } else if stop >= problem.jobs
                && let Some(&kind) = problem.refills(route).get(stop - problem.jobs)
                && problem.is_job(last)
            {
                plan.open(problem, kind, last);
            }
        }
        if problem.paired {
            taken = Self::whole(problem, plan, route, &taken);
        }
        if problem.reloading {
            plan.tidy(problem, route, None);
        }
        if plan.refresh(problem, route) && plan.has_room(problem, route) {
            return;
        }
        for &job in &taken {
            plan.unlink(problem, job);
        }
        if problem.reloading {
            plan.tidy(problem, route, None);
        }
        plan.refresh(problem, route);
        for &job in &taken {
            Self::append(problem, plan, job, plan.node(end).prev);
        }
    }

    /// Puts one stop or shipment where it costs least on a route that has stops; `false` when it does not fit there.
    pub(crate) fn place_on(&mut self, problem: &Prepared, plan: &mut Plan, job: u32, route: u32) -> bool {
        if problem.mate(job).is_some() {
            let spot = self.best_pair_on(problem, plan, job, route);
            return spot.after != NONE && Self::commit_pair(problem, plan, job, spot);
        }
        let spot = Self::best_on(problem, plan, job, route);
        spot.after != NONE && Self::commit(problem, plan, job, spot)
    }

    /// Whether a stop or shipment fits on a route somewhere.
    pub(crate) fn fits_on(&mut self, problem: &Prepared, plan: &Plan, job: u32, route: u32) -> bool {
        match problem.mate(job) {
            Some(_) => self.best_pair_on(problem, plan, job, route).after != NONE,
            None => Self::best_on(problem, plan, job, route).after != NONE,
        }
    }

    fn best_pair_on(&mut self, problem: &Prepared, plan: &Plan, job: u32, route: u32) -> PairSpot {
        let mut best = PairSpot::NOWHERE;
        self.gaps.scan(problem, plan, route, job, &mut best, false);
        best
    }

    fn best_on(problem: &Prepared, plan: &Plan, job: u32, route: u32) -> Spot {
        let mut best = Spot::NOWHERE;
        if fits(problem, plan, job, route) {
            try_all(problem, plan, job, route, &mut best);
        }
        best
    }

    /// Puts one stop at the end of a route if it fits there, or a shipment wherever it does.
    pub(crate) fn append(problem: &Prepared, plan: &mut Plan, job: u32, last: u32) -> bool {
        if problem.mate(job).is_some() {
            if plan.node(job).route != NONE || problem.task(job) != job {
                return false;
            }
            let mut best = PairSpot::NOWHERE;
            Gaps::default().scan(problem, plan, plan.node(last).route, job, &mut best, true);
            return best.after != NONE && Self::commit_pair(problem, plan, job, best);
        }
        let mut spot = Spot::NOWHERE;
        if plan.node(job).route == NONE && fits(problem, plan, job, plan.node(last).route) {
            try_behind(problem, plan, job, last, &mut spot);
        }
        spot.after != NONE && Self::commit(problem, plan, job, spot)
    }

    fn commit(problem: &Prepared, plan: &mut Plan, job: u32, spot: Spot) -> bool {
        let route = plan.node(spot.after).route;
        plan.link_with(problem, job, spot.after, spot.refill);
        if plan.refresh_around(problem, job) {
            return true;
        }
        // Only the length of a day with split windows is not known before it is laid out.
        plan.unlink(problem, job);
        if problem.reloading {
            plan.tidy(problem, route, None);
        }
        plan.refresh(problem, route);
        false
    }
}

/// An empty vehicle of this kind for a stop.
fn spare(problem: &Prepared, plan: &Plan, job: u32, kind: (u32, u32)) -> Option<u32> {
    // A locked stop needs its own vehicle, not just one like it.
    let locked = problem.stops[job as usize].locked;
    let mine = locked != NONE && (kind.0..kind.1).contains(&problem.rank[locked as usize]);
    if mine && plan.routes[locked as usize].count == 0 {
        return Some(locked);
    }
    plan.spare(problem, kind)
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

/// Whether the place has room, where it does not only depend on the route.
#[inline]
fn has_room(problem: &Prepared, plan: &Plan, job: u32, after: u32) -> bool {
    !problem.mixed || plan.carries(problem, job, after)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::sample::routes;
    use crate::ruin::Ruin;
    use crate::{evaluate, fixture, rng::Rng};
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

        /// Below a ceiling there are whole plans that cost less, or none; and what was given up can be taken back.
        #[test]
        fn a_plan_below_the_ceiling_is_whole_and_cheaper(seed: u64) {
            let problem = fixture::mixed(seed);
            let prepared = Prepared::new(&problem);
            let (mut plan, mut rng) = (Plan::new(&prepared), Rng::new(seed));
            let (mut recreate, mut ruin) = (Recreate::new(&prepared), Ruin::new(&prepared));
            let is_free = |job: &u32| prepared.task(*job) == *job && !prepared.is_fixed(*job);
            for job in (0..prepared.jobs as u32).filter(is_free) {
                // What fits nowhere is not of this plan.
                recreate.place(&prepared, &mut plan, &mut rng, job, Effort::Everywhere);
            }
            plan.keep();
            if plan.used == 0 || prepared.reloading {
                return Ok(());
            }
            for turn in 0..20 {
                let before = (routes(&prepared, &plan), plan.cost);
                let ceiling = plan.cost + i64::from(turn - 5) * plan.cost / 50;
                recreate.ceiling = Some(ceiling);
                let kept = ruin.run(&prepared, &mut plan, &mut rng, None)
                    && recreate.run(&prepared, &mut plan, &mut rng, 0);
                if kept && plan.is_all_in_place() {
                    prop_assert!(plan.cost < ceiling || routes(&prepared, &plan) == before.0);
                    prop_assert!(plan.absent.is_empty());
                    let checked = evaluate(&problem, &routes(&prepared, &plan));
                    prop_assert_eq!((checked.violations, checked.cost), (vec![], plan.cost));
                    plan.keep();
                } else {
                    plan.undo(&prepared);
                    prop_assert_eq!((routes(&prepared, &plan), plan.cost), before);
                }
            }
        }
    }

    #[test]
    fn without_hope_it_gives_up_and_with_room_it_does_not() {
        let check = |ceiling, expected| {
            let prepared = Prepared::new(&fixture::city(30, 1, false));
            let (mut plan, mut rng) = (Plan::new(&prepared), Rng::new(1));
            let mut recreate = Recreate::new(&prepared);
            plan.absent = (0..30).collect();
            recreate.ceiling = ceiling;
            assert_eq!(recreate.run(&prepared, &mut plan, &mut rng, 0), expected);
            assert_eq!(
                plan.absent.is_empty() && plan.routes.iter().map(|route| route.count).sum::<u32>() == 30,
                expected
            );
        };
        check(None, true);
        check(Some(i64::MAX), true);
        check(Some(1), false);
    }
}
