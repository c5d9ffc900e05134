//! One search over one published instance, paced by a clock that stands outside.

use milkrun_formats::read_instance;
use milkrun_solver::{Params, Solver};

/// A search that is under way. It knows no time: see [`Search::slice`].
#[derive(Debug)]
pub struct Search {
    solver: Solver,
    customers: Vec<usize>,
    planned: bool,
}

/// How a search stands after a slice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// Iterations done so far.
    pub iterations: u64,
    /// Whether there is a plan of everything that can be served, which first stands when every stop has been placed once.
    pub planned: bool,
    /// Whether it is over.
    pub done: bool,
}

impl Search {
    /// Reads a file and prepares a search. `routes` is how many routes a good solution uses, 0 if nobody knows.
    ///
    /// # Errors
    /// When the file cannot be read, or the solver cannot do what it asks for.
    pub fn new(text: &str, routes: usize, seed: u64) -> Result<Self, String> {
        let instance = read_instance(text).map_err(|error| error.to_string())?;
        let problem = instance.to_problem(Some(routes)).map_err(|error| error.to_string())?;
        let solver = Solver::new(&problem, Params::elapsed(seed)).map_err(|error| error.to_string())?;
        Ok(Self { solver, customers: instance.stops(), planned: false })
    }

    /// Works for at most so many iterations, when this fraction of the budget is spent.
    pub fn slice(&mut self, elapsed: f64, iterations: u32) -> Step {
        self.solver.set_elapsed(elapsed);
        let progress = self.solver.step(iterations);
        self.planned |= progress.improved;
        Step { iterations: progress.iteration, planned: self.planned, done: progress.done }
    }

    /// The routes of the best plan, each as customers in the order they are served.
    #[must_use]
    pub fn routes(&self) -> Vec<Vec<usize>> {
        let routes = self.solver.best().plans().into_iter();
        routes.map(|plan| plan.stops.into_iter().map(|stop| self.customers[stop]).collect()).collect()
    }
}
