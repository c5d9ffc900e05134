//! Version 3, which the vendor still serves: a flat envelope, other key names, some of them misspelt.
//!
//! The shapes follow clients in the field (the Go client `hiscaler/51tracking` above all); the vendor's own
//! SDKs only speak version 4.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{BatchItem, Checkpoint, DeliveryStatus, Info, MilestoneDates, Tracking as V4Tracking};
use crate::lenient;

/// The vendor's public base URL of version 3; every path sits under `trackings`.
pub const BASE_URL: &str = "https://api.51tracking.com/v3/trackings";

/// `{"code","message","data"}`, without the `meta` of version 4.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Envelope<T> {
    /// 200 when the call went through; see [`meaning`].
    pub code: i64,
    /// The same for people.
    #[serde(default, deserialize_with = "lenient::plain_text")]
    pub message: String,
    /// What it answered.
    pub data: Option<T>,
}

/// What a code of version 3 means, in plain words, or `None` for a number no client has met.
pub fn meaning(code: i64) -> Option<&'static str> {
    Some(match code {
        200 => "the call went through",
        203 => "the account must be a paid one",
        204 => "the call went through and found nothing",
        400 => "the request is of the wrong type",
        401 => "the API key is wrong or lacks permission",
        403 => "the account may not do this",
        404 => "there is no such endpoint",
        408 => "the courier's site did not answer in time",
        411 => "a parameter is too long",
        412 => "a parameter is malformed",
        413 => "too many parameters",
        417 => "parameters are missing or cannot be read",
        421 => "a field that this courier needs is missing",
        422 => "the courier code is unknown",
        423 => "the tracking number is registered already",
        424 => "the tracking number is not registered",
        429 => "too many calls; wait two minutes",
        511..=513 => "the server of 51Tracking failed",
        _ => return None,
    })
}

/// Body of `POST create`, alone or in an array of at most 40.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct CreateTracking {
    /// The courier's number for the parcel.
    #[serde(deserialize_with = "lenient::plain_text")]
    pub tracking_number: String,
    /// Which courier.
    #[serde(deserialize_with = "lenient::plain_text")]
    pub courier_code: String,
    /// The merchant's order number.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "lenient::text")]
    pub order_number: Option<String>,
    /// ISO 3166-1 alpha-2 of the destination.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub destination_code: Option<String>,
    /// Free text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub logistics_channel: Option<String>,
    /// The recipient.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub customer_name: Option<String>,
    /// The recipient's e-mail address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub customer_email: Option<String>,
    /// The recipient's telephone.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "lenient::text")]
    pub customer_phone: Option<String>,
    /// When it was shipped.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "lenient::text")]
    pub shipping_date: Option<String>,
    /// Some couriers need the day of shipping.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "lenient::text")]
    pub tracking_shipping_date: Option<String>,
    /// Some couriers need the recipient's postcode.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "lenient::text")]
    pub tracking_postal_code: Option<String>,
    /// Free text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Free text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// Data of `POST create`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct CreateReply {
    /// Registered now.
    #[serde(deserialize_with = "lenient::or_default")]
    pub success: Vec<BatchItem>,
    /// Refused, each with its reason.
    #[serde(deserialize_with = "lenient::or_default")]
    pub error: Vec<BatchItem>,
}

