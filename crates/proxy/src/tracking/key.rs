//! Whether an API key opens 51Tracking, found out by a call that costs nothing.

use milkrun_wire::tracking51::MetaCode;
use milkrun_wire::tracking51::webhook::Version;

use super::client::Tracking51;
use super::error::TrackingError;

/// Codes by which versions 2 and 3 refuse a key.
const KEY_INVALID_V2: MetaCode = MetaCode(4001);
const KEY_DELETED_V2: MetaCode = MetaCode(4002);

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum KeyCheck {
    /// It opens; so many carriers were named.
    Opens(usize),
    /// It is unknown, or may do nothing.
    WrongKey,
    /// It opens another version than the one that was asked for.
    OtherVersion(Version),
    /// There was no answer that would tell; why not.
    NoAnswer(String),
}

/// Asks for the list of carriers.
pub(crate) async fn check_key(client: &Tracking51) -> KeyCheck {
    match client.couriers().await {
        Ok(it) => KeyCheck::Opens(it.len()),
        Err(TrackingError::Refused {
            code: MetaCode::UNAUTHORIZED | MetaCode::FORBIDDEN | KEY_INVALID_V2 | KEY_DELETED_V2,
            ..
        }) => KeyCheck::WrongKey,
        Err(it) => KeyCheck::NoAnswer(it.to_string()),
    }
}
