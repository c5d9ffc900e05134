//! The search itself, one iteration at a time: ruin, recreate, accept or take back, remember the best.

mod best;
mod build;
mod eject;
mod even;
mod fleet;
mod offspring;
mod parts;
mod scarce;
mod trade;

use std::sync::Arc;

use crate::RoutePlan;
use crate::anneal::Anneal;
use crate::cross;
use crate::inherit::{Elite, Inherit};
use crate::order;
use crate::plan::Plan;
use crate::prepared::{NONE, Prepared};
use crate::recreate::{Effort, Recreate};
use crate::rng::Rng;
use crate::ruin::Ruin;
use crate::tails;
use crate::tour::TourSearch;
use best::Best;
use build::Build;
pub use build::Stage;
pub(crate) use build::Work;
use fleet::Fleet;
use parts::Parts;
use scarce::Scarce;

#[derive(Debug)]
pub(crate) struct Search {
    /// Shared with the searches that take turns with this one.
    pub(crate) problem: Arc<Prepared>,
    plan: Plan,
    rng: Rng,
    ruin: Ruin,
    recreate: Recreate,
    /// What is left to do before the search itself can begin.
    build: Build,
    anneal: Option<Anneal>,
    /// Evens days out first, where that counts before something else.
    even: Option<Anneal>,
    /// Takes over where one vehicle serves everything and only the order of its stops counts.
    tour: Option<TourSearch>,
    /// Looks for plans with fewer vehicles first, where those count most.
    fleet: Option<Fleet>,
    /// Finds out which stops to leave out, where not all can be served.
    scarce: Scarce,
    /// Stops not placed for the first time yet, the next one last.
    pub(crate) pending: Vec<u32>,
    score: i64,
    pub(crate) best: Best,
    inherit: Inherit,
    /// The stops that were moved by what the search goes on from: it goes on around these, if there are any.
    moved: Vec<u32>,
    /// Another search's plan, to take routes over from.
    elite: Option<Elite>,
    /// What this search sees to, where others see to the rest.
    parts: Option<Parts>,
    /// The most vehicles that it may use.
    most: u32,
}

impl Search {
    pub(crate) fn new(problem: Arc<Prepared>, seed: u64) -> Self {
        let plan = Plan::new(&problem);
        let mut search = Self {
            ruin: Ruin::new(&problem),
            recreate: Recreate::new(&problem),
            rng: Rng::new(seed),
            build: Build::Begin,
            anneal: None,
            even: None,
            tour: None,
            fleet: None,
            scarce: Scarce::Ahead,
            pending: Vec::new(),
            score: 0,
            inherit: Inherit::default(),
            moved: Vec::new(),
            elite: None,
            parts: None,
            most: u32::MAX,
            best: Best::new(&problem, &plan),
            plan,
            problem,
        };
        search.pending = search.tasks();
        search.pending.retain(|&job| search.plan.node(job).route == NONE);
        search
    }

    /// All that has to be placed: every stop, and of each shipment its pickup.
    fn tasks(&self) -> Vec<u32> {
        (0..self.problem.jobs as u32).filter(|&job| self.problem.task(job) == job).collect()
    }

    /// Takes over as much of a plan as can be driven.
    pub(crate) fn start_from(&mut self, routes: &[RoutePlan]) {
        self.plan = self.rebuild(routes);
        self.plan.absent.clear();
        self.best.mark_all();
        self.pending.retain(|&job| self.plan.node(job).route == NONE);
        self.settle();
    }

