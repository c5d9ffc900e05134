//! The search as its caller sees it: make it, step it in slices, read the best plan so far.

use std::cell::OnceCell;

use crate::colony::Colony;
use crate::explain::reasons;
use crate::{Evaluation, InvalidProblem, Problem, RoutePlan, Solution, evaluate};

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
    problem: Problem,
    budget: Budget,
    search: Colony,
    iteration: u64,
    /// The spent part of the budget in 1/65,536.
    spent: u32,
    finished: bool,
    /// The best plan with its timetable, made when it is asked for.
    best: OnceCell<Solution>,
    /// Sums of the best plan.
    sums: (i64, i64, i64, usize),
}

/// The whole budget.
const ALL: u32 = 1 << 16;

impl Solver {
    /// Prepares a search; no stop is placed yet.
    ///
    /// # Errors
    /// When [`Problem::validate`] finds the problem contradictory.
    pub fn new(problem: &Problem, params: Params) -> Result<Self, InvalidProblem> {
        problem.validate()?;
        let search = Colony::new(problem, params.seed);
        let mut solver = Self {
            problem: problem.clone(),
            budget: params.budget,
            search,
            iteration: 0,
            spent: 0,
            finished: false,
            best: OnceCell::new(),
            sums: (0, 0, 0, 0),
        };
        solver.sum_up();
        Ok(solver)
    }

    /// Starts from a plan, for instance the one on the dispatcher's screen, instead of from nothing.
    ///
    /// Call it before the first step. What the plan holds and the problem does not allow (an unknown stop, one that
    /// comes twice, one that breaks a limit) is left out and planned anew.
    pub fn start_from(&mut self, routes: &[RoutePlan]) {
        self.search.start_from(routes);
        self.sum_up();
    }

    /// Says that this is search `number` (from 0) of `count` that run side by side with seeds of their own. Where there
    /// are thousands of stops, each then changes the plan around those of a part of its own, and takes the other parts
    /// over from the others when it learns from their plans.
    ///
    /// Call it before the first step.
    pub fn divide(&mut self, number: usize, count: usize) {
        self.search.divide(&self.problem, number, count);
    }

    /// Learns from a plan that another search on the same problem has found: from now on it takes single routes over
    /// from it, so that what is good in either comes together. It goes on from that plan itself if it serves stops that
    /// the best one here does not, or if there is only one long route and the plan is better; says whether it does.
    /// [`Exchange`](crate::Exchange) says when searches that run side by side should do this.
    ///
    /// Before every stop has been placed once nothing is learnt.
    pub fn adopt(&mut self, routes: &[RoutePlan], from: usize) -> bool {
        let better = self.search.adopt(routes, from, self.spent);
        if better {
            self.sum_up();
        }
        better
    }

    /// Tells a search paced by [`Budget::Elapsed`] how much of its time is gone, 0.0 to 1.0. At 1.0 it is done.
    ///
    /// Going back below an earlier value gives the search more time: it warms up again and keeps its best plan.
    pub fn set_elapsed(&mut self, fraction: f64) {
        if self.budget == Budget::Elapsed {
            self.finished = false;
            self.spent = (fraction.clamp(0.0, 1.0) * f64::from(ALL)) as u32;
        }
    }

    /// Works for at most `iterations` more iterations and says how it stands.
    ///
    /// One iteration takes some microseconds, whatever the number of stops; call in slices of at most 10 ms to keep
    /// a browser's worker responsive.
    pub fn step(&mut self, iterations: u32) -> Progress {
        let mut improved = false;
        for _ in 0..iterations {
            if self.is_done() {
                break;
            }
            improved |= self.search.iterate(&self.problem, self.spent, self.iteration);
            self.iteration += 1;
            if let Budget::Iterations(all) = self.budget {
                self.spent = (self.iteration.min(all) * u64::from(ALL) / all.max(1)) as u32;
            }
        }
        if self.is_done() && !std::mem::replace(&mut self.finished, true) {
            improved |= self.search.finish();
        }
        if improved {
            self.sum_up();
        }
        Progress {
            iteration: self.iteration,
            fraction: f64::from(self.spent) / f64::from(ALL),
            cost: self.sums.0,
            distance: self.sums.1,
            duration: self.sums.2,
            unserved: self.sums.3,
            improved,
            done: self.is_done(),
        }
    }

    /// The best plan so far. Before every stop has been placed once it is what has been placed so far.
    #[must_use]
    pub fn best(&self) -> &Solution {
        self.best.get_or_init(|| {
            let Evaluation { routes, missing, cost, distance, duration, .. } =
                evaluate(&self.problem, &self.search.routes());
            let unserved = reasons(&self.problem, &routes, &missing, &self.search.pending());
            Solution { routes, unserved, cost, distance, duration }
        })
    }

    /// A search is never cut off before every stop has been placed once, and a plan of at most one stop, or without
    /// vehicles, is as good as it gets when that is done.
    fn is_done(&self) -> bool {
        let trivial = self.problem.stops.len() <= 1 || self.problem.vehicles.is_empty();
        self.search.best().constructed() && (trivial || self.spent >= ALL)
    }

    fn sum_up(&mut self) {
        self.best.take();
        self.sums = self.search.best().sums();
        if !self.search.best().knows_duration() {
            self.sums.2 = self.best().duration;
        }
    }
}
