//! Which page asks, and whether its script may read the answer.

use std::sync::Arc;

use axum::extract::State as Extract;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};

use super::sites::KnownSite;
use crate::problem::{Answer, Failure};
use crate::state::State;

/// How long a browser may remember what it was told before a request, seconds.
const REMEMBER: HeaderValue = HeaderValue::from_static("86400");

/// The site of a key, if the page that asks is one of its own or the portal's, where the widget's frame lives.
///
/// To all others the header that would let them read is missing, and the answer is a refusal besides.
pub(super) async fn site(state: &State, key: &str, headers: &HeaderMap) -> Answer<Arc<KnownSite>> {
    let site = state.sites.find(&state.store, key).await?;
    let origin = origin(headers);
    let own = if origin.is_empty() {
        // Browsers name no origin when a page reads from where it came from.
        headers.get("sec-fetch-site").is_some_and(|it| it == "same-origin")
    } else {
        origin == state.config.public_origin()
    };
    site.filter(|it| own || it.has_origin(origin)).ok_or_else(|| {
        Failure::new("site-not-allowed", 403, "This page may not look numbers up")
            .detail("the site key is unknown, or the page's origin is not among its origins")
    })
}

/// Lets the page that asked read an answer.
pub(super) fn readable(mut response: Response, asked: &HeaderMap) -> Response {
    let own = response.headers_mut();
    if let Some(it) = asked.get(header::ORIGIN) {
        own.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, it.clone());
    }
    own.insert(header::VARY, HeaderValue::from_static("origin"));
    own.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static("retry-after"));
    own.insert("cross-origin-resource-policy", HeaderValue::from_static("cross-origin"));
    response
}

/// Handler of a browser's question before a `POST`, which names no site: any site's pages may ask.
pub(super) async fn preflight(Extract(state): Extract<Arc<State>>, headers: HeaderMap) -> Response {
    let all = match state.sites.all(&state.store).await {
        Ok(it) => it,
        Err(it) => return Failure::from(it).into_response(),
    };
    let origin = origin(&headers);
    if origin.is_empty() || !all.values().any(|it| it.has_origin(origin)) {
        return Failure::new("site-not-allowed", 403, "This page may not look orders up").into_response();
    }
    let mut response = readable(StatusCode::NO_CONTENT.into_response(), &headers);
    let own = response.headers_mut();
    own.insert(header::ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("POST"));
    own.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static("content-type"));
    own.insert(header::ACCESS_CONTROL_MAX_AGE, REMEMBER);
    response
}

fn origin(headers: &HeaderMap) -> &str {
    headers.get(header::ORIGIN).and_then(|it| it.to_str().ok()).unwrap_or_default()
}
