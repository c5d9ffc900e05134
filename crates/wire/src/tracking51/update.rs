//! What changes a registered tracking number.

use serde::{Deserialize, Serialize};

use crate::lenient;

/// Body of `PUT /trackings/update/{id}`; what is `None` stays as it is.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct UpdateTracking {
    /// Another courier for the same number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub courier_code_new: Option<String>,
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

/// Reply to an [`UpdateTracking`]: the fields it can change, as they are now. Nulls are written out.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct UpdatedTracking {
    /// 32 hexadecimal digits.
    #[serde(deserialize_with = "lenient::plain_text")]
    pub id: String,
    /// The courier's number for the parcel.
    #[serde(deserialize_with = "lenient::plain_text")]
    pub tracking_number: String,
    /// The courier before the change.
    #[serde(deserialize_with = "lenient::plain_text")]
    pub courier_code: String,
    /// The courier after the change.
    pub courier_code_new: Option<String>,
    /// The merchant's order number.
    #[serde(deserialize_with = "lenient::text")]
    pub order_number: Option<String>,
    /// The merchant's order id.
    #[serde(deserialize_with = "lenient::text")]
    pub order_id: Option<String>,
    /// When it was ordered.
    pub order_date: Option<String>,
    /// When it was shipped.
    pub shipping_date: Option<String>,
    /// Country of destination.
    pub destination_country: Option<String>,
    /// Country of origin.
    pub origin_country: Option<String>,
    /// See [`UpdateTracking::tracking_postal_code`].
    #[serde(deserialize_with = "lenient::text")]
    pub tracking_postal_code: Option<String>,
    /// See [`UpdateTracking::tracking_ship_date`].
    #[serde(deserialize_with = "lenient::text")]
    pub tracking_ship_date: Option<String>,
    /// See [`UpdateTracking::tracking_courier_account`].
    #[serde(deserialize_with = "lenient::text")]
    pub tracking_courier_account: Option<String>,
    /// See [`UpdateTracking::tracking_origin_country`].
    pub tracking_origin_country: Option<String>,
    /// See [`UpdateTracking::tracking_destination_country`].
    pub tracking_destination_country: Option<String>,
    /// See [`UpdateTracking::tracking_key`].
    #[serde(deserialize_with = "lenient::text")]
    pub tracking_key: Option<String>,
    /// The recipient.
    pub customer_name: Option<String>,
    /// The recipient's e-mail address.
    pub customer_email: Option<String>,
    /// The recipient's telephone.
    #[serde(deserialize_with = "lenient::text")]
    pub customer_sms: Option<String>,
    /// Free text.
    pub title: Option<String>,
    /// Free text.
    pub logistics_channel: Option<String>,
    /// Free text.
    pub note: Option<String>,
}
