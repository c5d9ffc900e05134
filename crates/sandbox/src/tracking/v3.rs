//! Version 3: registering and reading numbers, in a flat envelope with codes of its own.
//!
//! Business codes ride on HTTP 200, as the clients in the field expect.

use std::collections::HashMap;

use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use milkrun_wire::tracking51::v3::{CreateReply, CreateTracking, Envelope, Tracking, meaning};
use milkrun_wire::tracking51::{self as v4, BATCH_LIMIT, DeliveryStatus, MetaCode};
use serde_json::Value;

use super::magic::{self, Magic};
use super::parcel::Parcel;
use super::{create, gate, query};
use crate::{Sandbox, faults};

pub(super) fn router(sandbox: Sandbox) -> Router<Sandbox> {
    Router::new()
        .route("/create", post(register))
        .route("/get", get(read))
        // The vendor kept a sandbox of its own in version 3.
        .route("/sandbox/create", post(register))
        .route("/sandbox/get", get(read))
        .route_layer(from_fn_with_state(sandbox, gate::version_3))
        .fallback(|| async { Refusal::code(404) })
        .method_not_allowed_fallback(|| async { Refusal::code(400) })
}

/// Why a call is refused.
#[derive(Debug)]
pub(super) enum Refusal {
    /// With a code, and the data that goes with it.
    Code(i64, Value),
    /// With a gateway's HTML page.
    Html,
}

impl Refusal {
    pub(super) fn code(code: i64) -> Self {
        Self::Code(code, Value::Array(Vec::new()))
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let Self::Code(code, data) = self else { return faults::html_page() };
        let status = match code {
            401 => StatusCode::UNAUTHORIZED,
            403 => StatusCode::FORBIDDEN,
            404 => StatusCode::NOT_FOUND,
            429 => StatusCode::TOO_MANY_REQUESTS,
            511..=513 => StatusCode::INTERNAL_SERVER_ERROR,
            _ => StatusCode::OK,
        };
        let message = meaning(code).unwrap_or("undocumented code").to_owned();
        (status, Json(Envelope { code, message, data: Some(data) })).into_response()
    }
}

fn ok<T>(data: T) -> Json<Envelope<T>> {
    Json(Envelope { code: 200, message: "Success".to_owned(), data: Some(data) })
}

/// The code of version 3 that says what one of version 4 says.
fn older(code: MetaCode) -> MetaCode {
    MetaCode(match code.0 {
        4101 => 423,
        4102 => 424,
        4103 => 413,
        4110 | 4130 => 412,
        4111 => 417,
        4120 | 4121 => 422,
        4122 => 421,
        4190 => 203,
        it => it,
    })
}

async fn register(
    State(sandbox): State<Sandbox>,
    body: Bytes,
) -> Result<Json<Envelope<CreateReply>>, Refusal> {
    let value: Value = query::body(&body).map_err(|_unread| Refusal::code(417))?;
    let alone = value.is_object();
    let wanted = if alone { Value::Array(vec![value]) } else { value };
    let wanted: Vec<CreateTracking> = serde_json::from_value(wanted).map_err(|_unread| Refusal::code(412))?;
    if wanted.is_empty() {
        return Err(Refusal::code(417));
    }
    if wanted.len() > BATCH_LIMIT {
        return Err(Refusal::code(413));
    }
    for it in &wanted {
        act(&sandbox, &it.tracking_number).await?;
    }
    let reply = create::register_all(&mut sandbox.world(), wanted.into_iter().map(newer).collect());
    let mut reply = CreateReply { success: reply.success, error: reply.error };
    for it in &mut reply.error {
        it.error_code = it.error_code.map(older);
    }
    match reply.error.first().and_then(|it| it.error_code) {
        Some(code) if alone => Err(Refusal::Code(code.0, serde_json::to_value(&reply).unwrap_or_default())),
        _ => Ok(ok(reply)),
    }
}

async fn read(
    State(sandbox): State<Sandbox>,
    RawQuery(raw): RawQuery,
) -> Result<Json<Envelope<Vec<Tracking>>>, Refusal> {
    let filter = Filter::read(&query::parse(&raw.unwrap_or_default()))?;
    for it in filter.numbers.iter().flatten() {
        act(&sandbox, it).await?;
    }
    let world = sandbox.world();
    let now = world.now();
    let mut found: Vec<&Parcel> = world.parcels.values().filter(|it| filter.accepts(it, now)).collect();
    if found.is_empty() {
        return Err(Refusal::code(204));
    }
    found.sort_by_key(|it| std::cmp::Reverse(it.serial));
    let page = found.into_iter().skip((filter.page - 1).saturating_mul(filter.items)).take(filter.items);
    Ok(ok(page.map(|it| it.at(now).into()).collect()))
}

