//! `/parcels` and `/couriers`: what carriers deliver.

use std::sync::Arc;

use axum::extract::{Extension, OriginalUri, Path, State as Extract};
use axum::http::StatusCode;
use milkrun_wire::api::parcel::{
    AddParcels, AddReply, CourierList, CourierName, MAX_ADD, Parcel, ParcelList,
};
use milkrun_wire::api::session::Upstream;
use milkrun_wire::tracking51::{AirWaybill, TrackingDetails, UpdateTracking};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::body::Json;
use super::page::{Asked, Page, Paged};
use crate::access::SignedIn;
use crate::clock::now_ms;
use crate::problem::{Answer, Failure};
use crate::state::State;
use crate::tracking;

/// Parcels of a page that asks for no number: the portal shows them all in one list.
const MOST_PARCELS: i64 = 2000;
/// Longest text of one field.
const MAX_TEXT: usize = 200;

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
    tracking::freshen(&state, &rows).await?;
    let parcels = rows.into_iter().map(|it| tracking::shown(&state, it)).collect();
    Ok(Paged::new(ParcelList { parcels }, &uri, next))
}

/// One parcel.
#[utoipa::path(get, path = "/parcels/{id}", tag = "parcels", params(("id" = String, Path)),
    responses((status = 200, body = Parcel), (status = 404, description = "There is no such parcel")))]
pub(super) async fn show(
    Extract(state): Extract<Arc<State>>,
    Path(id): Path<String>,
) -> Answer<axum::Json<Parcel>> {
    let row = state.store.parcels().find(&id).await?;
    tracking::freshen(&state, row.as_slice()).await?;
    match row {
        Some(it) => Ok(axum::Json(tracking::shown(&state, it))),
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
    let couriers = state.couriers.all(&state.tracking()).await?;
    Ok(axum::Json(CourierList { couriers: couriers.to_vec() }))
}

/// What somebody changes of a parcel; what is left out stays.
#[derive(Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct ParcelChange {
    /// What people call it.
    title: Option<String>,
    /// The merchant's order number.
    order_number: Option<String>,
    /// Another carrier for the same number.
    courier_code: Option<String>,
}

/// Changes a parcel, here and at 51Tracking.
#[utoipa::path(patch, path = "/parcels/{id}", tag = "parcels", params(("id" = String, Path)),
    request_body = ParcelChange,
    responses((status = 200, body = Parcel), (status = 404, description = "There is no such parcel"),
        (status = 409, description = "There is one of this number and carrier already")))]
pub(super) async fn change(
    Extract(state): Extract<Arc<State>>,
    Extension(who): Extension<SignedIn>,
    Path(id): Path<String>,
    Json(change): Json<ParcelChange>,
) -> Answer<axum::Json<Parcel>> {
    configured(&state)?;
    for (pointer, value) in [
        ("/title", &change.title),
        ("/order_number", &change.order_number),
        ("/courier_code", &change.courier_code),
    ] {
        let fits = |it: &String| it.chars().count() <= MAX_TEXT && !it.chars().any(char::is_control);
        if !value.as_ref().is_none_or(fits) {
            return Err(Failure::invalid(pointer, "it has at most 200 letters on one line"));
        }
    }
    let update = UpdateTracking {
        courier_code_new: change.courier_code.filter(|it| !it.trim().is_empty()),
        details: TrackingDetails {
            title: change.title,
            order_number: change.order_number,
            ..TrackingDetails::default()
        },
    };
    if update == UpdateTracking::default() {
        return Err(Failure::invalid("", "nothing is to be changed"));
    }
    let parcel = tracking::change(&state, &id, &update).await?;
    state.store.audit().add(&who.user, "parcel.change", &id, "", now_ms()).await?;
    Ok(axum::Json(parcel))
}

/// Makes 51Tracking follow an expired parcel again.
#[utoipa::path(post, path = "/parcels/{id}/retrack", tag = "parcels", params(("id" = String, Path)),
    responses((status = 200, body = Parcel), (status = 404, description = "There is no such parcel"),
        (status = 422, description = "It has not expired")))]
pub(super) async fn retrack(
    Extract(state): Extract<Arc<State>>,
    Extension(who): Extension<SignedIn>,
    Path(id): Path<String>,
) -> Answer<axum::Json<Parcel>> {
    configured(&state)?;
    let parcel = tracking::retrack(&state, &id).await?;
    state.store.audit().add(&who.user, "parcel.retrack", &id, "", now_ms()).await?;
    Ok(axum::Json(parcel))
}

/// A number whose carrier is wanted.
#[derive(Deserialize, ToSchema)]
pub(super) struct DetectRequest {
    /// The number.
    tracking_number: String,
}

/// Carriers that may have given out a number, likeliest first.
#[utoipa::path(post, path = "/couriers/detect", tag = "parcels", request_body = DetectRequest,
    responses((status = 200, body = CourierList)))]
