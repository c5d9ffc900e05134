//! The input, key by key as VROOM's `docs/API.md` has it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Whether a value is its type's default, which is then not written.
fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// Defines a struct of VROOM's whose absent keys have their default value. Keys before the bar are always written.
macro_rules! keys {
    ($(#[$about:meta])* $name:ident {
        $($(#[$must_doc:meta])* $must:ident: $must_type:ty,)* |
        $($(#[$doc:meta])* $key:ident: $type:ty,)*
    }) => {
        $(#[$about])*
        #[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
        #[serde(deny_unknown_fields, default)]
        pub struct $name {
            $($(#[$must_doc])* pub $must: $must_type,)*
            $($(#[$doc])* #[serde(skip_serializing_if = "is_default")] pub $key: $type,)*
        }
    };
}

keys! {
    /// A problem. Times are in seconds, distances in metres, coordinates longitude before latitude.
    Input {
        |
        /// Single visits.
        jobs: Vec<Job>,
        /// Pickups with their deliveries.
        shipments: Vec<Shipment>,
        /// What there is to serve them with.
        vehicles: Vec<Vehicle>,
        /// Travel between places, by profile.
        matrices: BTreeMap<String, Matrices>,
    }
}

keys! {
    /// A single visit.
    Job {
        /// Its number.
        id: u64,
        |
        /// What it is called.
        description: String,
        /// Where, as longitude and latitude.
        location: Option<[f64; 2]>,
        /// Where in the matrices.
        location_index: Option<usize>,
        /// Time to prepare, once for visits one after the other at one place.
        setup: u32,
        /// Time of the visit.
        service: u32,
        /// As `setup`, by the vehicle's type.
        setup_per_type: BTreeMap<String, u32>,
        /// As `service`, by the vehicle's type.
        service_per_type: BTreeMap<String, u32>,
        /// What is handed over, brought from the start.
        delivery: Vec<u32>,
        /// What is taken along, to the end.
        pickup: Vec<u32>,
        /// Skills that the vehicle needs.
        skills: Vec<u32>,
        /// From 0 to 100, the most important.
        priority: u8,
        /// When the visit may begin.
        time_windows: Vec<TimeWindow>,
    }
}

keys! {
    /// A pickup with its delivery.
    Shipment {
        |
        /// Where it comes from.
        pickup: ShipmentStep,
        /// Where it goes to.
        delivery: ShipmentStep,
        /// How much it is.
        amount: Vec<u32>,
        /// Skills that the vehicle needs.
        skills: Vec<u32>,
        /// From 0 to 100, the most important.
        priority: u8,
    }
}

keys! {
    /// One end of a shipment; the keys are a job's.
    ShipmentStep {
        /// Its number.
        id: u64,
        |
        /// What it is called.
        description: String,
        /// Where, as longitude and latitude.
        location: Option<[f64; 2]>,
        /// Where in the matrices.
        location_index: Option<usize>,
        /// Time to prepare.
        setup: u32,
        /// Time of the visit.
        service: u32,
        /// As `setup`, by the vehicle's type.
        setup_per_type: BTreeMap<String, u32>,
        /// As `service`, by the vehicle's type.
        service_per_type: BTreeMap<String, u32>,
        /// When the visit may begin.
        time_windows: Vec<TimeWindow>,
    }
}

keys! {
    /// A vehicle.
    Vehicle {
        /// Its number.
        id: u64,
        |
        /// Which of the matrices it drives by; `car` if none is named.
        profile: Option<String>,
        /// What it is called.
        description: String,
        /// Where it starts, as longitude and latitude.
        start: Option<[f64; 2]>,
        /// Where it starts in the matrices.
        start_index: Option<usize>,
        /// Where it ends, as longitude and latitude.
        end: Option<[f64; 2]>,
        /// Where it ends in the matrices.
        end_index: Option<usize>,
        /// What it carries.
        capacity: Vec<u32>,
        /// What it costs.
        costs: Option<Costs>,
        /// What it can do.
        skills: Vec<u32>,
        /// Its type, for times by type.
        #[serde(rename = "type")]
        kind: Option<String>,
        /// When it works.
        time_window: Option<TimeWindow>,
        /// When it does not.
        breaks: Vec<Break>,
        /// How fast it is beside its profile; 1 if it is not given.
        speed_factor: Option<f64>,
        /// The most visits.
        max_tasks: Option<u32>,
        /// The most time on the road.
        max_travel_time: Option<u32>,
        /// The most metres.
        max_distance: Option<u32>,
        /// The route it has already.
        steps: Vec<VehicleStep>,
    }
}

keys! {
    /// A break.
    Break {
        /// Its number.
        id: u64,
        |
        /// When it may begin.
        time_windows: Vec<TimeWindow>,
        /// How long it is.
        service: u32,
        /// What it is called.
        description: String,
        /// The most that may be aboard meanwhile.
        max_load: Option<Vec<u32>>,
    }
}

/// What a vehicle costs, in any unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Costs {
    /// For using it.
    pub fixed: u32,
    /// For an hour on the road.
    pub per_hour: u32,
    /// For an hour of setup and service.
    pub per_task_hour: u32,
    /// For a kilometre.
    pub per_km: u32,
}

impl Default for Costs {
    /// One for a second on the road, so that the cost is travel time.
    fn default() -> Self {
        Self { fixed: 0, per_hour: 3_600, per_task_hour: 0, per_km: 0 }
    }
}

keys! {
    /// One step of a route that is there already.
    VehicleStep {
        /// What kind of step.
        #[serde(rename = "type")]
        kind: StepKind,
        |
        /// The number of the job, pickup, delivery or break.
        id: Option<u64>,
        /// The service must begin exactly then.
        service_at: Option<u32>,
        /// The service must not begin before.
        service_after: Option<u32>,
        /// The service must not begin after.
        service_before: Option<u32>,
    }
}

/// The kind of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum StepKind {
    /// Leaving the start.
    #[default]
    Start,
    /// A single visit.
    Job,
    /// The first half of a shipment.
    Pickup,
    /// Its second half.
    Delivery,
    /// A break.
    Break,
    /// Arriving at the end.
    End,
}

impl StepKind {
    /// Whether something is served there: a job, or an end of a shipment.
    #[must_use]
    pub const fn is_visit(self) -> bool {
        matches!(self, Self::Job | Self::Pickup | Self::Delivery)
    }

    /// What it is called in a file.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Job => "job",
            Self::Pickup => "pickup",
            Self::Delivery => "delivery",
            Self::Break => "break",
            Self::End => "end",
        }
    }
}

keys! {
    /// Travel between places of one profile: rows by origin.
    Matrices {
        |
        /// Seconds.
        durations: Vec<Vec<u32>>,
        /// Metres.
        distances: Vec<Vec<u32>>,
        /// What is minimised instead of what vehicles cost.
        costs: Vec<Vec<u32>>,
    }
}

/// A span of time, its first and its last second.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimeWindow(pub u32, pub u32);
