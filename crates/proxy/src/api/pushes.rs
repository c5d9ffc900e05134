//! `/pushes`: the record of what 51Tracking pushed, for looking and for trying again.

use std::sync::Arc;

use axum::extract::{Extension, Path, State as Extract};
use axum::http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;

use super::page::{Asked, Page};
use crate::access::SignedIn;
use crate::clock::{now_ms, rfc3339};
use crate::problem::{Answer, Failure};
use crate::state::State;
use crate::store::webhooks::PushRow;

/// A push as it came.
#[derive(Serialize, ToSchema)]
pub(super) struct Push {
    /// Our id of it.
    id: String,
    /// `v2`, `v3` or `v4`.
    version: String,
    /// The parcel's number, normalised.
    number: String,
    /// The parcel's courier.
    courier: String,
    /// Whether it concerned a parcel of ours.
    used: bool,
    /// When it came, RFC 3339.
    received_at: String,
    /// The body as it came, in the reply of one push.
    #[serde(skip_serializing_if = "Option::is_none")]
    body: Option<String>,
}

/// A page of pushes.
#[derive(Serialize, ToSchema)]
pub(super) struct PushPage {
    /// Newest first.
    pushes: Vec<Push>,
    /// What to ask the next page with, unless this is the last.
    next: Option<String>,
}

/// Pushes of the last days, newest first.
#[utoipa::path(get, path = "/pushes", tag = "pushes", params(Page), responses((status = 200, body = PushPage)))]
pub(super) async fn list(Extract(state): Extract<Arc<State>>, page: Asked) -> Answer<axum::Json<PushPage>> {
    let rows = state.store.webhooks().before(page.time_and_id()?, page.limit() + 1).await?;
    let (rows, next) = page.cut(rows, |it| format!("{}.{}", it.received_ms, it.id));
    Ok(axum::Json(PushPage { pushes: rows.into_iter().map(|it| shown(it, false)).collect(), next }))
}

/// One push with its body.
#[utoipa::path(get, path = "/pushes/{id}", tag = "pushes", params(("id" = String, Path)),
    responses((status = 200, body = Push), (status = 404, description = "There is no such push")))]
pub(super) async fn show(
    Extract(state): Extract<Arc<State>>,
    Path(id): Path<String>,
) -> Answer<axum::Json<Push>> {
    let row = state.store.webhooks().find(&id).await?.ok_or_else(unknown)?;
    Ok(axum::Json(shown(row, true)))
}

/// Does once more what a push asks for: its parcel is read again.
#[utoipa::path(post, path = "/pushes/{id}/replay", tag = "pushes", params(("id" = String, Path)),
    responses((status = 202, body = Push), (status = 404, description = "There is no such push")))]
pub(super) async fn replay(
    Extract(state): Extract<Arc<State>>,
    Extension(who): Extension<SignedIn>,
    Path(id): Path<String>,
) -> Answer<(StatusCode, axum::Json<Push>)> {
    let row = state.store.webhooks().replay(&id).await?.ok_or_else(unknown)?;
    state.store.audit().add(&who.user, "push.replay", &id, &row.number, now_ms()).await?;
    state.parcels_due.notify_one();
    Ok((StatusCode::ACCEPTED, axum::Json(shown(row, false))))
}

fn shown(it: PushRow, with_body: bool) -> Push {
    Push {
        id: it.id,
        version: it.version,
        number: it.number,
        courier: it.courier,
        used: it.used,
        received_at: rfc3339(it.received_ms),
        body: with_body.then_some(it.body),
    }
}

fn unknown() -> Failure {
    Failure::not_found("there is no such push; the record is kept for a week")
}