    /// One iteration, of a search that has been built. Whether it gave a new best plan.
    fn improve(&mut self, spent: u32) -> bool {
        if let Some(tour) = &mut self.tour {
            return tour.iterate(&self.problem, spent, &mut self.rng);
        }
        if self.fleet.is_some() {
            return self.shrink(spent);
        }
        let spent = self.spent_after_fleet(spent);
        let tolerance = if self.problem.evened {
            self.end_evening(spent);
            self.tolerance_evening(spent)
        } else {
            self.anneal.as_ref().map_or(0, |anneal| anneal.tolerance(spent, &mut self.rng))
        };
        let price = self.price_left_out(spent);
        let before = self.plan.priced(&self.problem, price);
        let limit = before.saturating_add(tolerance.max(1));
        // A stop that is left out outweighs every cost, so where none is, none may be. A plan in the making costs no
        // more than when it is done, unless reloads are saved at its end or working days are evened out.
        let gives_up = self.plan.absent.is_empty() && !self.problem.reloading && !self.problem.evened;
        self.recreate.ceiling = gives_up.then_some(limit);
        // Where nothing but the way costs, an exchange is known to be too dear before it is made.
        let is_priced = gives_up && !self.problem.driven && !(self.problem.windowed && self.problem.timed);
        let most = if is_priced { limit.saturating_sub(before) } else { i64::MAX };
        let pieces = self.has_pieces();
        let used = self.plan.used;
        let tails = match pieces {
            true => TAILS_IN_TIME,
            false if self.problem.windowed => TAILS_OF_PAIRS,
            false => TAILS,
        };
        self.recreate.most = self.most;
        let kept = if self.elite.is_some() && self.rng.one_in(INHERIT) {
            self.inherit()
        } else if self.plan.used > 1 && self.rng.one_in(tails) {
            tails::exchange(&self.problem, &mut self.plan, &mut self.rng, most)
        } else if pieces && self.plan.used > 1 && self.rng.one_in(CROSS_IN_TIME) {
            cross::exchange(&self.problem, &mut self.plan, &mut self.rng, most)
        } else {
            if self.is_wary_of_vehicles() && !self.rng.one_in(OPENS) {
                self.recreate.most = self.plan.used.min(self.most);
            }
            self.tear_and_mend()
        };
        self.recreate.most = u32::MAX;
        self.recreate.ceiling = None;
        let after = self.plan.priced(&self.problem, price);
        if !kept || after >= limit.saturating_sub(self.closing(used, spent)) {
            self.plan.undo(&self.problem);
            return false;
        }
        self.settle();
        self.score = self.plan.score(&self.problem);
        self.score < self.best.score && self.remember()
    }

    /// What a change that has closed some of so many routes must save, more than any other must, where short windows order the
    /// stops of long ones. A hot search drives detours to every stop anyway, so that the ways to and from the depot are all
    /// that a route less saves; when it has cooled it would need the route back, and no single change is large enough to
    /// open a long one.
    fn closing(&self, used: u32, spent: u32) -> i64 {
        let closed = used.saturating_sub(self.plan.used);
        let is_long = self.problem.jobs > SHORT * used as usize;
        let is_ordered = self.problem.ordered && self.has_pieces();
        match &self.anneal {
            Some(anneal) if closed > 0 && is_long && is_ordered && !self.problem.fewest => {
                i64::from(closed) * CLOSING * anneal.heat(spent)
            }
            _ => 0,
        }
    }

    /// Ruins and recreates; `false` when what came of it cannot be driven.
    fn tear_and_mend(&mut self) -> bool {
        let seed = match self.moved.len() {
            0 => None,
            all => Some(self.moved[self.rng.below(all as u32) as usize]),
        };
        self.tear_and_mend_around(seed)
    }

    /// As [`Search::tear_and_mend`], around a stop.
    fn tear_and_mend_around(&mut self, seed: Option<u32>) -> bool {
        let old = self.plan.absent.len();
        let kept = self.ruin.run(&self.problem, &mut self.plan, &mut self.rng, seed)
            && self.recreate.run(&self.problem, &mut self.plan, &mut self.rng, old);
        kept && self.plan.is_all_in_place()
    }

    /// Takes routes over from another search's plan and mends the others; `false` when that changes nothing or what
    /// came of it cannot be driven.
    fn inherit(&mut self) -> bool {
        let Self { problem, plan, rng, .. } = self;
        let routes = 1 + rng.below(ROUTES);
        self.elite.as_ref().is_some_and(|elite| self.inherit.run(problem, plan, rng, elite, routes))
            && self.recreate.run(problem, plan, rng, self.inherit.still)
            && plan.used <= self.most
    }

    /// Whether windows order the stops, and pieces of routes may go to other routes: with shipments they seldom can
    /// without leaving one of the ends behind, and a reload is not among the stops.
    fn has_pieces(&self) -> bool {
        self.problem.windowed && !self.problem.paired && !self.problem.reloading
    }

    /// Whether another vehicle may be used only now and then: where windows order a few hundred stops on short routes, a
    /// plan that has one too many when it has cooled keeps it.
    fn is_wary_of_vehicles(&self) -> bool {
        let jobs = self.problem.jobs;
        let is_short = jobs <= SHORT * self.plan.used as usize;
        self.has_pieces() && jobs <= HUNDREDS_IN_TIME && is_short && self.plan.absent.is_empty()
    }

