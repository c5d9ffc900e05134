//! `/quota`: what 51Tracking was asked for, which is what it bills.

use std::sync::Arc;

use axum::extract::State as Extract;
use jiff::{Timestamp, ToSpan as _};
use milkrun_wire::api::quota::{Quota, QuotaDay};

use crate::problem::Answer;
use crate::state::State;

/// What was spent at 51Tracking.
#[utoipa::path(get, path = "/quota", tag = "parcels", responses((status = 200, body = Quota)))]
pub(super) async fn show(Extract(state): Extract<Arc<State>>) -> Answer<axum::Json<Quota>> {
    let now = Timestamp::now();
    let from = now.checked_sub((31 * 24).hours()).unwrap_or(now);
    let rows = state.store.quota().since(&day(from)).await?;
    let month = day(now)[..7].to_owned();
    let registered_this_month = rows.iter().filter(|it| it.0.starts_with(&month)).map(|it| it.3).sum();
    let spent = |(day, endpoint, calls, registered)| QuotaDay { day, endpoint, calls, registered };
    Ok(axum::Json(Quota { registered_this_month, days: rows.into_iter().map(spent).collect() }))
}

/// The day of a time in UTC.
fn day(it: Timestamp) -> String {
    it.to_string().chars().take(10).collect()
}
