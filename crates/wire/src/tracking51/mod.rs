//! 51Tracking: a tracking number is registered, and its checkpoints come back by query or by webhook.
//!
//! The shapes follow version 4 of the API as the vendor's own SDKs spell it (the typed Go, Java and .NET ones
//! where they differ, as the strictest readers). Real replies hold nulls where the models promise text, so
//! every text may be null on reading. [`v3`] holds the older shapes that are still served, [`webhook`] what
//! the vendor pushes.

mod awb;
mod batch;
mod code;
mod courier;
mod create;
mod details;
mod envelope;
mod status;
mod tracking;
mod update;
pub mod v3;
pub mod webhook;

pub use awb::{AirWaybill, AirlineInfo, AwbEvent, AwbFlight, AwbRequest};
pub use batch::{BatchItem, BatchReply, GetReply, Rejected};
pub use code::MetaCode;
pub use courier::Courier;
pub use create::{CreateTracking, DetectCourier};
pub use details::TrackingDetails;
pub use envelope::{Envelope, Meta, Refusal, read};
pub use status::{DeliveryStatus, substatus_meaning};
pub use tracking::{Checkpoint, Info, MilestoneDates, Tracking};
pub use update::{UpdateTracking, UpdatedTracking};

/// The vendor's public base URL; every path of version 4 is relative to it.
pub const BASE_URL: &str = "https://api.51tracking.com/v4";
/// The header that carries the API key, in every version.
pub const API_KEY_HEADER: &str = "Tracking-Api-Key";
/// Most tracking numbers one `trackings/batch` call takes.
pub const BATCH_LIMIT: usize = 40;
/// Most tracking numbers one `trackings/get` call takes.
pub const GET_LIMIT: usize = 2000;
