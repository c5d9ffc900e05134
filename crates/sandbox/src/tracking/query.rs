//! Reading what clients send, as leniently as their SDKs need.

use std::collections::HashMap;

use axum::body::Bytes;
use milkrun_wire::tracking51::MetaCode;
use percent_encoding::percent_decode_str;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::envelope::Refusal;

/// Splits a query string by hand: the Python and Java SDKs send values unencoded, and a strict decoder would
/// refuse what those hold. Blank values count as absent.
pub(crate) fn parse(query: &str) -> HashMap<String, String> {
    let decode = |it: &str| percent_decode_str(&it.replace('+', " ")).decode_utf8_lossy().trim().to_owned();
    query
        .split('&')
        .filter_map(|it| it.split_once('='))
        .map(|(key, value)| (decode(key), decode(value)))
        .filter(|(_, value)| !value.is_empty())
        .collect()
}

/// A moment in a filter, as unix seconds: RFC 3339 whose `+` may have become a blank on the way.
pub(crate) fn moment(text: &str) -> Option<i64> {
    let whole = match text.rsplit_once(' ') {
        Some((date, offset)) if date.contains('T') => format!("{date}+{offset}"),
        _ => text.to_owned(),
    };
    whole.parse::<jiff::Timestamp>().ok().map(jiff::Timestamp::as_second)
}

/// Reads a JSON body, leaving out the blank values that the Go SDK sends for whatever it does not set.
pub(crate) fn body<T: DeserializeOwned>(body: &Bytes) -> Result<T, Refusal> {
    let not_json = |_| Refusal::because(MetaCode::BAD_REQUEST, "the body is not JSON");
    let mut value: Value = serde_json::from_slice(body).map_err(not_json)?;
    drop_blanks(&mut value);
    serde_json::from_value(value).map_err(|it| Refusal::because(MetaCode::PARAMETER_INVALID, &it.to_string()))
}

fn drop_blanks(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            let is_blank = |it: &Value| it.is_null() || it.as_str().is_some_and(|it| it.trim().is_empty());
            fields.retain(|_, it| !is_blank(it));
        }
        Value::Array(items) => items.iter_mut().for_each(drop_blanks),
        _ => {}
    }
}

/// Whether a text can be a tracking number.
pub(crate) fn is_number(text: &str) -> bool {
    let allowed = |it: u8| it.is_ascii_alphanumeric() || matches!(it, b'-' | b'_');
    (4..=50).contains(&text.len()) && text.bytes().all(allowed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queries_of_any_sdk_are_read() {
        let check = |query: &str, key: &str, value: Option<&str>| {
            assert_eq!(parse(query).get(key).map(String::as_str), value, "{query}");
        };
        check("a=1&b=2", "b", Some("2"));
        check("a=&b", "a", None);
        check("tracking_numbers=A%2CB", "tracking_numbers", Some("A,B"));
        check("t=2023-08-23T14:00:00+00:00", "t", Some("2023-08-23T14:00:00 00:00"));
        check("a=%zz", "a", Some("%zz"));
        check("", "a", None);
    }

    #[test]
    fn moments_are_read_with_a_lost_plus() {
        let check = |text: &str, seconds| assert_eq!(moment(text), seconds, "{text}");
        check("2023-10-25T07:02:52+00:00", Some(1_698_217_372));
        check("2023-10-25T07:02:52 00:00", Some(1_698_217_372));
        check("2023-10-25T07:02:52Z", Some(1_698_217_372));
        check("2023-10-25T10:02:52+03:00", Some(1_698_217_372));
        check("yesterday", None);
        check("2023-10-25", None);
    }

    proptest::proptest! {
        /// A query that a strict client encodes comes out as it went in, and no query at all is a crash.
        #[test]
        fn encoded_values_survive(value in "[ -~äö]{1,20}", noise in "\\PC{0,40}") {
            parse(&noise);
            let encoded = percent_encoding::utf8_percent_encode(&value, percent_encoding::NON_ALPHANUMERIC);
            let read = parse(&format!("a={encoded}")).remove("a");
            proptest::prop_assert_eq!(read.unwrap_or_default(), value.trim());
        }
    }

    #[test]
    fn blanks_are_absent() {
        let read = |text: &str| body::<Value>(&Bytes::from(text.to_owned())).map(|it| it.to_string());
        assert_eq!(read(r#"[{"a":"","b":" ","c":null,"d":"x"}]"#), Ok(r#"[{"d":"x"}]"#.to_owned()));
        assert!(matches!(read(""), Err(Refusal::Code(MetaCode::BAD_REQUEST, _))));
    }

    #[test]
    fn numbers_are_told_from_other_text() {
        assert!(is_number("MR-DELIVERED-7") && is_number("JJFI123"));
        assert!(
            !is_number("abc")
                && !is_number("a b c d")
                && !is_number("ääkkönen")
                && !is_number(&"1".repeat(51))
        );
    }
}
