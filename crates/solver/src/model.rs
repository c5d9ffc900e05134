//! What a dispatcher plans with: places, stops, vehicles and what counts as a good plan.
//!
//! Every struct can grow (`#[non_exhaustive]`): build them with the constructors and the `with_` methods, so that
//! a new constraint never breaks the code that does not use it.

mod job;
mod shipment;
mod travel;
mod vehicle;

pub use job::{DIMENSIONS, Job, Load, TimeWindow};
pub use shipment::Shipment;
pub use travel::{Point, RoadModel, Rounding, SpeedBand, Travel, UNREACHABLE};
pub use vehicle::{Costs, Vehicle};

/// A planning problem: serve `stops` with `vehicles`, at the least cost that `objective` names.
///
/// Stops and vehicles are known by their index everywhere (in locks, plans, solutions and errors).
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Problem {
    /// How far and how long it is between any two places.
    pub travel: Travel,
    /// What has to be served.
    pub stops: Vec<Job>,
    /// Which stops belong together as pickup and delivery; each stop to one shipment at most.
    #[cfg_attr(feature = "serde", serde(default))]
    pub shipments: Vec<Shipment>,
    /// What it can be served with.
    pub vehicles: Vec<Vehicle>,
    /// What makes one plan better than another. Serving more stops always comes first.
    #[cfg_attr(feature = "serde", serde(default))]
    pub objective: Objective,
}

impl Problem {
    /// A problem without stops and vehicles yet.
    #[must_use]
    pub fn new(travel: Travel) -> Self {
        Self {
            travel,
            stops: Vec::new(),
            shipments: Vec::new(),
            vehicles: Vec::new(),
            objective: Objective::default(),
        }
    }

    /// Adds one stop.
    #[must_use]
    pub fn with_job(mut self, job: Job) -> Self {
        self.stops.push(job);
        self
    }

    /// Adds two stops and what a vehicle takes from the first to the second.
    #[must_use]
    pub fn with_shipment(mut self, pickup: Job, delivery: Job, load: Load) -> Self {
        let first = self.stops.len();
        self.stops.extend([pickup, delivery]);
        self.shipments.push(Shipment::new(first, first + 1, load));
        self
    }

    /// Adds one vehicle.
    #[must_use]
    pub fn with_vehicle(mut self, vehicle: Vehicle) -> Self {
        self.vehicles.push(vehicle);
        self
    }

    /// Chooses what to minimise.
    #[must_use]
    pub fn with_objective(mut self, objective: Objective) -> Self {
        self.objective = objective;
        self
    }
}

/// What a plan is judged by, after the number (and priority) of the stops it serves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum Objective {
    /// The least money by each vehicle's [`Costs`]; [`Solution::cost`](crate::Solution::cost) is in cents / 18,000
    /// (see [`Costs::UNITS_PER_CENT`]).
    #[default]
    Cheapest,
    /// The least working time, from leaving the start to arriving at the end, waiting included; the cost is seconds.
    Fastest,
    /// The least distance; the cost is metres.
    Shortest,
    /// The fewest vehicles first, then the least distance. The cost is metres plus a weight for each vehicle used.
    FewestVehicles,
}

impl Objective {
    /// What one more vehicle weighs in metres for [`Objective::FewestVehicles`]: more than any plan is long.
    pub const VEHICLE: i64 = 10_000_000_000;
}
