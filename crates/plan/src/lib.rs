//! The domain: stops, vehicles, routes, a plan, its edits and their undo, import and export.
//!
//! The crate is arithmetic and text only: it opens no file, asks no clock and knows no browser, so that the
//! portal, the proxy and every test share one understanding of what a plan is.
//!
//! A reader finds the story in this order:
//!
//! 1. the things themselves: [`Plan`], [`Stop`], [`Driver`], [`Route`], kept as versioned JSON by [`mod@file`];
//! 2. what a plan costs: [`travel`] between two places, [`schedule`] along a route, its [`cost`], [`price`] of a change;
//! 3. how a plan changes: [`edit`] and its undo;
//! 4. how stops come in and plans go out: [`import`], [`export`], and the [`demo`] deliveries.
//!
//! Units everywhere: times are whole seconds after midnight of the plan's date (they may pass 24 h), lengths
//! are whole metres, coordinates are WGS 84 degrees, loads are parcels.

pub mod clock;
pub mod cost;
pub mod demo;
mod driver;
pub mod edit;
pub mod export;
pub mod file;
#[cfg(test)]
mod fixture;
pub mod geo;
pub mod import;
mod pause;
mod plan;
mod postcode;
pub mod price;
mod read;
mod route;
pub mod schedule;
pub mod sorted;
mod stop;
pub mod travel;

pub use crate::clock::TimeWindow;
pub use crate::cost::{Currency, Rates};
pub use crate::driver::{Driver, DriverId, Pause};
pub use crate::geo::LatLon;
pub use crate::plan::{Aim, Place, Plan, Settings};
pub use crate::postcode::postcode;
pub use crate::route::{DispatchInfo, Route, SentStop};
pub use crate::stop::{Position, PositionSource, Stop, StopId, Turn, listed};
