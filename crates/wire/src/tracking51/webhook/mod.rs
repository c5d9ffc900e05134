//! What 51Tracking pushes when a parcel moves, in the three versions an account can choose from.
//!
//! The documents leave open where version 4 puts its signature and what wraps its data: headers are believed
//! first, then the body, and of the wrapper only `data` matters.

mod signature;
pub mod v2;

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Tracking, v3};
use crate::lenient;

pub use signature::{sign, verify};

/// The header that carries the signed timestamp in version 4.
pub const TIMESTAMP_HEADER: &str = "Timestamp";
/// The header that carries the signature in version 4.
pub const SIGNATURE_HEADER: &str = "Signature";

/// Which form an account's pushes have. It also says which key signs them, so a receiver takes it from its
/// configuration and never from the push: the e-mail address of versions 2 and 3 is the weaker key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Version {
    /// Signed with the account's e-mail address, in `verifyInfo`.
    V2,
    /// Signed with the account's e-mail address, in `data.verify`.
    V3,
    /// Signed with the API key, in headers.
    #[default]
    V4,
}

impl FromStr for Version {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        match word.to_ascii_lowercase().as_str() {
            "v2" => Ok(Self::V2),
            "v3" => Ok(Self::V3),
            "v4" => Ok(Self::V4),
            _ => Err(format!("{word:?} is no webhook version; use v2, v3 or v4")),
        }
    }
}

/// A signed timestamp. It proves who spoke and when, and nothing about what was said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proof {
    /// Unix seconds as decimal text.
    pub timestamp: String,
    /// Lowercase hexadecimal.
    pub signature: String,
}

impl Proof {
    /// Whether `key` signed it; see [`verify`].
    pub fn is_signed_by(&self, key: &str) -> bool {
        verify(key, &self.timestamp, &self.signature)
    }

    /// Seconds between `now` (unix seconds) and the timestamp, negative for one in the future, or `None` when
    /// the timestamp is no number.
    pub fn age_seconds(&self, now: i64) -> Option<i64> {
        now.checked_sub(self.timestamp.trim().parse().ok()?)
    }
}

/// A push, brought to the shape of version 4 whichever version it came in.
#[derive(Debug, Clone, PartialEq)]
pub struct Push {
    /// The parcel.
    pub tracking: Tracking,
    /// The signed timestamp, when there is one.
    pub proof: Option<Proof>,
}

/// Why a body is no push.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotAPush(String);

impl fmt::Display for NotAPush {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the body is no push of 51Tracking: {}", self.0)
    }
}

impl std::error::Error for NotAPush {}

/// Reads a push of the version the account is set to. `headers` are the values of [`TIMESTAMP_HEADER`] and
/// [`SIGNATURE_HEADER`] when the request had both.
///
/// Only version 4 looks at headers, and it falls back to `verify` and `verifyInfo` in the body.
pub fn read(version: Version, headers: Option<(&str, &str)>, body: &[u8]) -> Result<Push, NotAPush> {
    let mut value: Value =
        serde_json::from_slice(body).map_err(|it| NotAPush(format!("it is not JSON ({it})")))?;
    let in_body = ["/data/verify", "/verify", "/verifyInfo", "/data/verifyInfo"]
        .iter()
        .find_map(|place| proof_in(value.pointer(place)?));
    let from_headers = headers.filter(|_| version == Version::V4).map(|(timestamp, signature)| Proof {
        timestamp: timestamp.to_owned(),
        signature: signature.to_owned(),
    });
    let mut data = value.get_mut("data").map(Value::take).unwrap_or_default();
    let Some(fields) = data.as_object_mut() else { return Err(NotAPush("it has no data".to_owned())) };
    fields.remove("verify");
    fields.remove("verifyInfo");
    let odd = |it: serde_json::Error| NotAPush(format!("its data is odd ({it})"));
    let tracking: Tracking = match version {
        Version::V2 => serde_json::from_value::<v2::Tracking>(data).map_err(odd)?.into(),
        Version::V3 => serde_json::from_value::<v3::Tracking>(data).map_err(odd)?.into(),
        Version::V4 => serde_json::from_value(data).map_err(odd)?,
    };
    if tracking.tracking_number.is_empty() {
        return Err(NotAPush("its data names no tracking number".to_owned()));
    }
    Ok(Push { tracking, proof: from_headers.or(in_body) })
}

fn proof_in(place: &Value) -> Option<Proof> {
    #[derive(Deserialize)]
    struct Place {
        #[serde(alias = "timeStr", deserialize_with = "lenient::plain_text")]
        timestamp: String,
        #[serde(deserialize_with = "lenient::plain_text")]
        signature: String,
    }
    let Place { timestamp, signature } = Place::deserialize(place).ok()?;
    (!timestamp.is_empty() && !signature.is_empty()).then_some(Proof { timestamp, signature })
}

/// Body of a push in version 2.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct V2Body {
    /// How the query at the courier went.
    pub meta: V2Meta,
    /// The parcel.
    pub data: v2::Tracking,
    /// The signed timestamp.
    #[serde(rename = "verifyInfo")]
    pub verify_info: V2Verify,
}

/// `meta` of version 2, which has a `type` besides.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct V2Meta {
    /// 200.
    pub code: i64,
    /// `Success`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The same for people.
    pub message: String,
}

/// The signed timestamp of version 2.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct V2Verify {
    /// Unix seconds as text.
    #[serde(rename = "timeStr")]
    pub time_str: String,
    /// Lowercase hexadecimal.
    pub signature: String,
}

/// Body of a push in version 3.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct V3Body {
    /// 200.
    pub code: i64,
    /// The same for people.
    pub message: String,
    /// The parcel and the signed timestamp.
    pub data: V3Data,
}

/// A parcel of version 3 with the signed timestamp among its keys.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct V3Data {
    /// The parcel.
    #[serde(flatten)]
    pub tracking: v3::Tracking,
    /// The signed timestamp.
    pub verify: V3Verify,
}

/// The signed timestamp of version 3.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct V3Verify {
    /// Unix seconds; a number, while the signature is over its decimal text.
    pub timestamp: i64,
    /// Lowercase hexadecimal.
    pub signature: String,
    /// The account's own tag.
    pub usertag: String,
}

/// Body of a push in version 4; the signed timestamp is in the headers.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct V4Body {
    /// 200.
    pub code: i64,
    /// The same for people.
    pub message: String,
    /// The parcel.
    pub data: Tracking,
}

#[cfg(test)]
mod tests;
