//! What a shopper may see of a parcel: the widget's reply, free of any account detail.

use serde::{Deserialize, Serialize};

use super::parcel::ParcelStatus;

/// Most numbers of one lookup.
pub const MAX_NUMBERS: usize = 40;

/// Several numbers, or the parcels of one order. An order that does not fit what was said of it has none.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lookups {
    /// One for each number asked for, in that order.
    pub parcels: Vec<Lookup>,
}

/// Who delivers.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Nobody that is known.
    #[default]
    #[serde(rename = "")]
    Unknown,
    /// A carrier.
    Carrier,
    /// The shop's own driver.
    Driver,
}

/// Answer to `GET /api/widget/v1/lookup`. An unknown number is `found: false`, never an error.
///
/// Every text is empty when it is not known.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lookup {
    /// The number asked for.
    pub number: String,
    /// Whether anything is known of it.
    pub found: bool,
    /// Who delivers it.
    #[serde(default)]
    pub kind: Kind,
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
    /// 51Tracking's code of the carrier.
    #[serde(default)]
    pub carrier_code: String,
    /// RFC 3339 day or time of the expected delivery; empty when unknown.
    #[serde(default)]
    pub expected_at: String,
    /// When the driver was planned to come, RFC 3339.
    #[serde(default)]
    pub planned_from: String,
    /// The planned window's end.
    #[serde(default)]
    pub planned_until: String,
    /// When the driver will come as the tour goes, RFC 3339.
    #[serde(default)]
    pub estimated_from: String,
    /// The estimated window's end.
    #[serde(default)]
    pub estimated_until: String,
    /// When it was delivered, RFC 3339.
    #[serde(default)]
    pub delivered_at: String,
    /// Stops the driver makes before this one; -1 when unknown.
    #[serde(default = "unknown_position")]
    pub stops_before: i32,
    /// Whether this may be old news: its carrier cannot be asked at the moment.
    #[serde(default)]
    pub stale: bool,
    /// Path of its public page on the portal's host.
    #[serde(default)]
    pub page: String,
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
    /// Where it put the parcel, in one of the words of [`ParcelStatus`].
    #[serde(default)]
    pub status: String,
}

/// What a shopper knows of an order besides its number; one is enough.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct OrderLookup {
    /// The site's key.
    pub site: String,
    /// The merchant's order number.
    pub order: String,
    /// E-mail address of the order.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Telephone number of the order.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// Postcode it goes to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub postcode: Option<String>,
}

/// What the widget reads of its site.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WidgetSite {
    /// What shoppers know the shop as.
    pub name: String,
    /// `number`, `order`, or both.
    pub lookups: Vec<String>,
    /// BCP 47 tags of the languages to offer; all there are when null.
    pub languages: Option<Vec<String>>,
    /// How it looks.
    pub look: Look,
}

/// How the widget looks; empty where the page's own look stays.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Look {
    /// `light`, `dark` or `auto`.
    pub theme: String,
    /// `#rrggbb`.
    pub accent: String,
    /// Pixels, such as `8px`.
    pub radius: String,
}

fn unknown_position() -> i32 {
    -1
}
