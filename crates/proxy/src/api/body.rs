//! Reading JSON bodies, with refusals that say what is wrong.

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::{StatusCode, header};
use serde::de::DeserializeOwned;

use crate::problem::Failure;

/// A body of JSON.
pub(crate) struct Json<T>(pub(crate) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Json<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, state: &S) -> Result<Self, Failure> {
        let kind =
            request.headers().get(header::CONTENT_TYPE).and_then(|it| it.to_str().ok()).unwrap_or_default();
        // A form of a foreign page cannot send this type.
        if !kind.split(';').next().is_some_and(|it| it.trim().eq_ignore_ascii_case("application/json")) {
            return Err(Failure::new("not-json", 415, "The body must be JSON")
                .detail("send content-type: application/json"));
        }
        let bytes = Bytes::from_request(request, state).await.map_err(|it| {
            if it.status() == StatusCode::PAYLOAD_TOO_LARGE {
                Failure::new("too-large", 413, "The request is too large").detail("send fewer items at once")
            } else {
                Failure::new("broken-body", 400, "The request's body could not be read")
            }
        })?;
        serde_json::from_slice(&bytes).map(Self).map_err(|it| {
            Failure::new("invalid-request", 422, "The request cannot be used").detail(it.to_string())
        })
    }
}
