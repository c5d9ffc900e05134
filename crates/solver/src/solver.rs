//! The search as its caller sees it: make it, step it in slices, read the best plan so far.

use crate::{InvalidProblem, Problem, RoutePlan, Solution};

/// How a search is run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Params {
    /// The same seed and number of iterations give the same plan on every machine.
    pub seed: u64,
    /// What the search paces itself by.
    pub budget: Budget,
}

impl Params {
    /// A search of a fixed number of iterations: repeatable.
    #[must_use]
    pub const fn iterations(count: u64, seed: u64) -> Self {
        Self { seed, budget: Budget::Iterations(count) }
    }

    /// A search paced by a clock that the caller reads, see [`Solver::set_elapsed`].
    #[must_use]
    pub const fn elapsed(seed: u64) -> Self {
        Self { seed, budget: Budget::Elapsed }
    }
}

/// What the search paces itself by: it explores widely at first and settles towards the end, so it must know how far
/// along it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Budget {
    /// So many iterations.
    Iterations(u64),
    /// As far along as the caller last said with [`Solver::set_elapsed`].
    Elapsed,
}

/// Where a search stands.
#[derive(Debug, Clone, Copy, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Progress {
    /// Iterations done so far. Until every stop has been placed once an iteration places one stop.
    pub iteration: u64,
    /// How much of the budget is spent, 0.0 to 1.0.
    pub fraction: f64,
    /// Cost of the best plan, in the objective's unit.
    pub cost: i64,
    /// Metres of the best plan.
    pub distance: i64,
    /// Seconds of working time of the best plan.
    pub duration: i64,
    /// Stops that the best plan leaves out.
    pub unserved: usize,
    /// Whether the best plan has changed since the last step.
    pub improved: bool,
    /// Whether the budget is spent, or there is nothing left to improve. Further steps do nothing.
    pub done: bool,
}

/// A search in progress.
#[derive(Debug)]
pub struct Solver {
    best: Solution,
}

impl Solver {
    /// Prepares a search; no stop is placed yet.
    ///
    /// # Errors
    /// When [`Problem::validate`] finds the problem contradictory.
    pub fn new(problem: &Problem, _params: Params) -> Result<Self, InvalidProblem> {
        problem.validate()?;
        Ok(Self { best: Solution::default() })
    }

    /// Starts from a plan, for instance the one on the dispatcher's screen, instead of from nothing.
    ///
    /// Call it before the first step. What the plan holds and the problem does not allow (an unknown stop, one that
    /// comes twice, one that breaks a limit) is left out and planned anew.
    pub fn start_from(&mut self, _routes: &[RoutePlan]) {}

    /// Tells a search paced by [`Budget::Elapsed`] how much of its time is gone, 0.0 to 1.0. At 1.0 it is done.
    pub fn set_elapsed(&mut self, _fraction: f64) {}

    /// Works for at most `iterations` more iterations and says how it stands.
    ///
    /// One iteration takes some microseconds, whatever the number of stops; call in slices of at most 10 ms to keep
    /// a browser's worker responsive.
    pub fn step(&mut self, _iterations: u32) -> Progress {
        Progress {
            iteration: 0,
            fraction: 1.0,
            cost: 0,
            distance: 0,
            duration: 0,
            unserved: 0,
            improved: false,
            done: true,
        }
    }

    /// The best plan so far.
    #[must_use]
    pub fn best(&self) -> &Solution {
        &self.best
    }
}
