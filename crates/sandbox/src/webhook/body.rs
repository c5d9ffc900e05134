//! A push as it goes over the wire, in each version's form and with its signature.
//!
//! The signed timestamp is the wall clock's and fresh for each attempt: a receiver compares it with its own
//! clock, which knows nothing of sandbox time.

use milkrun_wire::tracking51::Tracking;
use milkrun_wire::tracking51::webhook::{
    SIGNATURE_HEADER, TIMESTAMP_HEADER, V2Body, V2Meta, V2Verify, V3Body, V3Data, V3Verify, V4Body, Version,
    sign,
};

use crate::tracking::{ACCOUNT_EMAIL, API_KEY};

/// Headers and body of one attempt.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Signed {
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Vec<u8>,
}

/// Writes and signs a push. `timestamp` is unix seconds.
pub(crate) fn write(
    version: Version,
    tracking: Tracking,
    timestamp: i64,
) -> Result<Signed, serde_json::Error> {
    let text = timestamp.to_string();
    let message = || "Request response is successful".to_owned();
    let (headers, body) = match version {
        Version::V2 => {
            let body = V2Body {
                meta: V2Meta { code: 200, kind: "Success".to_owned(), message: message() },
                data: tracking.into(),
                verify_info: V2Verify { signature: sign(ACCOUNT_EMAIL, &text), time_str: text },
            };
            (Vec::new(), serde_json::to_vec(&body)?)
        }
        Version::V3 => {
            let signature = sign(ACCOUNT_EMAIL, &text);
            let verify = V3Verify { timestamp, signature, usertag: String::new() };
            let data = V3Data { tracking: tracking.into(), verify };
            (Vec::new(), serde_json::to_vec(&V3Body { code: 200, message: message(), data })?)
        }
        Version::V4 => {
            let signature = sign(API_KEY, &text);
            let body = serde_json::to_vec(&V4Body { code: 200, message: message(), data: tracking })?;
            (vec![(TIMESTAMP_HEADER, text), (SIGNATURE_HEADER, signature)], body)
        }
    };
    Ok(Signed { headers, body })
}

#[cfg(test)]
mod tests {
    use milkrun_wire::tracking51::webhook::read;

    use super::*;

    fn check(version: Version, key: &str) {
        let tracking = Tracking { tracking_number: "JJFI1".to_owned(), ..Tracking::default() };
        let signed = write(version, tracking, 1_700_000_000).unwrap();
        let header = |name| signed.headers.iter().find(|it| it.0 == name).map(|it| it.1.as_str());
        let headers = header(TIMESTAMP_HEADER).zip(header(SIGNATURE_HEADER));
        let push = read(version, headers, &signed.body).unwrap();
        let proof = push.proof.unwrap();
        assert!(proof.is_signed_by(key), "{version:?}");
        assert_eq!(proof.age_seconds(1_700_000_005), Some(5), "{version:?}");
        assert_eq!(push.tracking.tracking_number, "JJFI1", "{version:?}");
    }

    #[test]
    fn each_version_is_signed_with_its_key() {
        check(Version::V2, ACCOUNT_EMAIL);
        check(Version::V3, ACCOUNT_EMAIL);
        check(Version::V4, API_KEY);
    }
}
