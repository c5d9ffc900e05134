//! Two plans come together in one that a search goes on from.

use super::Search;
use crate::RoutePlan;
use crate::anneal::Anneal;
use crate::inherit::Elite;

/// First and last temperature of what comes of two plans, in thousandths of what driving to one stop costs on average.
const WITHOUT_WINDOWS: (i64, i64) = (100, 5);
const IN_TIME: (i64, i64) = (150, 30);

/// The most stops over which plans are crossed, and over which they settle soon; without windows and with them.
const MOST: usize = 550;
const MOST_IN_TIME: usize = 400;
const FEW: usize = 300;
const FEW_IN_TIME: usize = 250;
/// Two short routes have so many stops.
const HANDFUL: usize = 13;

impl Search {
    /// Whether plans of this problem may be crossed, and are improved quickly enough for more than one. A vehicle too many
    /// is a matter of its own, see `colony/fewer`, but over few stops some plan of many has none.
    pub(crate) fn may_cross(&self) -> bool {
        let problem = &self.problem;
        let most = if problem.windowed { MOST_IN_TIME } else { MOST };
        let is_plain = !problem.driven && !problem.fewest && (!problem.windowed || self.has_pieces());
        let is_fewer = problem.windowed && !self.settles_soon() && self.may_have_one_too_many();
        self.tour.is_none() && self.plan.used > 1 && problem.jobs <= most && is_plain && !is_fewer
    }

    /// Whether a plan is good after a few hundred iterations for each stop: not over many stops, nor on short routes that
    /// must be packed well.
    pub(crate) fn settles_soon(&self) -> bool {
        let jobs = self.problem.jobs;
        match self.problem.windowed {
            true => jobs <= FEW_IN_TIME,
            false => jobs <= FEW && 2 * jobs > HANDFUL * self.plan.used as usize,
        }
    }

    /// The score of the plan that the search is at.
    pub(crate) fn score(&self) -> i64 {
        self.score
    }

    /// The plan that the search is at.
    pub(crate) fn plan(&self) -> Elite {
        Elite::of(&self.plan)
    }

    /// As much of a plan as can be driven, and its score.
    pub(crate) fn appraise(&self, routes: &[RoutePlan]) -> (i64, Elite) {
        let plan = self.rebuild(routes);
        (plan.score(&self.problem), Elite::of(&plan))
    }

    /// From now on begins less hot, and looks further for places.
    pub(crate) fn cool_offspring(&mut self) {
        let (hot, cold) = if self.problem.windowed { IN_TIME } else { WITHOUT_WINDOWS };
        let typical = self.typical_leg();
        self.recreate.looks_far = true;
        self.anneal = Some(Anneal::new(typical * hot / 1_000, typical * cold / 1_000));
    }

    /// Puts numbers into random order.
    pub(crate) fn shuffle(&mut self, numbers: &mut [usize]) {
        self.rng.shuffle(numbers);
    }

    /// Goes on from one plan with up to half as many routes as it has taken over from another, around the stops that this
    /// moves; whether that is the best plan so far. Where the routes cannot be taken over, it goes on from the one as it is.
    pub(crate) fn cross(&mut self, one: &Elite, other: &Elite) -> bool {
        self.moved.clear();
        let plan = self.rebuild(&self.routes_by(&|node| one.next(node)));
        self.score = plan.score(&self.problem);
        let was_better = self.replace(plan);
        let routes = 1 + self.rng.below((self.plan.used / 2).max(1));
        let Self { problem, plan, rng, .. } = self;
        let crossed = self.inherit.run(problem, plan, rng, other, routes)
            && self.recreate.run(problem, plan, rng, self.inherit.still);
        if !crossed {
            self.plan.undo(&self.problem);
            return was_better;
        }
        let Self { problem, plan, moved, .. } = self;
        moved.extend(plan.changed().filter(|&node| problem.is_job(node)));
        self.settle();
        self.score = self.plan.score(&self.problem);
        self.score < self.best.score && self.remember() || was_better
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::prepared::Prepared;
    use crate::{Problem, evaluate, fixture};

    /// A plan that has been searched for a while.
    fn found(prepared: &Arc<Prepared>, seed: u64) -> Search {
        let mut search = Search::built(prepared, seed);
        (0..1_000).for_each(|at| {
            search.iterate(at * 60);
        });
        search
    }

    /// Crosses two plans again and again; how often that came to a third.
    fn check(problem: &Problem) -> u32 {
        let prepared = Arc::new(Prepared::new(problem));
        let (mut search, other) = (found(&prepared, 1), found(&prepared, 2));
        let (before, theirs) = (search.score(), other.score());
        let (one, other) = (search.plan(), other.plan());
        let mut changed = 0;
        for _ in 0..20 {
            let best = search.best.score;
            let better = search.cross(&one, &other);
            assert_eq!(better, search.best.score < best);
            assert_eq!(search.score, search.plan.score(&search.problem));
            let (score, child) = (search.score(), search.plan());
            changed += u32::from(score != before && score != theirs);
            let routes = search.routes_by(&|node| child.next(node));
            let checked = evaluate(problem, &routes);
            assert_eq!((checked.violations, checked.missing.len()), (vec![], search.plan.absent.len()));
            assert_eq!(search.appraise(&routes).0, score);
        }
        changed
    }

    #[test]
    fn what_comes_of_two_plans_can_be_driven_and_loses_no_stop() {
        let windows = |windows| (0..8).map(|seed| check(&fixture::city(50, seed, windows))).sum::<u32>();
        assert!(windows(false) > 40 && windows(true) > 40);
        // More stops than there is room for.
        let mut full = fixture::city(50, 9, true);
        full.vehicles.truncate(2);
        assert!(check(&full) > 0);
    }
}
