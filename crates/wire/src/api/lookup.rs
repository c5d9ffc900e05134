//! What a shopper may see of a parcel: the widget's reply, free of any account detail.

use serde::{Deserialize, Serialize};

use super::parcel::ParcelStatus;

/// Answer to `GET /api/widget/v1/lookup`. An unknown number is `found: false`, never an error.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lookup {
    /// The number asked for.
    pub number: String,
    /// Whether anything is known of it.
    pub found: bool,
    /// Where it stands.
    pub status: ParcelStatus,
    /// Whether the parcel waits at a collection point, which `pickup` alone does not tell.
    #[serde(default)]
    pub at_collection_point: bool,
    /// 51Tracking's finer code, such as `exception006` for a parcel held by customs; empty when unknown.
    #[serde(default)]
    pub substatus: String,
    /// The carrier's name; empty for the shop's own drivers.
    #[serde(default)]
    pub carrier: String,
    /// RFC 3339 day or time of the expected delivery; empty when unknown.
    #[serde(default)]
    pub expected_at: String,
    /// Stops the driver makes before this one; -1 when unknown.
    #[serde(default = "unknown_position")]
    pub stops_before: i32,
    /// Events, newest first.
    #[serde(default)]
    pub events: Vec<LookupEvent>,
}

/// One event of a [`Lookup`].
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LookupEvent {
    /// RFC 3339 time.
    pub at: String,
    /// What happened: text, never markup.
    pub text: String,
    /// Where; empty when unknown.
    #[serde(default)]
    pub place: String,
}

fn unknown_position() -> i32 {
    -1
}
