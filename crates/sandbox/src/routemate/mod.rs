//! RouteMate's three endpoints, with a choice made wherever its documents leave one open.
//!
//! The choices are listed in this crate's README. Clients must not depend on any of them: each follows a
//! current standard where there is one, and the documented samples in all else.

mod auth;
mod geocode;
mod idempotency;
mod import;
mod jobs;
mod optimise;
mod problem;
mod progress;
mod token;
mod validate;

use axum::Router;
use axum::routing::{get, post};

use crate::{Sandbox, faults};

pub(crate) use idempotency::Replay;
pub(crate) use progress::JobRecord;
pub(crate) use token::Token;
pub use token::{CLIENT_ID, CLIENT_SECRET};

/// Most stops one import takes.
pub const MAX_STOPS: usize = 200;

/// Domain whose drivers RouteMate does not know.
pub const UNKNOWN_DRIVERS: &str = "unknown.example";

pub(crate) fn router(sandbox: Sandbox) -> Router {
    Router::new()
        .route("/v1/integration-token", post(token::issue))
        .route("/v1/integration-import", post(import::import))
        .route("/v1/integration-jobs", get(jobs::by_query))
        .route("/v1/integration-jobs/{job_id}", get(jobs::by_path))
        .fallback(problem::no_such_endpoint)
        .method_not_allowed_fallback(problem::wrong_method)
        .layer(axum::middleware::from_fn_with_state(sandbox.clone(), faults::around_routemate))
        .with_state(sandbox)
}
