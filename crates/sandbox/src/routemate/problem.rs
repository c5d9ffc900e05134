//! Refusals as `application/problem+json` (RFC 9457), and OAuth's own shape where OAuth rules.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use milkrun_wire::routemate::FieldError;
use serde_json::json;

/// Why a call is refused.
#[derive(Debug)]
pub(crate) enum Problem {
    /// The body is not JSON, or a parameter is missing.
    BadRequest(String),
    /// The bearer token is missing, unknown, expired or used up.
    Token(&'static str),
    /// There is no such thing.
    NotFound(String),
    /// It contradicts something that is there or under way.
    Conflict(String),
    /// The body is JSON and makes no sense.
    Unprocessable(String, Vec<FieldError>),
    /// Too many calls; seconds until the next may come.
    RateLimited(u64),
    /// The token call's credentials are wrong.
    InvalidClient,
    /// The token call lacks a field.
    InvalidTokenRequest(&'static str),
}

impl Problem {
    /// A refusal for one field.
    pub(crate) fn field(pointer: &str, code: &str, detail: &str) -> FieldError {
        FieldError {
            pointer: pointer.to_owned(),
            code: code.to_owned(),
            detail: detail.to_owned(),
            ..FieldError::default()
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        match self {
            Self::BadRequest(detail) => {
                problem(StatusCode::BAD_REQUEST, "bad-request", "Bad request", &detail, &[])
            }
            Self::NotFound(detail) => problem(StatusCode::NOT_FOUND, "not-found", "Not found", &detail, &[]),
            Self::Conflict(detail) => problem(StatusCode::CONFLICT, "conflict", "Conflict", &detail, &[]),
            Self::Unprocessable(detail, errors) => problem(
                StatusCode::UNPROCESSABLE_ENTITY,
                "validation",
                "The request makes no sense",
                &detail,
                &errors,
            ),
            Self::Token(detail) => {
                let mut response =
                    problem(StatusCode::UNAUTHORIZED, "invalid-token", "The token is not valid", detail, &[]);
                let challenge = HeaderValue::from_static(r#"Bearer error="invalid_token""#);
                response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
                response
            }
            Self::RateLimited(seconds) => {
                let detail = format!("wait {seconds} s before the next call");
                let mut response =
                    problem(StatusCode::TOO_MANY_REQUESTS, "rate-limited", "Too many requests", &detail, &[]);
                response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
                response
            }
            Self::InvalidClient => {
                oauth(StatusCode::UNAUTHORIZED, "invalid_client", "client_id and client_secret do not match")
            }
            Self::InvalidTokenRequest(detail) => oauth(StatusCode::BAD_REQUEST, "invalid_request", detail),
        }
    }
}

fn problem(status: StatusCode, kind: &str, title: &str, detail: &str, errors: &[FieldError]) -> Response {
    let mut body = json!({
        "type": format!("urn:routemate:problem:{kind}"),
        "title": title,
        "status": status.as_u16(),
        "detail": detail,
    });
    if !errors.is_empty() {
        body["errors"] = json!(errors);
    }
    let mut response = (status, Json(body)).into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    response
}

/// RFC 6749 section 5.2.
fn oauth(status: StatusCode, error: &str, description: &str) -> Response {
    let body = Json(json!({"error": error, "error_description": description}));
    (status, [(header::CACHE_CONTROL, "no-store")], body).into_response()
}

pub(crate) async fn no_such_endpoint() -> Problem {
    Problem::NotFound("there is no such endpoint".to_owned())
}

pub(crate) async fn wrong_method() -> Response {
    problem(
        StatusCode::METHOD_NOT_ALLOWED,
        "method-not-allowed",
        "Method not allowed",
        "the endpoint exists and takes another method",
        &[],
    )
}
