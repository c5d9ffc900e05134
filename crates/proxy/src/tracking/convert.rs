//! From 51Tracking's parcel to the portal's.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use milkrun_wire::api::parcel::{Checkpoint, Parcel, ParcelStatus};
use milkrun_wire::tracking51::{self, DeliveryStatus, Tracking};

/// Brings a parcel up to what was read of it; what the dispatcher wrote stays.
pub(super) fn update(parcel: &mut Parcel, it: &Tracking, read_at: String) {
    let text =
        |it: &Option<String>| it.as_deref().map(str::trim).filter(|it| !it.is_empty()).map(str::to_owned);
    parcel.status = status(&it.delivery_status);
    parcel.substatus = text(&it.substatus);
    parcel.expected_at = text(&it.scheduled_delivery_date).map(|it| time(&it));
    parcel.checkpoints = checkpoints(it, parcel.status);
    let newest = parcel.checkpoints.first();
    parcel.latest_event = newest.map(|it| it.detail.clone()).or_else(|| text(&it.latest_event));
    parcel.latest_event_at =
        newest.map(|it| it.at.clone()).or_else(|| text(&it.latest_checkpoint_time).map(|it| time(&it)));
    parcel.read_at = read_at;
    parcel.stale = false;
}

pub(super) fn status(it: &DeliveryStatus) -> ParcelStatus {
    match it {
        DeliveryStatus::Pending => ParcelStatus::Pending,
        DeliveryStatus::NotFound => ParcelStatus::NotFound,
        DeliveryStatus::InfoReceived => ParcelStatus::InfoReceived,
        DeliveryStatus::Transit => ParcelStatus::Transit,
        DeliveryStatus::Pickup => ParcelStatus::Pickup,
        DeliveryStatus::Undelivered => ParcelStatus::Undelivered,
        DeliveryStatus::Delivered => ParcelStatus::Delivered,
        DeliveryStatus::Exception => ParcelStatus::Exception,
        DeliveryStatus::Expired => ParcelStatus::Expired,
        DeliveryStatus::Other(_) => ParcelStatus::Unknown,
    }
}

fn checkpoints(it: &Tracking, now: ParcelStatus) -> Vec<Checkpoint> {
    let one = |it: &tracking51::Checkpoint| {
        let detail = it.tracking_detail.clone().unwrap_or_default();
        let place = it.location.clone().or_else(|| it.city.clone()).filter(|it| !it.trim().is_empty());
        let at = it.checkpoint_date.as_deref().map(time)?;
        let status = it.checkpoint_delivery_status.as_ref().map_or(now, status);
        Some(Checkpoint { at, status, detail, place })
    };
    let mut all: Vec<Checkpoint> = it.checkpoints().filter_map(one).collect();
    // Both halves of the way are newest first, each by itself; written in one form, times sort as text.
    all.sort_by(|a, b| b.at.cmp(&a.at));
    all
}

/// A carrier's time as RFC 3339 in UTC. Some write no offset, which is then taken for UTC, and some only a day;
/// what cannot be read at all is shown as it came.
pub(super) fn time(text: &str) -> String {
    let text = text.trim();
    if let Ok(it) = text.parse::<Timestamp>() {
        return it.to_string();
    }
    if text.len() == 10 && text.parse::<Date>().is_ok() {
        return text.to_owned();
    }
    match text.parse::<DateTime>().ok().and_then(|it| it.to_zoned(TimeZone::UTC).ok()) {
        Some(it) => it.timestamp().to_string(),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::parcels::tests::row;

    #[test]
    fn times_are_brought_to_utc() {
        for (text, expected) in [
            ("2023-10-25T07:02:52+00:00", "2023-10-25T07:02:52Z"),
            ("2023-10-25T09:02:52+02:00", "2023-10-25T07:02:52Z"),
            ("2023-10-25 07:02:52", "2023-10-25T07:02:52Z"),
            ("2023-10-25", "2023-10-25"),
            ("soon", "soon"),
        ] {
            assert_eq!(time(text), expected);
        }
    }

    #[test]
    fn both_halves_of_the_way_are_one_timeline() {
        let read: Tracking = serde_json::from_str(
            r#"{"delivery_status":"Delivered","latest_event":"x","scheduled_delivery_date":"",
                "origin_info":{"trackinfo":[{"checkpoint_date":"2026-01-02T10:00:00+00:00","tracking_detail":"Sent"}]},
                "destination_info":{"trackinfo":[{"checkpoint_date":"2026-01-03T10:00:00+00:00",
                    "tracking_detail":"Here","location":"Helsinki","checkpoint_delivery_status":"delivered"}]}}"#,
        )
        .unwrap();
        let mut it = row("1", "A").document;
        it.title = Some("Coffee".to_owned());
        update(&mut it, &read, "now".to_owned());
        assert_eq!(
            (it.status, it.title.as_deref(), it.expected_at),
            (ParcelStatus::Delivered, Some("Coffee"), None)
        );
        let details: Vec<_> = it.checkpoints.iter().map(|it| it.detail.as_str()).collect();
        assert_eq!(details, ["Here", "Sent"]);
        assert_eq!(it.latest_event.as_deref(), Some("Here"));
    }
}
