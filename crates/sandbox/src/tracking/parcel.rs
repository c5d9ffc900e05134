//! A registered number: what is remembered of it, and how it looks at a given time.

use milkrun_wire::tracking51::{Checkpoint, CreateTracking, DeliveryStatus, Info, MilestoneDates, Tracking};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::couriers;
use super::magic::{self, Magic};
use super::story::{self, Event};
use crate::clock::rfc3339;
use crate::store::World;

/// A parcel as remembered. Moments are sandbox seconds.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Parcel {
    /// 32 hexadecimal digits.
    pub(crate) id: String,
    /// What keeps parcels of the same second in order.
    pub(crate) serial: u64,
    /// What it was registered with, as changed since.
    pub(crate) fields: CreateTracking,
    pub(crate) created_at: i64,
    /// When the merchant last changed it.
    pub(crate) changed_at: i64,
    /// When tracking was begun anew after it had expired.
    pub(crate) retracked_at: Option<i64>,
    /// The status last pushed to the webhook.
    pub(crate) pushed: DeliveryStatus,
}

impl Parcel {
    /// Registers a number.
    pub(crate) fn register(world: &mut World, fields: CreateTracking) -> &Self {
        let now = world.now();
        let parcel = Self {
            id: Uuid::new_v4().simple().to_string(),
            serial: world.next_serial(),
            fields,
            created_at: now,
            changed_at: now,
            retracked_at: None,
            pushed: DeliveryStatus::Pending,
        };
        world.parcels.entry(parcel.id.clone()).or_insert(parcel)
    }

    /// Where it stands at `now`, sandbox seconds.
    pub(crate) fn status_at(&self, now: i64) -> DeliveryStatus {
        self.events_until(now).last().map_or(DeliveryStatus::Pending, |(_, it)| it.status.clone())
    }

    /// When something last changed, as of `now`; sandbox seconds.
    pub(crate) fn updated_at(&self, now: i64) -> i64 {
        let newest = self.events_until(now).last().map_or(self.created_at, |(at, _)| *at);
        newest.max(self.created_at).max(self.changed_at)
    }

    /// How it looks at `now`, sandbox seconds.
    pub(crate) fn at(&self, now: i64) -> Tracking {
        let events = self.events_until(now);
        let newest = events.last();
        let first = events.first().map_or(now, |(at, _)| *at);
        let done_at = newest.filter(|(_, it)| it.status.is_final()).map_or(now, |(at, _)| *at);
        let fields = self.fields.clone();
        let details = fields.details;
        Tracking {
            id: self.id.clone(),
            tracking_number: fields.tracking_number,
            courier_code: fields.courier_code,
            order_number: details.order_number,
            order_id: details.order_id,
            order_date: details.order_date,
            shipping_date: details.shipping_date,
            created_at: Some(rfc3339(self.created_at)),
            update_at: Some(rfc3339(self.updated_at(now))),
            delivery_status: newest.map_or(DeliveryStatus::Pending, |(_, it)| it.status.clone()),
            archived: Some("tracking".to_owned()),
            updating: false,
            source: Some("API".to_owned()),
            destination_country: details.destination_country_iso2.or_else(|| Some("FI".to_owned())),
            origin_country: details.origin_country_iso2.or_else(|| Some("FI".to_owned())),
            tracking_postal_code: details.tracking_postal_code,
            tracking_ship_date: details.tracking_ship_date,
            tracking_destination_country: details.tracking_destination_country,
            tracking_origin_country: details.tracking_origin_country,
            tracking_key: details.tracking_key,
            tracking_courier_account: details.tracking_courier_account,
            customer_name: details.customer_name,
            customer_email: details.customer_email,
            customer_sms: details.customer_sms,
            recipient_postcode: fields.recipient_postcode,
            title: details.title,
            logistics_channel: details.logistics_channel,
            note: details.note,
            weight: newest.map(|_| "1.20 kg".to_owned()),
            weight_kg: newest.map(|_| "1.20".to_owned()),
            pieces: newest.map(|_| "1".to_owned()),
            substatus: newest.map(|(_, it)| it.substatus.to_owned()),
            status_info: newest.map(|(_, it)| it.detail.to_owned()),
            latest_event: newest.map(|(at, it)| summary(*at, it)),
            latest_checkpoint_time: newest.map(|(at, _)| rfc3339(*at)),
            transit_time: (done_at - first).max(0) / (24 * 3600),
            origin_info: self.info(&events),
            ..Tracking::default()
        }
    }

