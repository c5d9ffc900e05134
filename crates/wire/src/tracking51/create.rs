//! What registers a tracking number.

use serde::{Deserialize, Serialize};

use super::TrackingDetails;
use crate::lenient;

/// Body of `POST /trackings/create`, and one element of the bare array that `POST /trackings/batch` takes.
///
/// All fields are text; those that are `None` are left out. The Go SDK sends `""` for every field it does not
/// set, so a reader treats blank as absent.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct CreateTracking {
    /// The courier's number for the parcel.
    #[serde(deserialize_with = "lenient::plain_text")]
    pub tracking_number: String,
    /// Which courier, such as `matkahuolto`.
    #[serde(deserialize_with = "lenient::plain_text")]
    pub courier_code: String,
    /// The recipient's postcode.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "lenient::text")]
    pub recipient_postcode: Option<String>,
    /// What is known of it beside the number.
    #[serde(flatten)]
    pub details: TrackingDetails,
}

/// Body of `POST /couriers/detect`, which the sister brand's SDKs have and 51Tracking's table of codes implies.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct DetectCourier {
    /// The number to guess from.
    #[serde(deserialize_with = "lenient::plain_text")]
    pub tracking_number: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn absent_fields_are_not_written() {
        let it = CreateTracking {
            tracking_number: "JJFI1".to_owned(),
            courier_code: "posti".to_owned(),
            ..CreateTracking::default()
        };
        assert_eq!(
            serde_json::to_string(&it).unwrap(),
            r#"{"tracking_number":"JJFI1","courier_code":"posti"}"#
        );
    }
}
