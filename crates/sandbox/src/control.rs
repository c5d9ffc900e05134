//! The sandbox's own API: what a person or a test needs to move time, break things and look inside.
//!
//! Nothing like it exists at the vendors; no product code may depend on it.

use std::collections::BTreeMap;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get, post};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::Sandbox;
use crate::clock::{Speed, rfc3339, wall_ms};
use crate::faults::Fault;
use crate::settings::WebhookTarget;
use crate::webhook;

/// Farthest single step, sandbox seconds: ten years.
const FARTHEST_STEP: i64 = 10 * 365 * 24 * 3600;

pub(crate) fn router(sandbox: Sandbox) -> Router {
    Router::new()
        .route("/clock", get(clock).post(set_clock))
        .route("/state", get(state))
        .route("/pushes", get(pushes))
        .route("/faults", get(faults).post(set_faults))
        .route("/webhook", post(set_webhook))
        .route("/tokens", delete(revoke_tokens))
        .with_state(sandbox)
}

fn refuse(why: &str) -> Response {
    (StatusCode::BAD_REQUEST, Json(json!({ "error": why }))).into_response()
}

async fn clock(State(sandbox): State<Sandbox>) -> Json<Value> {
    Json(clock_of(&sandbox))
}

fn clock_of(sandbox: &Sandbox) -> Value {
    let world = sandbox.world();
    let now = world.now();
    json!({"now": rfc3339(now), "unix": now, "speed": world.clock.speed().as_word()})
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ClockChange {
    speed: Option<Value>,
    step_seconds: Option<i64>,
}

/// Changes the clock and answers when every push that fell due has been tried once.
async fn set_clock(State(sandbox): State<Sandbox>, Json(change): Json<ClockChange>) -> Response {
    let speed = match change.speed.as_ref().map(speed_in) {
        Some(None) => return refuse("speed must be 1, 60, 3600 or \"manual\""),
        Some(it) => it,
        None => None,
    };
    let step = change.step_seconds.unwrap_or(0);
    if !(0..=FARTHEST_STEP).contains(&step) {
        return refuse("step_seconds must be between 0 and ten years; sandbox time never runs back");
    }
    {
        let mut world = sandbox.world();
        if let Some(speed) = speed {
            world.clock.set_speed(wall_ms(), speed);
        }
        world.clock.step(wall_ms(), step);
    }
    webhook::tick(&sandbox).await;
    Json(clock_of(&sandbox)).into_response()
}

fn speed_in(value: &Value) -> Option<Speed> {
    match value {
        Value::String(it) => Speed::from_word(it),
        Value::Number(it) => Speed::from_word(&it.to_string()),
        _ => None,
    }
}

async fn state(State(sandbox): State<Sandbox>) -> Json<Value> {
    let clock = clock_of(&sandbox);
    let calls = sandbox.limits().calls().clone();
    let world = sandbox.world();
    let now = world.now();
    let mut jobs: BTreeMap<String, usize> = BTreeMap::new();
    for it in &world.jobs {
        *jobs.entry(it.at(now).status.to_string()).or_default() += 1;
    }
    let mut parcels: BTreeMap<String, usize> = BTreeMap::new();
    for it in world.parcels.values() {
        *parcels.entry(it.status_at(now).to_string()).or_default() += 1;
    }
    Json(json!({
        "clock": clock,
        "routemate": {"tokens": world.tokens.len(), "jobs": world.jobs.len(), "jobs_by_status": jobs},
        "tracking51": {
            "parcels": world.parcels.len(),
            "parcels_by_status": parcels,
            "awbs": world.awbs.len(),
            "pushes_by_state": webhook::counts(&world),
            "calls": calls,
        },
    }))
}

/// The history of pushes, oldest first. It leaves out where they went, which may hold a secret.
async fn pushes(State(sandbox): State<Sandbox>) -> Json<Value> {
    let world = sandbox.world();
    let one = |it: &webhook::PushRecord| {
        json!({
            "serial": it.serial,
            "tracking_number": it.tracking.tracking_number,
            "delivery_status": it.tracking.delivery_status,
            "state": it.state,
            "attempts": it.attempts,
            "due_at": (it.state == webhook::PushState::Pending).then(|| rfc3339(it.due_at)),
        })
    };
    Json(world.pushes.iter().map(one).collect())
}

async fn faults(State(sandbox): State<Sandbox>) -> Json<Value> {
    Json(json!(*sandbox.faults()))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct FaultChange {
    routemate: Option<Fault>,
    tracking51: Option<Fault>,
}

async fn set_faults(State(sandbox): State<Sandbox>, Json(change): Json<FaultChange>) -> Json<Value> {
    let mut faults = sandbox.faults();
    faults.routemate = change.routemate.unwrap_or(faults.routemate);
    faults.tracking51 = change.tracking51.unwrap_or(faults.tracking51);
    Json(json!(*faults))
}

/// Sets where pushes go, and pushes a trial there as the vendor's console does.
async fn set_webhook(State(sandbox): State<Sandbox>, Json(target): Json<WebhookTarget>) -> Response {
    if let Err(why) = webhook::refuse_target(&target) {
        return refuse(&why);
    }
    sandbox.world().webhook = Some(target);
    webhook::push_trial(&sandbox).await;
    StatusCode::NO_CONTENT.into_response()
}

/// Makes every RouteMate token unknown, as if all had expired.
async fn revoke_tokens(State(sandbox): State<Sandbox>) -> StatusCode {
    sandbox.world().tokens.clear();
    StatusCode::NO_CONTENT
}
