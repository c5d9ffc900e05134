//! What an error reply says, in whichever of the usual shapes it says it.
//!
//! RouteMate documents no error body, so every shape in common use is read: `application/problem+json`
//! (RFC 9457), OAuth's (RFC 6749 section 5.2), the two `error` habits of web frameworks, and plain text.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// Longest text taken from a body that is not JSON.
const PLAIN_TEXT_LIMIT: usize = 300;

/// An error reply, reduced to what a person or a program can act on.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ErrorBody {
    /// Machine-readable word, such as `invalid_client`, when the body names one.
    pub code: Option<String>,
    /// What went wrong, for people; never empty.
    pub message: String,
    /// The fields at fault, when the body lists them.
    pub errors: Vec<FieldError>,
}

/// One field at fault.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct FieldError {
    /// JSON pointer into the request, such as `/stops/3/address`, however the reply has written the place.
    pub pointer: String,
    /// Our id of the stop, when the reply names that.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub external_stop_id: Option<String>,
    /// Machine-readable word, such as `required`.
    pub code: String,
    /// What is wrong with it, for people.
    pub detail: String,
}

impl ErrorBody {
    /// Reads the body of a reply whose status says that it failed. Never fails: a body that says nothing
    /// gives a message that says so.
    pub fn read(status: u16, body: &[u8]) -> Self {
        match serde_json::from_slice(body) {
            Ok(Value::Object(it)) => Self::of_object(status, &it),
            Ok(Value::String(message)) if !message.trim().is_empty() => Self { message, ..Self::default() },
            _ => Self { message: plain(status, body), ..Self::default() },
        }
    }

    fn of_object(status: u16, body: &Map<String, Value>) -> Self {
        let inner = body.get("error").and_then(Value::as_object);
        let errors = field_errors(body).or_else(|| field_errors(inner?)).unwrap_or_default();
        let (code, message) = match body.get("error") {
            Some(Value::Object(inner)) => (word(inner, "code"), word(inner, "message")),
            Some(Value::String(it)) => {
                match word(body, "error_description").or_else(|| word(body, "message")) {
                    Some(description) => (Some(it.clone()), Some(description)),
                    None => (word(body, "code"), Some(it.clone())),
                }
            }
            _ => {
                let code = word(body, "code").or_else(|| word(body, "type").filter(|it| it != "about:blank"));
                let title =
                    word(body, "title").or_else(|| word(body, "message")).or_else(|| word(body, "msg"));
                (code, word(body, "detail").or(title))
            }
        };
        let message = message.filter(|it| !it.trim().is_empty());
        let first = || errors.first().map(|it| it.detail.clone()).filter(|it| !it.is_empty());
        Self { code, message: message.or_else(first).unwrap_or_else(|| silent(status)), errors }
    }
}

fn word(body: &Map<String, Value>, key: &str) -> Option<String> {
    match body.get(key)? {
        Value::String(it) => Some(it.clone()),
        Value::Number(it) => Some(it.to_string()),
        _ => None,
    }
}

/// The fields at fault: a list under one of the usual names, or a map from places to what is wrong there.
fn field_errors(body: &Map<String, Value>) -> Option<Vec<FieldError>> {
    ["errors", "details", "issues", "detail"].into_iter().find_map(|key| match body.get(key)? {
        Value::Array(list) => Some(list.iter().map(field_error).collect()),
        Value::Object(places) => {
            let one = |(place, what): (&String, &Value)| FieldError {
                pointer: pointer(place.split(['/', '.', '[', ']'])),
                detail: told(what),
                ..FieldError::default()
            };
            Some(places.iter().map(one).collect())
        }
        _ => None,
    })
}

fn field_error(it: &Value) -> FieldError {
    let Value::Object(it) = it else { return FieldError { detail: told(it), ..FieldError::default() } };
    let first = |keys: &[&str]| keys.iter().find_map(|key| word(it, key));
    let source = it.get("source").and_then(Value::as_object).and_then(|it| it.get("pointer"));
    let places = ["pointer", "field", "path", "loc", "param"].into_iter().filter_map(|key| it.get(key));
    let pointer = source.into_iter().chain(places).find_map(|it| match it {
        Value::String(it) => Some(pointer(it.split(['/', '.', '[', ']']))),
        Value::Array(parts) => {
            let parts: Vec<String> = parts.iter().map(told).collect();
            Some(pointer(parts.iter().map(String::as_str)))
        }
        _ => None,
    });
    FieldError {
        pointer: pointer.unwrap_or_default(),
        external_stop_id: first(&["external_stop_id", "stop_id"]),
        code: first(&["code", "type"]).unwrap_or_default(),
        detail: first(&["detail", "message", "msg"]).unwrap_or_default(),
    }
}

