//! What changes a registered tracking number.

use serde::{Deserialize, Serialize};

use super::TrackingDetails;
use crate::lenient;

/// Body of `PUT /trackings/update/{id}`; what is `None` stays as it is.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct UpdateTracking {
    /// Another courier for the same number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub courier_code_new: Option<String>,
    /// What else is to be changed.
    #[serde(flatten)]
    pub details: TrackingDetails,
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
    /// See [`TrackingDetails::tracking_postal_code`].
    #[serde(deserialize_with = "lenient::text")]
    pub tracking_postal_code: Option<String>,
    /// See [`TrackingDetails::tracking_ship_date`].
    #[serde(deserialize_with = "lenient::text")]
    pub tracking_ship_date: Option<String>,
    /// See [`TrackingDetails::tracking_courier_account`].
    #[serde(deserialize_with = "lenient::text")]
    pub tracking_courier_account: Option<String>,
    /// See [`TrackingDetails::tracking_origin_country`].
    pub tracking_origin_country: Option<String>,
    /// See [`TrackingDetails::tracking_destination_country`].
    pub tracking_destination_country: Option<String>,
    /// See [`TrackingDetails::tracking_key`].
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
