//! A problem for the solver together with what its parts are called outside, whatever file it came from.

mod geojson;
mod instance;
mod own;
mod vroom;
mod vroom_output;
mod words;

use milkrun_solver::{Objective, Problem, RoutePlan, Solution};

pub use words::{reason, remedy};

use crate::error::FormatError;
use crate::vroom::StepKind;
use crate::{Format, detect, detect::unknown, read_instance};

/// Something to solve, and the names to tell the answer with.
#[derive(Debug, Clone)]
pub struct Task {
    /// What the file calls it; may be empty.
    pub name: String,
    /// What the solver gets.
    pub problem: Problem,
    /// What the problem's stops are outside, by their index.
    pub stops: Vec<Stop>,
    /// What the problem's vehicles are outside, by their index.
    pub vehicles: Vec<Van>,
    /// A plan that the file brings along; may be empty.
    pub start: Vec<RoutePlan>,
    /// How many of the problem's units of distance (and, in published instances, time) make one of the file's.
    pub scale: i32,
    /// The instant that the problem's times count from, in seconds on the file's clock.
    pub epoch: i64,
    /// Whether distances are known beside durations.
    pub has_distances: bool,
}

/// A stop as its file knows it.
#[derive(Debug, Clone, PartialEq)]
pub struct Stop {
    /// Its number.
    pub id: u64,
    /// What kind of visit it is.
    pub kind: StepKind,
    /// What it is called; may be empty.
    pub description: String,
    /// Where it is.
    pub place: Place,
    /// What it hands over, in each dimension.
    pub delivery: Vec<i64>,
    /// What it takes along.
    pub pickup: Vec<i64>,
}

/// A vehicle as its file knows it.
#[derive(Debug, Clone, PartialEq)]
pub struct Van {
    /// Its number.
    pub id: u64,
    /// What it is called; may be empty.
    pub description: String,
    /// Where it starts, unless that is open.
    pub start: Option<Place>,
    /// Where it ends, unless that is open.
    pub end: Option<Place>,
    /// Number and description of each of its breaks.
    pub breaks: Vec<(u64, String)>,
    /// Where each of its reloads is.
    pub reloads: Vec<Place>,
}

/// A place as its file knows it.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Place {
    /// Longitude and latitude; in published instances x and y.
    pub position: Option<[f64; 2]>,
    /// Its row in the file's matrix.
    pub index: Option<usize>,
}

impl Task {
    /// Reads a file in any format that [`detect()`](crate::detect()) knows.
    ///
    /// # Errors
    /// When the file is in no such format, breaks its rules, or asks for what the solver cannot do.
    pub fn read(text: &str) -> Result<Self, FormatError> {
        match detect(text) {
            Some(Format::Json) if own::is_own(text) => Self::from_own(text),
            Some(Format::Json) => Self::from_vroom(&crate::vroom::read_input(text)?),
            Some(_) => Self::from_instance(&read_instance(text)?),
            None => Err(unknown()),
        }
    }

    /// A cost of the solver's in the file's own unit: distance in published instances, VROOM's cost in its files. Where
    /// several objectives count in order, what the last one comes to.
    #[must_use]
    pub fn cost(&self, cost: i64) -> f64 {
        self.values(cost).last().map_or(0.0, |&(_, value)| value)
    }

    /// What a cost says of each objective, in the order in which they count and in the file's own unit: vehicles, cents,
    /// or the file's distance.
    #[must_use]
    pub fn values(&self, cost: i64) -> Vec<(Objective, f64)> {
        let value = |(objective, value): (Objective, i64)| match objective {
            Objective::Cheapest => (objective, value as f64 / milkrun_solver::Costs::UNITS_PER_CENT as f64),
            Objective::FewestVehicles => (objective, value as f64),
            _ => (objective, value as f64 / f64::from(self.scale)),
        };
        self.problem.values(cost).into_iter().map(value).collect()
    }

    /// Where a vehicle reloads, by its number among the visits of a route; `None` for a stop's.
    pub(crate) fn reload(&self, vehicle: usize, visit: usize) -> Option<Place> {
        let reload = visit.checked_sub(self.stops.len())?;
        self.vehicles.get(vehicle)?.reloads.get(reload).copied()
    }

    /// The time on the file's own clock.
    #[must_use]
    pub fn clock(&self, seconds: i32) -> i64 {
        self.epoch + i64::from(seconds)
    }

    /// The stops of a plan by their own numbers, route by route; reloads are left out.
    #[must_use]
    pub fn numbers(&self, solution: &Solution) -> Vec<Vec<u64>> {
        let number = |stop: usize| self.stops.get(stop).map(|stop| stop.id);
        solution.plans().into_iter().map(|plan| plan.stops.into_iter().filter_map(number).collect()).collect()
    }
}
