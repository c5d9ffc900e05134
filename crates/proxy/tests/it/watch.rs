//! Every reply and every log line of the whole suite, searched for secrets as they come.
//!
//! Each proxy under test has a layer that reads every reply to its end; the log's writer sees every line. What must
//! never show is learnt as it turns up: settings when a proxy starts, credentials and passwords when they are sent.
//! A leak fails the test that ends next, with the place and the first letters of the secret.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use futures_util::StreamExt as _;
use serde_json::Value;

/// Shorter ones turn up by chance.
const SHORTEST: usize = 7;
/// Longest body that is read for secrets.
const LONGEST: usize = 64 * 1024 * 1024;

/// What is in no reply and in no log line.
static SECRETS: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());
/// What is in one reply, to its owner, and in no log line.
static ISSUED: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());
static LEAKS: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// The sandbox's credentials, and how every token of it begins.
const SANDBOX: [&str; 3] = ["rm_cs_sandbox", "sandbox-51tracking-key", "rm_at_"];
/// Settings that are secrets.
const SETTINGS: [&str; 10] = [
    "client_id",
    "client_secret",
    "api_key",
    "account_email",
    "webhook_secret_path",
    "webhook_secret",
    "webhook_old_secrets",
    "webhook_old_emails",
    "credentials_key",
    "database_url",
];
/// Fields of requests that are secrets.
const FIELDS: [&str; 6] = ["password", "current", "token", "client_id", "client_secret", "api_key"];

fn with<T, R>(it: &Mutex<T>, look: impl FnOnce(&mut T) -> R) -> R {
    look(&mut it.lock().unwrap_or_else(PoisonError::into_inner))
}

fn keep(set: &Mutex<BTreeSet<String>>, secret: &str) {
    if secret.len() >= SHORTEST {
        with(set, |all| all.insert(secret.to_owned()));
    }
}

/// Learns the secrets of a configuration.
pub(crate) fn learn_settings(toml: &str) {
    SANDBOX.iter().for_each(|it| keep(&SECRETS, it));
    for line in toml.lines() {
        let Some((name, value)) = line.split_once('=') else { continue };
        if SETTINGS.contains(&name.trim()) {
            value.split('"').skip(1).step_by(2).for_each(|it| keep(&SECRETS, it));
        }
    }
}

fn learn_request(body: &[u8]) {
    let Ok(Value::Object(fields)) = serde_json::from_slice(body) else { return };
    for name in FIELDS {
        if let Some(it) = fields.get(name).and_then(Value::as_str) {
            // A link's token is known to whoever uses it, and may be sent in a test's own words.
            keep(if name == "token" { &ISSUED } else { &SECRETS }, it.trim());
        }
    }
}

/// What a reply hands to its owner, which no log line may have.
fn learn_reply(headers: &axum::http::HeaderMap, body: &[u8]) {
    for cookie in headers.get_all("set-cookie") {
        let text = cookie.to_str().unwrap_or_default();
        if let Some((_, id)) = text.split(';').next().and_then(|it| it.split_once('=')) {
            keep(&ISSUED, id);
        }
    }
    if let Ok(Value::Object(fields)) = serde_json::from_slice(body) {
        for name in ["secret", "link"] {
            if let Some(it) = fields.get(name).and_then(Value::as_str) {
                keep(&ISSUED, it.rsplit('#').next().unwrap_or(it));
            }
        }
    }
}

/// The secrets of a set that a text holds.
fn found(set: &Mutex<BTreeSet<String>>, text: &str) -> Vec<String> {
    with(set, |all| all.iter().filter(|it| text.contains(it.as_str())).cloned().collect())
}

fn report(place: &str, secrets: Vec<String>) {
    for it in secrets {
        let start: String = it.chars().take(6).collect();
        with(&LEAKS, |all| all.push(format!("a secret that begins with {start} in {place}")));
    }
}

/// Looks at what is written to the log. At the lowest levels libraries print what goes over the wire, which is why
/// nobody runs with them: below our own level only our own lines count.
pub(crate) fn line(text: &str) {
    let usual = [" INFO ", " WARN ", "ERROR "].iter().any(|it| text.contains(it));
    if usual || text.contains("milkrun_proxy") {
        let secrets = found(&SECRETS, text).into_iter().chain(found(&ISSUED, text)).collect();
        report(&format!("the log line {}", text.chars().take(80).collect::<String>()), secrets);
    }
}

/// Middleware: reads every request and every reply to its end.
pub(crate) async fn replies(request: Request, next: Next) -> Response {
    let place = format!("the reply to {} {}", request.method(), request.uri().path());
    let (parts, body) = request.into_parts();
    // Read along and not ahead: how long a body may take is the routes' to say.
    let mut read = Vec::new();
    let body = Body::from_stream(body.into_data_stream().inspect(move |chunk| {
        if let Ok(chunk) = chunk {
            read.extend_from_slice(chunk);
            learn_request(&read);
        }
    }));
    let response = next.run(Request::from_parts(parts, body)).await;
    let (parts, body) = response.into_parts();
    report(&format!("the headers of {place}"), found(&SECRETS, &format!("{:?}", parts.headers)));
    if parts.headers.get("content-type").is_some_and(|it| it == "text/event-stream") {
        let stream = body.into_data_stream().inspect(move |chunk| {
            if let Ok(chunk) = chunk {
                report(&place, found(&SECRETS, &String::from_utf8_lossy(chunk)));
            }
        });
        return Response::from_parts(parts, Body::from_stream(stream));
    }
    let bytes: Bytes = to_bytes(body, LONGEST).await.unwrap_or_default();
    report(&place, found(&SECRETS, &String::from_utf8_lossy(&bytes)));
    learn_reply(&parts.headers, &bytes);
    Response::from_parts(parts, Body::from(bytes))
}

/// Fails if anything has leaked so far.
pub(crate) fn nothing_leaked() {
    let leaks = with(&LEAKS, std::mem::take);
    assert!(leaks.is_empty(), "{leaks:#?}");
}

#[test]
fn a_leak_would_be_found() {
    let secret = "client-secret-that-would-show";
    learn_settings(&format!("client_secret = \"{secret}\""));
    assert_eq!(found(&SECRETS, &format!("x{secret}y")), [secret]);
    assert!(found(&SECRETS, "nothing").is_empty());
    learn_request(br#"{"password":"a password that would show","name":"no secret here"}"#);
    assert_eq!(found(&SECRETS, "a password that would show"), ["a password that would show"]);
    assert!(found(&SECRETS, "no secret here").is_empty());
}
