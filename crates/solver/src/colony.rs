//! What becomes of the time: one search, several in turns, a trial with a vehicle fewer, or a population of plans.
//!
//! A single search over some hundred stops has settled long before a generous budget is spent, and not always on the best
//! plan. Four that cool as slowly as a quarter of the budget allows, and take routes over from each other, come closer;
//! where there is still more time, plans that are crossed come closer still.

mod fewer;
mod population;

use std::sync::Arc;

use crate::exchange::Exchange;
use crate::prepared::Prepared;
use crate::search::{Search, Stage, Work};
use crate::{Part, Problem, RoutePlan};
use fewer::Fewer;
use population::Population;

/// How many searches take turns.
const MEMBERS: usize = 4;
/// The most stops; more have not settled in any budget that people wait for.
const MOST_STOPS: usize = 400;
/// How many iterations there must be for each stop before searches take turns, and for a population.
const PLENTY: u64 = 3_000;
const ABUNDANCE: u64 = 8_000;
/// The part of the budget, in 1/65,536, after which it is plain how many there will be.
const DECISION: u32 = 1_024;
/// Iterations a turn.
const TURN: u64 = 64;
/// The whole budget.
const ALL: u32 = 1 << 16;

/// One search, or several that take turns.
#[derive(Debug)]
pub(crate) struct Colony {
    searches: Vec<Search>,
    exchanges: Vec<Exchange>,
    /// Which of them has the best plan.
    best: usize,
    seed: u64,
    /// How many there should be, once that is decided.
    wanted: Option<usize>,
    fewer: Fewer,
    population: Option<Population>,
}

impl Colony {
    /// One search, for now.
    pub(crate) fn new(problem: Prepared, seed: u64) -> Self {
        let searches = vec![Search::new(Arc::new(problem), seed)];
        let exchanges = vec![Exchange::default()];
        Self { searches, exchanges, best: 0, seed, wanted: None, fewer: Fewer::No, population: None }
    }

    /// The search with the best plan.
    pub(crate) fn best(&self) -> &Search {
        &self.searches[self.best]
    }

    /// Takes over as much of a plan as can be driven, and stays one search that improves it.
    pub(crate) fn start_from(&mut self, routes: &[RoutePlan]) {
        self.searches[0].start_from(routes);
        self.wanted = Some(1);
    }

    /// Stays one search that sees to part `number` of `count` in so many rounds, see [`Search::divide`].
    pub(crate) fn divide(&mut self, number: usize, count: usize, rounds: u32) {
        if self.searches[0].divide(number, count, rounds) {
            self.wanted = Some(1);
        }
    }

    /// See [`Search::part`].
    pub(crate) fn part(&mut self) -> Option<Part> {
        self.searches[0].part()
    }

    /// See [`Search::join`].
    pub(crate) fn join(&mut self, part: Part) -> bool {
        self.searches[0].join(part)
    }

    /// What the search with the best plan is doing.
    pub(crate) fn stage(&self) -> Stage {
        self.best().stage()
    }

    /// One piece of work, after so many iterations; whether it was one, and gave a new best plan.
    pub(crate) fn iterate(&mut self, problem: &Problem, spent: u32, iteration: u64) -> Work {
        self.grow(problem, spent, iteration);
        self.try_fewer(spent);
        let at = (iteration / TURN) as usize % self.searches.len();
        let (spent, learnt) = match &mut self.population {
            Some(population) => population.turn(&mut self.searches[at], spent, iteration),
            None => (spent, self.exchange(at, spent, iteration)),
        };
        let Work { improved, counts } = self.searches[at].iterate(spent);
        let is_better = |score: i64| at == self.best || score < self.best().best.score;
        let improved = (learnt || improved) && is_better(self.searches[at].best.score);
        if improved {
            self.best = at;
        }
        Work { improved, counts }
    }

    /// Decides what becomes of the time when it is plain how many iterations there will be, and adds the searches that
    /// there should be.
    fn grow(&mut self, problem: &Problem, spent: u32, iteration: u64) {
        if self.wanted.is_none() && spent >= DECISION && self.searches[0].constructed() {
            let iterations = iteration.saturating_mul(u64::from(ALL)) / u64::from(spent);
            let stops = problem.stops.len();
            let share = if stops <= MOST_STOPS { iterations / stops.max(1) as u64 } else { 0 };
            let search = &self.searches[0];
            if share >= ABUNDANCE && search.may_cross() {
                self.wanted = Some(1);
                self.population = Some(Population::new(stops, iterations, spent));
            } else {
                self.wanted = Some(if share >= PLENTY && search.is_shareable() { MEMBERS } else { 1 });
                self.fewer = Fewer::of(stops);
            }
        }
        let count = self.searches.len();
        if self.wanted.is_some_and(|wanted| count < wanted) {
            self.add();
        }
    }