/// A place as a JSON pointer. Frameworks that name the body itself begin with a word for it.
fn pointer<'a>(parts: impl Iterator<Item = &'a str>) -> String {
    parts.filter(|it| !matches!(*it, "" | "#" | "$" | "body")).map(|it| format!("/{it}")).collect()
}

/// What a value says, without the marks of JSON around it.
fn told(it: &Value) -> String {
    match it {
        Value::String(it) => it.clone(),
        Value::Array(all) => all.iter().map(told).collect::<Vec<_>>().join("; "),
        it => it.to_string(),
    }
}

/// Markup is left out: it comes from a gateway in between and says nothing a person could use.
fn plain(status: u16, body: &[u8]) -> String {
    let text = String::from_utf8_lossy(body);
    let text = text.trim();
    if text.starts_with('<') {
        return format!("the server answered an HTML page with status {status}");
    }
    if text.is_empty() || text == "null" {
        silent(status)
    } else {
        text.chars().take(PLAIN_TEXT_LIMIT).collect()
    }
}

fn silent(status: u16) -> String {
    format!("the server answered with status {status} and gave no reason")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(body: &str, code: Option<&str>, message: &str) {
        let it = ErrorBody::read(422, body.as_bytes());
        assert_eq!((it.code.as_deref(), it.message.as_str()), (code, message), "{body}");
    }

    #[test]
    fn every_known_shape_is_read() {
        check(r#"{"type":"about:blank","title":"T","status":422,"detail":"D"}"#, None, "D");
        check(r#"{"type":"urn:x","title":"T","status":422}"#, Some("urn:x"), "T");
        check(r#"{"error":"text"}"#, None, "text");
        check(r#"{"error":"text","code":"c"}"#, Some("c"), "text");
        check(r#"{"error":"invalid_client","error_description":"D"}"#, Some("invalid_client"), "D");
        check(r#"{"error":{"code":"c","message":"m"}}"#, Some("c"), "m");
        check(r#"{"error":{"code":7}}"#, Some("7"), "the server answered with status 422 and gave no reason");
        check(r#"{"message":"m"}"#, None, "m");
        check(
            r#"{"code":401,"message":"Missing authorization header"}"#,
            Some("401"),
            "Missing authorization header",
        );
        check(r#""just text""#, None, "just text");
        check("upstream connect error", None, "upstream connect error");
        check("", None, "the server answered with status 422 and gave no reason");
        check("[]", None, "[]");
        check(
            "<html><body>Bad gateway</body></html>",
            None,
            "the server answered an HTML page with status 422",
        );
        check(r#"{"message":null}"#, None, "the server answered with status 422 and gave no reason");
    }

    #[test]
    fn fields_at_fault_are_listed() {
        let body =
            br#"{"title":"T","errors":[{"pointer":"/stops/0/address","code":"required","detail":"d"},"x"]}"#;
        let it = ErrorBody::read(422, body);
        assert_eq!(it.errors[0].pointer, "/stops/0/address");
        assert_eq!(it.errors[1].detail, "x");
    }

    #[test]
    fn a_place_is_understood_however_it_is_written() {
        for (body, pointer, detail) in [
            (r##"{"errors":[{"pointer":"#/stops/3/address","detail":"d"}]}"##, "/stops/3/address", "d"),
            (r#"{"errors":[{"field":"stops[3].address","message":"m"}]}"#, "/stops/3/address", "m"),
            (r#"{"errors":[{"source":{"pointer":"/stops/3"},"detail":"d"}]}"#, "/stops/3", "d"),
            (
                r#"{"error":"x","details":[{"path":["stops",3,"address"],"message":"m"}]}"#,
                "/stops/3/address",
                "m",
            ),
            (r#"{"detail":[{"loc":["body","stops",3],"msg":"m","type":"missing"}]}"#, "/stops/3", "m"),
            (r#"{"error":{"code":"c","issues":[{"path":"stops.3","message":"m"}]}}"#, "/stops/3", "m"),
            (
                r#"{"errors":{"stops.3.address":["is empty","is odd"]}}"#,
                "/stops/3/address",
                "is empty; is odd",
            ),
        ] {
            let it = ErrorBody::read(422, body.as_bytes());
            let found: Vec<_> =
                it.errors.iter().map(|it| (it.pointer.as_str(), it.detail.as_str())).collect();
            assert_eq!(found, [(pointer, detail)], "{body}");
        }
        let it = ErrorBody::read(422, br#"{"errors":[{"external_stop_id":"S-3","message":"m"}]}"#);
        assert_eq!((it.errors[0].external_stop_id.as_deref(), it.message.as_str()), (Some("S-3"), "m"));
    }

    #[test]
    fn long_text_is_cut() {
        assert_eq!(
            ErrorBody::read(500, "é".repeat(5000).as_bytes()).message.chars().count(),
            PLAIN_TEXT_LIMIT
        );
    }
}
