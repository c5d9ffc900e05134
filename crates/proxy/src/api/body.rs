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
        if holds_null(&bytes) {
            return Err(Failure::unstorable());
        }
        serde_json::from_slice(&bytes).map(Self).map_err(|it| {
            Failure::new("invalid-request", 422, "The request cannot be used").detail(without_values(&it))
        })
    }
}

/// Whether a text in JSON holds U+0000, which is written `\u0000` there. Refused before anything is done, since one
/// part of what is done could be stored and another not.
fn holds_null(json: &[u8]) -> bool {
    let mut at = 0;
    while let Some(found) = json[at..].iter().position(|it| *it == b'\\') {
        at += found;
        if json[at..].starts_with(br"\u0000") {
            return true;
        }
        // The letter after it belongs to it, also when that is another backslash.
        at = (at + 2).min(json.len());
    }
    false
}

/// What is wrong with a body, without the words that stood in it: one of them may be a password.
fn without_values(it: &serde_json::Error) -> String {
    let text = it.to_string();
    // Such as "invalid type: string \"…\", expected a number at line 1 column 9"; what follows the last of these
    // words is serde's own.
    match text.rsplit_once(", expected ") {
        Some((found, expected)) => {
            let what = found.split([':', '`']).next().unwrap_or_default().trim();
            format!("{what}, expected {expected}")
        }
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only the errors are looked at")]
    struct Body {
        number: u8,
        word: Word,
    }

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "lowercase")]
    enum Word {
        One,
        Two,
    }

    #[test]
    fn null_is_found_and_not_mistaken() {
        for (json, expected) in [
            (r#"{"a":"x\u0000y"}"#, true),
            (r#"{"a":"\\\u0000"}"#, true),
            (r#"{"a":"\\u0000"}"#, false),
            (r#"{"a":"\u0001 0000"}"#, false),
            ("\\", false),
            ("", false),
        ] {
            assert_eq!(holds_null(json.as_bytes()), expected, "{json}");
        }
    }

    #[test]
    fn nothing_that_was_sent_comes_back() {
        for (body, expected) in [
            (r#"{"number":"hush"}"#, "invalid type, expected u8 at line 1 column 16"),
            (r#"{"number":"hush, expected x"}"#, "invalid type, expected u8 at line 1 column 28"),
            (r#"{"number":12345}"#, "invalid value, expected u8 at line 1 column 15"),
            (r#"{"hush":1}"#, "unknown field, expected `number` or `word` at line 1 column 7"),
            (r#"{"word":"hush"}"#, "unknown variant, expected `one` or `two` at line 1 column 14"),
            (r#"{"number":1}"#, "missing field `word` at line 1 column 12"),
        ] {
            assert_eq!(without_values(&serde_json::from_str::<Body>(body).unwrap_err()), expected);
        }
    }
}
