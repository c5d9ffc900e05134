//! The search as its caller sees it: make it, step it in slices, read the best plan so far.

use std::cell::OnceCell;
use std::sync::Arc;

use crate::anneal::ALL;
use crate::colony::Colony;
use crate::explain::reasons;
use crate::numbering::Numbering;
use crate::prepared::{Prepared, Preparing};
use crate::search::{Search, Stage};
use crate::{Evaluation, InvalidProblem, Part, Problem, RoutePlan, Solution, Unserved, evaluate};

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
    /// What is done next.
    pub stage: Stage,
}

/// A search in progress.
#[derive(Debug)]
pub struct Solver {
    problem: Problem,
    params: Params,
    /// What lays the problem out, and then the search on it.
    preparing: Option<Box<Preparing>>,
    /// The numbers that the search knows stops and places by, and the problem by those while it is laid out.
    numbering: Numbering,
    renumbered: Option<Box<Problem>>,
    /// Which of how many searches side by side this is, and in how many rounds they share the plan out.
    side: (usize, usize, u32),
    /// What others have made of their parts before there was a search to hear it.
    early: Vec<Part>,
    colony: Option<Colony>,
    /// The plan to start from, until there is a search to begin with it.
    start: Vec<RoutePlan>,
    iteration: u64,
    /// The spent part of the budget in 1/65,536.
    spent: u32,
    finished: bool,
    /// The best plan with its timetable, made when it is asked for, and the same with reasons.
    draft: OnceCell<Solution>,
    best: OnceCell<Solution>,
    /// Sums of the best plan.
    sums: (i64, i64, i64, usize),
}

/// From so many stops on, searches side by side each see to a part of them. Over fewer four whole searches that learn from
/// each other find as much.
const MANY: usize = 900;

impl Solver {
    /// Takes a problem in; no stop is placed yet, and most of what prepares a search is left to its first steps.
    ///
    /// # Errors
    /// When [`Problem::validate`] finds the problem contradictory.
    pub fn new(problem: &Problem, params: Params) -> Result<Self, InvalidProblem> {
        problem.validate()?;
        let numbering = Numbering::new(problem);
        let renumbered = numbering.is_along_curve().then(|| Box::new(numbering.renumbered(problem)));
        let preparing = Preparing::new(renumbered.as_deref().unwrap_or(problem), true);
        Ok(Self {
            problem: problem.clone(),
            params,
            preparing: Some(Box::new(preparing)),
            numbering,
            renumbered,
            side: (0, 1, 0),
            early: Vec::new(),
            colony: None,
            start: Vec::new(),
            iteration: 0,
            spent: 0,
            finished: false,
            draft: OnceCell::new(),
            best: OnceCell::new(),
            sums: (0, 0, 0, problem.stops.len()),
        })
    }

    /// Starts from a plan, for instance the one on the dispatcher's screen, instead of from nothing.
    ///
    /// Call it before the first step. What the plan holds and the problem does not allow (an unknown stop, one that
    /// comes twice, one that breaks a limit) is left out and planned anew.
    pub fn start_from(&mut self, routes: &[RoutePlan]) {
        match &mut self.colony {
            Some(colony) => colony.start_from(&self.numbering.inside(routes)),
            None => self.start = routes.to_vec(),
        }
        self.sum_up();
    }

    /// Says that this is search `number` (from 0) of `count` that run side by side with seeds of their own. Where there
    /// are many stops each then changes only some of the routes in each of so many rounds, see [`Part::rounds`]: what it has
    /// made of them is to be handed to the others ([`Solver::part`], [`Solver::join`]), and all go on from all of it.
    ///
    /// Call it before the first step.
    pub fn divide(&mut self, number: usize, count: usize, rounds: u32) {
        self.side = (number, count, rounds);
    }

    /// What this search has made of its part of the plan in a round that has just ended, once, for all others. Ask after
    /// every step.
    pub fn part(&mut self) -> Option<Part> {
        let part = self.colony.as_mut()?.part()?;
        Some(Part { routes: self.numbering.outside(part.routes), ..part })
    }

