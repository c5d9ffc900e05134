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
    if [&wanted.origin_country_iso2, &wanted.destination_country_iso2]
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
        order_number: wanted.order_number.or(before.order_number),
        order_id: wanted.order_id.or(before.order_id),
        order_date: wanted.order_date.or(before.order_date),
        shipping_date: wanted.shipping_date.or(before.shipping_date),
        origin_country_iso2: wanted.origin_country_iso2.or(before.origin_country_iso2),
        destination_country_iso2: wanted.destination_country_iso2.or(before.destination_country_iso2),
        customer_name: wanted.customer_name.or(before.customer_name),
        customer_email: wanted.customer_email.or(before.customer_email),
        customer_sms: wanted.customer_sms.or(before.customer_sms),
        title: wanted.title.or(before.title),
        logistics_channel: wanted.logistics_channel.or(before.logistics_channel),
        note: wanted.note.or(before.note),
        tracking_courier_account: wanted.tracking_courier_account.or(before.tracking_courier_account),
        tracking_postal_code: wanted.tracking_postal_code.or(before.tracking_postal_code),
        tracking_origin_country: wanted.tracking_origin_country.or(before.tracking_origin_country),
        tracking_destination_country: wanted
            .tracking_destination_country
            .or(before.tracking_destination_country),
        tracking_ship_date: wanted.tracking_ship_date.or(before.tracking_ship_date),
        tracking_key: wanted.tracking_key.or(before.tracking_key),
        language: wanted.language.or(before.language),
        ..before
    }
}

fn reply(
    id: String,
    courier: String,
    courier_new: Option<String>,
    fields: CreateTracking,
) -> UpdatedTracking {
    UpdatedTracking {
        id,
        tracking_number: fields.tracking_number,
        courier_code: courier,
        courier_code_new: courier_new,
        order_number: fields.order_number,
        order_id: fields.order_id,
        order_date: fields.order_date,
        shipping_date: fields.shipping_date,
        destination_country: fields.destination_country_iso2,
        origin_country: fields.origin_country_iso2,
        tracking_postal_code: fields.tracking_postal_code,
        tracking_ship_date: fields.tracking_ship_date,
        tracking_courier_account: fields.tracking_courier_account,
        tracking_origin_country: fields.tracking_origin_country,
        tracking_destination_country: fields.tracking_destination_country,
        tracking_key: fields.tracking_key,
        customer_name: fields.customer_name,
        customer_email: fields.customer_email,
        customer_sms: fields.customer_sms,
        title: fields.title,
        logistics_channel: fields.logistics_channel,
        note: fields.note,
    }
}
