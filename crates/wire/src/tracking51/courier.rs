//! Couriers, as `couriers/all` lists them.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::lenient;

/// One courier.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Courier {
    /// Name for people.
    #[serde(deserialize_with = "lenient::plain_text")]
    pub courier_name: String,
    /// Name for programs, such as `matkahuolto`.
    #[serde(deserialize_with = "lenient::plain_text")]
    pub courier_code: String,
    /// ISO 3166-1 alpha-2, null for international couriers.
    pub courier_country_iso2: Option<String>,
    /// Home page.
    pub courier_url: Option<String>,
    /// Customer service.
    #[serde(deserialize_with = "lenient::text")]
    pub courier_phone: Option<String>,
    /// Such as `express` or `post`.
    pub courier_type: Option<String>,
    /// Names of the `tracking_…` fields that registering needs; null or any shape.
    pub tracking_required_fields: Value,
    /// Names of the `tracking_…` fields that help; null or any shape.
    pub optional_fields: Value,
    /// Language of events when none is asked for.
    pub default_language: Option<String>,
    /// Languages that events are offered in.
    #[serde(deserialize_with = "lenient::or_default")]
    pub support_language: Vec<String>,
    /// Address of an image.
    pub courier_logo: Option<String>,
}
