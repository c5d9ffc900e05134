//! Replies that are the same as last time are not sent again.

use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use sha2::{Digest as _, Sha256};

use crate::problem::Failure;

/// Larger replies go out as they are.
const LARGEST: usize = 16 * 1024 * 1024;

/// Middleware: tags replies of JSON by their content and answers 304 to whoever has them already.
pub(super) async fn conditional(request: Request, next: Next) -> Response {
    let reading = *request.method() == Method::GET;
    let known = request.headers().get(header::IF_NONE_MATCH).cloned();
    let response = next.run(request).await;
    let is_json = response.headers().get(header::CONTENT_TYPE).is_some_and(|it| it == "application/json");
    if !reading || response.status() != StatusCode::OK || !is_json {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let Ok(bytes) = to_bytes(body, LARGEST).await else {
        return Failure::internal(&"a reply is larger than any should be").into_response();
    };
    let tag = tag(&bytes);
    let same = known.as_ref().and_then(|it| it.to_str().ok()).is_some_and(|it| matches(it, &tag));
    if let Ok(it) = HeaderValue::from_str(&tag) {
        parts.headers.insert(header::ETAG, it);
    }
    // The browser keeps it for this person and asks every time whether it still holds.
    parts.headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    if same {
        parts.status = StatusCode::NOT_MODIFIED;
        parts.headers.remove(header::CONTENT_LENGTH);
        parts.headers.remove(header::CONTENT_TYPE);
        return Response::from_parts(parts, Body::empty());
    }
    Response::from_parts(parts, Body::from(bytes))
}

/// The tag of a reply's bytes.
pub(super) fn tag(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    let tag: String = digest.iter().take(16).map(|it| format!("{it:02x}")).collect();
    format!("\"{tag}\"")
}

pub(super) fn matches(known: &str, tag: &str) -> bool {
    known.split(',').map(str::trim).any(|it| it == "*" || it.trim_start_matches("W/") == tag)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_found_in_lists() {
        for (known, expected) in
            [("\"a\"", true), ("\"b\", W/\"a\"", true), ("*", true), ("\"b\"", false), ("", false)]
        {
            assert_eq!(matches(known, "\"a\""), expected, "{known}");
        }
    }
}
