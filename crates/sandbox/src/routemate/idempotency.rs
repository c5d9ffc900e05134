//! Repeating a call safely, after the IETF draft on the `Idempotency-Key` header.
//!
//! The same key with the same body gives the reply of the first call; with another body it is refused with
//! 422; while the first call still runs, with 409. Keys are kept for 24 hours of wall-clock time.

use axum::http::HeaderMap;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::problem::Problem;
use crate::store::World;

const KEPT_MS: i64 = 24 * 3600 * 1000;
const LONGEST_KEY: usize = 255;

/// A call that was made with a key.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Replay {
    /// The body it came with.
    body: Value,
    /// The reply to it, absent while it still runs.
    reply: Option<Value>,
    /// When it came, wall-clock milliseconds.
    at_ms: i64,
}

impl Replay {
    /// Whether the call has ended.
    pub(crate) fn is_done(&self) -> bool {
        self.reply.is_some()
    }
}

/// Takes the key of a call: from the header in either spelling, bare or quoted, else from the body, where it
/// is removed so that it takes no part in comparing bodies.
pub(crate) fn key(headers: &HeaderMap, body: &mut Value) -> Result<Option<String>, Problem> {
    let in_body = body.as_object_mut().and_then(|it| it.remove("idempotency_key"));
    let in_header = headers.get("idempotency-key").or_else(|| headers.get("x-idempotency-key"));
    let malformed =
        || Problem::BadRequest("the idempotency key must be text of 1 to 255 characters".to_owned());
    let key = match (in_header, in_body) {
        (Some(it), _) => it.to_str().ok().ok_or_else(malformed)?.trim().to_owned(),
        (None, Some(Value::String(it))) => it,
        (None, None | Some(Value::Null)) => return Ok(None),
        (None, Some(_)) => return Err(malformed()),
    };
    let bare = key.strip_prefix('"').and_then(|it| it.strip_suffix('"')).unwrap_or(&key);
    if bare.is_empty() || bare.len() > LONGEST_KEY { Err(malformed()) } else { Ok(Some(bare.to_owned())) }
}

/// Begins a call: gives the reply of an earlier one, refuses, or notes that this one runs now.
pub(crate) fn begin(
    world: &mut World,
    key: &str,
    body: &Value,
    wall_ms: i64,
) -> Result<Option<Value>, Problem> {
    world.replays.retain(|_, it| it.at_ms + KEPT_MS > wall_ms);
    match world.replays.get(key) {
        None => {
            world.replays.insert(key.to_owned(), Replay { body: body.clone(), reply: None, at_ms: wall_ms });
            Ok(None)
        }
        Some(it) if it.body != *body => {
            let detail = "the idempotency key was used with another body; use a new key for a new call";
            Err(Problem::Unprocessable(detail.to_owned(), Vec::new()))
        }
        Some(Replay { reply: Some(it), .. }) => Ok(Some(it.clone())),
        Some(_) => {
            let detail = "the first call with this idempotency key still runs; try again in a moment";
            Err(Problem::Conflict(detail.to_owned()))
        }
    }
}

/// Ends a call that went through, remembering its reply; one that did not is forgotten, as it did nothing.
pub(crate) fn end(world: &mut World, key: &str, reply: Option<&Value>) {
    match (reply, world.replays.get_mut(key)) {
        (Some(reply), Some(it)) => it.reply = Some(reply.clone()),
        _ => {
            world.replays.remove(key);
        }
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;
    use serde_json::json;

    use super::*;

    fn check(
        header: Option<(&'static str, &'static str)>,
        mut body: Value,
        expected: Result<Option<&str>, ()>,
    ) {
        let mut headers = HeaderMap::new();
        if let Some((name, value)) = header {
            headers.insert(name, HeaderValue::from_static(value));
        }
        let found = key(&headers, &mut body);
        match expected {
            Ok(expected) => assert_eq!(found.unwrap().as_deref(), expected),
            Err(()) => assert!(found.is_err(), "{header:?}"),
        }
        assert!(body.get("idempotency_key").is_none());
    }

    #[test]
    fn keys_are_found() {
        check(None, json!({}), Ok(None));
        check(Some(("idempotency-key", "a-1")), json!({}), Ok(Some("a-1")));
        check(Some(("idempotency-key", "\"a-1\"")), json!({}), Ok(Some("a-1")));
        check(Some(("x-idempotency-key", "a-1")), json!({"idempotency_key": "b"}), Ok(Some("a-1")));
        check(None, json!({"idempotency_key": "b"}), Ok(Some("b")));
        check(None, json!({"idempotency_key": 7}), Err(()));
        check(Some(("idempotency-key", "\"\"")), json!({}), Err(()));
        check(Some(("idempotency-key", "")), json!({}), Err(()));
    }
}
