//! What becomes of the time: one search, a trial with a vehicle fewer, or a population of plans.
//!
//! A single search over some hundred stops has settled long before a generous budget is spent, and not always on the best
//! plan. Where there is time for it, plans that are crossed come closer.

mod fewer;
mod population;

use std::sync::Arc;

use crate::anneal::ALL;
use crate::prepared::Prepared;
use crate::search::{Search, Stage, Work};
use crate::{Part, Problem, RoutePlan};
use fewer::Fewer;
use population::Population;

/// The part of the budget, in 1/65,536, after which it is plain how many iterations there will be.
const DECISION: u32 = 1_024;
/// Iterations a turn, where two searches take turns.
const TURN: u64 = 64;

/// One search, or two that take turns.
#[derive(Debug)]
pub(crate) struct Colony {
    searches: Vec<Search>,
    /// Which of them has the best plan.
    best: usize,
    seed: u64,
    /// Whether it is plain what becomes of the time.
    decided: bool,
    fewer: Fewer,
    population: Option<Population>,
}

impl Colony {
    /// One search, for now.
    pub(crate) fn new(problem: Prepared, seed: u64) -> Self {
        let searches = vec![Search::new(Arc::new(problem), seed)];
        Self { searches, best: 0, seed, decided: false, fewer: Fewer::No, population: None }
    }

    /// The search with the best plan.
    pub(crate) fn best(&self) -> &Search {
        &self.searches[self.best]
    }

    /// Takes over as much of a plan as can be driven, and stays one search that improves it.
    pub(crate) fn start_from(&mut self, routes: &[RoutePlan]) {
        self.searches[0].start_from(routes);
        self.decided = true;
    }

    /// Stays one search that sees to part `number` of `count` in so many rounds, see [`Search::divide`].
    pub(crate) fn divide(&mut self, number: usize, count: usize, rounds: u32) {
        if self.searches[0].divide(number, count, rounds) {
            self.decided = true;
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
        if !self.decided && spent >= DECISION && self.searches[0].constructed() {
            self.decide(problem, spent, iteration);
        }
        self.try_fewer(spent);
        let at = (iteration / TURN) as usize % self.searches.len();
        let (spent, crossed) = match &mut self.population {
            Some(population) => population.turn(&mut self.searches[at], spent, iteration),
            None => (spent, false),
        };
        let Work { improved, counts } = self.searches[at].iterate(spent);
        let is_better = |score: i64| at == self.best || score < self.best().best.score;
        let improved = (crossed || improved) && is_better(self.searches[at].best.score);
        if improved {
            self.best = at;
        }
        Work { improved, counts }
    }

    /// Decides what becomes of the time, from how many iterations there will be.
    fn decide(&mut self, problem: &Problem, spent: u32, iteration: u64) {
        self.decided = true;
        let iterations = iteration.saturating_mul(u64::from(ALL)) / u64::from(spent);
        self.population = Population::of(&self.searches[0], iterations, spent);
        if self.population.is_none() {
            self.fewer = Fewer::of(problem.stops.len());
        }
    }

    /// Adds a search.
    fn add(&mut self) -> &mut Search {
        // Far from the seeds of searches that run beside this one.
        let seed = self.seed.wrapping_add((self.searches.len() as u64) << 32);
        let prepared = Arc::clone(&self.searches[0].problem);
        self.searches.push_mut(Search::new(prepared, seed))
    }

    /// See [`Search::adopt`]; of two searches the better one learns from the plan. A population takes it in.
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
    fn only_a_long_search_over_a_few_stops_of_many_routes_has_a_population() {
        let check = |problem: &Problem, share, expected| {
            let (colony, _) = run(problem, problem.stops.len() as u64 * share + 1_000);
            assert_eq!((colony.searches.len(), colony.population.is_some()), (1, expected));
        };
        let (plain, windows) = (fixture::city(45, 1, false), fixture::city(30, 1, true));
        check(&plain, 1_500, false);
        check(&plain, 2_000, true);
        check(&windows, 1_500, false);
        check(&windows, 2_000, true);
        check(&fixture::courier(20, 1), 8_000, false);
        let mut short = fixture::city(30, 1, false);
        short.vehicles = vec![short.vehicles[0].clone().with_max_stops(6); 8];
        check(&short, 2_000, false);
        check(&short, 6_200, true);
        let mut long = fixture::city(20, 1, false);
        long.vehicles = vec![Vehicle::based_at(0)];
        check(&long, 8_000, false);
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
