//! The server between the browser and the vendors' APIs.
//!
//! The browser holds no secret; this does. Handlers are typed, one for each thing the portal can ask, so that
//! nothing is passed through to a vendor that was not meant for it. Credentials come from the configuration and
//! leave it only towards their vendor.
//!
//! [`app`] makes the router of a [`state::State`] and [`workers`] do what nobody asks for; the binary adds the listeners, the log and the signals.

mod access;
mod api;
pub mod checks;
mod client;
mod clock;
pub mod config;
pub mod demo_shop;
mod etag;
mod flight;
pub mod geo;
mod headers;
mod http;
pub mod log;
pub mod metrics;
mod password;
pub mod problem;
mod rate;
mod routemate;
mod sealed;
pub mod serve;
pub mod session;
mod sign_in_limit;
pub mod state;
mod static_files;
pub mod store;
mod tracking;
mod vendors;
mod webhook;
mod widget;
pub mod workers;

use std::sync::Arc;

use axum::Router;
use axum::extract::State as Extract;
use axum::middleware;
use axum::routing::{get, post};

use crate::problem::Failure;
use crate::state::State;

/// The whole proxy as a router. Addresses of clients are known when it is served with connect info.
pub fn app(state: Arc<State>) -> Router {
    let (api, _) = api::routes(&state);
    Router::new()
        .route("/healthz", get(|| async { "ok\n" }))
        .route("/readyz", get(ready))
        .merge(api)
        .merge(widget::routes().0)
        .route("/webhooks/51tracking/{secret}", api::limits(post(webhook::receive), 1024, 10))
        .method_not_allowed_fallback(|| std::future::ready(Failure::wrong_method()))
        .fallback(static_files::serve)
        .layer(middleware::from_fn(headers::secure))
        .layer(middleware::from_fn(log::requests))
        .with_state(state)
}

/// Whether requests can be served now: the database answers.
async fn ready(Extract(state): Extract<Arc<State>>) -> Result<&'static str, Failure> {
    state.store.ping().await.map_err(|it| {
        tracing::error!(error = %it, "the database does not answer");
        Failure::new("not-ready", 503, "The database does not answer")
    })?;
    Ok("ready\n")
}

/// The document that describes the API, as it is served and checked in.
#[must_use]
pub fn openapi(state: &Arc<State>) -> String {
    let (_, document) = api::routes(state);
    let mut text = serde_json::to_string_pretty(&document).unwrap_or_default();
    text.push('\n');
    text
}
