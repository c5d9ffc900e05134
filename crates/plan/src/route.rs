//! A route: the ordered stops of one driver, and what was last sent to that driver.

use crate::driver::DriverId;
use crate::stop::{Stop, StopId};
use serde::{Deserialize, Serialize};

/// The ordered stops of one driver. A plan holds exactly one route per driver, in the drivers' order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Route {
    /// Whose route it is.
    pub driver: DriverId,
    /// The stops in driving order.
    #[serde(default)]
    pub stops: Vec<StopId>,
    /// What was sent to the driver, once dispatched.
    #[serde(default)]
    pub dispatched: Option<DispatchInfo>,
    /// A locked route refuses every change to its list of stops until it is unlocked.
    #[serde(default)]
    pub locked: bool,
    /// The last of the stops that stay at the beginning of the route as they are, if the dispatcher has settled some.
    /// One that is not on the route any more settles nothing.
    #[serde(default)]
    pub kept_to: Option<StopId>,
}

impl Route {
    /// An empty, unlocked, undispatched route.
    pub fn new(driver: DriverId) -> Self {
        Route { driver, stops: Vec::new(), dispatched: None, locked: false, kept_to: None }
    }

    /// Whether an optimiser has to leave this route as it is: locked by hand, or already with the driver.
    pub fn is_fixed(&self) -> bool {
        self.locked || self.dispatched.is_some()
    }

    /// How many stops at its beginning stay as they are.
    pub fn kept(&self) -> usize {
        let last = self.kept_to.as_ref().and_then(|last| self.stops.iter().position(|it| it == last));
        last.map_or(0, |at| at + 1)
    }
}

/// What is known of a route's dispatch.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct DispatchInfo {
    /// The key that makes a repeated send harmless; the same over all retries of one dispatch.
    pub idempotency_key: String,
    /// Our own id of the dispatch (RouteMate's `external_job_id`).
    pub dispatch_id: String,
    /// The id RouteMate gave the job; none until it answered.
    pub job_id: Option<String>,
    /// The stops exactly as sent, in our order. Compared with the present plan it tells whether the route
    /// was changed since, so no flag can go stale under undo.
    pub sent: Vec<SentStop>,
    /// The order RouteMate answered with; empty until it did.
    pub returned_order: Vec<StopId>,
    /// RouteMate's total distance in kilometres, if it gave one.
    pub returned_km: Option<f64>,
    /// RouteMate's total duration in minutes, if it gave one.
    pub returned_minutes: Option<f64>,
    /// What RouteMate warned of, in its own words.
    pub warnings: Vec<String>,
}

/// The part of a stop that a dispatch carries.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SentStop {
    /// The stop's id.
    pub id: StopId,
    /// Its address when sent.
    pub address: String,
    /// Its label when sent.
    pub label: String,
    /// Its parcels when sent.
    pub parcels: u32,
}

impl From<&Stop> for SentStop {
    fn from(stop: &Stop) -> Self {
        SentStop {
            id: stop.id.clone(),
            address: stop.address.clone(),
            label: stop.label.clone(),
            parcels: stop.parcels,
        }
    }
}
