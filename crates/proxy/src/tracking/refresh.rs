//! Reading parcels again: the ones a push named at once, the others by age.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use milkrun_wire::api::parcel::{Parcel, ParcelStatus};
use milkrun_wire::api::session::Upstream;
use milkrun_wire::tracking51::{GET_LIMIT, Tracking};
use tokio::sync::watch;

use super::client::TrackingError;
use super::convert;
use crate::clock::{millis, now_ms, rfc3339};
use crate::state::State;
use crate::store::StoreError;
use crate::store::parcels::ParcelRow;
use crate::workers::ended;

const MINUTE_MS: i64 = 60 * 1000;
const HOUR_MS: i64 = 60 * MINUTE_MS;
const DAY_MS: i64 = 24 * HOUR_MS;
/// How long taken parcels stay hidden from another taker.
const LEASE_MS: i64 = 2 * MINUTE_MS;
/// Pushes that come together are read together.
const GATHER: Duration = Duration::from_millis(150);

/// Whether 51Tracking answered the last time it was asked.
#[derive(Debug, Default)]
pub(crate) struct Health(AtomicBool);

impl Health {
    pub(crate) fn is_down(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    /// It answered, or another account is to be asked from now on.
    pub(crate) fn is_up(&self) {
        self.0.store(false, Ordering::Relaxed);
    }
}

/// Reads what is due until told to stop.
pub(crate) async fn work(state: Arc<State>, mut stopped: watch::Receiver<bool>) {
    while !ended(&stopped) {
        if let Err(it) = round(&state).await {
            tracing::error!(error = %it, "parcels could not be stored");
        }
        tokio::select! {
            () = state.parcels_due.notified() => tokio::time::sleep(GATHER).await,
            () = tokio::time::sleep(state.tracking().access.refresh) => {}
            _ = stopped.changed() => {}
        }
    }
}

async fn round(state: &State) -> Result<(), StoreError> {
    let client = state.tracking();
    if client.access.state == Upstream::Unconfigured {
        return Ok(());
    }
    let now = now_ms();
    let due = state.store.parcels().claim(now, now + LEASE_MS, GET_LIMIT).await?;
    if due.is_empty() {
        return Ok(());
    }
    let wanted: Vec<(&str, &str)> = due
        .iter()
        .map(|it| (it.document.tracking_number.as_str(), it.document.courier_code.as_str()))
        .collect();
    // One that is due alone is often being read for somebody at the same time.
    let read = match wanted.as_slice() {
        [(number, courier)] => client.find(number, courier).await,
        many => client.get(many).await,
    };
    match read {
        Ok(read) => {
            state.tracking_health.is_up();
            for row in due {
                let found = read.iter().find(|it| is_same(it, &row));
                save(state, row, found).await?;
            }
            Ok(())
        }
        Err(it) => {
            tracing::warn!(parcels = due.len(), reason = %it, "parcels could not be read");
            state.tracking_health.0.store(true, Ordering::Relaxed);
            let wait = match it {
                TrackingError::Resting { seconds } => i64::try_from(seconds).unwrap_or(120) * 1000,
                TrackingError::Down { .. } => millis(state.tracking().access.refresh),
                TrackingError::Refused { .. } | TrackingError::Absent { .. } => 10 * MINUTE_MS,
            };
            state.store.parcels().put_off(&due, now_ms() + wait).await
        }
    }
}

/// Carriers share numbers, and 51Tracking may have corrected the carrier: its own id is the surest.
fn is_same(it: &Tracking, row: &ParcelRow) -> bool {
    if row.vendor_id.is_empty() {
        it.tracking_number.eq_ignore_ascii_case(&row.document.tracking_number)
            && it.courier_code == row.document.courier_code
    } else {
        it.id == row.vendor_id
    }
}

async fn save(state: &State, mut row: ParcelRow, read: Option<&Tracking>) -> Result<(), StoreError> {
    let now = now_ms();
    let before = Parcel { read_at: String::new(), ..row.document.clone() };
    match read {
        Some(it) => {
            convert::update(&mut row.document, it, rfc3339(now));
            row.vendor_id.clone_from(&it.id);
        }
        // Somebody has deleted it in the vendor's console. What was known stays, and is asked for rarely.
        None => row.document.stale = true,
    }
    if row.document.courier_name.is_none() {
        row.document.courier_name = state.couriers.name(&state.tracking(), &row.document.courier_code).await;
    }
    let wait = match (state.tracking().access.state, read) {
        (Upstream::Sandbox, Some(_)) => Some(millis(state.tracking().access.refresh)),
        _ => wait(row.document.status, now - row.created_ms),
    };
    row.is_open = !is_over(row.document.status) && wait.is_some();
    let is_news = before != Parcel { read_at: String::new(), ..row.document.clone() };
    state.store.parcels().save(&row, now + wait.unwrap_or(DAY_MS), is_news).await
}

fn is_over(status: ParcelStatus) -> bool {
    matches!(status, ParcelStatus::Delivered | ParcelStatus::Expired)
}

/// Milliseconds until a parcel of this age is read again, by the vendor's own rhythm: reading more often than it
/// asks the carriers brings nothing. Pushes come in between.
fn wait(status: ParcelStatus, age_ms: i64) -> Option<i64> {
    match (status, age_ms / DAY_MS) {
        (ParcelStatus::Pending, 0) => Some(10 * MINUTE_MS),
        (_, ..30) => Some(4 * HOUR_MS),
        (_, ..45) => Some(6 * HOUR_MS),
        (_, ..60) => Some(12 * HOUR_MS),
        (_, ..80) => Some(24 * HOUR_MS),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn old_parcels_are_read_less_often_and_then_no_more() {
        let hours = |days: i64| wait(ParcelStatus::Transit, days * DAY_MS).map(|it| it / HOUR_MS);
        assert_eq!([0, 29, 30, 45, 60, 79].map(hours), [4, 4, 6, 12, 24, 24].map(Some));
        assert_eq!(hours(80), None);
        assert_eq!(wait(ParcelStatus::Pending, 0), Some(10 * MINUTE_MS));
    }
}