    /// Hears what another search has made of its part; says whether there is a better plan now. Parts of another round, and
    /// those of a search that has begun with another plan, are of no use and change nothing.
    pub fn join(&mut self, part: &Part) -> bool {
        let part = Part { routes: self.numbering.inside(&part.routes), ..*part };
        let Some(colony) = &mut self.colony else {
            // Others have begun before.
            self.early.push(part);
            return false;
        };
        let better = colony.join(part);
        if better {
            self.sum_up();
        }
        better
    }

    /// Learns from a plan that another search on the same problem has found: from now on it takes single routes over
    /// from it, so that what is good in either comes together. It goes on from that plan itself if it serves stops that
    /// the best one here does not, or if there is only one long route and the plan is better; says whether it does.
    /// [`Exchange`](crate::Exchange) says when searches that run side by side should do this.
    ///
    /// Nothing is learnt before every stop has been placed once, and while the plan is shared out.
    pub fn adopt(&mut self, routes: &[RoutePlan]) -> bool {
        let Some(colony) = &mut self.colony else { return false };
        let better = colony.adopt(&self.numbering.inside(routes), self.spent);
        if better {
            self.sum_up();
        }
        better
    }

    /// Tells a search paced by [`Budget::Elapsed`] how much of its time is gone, 0.0 to 1.0. At 1.0 it is done.
    ///
    /// Going back below an earlier value gives the search more time: it warms up again and keeps its best plan.
    pub fn set_elapsed(&mut self, fraction: f64) {
        if self.params.budget == Budget::Elapsed {
            self.finished = false;
            self.spent = (fraction.clamp(0.0, 1.0) * f64::from(ALL)) as u32;
        }
    }

    /// Works for at most `iterations` more iterations and says how it stands. What comes before the first iteration is
    /// done at once: who must look up in between calls [`Solver::advance`].
    pub fn step(&mut self, iterations: u32) -> Progress {
        let (end, mut improved) = (self.iteration + u64::from(iterations), false);
        while self.iteration < end && !self.is_done() {
            improved |= self.work();
        }
        self.report(improved)
    }

    /// Does at most so many pieces of work and says how it stands. A piece is one iteration or a part of what leads to
    /// the first plan, some microseconds to a few hundred of them; it ends early where the stage changes, since what comes
    /// next may take another time. Call it in slices of at most 10 ms to keep a browser's worker responsive.
    ///
    /// The plan that comes of it does not depend on the size of the slices, nor on whether they are steps or advances.
    pub fn advance(&mut self, pieces: u32) -> Progress {
        let (stage, mut improved) = (self.stage(), false);
        for _ in 0..pieces {
            if self.is_done() || self.stage() != stage {
                break;
            }
            improved |= self.work();
        }
        self.report(improved)
    }

    /// One piece of work; whether it gave a better plan.
    fn work(&mut self) -> bool {
        let Some(colony) = &mut self.colony else {
            let preparing = self.preparing.as_mut();
            if !preparing
                .is_some_and(|preparing| preparing.step(self.renumbered.as_deref().unwrap_or(&self.problem)))
                && let Some(preparing) = self.preparing.take()
            {
                self.begin(preparing.finish());
            }
            return false;
        };
        let work = colony.iterate(&self.problem, self.spent, self.iteration);
        self.iteration += u64::from(work.counts);
        if let Budget::Iterations(all) = self.params.budget {
            self.spent = (self.iteration.min(all) * u64::from(ALL) / all.max(1)) as u32;
        }
        work.improved
    }

    /// Begins the search on a problem that is laid out.
    fn begin(&mut self, prepared: Prepared) {
        self.renumbered = None;
        let mut colony = Colony::new(prepared, self.params.seed);
        if !self.start.is_empty() {
            colony.start_from(&self.numbering.inside(&std::mem::take(&mut self.start)));
        }
        if self.problem.stops.len() >= MANY {
            colony.divide(self.side.0, self.side.1, self.side.2);
        }
        for part in self.early.drain(..) {
            colony.join(part);
        }
        self.colony = Some(colony);
        self.sum_up();
    }

    fn report(&mut self, mut improved: bool) -> Progress {
        if self.is_done()
            && !std::mem::replace(&mut self.finished, true)
            && let Some(colony) = &mut self.colony
        {
            improved |= colony.finish();
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
            stage: self.stage(),
        }
    }

