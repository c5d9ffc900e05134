//! Readers that forgive what the vendors' servers are known to send.
//!
//! Both vendors answer with nulls where their own models promise text, and services written in PHP write
//! `[]` for an empty object. A reply that cannot be read is a delivery nobody can see, so reading is lenient
//! here and writing stays exact.

use serde::Deserialize;
use serde::de::{DeserializeOwned, Deserializer};
use serde_json::Value;

/// Text that may arrive as a string, a number, a boolean or null; anything else counts as absent.
pub(crate) fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Ok(match Value::deserialize(deserializer)? {
        Value::String(it) => Some(it),
        Value::Number(it) => Some(it.to_string()),
        Value::Bool(it) => Some(it.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    })
}

/// Like [`text`], for fields whose absence is the empty string.
pub(crate) fn plain_text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    Ok(text(deserializer)?.unwrap_or_default())
}

/// A whole number that may arrive as text; null and anything unreadable count as zero.
pub(crate) fn whole<'de, D: Deserializer<'de>>(deserializer: D) -> Result<i64, D::Error> {
    Ok(whole_in(&Value::deserialize(deserializer)?).unwrap_or_default())
}

/// A count that may arrive as text; null, anything unreadable and anything below zero count as zero.
pub(crate) fn count<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
    Ok(whole_in(&Value::deserialize(deserializer)?).and_then(|it| u32::try_from(it).ok()).unwrap_or_default())
}

/// A measure that may arrive as text; null and anything unreadable count as absent.
pub(crate) fn measure<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<f64>, D::Error> {
    Ok(match Value::deserialize(deserializer)? {
        Value::Number(it) => it.as_f64(),
        Value::String(it) => it.trim().parse().ok().filter(|it: &f64| it.is_finite()),
        _ => None,
    })
}

/// A flag; null and anything that is not plainly true count as false.
pub(crate) fn flag<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    Ok(match Value::deserialize(deserializer)? {
        Value::Bool(it) => it,
        Value::Number(it) => it.as_f64().is_some_and(|it| it != 0.0),
        Value::String(it) => matches!(it.trim().to_ascii_lowercase().as_str(), "true" | "1" | "yes"),
        _ => false,
    })
}

/// A value with a default: null, a missing key and PHP's `[]` for an empty object all give that default.
pub(crate) fn or_default<'de, D: Deserializer<'de>, T: DeserializeOwned + Default>(
    deserializer: D,
) -> Result<T, D::Error> {
    let value = Value::deserialize(deserializer)?;
    let empty = value.is_null() || value.as_array().is_some_and(Vec::is_empty);
    if empty { Ok(T::default()) } else { serde_json::from_value(value).map_err(serde::de::Error::custom) }
}

fn whole_in(value: &Value) -> Option<i64> {
    match value {
        Value::Number(it) => it.as_i64().or_else(|| it.as_f64().map(|it| it as i64)),
        Value::String(it) => it.trim().parse().ok(),
        _ => None,
    }
}

/// Declares an enum of known words that keeps a word it does not know, compared without regard to case.
///
/// Neither vendor publishes a closed list of its statuses, so an unknown one is shown, not refused.
macro_rules! open_words {
    ($(#[$doc:meta])* $name:ident, default $default:ident { $($(#[$word_doc:meta])* $variant:ident = $word:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash)]
        pub enum $name {
            $($(#[$word_doc])* $variant,)+
            /// A word this version does not know, exactly as it arrived.
            Other(String),
        }

        impl $name {
            /// Every word the documents name, in the order a delivery usually meets them.
            pub const KNOWN: &'static [Self] = &[$(Self::$variant),+];

            /// Reads a word without regard to case or surrounding blanks.
            pub fn from_word(word: &str) -> Self {
                let word = word.trim();
                $(if word.eq_ignore_ascii_case($word) { return Self::$variant; })+
                Self::Other(word.to_owned())
            }

            /// The word as it is written on the wire.
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $word,)+
                    Self::Other(word) => word,
                }
            }
        }

        impl Default for $name {
            fn default() -> Self {
                Self::$default
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let word = crate::lenient::plain_text(deserializer)?;
                Ok(if word.trim().is_empty() { Self::default() } else { Self::from_word(&word) })
            }
        }
    };
}
pub(crate) use open_words;

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq, Default, Deserialize)]
    #[serde(default)]
    struct Sample {
        #[serde(deserialize_with = "text")]
        text: Option<String>,
        #[serde(deserialize_with = "plain_text")]
        plain: String,
        #[serde(deserialize_with = "whole")]
        whole: i64,
        #[serde(deserialize_with = "count")]
        count: u32,
        #[serde(deserialize_with = "measure")]
        measure: Option<f64>,
        #[serde(deserialize_with = "flag")]
        flag: bool,
        #[serde(deserialize_with = "or_default")]
        list: Vec<String>,
        #[serde(deserialize_with = "or_default")]
        map: std::collections::BTreeMap<String, String>,
    }

    fn check(json: &str, change: impl FnOnce(&mut Sample)) {
        let mut expected = Sample::default();
        change(&mut expected);
        assert_eq!(serde_json::from_str::<Sample>(json).unwrap(), expected, "{json}");
    }

    #[test]
    fn odd_values_are_read() {
        check("{}", |_| {});
        check(
            r#"{"text":null,"plain":null,"whole":null,"count":null,"measure":null,"flag":null,"list":null,"map":null}"#,
            |_| {},
        );
        check(r#"{"text":1.5}"#, |it| it.text = Some("1.5".to_owned()));
        check(r#"{"text":false}"#, |it| it.text = Some("false".to_owned()));
        check(r#"{"text":[]}"#, |_| {});
        check(r#"{"plain":12}"#, |it| it.plain = "12".to_owned());
        check(r#"{"whole":"7"}"#, |it| it.whole = 7);
        check(r#"{"whole":3.0}"#, |it| it.whole = 3);
        check(r#"{"count":-4}"#, |_| {});
        check(r#"{"count":"4"}"#, |it| it.count = 4);
        check(r#"{"measure":"60.17"}"#, |it| it.measure = Some(60.17));
        check(r#"{"measure":"NaN"}"#, |_| {});
        check(r#"{"flag":"1"}"#, |it| it.flag = true);
        check(r#"{"map":[]}"#, |_| {});
    }
}
