//! Upstreams that misbehave on demand, so that what depends on them can be tried against it.

use std::time::Duration;

use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};
use serde::{Deserialize, Serialize};

use crate::Sandbox;

/// How an upstream behaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Fault {
    /// As documented.
    #[default]
    Ok,
    /// Answers 503 with an empty body, as a gateway in front of a dead server does.
    Down,
    /// Answers as documented, late.
    Slow,
    /// Answers an HTML page with status 502.
    Html,
}

/// Which upstream behaves how. Not kept over a restart: a forgotten fault is a mystery the next day.
#[derive(Debug, Clone, Copy, Default, Serialize)]
pub(crate) struct Faults {
    pub(crate) routemate: Fault,
    pub(crate) tracking51: Fault,
}

pub(crate) async fn around_routemate(
    State(sandbox): State<Sandbox>,
    request: Request,
    next: Next,
) -> Response {
    let fault = sandbox.faults().routemate;
    apply(fault, &sandbox, request, next).await
}

pub(crate) async fn around_tracking51(
    State(sandbox): State<Sandbox>,
    request: Request,
    next: Next,
) -> Response {
    let fault = sandbox.faults().tracking51;
    apply(fault, &sandbox, request, next).await
}

async fn apply(fault: Fault, sandbox: &Sandbox, request: Request, next: Next) -> Response {
    match fault {
        Fault::Ok => {}
        Fault::Down => return StatusCode::SERVICE_UNAVAILABLE.into_response(),
        Fault::Slow => slow(sandbox).await,
        Fault::Html => return html_page(),
    }
    next.run(request).await
}

/// Waits as long as a slow answer takes.
pub(crate) async fn slow(sandbox: &Sandbox) {
    tokio::time::sleep(Duration::from_millis(sandbox.settings().slow_ms)).await;
}

/// The page of a gateway whose server is gone.
pub(crate) fn html_page() -> Response {
    let page = "<!doctype html><html><head><title>502 Bad Gateway</title></head><body>\
                <center><h1>502 Bad Gateway</h1></center><hr><center>sandbox</center></body></html>";
    (StatusCode::BAD_GATEWAY, [(header::SERVER, "sandbox")], Html(page)).into_response()
}
