//! What a dispatcher plans with: places, stops, vehicles and what counts as a good plan.
//!
//! Every struct can grow (`#[non_exhaustive]`): build them with the constructors and the `with_` methods, so that
//! a new constraint never breaks the code that does not use it.

mod job;
mod objective;
mod reload;
mod shipment;
mod travel;
mod vehicle;

pub use job::{DIMENSIONS, Job, Load, TimeWindow};
pub(crate) use objective::Goals;
pub use objective::Objective;
pub use reload::Reload;
pub use shipment::Shipment;
pub(crate) use travel::decimal;
pub use travel::{Point, RoadModel, Rounding, SpeedBand, Travel, UNREACHABLE};
pub use vehicle::{Break, Costs, Done, Vehicle};

/// A planning problem: serve `stops` with `vehicles`, at the least cost that `objective` names.
///
/// Stops and vehicles are known by their index everywhere (in locks, plans, solutions and errors).
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Problem {
    /// How far and how long it is between any two places.
    pub travel: Travel,
    /// Other travel times between the same places, for vehicles that drive by them: see [`Vehicle::profile`].
    #[cfg_attr(feature = "serde", serde(default))]
    pub profiles: Vec<Travel>,
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
    /// What decides between plans that are equal by [`objective`](Problem::objective), the first of these that differs;
    /// each objective once, [`Objective::Balanced`] first or right behind [`Objective::FewestVehicles`], and
    /// [`Objective::Cheapest`] last. Counts on routes of a day: at most 3,000 km and 25 hours long, for 300,000 cents.
    #[cfg_attr(feature = "serde", serde(default))]
    pub then: Vec<Objective>,
}

impl Problem {
    /// A problem without stops and vehicles yet.
    #[must_use]
    pub fn new(travel: Travel) -> Self {
        Self {
            travel,
            profiles: Vec::new(),
            stops: Vec::new(),
            shipments: Vec::new(),
            vehicles: Vec::new(),
            objective: Objective::default(),
            then: Vec::new(),
        }
    }

    /// Adds other travel times between the same places; the first is profile 1.
    #[must_use]
    pub fn with_profile(mut self, travel: Travel) -> Self {
        self.profiles.push(travel);
        self
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

    /// Adds what decides between plans that are equal so far.
    #[must_use]
    pub fn then(mut self, objective: Objective) -> Self {
        self.then.push(objective);
        self
    }
}

impl Problem {
    /// The travel times that a vehicle drives by.
    pub(crate) fn travel_of(&self, vehicle: &Vehicle) -> &Travel {
        vehicle.profile.checked_sub(1).and_then(|at| self.profiles.get(at)).unwrap_or(&self.travel)
    }
}
