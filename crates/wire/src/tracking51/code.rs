//! The number in every envelope that says how a call went.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::lenient;

/// `meta.code` of version 4, as tabled in the READMEs of the vendor's SDKs; any number is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct MetaCode(#[serde(deserialize_with = "lenient::whole")] pub i64);

impl MetaCode {
    /// The call went through.
    pub const OK: Self = Self(200);
    /// Wrong type of request.
    pub const BAD_REQUEST: Self = Self(400);
    /// The key is wrong or lacks permission.
    pub const UNAUTHORIZED: Self = Self(401);
    /// Forbidden.
    pub const FORBIDDEN: Self = Self(403);
    /// No such page.
    pub const NOT_FOUND: Self = Self(404);
    /// Too many calls; the vendor asks for a pause of two minutes.
    pub const RATE_LIMITED: Self = Self(429);
    /// The vendor's server failed.
    pub const SERVER_ERROR: Self = Self(511);
    /// The tracking number is registered already.
    pub const EXISTS: Self = Self(4101);
    /// The tracking number is not registered.
    pub const UNKNOWN_NUMBER: Self = Self(4102);
    /// More than 40 numbers in one call.
    pub const TOO_MANY: Self = Self(4103);
    /// The tracking number is malformed.
    pub const NUMBER_INVALID: Self = Self(4110);
    /// The tracking number is missing.
    pub const NUMBER_REQUIRED: Self = Self(4111);
    /// The id is malformed or unknown.
    pub const ID_INVALID: Self = Self(4112);
    /// Only an expired parcel can be tracked anew.
    pub const RETRACK_NOT_ALLOWED: Self = Self(4113);
    /// The courier code is unknown.
    pub const COURIER_INVALID: Self = Self(4120);
    /// The courier cannot be told from the number.
    pub const COURIER_NOT_DETECTED: Self = Self(4121);
    /// A field that this courier needs is missing.
    pub const COURIER_FIELD: Self = Self(4122);
    /// A parameter is malformed.
    pub const PARAMETER_INVALID: Self = Self(4130);
    /// The air waybill number is missing or malformed.
    pub const AWB_NUMBER_INVALID: Self = Self(4160);
    /// The airline is not supported.
    pub const AIRLINE_UNSUPPORTED: Self = Self(4161);
    /// The account's quota is used up.
    pub const QUOTA_USED_UP: Self = Self(4190);

    /// Whether the call went through.
    pub fn is_ok(self) -> bool {
        self == Self::OK
    }

    /// Whether the same call may succeed later without being changed.
    pub fn is_retryable(self) -> bool {
        matches!(self.0, 429 | 500..=599)
    }

    /// The HTTP status that the vendor pairs with this code.
    pub fn http_status(self) -> u16 {
        match self.0 {
            it @ (200 | 401 | 403 | 404 | 429) => it as u16,
            500..=599 => 500,
            _ => 400,
        }
    }

    /// What the code means, in plain words, or `None` for a number no document names.
    pub fn meaning(self) -> Option<&'static str> {
        Some(match self.0 {
            200 => "the call went through",
            400 => "the request is of the wrong type",
            401 => "the API key is wrong or lacks permission",
            403 => "the account may not do this",
            404 => "there is no such endpoint",
            429 => "too many calls; wait two minutes",
            511..=513 => "the server of 51Tracking failed",
            4101 => "the tracking number is registered already",
            4102 => "the tracking number is not registered",
            4103 => "more than 40 tracking numbers in one call",
            4110 => "the tracking number is malformed",
            4111 => "the tracking number is missing",
            4112 => "the id is malformed or unknown",
            4113 => "only an expired parcel can be tracked anew",
            4120 => "the courier code is unknown",
            4121 => "the courier cannot be told from the tracking number",
            4122 => "a field that this courier needs is missing or malformed",
            4130 => "a parameter is malformed",
            4160 => "the air waybill number is missing or malformed",
            4161 => "the airline is not supported",
            4162 | 4168 => "more than 20 air waybills in one call",
            4163 => "the air waybill could not be deleted",
            4164 => "the air waybill could not be registered",
            4165 | 4166 => "the air waybill is not registered",
            4167 => "the air waybill is registered already",
            4190 => "the quota of the account is used up",
            _ => return None,
        })
    }
}

impl fmt::Display for MetaCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(code: i64, status: u16, retryable: bool) {
        let it = MetaCode(code);
        assert_eq!(
            (it.http_status(), it.is_retryable(), it.meaning().is_some()),
            (status, retryable, true),
            "{code}"
        );
    }

    #[test]
    fn codes_pair_with_their_http_status() {
        check(200, 200, false);
        check(400, 400, false);
        check(401, 401, false);
        check(404, 404, false);
        check(429, 429, true);
        check(511, 500, true);
        check(4101, 400, false);
        check(4190, 400, false);
        assert_eq!(MetaCode(999).meaning(), None);
    }
}
