//! How a plan changes: every change is an [`Edit`], every edit can be undone.
//!
//! An edit says what the dispatcher means ("move S-12 to Aino, third place"). It is checked against the plan
//! and broken down into a few primitive operations, each of which knows its exact inverse; the [`History`]
//! keeps the inverses. Undo is therefore right by construction, and costs what the change cost.
//!
//! What may not happen silently:
//!
//! * A **locked** route refuses any change to its list of stops ([`EditError::Locked`]); unlock it first.
//! * A **dispatched** route belongs to a driver on the road. An optimiser's result may not touch it and its
//!   driver cannot be removed ([`EditError::Dispatched`]). A person may change it, because life does; the
//!   [`Change`] then names it in `redispatch`, and [`crate::Plan::changed_since_dispatch`] stays true until
//!   it is sent again or changed back.
//! * Sending cannot be unsent: [`Edit::MarkDispatched`] and [`Edit::ClearDispatch`] are not undone by undo,
//!   which passes them over.

mod compile;
mod history;
mod label;
mod op;
#[cfg(test)]
mod tests;

pub use self::history::{Change, History};

use crate::driver::{Driver, DriverId};
use crate::plan::{Place, Settings};
use crate::route::DispatchInfo;
use crate::stop::{Position, Stop, StopId};

/// A place in a route, or among the unassigned stops.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slot {
    /// Whose route; `None` means unassigned.
    pub driver: Option<DriverId>,
    /// The place counted from 0 in the route as it is without the moved stops; larger numbers mean its end.
    pub place: usize,
}

impl Slot {
    /// A place in a driver's route.
    pub fn of(driver: &DriverId, place: usize) -> Self {
        Slot { driver: Some(driver.clone()), place }
    }

    /// The end of a driver's route.
    pub fn end_of(driver: &DriverId) -> Self {
        Slot::of(driver, usize::MAX)
    }

    /// In no route.
    pub fn unassigned() -> Self {
        Slot { driver: None, place: 0 }
    }
}

/// What an import does with the stops that are there already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ImportMode {
    /// The imported stops become all stops of the plan.
    Replace,
    /// Stops of the same id are updated, others added, nothing is removed.
    Merge,
}

/// One change to a plan, as the dispatcher means it.
#[derive(Clone, Debug, PartialEq)]
pub enum Edit {
    /// Renames the plan.
    Rename(String),
    /// Moves the plan to another day (`YYYY-MM-DD`).
    SetDate(String),
    /// Sets or clears the depot.
    SetDepot(Option<Place>),
    /// Changes the plan's settings.
    SetSettings(Settings),
    /// Brings in stops from a file. A stop whose address is the same as before keeps its position.
    ImportStops {
        /// The stops, in the file's order, ids unique.
        stops: Vec<Stop>,
        /// What happens with those already there.
        mode: ImportMode,
    },
    /// Adds one stop, unassigned.
    AddStop(Stop),
    /// Replaces the stop of the same id. When the address changed and the position did not, the position
    /// is dropped unless it was set by hand: the pin of an old address must not stay under a new one.
    UpdateStop(Stop),
    /// Removes stops from the plan altogether.
    RemoveStops(Vec<StopId>),
    /// Sets where stops lie; ids that are gone meanwhile are passed over, because geocoders answer late.
    SetPositions(Vec<(StopId, Option<Position>)>),
    /// Moves stops, keeping the given order, to one slot: between routes, inside one, or out of all.
    MoveStops {
        /// Which stops, in the order they shall have.
        stops: Vec<StopId>,
        /// Where to.
        to: Slot,
    },
    /// Turns a route around.
    ReverseRoute(DriverId),
    /// Adds a driver with an empty route.
    AddDriver(Driver),
    /// Replaces the driver of the same id.
    UpdateDriver(Driver),
    /// Removes a driver; the stops become unassigned.
    RemoveDriver(DriverId),
    /// Takes over an optimiser's routes for the drivers named, leaving other routes as they are. Stops that
    /// those routes had and no longer name become unassigned.
    ApplySolution(Vec<(DriverId, Vec<StopId>)>),
    /// Locks or unlocks a route.
    LockRoute {
        /// Whose route.
        driver: DriverId,
        /// The new state.
        locked: bool,
    },
    /// Settles the beginning of a route up to a stop, which an optimiser then leaves as it is; none settles nothing.
    KeepTo {
        /// Whose route.
        driver: DriverId,
        /// The last stop that stays.
        stop: Option<StopId>,
    },
    /// Notes what was sent to the driver, or what came back about it. Not undone by undo.
    MarkDispatched {
        /// Whose route.
        driver: DriverId,
        /// What is known of the dispatch.
        info: DispatchInfo,
    },
    /// Forgets a dispatch (given up, or finished). Not undone by undo.
    ClearDispatch(DriverId),
}

impl Edit {
    /// Moves one stop.
    pub fn move_stop(stop: &StopId, to: Slot) -> Self {
        Edit::MoveStops { stops: vec![stop.clone()], to }
    }

    /// Whether undo takes this edit back. What reached a driver cannot be taken back by a key press.
    pub fn is_undoable(&self) -> bool {
        !matches!(self, Edit::MarkDispatched { .. } | Edit::ClearDispatch(_))
    }
}

/// Why an edit was refused; the plan is as it was.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    /// The edit names a stop the plan does not have.
    #[error("there is no stop {0} in this plan; it may have been removed, undo brings it back")]
    UnknownStop(StopId),
    /// The edit names a driver the plan does not have.
    #[error("there is no driver {0} in this plan; it may have been removed, undo brings it back")]
    UnknownDriver(DriverId),
    /// Two stops would have the same id.
    #[error("stop {0} would be there twice; give one of them another id")]
    DuplicateStop(StopId),
    /// Two drivers would have the same id.
    #[error("driver {0} would be there twice; give one of them another id")]
    DuplicateDriver(DriverId),
    /// An id is empty.
    #[error("the id is empty; give every stop and driver one")]
    EmptyId,
    /// A route is locked; holds the driver's name.
    #[error("{0}'s route is locked; unlock it to change its stops")]
    Locked(String),
    /// A route is already with its driver; holds the driver's name.
    #[error("{0}'s route is already dispatched; withdraw the dispatch first, or leave it as it is")]
    Dispatched(String),
    /// An optimiser's route takes a stop from a route it was not given; holds the stop and the driver's name.
    #[error("stop {0} is on {1}'s route, which this result does not cover; optimise again")]
    Foreign(StopId, String),
    /// Undo was asked for with nothing done.
    #[error("there is nothing to undo")]
    NothingToUndo,
    /// Redo was asked for with nothing undone.
    #[error("there is nothing to redo")]
    NothingToRedo,
}
