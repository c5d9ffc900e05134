//! `trackings/update`, `trackings/delete` and `trackings/retrack`: what is done to one registered number.

use axum::body::Bytes;
use axum::extract::{Path, State};
use milkrun_wire::tracking51::{CreateTracking, DeliveryStatus, MetaCode, UpdateTracking, UpdatedTracking};
use serde::Serialize;

use super::create::{existing, is_iso2};
use super::envelope::{Refusal, Reply, ok};
use super::parcel::Parcel;
use super::{couriers, query};
use crate::Sandbox;
use crate::store::World;

/// What deleting and retracking answer.
#[derive(Debug, Serialize)]
pub(crate) struct Named {
    id: String,
    tracking_number: String,
    courier_code: String,
}

impl From<&Parcel> for Named {
    fn from(it: &Parcel) -> Self {
        Self {
            id: it.id.clone(),
            tracking_number: it.fields.tracking_number.clone(),
            courier_code: it.fields.courier_code.clone(),
        }
    }
}

pub(crate) async fn update(
    State(sandbox): State<Sandbox>,
    Path(id): Path<String>,
    body: Bytes,
) -> Reply<UpdatedTracking> {
    let wanted: UpdateTracking = query::body(&body)?;
    let mut world = sandbox.world();
    let before = find(&world, &id)?.fields.clone();
    if let Some(courier) = &wanted.courier_code_new {
        if couriers::find(courier).is_none() {
            return Err(Refusal::code(MetaCode::COURIER_INVALID));
        }
        if *courier != before.courier_code && existing(&world, &before.tracking_number, courier).is_some() {
            return Err(Refusal::code(MetaCode::EXISTS));
        }
    }
    if [&wanted.details.origin_country_iso2, &wanted.details.destination_country_iso2]
        .into_iter()
        .flatten()
        .any(|it| !is_iso2(it))
    {
        return Err(Refusal::code(MetaCode::PARAMETER_INVALID));
    }
    let now = world.now();
    let courier_before = before.courier_code.clone();
    let courier_new = wanted.courier_code_new.clone();
    let fields = merge(before, wanted);
    if let Some(it) = world.parcels.get_mut(&id) {
        it.fields = fields.clone();
        it.changed_at = now;
    }
    ok(reply(id, courier_before, courier_new, fields))
}

pub(crate) async fn delete(State(sandbox): State<Sandbox>, Path(id): Path<String>) -> Reply<Named> {
    let mut world = sandbox.world();
    let named = Named::from(find(&world, &id)?);
    world.parcels.remove(&id);
    ok(named)
}

pub(crate) async fn retrack(State(sandbox): State<Sandbox>, Path(id): Path<String>) -> Reply<Named> {
    let mut world = sandbox.world();
    let now = world.now();
    if find(&world, &id)?.status_at(now) != DeliveryStatus::Expired {
        return Err(Refusal::code(MetaCode::RETRACK_NOT_ALLOWED));
    }
    let parcel = world.parcels.get_mut(&id).ok_or(Refusal::code(MetaCode::UNKNOWN_NUMBER))?;
    parcel.retracked_at = Some(now);
    parcel.changed_at = now;
    parcel.pushed = DeliveryStatus::Pending;
    ok(Named::from(&*parcel))
}

fn find<'a>(world: &'a World, id: &str) -> Result<&'a Parcel, Refusal> {
    if id.len() != 32 || !id.bytes().all(|it| it.is_ascii_hexdigit()) {
        return Err(Refusal::code(MetaCode::ID_INVALID));
    }
    world.parcels.get(id).ok_or_else(|| Refusal::code(MetaCode::UNKNOWN_NUMBER))
}

fn merge(before: CreateTracking, wanted: UpdateTracking) -> CreateTracking {
    CreateTracking {
        courier_code: wanted.courier_code_new.unwrap_or(before.courier_code),
        details: wanted.details.or(before.details),
        ..before
    }
}

fn reply(
    id: String,
    courier: String,
    courier_new: Option<String>,
    fields: CreateTracking,
) -> UpdatedTracking {
    let details = fields.details;
    UpdatedTracking {
        id,
        tracking_number: fields.tracking_number,
        courier_code: courier,
        courier_code_new: courier_new,
        order_number: details.order_number,
        order_id: details.order_id,
        order_date: details.order_date,
        shipping_date: details.shipping_date,
        destination_country: details.destination_country_iso2,
        origin_country: details.origin_country_iso2,
        tracking_postal_code: details.tracking_postal_code,
        tracking_ship_date: details.tracking_ship_date,
        tracking_courier_account: details.tracking_courier_account,
        tracking_origin_country: details.tracking_origin_country,
        tracking_destination_country: details.tracking_destination_country,
        tracking_key: details.tracking_key,
        customer_name: details.customer_name,
        customer_email: details.customer_email,
        customer_sms: details.customer_sms,
        title: details.title,
        logistics_channel: details.logistics_channel,
        note: details.note,
    }
}