    /// Adds a search.
    fn add(&mut self) -> &mut Search {
        // Far from the seeds of searches that run beside this one.
        let seed = self.seed.wrapping_add((self.searches.len() as u64) << 32);
        let prepared = Arc::clone(&self.searches[0].problem);
        self.exchanges.push(Exchange::default());
        self.searches.push_mut(Search::new(prepared, seed))
    }

    /// Has a search learn from another when it is time for that; whether it goes on from the other's plan.
    fn exchange(&mut self, at: usize, spent: u32, iteration: u64) -> bool {
        if self.fewer != Fewer::No || !iteration.is_multiple_of(TURN) {
            return false;
        }
        let fraction = f64::from(spent) / f64::from(ALL);
        match self.exchanges[at].partner(fraction, at, self.searches.len()) {
            Some(partner) if self.searches[partner].constructed() => {
                let routes = self.searches[partner].routes();
                self.searches[at].adopt(&routes, spent)
            }
            _ => false,
        }
    }

    /// See [`Search::adopt`]; of several searches one learns from the plan, and hands on what is good. A population takes
    /// it in.
    pub(crate) fn adopt(&mut self, routes: &[RoutePlan], spent: u32) -> bool {
        let search = &mut self.searches[self.best];
        match &mut self.population {
            Some(population) => {
                population.welcome(search, routes);
                false
            }
            None => search.adopt(routes, spent),
        }
    }

    /// See [`Search::finish`].
    pub(crate) fn finish(&mut self) -> bool {
        let best = self.best;
        self.searches[best].finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Vehicle, evaluate, fixture};

    /// A whole search, and how many there were at most in it.
    fn run(problem: &Problem, iterations: u64) -> (Colony, usize) {
        let mut colony = Colony::new(Prepared::new(problem), 1);
        let (mut best, mut iteration, mut most) = ((usize::MAX, i64::MAX), 0, 1);
        while iteration < iterations {
            let spent = (iteration * u64::from(ALL) / iterations) as u32;
            let work = colony.iterate(problem, spent, iteration);
            let (cost, _, _, unserved) = colony.best().sums();
            assert!((unserved, cost) <= best, "a better plan was lost");
            if work.improved {
                assert!((unserved, cost) < best, "not better");
                best = (unserved, cost);
            }
            iteration += u64::from(work.counts);
            most = most.max(colony.searches.len());
        }
        let least = colony.searches.iter().map(|search| search.sums()).min_by_key(|sums| (sums.3, sums.0));
        assert_eq!(least, Some(colony.best().sums()));
        let checked = evaluate(problem, &colony.best().routes());
        assert_eq!((checked.violations, checked.missing), (vec![], vec![]));
        (colony, most)
    }

    #[test]
    fn only_a_long_search_over_a_few_stops_of_many_routes_is_shared() {
        let check = |problem: &Problem, share, expected| {
            let (colony, _) = run(problem, problem.stops.len() as u64 * share + 1_000);
            assert_eq!((colony.searches.len(), colony.population.is_some()), expected);
        };
        let (small, windows) = (fixture::city(45, 1, false), fixture::city(30, 1, true));
        check(&small, PLENTY / 2, (1, false));
        check(&small, PLENTY, (MEMBERS, false));
        check(&small, ABUNDANCE, (1, true));
        check(&windows, PLENTY, (1, false));
        check(&windows, ABUNDANCE, (1, true));
        check(&fixture::courier(20, 1), ABUNDANCE, (1, false));
        let mut long = fixture::city(20, 1, false);
        long.vehicles = vec![Vehicle::based_at(0)];
        check(&long, ABUNDANCE, (1, false));
    }

    #[test]
    fn a_vehicle_fewer_is_tried_and_the_better_plan_goes_on() {
        let problem = fixture::city(60, 3, true);
        let (colony, tried) = run(&problem, 40_000);
        assert_eq!((tried, colony.searches.len(), colony.fewer), (2, 1, Fewer::No));
    }

    #[test]
    fn a_given_plan_is_improved_by_one_search() {
        let problem = fixture::city(12, 1, false);
        let mut colony = Colony::new(Prepared::new(&problem), 1);
        colony.start_from(&[RoutePlan { vehicle: 0, stops: vec![0, 1, 2] }]);
        for iteration in 0..20_000 {
            colony.iterate(&problem, ALL / 2, iteration);
        }
        assert_eq!(colony.searches.len(), 1);
    }
}
