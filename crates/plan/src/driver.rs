//! A driver with a vehicle: who can serve a route, how much fits, and when.

use crate::clock::TimeWindow;
use crate::stop::{Stop, is_same};
use serde::{Deserialize, Serialize};
use std::fmt;

/// The identity of a driver, unique within a plan.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DriverId(pub String);

impl DriverId {
    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for DriverId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<&str> for DriverId {
    fn from(text: &str) -> Self {
        DriverId(text.to_owned())
    }
}

/// A driver and the vehicle of the day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Driver {
    /// Identity within the plan.
    pub id: DriverId,
    /// The name shown on the route.
    pub name: String,
    /// The address the dispatched job is assigned to; may be empty until dispatch.
    #[serde(default)]
    pub email: String,
    /// How many parcels the vehicle holds.
    pub capacity: u32,
    /// Working hours; leaving before or returning after them is flagged as overtime.
    pub shift: TimeWindow,
    /// Whether the route ends at the depot (closed) or at the last stop (open).
    pub returns_to_depot: bool,
    /// What the van has and the driver can do, for stops that need it.
    #[serde(default)]
    pub can: Vec<String>,
    /// The break of the day, if there is one.
    #[serde(default)]
    pub pause: Option<Pause>,
    /// Index into the palette of twelve route colours.
    #[serde(default)]
    pub colour: u8,
}

/// A break, taken at a stop: on arriving there, before service, or after it.
///
/// A route that is over before the window closes needs none, and one that begins after it has had it before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pause {
    /// When it may begin.
    pub window: TimeWindow,
    /// How long it is, in seconds.
    pub seconds: u32,
}

impl Driver {
    /// What a stop needs and this driver has not.
    pub fn lacks<'a>(&'a self, stop: &'a Stop) -> impl Iterator<Item = &'a str> {
        let lacking = |need: &&String| !self.can.iter().any(|it| is_same(it, need));
        stop.needs.iter().filter(lacking).map(String::as_str)
    }

    /// The route's letter on pins and cards: `A` for colour 0, `B` for 1 and so on, round again after `Z`.
    pub fn letter(&self) -> char {
        char::from(b'A' + self.colour % 26)
    }
}
