//! A parcel and its story.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::DeliveryStatus;
use crate::lenient;

/// One registered number, with the keys of version 4. Nulls are written out, as the live service does.
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
    /// The merchant's order id.
    #[serde(deserialize_with = "lenient::text")]
    pub order_id: Option<String>,
    /// When it was ordered.
    #[serde(deserialize_with = "lenient::text")]
    pub order_date: Option<String>,
    /// When it was shipped.
    #[serde(deserialize_with = "lenient::text")]
    pub shipping_date: Option<String>,
    /// When it was registered, RFC 3339.
    #[serde(deserialize_with = "lenient::text")]
    pub created_at: Option<String>,
    /// When it last changed, RFC 3339. The key is `update_at` in every SDK; see [`Tracking::updated`].
    #[serde(deserialize_with = "lenient::text")]
    pub update_at: Option<String>,
    /// Where the parcel stands.
    pub delivery_status: DeliveryStatus,
    /// Text in version 4 (`"tracking"` has been seen) and a flag in version 3.
    #[serde(deserialize_with = "lenient::text")]
    pub archived: Option<String>,
    /// Whether the courier is being asked right now.
    #[serde(deserialize_with = "lenient::flag")]
    pub updating: bool,
    /// How it was registered, such as `API`.
    #[serde(deserialize_with = "lenient::text")]
    pub source: Option<String>,
    /// Where it goes.
    #[serde(deserialize_with = "lenient::text")]
    pub destination_country: Option<String>,
    /// Where it goes.
    #[serde(deserialize_with = "lenient::text")]
    pub destination_state: Option<String>,
    /// Where it goes.
    #[serde(deserialize_with = "lenient::text")]
    pub destination_city: Option<String>,
    /// Where it comes from.
    #[serde(deserialize_with = "lenient::text")]
    pub origin_country: Option<String>,
    /// Where it comes from.
    #[serde(deserialize_with = "lenient::text")]
    pub origin_state: Option<String>,
    /// Where it comes from.
    #[serde(deserialize_with = "lenient::text")]
    pub origin_city: Option<String>,
    /// What this courier needed to know.
    #[serde(deserialize_with = "lenient::text")]
    pub tracking_postal_code: Option<String>,
    /// What this courier needed to know.
    #[serde(deserialize_with = "lenient::text")]
    pub tracking_ship_date: Option<String>,
    /// What this courier needed to know.
    #[serde(deserialize_with = "lenient::text")]
    pub tracking_destination_country: Option<String>,
    /// What this courier needed to know.
    #[serde(deserialize_with = "lenient::text")]
    pub tracking_origin_country: Option<String>,
    /// What this courier needed to know.
    #[serde(deserialize_with = "lenient::text")]
    pub tracking_key: Option<String>,
    /// What this courier needed to know.
    #[serde(deserialize_with = "lenient::text")]
    pub tracking_courier_account: Option<String>,
    /// The recipient.
    #[serde(deserialize_with = "lenient::text")]
    pub customer_name: Option<String>,
    /// The recipient's e-mail address.
    #[serde(deserialize_with = "lenient::text")]
    pub customer_email: Option<String>,
    /// The recipient's telephone.
    #[serde(deserialize_with = "lenient::text")]
    pub customer_sms: Option<String>,
    /// The recipient's postcode.
    #[serde(deserialize_with = "lenient::text")]
    pub recipient_postcode: Option<String>,
    /// Free text.
    #[serde(deserialize_with = "lenient::text")]
    pub title: Option<String>,
    /// Free text.
    #[serde(deserialize_with = "lenient::text")]
    pub logistics_channel: Option<String>,
    /// Free text.
    #[serde(deserialize_with = "lenient::text")]
    pub note: Option<String>,
    /// Who signed for it.
    #[serde(deserialize_with = "lenient::text")]
    pub signed_by: Option<String>,
    /// The courier's name of the service.
    #[serde(deserialize_with = "lenient::text")]
    pub service_code: Option<String>,
    /// The courier's kind of product.
    #[serde(deserialize_with = "lenient::text")]
    pub product_type: Option<String>,
    /// The courier's measure, unit included.
    #[serde(deserialize_with = "lenient::text")]
    pub dimension: Option<String>,
    /// The courier's measure; text, because a number breaks the Go SDK.
    #[serde(deserialize_with = "lenient::text")]
    pub weight: Option<String>,
    /// Kilograms, as text for the same reason.
    #[serde(deserialize_with = "lenient::text")]
    pub weight_kg: Option<String>,
    /// Number of pieces, as text for the same reason.
    #[serde(deserialize_with = "lenient::text")]
    pub pieces: Option<String>,
    /// An earlier number of the same parcel.
    #[serde(deserialize_with = "lenient::text")]
    pub previously: Option<String>,
    /// The number at the courier that delivers it.
    #[serde(deserialize_with = "lenient::text")]
    pub destination_track_number: Option<String>,
    /// The number where couriers hand over.
    #[serde(deserialize_with = "lenient::text")]
    pub exchange_number: Option<String>,
    /// When the courier means to deliver it.
    #[serde(deserialize_with = "lenient::text")]
    pub scheduled_delivery_date: Option<String>,
    /// Where the courier means to deliver it.
    #[serde(deserialize_with = "lenient::text")]
    pub scheduled_address: Option<String>,
    /// Finer than the status; see [`substatus_meaning`](super::substatus_meaning).
    #[serde(deserialize_with = "lenient::text")]
    pub substatus: Option<String>,
    /// The courier's own word for the status.
    #[serde(deserialize_with = "lenient::text")]
    pub status_info: Option<String>,
    /// The newest event on one line.
    #[serde(deserialize_with = "lenient::text")]
    pub latest_event: Option<String>,
    /// When the newest event happened, RFC 3339.
    #[serde(deserialize_with = "lenient::text")]
    pub latest_checkpoint_time: Option<String>,
    /// Days on the way; 0 rather than null, because null breaks the .NET SDK.
    #[serde(deserialize_with = "lenient::whole")]
    pub transit_time: i64,
    /// What the courier at the origin says.
    #[serde(deserialize_with = "lenient::or_default")]
    pub origin_info: Info,
    /// What the courier at the destination says.
    #[serde(deserialize_with = "lenient::or_default")]
    pub destination_info: Info,
    /// Keys this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// What one courier says about a parcel.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Info {
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
    /// When the parcel passed each milestone.
    #[serde(deserialize_with = "lenient::or_default")]
    pub milestone_date: MilestoneDates,
    /// When the courier got it, RFC 3339.
    #[serde(deserialize_with = "lenient::text")]
    pub pickup_date: Option<String>,
    /// When it took off, RFC 3339.
    #[serde(deserialize_with = "lenient::text")]
    pub departed_airport_date: Option<String>,
    /// When it came to the country, RFC 3339.
    #[serde(deserialize_with = "lenient::text")]
    pub arrived_abroad_date: Option<String>,
    /// When customs got it, RFC 3339.
    #[serde(deserialize_with = "lenient::text")]
    pub customs_received_date: Option<String>,
    /// When it came to the destination, RFC 3339.
    #[serde(deserialize_with = "lenient::text")]
    pub arrived_destination_date: Option<String>,
    /// Its events, newest first.
    #[serde(deserialize_with = "lenient::or_default")]
    pub trackinfo: Vec<Checkpoint>,
}

