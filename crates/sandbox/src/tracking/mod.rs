//! 51Tracking: version 4 in full, and of version 3 what registers and reads numbers.
//!
//! Version 4 is told from the vendor's own SDKs, so whatever those send is understood (slashes doubled, a
//! query that lost its encoding, blanks for absent fields) and whatever the strictest of them can read is
//! what is answered.

mod awb;
mod change;
mod couriers;
mod create;
mod envelope;
mod gate;
mod get;
mod magic;
mod parcel;
mod query;
mod story;
mod v3;

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::{delete, get, post, put};

use crate::{Sandbox, faults};

pub(crate) use awb::AwbRecord;
pub(crate) use parcel::Parcel;

/// The one API key the sandbox knows; it also signs pushes of version 4.
pub const API_KEY: &str = "sandbox-51tracking-key";
/// The account's e-mail address, which signs pushes of versions 2 and 3.
pub const ACCOUNT_EMAIL: &str = "sandbox@milkrun.example";

pub(crate) fn router(sandbox: Sandbox) -> Router {
    let v4 = Router::new()
        .route("/couriers/all", get(couriers::all))
        .route("/couriers/detect", post(couriers::detect))
        .route("/trackings/create", post(create::one))
        .route("/trackings/batch", post(create::batch))
        .route("/trackings/get", get(get::get))
        .route("/trackings/update/{id}", put(change::update))
        .route("/trackings/delete/{id}", delete(change::delete))
        .route("/trackings/retrack/{id}", post(change::retrack))
        .route("/awb", post(awb::create))
        .route_layer(from_fn_with_state(sandbox.clone(), gate::version_4))
        .fallback(envelope::no_such_endpoint)
        .method_not_allowed_fallback(envelope::wrong_method);
    Router::new()
        .nest("/v4", v4)
        .nest("/v3/trackings", v3::router(sandbox.clone()))
        .fallback(envelope::no_such_endpoint)
        .layer(from_fn_with_state(sandbox.clone(), faults::around_tracking51))
        .with_state(sandbox)
}
