//! What may be said of a tracking number beside the number itself.

use serde::{Deserialize, Serialize};

use crate::lenient;

/// The fields that registering and changing a tracking number have in common.
///
/// All are text; those that are `None` are left out.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct TrackingDetails {
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

impl TrackingDetails {
    /// These details, and where one is missing that of `other`.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self {
            order_number: self.order_number.or(other.order_number),
            order_id: self.order_id.or(other.order_id),
            order_date: self.order_date.or(other.order_date),
            shipping_date: self.shipping_date.or(other.shipping_date),
            origin_country_iso2: self.origin_country_iso2.or(other.origin_country_iso2),
            destination_country_iso2: self.destination_country_iso2.or(other.destination_country_iso2),
            customer_name: self.customer_name.or(other.customer_name),
            customer_email: self.customer_email.or(other.customer_email),
            customer_sms: self.customer_sms.or(other.customer_sms),
            title: self.title.or(other.title),
            logistics_channel: self.logistics_channel.or(other.logistics_channel),
            note: self.note.or(other.note),
            tracking_courier_account: self.tracking_courier_account.or(other.tracking_courier_account),
            tracking_postal_code: self.tracking_postal_code.or(other.tracking_postal_code),
            tracking_origin_country: self.tracking_origin_country.or(other.tracking_origin_country),
            tracking_destination_country: self
                .tracking_destination_country
                .or(other.tracking_destination_country),
            tracking_ship_date: self.tracking_ship_date.or(other.tracking_ship_date),
            tracking_key: self.tracking_key.or(other.tracking_key),
            language: self.language.or(other.language),
        }
    }
}