    fn info(&self, events: &[(i64, Event)]) -> Info {
        let first = |wanted: DeliveryStatus| {
            let at = events.iter().find(|(_, it)| it.status == wanted).map(|(at, _)| *at);
            at.map(rfc3339)
        };
        let picked_up = first(DeliveryStatus::Transit);
        let courier = couriers::find(&self.fields.courier_code);
        Info {
            courier_code: Some(self.fields.courier_code.clone()),
            courier_phone: courier.as_ref().and_then(|it| it.courier_phone.clone()),
            weblink: courier.and_then(|it| it.courier_url),
            milestone_date: MilestoneDates {
                inforeceived_date: first(DeliveryStatus::InfoReceived),
                pickup_date: picked_up.clone(),
                outfordelivery_date: first(DeliveryStatus::Pickup),
                delivery_date: first(DeliveryStatus::Delivered),
                returning_date: first(DeliveryStatus::Exception),
                returned_date: None,
            },
            pickup_date: picked_up,
            trackinfo: events.iter().rev().map(|(at, it)| checkpoint(*at, it)).collect(),
            ..Info::default()
        }
    }

    /// The events up to `now`, oldest first.
    fn events_until(&self, now: i64) -> Vec<(i64, Event)> {
        let number = &self.fields.tracking_number;
        let (start, events) = match (self.retracked_at, magic::of(number)) {
            (Some(at), _) => (at, story::ordinary(story::seed_of(number))),
            (None, Some(Magic::Status(it))) => (self.created_at, story::forced(&it)),
            (None, _) => (self.created_at, story::ordinary(story::seed_of(number))),
        };
        events.into_iter().map(|it| (start + it.after, it)).filter(|(at, _)| *at <= now).collect()
    }
}

fn summary(at: i64, it: &Event) -> String {
    let moment = rfc3339(at);
    let place = if it.city.is_empty() { String::new() } else { format!(",{}", it.city) };
    format!("{}{place},{moment}", it.detail)
}

fn checkpoint(at: i64, it: &Event) -> Checkpoint {
    let known = |text: &str| Some(text.to_owned()).filter(|it| !it.is_empty());
    Checkpoint {
        checkpoint_date: Some(rfc3339(at)),
        checkpoint_delivery_status: Some(it.status.clone()),
        checkpoint_delivery_substatus: Some(it.substatus.to_owned()),
        tracking_detail: Some(it.detail.to_owned()),
        location: known(it.city),
        country_iso2: known(it.city).map(|_| "FI".to_owned()),
        state: None,
        city: known(it.city),
        zip: known(it.zip),
        raw_status: Some(it.substatus.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parcel(number: &str) -> Parcel {
        Parcel {
            id: "a".repeat(32),
            serial: 1,
            fields: CreateTracking {
                tracking_number: number.to_owned(),
                courier_code: "posti".to_owned(),
                ..CreateTracking::default()
            },
            created_at: 1_700_000_000,
            changed_at: 1_700_000_000,
            retracked_at: None,
            pushed: DeliveryStatus::Pending,
        }
    }

    #[test]
    fn a_parcel_moves_with_the_clock() {
        let it = parcel("JJFI1");
        let check = |hours: i64, status: DeliveryStatus| {
            let now = it.created_at + hours * 3600;
            assert_eq!(it.at(now).delivery_status, status, "after {hours} h");
            assert_eq!(it.status_at(now), status, "after {hours} h");
        };
        check(0, DeliveryStatus::Pending);
        check(1, DeliveryStatus::InfoReceived);
        check(16, DeliveryStatus::Transit);
        check(100, DeliveryStatus::Delivered);
    }

    #[test]
    fn events_are_newest_first_and_agree_with_the_rest() {
        let it = parcel("MR-DELIVERED-1");
        let tracking = it.at(it.created_at);
        let dates: Vec<&str> =
            tracking.checkpoints().filter_map(|it| it.checkpoint_date.as_deref()).collect();
        assert!(dates.len() > 5 && dates.is_sorted_by(|a, b| a >= b), "{dates:?}");
        assert_eq!(tracking.latest_checkpoint_time.as_deref(), Some(dates[0]));
        assert_eq!(tracking.origin_info.milestone_date.delivery_date.as_deref(), Some(dates[0]));
    }

    #[test]
    fn an_expired_parcel_can_start_anew() {
        let mut it = parcel("MR-EXPIRED");
        assert_eq!(it.status_at(it.created_at), DeliveryStatus::Expired);
        it.retracked_at = Some(it.created_at + 10);
        assert_eq!(it.status_at(it.created_at + 20), DeliveryStatus::Pending);
        assert_eq!(it.status_at(it.created_at + 90 * 3600), DeliveryStatus::Delivered);
    }
}
