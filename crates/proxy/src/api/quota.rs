//! `/quota`: what 51Tracking was asked for, which is what it bills.

use std::sync::Arc;

use axum::extract::State as Extract;
use jiff::{Timestamp, ToSpan as _};
use serde::Serialize;
use utoipa::ToSchema;

use crate::problem::Answer;
use crate::state::State;

/// What 51Tracking was asked for.
#[derive(Serialize, ToSchema)]
pub(super) struct QuotaReply {
    /// Numbers registered this calendar month (UTC), which the vendor counts against the plan.
    registered_this_month: i64,
    /// By day and endpoint, oldest first, for the last 31 days.
    days: Vec<Spent>,
}

/// What one endpoint was asked for on one day.
#[derive(Serialize, ToSchema)]
pub(super) struct Spent {
    /// The day in UTC, `YYYY-MM-DD`.
    day: String,
    /// The endpoint, such as `create`.
    endpoint: String,
    /// Calls made.
    calls: i64,
    /// Numbers registered by them.
    registered: i64,
}

/// What was spent at 51Tracking.
#[utoipa::path(get, path = "/quota", tag = "parcels", responses((status = 200, body = QuotaReply)))]
pub(super) async fn show(Extract(state): Extract<Arc<State>>) -> Answer<axum::Json<QuotaReply>> {
    let now = Timestamp::now();
    let from = now.checked_sub((31 * 24).hours()).unwrap_or(now);
    let rows = state.store.quota().since(&day(from)).await?;
    let month = day(now)[..7].to_owned();
    let registered_this_month = rows.iter().filter(|it| it.0.starts_with(&month)).map(|it| it.3).sum();
    let spent = |(day, endpoint, calls, registered)| Spent { day, endpoint, calls, registered };
    Ok(axum::Json(QuotaReply { registered_this_month, days: rows.into_iter().map(spent).collect() }))
}

/// The day of a time in UTC.
fn day(it: Timestamp) -> String {
    it.to_string().chars().take(10).collect()
}
