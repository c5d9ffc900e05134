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
    /// JSON pointer into the request, such as `/stops/3/address`.
    pub pointer: String,
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
        let errors =
            body.get("errors").and_then(Value::as_array).map(|it| field_errors(it)).unwrap_or_default();
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
        Self { code, message: message.unwrap_or_else(|| silent(status)), errors }
    }
}

fn word(body: &Map<String, Value>, key: &str) -> Option<String> {
    match body.get(key)? {
        Value::String(it) => Some(it.clone()),
        Value::Number(it) => Some(it.to_string()),
        _ => None,
    }
}

fn field_errors(list: &[Value]) -> Vec<FieldError> {
    let one = |it: &Value| match it {
        Value::Object(it) => FieldError {
            pointer: word(it, "pointer").or_else(|| word(it, "field")).unwrap_or_default(),
            code: word(it, "code").unwrap_or_default(),
            detail: word(it, "detail").or_else(|| word(it, "message")).unwrap_or_default(),
        },
        Value::String(it) => FieldError { detail: it.clone(), ..FieldError::default() },
        it => FieldError { detail: it.to_string(), ..FieldError::default() },
    };
    list.iter().map(one).collect()
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
    fn long_text_is_cut() {
        assert_eq!(
            ErrorBody::read(500, "é".repeat(5000).as_bytes()).message.chars().count(),
            PLAIN_TEXT_LIMIT
        );
    }
}
