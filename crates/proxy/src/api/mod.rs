//! The portal's own API under `/api/v1`, one file a resource.
//!
//! The paths and types are settled in `milkrun_wire::api`. Everything but signing in needs a session, every
//! request must come from the portal's own pages, and every route has its own limits of time and size.

mod body;
mod dispatches;
mod geocode;
mod matrix;
mod parcels;
mod sandbox;
mod session;

pub(crate) use self::sandbox::SandboxControl;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request};
use axum::middleware::{self, Next};
use axum::response::Response;
use axum::routing::{get, post};

use crate::problem::Failure;
use crate::state::State;

/// The routes, without their common prefix.
pub(crate) fn routes(state: Arc<State>) -> Router<Arc<State>> {
    let open = Router::new().route("/session", limits(post(session::sign_in), 4, 10));
    let closed = Router::new()
        .route("/session", limits(get(session::show).delete(session::sign_out), 4, 10))
        .route("/geocode", limits(post(geocode::find), 256, 120))
        .route("/matrix", limits(post(matrix::matrix), 256, 120))
        .route("/route", limits(post(matrix::line), 256, 30))
        .route("/dispatches", limits(get(dispatches::list).post(dispatches::create), 512, 30))
        .route("/dispatches/{id}", limits(get(dispatches::show), 4, 10))
        .route("/couriers", limits(get(parcels::couriers), 4, 40))
        .route("/parcels", limits(get(parcels::list).post(parcels::add), 128, 60))
        .route("/parcels/{id}", limits(get(parcels::show).delete(parcels::remove), 4, 40))
        .route("/sandbox/clock", limits(get(sandbox::show).post(sandbox::change), 4, 30))
        .route_layer(middleware::from_fn_with_state(state, crate::session::require));
    let all = open.merge(closed).method_not_allowed_fallback(|| std::future::ready(Failure::wrong_method()));
    all.layer(middleware::from_fn(crate::session::same_site))
}

/// Most kilobytes of a request's body, and most seconds until its reply.
pub(crate) fn limits(
    route: axum::routing::MethodRouter<Arc<State>>,
    kilobytes: usize,
    seconds: u64,
) -> axum::routing::MethodRouter<Arc<State>> {
    let within = move |request: Request, next: Next| in_time(Duration::from_secs(seconds), request, next);
    route.layer(DefaultBodyLimit::max(kilobytes * 1024)).layer(middleware::from_fn(within))
}

async fn in_time(limit: Duration, request: Request, next: Next) -> Result<Response, Failure> {
    tokio::time::timeout(limit, next.run(request)).await.map_err(|_elapsed| {
        Failure::new("timed-out", 504, "This took too long")
            .detail(format!("no reply within {} seconds; try again, or with less at once", limit.as_secs()))
    })
}