    fn stage(&self) -> Stage {
        match (self.colony.as_ref().map(Colony::stage), &self.preparing) {
            (None, Some(preparing)) if preparing.is_finding() => Stage::Neighbours,
            (None, _) => Stage::Preparing,
            (Some(stage), _) => stage,
        }
    }

    /// The best plan so far. Before every stop has been placed once it is what has been placed so far.
    ///
    /// Why stops are left out takes up to some tenths of a second to find out: [`Solver::draft`] does without.
    #[must_use]
    pub fn best(&self) -> &Solution {
        let draft = self.draft();
        let Some(colony) = &self.colony else { return draft };
        if draft.unserved.is_empty() {
            return draft;
        }
        self.best.get_or_init(|| {
            let missing: Vec<usize> = draft.unserved.iter().map(|it| it.job).collect();
            let pending = self.numbering.stops(&colony.best().pending);
            let unserved = reasons(&self.problem, &draft.routes, &missing, &pending);
            Solution { unserved, ..draft.clone() }
        })
    }

    /// The best plan so far as [`Solver::best`] tells it, but for the reasons: each stop that it leaves out is
    /// [`Reason::NotYetPlanned`](crate::Reason::NotYetPlanned). For who looks in while the search goes on; [`explain`](crate::explain()) tells them.
    #[must_use]
    pub fn draft(&self) -> &Solution {
        self.draft.get_or_init(|| {
            let routes = match &self.colony {
                Some(colony) => self.numbering.outside(colony.best().routes()),
                None => {
                    // Nobody waits for the neighbours that only a search needs.
                    let mut search = Search::new(Arc::new(Prepared::bare(&self.problem)), 0);
                    search.start_from(&self.start);
                    search.routes()
                }
            };
            let Evaluation { routes, missing, cost, distance, duration, .. } =
                evaluate(&self.problem, &routes);
            let unserved = missing.into_iter().map(Unserved::unplanned).collect();
            Solution { routes, unserved, cost, distance, duration }
        })
    }

    /// A search is never cut off before every stop has been placed once, and a plan of at most one stop, or without
    /// vehicles, is as good as it gets when that is done.
    fn is_done(&self) -> bool {
        let trivial = self.problem.stops.len() <= 1 || self.problem.vehicles.is_empty();
        let Some(colony) = &self.colony else { return false };
        colony.best().constructed() && (trivial || self.spent >= ALL)
    }