/// When a parcel passed each milestone, RFC 3339.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct MilestoneDates {
    /// The courier got the order data.
    pub inforeceived_date: Option<String>,
    /// The courier got the parcel.
    pub pickup_date: Option<String>,
    /// It went out for delivery.
    pub outfordelivery_date: Option<String>,
    /// It was delivered.
    pub delivery_date: Option<String>,
    /// It was sent back.
    pub returning_date: Option<String>,
    /// It came back.
    pub returned_date: Option<String>,
}

/// One event.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Checkpoint {
    /// When, RFC 3339.
    #[serde(deserialize_with = "lenient::text")]
    pub checkpoint_date: Option<String>,
    /// Where the parcel stood after it.
    pub checkpoint_delivery_status: Option<DeliveryStatus>,
    /// The same, finer.
    #[serde(deserialize_with = "lenient::text")]
    pub checkpoint_delivery_substatus: Option<String>,
    /// What happened, for people.
    #[serde(deserialize_with = "lenient::text")]
    pub tracking_detail: Option<String>,
    /// Where.
    #[serde(deserialize_with = "lenient::text")]
    pub location: Option<String>,
    /// ISO 3166-1 alpha-2.
    #[serde(deserialize_with = "lenient::text")]
    pub country_iso2: Option<String>,
    /// Where.
    #[serde(deserialize_with = "lenient::text")]
    pub state: Option<String>,
    /// Where.
    #[serde(deserialize_with = "lenient::text")]
    pub city: Option<String>,
    /// Where.
    #[serde(deserialize_with = "lenient::text")]
    pub zip: Option<String>,
    /// The courier's own word.
    #[serde(deserialize_with = "lenient::text")]
    pub raw_status: Option<String>,
}

