//! Pushes of 51Tracking: who speaks is checked, what is said is not believed.
//!
//! The signature covers a timestamp and nothing else, so that whoever saw one push could sign any other. A push
//! therefore only makes its parcel due to be read through the API; that queue lies in the database, and the
//! answer is given as soon as the push is in it.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, State as Extract};
use axum::http::HeaderMap;
use milkrun_wire::tracking51::webhook::{Proof, SIGNATURE_HEADER, TIMESTAMP_HEADER, Version, read};
use secrecy::ExposeSecret;
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq;

use crate::clock::now_ms;
use crate::config::upstreams::TrackingAccess;
use crate::problem::{Answer, Failure};
use crate::state::State;
use crate::store::webhooks::PushRecord;
use crate::widget::number::normalised;

/// Handler of `POST /webhooks/51tracking/{secret}`.
pub(crate) async fn receive(
    Extract(state): Extract<Arc<State>>,
    Path(secret): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Answer<&'static str> {
    let client = state.tracking();
    let access = &client.access;
    if !access.webhook_path.as_ref().is_some_and(|it| is_equal(it.expose_secret(), &secret)) {
        return Err(Failure::not_found("there is no such webhook"));
    }
    let push = verified(access, &headers, &body, now_ms() / 1000)?;
    let mut hash = Sha256::new();
    for part in [push.proof.timestamp.as_bytes(), push.proof.signature.as_bytes(), &body] {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    let record = PushRecord {
        id: &uuid::Uuid::new_v4().to_string(),
        digest: &hash.finalize().into(),
        version: push.version,
        number: &normalised(&push.number),
        courier: &push.courier,
        body: &String::from_utf8_lossy(&body),
    };
    let new = state.store.webhooks().keep(&record, now_ms()).await?;
    tracing::info!(push = record.id, version = push.version, new, "a push came");
    if new {
        state.parcels_due.notify_one();
    }
    Ok("ok\n")
}

/// A push whose sender is known.
#[derive(Debug)]
struct Verified {
    version: &'static str,
    number: String,
    courier: String,
    proof: Proof,
}

fn verified(access: &TrackingAccess, headers: &HeaderMap, body: &[u8], now_s: i64) -> Answer<Verified> {
    let header = |name: &str| headers.get(name).and_then(|it| it.to_str().ok());
    let pair = header(TIMESTAMP_HEADER).zip(header(SIGNATURE_HEADER));
    let mut unreadable = None;
    for version in &access.webhook_versions {
        let push = match read(*version, pair, body) {
            Ok(it) => it,
            Err(it) => {
                unreadable = Some(it);
                continue;
            }
        };
        let Some(proof) = push.proof.filter(|it| is_signed(access, *version, it)) else { continue };
        let window = i64::try_from(access.webhook_window.as_secs()).unwrap_or(i64::MAX);
        if window > 0 && proof.age_seconds(now_s).is_none_or(|it| it.saturating_abs() > window) {
            return Err(Failure::new("push-too-old", 401, "The push's time is too far from ours")
                .detail("check this machine's clock, or widen tracking51.webhook_window_s"));
        }
        let version = match version {
            Version::V2 => "v2",
            Version::V3 => "v3",
            Version::V4 => "v4",
        };
        let it = push.tracking;
        return Ok(Verified { version, number: it.tracking_number, courier: it.courier_code, proof });
    }
    Err(match unreadable {
        Some(it) if access.webhook_versions.len() == 1 => {
            Failure::new("not-a-push", 400, "The body is no push").detail(it.to_string())
        }
        _ => Failure::new("push-not-signed", 401, "The push's signature is not ours")
            .detail("no configured key made it; check the API key, the account's e-mail and the version"),
    })
}

fn is_signed(access: &TrackingAccess, version: Version, proof: &Proof) -> bool {
    let keys: Vec<&str> = match version {
        Version::V4 => {
            let now = [Some(&access.api_key), access.webhook_secret.as_ref()];
            let old = access.webhook_old_secrets.iter();
            now.into_iter().flatten().chain(old).map(|it| it.expose_secret()).collect()
        }
        Version::V2 | Version::V3 => {
            let old = access.webhook_old_emails.iter().map(|it| it.expose_secret());
            std::iter::once(access.account_email.as_str()).chain(old).collect()
        }
    };
    // Every key is tried, whichever fits, so that the time taken does not tell which. An empty one signs nothing.
    let usable = keys.into_iter().filter(|it| !it.is_empty());
    usable.fold(false, |fits, key| fits | proof.is_signed_by(key))
}

/// Digests are compared, so that not even the length of the secret shows in the time taken.
fn is_equal(a: &str, b: &str) -> bool {
    Sha256::digest(a.as_bytes())[..].ct_eq(&Sha256::digest(b.as_bytes())[..]).into()
}

#[cfg(test)]
mod tests {
    use milkrun_wire::tracking51::webhook::sign;

    use super::*;
    use crate::config::Config;

    /// The example on 51Tracking's help page.
    const EMAIL: &str = "info@trackingmore.org";
    const TIME: &str = "1653632765";
    const SIGNATURE: &str = "0d90bb874fed0b056d8b3aa794529ebacd49932a0cea691629b63eaf2ca9d400";

    fn access(more: &str) -> TrackingAccess {
        let text = format!("[tracking51]\napi_key = \"key\"\naccount_email = \"{EMAIL}\"\n{more}");
        Config::from_parts("", &text, |_| None).unwrap().tracking
    }

    fn check(more: &str, headers: &[(&'static str, &str)], body: &str, now_s: i64, expected: &str) {
        let headers = HeaderMap::from_iter(
            headers.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())),
        );
        let found = match verified(&access(more), &headers, body.as_bytes(), now_s) {
            Ok(it) => format!("{} {}", it.version, it.number),
            Err(it) => it.problem().kind.clone(),
        };
        assert_eq!(found, expected, "{more} {body}");
    }

    #[test]
    fn each_version_is_believed_with_its_own_key() {
        let v2 = format!(
            r#"{{"meta":{{}},"data":{{"tracking_number":"N"}},"verifyInfo":{{"timeStr":"{TIME}","signature":"{SIGNATURE}"}}}}"#
        );
        let v3 = format!(
            r#"{{"data":{{"tracking_number":"N","verify":{{"timestamp":{TIME},"signature":"{SIGNATURE}"}}}}}}"#
        );
        let now = 1_653_632_765;
        check("webhook_versions = [\"v2\"]", &[], &v2, now, "v2 N");
        check("webhook_versions = [\"v3\"]", &[], &v3, now + 299, "v3 N");
        check("webhook_versions = [\"v3\"]", &[], &v3, now + 301, "push-too-old");
        check("webhook_versions = [\"v3\"]", &[], &v3, now - 301, "push-too-old");
        check("webhook_versions = [\"v3\"]\nwebhook_window_s = 0", &[], &v3, 0, "v3 N");
        let more = "webhook_versions = [\"v3\"]\nwebhook_old_emails = [\"old@example.com\"]";
        let old = sign("old@example.com", TIME);
        let v3_old = v3.replace(SIGNATURE, &old);
        check(more, &[], &v3_old, now, "v3 N");
        check("webhook_versions = [\"v3\"]", &[], &v3_old, now, "push-not-signed");
        // The e-mail address is no key of version 4.
        check("", &[], &v3, now, "push-not-signed");
    }

    #[test]
    fn version_4_is_believed_by_headers() {
        let body = r#"{"data":{"tracking_number":"N"}}"#;
        let good = sign("key", "1000");
        let other = sign("second", "1000");
        check("", &[("timestamp", "1000"), ("signature", &good)], body, 1000, "v4 N");
        check("", &[("timestamp", "1001"), ("signature", &good)], body, 1000, "push-not-signed");
        check("", &[("timestamp", "1000"), ("signature", &other)], body, 1000, "push-not-signed");
        let more = "webhook_secret = \"second\"";
        check(more, &[("timestamp", "1000"), ("signature", &other)], body, 1000, "v4 N");
        let more = "webhook_old_secrets = [\"first\", \"second\"]";
        check(more, &[("timestamp", "1000"), ("signature", &other)], body, 1000, "v4 N");
        check("", &[], body, 1000, "push-not-signed");
        check("", &[("timestamp", "1000"), ("signature", &good)], "{}", 1000, "not-a-push");
    }

    #[test]
    fn secrets_are_compared_whole() {
        assert!(is_equal("abc", "abc"));
        assert!(!is_equal("abc", "abcd") && !is_equal("abc", "") && !is_equal("", "a"));
    }
}
