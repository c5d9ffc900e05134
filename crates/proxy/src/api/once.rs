//! Requests that create something are done once, however often they are sent: `Idempotency-Key` names the intent.
//!
//! Dispatches have a stricter form of it, because theirs must outlive the reply.
//!
//! Some replies hold what nobody is told twice, such as a new token. The database therefore knows a key only by its
//! digest, and a reply only sealed with the key itself: whoever sends it again opens it, whoever copied the database
//! does not.

use std::sync::Arc;

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State as Extract};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use milkrun_wire::api::IDEMPOTENCY_KEY;
use sha2::{Digest as _, Sha256};

use crate::access::SignedIn;
use crate::clock::now_ms;
use crate::problem::{Answer, Failure};
use crate::sealed::Sealer;
use crate::state::State;
use crate::store::idempotency::Known;

/// What replies are sealed as.
const REPLY: &str = "reply";
/// Largest request and reply that are kept.
const LARGEST: usize = 1024 * 1024;

/// Middleware: a request with a key that was answered before gets the same answer again.
pub(super) async fn under_its_key(
    Extract(state): Extract<Arc<State>>,
    request: Request,
    next: Next,
) -> Answer<Response> {
    let Some(key) = request.headers().get(IDEMPOTENCY_KEY) else { return Ok(next.run(request).await) };
    let key = key.to_str().unwrap_or_default().trim().trim_matches('"').to_owned();
    if !(8..=100).contains(&key.len()) {
        return Err(Failure::new("key-odd", 400, "The header Idempotency-Key cannot be used")
            .detail("name each intent by a fresh UUID, the same for every retry of it"));
    }
    let actor = request.extensions().get::<SignedIn>().map(|it| it.id.clone()).unwrap_or_default();
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, LARGEST).await.map_err(|_e| {
        Failure::new("too-large", 413, "The request is too large").detail("send fewer items at once")
    })?;
    let mut hash = Sha256::new();
    for part in [parts.method.as_str().as_bytes(), parts.uri.path().as_bytes(), &body] {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    let keys = state.store.idempotency();
    let (name, sealer) = (hex(&digest("name", &key)), Sealer::new(&digest("seal", &key)));
    match keys.begin(&actor, &name, &hash.finalize().into(), now_ms()).await? {
        Known::New => {}
        Known::Other => {
            return Err(Failure::new("key-reused", 422, "This idempotency key belongs to another request")
                .detail(
                    "use a new key for every new intent; keep it only when the same request is sent again",
                ));
        }
        Known::Running => {
            return Err(
                Failure::new("key-running", 409, "This request is still being worked on").retry_after(1)
            );
        }
        Known::Done { status, body } => {
            let body = bytes(&body).and_then(|it| sealer.open(REPLY, &it));
            let body = body.ok_or_else(|| Failure::internal(&"a kept reply cannot be opened"))?;
            return Ok(again(status, body));
        }
    }
    let response = next.run(Request::from_parts(parts, Body::from(body))).await;
    let (parts, body) = response.into_parts();
    let body: Bytes = to_bytes(body, LARGEST).await.map_err(|it| Failure::internal(&it))?;
    // A fault of ours or of somebody behind us may be gone at the next try.
    let worth_keeping = parts.status.as_u16() < 500 && parts.status != StatusCode::TOO_MANY_REQUESTS;
    let sealed = sealer.seal(REPLY, &String::from_utf8_lossy(&body)).map(|it| hex(&it));
    let kept = sealed.as_deref().filter(|_| worth_keeping);
    keys.end(&actor, &name, kept.map(|it| (parts.status.as_u16(), it))).await?;
    Ok(Response::from_parts(parts, Body::from(body)))
}

fn digest(what: &str, key: &str) -> [u8; 32] {
    Sha256::digest(format!("{what} of the idempotency key {key}")).into()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|it| format!("{it:02x}")).collect()
}

fn bytes(hex: &str) -> Option<Vec<u8>> {
    let pairs = hex.as_bytes().chunks(2).map(|it| std::str::from_utf8(it).ok());
    pairs.map(|it| u8::from_str_radix(it?, 16).ok()).collect()
}

fn again(status: u16, body: String) -> Response {
    let kind = if status < 400 { "application/json" } else { "application/problem+json" };
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::OK);
    let mut response = (status, body).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert("idempotency-replayed", HeaderValue::from_static("true"));
    response
}
