//! Reading parcels again: the ones a push named at once, the others by age.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use milkrun_wire::api::parcel::{Parcel, ParcelStatus};
use milkrun_wire::api::session::Upstream;
use milkrun_wire::tracking51::Tracking;
use tokio::sync::watch;

use super::convert;
use super::error::TrackingError;
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
/// What is taken at once is read within this, well before another may take it.
const READ_WITHIN: Duration = Duration::from_secs(60);
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
    // The carriers' names are read now, so that no shopper waits for them.
    if state.tracking().access.state != Upstream::Unconfigured {
        let _ = state.couriers.all(&state.tracking()).await;
    }
    while !ended(&stopped) {
        match round(&state).await {
            // More may be due than one round takes.
            Ok(true) => continue,
            Ok(false) => {}
            Err(it) => tracing::error!(error = %it, "parcels could not be stored"),
        }
        tokio::select! {
            () = state.parcels_due.notified() => tokio::time::sleep(GATHER).await,
            () = tokio::time::sleep(state.tracking().access.refresh) => {}
            _ = stopped.changed() => {}
        }
    }
}

/// Reads what is due, as much as one go takes; true when there may be more.
async fn round(state: &State) -> Result<bool, StoreError> {
    let client = state.tracking();
    if client.access.state == Upstream::Unconfigured {
        return Ok(false);
    }
    let now = now_ms();
    let most = client.most_at_once(READ_WITHIN);
    let due = state.store.parcels().claim(now, now + LEASE_MS, most).await?;
    if due.is_empty() {
        return Ok(false);
    }
    let is_full = due.len() == most;
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
            Ok(is_full)
        }
        Err(it) => {
            tracing::warn!(parcels = due.len(), reason = %it, "parcels could not be read");
            state.tracking_health.0.store(true, Ordering::Relaxed);
            let wait = match it {
                TrackingError::Resting { seconds } => i64::try_from(seconds).unwrap_or(120) * 1000,
                TrackingError::Down { .. } => millis(state.tracking().access.refresh),
                TrackingError::Refused { .. } | TrackingError::Absent { .. } => 10 * MINUTE_MS,
            };
            state.store.parcels().put_off(&due, now_ms() + wait).await?;
            Ok(false)
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
        (Upstream::Sandbox, Some(_)) => Some(sandbox_wait(state)),
        _ => wait(row.document.status, now - row.created_ms),
    };
    row.is_open = !is_over(row.document.status) && wait.is_some();
    let is_news = before != Parcel { read_at: String::new(), ..row.document.clone() };
    state.store.parcels().save(&row, now + wait.unwrap_or(DAY_MS), is_news).await
}

/// How long what was read of a parcel is shown to whoever looks before it is read again, milliseconds.
fn fresh_for(it: &Parcel) -> i64 {
    match it.status {
        ParcelStatus::Delivered | ParcelStatus::Expired => DAY_MS,
        _ if it.stale => DAY_MS,
        ParcelStatus::Pending | ParcelStatus::NotFound => 5 * MINUTE_MS,
        _ => 15 * MINUTE_MS,
    }
}

/// Has parcels read again that somebody looks at and that were read too long ago for where they stand. Whoever looks
/// is answered at once with what is known; what is read then comes as news.
pub(crate) async fn freshen(state: &State, rows: &[ParcelRow]) -> Result<(), StoreError> {
    if state.tracking_health.is_down() || state.tracking().access.state == Upstream::Unconfigured {
        return Ok(());
    }
    let now = now_ms();
    let is_old = |it: &Parcel| {
        let read_at = it.read_at.parse::<jiff::Timestamp>();
        read_at.is_ok_and(|read| now - read.as_millisecond() > fresh_for(it))
    };
    let old: Vec<&str> =
        rows.iter().filter(|it| is_old(&it.document)).map(|it| it.document.id.as_str()).collect();
    if !old.is_empty() && state.store.parcels().hasten(&old, now).await? {
        state.parcels_due.notify_one();
    }
    Ok(())
}

/// A parcel as it is shown: marked as old news where it may be.
pub(crate) fn shown(state: &State, row: ParcelRow) -> Parcel {
    let stale = row.document.stale || (row.is_open && state.tracking_health.is_down());
    Parcel { stale, ..row.document }
}

/// The sandbox's clock may run ahead, and its calls cost nothing.
fn sandbox_wait(state: &State) -> i64 {
    millis(state.tracking().access.refresh)
}

/// Milliseconds until a parcel that was registered this moment is read: its carrier may not have answered yet.
pub(super) fn first_wait(state: &State, status: ParcelStatus) -> i64 {
    if state.tracking().access.state == Upstream::Sandbox {
        return sandbox_wait(state);
    }
    match status {
        ParcelStatus::Pending => MINUTE_MS,
        other => wait(other, 0).unwrap_or(DAY_MS),
    }
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

    #[tokio::test]
    async fn whoever_looks_has_old_news_read_again_by_where_a_parcel_stands() {
        let store = crate::store::Store::for_tests().await.unwrap();
        let sandbox = "mode = \"development\"\nsandbox_url = \"http://127.0.0.1:9\"";
        let config = crate::config::Config::from_parts("", sandbox, |_| None).unwrap();
        let state = State::new(config, store).unwrap();
        let parcels = state.store.parcels();
        let later = now_ms() + DAY_MS;
        for (id, status, minutes, expected) in [
            ("1", ParcelStatus::Pending, 4, 0),
            ("2", ParcelStatus::NotFound, 6, 1),
            ("3", ParcelStatus::Transit, 14, 0),
            ("4", ParcelStatus::Transit, 16, 1),
            ("5", ParcelStatus::Delivered, 23 * 60, 0),
            ("6", ParcelStatus::Delivered, 25 * 60, 1),
        ] {
            let mut row = crate::store::parcels::tests::row(id, id);
            row.document.status = status;
            row.document.read_at = rfc3339(now_ms() - minutes * MINUTE_MS);
            row.is_open = status != ParcelStatus::Delivered;
            parcels.insert(&row, later).await.unwrap();
            freshen(&state, std::slice::from_ref(&row)).await.unwrap();
            let due = parcels.claim(now_ms(), later, 9).await.unwrap();
            assert_eq!(due.len(), expected, "{status:?} after {minutes} minutes");
            // Whoever looks while it is being read makes nobody read it twice.
            freshen(&state, &due).await.unwrap();
            assert_eq!(parcels.claim(now_ms(), later, 9).await.unwrap().len(), 0);
        }
        state.tracking_health.0.store(true, Ordering::Relaxed);
        let row = parcels.find("4").await.unwrap().unwrap();
        parcels.save(&row, later, false).await.unwrap();
        freshen(&state, &[row]).await.unwrap();
        assert_eq!(
            parcels.claim(now_ms(), later, 9).await.unwrap().len(),
            0,
            "while it is down nobody is hasty"
        );
    }

    #[test]
    fn old_parcels_are_read_less_often_and_then_no_more() {
        let hours = |days: i64| wait(ParcelStatus::Transit, days * DAY_MS).map(|it| it / HOUR_MS);
        assert_eq!([0, 29, 30, 45, 60, 79].map(hours), [4, 4, 6, 12, 24, 24].map(Some));
        assert_eq!(hours(80), None);
        assert_eq!(wait(ParcelStatus::Pending, 0), Some(10 * MINUTE_MS));
    }
}
