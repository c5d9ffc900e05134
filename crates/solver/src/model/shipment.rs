//! What one vehicle takes from one stop to another.

use super::Load;

/// Goods that one vehicle picks up at one stop and hands over at another, later on the same route.
///
/// Both ends are stops of the problem with their own place, service time and windows. They are served both or
/// neither. A vehicle needs the skills of both and must be the one that either is locked to; when not everything can
/// be served the shipment counts as its two stops with their priorities.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Shipment {
    /// The stop where it is picked up, by its index.
    pub pickup: usize,
    /// The stop where it is handed over, by its index.
    pub delivery: usize,
    /// How much of the vehicle's capacity it takes in between.
    #[cfg_attr(feature = "serde", serde(default))]
    pub load: Load,
}

impl Shipment {
    /// A shipment between two stops, each known by its index.
    #[must_use]
    pub const fn new(pickup: usize, delivery: usize, load: Load) -> Self {
        Self { pickup, delivery, load }
    }
}
