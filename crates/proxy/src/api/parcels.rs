//! `/parcels` and `/couriers`: what carriers deliver.

use std::sync::Arc;

use axum::extract::{Extension, OriginalUri, Path, State as Extract};
use axum::http::StatusCode;
use milkrun_wire::api::parcel::{AddParcels, AddReply, CourierList, MAX_ADD, Parcel, ParcelList};
use milkrun_wire::api::session::Upstream;

use super::body::Json;
use super::page::{Asked, Page, Paged};
use crate::access::SignedIn;
use crate::clock::now_ms;
use crate::problem::{Answer, Failure};
use crate::state::State;
use crate::store::parcels::ParcelRow;
use crate::tracking;

/// Parcels of a page that asks for no number: the portal shows them all in one list.
const MOST_PARCELS: i64 = 2000;

/// Registers parcels; each succeeds or fails by itself, and one that is tracked already is found again.
#[utoipa::path(post, path = "/parcels", tag = "parcels", request_body = AddParcels,
    responses((status = 200, body = AddReply)))]
pub(super) async fn add(
    Extract(state): Extract<Arc<State>>,
    Extension(who): Extension<SignedIn>,
    Json(request): Json<AddParcels>,
) -> Answer<axum::Json<AddReply>> {
    configured(&state)?;
    if request.parcels.len() > MAX_ADD {
        return Err(Failure::invalid("/parcels", format!("at most {MAX_ADD} parcels at once")));
    }
    let results = tracking::add(&state, request.parcels).await?;
    for it in &results {
        if let Some(id) = &it.id {
            state.store.audit().add(&who.user, "parcel.add", id, &it.tracking_number, now_ms()).await?;
        }
    }
    Ok(axum::Json(AddReply { results }))
}

/// Parcels, newest first. The header `Link` names the next page.
#[utoipa::path(get, path = "/parcels", tag = "parcels", params(Page), responses((status = 200, body = ParcelList)))]
pub(super) async fn list(
    Extract(state): Extract<Arc<State>>,
    page: Asked,
    uri: OriginalUri,
) -> Answer<Paged<ParcelList>> {
    let rows = state.store.parcels().list(page.time_and_id()?, page.limit_or(MOST_PARCELS) + 1).await?;
    let (rows, next) =
        page.cut_at(page.limit_or(MOST_PARCELS), rows, |it| format!("{}.{}", it.created_ms, it.document.id));
    let parcels = rows.into_iter().map(|it| shown(&state, it)).collect();
    Ok(Paged::new(ParcelList { parcels }, &uri, next))
}

/// One parcel.
#[utoipa::path(get, path = "/parcels/{id}", tag = "parcels", params(("id" = String, Path)),
    responses((status = 200, body = Parcel), (status = 404, description = "There is no such parcel")))]
pub(super) async fn show(
    Extract(state): Extract<Arc<State>>,
    Path(id): Path<String>,
) -> Answer<axum::Json<Parcel>> {
    match state.store.parcels().find(&id).await? {
        Some(it) => Ok(axum::Json(shown(&state, it))),
        None => Err(Failure::not_found("there is no such parcel")),
    }
}

/// Forgets a parcel, here and at 51Tracking.
#[utoipa::path(delete, path = "/parcels/{id}", tag = "parcels", params(("id" = String, Path)),
    responses((status = 204), (status = 404, description = "There is no such parcel")))]
pub(super) async fn remove(
    Extract(state): Extract<Arc<State>>,
    Extension(who): Extension<SignedIn>,
    Path(id): Path<String>,
) -> Answer<StatusCode> {
    configured(&state)?;
    tracking::remove(&state, &id).await?;
    state.store.audit().add(&who.user, "parcel.remove", &id, "", now_ms()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// All carriers.
#[utoipa::path(get, path = "/couriers", tag = "parcels", responses((status = 200, body = CourierList)))]
pub(super) async fn couriers(Extract(state): Extract<Arc<State>>) -> Answer<axum::Json<CourierList>> {
    configured(&state)?;
    let couriers = state.couriers.all(&state.tracking).await?;
    Ok(axum::Json(CourierList { couriers: couriers.to_vec() }))
}

fn shown(state: &State, row: ParcelRow) -> Parcel {
    let stale = row.document.stale || (row.is_open && state.tracking_health.is_down());
    Parcel { stale, ..row.document }
}

fn configured(state: &State) -> Answer<()> {
    if state.config.tracking.state == Upstream::Unconfigured {
        return Err(Failure::new("tracking-not-configured", 503, "51Tracking is not configured")
            .detail("set the API key in the configuration and restart"));
    }
    Ok(())
}
