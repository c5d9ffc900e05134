//! A population of plans, where there is time for one: what one search has not found, another has.
//!
//! A single search over some hundred stops has settled long before a generous budget is spent, and where it settles is
//! luck: plans that are found apart from each other differ by more than all that is left to gain in any of them. So
//! several are found first, each in its share of the time. Then two of them are crossed, time and again: routes of one
//! that lie side by side are imposed on the other, the stops that lose their places are put back, and what comes of it is
//! cooled for a while, from not quite as hot. It takes the place of the dearest plan. A hybrid genetic search (Vidal and
//! others, 2012) in which ruin and recreate does what local search does there.

use super::ALL;
use crate::RoutePlan;
use crate::inherit::Elite;
use crate::search::Search;

/// The part of the budget, in 1/65,536, that the first plans are found in.
const FOUNDING: u32 = ALL / 2;
/// How many plans there are: one for so many iterations a stop, within these bounds.
const WORTH: u64 = 2_500;
const SIZES: (u64, u64) = (4, 12);
/// For how many iterations a stop one that came of two others is improved.
const GROWING: u64 = 100;

/// The plans and what is under way.
#[derive(Debug)]
pub(super) struct Population {
    plans: Vec<(i64, Elite)>,
    size: usize,
    /// How many iterations a plan that came of two others is improved for.
    growing: u64,
    /// After how many iterations the current one began, or while the first plans are found, after which part of the budget.
    since: u64,
    /// How many of the first plans are still to be found, the one under way included.
    founding: usize,
}

impl Population {
    /// The population for so many stops and iterations of a search that has spent this much of its budget.
    pub(super) fn new(stops: usize, iterations: u64, spent: u32) -> Self {
        let stops = stops as u64;
        let size = (iterations / stops / WORTH).clamp(SIZES.0, SIZES.1) as usize;
        Self {
            plans: Vec::with_capacity(size + 1),
            size,
            growing: GROWING * stops,
            since: spent.into(),
            founding: size,
        }
    }

    /// How far the plan that is under way has come, in 1/65,536 of its own time. Where that is over, the next one begins;
    /// whether beginning it gave a better plan than any before.
    pub(super) fn turn(&mut self, search: &mut Search, spent: u32, iteration: u64) -> (u32, bool) {
        let (now, time) = match self.founding {
            0 => (iteration, self.growing),
            _ => (spent.into(), u64::from(FOUNDING) / self.size as u64),
        };
        let had = now.saturating_sub(self.since) * u64::from(ALL) / time;
        if had < u64::from(ALL) {
            return (had as u32, false);
        }
        let (score, plan) = search.current();
        self.join(score, plan);
        if self.founding == 1 {
            search.cool_offspring();
        }
        self.founding = self.founding.saturating_sub(1);
        self.since = if self.founding > 0 { spent.into() } else { iteration };
        (0, self.founding == 0 && self.cross(search))
    }

    /// Takes a plan in from another population.
    pub(super) fn welcome(&mut self, search: &Search, routes: &[RoutePlan]) {
        let (score, plan) = search.appraise(routes);
        self.join(score, plan);
    }

    /// Adds a plan, and drops the dearest one if there are too many. One that costs as much as another is taken for the
    /// same.
    fn join(&mut self, score: i64, plan: Elite) {
        if self.plans.iter().any(|&(other, _)| other == score) {
            return;
        }
        self.plans.push((score, plan));
        if self.plans.len() > self.size
            && let Some((dearest, _)) = self.plans.iter().enumerate().max_by_key(|(_, (score, _))| *score)
        {
            self.plans.swap_remove(dearest);
        }
    }

    /// Has a search go on from what comes of two plans; whether that is better than any before.
    fn cross(&self, search: &mut Search) -> bool {
        let all = self.plans.len() as u32;
        let mut choose = || {
            let (one, other) = (search.draw(all) as usize, search.draw(all) as usize);
            if self.plans[one].0 < self.plans[other].0 { one } else { other }
        };
        let (one, mut other) = (choose(), choose());
        if one == other {
            other = (one + 1) % all as usize;
        }
        search.cross(&self.plans[one].1, &self.plans[other].1)
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
        let problem = fixture::city(40, 3, false);
        let mut search = Search::built(&Arc::new(Prepared::new(&problem)), 1);
        let iterations = 40 * 5 * WORTH;
        let mut population = Population::new(40, iterations, 0);
        assert_eq!(population.size, 5);
        let (mut starts, mut offspring) = (0, 0);
        for iteration in 0..iterations {
            let spent = (iteration * u64::from(ALL) / iterations) as u32;
            let (had, _) = population.turn(&mut search, spent, iteration);
            assert!(had < ALL);
            let is_first = population.founding > 0;
            starts += u32::from(is_first && had == 0 && population.since == u64::from(spent));
            offspring += u32::from(!is_first && had == 0 && population.since == iteration);
            assert!(population.plans.len() <= population.size);
            search.iterate(had);
        }
        assert!(population.founding == 0 && starts > 0);
        // What is left of the time, in plans that are improved for so many iterations a stop.
        assert!((58..=63).contains(&offspring), "{offspring}");
        let Evaluation { violations, missing, .. } = evaluate(&problem, &search.routes());
        assert_eq!((violations, missing), (vec![], vec![]));
    }

    #[test]
    fn the_dearest_plan_makes_room_and_no_plan_comes_twice() {
        let problem = fixture::city(20, 1, false);
        let search = Search::built(&Arc::new(Prepared::new(&problem)), 1);
        let mut population = Population::new(20, 0, 0);
        let scores = |population: &Population| population.plans.iter().map(|plan| plan.0).collect::<Vec<_>>();
        for score in [5, 7, 5, 9, 8, 6] {
            population.join(score, search.current().1);
        }
        let mut left = scores(&population);
        left.sort_unstable();
        assert_eq!(left, [5, 6, 7, 8]);
        let (score, _) = search.current();
        population.welcome(&search, &search.routes());
        assert_eq!(scores(&population).contains(&score), score < 8);
        population.welcome(&search, &[]);
        assert_eq!(population.plans.len(), 4);
    }
}
