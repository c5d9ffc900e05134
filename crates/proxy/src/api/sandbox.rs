//! `/sandbox/clock`: the clock of the stand-ins, which the portal may turn while they are in use.

use std::sync::Arc;

use axum::extract::State as Extract;
use milkrun_wire::api::sandbox::{Clock, ClockChange};
use reqwest::{Client, RequestBuilder, Url};
use serde::Deserialize;
use serde_json::{Value, json};

use super::body::Json;
use crate::http;
use crate::problem::{Answer, Failure};
use crate::state::State;

/// The farthest the sandbox goes in one step, seconds: ten years.
const FARTHEST_STEP: u32 = 10 * 365 * 24 * 3600;

/// The sandbox's control interface.
pub(crate) struct SandboxControl {
    base: Url,
    client: Client,
}

impl SandboxControl {
    pub(crate) fn new(base: &Url) -> reqwest::Result<Self> {
        Ok(Self { base: base.clone(), client: http::client(base)? })
    }

    fn clock(&self) -> Url {
        http::join(&self.base, "sandbox/clock")
    }

    async fn call(&self, request: RequestBuilder) -> Answer<Clock> {
        let down =
            |detail: &str| Failure::new("sandbox-down", 502, "The sandbox gave no answer").detail(detail);
        let reply =
            http::send(request, "The sandbox", &self.base).await.map_err(|it| down(&it.to_string()))?;
        if !reply.is_ok() {
            return Err(down("it refused the change of its clock"));
        }
        let told: Told =
            serde_json::from_slice(&reply.body).map_err(|_e| down("its clock cannot be read"))?;
        Ok(told.into())
    }
}

/// The clock as the sandbox tells it: the speed is a number in text, or the word `manual`.
#[derive(Deserialize)]
struct Told {
    now: String,
    speed: Value,
}

impl From<Told> for Clock {
    fn from(it: Told) -> Self {
        let speed = match &it.speed {
            Value::Number(it) => it.as_u64().and_then(|it| u32::try_from(it).ok()),
            Value::String(it) => it.parse().ok(),
            _ => None,
        };
        Self { now: it.now, speed: speed.unwrap_or(0) }
    }
}

/// The sandbox's clock.
#[utoipa::path(get, path = "/sandbox/clock", tag = "sandbox",
    responses((status = 200, body = Clock), (status = 404, description = "No sandbox is in use")))]
pub(super) async fn show(Extract(state): Extract<Arc<State>>) -> Answer<axum::Json<Clock>> {
    let sandbox = configured(&state)?;
    Ok(axum::Json(sandbox.call(sandbox.client.get(sandbox.clock())).await?))
}

/// Turns the sandbox's clock.
#[utoipa::path(post, path = "/sandbox/clock", tag = "sandbox", request_body = ClockChange,
    responses((status = 200, body = Clock), (status = 404, description = "No sandbox is in use")))]
pub(super) async fn change(
    Extract(state): Extract<Arc<State>>,
    Json(change): Json<ClockChange>,
) -> Answer<axum::Json<Clock>> {
    let sandbox = configured(&state)?;
    if change.speed.is_some_and(|it| ![0, 1, 60, 3600].contains(&it)) {
        return Err(Failure::invalid("/speed", "the speed must be 0, 1, 60 or 3600"));
    }
    if change.step_seconds.is_some_and(|it| it > FARTHEST_STEP) {
        return Err(Failure::invalid("/step_seconds", "one step goes at most ten years ahead"));
    }
    let request = sandbox.client.post(sandbox.clock()).json(&told(change));
    Ok(axum::Json(sandbox.call(request).await?))
}

fn told(change: ClockChange) -> Value {
    let mut body = json!({});
    match change.speed {
        Some(0) => body["speed"] = json!("manual"),
        Some(it) => body["speed"] = json!(it),
        None => {}
    }
    if let Some(it) = change.step_seconds {
        body["step_seconds"] = json!(it);
    }
    body
}

fn configured(state: &State) -> Answer<&SandboxControl> {
    state.sandbox.as_ref().ok_or_else(|| Failure::not_found("no sandbox stands in for a vendor here"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn speeds_are_translated_both_ways() {
        let speed = |it: Value| Clock::from(Told { now: String::new(), speed: it }).speed;
        assert_eq!([json!("manual"), json!("60"), json!(3600)].map(speed), [0, 60, 3600]);
        let change = |speed, step_seconds| told(ClockChange { speed, step_seconds }).to_string();
        assert_eq!(change(Some(0), None), r#"{"speed":"manual"}"#);
        assert_eq!(change(Some(60), Some(5)), r#"{"speed":60,"step_seconds":5}"#);
        assert_eq!(change(None, None), "{}");
    }
}
