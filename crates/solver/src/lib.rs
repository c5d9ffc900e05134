//! Route optimisation for Milkrun: which vehicle serves which stop, and in what order.
//!
//! The crate is plain arithmetic. It has no clock, no I/O, no threads and no knowledge of a browser, so the same
//! code runs in a Web Worker and on a server, and the same seed with the same number of iterations gives the same
//! routes on both: whoever calls it owns the time.
//!
//! A search in three lines: build a [`Problem`], hand it to [`Solver::new`], call [`Solver::step`] and read
//! [`Solver::best`] whenever an answer is wanted. Stopping is not calling any more. [`Pace`] calls in slices of a few
//! milliseconds, from the first moment on.
//!
//! ```
//! use milkrun_solver::{Job, Params, Problem, Solver, Travel, Vehicle};
//!
//! let minutes = [0, 5, 9, 5, 0, 4, 9, 4, 0];
//! let travel = Travel::matrix(3, minutes.map(|m| m * 60).to_vec(), minutes.map(|m| m * 500).to_vec());
//! let problem = Problem::new(travel).with_job(Job::at(1)).with_job(Job::at(2)).with_vehicle(Vehicle::based_at(0));
//! let mut solver = Solver::new(&problem, Params::iterations(1_000, 1))?;
//! while !solver.step(100).done {}
//! assert_eq!(solver.best().routes[0].distance, 9_000);
//! assert!(solver.best().unserved.is_empty());
//! # Ok::<(), milkrun_solver::InvalidProblem>(())
//! ```

mod anneal;
mod breakdown;
mod colony;
mod construct;
mod cross;
mod drive;
mod evaluate;
mod exchange;
mod explain;
#[doc(hidden)]
pub mod fixture;
mod inherit;
mod local_search;
mod model;
mod neighbours;
mod numbering;
mod order;
mod pace;
mod place;
mod plan;
mod prepared;
mod price;
#[cfg(feature = "serde")]
mod read;
mod recreate;
mod remedy;
mod rng;
mod ruin;
mod rules;
mod search;
mod solution;
mod solver;
mod tails;
mod tour;
mod travel;
mod validate;

pub use breakdown::Breakdown;
pub use evaluate::evaluate;
pub use exchange::{Exchange, Part};
pub use explain::explain;
pub use model::{
    Break, Costs, DIMENSIONS, Done, Job, Load, Objective, Point, Problem, Reload, RoadModel, Rounding,
    Shipment, SpeedBand, TimeWindow, Travel, UNREACHABLE, Vehicle,
};
pub use pace::Pace;
pub use price::{Price, Pricer};
pub use remedy::{Relaxation, Remedy};
pub use search::Stage;
pub use solution::{Evaluation, Reason, Rest, Route, RoutePlan, Solution, Unserved, Violation, Visit};
pub use solver::{Budget, Params, Progress, Solver};
pub use validate::{InvalidProblem, ProblemError};