    /// What driving to one stop costs on average: what the vehicle, service and waiting cost on top says nothing
    /// about how much a change of the order matters.
    #[inline(never)]
    fn typical_leg(&self) -> i64 {
        let (plan, problem) = (&self.plan, &self.problem);
        let served = plan.nodes.iter().filter(|node| node.route != NONE && node.prev != NONE);
        let driven = served.filter(|node| plan.routes[node.route as usize].count > 0).map(|node| {
            let van = &problem.vans[node.route as usize];
            van.per_metre * i64::from(node.leg.dist) + van.per_second * i64::from(node.leg.dur)
        });
        driven.sum::<i64>() / (problem.jobs - plan.unserved(problem)).max(1) as i64
    }

    /// Goes back to the best plan and tries once more, everywhere, to serve what it leaves out, so that no stop is
    /// called unserved that has room. Whether that gave a better plan.
    pub(crate) fn finish(&mut self) -> bool {
        if self.best.sums.3 == 0 {
            return false;
        }
        let mut plan = self.rebuild(&self.routes());
        let mut absent = std::mem::take(&mut plan.absent);
        order::by_key(&mut absent, |&job| -self.problem.stops[job as usize].weight);
        loop {
            let before = absent.len();
            let (problem, rng) = (&self.problem, &mut self.rng);
            absent.retain(|&job| !self.recreate.place(problem, &mut plan, rng, job, Effort::Everywhere));
            // One stop more can make a detour that lets another in, where direct ways are the longer ones.
            if absent.len() == before {
                break;
            }
        }
        plan.absent = absent;
        self.score = plan.score(&self.problem);
        self.replace(plan)
    }

    /// Takes routes over, from here on, from a plan that another search has found. Goes on from that plan itself if it
    /// serves stops or saves vehicles that the best one here does not, or if it is the better one of one long route;
    /// whether it does.
    pub(crate) fn adopt(&mut self, routes: &[RoutePlan], spent: u32) -> bool {
        if !self.constructed() {
            return false;
        }
        if self.is_divided() {
            return false;
        }
        let plan = self.rebuild(routes);
        if let Some(tour) = &mut self.tour {
            return spent >= TOGETHER && plan.absent.is_empty() && tour.adopt(&self.problem, &plan);
        }
        // Routes that are driven through are searched too slowly for that.
        if !self.problem.driven {
            self.elite = Some(Elite::of(&plan));
        }
        let score = plan.score(&self.problem);
        let serves_more = plan.cost - self.best.sums.0 - score + self.best.score > 0;
        if score >= self.best.score || !serves_more && !self.problem.fewest && !self.problem.driven {
            return false;
        }
        self.score = score;
        self.replace(plan)
    }

    /// A plan of as much of the given routes as can be driven; the other stops are absent.
    #[inline(never)]
    fn rebuild(&self, routes: &[RoutePlan]) -> Plan {
        let mut plan = Plan::new(&self.problem);
        let mut taken = vec![false; self.problem.vans.len()];
        for route in routes.iter().filter(|route| route.vehicle < self.problem.vans.len()) {
            if !std::mem::replace(&mut taken[route.vehicle], true) {
                Recreate::adopt(&self.problem, &mut plan, route.vehicle as u32, &route.stops);
            }
        }
        plan.absent = self.tasks();
        plan.absent.retain(|&job| plan.nodes[job as usize].route == NONE);
        plan
    }

    /// Goes on from the best plan.
    fn go_back(&mut self) {
        let plan = self.rebuild(&self.routes());
        self.score = plan.score(&self.problem);
        self.replace(plan);
    }

    /// Puts another plan in the place of the current one; whether it is better than the best so far.
    #[inline(never)]
    fn replace(&mut self, plan: Plan) -> bool {
        self.plan = plan;
        self.recreate.forget();
        self.plan.keep();
        self.best.mark_all();
        self.score < self.best.score && self.remember()
    }

    /// Accepts what has changed.
    fn settle(&mut self) {
        self.best.mark(self.plan.changed());
        self.plan.keep();
    }

    fn remember(&mut self) -> bool {
        self.best.remember(&self.problem, &self.plan);
        true
    }

    pub(crate) fn constructed(&self) -> bool {
        self.anneal.is_some()
    }

    /// Whether the working time of the best plan is among its sums.
    pub(crate) fn knows_duration(&self) -> bool {
        self.problem.driven || self.problem.timed || !self.problem.windowed
    }

    /// Cost, metres, seconds and the number of unserved stops of the best plan.
    pub(crate) fn sums(&self) -> (i64, i64, i64, usize) {
        self.tour.as_ref().map_or(self.best.sums, |tour| tour.sums(&self.problem))
    }

