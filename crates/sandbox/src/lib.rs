//! Stand-ins for RouteMate and 51Tracking.
//!
//! Both vendors' services cost money and need contracts, and neither can be told to lose a parcel on demand.
//! This server speaks their documented APIs on one loopback port, moves parcels and drivers along by a clock
//! that can be sped up, and misbehaves when asked to:
//!
//! - `/routemate/v1/…` is RouteMate,
//! - `/51tracking/v4/…` and `/51tracking/v3/trackings/…` are 51Tracking,
//! - `/sandbox/…` is the sandbox's own control.

mod clock;
mod control;
mod faults;
pub mod flags;
mod limits;
mod routemate;
mod serve;
mod settings;
mod store;
mod tracking;
mod webhook;

use axum::Router;
use axum::extract::Request;
use axum::http::Uri;
use tower::ServiceExt;

pub use clock::Speed;
pub use routemate::{CLIENT_ID, CLIENT_SECRET, MAX_STOPS, UNKNOWN_DRIVERS};
pub use serve::{bind, serve, spawn_background};
pub use settings::{Settings, WebhookTarget};
pub use store::{Sandbox, StoreError};
pub use tracking::{ACCOUNT_EMAIL, API_KEY};
pub use webhook::refuse_target;

/// Every route of a sandbox. Pushes and snapshots need [`spawn_background`] or [`serve`] besides; a step of
/// the clock through the control API pushes by itself.
pub fn app(sandbox: Sandbox) -> Router {
    let routes = Router::new()
        .nest("/routemate", routemate::router(sandbox.clone()))
        .nest("/51tracking", tracking::router(sandbox.clone()))
        .nest("/sandbox", control::router(sandbox));
    Router::new().fallback_service(routes.map_request(collapse_slashes))
}

/// Several SDKs of 51Tracking double a slash in their paths, which the live service overlooks.
fn collapse_slashes(mut request: Request) -> Request {
    if !request.uri().path().contains("//") {
        return request;
    }
    let uri = request.uri();
    let path: Vec<&str> = uri.path().split('/').filter(|it| !it.is_empty()).collect();
    let query = uri.query().map_or_else(String::new, |it| format!("?{it}"));
    if let Ok(uri) = format!("/{}{query}", path.join("/")).parse::<Uri>() {
        *request.uri_mut() = uri;
    }
    request
}
