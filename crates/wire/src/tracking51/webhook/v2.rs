//! A parcel as version 2 pushes it: `carrier_code`, `status`, and events with capital keys.

use serde::{Deserialize, Serialize};

use crate::lenient;
use crate::tracking51::{Checkpoint, DeliveryStatus, Info, Tracking as V4Tracking};

/// One registered number, with the keys of version 2.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Tracking {
    /// 32 hexadecimal digits.
    #[serde(deserialize_with = "lenient::plain_text")]
    pub id: String,
    /// The courier's number for the parcel.
    #[serde(deserialize_with = "lenient::plain_text")]
    pub tracking_number: String,
    /// `courier_code` in later versions.
    #[serde(deserialize_with = "lenient::plain_text")]
    pub carrier_code: String,
    /// `delivery_status` in later versions; there is no `inforeceived` yet, which reads `notfound` here.
    pub status: DeliveryStatus,
    /// When it was registered.
    #[serde(deserialize_with = "lenient::text")]
    pub created_at: Option<String>,
    /// When it last changed.
    #[serde(deserialize_with = "lenient::text")]
    pub updated_at: Option<String>,
    /// The merchant's order id.
    #[serde(deserialize_with = "lenient::text")]
    pub order_id: Option<String>,
    /// The recipient.
    #[serde(deserialize_with = "lenient::text")]
    pub customer_name: Option<String>,
    /// The recipient's e-mail address.
    #[serde(deserialize_with = "lenient::text")]
    pub customer_email: Option<String>,
    /// Free text.
    #[serde(deserialize_with = "lenient::text")]
    pub title: Option<String>,
    /// Country of origin.
    #[serde(deserialize_with = "lenient::text")]
    pub original_country: Option<String>,
    /// Country of destination.
    #[serde(deserialize_with = "lenient::text")]
    pub destination_country: Option<String>,
    /// Days on the way.
    #[serde(rename = "itemTimeLength", deserialize_with = "lenient::whole")]
    pub item_time_length: i64,
    /// The newest event on one line.
    #[serde(rename = "lastEvent", deserialize_with = "lenient::text")]
    pub last_event: Option<String>,
    /// When the newest event happened.
    #[serde(rename = "lastUpdateTime", deserialize_with = "lenient::text")]
    pub last_update_time: Option<String>,
    /// Finer than the status.
    #[serde(deserialize_with = "lenient::text")]
    pub substatus: Option<String>,
    /// What the courier at the origin says.
    #[serde(deserialize_with = "lenient::or_default")]
    pub origin_info: V2Info,
    /// What the courier at the destination says.
    #[serde(deserialize_with = "lenient::or_default")]
    pub destination_info: V2Info,
}

/// What one courier says about a parcel.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct V2Info {
    /// Which courier.
    #[serde(deserialize_with = "lenient::text")]
    pub carrier_code: Option<String>,
    /// Its telephone.
    #[serde(deserialize_with = "lenient::text")]
    pub phone: Option<String>,
    /// Its page.
    #[serde(deserialize_with = "lenient::text")]
    pub weblink: Option<String>,
    /// Its events, newest first.
    #[serde(deserialize_with = "lenient::or_default")]
    pub trackinfo: Vec<V2Checkpoint>,
}

/// One event.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct V2Checkpoint {
    /// When.
    #[serde(rename = "Date", deserialize_with = "lenient::text")]
    pub date: Option<String>,
    /// What happened, for people.
    #[serde(rename = "StatusDescription", deserialize_with = "lenient::text")]
    pub status_description: Option<String>,
    /// Where.
    #[serde(rename = "Details", deserialize_with = "lenient::text")]
    pub details: Option<String>,
    /// Where the parcel stood after it.
    pub checkpoint_status: Option<DeliveryStatus>,
    /// The same, finer.
    #[serde(deserialize_with = "lenient::text")]
    pub substatus: Option<String>,
}

fn older_status(it: DeliveryStatus) -> DeliveryStatus {
    if it == DeliveryStatus::InfoReceived { DeliveryStatus::NotFound } else { it }
}

impl From<V4Tracking> for Tracking {
    fn from(it: V4Tracking) -> Self {
        Self {
            id: it.id,
            tracking_number: it.tracking_number,
            carrier_code: it.courier_code,
            status: older_status(it.delivery_status),
            created_at: it.created_at,
            updated_at: it.update_at,
            order_id: it.order_id.or(it.order_number),
            customer_name: it.customer_name,
            customer_email: it.customer_email,
            title: it.title,
            original_country: it.origin_country,
            destination_country: it.destination_country,
            item_time_length: it.transit_time,
            last_event: it.latest_event,
            last_update_time: it.latest_checkpoint_time,
            substatus: it.substatus,
            origin_info: it.origin_info.into(),
            destination_info: it.destination_info.into(),
        }
    }
}

impl From<Tracking> for V4Tracking {
    fn from(it: Tracking) -> Self {
        Self {
            id: it.id,
            tracking_number: it.tracking_number,
            courier_code: it.carrier_code,
            delivery_status: it.status,
            created_at: it.created_at,
            update_at: it.updated_at,
            order_id: it.order_id,
            customer_name: it.customer_name,
            customer_email: it.customer_email,
            title: it.title,
            origin_country: it.original_country,
            destination_country: it.destination_country,
            transit_time: it.item_time_length,
            latest_event: it.last_event,
            latest_checkpoint_time: it.last_update_time,
            substatus: it.substatus,
            origin_info: it.origin_info.into(),
            destination_info: it.destination_info.into(),
            ..Self::default()
        }
    }
}

impl From<Info> for V2Info {
    fn from(it: Info) -> Self {
        let event = |it: Checkpoint| V2Checkpoint {
            date: it.checkpoint_date,
            status_description: it.tracking_detail,
            details: it.location,
            checkpoint_status: it.checkpoint_delivery_status.map(older_status),
            substatus: it.checkpoint_delivery_substatus,
        };
        Self {
            carrier_code: it.courier_code,
            phone: it.courier_phone,
            weblink: it.weblink,
            trackinfo: it.trackinfo.into_iter().map(event).collect(),
        }
    }
}

impl From<V2Info> for Info {
    fn from(it: V2Info) -> Self {
        let event = |it: V2Checkpoint| Checkpoint {
            checkpoint_date: it.date,
            tracking_detail: it.status_description,
            location: it.details,
            checkpoint_delivery_status: it.checkpoint_status,
            checkpoint_delivery_substatus: it.substatus,
            ..Checkpoint::default()
        };
        Self {
            courier_code: it.carrier_code,
            courier_phone: it.phone,
            weblink: it.weblink,
            trackinfo: it.trackinfo.into_iter().map(event).collect(),
            ..Self::default()
        }
    }
}
