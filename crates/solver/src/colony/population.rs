//! A population of plans, where there is time for one: what one search has not found, another has.
//!
//! A single search over some hundred stops has settled long before a generous budget is spent, and where it settles is
//! luck: plans that are found apart from each other differ by more than all that is left to gain in any of them. So
//! several are found first, one with care and the others in haste. Then two of them are crossed, thousands of times:
//! routes of one that lie side by side are imposed on the other, the stops that lose their places are put back, and what
//! comes of it is cooled for a moment around what has changed. If that is cheaper it takes the place of the plan it mostly
//! comes from, so that the plans stay as different as they were found. A hybrid genetic search (Vidal and others, 2012)
//! in which ruin and recreate does what local search does there, with the generations of Nagata and Kobayashi (2013).

use crate::RoutePlan;
use crate::anneal::ALL;
use crate::inherit::Elite;
use crate::search::Search;

/// How a population spends its time.
#[derive(Debug, Clone, Copy)]
struct Pace {
    /// How many iterations there must be for each stop.
    enough: u64,
    /// The square of how many plans there are goes by the iterations for each stop: one for so many.
    each: u64,
    /// The part of the budget, in 1/65,536, that the first plans are found in, and the part of that which the first of
    /// them has for itself.
    founding: u32,
}

/// Where plans that were found in haste are good enough, and where they are not.
const QUICK: Pace = Pace { enough: 1_800, each: 60, founding: ALL / 2 };
const CAREFUL: Pace = Pace { enough: 6_000, each: 400, founding: ALL * 6 / 10 };

/// How many plans there are.
const SIZES: (u64, u64) = (4, 24);
/// For how many iterations a stop one that came of two others is improved.
const GROWING: u64 = 5;

/// The plans and what is under way.
#[derive(Debug)]
pub(super) struct Population {
    plans: Vec<(i64, Elite)>,
    size: usize,
    pace: Pace,
    /// How many iterations a plan that came of two others is improved for.
    growing: u64,
    /// After how many iterations the current one began, or while the first plans are found, after which part of the budget.
    since: u64,
    /// How many of the first plans are still to be found, the one under way included.
    founding: usize,
    /// In which order the plans have their turns, and whose turn it is.
    order: Vec<usize>,
    turn: usize,
}

impl Population {
    /// The population for so many iterations of a search that has spent this much of its budget, if there is to be one.
    pub(super) fn of(search: &Search, iterations: u64, spent: u32) -> Option<Self> {
        let pace = if search.settles_soon() { QUICK } else { CAREFUL };
        let stops = search.problem.jobs as u64;
        let share = iterations / stops.max(1);
        (share >= pace.enough && search.may_cross()).then(|| Self::new(pace, stops, share, spent))
    }

    fn new(pace: Pace, stops: u64, share: u64, spent: u32) -> Self {
        let size = (share / pace.each).isqrt().clamp(SIZES.0, SIZES.1) as usize;
        Self {
            plans: Vec::with_capacity(size),
            size,
            pace,
            growing: GROWING * stops,
            since: spent.into(),
            founding: size,
            order: Vec::with_capacity(size),
            turn: 0,
        }
    }

    /// How far the plan that is under way has come, in 1/65,536 of its own time. Where that is over, the next one begins;
    /// whether beginning it gave a better plan than any before.
    pub(super) fn turn(&mut self, search: &mut Search, spent: u32, iteration: u64) -> (u32, bool) {
        let now = if self.founding > 0 { spent.into() } else { iteration };
        let had = now.saturating_sub(self.since) * u64::from(ALL) / self.time();
        if had < u64::from(ALL) {
            return (had as u32, false);
        }
        let (score, plan) = (search.score(), || search.plan());
        if self.founding > 0 {
            self.founding -= 1;
            self.join(score, plan);
        } else {
            self.replace(self.order[self.turn], score, plan);
            self.turn += 1;
        }
        if self.founding > 0 {
            self.since = spent.into();
            return (0, false);
        }
        if self.turn == self.order.len() {
            self.next_generation(search);
        }
        self.since = iteration;
        (0, self.cross(search))
    }

    /// The time of the plan that is under way: a part of the budget for one of the first, then iterations.
    fn time(&self) -> u64 {
        let all = u64::from(self.pace.founding);
        let first = all * all / u64::from(ALL);
        match self.founding {
            0 => self.growing,
            left if left == self.size => first,
            _ => (all - first) / (self.size - 1) as u64,
        }
    }

    /// Takes a plan in from another population.
    pub(super) fn welcome(&mut self, search: &Search, routes: &[RoutePlan]) {
        let (score, plan) = search.appraise(routes);
        self.join(score, || plan);
    }

