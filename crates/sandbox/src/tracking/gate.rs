//! What every call passes first: the key, and the rate.

use axum::extract::{MatchedPath, Request, State};
use axum::http::HeaderMap;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use milkrun_wire::tracking51::{API_KEY_HEADER, MetaCode};

use super::API_KEY;
use super::envelope::Refusal;
use super::v3;
use crate::Sandbox;
use crate::clock::wall_ms;
use crate::limits::Rate;

/// Lets a call of version 4 through, or refuses it in that version's envelope.
pub(crate) async fn version_4(
    State(sandbox): State<Sandbox>,
    path: MatchedPath,
    request: Request,
    next: Next,
) -> Response {
    match admit(&sandbox, request.headers(), path.as_str(), rate_v4(path.as_str())) {
        Ok(()) => next.run(request).await,
        Err(code) => Refusal::code(code).into_response(),
    }
}

/// Lets a call of version 3 through, or refuses it in that version's envelope.
pub(crate) async fn version_3(
    State(sandbox): State<Sandbox>,
    path: MatchedPath,
    request: Request,
    next: Next,
) -> Response {
    match admit(&sandbox, request.headers(), path.as_str(), per_second(1.0)) {
        Ok(()) => next.run(request).await,
        Err(code) => v3::Refusal::code(code.0).into_response(),
    }
}

fn admit(sandbox: &Sandbox, headers: &HeaderMap, endpoint: &str, rate: Rate) -> Result<(), MetaCode> {
    let key = headers.get(API_KEY_HEADER).and_then(|it| it.to_str().ok()).unwrap_or_default();
    if key.trim() != API_KEY {
        return Err(MetaCode::UNAUTHORIZED);
    }
    let mut limits = sandbox.limits();
    limits.count(endpoint);
    if !sandbox.settings().rate_limits {
        return Ok(());
    }
    limits.take(endpoint, rate, wall_ms()).map_err(|_seconds| MetaCode::RATE_LIMITED)
}

/// Calls a second on each endpoint, by the vendor's support pages; the batch endpoint is the way to register
/// many numbers.
fn rate_v4(endpoint: &str) -> Rate {
    if endpoint.ends_with("/trackings/create") { per_second(3.0) } else { per_second(10.0) }
}

fn per_second(calls: f64) -> Rate {
    Rate { burst: calls, per_second: calls }
}
