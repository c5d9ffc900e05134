//! Every failure leaves the proxy as problem details (RFC 9457), and never with more than a person may know.

use std::fmt;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use milkrun_wire::api::problem::Problem;

use crate::store::StoreError;

/// What a handler returns when it cannot do what was asked.
#[derive(Clone, Debug)]
pub struct Failure {
    problem: Problem,
    retry_after_s: Option<u64>,
}

/// Result of a handler.
pub type Answer<T> = Result<T, Failure>;

impl Failure {
    /// A failure with a stable word, a status and a title.
    #[must_use]
    pub fn new(kind: &str, status: u16, title: &str) -> Self {
        Problem::new(kind, status, title).into()
    }

    /// The same with what exactly went wrong and how to mend it.
    #[must_use]
    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.problem = self.problem.detail(detail);
        self
    }

    /// The same with one part of the request named.
    #[must_use]
    pub fn at(mut self, pointer: impl Into<String>, detail: impl Into<String>) -> Self {
        self.problem = self.problem.at(pointer, detail);
        self
    }

    /// The same with a word on when to ask again, seconds.
    #[must_use]
    pub fn retry_after(mut self, seconds: u64) -> Self {
        self.retry_after_s = Some(seconds.max(1));
        self
    }

    /// Nothing lives at this address.
    #[must_use]
    pub fn not_found(detail: impl Into<String>) -> Self {
        Self::new("not-found", 404, "Nothing here").detail(detail)
    }

    /// The address is right and the method is not.
    #[must_use]
    pub fn wrong_method() -> Self {
        Self::new("method-not-allowed", 405, "This address does not take this method")
    }

    /// The request holds something unusable.
    #[must_use]
    pub fn invalid(pointer: &str, detail: impl Into<String>) -> Self {
        let detail = detail.into();
        Self::new("invalid-request", 422, "The request cannot be used")
            .detail(detail.clone())
            .at(pointer, detail)
    }

    /// A text holds U+0000, which not every database can keep.
    #[must_use]
    pub fn unstorable() -> Self {
        Self::new("invalid-request", 422, "The request cannot be used")
            .detail("a text holds the character U+0000, which cannot be stored; leave it out")
    }

    /// A fault of ours: the log knows what, the reply only that it happened.
    #[must_use]
    pub fn internal(cause: &dyn fmt::Display) -> Self {
        tracing::error!(%cause, "a request failed inside the proxy");
        Self::new("internal", 500, "Something went wrong inside Milkrun")
            .detail("nothing was lost; try again, and if it stays, look at the proxy's log")
    }

    /// After how many seconds to ask again, if that was said.
    #[must_use]
    pub fn wait_s(&self) -> Option<u64> {
        self.retry_after_s
    }

    /// The problem as it will be sent.
    #[must_use]
    pub fn problem(&self) -> &Problem {
        &self.problem
    }
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        Self { problem, retry_after_s: None }
    }
}

impl From<StoreError> for Failure {
    fn from(it: StoreError) -> Self {
        if it.is_unstorable_text() {
            return Self::unstorable();
        }
        Self::internal(&it)
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = (status, axum::Json(self.problem)).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Some(it) = self.retry_after_s {
            headers.insert(header::RETRY_AFTER, it.into());
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_internal_fault_tells_nothing_of_its_cause() {
        let it = Failure::internal(&"no such table: sessions");
        assert!(!serde_json::to_string(it.problem()).unwrap().contains("sessions"));
    }

    #[test]
    fn a_failure_is_sent_as_a_problem() {
        let response = Failure::new("busy", 429, "Busy").retry_after(0).into_response();
        assert_eq!(response.status(), 429);
        assert_eq!(response.headers()["content-type"], "application/problem+json");
        assert_eq!(response.headers()["retry-after"], "1");
    }
}
