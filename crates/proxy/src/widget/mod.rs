//! What merchants' pages may ask: the state of one number, and nothing about the account.

mod cache;
mod lookup;
pub(crate) mod number;

pub(crate) use self::cache::LookupCache;

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;

use axum::extract::rejection::QueryRejection;
use axum::extract::{ConnectInfo, Extension, Query, State as Extract};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use crate::problem::Failure;
use crate::state::State;

#[derive(Deserialize)]
pub(crate) struct Asked {
    site: String,
    number: String,
}

/// Handler of `GET /api/widget/v1/lookup`.
///
/// Only pages of the site's own origins get an answer they can read: to all others the header that would let
/// them is missing, and the answer is a refusal besides.
pub(crate) async fn answer(
    Extract(state): Extract<Arc<State>>,
    from: Option<Extension<ConnectInfo<SocketAddr>>>,
    headers: HeaderMap,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Response {
    let Ok(Query(asked)) = asked else {
        return Failure::new("invalid-request", 400, "The lookup needs site and number").into_response();
    };
    let origin = headers.get(header::ORIGIN).and_then(|it| it.to_str().ok()).unwrap_or_default();
    let site = state.config.sites.iter().find(|it| it.key == asked.site);
    if !site.is_some_and(|it| it.origins.iter().any(|it| it == origin)) {
        return Failure::new("site-not-allowed", 403, "This page may not look numbers up")
            .detail("the site key is unknown, or the page's origin is not among its origins")
            .into_response();
    }
    let address = from.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |it| it.0.0.ip());
    let mut response = match state.lookup_limit.check((address, asked.site)) {
        Err(wait) => Failure::new("too-many-lookups", 429, "Too many lookups")
            .detail("wait a moment before the next one")
            .retry_after(wait.as_secs() + 1)
            .into_response(),
        Ok(()) => match state.lookups.get(&state, &asked.number).await {
            Ok(it) => ([(header::CONTENT_TYPE, "application/json")], it).into_response(),
            Err(it) => it.into_response(),
        },
    };
    let own = response.headers_mut();
    if let Ok(it) = HeaderValue::from_str(origin) {
        own.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, it);
    }
    own.insert(header::VARY, HeaderValue::from_static("origin"));
    own.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static("retry-after"));
    own.insert("cross-origin-resource-policy", HeaderValue::from_static("cross-origin"));
    response
}
