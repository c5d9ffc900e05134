//! What registers a tracking number.

use serde::{Deserialize, Serialize};

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
    /// The merchant's order number.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "lenient::text")]
    pub order_number: Option<String>,
    /// The merchant's order id.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "lenient::text")]
    pub order_id: Option<String>,
    /// When it was ordered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub order_date: Option<String>,
    /// When it was shipped; known to the Java SDK only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shipping_date: Option<String>,
    /// ISO 3166-1 alpha-2.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub origin_country_iso2: Option<String>,
    /// ISO 3166-1 alpha-2.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub destination_country_iso2: Option<String>,
    /// The recipient.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub customer_name: Option<String>,
    /// The recipient's e-mail address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub customer_email: Option<String>,
    /// The recipient's telephone, `+` and country code first.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "lenient::text")]
    pub customer_sms: Option<String>,
    /// The recipient's postcode.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "lenient::text")]
    pub recipient_postcode: Option<String>,
    /// Free text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Free text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub logistics_channel: Option<String>,
    /// Free text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Some couriers need the shipper's account.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "lenient::text")]
    pub tracking_courier_account: Option<String>,
    /// Some couriers need the recipient's postcode.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "lenient::text")]
    pub tracking_postal_code: Option<String>,
    /// Some couriers need the country of origin.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tracking_origin_country: Option<String>,
    /// Some couriers need the country of destination.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tracking_destination_country: Option<String>,
    /// Some couriers need the day of shipping, `YYYYMMDD`.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "lenient::text")]
    pub tracking_ship_date: Option<String>,
    /// Some couriers need a key.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "lenient::text")]
    pub tracking_key: Option<String>,
    /// Language of events.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
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
