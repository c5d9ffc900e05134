//! Replies that accept some numbers and refuse others.

use serde::{Deserialize, Serialize};

use super::{MetaCode, Tracking};
use crate::lenient;

/// Data of `POST /trackings/batch`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct BatchReply {
    /// Registered now.
    #[serde(deserialize_with = "lenient::or_default")]
    pub success: Vec<BatchItem>,
    /// Refused, each with its reason.
    #[serde(deserialize_with = "lenient::or_default")]
    pub error: Vec<BatchItem>,
}

/// One number of a batch. The two error keys are camelCase on the wire, unlike every other key.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct BatchItem {
    /// 32 hexadecimal digits; absent when nothing was or is registered.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "lenient::text")]
    pub id: Option<String>,
    /// The number, as sent.
    #[serde(deserialize_with = "lenient::plain_text")]
    pub tracking_number: String,
    /// The courier, as sent.
    #[serde(deserialize_with = "lenient::plain_text")]
    pub courier_code: String,
    /// Why it was refused; some clients have met it as text.
    #[serde(rename = "errorCode", skip_serializing_if = "Option::is_none")]
    pub error_code: Option<MetaCode>,
    /// The same for people.
    #[serde(
        rename = "errorMessage",
        skip_serializing_if = "Option::is_none",
        deserialize_with = "lenient::text"
    )]
    pub error_message: Option<String>,
}

/// Data of `GET /trackings/get`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(from = "GetShape")]
pub struct GetReply {
    /// What was asked for and is registered.
    pub success: Vec<Tracking>,
    /// What was asked for and is not.
    pub rejected: Vec<Rejected>,
}

/// A number that is not registered. Its keys are camelCase on the wire, as in [`BatchItem`].
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Rejected {
    /// The number, as sent.
    #[serde(deserialize_with = "lenient::plain_text")]
    pub tracking_number: String,
    /// Why.
    #[serde(rename = "rejectedCode")]
    pub rejected_code: MetaCode,
    /// The same for people.
    #[serde(rename = "rejectedMessage", deserialize_with = "lenient::plain_text")]
    pub rejected_message: String,
}

/// The sister brand answers the same call with a bare array, so both are read.
#[derive(Deserialize)]
#[serde(untagged)]
enum GetShape {
    Bare(Vec<Tracking>),
    Sorted {
        #[serde(default, deserialize_with = "lenient::or_default")]
        success: Vec<Tracking>,
        #[serde(default, deserialize_with = "lenient::or_default")]
        rejected: Vec<Rejected>,
    },
    Nothing,
}

impl From<GetShape> for GetReply {
    fn from(shape: GetShape) -> Self {
        match shape {
            GetShape::Bare(success) => Self { success, rejected: Vec::new() },
            GetShape::Sorted { success, rejected } => Self { success, rejected },
            GetShape::Nothing => Self::default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_brands_answers_are_read() {
        let read = |json: &str| {
            let it: GetReply = serde_json::from_str(json).unwrap();
            (it.success.len(), it.rejected.len())
        };
        assert_eq!(
            read(r#"{"success":[{"id":"a"}],"rejected":[{"tracking_number":"N","rejectedCode":4102}]}"#),
            (1, 1)
        );
        assert_eq!(read(r#"{"success":[],"rejected":null}"#), (0, 0));
        assert_eq!(read(r#"[{"id":"a"},{"id":"b"}]"#), (2, 0));
        assert_eq!(read("null"), (0, 0));
    }

    #[test]
    fn error_keys_are_camel_case_and_may_be_text() {
        let it: BatchItem = serde_json::from_str(r#"{"errorCode":"4101","errorMessage":null}"#).unwrap();
        assert_eq!(it.error_code, Some(MetaCode::EXISTS));
        let item = BatchItem { error_code: Some(MetaCode::EXISTS), ..BatchItem::default() };
        assert_eq!(serde_json::to_value(item).unwrap()["errorCode"], 4101);
    }
}