    fn sum_up(&mut self) {
        self.best.take();
        self.draft.take();
        let Some(colony) = &self.colony else { return };
        self.sums = colony.best().sums();
        if !colony.best().knows_duration() {
            self.sums.2 = self.draft().duration;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::travel::WORK;
    use crate::{Job, Objective, Reason, Travel, Vehicle, fixture};

    /// The most legs and keys that a piece of work may look at: twice all stops, and a bit.
    const MOST: usize = 20_200;

    /// Runs a search piece by piece up to its first iterations; the most that any piece before looked at, and in which stage.
    fn largest(problem: &Problem) -> (usize, Stage) {
        let mut solver = Solver::new(problem, Params::iterations(1_000_000, 1)).unwrap();
        let (mut largest, mut stages) = ((0, Stage::Preparing), vec![]);
        let mut after = 0;
        while after < 500 {
            let (stage, before) = (solver.stage(), WORK.get());
            solver.advance(1);
            if stage != Stage::Searching {
                largest = largest.max((WORK.get() - before, stage));
            }
            if stages.last() != Some(&stage) {
                stages.push(stage);
            }
            after += u32::from(stage == Stage::Searching);
        }
        assert!(stages.is_sorted(), "{stages:?}");
        assert_eq!(stages.last(), Some(&Stage::Searching));
        largest
    }

    #[test]
    fn no_piece_of_work_is_more_than_two_goes_over_all_stops() {
        let mut one_route = fixture::city(10_000, 1, false);
        one_route.vehicles = vec![Vehicle::based_at(0)];
        let mut two_routes = fixture::city(3_000, 2, false);
        two_routes.vehicles = vec![Vehicle::based_at(0); 2];
        let cells: Vec<i32> = (0..1_400 * 1_400).map(|at| at % 997 * 7_919 % 3_600).collect();
        let mut matrix = Problem::new(Travel::matrix(1_400, cells.clone(), cells));
        matrix.stops = (1..1_400).map(Job::at).collect();
        matrix.vehicles = vec![Vehicle::based_at(0).with_max_stops(30); 60];
        for (name, problem) in [
            ("deliveries", fixture::city(10_000, 3, false)),
            ("windows", fixture::city(10_000, 4, true)),
            ("one route", one_route),
            ("two routes", two_routes),
            ("a matrix", matrix),
            ("shipments", fixture::courier(1_000, 5)),
        ] {
            let (most, stage) = largest(&problem);
            assert!(most <= MOST, "{name}: {most} in {stage:?}");
        }
    }

    #[test]
    fn all_kinds_of_work_on_one_route_come_in_pieces_of_like_size() {
        let mut problem = fixture::city(1_600, 1, false);
        problem.vehicles = vec![Vehicle::based_at(0)];
        let mut solver = Solver::new(&problem, Params::iterations(40_000, 1)).unwrap();
        while solver.stage() != Stage::Searching {
            solver.advance(1);
        }
        // Kicks, what mends them, and from a third on crossing; how much comes next is judged by what has been.
        let (mut least, mut most) = (usize::MAX, 0);
        loop {
            let before = WORK.get();
            if solver.advance(32).done {
                break;
            }
            let work = WORK.get() - before;
            (least, most) = (least.min(work), most.max(work));
        }
        assert!(most < 10 * least, "{least} to {most} legs in 32 pieces");
    }

    #[test]
    fn how_a_search_stands_is_told_without_finding_reasons() {
        let mut problem = fixture::city(160, 3, true);
        problem.vehicles.truncate(2);
        problem.objective = Objective::Shortest;
        let mut solver = Solver::new(&problem, Params::iterations(3_000, 1)).unwrap();
        let mut improved = 0;
        loop {
            let before = WORK.get();
            let progress = solver.advance(1);
            improved += u32::from(progress.improved);
            if progress.done {
                break;
            }
            let work = WORK.get() - before;
            assert!(work <= MOST, "{work} legs, {} stops left out", progress.unserved);
        }
        let left_out = solver.draft().unserved.clone();
        assert!(improved > 20 && left_out.len() > 20, "{improved} {}", left_out.len());
        assert!(left_out.iter().all(|it| it.reason == Reason::NotYetPlanned && it.remedy.is_none()));
        let told = solver.best();
        assert!(told.unserved.iter().all(|it| it.reason != Reason::NotYetPlanned && it.remedy.is_some()));
        assert!(told.unserved.iter().map(|it| it.job).eq(left_out.iter().map(|it| it.job)));
        assert_eq!((&told.routes, told.cost), (&solver.draft().routes, solver.draft().cost));
    }

    #[test]
    fn a_search_can_be_stopped_at_any_time_and_loses_nothing_by_it() {
        let problem = fixture::city(90, 6, true);
        let plans = |solver: &Solver| solver.best().plans();
        let mut whole = Solver::new(&problem, Params::iterations(2_000, 1)).unwrap();
        while !whole.step(2_000).done {}
        let mut pieces = Solver::new(&problem, Params::iterations(2_000, 1)).unwrap();
        let mut looked = 0;
        for size in (1..).map(|at| 1 + at * 7 % 40) {
            // Looking at the plan so far, as whoever stops does, changes nothing.
            looked += pieces.best().routes.len();
            if pieces.advance(size).done {
                break;
            }
        }
        assert!(looked > 0);
        assert_eq!(plans(&pieces), plans(&whole));
    }

    #[test]
    fn a_given_plan_is_there_from_the_first_moment_on() {
        let problem = fixture::city(60, 7, false);
        let mut first = Solver::new(&problem, Params::iterations(200, 1)).unwrap();
        while !first.step(50).done {}
        let given = first.best().clone();
        let mut solver = Solver::new(&problem, Params::iterations(200, 2)).unwrap();
        assert_eq!((solver.best().routes.len(), solver.best().unserved.len()), (0, 60));
        solver.start_from(&given.plans());
        for pieces in [0, 1, 30, 500, 5_000] {
            solver.advance(pieces);
            assert!(solver.best().unserved.is_empty() && solver.best().cost <= given.cost);
        }
    }
}