/// One registered number, as an element of `GET get`'s data and as the data of a webhook.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Tracking {
    /// 32 hexadecimal digits.
    #[serde(deserialize_with = "lenient::plain_text")]
    pub id: String,
    /// The courier's number for the parcel.
    #[serde(deserialize_with = "lenient::plain_text")]
    pub tracking_number: String,
    /// Which courier.
    #[serde(deserialize_with = "lenient::plain_text")]
    pub courier_code: String,
    /// The merchant's order number.
    #[serde(deserialize_with = "lenient::text")]
    pub order_number: Option<String>,
    /// When it was registered.
    #[serde(deserialize_with = "lenient::text")]
    pub created_at: Option<String>,
    /// When it last changed; `update_at` in version 4.
    #[serde(deserialize_with = "lenient::text")]
    pub update_date: Option<String>,
    /// Where the parcel stands.
    pub delivery_status: DeliveryStatus,
    /// Whether the merchant has put it away; text in version 4.
    #[serde(deserialize_with = "lenient::flag")]
    pub archived: bool,
    /// Whether the courier is being asked right now.
    #[serde(deserialize_with = "lenient::flag")]
    pub updating: bool,
    /// Country of destination.
    #[serde(deserialize_with = "lenient::text")]
    pub destination: Option<String>,
    /// Country of origin.
    #[serde(deserialize_with = "lenient::text")]
    pub original: Option<String>,
    /// The recipient.
    #[serde(deserialize_with = "lenient::text")]
    pub customer_name: Option<String>,
    /// The recipient's e-mail address.
    #[serde(deserialize_with = "lenient::text")]
    pub customer_email: Option<String>,
    /// The recipient's telephone.
    #[serde(deserialize_with = "lenient::text")]
    pub customer_phone: Option<String>,
    /// Who signed for it; `signed_by` in version 4.
    #[serde(deserialize_with = "lenient::text")]
    pub consignee: Option<String>,
    /// Free text.
    #[serde(deserialize_with = "lenient::text")]
    pub title: Option<String>,
    /// Free text.
    #[serde(deserialize_with = "lenient::text")]
    pub note: Option<String>,
    /// Free text.
    #[serde(deserialize_with = "lenient::text")]
    pub logistics_channel: Option<String>,
    /// Finer than the status.
    #[serde(deserialize_with = "lenient::text")]
    pub substatus: Option<String>,
    /// The courier's own word for the status.
    #[serde(deserialize_with = "lenient::text")]
    pub status_info: Option<String>,
    /// The newest event on one line.
    #[serde(deserialize_with = "lenient::text")]
    pub latest_event: Option<String>,
    /// When the newest event happened. The key is misspelt on the wire.
    #[serde(rename = "lastest_checkpoint_time", deserialize_with = "lenient::text")]
    pub latest_checkpoint_time: Option<String>,
    /// Days on the way.
    #[serde(deserialize_with = "lenient::whole")]
    pub transit_time: i64,
    /// Days without news.
    #[serde(deserialize_with = "lenient::whole")]
    pub stay_time: i64,
    /// What the courier at the origin says.
    #[serde(deserialize_with = "lenient::or_default")]
    pub origin_info: OlderInfo,
    /// What the courier at the destination says.
    #[serde(deserialize_with = "lenient::or_default")]
    pub destination_info: OlderInfo,
    /// Keys this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// What one courier says about a parcel; two dates in place of version 4's milestones.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct OlderInfo {
    /// Which courier.
    #[serde(deserialize_with = "lenient::text")]
    pub courier_code: Option<String>,
    /// Its telephone.
    #[serde(deserialize_with = "lenient::text")]
    pub courier_phone: Option<String>,
    /// Its page.
    #[serde(deserialize_with = "lenient::text")]
    pub weblink: Option<String>,
    /// Its own reference.
    #[serde(deserialize_with = "lenient::text")]
    pub reference_number: Option<String>,
    /// When the courier got it.
    #[serde(deserialize_with = "lenient::text")]
    pub received_date: Option<String>,
    /// When it set out.
    #[serde(deserialize_with = "lenient::text")]
    pub dispatched_date: Option<String>,
    /// Its events, newest first.
    #[serde(deserialize_with = "lenient::or_default")]
    pub trackinfo: Vec<OlderCheckpoint>,
}

/// One event, without version 4's parts of a place.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct OlderCheckpoint {
    /// When.
    #[serde(deserialize_with = "lenient::text")]
    pub checkpoint_date: Option<String>,
    /// What happened, for people.
    #[serde(deserialize_with = "lenient::text")]
    pub tracking_detail: Option<String>,
    /// Where.
    #[serde(deserialize_with = "lenient::text")]
    pub location: Option<String>,
    /// Where the parcel stood after it.
    pub checkpoint_delivery_status: Option<DeliveryStatus>,
    /// The same, finer.
    #[serde(deserialize_with = "lenient::text")]
    pub checkpoint_delivery_substatus: Option<String>,
}