pub(super) async fn detect(
    Extract(state): Extract<Arc<State>>,
    Json(request): Json<DetectRequest>,
) -> Answer<axum::Json<CourierList>> {
    configured(&state)?;
    let number = request.tracking_number.trim();
    if number.is_empty() || number.len() > MAX_TEXT {
        return Err(Failure::invalid("/tracking_number", "a tracking number has between 1 and 50 letters"));
    }
    let found = state.tracking().detect(number).await?;
    let name =
        |it: milkrun_wire::tracking51::Courier| CourierName { code: it.courier_code, name: it.courier_name };
    Ok(axum::Json(CourierList { couriers: found.into_iter().map(name).collect() }))
}

/// An air waybill that is wanted.
#[derive(Deserialize, ToSchema)]
pub(super) struct AirWaybillRequest {
    /// Three digits, a hyphen or blank or nothing, eight digits.
    awb_number: String,
}

/// Reads an air waybill. The vendor may charge for it.
#[utoipa::path(post, path = "/air-waybills", tag = "parcels", request_body = AirWaybillRequest,
    responses((status = 200, body = Object, description = "The air waybill in 51Tracking's words"),
        (status = 422, description = "This is no air waybill's number")))]
pub(super) async fn air_waybill(
    Extract(state): Extract<Arc<State>>,
    Extension(who): Extension<SignedIn>,
    Json(request): Json<AirWaybillRequest>,
) -> Answer<axum::Json<AirWaybill>> {
    configured(&state)?;
    let number = request.awb_number.trim();
    let digits = number.chars().filter(char::is_ascii_digit).count();
    if digits != 11 || number.chars().any(|it| !(it.is_ascii_digit() || it == '-' || it == ' ')) {
        return Err(Failure::invalid(
            "/awb_number",
            "three digits, a hyphen, eight digits, such as 235-69030430",
        ));
    }
    let found = state.tracking().air_waybill(number).await?;
    state.store.audit().add(&who.user, "awb.read", number, "", now_ms()).await?;
    Ok(axum::Json(found))
}

/// Which of the account's parcels are taken over; all of them when nothing is said.
#[derive(Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct TakeOver {
    /// Those registered on this day (UTC) or later, `YYYY-MM-DD`.
    since: Option<String>,
    /// Those of this carrier, by 51Tracking's code.
    courier_code: Option<String>,
    /// Those that stand here, in 51Tracking's word, such as `transit`.
    status: Option<String>,
    /// The page to begin with, as an earlier reply said; from 1.
    page: Option<u32>,
}

/// What became of the account's parcels.
#[derive(Serialize, ToSchema)]
pub(super) struct TakenOver {
    /// How many the account has.
    read: usize,
    /// How many of them were not tracked here before.
    added: usize,
    /// The page to go on with, if there are more than one request reads.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_page: Option<usize>,
}

/// Takes over parcels that 51Tracking follows already, such as those entered in its console. It costs no quota.
#[utoipa::path(post, path = "/parcels/take-over", tag = "parcels", request_body = TakeOver,
    responses((status = 200, body = TakenOver), (status = 422, description = "The day cannot be read")))]
pub(super) async fn take_over(
    Extract(state): Extract<Arc<State>>,
    Extension(who): Extension<SignedIn>,
    Json(asked): Json<TakeOver>,
) -> Answer<axum::Json<TakenOver>> {
    configured(&state)?;
    let midnight = |text: String| {
        let day: Option<jiff::civil::Date> = text.parse().ok();
        let day = day.and_then(|it| it.to_zoned(jiff::tz::TimeZone::UTC).ok()).map(|it| it.timestamp());
        day.ok_or_else(|| Failure::invalid("/since", "a day reads 2026-11-22"))
    };
    for (pointer, text) in [("/courier_code", &asked.courier_code), ("/status", &asked.status)] {
        if text.as_ref().is_some_and(|it| it.chars().count() > MAX_TEXT) {
            return Err(Failure::invalid(pointer, "it has at most 200 letters"));
        }
    }
    let which = tracking::Which {
        since: asked.since.map(midnight).transpose()?,
        courier: asked.courier_code,
        status: asked.status,
        page: asked.page.map_or(1, |it| it as usize),
    };
    let done = tracking::take_over(&state, &which).await?;
    let counts = format!("{} of {}", done.added, done.read);
    state.store.audit().add(&who.user, "parcel.take-over", "51tracking", &counts, now_ms()).await?;
    Ok(axum::Json(TakenOver { read: done.read, added: done.added, next_page: done.next_page }))
}

fn configured(state: &State) -> Answer<()> {
    if state.tracking().access.state == Upstream::Unconfigured {
        return Err(Failure::new("tracking-not-configured", 503, "51Tracking is not configured")
            .detail("an owner enters the API key under Settings, or whoever runs the server sets it in the configuration"));
    }
    Ok(())
}
