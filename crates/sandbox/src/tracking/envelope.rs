//! Replies: the envelope of version 4, exactly, and refusals as handlers give them.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use milkrun_wire::tracking51::{Envelope, MetaCode};

use crate::faults;

/// What a handler of version 4 gives.
pub(crate) type Reply<T> = Result<Json<Envelope<T>>, Refusal>;

/// Why a call is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// With a code, as documented.
    Code(MetaCode, String),
    /// With a gateway's HTML page, as undocumented.
    Html,
}

impl Refusal {
    /// A refusal in the words of the code.
    pub(crate) fn code(code: MetaCode) -> Self {
        Self::Code(code, words(code))
    }

    /// A refusal that says more than the code does.
    pub(crate) fn because(code: MetaCode, why: &str) -> Self {
        Self::Code(code, format!("{}: {why}", words(code)))
    }
}

/// A code's meaning as the message of a reply.
pub(crate) fn words(code: MetaCode) -> String {
    let meaning = code.meaning().unwrap_or("undocumented code");
    let mut letters = meaning.chars();
    letters.next().map_or_else(String::new, |it| it.to_uppercase().chain(letters).collect())
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        match self {
            Self::Html => faults::html_page(),
            Self::Code(code, message) => {
                let status = StatusCode::from_u16(code.http_status()).unwrap_or(StatusCode::BAD_REQUEST);
                (status, Json(Envelope::<()>::refused(code, message))).into_response()
            }
        }
    }
}

pub(crate) fn ok<T>(data: T) -> Reply<T> {
    Ok(Json(Envelope::ok(data)))
}

pub(crate) async fn no_such_endpoint() -> Refusal {
    Refusal::code(MetaCode::NOT_FOUND)
}

pub(crate) async fn wrong_method() -> Refusal {
    Refusal::code(MetaCode::BAD_REQUEST)
}