    /// The routes of the best plan; before there is one, of what has been constructed so far.
    pub(crate) fn routes(&self) -> Vec<RoutePlan> {
        if let Some(tour) = &self.tour {
            return vec![RoutePlan { vehicle: 0, stops: tour.stops() }];
        }
        if self.best.score == i64::MAX {
            self.routes_by(&|node| self.plan.node(node).next)
        } else {
            self.routes_by(&|node| self.best.next(node))
        }
    }

    /// The routes of a plan that says which node comes after each.
    #[inline(never)]
    fn routes_by(&self, next: &dyn Fn(u32) -> u32) -> Vec<RoutePlan> {
        let mut routes = Vec::new();
        for vehicle in 0..self.problem.vans.len() as u32 {
            let mut stops = Vec::new();
            let mut at = next(self.problem.start(vehicle));
            while self.problem.is_job(at) {
                stops.push(self.problem.number(at, vehicle));
                at = next(at);
            }
            if !stops.is_empty() {
                routes.push(RoutePlan { vehicle: vehicle as usize, stops });
            }
        }
        routes
    }
}

#[cfg(test)]
impl Search {
    /// A search that is about to begin, with its first plan.
    pub(crate) fn built(problem: &Arc<Prepared>, seed: u64) -> Self {
        let mut search = Self::new(Arc::clone(problem), seed);
        while !search.constructed() {
            search.iterate(0);
        }
        search
    }
}

/// One iteration in so many exchanges the tails of two routes; far more where windows order the stops, because there a
/// route's second half cannot be mended by moving single stops.
const TAILS: u32 = 50;
const TAILS_IN_TIME: u32 = 3;
const TAILS_OF_PAIRS: u32 = 10;
/// How many temperatures closing a long route must save where short windows order its stops.
const CLOSING: i64 = 6;
/// One of the others in so many exchanges pieces of two routes, where windows order the stops.
const CROSS_IN_TIME: u32 = 2;

/// One iteration in so many may use another vehicle where a plan is wary of them, the most stops that there are then, and
/// how many a route has at most.
const OPENS: u32 = 8;
const HUNDREDS_IN_TIME: usize = 400;
const SHORT: usize = 14;

/// The part of the budget, in 1/65,536, from which on searches on one long route go on from the best one's: what they
/// took over before would melt away again.
const TOGETHER: u32 = 26_000;
/// One iteration in so many takes up to `ROUTES` routes over from another search's plan, if there is one.
const INHERIT: u32 = 20;
const ROUTES: u32 = 3;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::TimeWindow;
    use crate::{Objective, Problem, fixture};

    /// What the dearest change of a hot search cost, in temperatures: of those that closed a route, and of all others.
    fn dearest(problem: &Problem) -> (f64, f64) {
        let mut search = Search::built(&Arc::new(Prepared::new(problem)), 1);
        let heat = search.anneal.as_ref().map_or(0, |anneal| anneal.heat(0));
        let (mut closings, mut others) = (f64::NEG_INFINITY, f64::NEG_INFINITY);
        for _ in 0..20_000 {
            let (used, score) = (search.plan.used, search.score);
            search.improve(0);
            let cost = (search.score - score) as f64 / heat as f64;
            let dearest = if search.plan.used < used { &mut closings } else { &mut others };
            *dearest = dearest.max(cost);
        }
        (closings, others)
    }

    #[test]
    fn a_hot_search_closes_routes_only_where_that_saves_something() {
        let mut wide = fixture::city(120, 1, true);
        wide.vehicles = vec![wide.vehicles[0].clone().with_max_stops(30); 8];
        let mut windows = wide.clone();
        for (at, job) in windows.stops.iter_mut().enumerate() {
            let open = (8 + at as i32 % 8) * 3_600;
            job.windows = vec![TimeWindow::new(open, open + 3_600)];
        }
        let (closings, others) = dearest(&windows);
        // Changes that cost more than six temperatures are hardly ever accepted, see `anneal`.
        assert!(closings.is_finite() && closings < 0.0 && others > 4.0, "{closings} {others}");
        let closing = |problem: &Problem| {
            let mut search = Search::built(&Arc::new(Prepared::new(problem)), 1);
            search.plan.used = 2; // as if the third of three long routes had just been closed
            search.closing(3, 0)
        };
        assert!(closing(&windows) > 0);
        let fewest = windows.with_objective(Objective::FewestVehicles);
        for problem in [fixture::city(60, 1, false), wide, fewest] {
            assert_eq!(closing(&problem), 0);
        }
    }
}
