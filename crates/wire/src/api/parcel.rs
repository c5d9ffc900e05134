//! Parcels that carriers deliver, tracked through 51Tracking.

use serde::{Deserialize, Serialize};

/// Most parcels in one [`AddParcels`].
pub const MAX_ADD: usize = 40;

/// Parcels to be tracked, at most [`MAX_ADD`].
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AddParcels {
    /// The parcels.
    pub parcels: Vec<NewParcel>,
}

/// One parcel to be tracked.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewParcel {
    /// The carrier's number.
    pub tracking_number: String,
    /// 51Tracking's code of the carrier; found from the number when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub courier_code: Option<String>,
    /// What to call it in lists.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// The merchant's order number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order_number: Option<String>,
    /// By what the shopper may look the order up; none of the three is kept but as a keyed hash.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// The shopper's telephone number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// The shopper's postcode.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub postcode: Option<String>,
}

/// What became of each number, in the order sent.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AddReply {
    /// One for each parcel.
    pub results: Vec<AddResult>,
}

/// What became of one number.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AddResult {
    /// The number.
    pub tracking_number: String,
    /// The proxy's id of the parcel when it is tracked now, be it new or known before.
    #[serde(default)]
    pub id: Option<String>,
    /// Why it is not tracked, in a sentence.
    #[serde(default)]
    pub error: Option<String>,
}

/// A tracked parcel.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Parcel {
    /// The proxy's id of it.
    pub id: String,
    /// The carrier's number.
    pub tracking_number: String,
    /// 51Tracking's code of the carrier.
    pub courier_code: String,
    /// The carrier's name, if known.
    #[serde(default)]
    pub courier_name: Option<String>,
    /// What the dispatcher calls it.
    #[serde(default)]
    pub title: Option<String>,
    /// The merchant's order number.
    #[serde(default)]
    pub order_number: Option<String>,
    /// Where it stands.
    pub status: ParcelStatus,
    /// The vendor's finer code, such as `transit004`.
    #[serde(default)]
    pub substatus: Option<String>,
    /// The last event in one line, as the carrier wrote it.
    #[serde(default)]
    pub latest_event: Option<String>,
    /// RFC 3339 time of the last event.
    #[serde(default)]
    pub latest_event_at: Option<String>,
    /// RFC 3339 day or time of the expected delivery.
    #[serde(default)]
    pub expected_at: Option<String>,
    /// Checkpoints, newest first.
    #[serde(default)]
    pub checkpoints: Vec<Checkpoint>,
    /// RFC 3339 time at which the proxy last read it from 51Tracking.
    pub read_at: String,
    /// True when 51Tracking could not be reached and this is what was known before.
    #[serde(default)]
    pub stale: bool,
}

/// One event on a parcel's way.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checkpoint {
    /// RFC 3339 time.
    pub at: String,
    /// Where it put the parcel.
    pub status: ParcelStatus,
    /// What happened, as the carrier wrote it: text, never markup.
    pub detail: String,
    /// Where, as the carrier wrote it.
    #[serde(default)]
    pub place: Option<String>,
}

/// The nine statuses of 51Tracking V4, and one for words not known yet.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ParcelStatus {
    /// New: the carrier has not answered yet.
    Pending,
    /// The carrier knows nothing of it.
    NotFound,
    /// The carrier has the data, not the parcel.
    InfoReceived,
    /// On the way.
    Transit,
    /// Out for delivery, or waiting at a collection point.
    Pickup,
    /// A delivery attempt failed.
    Undelivered,
    /// Delivered.
    Delivered,
    /// Returned, lost, damaged, at customs, refused.
    Exception,
    /// No news for 30 days.
    Expired,
    /// A word this version does not know.
    #[serde(other)]
    Unknown,
}

impl ParcelStatus {
    /// Every known status, in the order a parcel may pass them.
    pub const ALL: [Self; 9] = [
        Self::Pending,
        Self::NotFound,
        Self::InfoReceived,
        Self::Transit,
        Self::Pickup,
        Self::Undelivered,
        Self::Delivered,
        Self::Exception,
        Self::Expired,
    ];

    /// The status in a person's words.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Pending => "Waiting for the carrier",
            Self::NotFound => "Not found yet",
            Self::InfoReceived => "Announced",
            Self::Transit => "On the way",
            Self::Pickup => "Out for delivery",
            Self::Undelivered => "Delivery failed",
            Self::Delivered => "Delivered",
            Self::Exception => "Problem",
            Self::Expired => "No news",
            Self::Unknown => "Unknown",
        }
    }
}

/// Parcels, newest first.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ParcelList {
    /// The parcels.
    pub parcels: Vec<Parcel>,
}

/// Carriers 51Tracking knows.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CourierList {
    /// The carriers.
    pub couriers: Vec<CourierName>,
}

/// A carrier's code and name.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CourierName {
    /// 51Tracking's code.
    pub code: String,
    /// Its name.
    pub name: String,
}
