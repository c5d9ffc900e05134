//! One structured line a request, with nothing in it that could be a secret: no query, no body, no path beyond
//! the route's pattern.

use std::time::Instant;

use axum::extract::{MatchedPath, Request};
use axum::http::{HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;
use tracing::Instrument as _;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Middleware: logs each request and names it in the reply, so that a person can find it again.
pub(crate) async fn requests(request: Request, next: Next) -> Response {
    let id = uuid::Uuid::new_v4().simple().to_string();
    let method = request.method().clone();
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or_else(|| "files".to_owned(), |it| it.as_str().to_owned());
    let started = Instant::now();
    // Whatever is logged on the way carries the id as well.
    let span = tracing::info_span!("request", id);
    let mut response = next.run(request).instrument(span).await;
    let status = response.status().as_u16();
    let took = started.elapsed();
    crate::metrics::answered(method.as_str(), &route, status, took);
    let ms = took.as_millis();
    if status >= 500 {
        tracing::warn!(request = id, %method, route, status, ms, "answered");
    } else {
        tracing::info!(request = id, %method, route, status, ms, "answered");
    }
    if let Ok(it) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(REQUEST_ID, it);
    }
    response
}