    /// Adds a plan, in the place of the dearest one if there are enough.
    fn join(&mut self, score: i64, plan: impl FnOnce() -> Elite) {
        let dearest = (0..self.plans.len()).max_by_key(|&at| self.plans[at].0);
        match dearest {
            Some(dearest) if self.plans.len() == self.size => self.replace(dearest, score, plan),
            _ if self.knows(score) => {}
            _ => self.plans.push((score, plan())),
        }
    }

    /// Puts a plan in the place of another one if it is cheaper; most are not, and are not even copied.
    fn replace(&mut self, at: usize, score: i64, plan: impl FnOnce() -> Elite) {
        if score < self.plans[at].0 && !self.knows(score) {
            self.plans[at] = (score, plan());
        }
    }

    /// Whether there is such a plan already: one that costs as much is taken for the same.
    fn knows(&self, score: i64) -> bool {
        self.plans.iter().any(|&(other, _)| other == score)
    }

    /// Each plan has another turn, and another one to be crossed with.
    fn next_generation(&mut self, search: &mut Search) {
        if self.order.is_empty() {
            search.cool_offspring();
        }
        self.order.clear();
        self.order.extend(0..self.plans.len());
        search.shuffle(&mut self.order);
        self.turn = 0;
    }

    /// Has a search go on from what comes of two plans, mostly of the one whose turn it is; whether that is better than
    /// any before.
    fn cross(&self, search: &mut Search) -> bool {
        let next = if self.turn + 1 == self.order.len() { 0 } else { self.turn + 1 };
        let [one, other] = [self.turn, next].map(|turn| &self.plans[self.order[turn]].1);
        search.cross(one, other)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::prepared::Prepared;
    use crate::{Evaluation, evaluate, fixture};

    #[test]
    fn first_plans_are_found_apart_and_then_crossed() {
        let mut problem = fixture::city(40, 3, false);
        problem.vehicles = vec![problem.vehicles[0].clone().with_max_stops(12); 5];
        let mut search = Search::built(&Arc::new(Prepared::new(&problem)), 1);
        let iterations = 40 * 36 * QUICK.each;
        let mut population = Population::of(&search, iterations, 0).unwrap();
        assert_eq!(population.size, 6);
        let (mut starts, mut offspring, mut generations) = (vec![], 0, 0);
        for iteration in 0..iterations {
            let spent = (iteration * u64::from(ALL) / iterations) as u32;
            let (had, _) = population.turn(&mut search, spent, iteration);
            assert!(had < ALL);
            let is_first = population.founding > 0;
            if is_first && had == 0 && population.since == u64::from(spent) && starts.last() != Some(&spent) {
                starts.push(spent);
            }
            offspring += u32::from(!is_first && had == 0 && population.since == iteration);
            generations += u32::from(!is_first && had == 0 && population.turn == 0);
            assert!(population.plans.len() <= population.size);
            search.iterate(had);
        }
        // A quarter of the budget for the first plan, a twentieth for each of the five others.
        let expected: Vec<u32> =
            (0..6).map(|at| if at == 0 { 0 } else { ALL / 4 + (at - 1) * ALL / 20 }).collect();
        assert_eq!((starts.len(), population.founding), (6, 0));
        assert!(
            starts.iter().zip(&expected).all(|(start, expected)| start.abs_diff(*expected) < 600),
            "{starts:?}"
        );
        // What is left of the time, in plans that are improved for so many iterations a stop.
        let all = iterations / 2 / population.growing;
        assert!((all - 3..=all + 1).contains(&offspring.into()), "{offspring} of {all}");
        assert!(generations >= offspring / 6);
        let Evaluation { violations, missing, .. } = evaluate(&problem, &search.routes());
        assert_eq!((violations, missing), (vec![], vec![]));
    }

    #[test]
    fn a_plan_makes_room_for_a_cheaper_one_and_none_comes_twice() {
        let problem = fixture::city(20, 1, false);
        let search = Search::built(&Arc::new(Prepared::new(&problem)), 1);
        let mut population = Population::new(QUICK, 20, 0, 0);
        let scores = |population: &Population| population.plans.iter().map(|plan| plan.0).collect::<Vec<_>>();
        let plan = || search.plan();
        for score in [5, 7, 5, 9, 8, 6, 12] {
            population.join(score, plan);
        }
        assert_eq!(scores(&population), [5, 7, 6, 8]);
        for (at, score, expected) in
            [(1, 8, [5, 7, 6, 8]), (1, 5, [5, 7, 6, 8]), (1, 4, [5, 4, 6, 8]), (3, 3, [5, 4, 6, 3])]
        {
            population.replace(at, score, plan);
            assert_eq!(scores(&population), expected);
        }
        // Dearer than all, and nothing in it: all stops are left out.
        population.welcome(&search, &search.routes());
        population.welcome(&search, &[]);
        assert_eq!(scores(&population), [5, 4, 6, 3]);
    }
}
