//! `/parcels` and `/couriers`: what carriers deliver.

use std::sync::Arc;

use axum::extract::{Path, State as Extract};
use axum::http::StatusCode;
use milkrun_wire::api::parcel::{AddParcels, AddReply, CourierList, MAX_ADD, Parcel, ParcelList};
use milkrun_wire::api::session::Upstream;

use super::body::Json;
use crate::problem::{Answer, Failure};
use crate::state::State;
use crate::store::parcels::ParcelRow;
use crate::tracking;

pub(super) async fn add(
    Extract(state): Extract<Arc<State>>,
    Json(request): Json<AddParcels>,
) -> Answer<axum::Json<AddReply>> {
    configured(&state)?;
    if request.parcels.len() > MAX_ADD {
        return Err(Failure::invalid("/parcels", format!("at most {MAX_ADD} parcels at once")));
    }
    let results = tracking::add(&state, request.parcels).await?;
    Ok(axum::Json(AddReply { results }))
}

pub(super) async fn list(Extract(state): Extract<Arc<State>>) -> Answer<axum::Json<ParcelList>> {
    let rows = state.store.parcels().list().await?;
    Ok(axum::Json(ParcelList { parcels: rows.into_iter().map(|it| shown(&state, it)).collect() }))
}

pub(super) async fn show(
    Extract(state): Extract<Arc<State>>,
    Path(id): Path<String>,
) -> Answer<axum::Json<Parcel>> {
    match state.store.parcels().find(&id).await? {
        Some(it) => Ok(axum::Json(shown(&state, it))),
        None => Err(Failure::not_found("there is no such parcel")),
    }
}

pub(super) async fn remove(
    Extract(state): Extract<Arc<State>>,
    Path(id): Path<String>,
) -> Answer<StatusCode> {
    configured(&state)?;
    tracking::remove(&state, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}

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