impl Tracking {
    /// When it last changed: `update_at`, or the `updated_at` that one client has met instead.
    pub fn updated(&self) -> Option<&str> {
        self.update_at.as_deref().or_else(|| self.extra.get("updated_at")?.as_str())
    }

    /// The events of both couriers, newest first as the vendor orders them: those at the destination happened
    /// after those at the origin.
    pub fn checkpoints(&self) -> impl Iterator<Item = &Checkpoint> {
        self.destination_info.trackinfo.iter().chain(&self.origin_info.trackinfo)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every key of the written form, set to null, must read back as nothing at all.
    #[test]
    fn nulls_are_accepted_everywhere() {
        fn nulled(value: &Value) -> Value {
            value
                .as_object()
                .unwrap()
                .keys()
                .map(|key| (key.clone(), Value::Null))
                .collect::<Map<_, _>>()
                .into()
        }
        let tracking = serde_json::to_value(Tracking::default()).unwrap();
        assert_eq!(serde_json::from_value::<Tracking>(nulled(&tracking)).unwrap(), Tracking::default());
        let info = &tracking["origin_info"];
        assert_eq!(serde_json::from_value::<Info>(nulled(info)).unwrap(), Info::default());
        let event = serde_json::to_value(Checkpoint::default()).unwrap();
        assert_eq!(serde_json::from_value::<Checkpoint>(nulled(&event)).unwrap(), Checkpoint::default());
    }

    #[test]
    fn odd_shapes_are_read() {
        let it: Tracking = serde_json::from_str(
            r#"{"weight":1.5,"archived":false,"transit_time":null,"updating":null,"origin_info":[],
                "delivery_status":"InfoReceived","updated_at":"2023-10-25T07:02:52+00:00","origin_info_x":{}}"#,
        )
        .unwrap();
        assert_eq!((it.weight.as_deref(), it.archived.as_deref()), (Some("1.5"), Some("false")));
        assert_eq!(it.delivery_status, DeliveryStatus::InfoReceived);
        assert_eq!(it.updated(), Some("2023-10-25T07:02:52+00:00"));
    }

    #[test]
    fn the_types_that_strict_sdks_need_are_written() {
        let it = serde_json::to_value(Tracking::default()).unwrap();
        assert!(it["updating"].is_boolean() && it["transit_time"].is_i64() && it["origin_info"].is_object());
        assert!(it["origin_info"]["trackinfo"].is_array() && it["weight"].is_null());
    }
}
