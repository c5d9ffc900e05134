//! One structured line a request, with nothing in it that could be a secret: no query, no body, no path beyond
//! the route's pattern.

use std::io::IsTerminal as _;
use std::time::Instant;

use axum::extract::{MatchedPath, Request};
use axum::http::{HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;
use serde::Deserialize;
use tracing::Instrument as _;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// How lines are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// For people who read along.
    #[default]
    Text,
    /// An object of JSON a line, for programs that collect.
    Json,
}

/// Writes to standard error from now on; `MILKRUN_LOG` sets the detail.
pub fn start(format: Format) {
    let filter = tracing_subscriber::EnvFilter::try_from_env("MILKRUN_LOG").unwrap_or_else(|_| "info".into());
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    match format {
        Format::Text => builder.with_ansi(std::io::stderr().is_terminal()).init(),
        // The request's id stands in `span` of every line that a request has caused.
        Format::Json => builder.json().flatten_event(true).with_span_list(false).init(),
    }
}

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
    let span = tracing::info_span!("request", request = id);
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
