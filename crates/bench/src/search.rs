//! One search over one published instance, just as the portal's worker runs it: the same slices, the same messages.

use milkrun_formats::read_instance;
use milkrun_solver::Solution;
use milkrun_solver_worker::protocol::{FromWorker, encode};
use milkrun_solver_worker::run::Run;

/// A search that is under way. The clock comes in from outside.
#[derive(Debug)]
pub struct Search {
    run: Run,
    customers: Vec<usize>,
    planned: bool,
    done: Option<Box<Solution>>,
}

/// How a search stands after a slice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// Whether a plan has been told, ready to be posted to a page. The first one has every stop that found a place.
    pub planned: bool,
    /// Whether it is over.
    pub done: bool,
}

impl Search {
    /// Reads a file and begins a search of so many seconds at the time `now` (milliseconds). `routes` is how many routes
    /// a good solution uses, 0 if nobody knows.
    ///
    /// # Errors
    /// When the file cannot be read, or the solver cannot do what it asks for.
    pub fn new(text: &str, routes: usize, seed: u64, seconds: f64, now: f64) -> Result<Self, String> {
        let instance = read_instance(text).map_err(|error| error.to_string())?;
        let problem = instance.to_problem(Some(routes)).map_err(|error| error.to_string())?;
        let run = Run::new(&problem, None, seed, seconds, now).map_err(|error| error.to_string())?;
        Ok(Self { run, customers: instance.stops(), planned: false, done: None })
    }

    /// Works for one slice.
    pub fn slice(&mut self, clock: impl Fn() -> f64) -> Step {
        let Self { run, planned, done, .. } = self;
        run.slice(clock, |message| {
            // A worker posts its messages as text, and that takes its time, too.
            std::hint::black_box(encode(message));
            match message {
                FromWorker::Improved { .. } => *planned = true,
                FromWorker::Done { solution, .. } => (*planned, *done) = (true, Some(solution.clone())),
                _ => {}
            }
        });
        Step { planned: self.planned, done: self.done.is_some() }
    }

    /// The routes of the plan that it ended with, each as customers in the order they are served.
    #[must_use]
    pub fn routes(&self) -> Vec<Vec<usize>> {
        let plans = self.done.iter().flat_map(|solution| solution.plans());
        plans.map(|plan| plan.stops.into_iter().map(|stop| self.customers[stop]).collect()).collect()
    }
}