/// What to look for; moments are unix seconds in this version.
#[derive(Debug)]
struct Filter {
    numbers: Option<Vec<String>>,
    orders: Option<Vec<String>>,
    courier: Option<String>,
    status: Option<DeliveryStatus>,
    created_min: Option<i64>,
    created_max: Option<i64>,
    items: usize,
    /// From 1.
    page: usize,
}

impl Filter {
    fn read(asked: &HashMap<String, String>) -> Result<Self, Refusal> {
        let list = |key: &str| {
            let split = |it: &String| {
                it.split(',').map(|it| it.trim().to_owned()).filter(|it| !it.is_empty()).collect()
            };
            let found: Option<Vec<String>> = asked.get(key).map(split);
            if found.as_ref().is_some_and(|it| it.len() > BATCH_LIMIT) {
                Err(Refusal::code(413))
            } else {
                Ok(found)
            }
        };
        let whole = |key: &str, default: usize| match asked.get(key).map(|it| it.parse::<usize>()) {
            None => Ok(default),
            Some(Ok(it)) if it >= 1 => Ok(it),
            Some(_) => Err(Refusal::code(412)),
        };
        let moment = |key: &str| match asked.get(key).map(|it| it.parse()) {
            None => Ok(None),
            Some(Ok(it)) => Ok(Some(it)),
            Some(Err(_)) => Err(Refusal::code(412)),
        };
        Ok(Self {
            numbers: list("tracking_numbers")?,
            orders: list("order_numbers")?,
            courier: asked.get("courier_code").cloned(),
            status: asked.get("delivery_status").map(|it| DeliveryStatus::from_word(it)),
            created_min: moment("created_date_min")?,
            created_max: moment("created_date_max")?,
            items: whole("items_amount", v4::GET_LIMIT)?.min(v4::GET_LIMIT),
            page: whole("pages_amount", 1)?,
        })
    }

    fn accepts(&self, it: &Parcel, now: i64) -> bool {
        let order = it.fields.details.order_number.as_ref();
        self.numbers.as_ref().is_none_or(|numbers| numbers.contains(&it.fields.tracking_number))
            && self.orders.as_ref().is_none_or(|orders| order.is_some_and(|it| orders.contains(it)))
            && self.courier.as_ref().is_none_or(|courier| *courier == it.fields.courier_code)
            && self.status.as_ref().is_none_or(|status| *status == it.status_at(now))
            && self.created_min.is_none_or(|min| min <= it.created_at)
            && self.created_max.is_none_or(|max| it.created_at <= max)
    }
}

/// What a call meets that names a magic number; faults of one number are left to the reply's own list.
async fn act(sandbox: &Sandbox, number: &str) -> Result<(), Refusal> {
    match magic::of(number) {
        Some(Magic::Refused(code)) if magic::is_about_one(code) => Ok(()),
        Some(Magic::Refused(code)) => Err(Refusal::code(older(code).0)),
        Some(Magic::Html) => Err(Refusal::Html),
        Some(Magic::Slow) => {
            faults::slow(sandbox).await;
            Ok(())
        }
        Some(Magic::Status(_)) | None => Ok(()),
    }
}

fn newer(it: CreateTracking) -> v4::CreateTracking {
    let details = v4::TrackingDetails {
        order_number: it.order_number,
        destination_country_iso2: it.destination_code,
        logistics_channel: it.logistics_channel,
        customer_name: it.customer_name,
        customer_email: it.customer_email,
        customer_sms: it.customer_phone,
        shipping_date: it.shipping_date,
        tracking_ship_date: it.tracking_shipping_date,
        tracking_postal_code: it.tracking_postal_code,
        title: it.title,
        note: it.note,
        ..v4::TrackingDetails::default()
    };
    v4::CreateTracking {
        tracking_number: it.tracking_number,
        courier_code: it.courier_code,
        details,
        ..v4::CreateTracking::default()
    }
}
