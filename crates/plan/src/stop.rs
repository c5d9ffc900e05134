//! A stop: one address where parcels are handed over.

use crate::clock::TimeWindow;
use crate::driver::DriverId;
use crate::geo::LatLon;
use serde::{Deserialize, Serialize};
use std::fmt;

/// The identity of a stop: the merchant's own number from the imported file, unique within a plan.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct StopId(pub String);

impl StopId {
    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for StopId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<&str> for StopId {
    fn from(text: &str) -> Self {
        StopId(text.to_owned())
    }
}

/// One delivery address with what is to be done there.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Stop {
    /// The external id from the file.
    pub id: StopId,
    /// The address as one line, as a courier would read it.
    pub address: String,
    /// Who receives: the customer's name, or empty.
    #[serde(default)]
    pub label: String,
    /// How many parcels are handed over; what a vehicle's capacity is counted in.
    #[serde(default = "one")]
    pub parcels: u32,
    /// How long the courier stays, in seconds.
    #[serde(default)]
    pub service_s: u32,
    /// When the customer wants to be served; none means any time.
    #[serde(default)]
    pub window: Option<TimeWindow>,
    /// The customer's telephone number, as written.
    #[serde(default)]
    pub phone: Option<String>,
    /// A word to the courier.
    #[serde(default)]
    pub note: Option<String>,
    /// The customer's e-mail address, as written.
    #[serde(default)]
    pub email: Option<String>,
    /// Where the address lies, once known.
    #[serde(default)]
    pub position: Option<Position>,
    /// The parcel's tracking number, if it has one.
    #[serde(default)]
    pub tracking_number: Option<String>,
    /// How much it matters when not all stops can be served: one of priority p counts as much as p + 1 of priority 0.
    #[serde(default)]
    pub priority: u8,
    /// The only driver who may serve it, if the dispatcher said so. One who is not in the plan any more is none.
    #[serde(default)]
    pub driver: Option<DriverId>,
    /// Whether its place on the route is settled.
    #[serde(default)]
    pub turn: Turn,
    /// What the van or its driver must have or be able to do, such as a tail lift.
    #[serde(default)]
    pub needs: Vec<String>,
}

/// Single words or phrases of a list as people write it, each once.
pub fn listed(text: &str) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for it in text.split([',', ';', '/', '+', '\n']).map(str::trim).filter(|it| !it.is_empty()) {
        if !all.iter().any(|other| is_same(other, it)) {
            all.push(it.to_owned());
        }
    }
    all
}

/// Whether two such words are the same to people.
pub(crate) fn is_same(a: &str, b: &str) -> bool {
    milkrun_host::lower(a) == milkrun_host::lower(b)
}

/// Where on its route a stop has to be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Turn {
    /// Wherever is best.
    #[default]
    Any,
    /// Before all others.
    First,
    /// After all others.
    Last,
}

impl Turn {
    /// Whether a stop that is the `place`-th of `count`, counted from 0, is where it has to be.
    pub fn is_kept(self, place: usize, count: usize) -> bool {
        match self {
            Turn::Any => true,
            Turn::First => place == 0,
            Turn::Last => place + 1 == count,
        }
    }
}

fn one() -> u32 {
    1
}

impl Stop {
    /// A stop for one parcel without wishes, service time or position.
    pub fn new(id: impl Into<String>, address: impl Into<String>) -> Self {
        Stop {
            id: StopId(id.into()),
            address: address.into(),
            label: String::new(),
            parcels: 1,
            service_s: 0,
            window: None,
            phone: None,
            note: None,
            email: None,
            position: None,
            tracking_number: None,
            priority: 0,
            driver: None,
            turn: Turn::Any,
            needs: Vec::new(),
        }
    }

    /// A stop that matters more than others.
    pub const HIGH: u8 = 10;
    /// A stop that is served before any other is.
    pub const URGENT: u8 = 100;

    /// The stop's place on the map, once known.
    pub fn point(&self) -> Option<LatLon> {
        self.position.as_ref().map(Position::point)
    }

    /// What to call the stop on screen: the customer's name, or the id when there is none.
    pub fn title(&self) -> &str {
        if self.label.is_empty() { self.id.as_str() } else { &self.label }
    }
}

/// Where a stop lies and how far to trust that.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Position {
    /// Degrees north (WGS 84).
    pub lat: f64,
    /// Degrees east (WGS 84).
    pub lon: f64,
    /// Who said so.
    pub source: PositionSource,
    /// How sure the source is, from 0 (a guess) to 1 (exact).
    pub confidence: f32,
}

impl Position {
    /// The point alone.
    pub fn point(&self) -> LatLon {
        LatLon::new(self.lat, self.lon)
    }
}

/// Who placed a stop on the map.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PositionSource {
    /// The imported file carried coordinates.
    File,
    /// A geocoder found the address; holds its name.
    Geocoder(String),
    /// The dispatcher set or dragged the pin.
    Hand,
}