impl From<V4Tracking> for Tracking {
    fn from(it: V4Tracking) -> Self {
        Self {
            id: it.id,
            tracking_number: it.tracking_number,
            courier_code: it.courier_code,
            order_number: it.order_number,
            created_at: it.created_at,
            update_date: it.update_at,
            delivery_status: it.delivery_status,
            archived: it.archived.is_some_and(|it| it == "true" || it == "archived"),
            updating: it.updating,
            destination: it.destination_country,
            original: it.origin_country,
            customer_name: it.customer_name,
            customer_email: it.customer_email,
            customer_phone: it.customer_sms,
            consignee: it.signed_by,
            title: it.title,
            note: it.note,
            logistics_channel: it.logistics_channel,
            substatus: it.substatus,
            status_info: it.status_info,
            latest_event: it.latest_event,
            latest_checkpoint_time: it.latest_checkpoint_time,
            transit_time: it.transit_time,
            stay_time: 0,
            origin_info: it.origin_info.into(),
            destination_info: it.destination_info.into(),
            extra: Map::new(),
        }
    }
}

impl From<Tracking> for V4Tracking {
    fn from(it: Tracking) -> Self {
        Self {
            id: it.id,
            tracking_number: it.tracking_number,
            courier_code: it.courier_code,
            order_number: it.order_number,
            created_at: it.created_at,
            update_at: it.update_date,
            delivery_status: it.delivery_status,
            archived: Some(it.archived.to_string()),
            updating: it.updating,
            destination_country: it.destination,
            origin_country: it.original,
            customer_name: it.customer_name,
            customer_email: it.customer_email,
            customer_sms: it.customer_phone,
            signed_by: it.consignee,
            title: it.title,
            note: it.note,
            logistics_channel: it.logistics_channel,
            substatus: it.substatus,
            status_info: it.status_info,
            latest_event: it.latest_event,
            latest_checkpoint_time: it.latest_checkpoint_time,
            transit_time: it.transit_time,
            origin_info: it.origin_info.into(),
            destination_info: it.destination_info.into(),
            ..Self::default()
        }
    }
}

impl From<Info> for OlderInfo {
    fn from(it: Info) -> Self {
        Self {
            courier_code: it.courier_code,
            courier_phone: it.courier_phone,
            weblink: it.weblink,
            reference_number: it.reference_number,
            received_date: it.milestone_date.inforeceived_date,
            dispatched_date: it.milestone_date.pickup_date,
            trackinfo: it.trackinfo.into_iter().map(Into::into).collect(),
        }
    }
}

impl From<OlderInfo> for Info {
    fn from(it: OlderInfo) -> Self {
        Self {
            courier_code: it.courier_code,
            courier_phone: it.courier_phone,
            weblink: it.weblink,
            reference_number: it.reference_number,
            milestone_date: MilestoneDates {
                inforeceived_date: it.received_date,
                pickup_date: it.dispatched_date,
                ..MilestoneDates::default()
            },
            trackinfo: it.trackinfo.into_iter().map(Into::into).collect(),
            ..Self::default()
        }
    }
}

impl From<Checkpoint> for OlderCheckpoint {
    fn from(it: Checkpoint) -> Self {
        Self {
            checkpoint_date: it.checkpoint_date,
            tracking_detail: it.tracking_detail,
            location: it.location,
            checkpoint_delivery_status: it.checkpoint_delivery_status,
            checkpoint_delivery_substatus: it.checkpoint_delivery_substatus,
        }
    }
}

impl From<OlderCheckpoint> for Checkpoint {
    fn from(it: OlderCheckpoint) -> Self {
        Self {
            checkpoint_date: it.checkpoint_date,
            tracking_detail: it.tracking_detail,
            location: it.location,
            checkpoint_delivery_status: it.checkpoint_delivery_status,
            checkpoint_delivery_substatus: it.checkpoint_delivery_substatus,
            ..Self::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_misspelt_key_stays_misspelt_and_the_story_survives() {
        let older: Tracking = serde_json::from_str(
            r#"{"id":"a","delivery_status":"InfoReceived","lastest_checkpoint_time":"2022-01-01 10:00",
                "consignee":"Aino","archived":null,
                "origin_info":{"trackinfo":[{"tracking_detail":"Sorted","checkpoint_date":null}]}}"#,
        )
        .unwrap();
        assert_eq!(serde_json::to_value(&older).unwrap()["lastest_checkpoint_time"], "2022-01-01 10:00");
        let newer = V4Tracking::from(older.clone());
        assert_eq!(newer.latest_checkpoint_time.as_deref(), Some("2022-01-01 10:00"));
        assert_eq!(newer.checkpoints().next().unwrap().tracking_detail.as_deref(), Some("Sorted"));
        assert_eq!(Tracking::from(newer), older);
    }
}
