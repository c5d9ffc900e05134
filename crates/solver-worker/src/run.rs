//! One search as the worker runs it: how much to do in a slice, and what to tell the page when.
//!
//! Apart from the browser so that it can be tested without one; the clock comes in from outside.

use milkrun_solver::{InvalidProblem, Pace, Params, Part, Problem, Progress, RoutePlan, Solver};

use crate::protocol::{DoneReason, FromWorker};

/// How long a slice is meant to take, in milliseconds: with what a single piece of work can take on top it stays within 10.
const SLICE: f64 = 6.0;
/// The shortest time between two improvements, and between two reports of progress, in milliseconds.
const IMPROVEMENT: f64 = 50.0;
const REPORT: f64 = 200.0;
/// Between two improvements there is at least so many times what laying one out and telling it takes: with ten thousand stops
/// that would eat up a third of the search.
const SPACING: f64 = 10.0;

/// A search that is under way.
#[derive(Debug)]
pub struct Run {
    solver: Solver,
    seconds: f64,
    begun: f64,
    pace: Pace,
    /// There is a better plan than the last one sent, and how long laying it out has taken, once it is.
    unsent: bool,
    laid_out: Option<f64>,
    /// When the next one may be sent.
    next_improvement: f64,
    last_report: f64,
    over: bool,
}

impl Run {
    /// Begins a search at the time `now` (milliseconds on any clock that does not go back).
    ///
    /// # Errors
    /// When the problem contradicts itself.
    pub fn new(
        problem: &Problem,
        start: Option<&[RoutePlan]>,
        seed: u64,
        seconds: f64,
        now: f64,
    ) -> Result<Self, InvalidProblem> {
        let mut solver = Solver::new(problem, Params::elapsed(seed))?;
        if let Some(start) = start {
            solver.start_from(start);
        }
        let long_ago = f64::NEG_INFINITY;
        Ok(Self {
            solver,
            seconds,
            begun: now,
            pace: Pace::new(SLICE),
            unsent: false,
            laid_out: None,
            next_improvement: long_ago,
            last_report: long_ago,
            over: false,
        })
    }

    /// Works for one slice and posts what there is to tell. A plan is laid out in one slice and posted in the next, and
    /// nothing else is done in them: with ten thousand stops each of the two takes some milliseconds.
    pub fn slice(&mut self, clock: impl Fn() -> f64, mut post: impl FnMut(&FromWorker)) {
        let before = clock();
        if self.unsent && before >= self.next_improvement {
            let Some(laying) = self.laid_out.take() else {
                std::hint::black_box(self.solver.draft());
                self.laid_out = Some(clock() - before);
                return;
            };
            self.unsent = false;
            post(&FromWorker::Improved { solution: Box::new(self.solver.draft().clone()) });
            let taken = laying + clock() - before;
            self.next_improvement = before + IMPROVEMENT.max(SPACING * taken);
            return;
        }
        // A length that is no number or not positive means: construct a plan and leave it at that.
        let spent = (before - self.begun) / 1_000.0 / self.seconds;
        self.solver.set_elapsed(if self.seconds > 0.0 { spent } else { 1.0 });
        let progress = self.pace.slice(&mut self.solver, &clock);
        self.unsent |= progress.improved;
        if let Some(Part { round, from, routes }) = self.solver.part() {
            post(&FromWorker::Part { round, from, routes });
        }
        let after = clock();
        if progress.done {
            self.over = true;
            let reason = if progress.fraction < 1.0 { DoneReason::Complete } else { DoneReason::Time };
            post(&self.report(&progress, after));
            post(&self.done(reason));
        } else if after - self.last_report >= REPORT {
            self.last_report = after;
            post(&self.report(&progress, after));
        }
    }

    /// Says that this is search `number` of `count` that run side by side; before the first slice.
    pub fn divide(&mut self, number: usize, count: usize) {
        self.solver.divide(number, count, Part::rounds(self.seconds));
    }

    /// Learns from a plan that another search has found. Should the search go on from it, that is not told as an
    /// improvement: whoever sent it knows it.
    pub fn adopt(&mut self, routes: &[RoutePlan]) {
        self.solver.adopt(routes);
    }

    /// Goes on from what another search has made of its part as well.
    pub fn join(&mut self, part: &Part) {
        self.unsent |= self.solver.join(part);
    }

