//! The envelope around every reply, and how to open it.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::MetaCode;
use crate::lenient;

/// `{"meta":{"code","message"},"data":…}`, and not one key more: the Java SDK refuses unknown ones here.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Envelope<T> {
    /// How the call went.
    pub meta: Meta,
    /// What it answered; null when it failed.
    pub data: Option<T>,
}

/// How a call went.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Meta {
    /// 200 when it went through.
    pub code: MetaCode,
    /// The same for people.
    #[serde(deserialize_with = "lenient::plain_text")]
    pub message: String,
}

impl<T> Envelope<T> {
    /// The reply to a call that went through, worded as the live service words it.
    pub fn ok(data: T) -> Self {
        let meta = Meta { code: MetaCode::OK, message: "Request response is successful".to_owned() };
        Self { meta, data: Some(data) }
    }

    /// The reply to a call that failed.
    pub fn refused(code: MetaCode, message: impl Into<String>) -> Self {
        Self { meta: Meta { code, message: message.into() }, data: None }
    }
}

/// Why an envelope holds no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// The vendor refused the call and said why.
    Vendor(Meta),
    /// The body is no envelope: an HTML page, a gateway's text, or a shape no document shows.
    Unreadable {
        /// What is wrong with the body, for people; never holds the body itself.
        reason: String,
    },
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Vendor(it) => {
                let words = it.code.meaning().unwrap_or("an undocumented code");
                write!(f, "51Tracking answered {}: {words}", it.code)?;
                if it.message.is_empty() { Ok(()) } else { write!(f, " ({})", it.message) }
            }
            Self::Unreadable { reason } => write!(f, "the reply of 51Tracking cannot be read: {reason}"),
        }
    }
}

impl std::error::Error for Refusal {}

/// Opens an envelope of version 4, or the flat `{"code","message","data"}` of version 3.
///
/// The HTTP status is left out on purpose: the vendor's SDKs ignore it, and the code says more. Data of a
/// failed call is not looked at, as its shape is undocumented.
pub fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, Refusal> {
    let unreadable = |reason: &str| Refusal::Unreadable { reason: reason.to_owned() };
    let value: Value = serde_json::from_slice(body).map_err(|it| {
        let markup = body.trim_ascii_start().starts_with(b"<");
        if markup { unreadable("it is an HTML page") } else { unreadable(&format!("it is not JSON ({it})")) }
    })?;
    let Value::Object(mut value) = value else { return Err(unreadable("it is not an object")) };
    let data = value.remove("data").unwrap_or_default();
    let meta = match value.remove("meta") {
        Some(it) => it,
        None if value.contains_key("code") => Value::Object(value),
        None => return Err(unreadable("it has neither meta nor code")),
    };
    let meta: Meta =
        serde_json::from_value(meta).map_err(|it| unreadable(&format!("its meta is odd ({it})")))?;
    if !meta.code.is_ok() {
        return Err(Refusal::Vendor(meta));
    }
    serde_json::from_value(data).map_err(|it| unreadable(&format!("its data is odd ({it})")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(body: &str, expected: Result<Vec<i32>, &str>) {
        let read = read::<Vec<i32>>(body.as_bytes()).map_err(|it| it.to_string());
        assert_eq!(read, expected.map_err(str::to_owned), "{body}");
    }

    #[test]
    fn envelopes_are_opened() {
        check(r#"{"meta":{"code":200,"message":"ok"},"data":[1]}"#, Ok(vec![1]));
        check(r#"{"meta":{"code":"200","message":null,"type":"Success"},"data":[]}"#, Ok(vec![]));
        check(r#"{"code":200,"message":"Success","data":[2]}"#, Ok(vec![2]));
        check(
            r#"{"meta":{"code":4101,"message":"exists"},"data":{"odd":1}}"#,
            Err("51Tracking answered 4101: the tracking number is registered already (exists)"),
        );
        check(
            r#"{"meta":{"code":401},"data":[]}"#,
            Err("51Tracking answered 401: the API key is wrong or lacks permission"),
        );
        check("<html>", Err("the reply of 51Tracking cannot be read: it is an HTML page"));
        check("[]", Err("the reply of 51Tracking cannot be read: it is not an object"));
        check("{}", Err("the reply of 51Tracking cannot be read: it has neither meta nor code"));
    }

    #[test]
    fn a_failed_call_writes_null_data() {
        let it = Envelope::<()>::refused(MetaCode::EXISTS, "m");
        assert_eq!(
            serde_json::to_string(&it).unwrap(),
            r#"{"meta":{"code":4101,"message":"m"},"data":null}"#
        );
    }
}