    /// Whether [`FromWorker::Done`] has been posted.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.over
    }

    /// Ends the search where it stands.
    #[must_use]
    pub fn stop(self) -> FromWorker {
        self.done(DoneReason::Stopped)
    }

    fn done(&self, reason: DoneReason) -> FromWorker {
        FromWorker::Done { solution: Box::new(self.solver.draft().clone()), reason }
    }

    fn report(&self, progress: &Progress, now: f64) -> FromWorker {
        FromWorker::Progress {
            iteration: progress.iteration,
            elapsed_ms: now - self.begun,
            cost: progress.cost,
            distance: progress.distance,
            duration: progress.duration,
            unserved: progress.unserved,
            fraction: progress.fraction,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use milkrun_solver::{Job, Travel, Vehicle, evaluate, fixture};
    use std::cell::Cell;

    fn problem(stops: usize) -> Problem {
        let size = stops.max(1);
        let cells: Vec<i32> =
            (0..size * size).map(|at| ((at / size).abs_diff(at % size) * 60) as i32).collect();
        let mut problem = Problem::new(Travel::matrix(size, cells.clone(), cells));
        problem.stops = (0..stops).map(Job::at).collect();
        problem.with_vehicle(Vehicle::based_at(0))
    }

    /// Runs a search on a clock that goes on by `ms` each time it is read; tells what was posted.
    fn run(stops: usize, seconds: f64, ms: f64) -> Vec<FromWorker> {
        let time = Cell::new(0.0);
        let clock = || time.replace(time.get() + ms);
        let mut run = Run::new(&problem(stops), None, 1, seconds, clock()).unwrap();
        let mut posted = Vec::new();
        while !run.is_over() {
            run.slice(clock, |message| posted.push(message.clone()));
            assert!(posted.len() < 10_000);
        }
        posted
    }

    fn kinds(posted: &[FromWorker]) -> (usize, usize, Option<DoneReason>) {
        let count = |wanted: fn(&FromWorker) -> bool| posted.iter().filter(|message| wanted(message)).count();
        let reason = match posted.last() {
            Some(FromWorker::Done { reason, .. }) => Some(*reason),
            _ => None,
        };
        (
            count(|message| matches!(message, FromWorker::Improved { .. })),
            count(|message| matches!(message, FromWorker::Progress { .. })),
            reason,
        )
    }

    #[test]
    fn a_search_ends_when_its_time_is_up() {
        let posted = run(12, 2.0, 8.0);
        let (improved, reports, reason) = kinds(&posted);
        assert_eq!(reason, Some(DoneReason::Time));
        assert!((1..=40).contains(&improved), "{improved}");
        assert!((9..=12).contains(&reports), "{reports}");
    }

    #[test]
    fn laying_out_and_telling_plans_takes_a_small_part_of_the_time() {
        // Each look at the clock takes as long as ten thousand stops take to be laid out.
        let ms = 8.0;
        let time = Cell::new(0.0);
        let clock = || time.replace(time.get() + ms);
        let mut run = Run::new(&fixture::city(150, 1, false), None, 1, 60.0, clock()).unwrap();
        let mut told = Vec::new();
        while !run.is_over() {
            let before = time.get();
            run.slice(clock, |message| {
                if matches!(message, FromWorker::Improved { .. }) {
                    told.push(before);
                }
            });
        }
        assert!(told.len() > 5, "{told:?}");
        assert!(told.windows(2).all(|pair| pair[1] - pair[0] >= SPACING * 2.0 * ms), "{told:?}");
    }

    #[test]
    fn what_needs_no_search_is_complete_at_once() {
        assert_eq!(kinds(&run(1, 60.0, 1.0)).2, Some(DoneReason::Complete));
        assert_eq!(kinds(&run(0, 60.0, 1.0)).2, Some(DoneReason::Complete));
        assert_eq!(kinds(&run(12, f64::NAN, 1.0)).2, Some(DoneReason::Time));
    }

    #[test]
    fn stopping_gives_the_best_plan_so_far() {
        let mut run = Run::new(&problem(12), None, 1, 60.0, 0.0).unwrap();
        run.slice(|| 1.0, |_| ());
        let FromWorker::Done { solution, reason } = run.stop() else { panic!("not done") };
        assert_eq!((reason, solution.unserved.len()), (DoneReason::Stopped, 0));
    }

    #[test]
    fn what_a_search_makes_of_its_part_is_posted_and_the_other_goes_on_from_it() {
        let problem = fixture::city(900, 4, false);
        let time = Cell::new(0.0);
        let clock = || time.replace(time.get() + 1.5);
        let mut runs = [0, 1].map(|number| {
            let mut run = Run::new(&problem, None, number, 40.0, 0.0).unwrap();
            run.divide(number as usize, 2);
            run
        });
        let (mut parts, mut plans) = (0, Vec::new());
        while plans.len() < 2 {
            for number in 0..2 {
                let mut posted = Vec::new();
                if !runs[number].is_over() {
                    runs[number].slice(clock, |message| posted.push(message.clone()));
                }
                for message in posted {
                    match message {
                        FromWorker::Part { round, from, routes } => {
                            assert_eq!(from, number);
                            runs[1 - number].join(&Part { round, from, routes });
                            parts += 1;
                        }
                        FromWorker::Done { solution, .. } => plans.push(solution.plans()),
                        _ => {}
                    }
                }
            }
        }
        assert_eq!(parts, 2 * Part::rounds(40.0));
        for plan in plans {
            let checked = evaluate(&problem, &plan);
            assert_eq!((checked.violations, checked.missing), (vec![], vec![]));
        }
    }
}
