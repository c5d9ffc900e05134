//! Calls to other servers: bounded in time and size, never following a redirect, errors in words.

use std::time::{Duration, Instant};

use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimeParser;
use reqwest::{Client, RequestBuilder, StatusCode, Url};

use crate::config::is_loopback;

/// How long a whole call may take. The vendors' own SDKs wait as long.
pub(crate) const CALL_TIMEOUT: Duration = Duration::from_secs(10);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// Most bytes read of a reply; a full `get` of 2,000 parcels stays below.
const MAX_REPLY: usize = 32 * 1024 * 1024;
/// Longest wait that a server may ask for. No key is remembered for longer, and no poll is worth less.
const LONGEST_WAIT: Duration = Duration::from_secs(24 * 3600);

/// Why a call brought no reply.
#[derive(Clone, Debug, thiserror::Error)]
pub enum CallError {
    /// The server cannot be reached.
    #[error("{host} cannot be reached; check the network and the address in the configuration")]
    Unreachable {
        /// Which server.
        host: String,
    },
    /// It did not answer in time.
    #[error("{host} did not answer within {seconds} seconds")]
    TimedOut {
        /// Which server.
        host: String,
        /// How long it was given.
        seconds: u64,
    },
    /// It broke off, or sent more than a reply can hold.
    #[error("{host} broke off its reply")]
    Broken {
        /// Which server.
        host: String,
    },
}

/// A reply, read to its end.
#[derive(Clone, Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    /// How long `Retry-After` asks to wait.
    pub(crate) retry_after: Option<Duration>,
    pub(crate) body: Vec<u8>,
}

impl Reply {
    pub(crate) fn is_ok(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// Whether a page for people came where data was expected, as from a gateway or a sign-in wall in between.
    pub(crate) fn is_markup(&self) -> bool {
        self.body.trim_ascii_start().starts_with(b"<")
    }
}

/// Longest message of a vendor that is shown or logged.
const MAX_WORDS: usize = 500;

/// A vendor's words as they may be shown and logged: on one line, of bearable length, and without the secrets we
/// sent, which some servers repeat when they complain of them.
pub(crate) fn words(text: &str, secrets: &[&str]) -> String {
    let hide = |text: String, secret: &&str| {
        if secret.is_empty() { text } else { text.replace(secret, "[REDACTED]") }
    };
    let text = secrets.iter().fold(text.to_owned(), hide);
    text.chars().map(|it| if it.is_control() { ' ' } else { it }).take(MAX_WORDS).collect()
}

/// A client for one server.
///
/// # Errors
/// When the TLS library cannot be set up.
pub(crate) fn client(base: &Url) -> reqwest::Result<Client> {
    // Installing fails when it is installed already, which is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let builder = Client::builder()
        .user_agent(concat!("Milkrun/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(CONNECT_TIMEOUT)
        .timeout(CALL_TIMEOUT)
        .redirect(reqwest::redirect::Policy::none());
    // A proxy in the environment is for the world outside, never for this machine.
    if is_loopback(base) { builder.no_proxy().build() } else { builder.https_only(false).build() }
}

/// Appends a path to a base address that may or may not end in a slash.
pub(crate) fn join(base: &Url, path: &str) -> Url {
    let mut url = base.clone();
    url.set_path(&format!("{}/{}", base.path().trim_end_matches('/'), path.trim_start_matches('/')));
    url
}

/// Sends a request and reads the whole reply; `service` is what people call the server.
///
/// # Errors
/// When there is none; a reply of any status is one.
pub(crate) async fn send(request: RequestBuilder, service: &str, host: &Url) -> Result<Reply, CallError> {
    let started = Instant::now();
    let reply = exchange(request, service, host).await;
    crate::metrics::called(service, reply.as_ref().ok().map(|it| it.status), started.elapsed());
    reply
}

async fn exchange(request: RequestBuilder, service: &str, host: &Url) -> Result<Reply, CallError> {
    let host = format!("{service} ({})", host.host_str().unwrap_or_default());
    let failed = |it: &reqwest::Error| {
        let host = host.clone();
        if it.is_timeout() {
            CallError::TimedOut { host, seconds: CALL_TIMEOUT.as_secs() }
        } else if it.is_connect() {
            CallError::Unreachable { host }
        } else {
            CallError::Broken { host }
        }
    };
    let mut response = request.send().await.map_err(|it| failed(&it))?;
    let status = response.status();
    let asked = response.headers().get(reqwest::header::RETRY_AFTER).and_then(|it| it.to_str().ok());
    let retry_after = asked.and_then(|it| retry_after(it, Timestamp::now()));
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|it| failed(&it))? {
        if body.len() + chunk.len() > MAX_REPLY {
            return Err(CallError::Broken { host });
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Reply { status: StatusCode::as_u16(&status), retry_after, body })
}

/// Seconds or a date (RFC 9110, section 10.2.3); whatever is neither asks for nothing.
fn retry_after(text: &str, now: Timestamp) -> Option<Duration> {
    let text = text.trim();
    let wait = match text.parse() {
        Ok(seconds) => Duration::from_secs(seconds),
        Err(_) => {
            let at = DateTimeParser::new().relaxed_weekday(true).parse_timestamp(text).ok()?;
            // A date that has passed asks for no wait.
            at.duration_since(now).try_into().unwrap_or_default()
        }
    };
    Some(wait.min(LONGEST_WAIT))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_joined_with_one_slash() {
        for (base, path, expected) in [
            ("http://a/v1", "x", "http://a/v1/x"),
            ("http://a/v1/", "/x/y", "http://a/v1/x/y"),
            ("http://a", "x", "http://a/x"),
        ] {
            assert_eq!(join(&base.parse().unwrap(), path).as_str(), expected);
        }
    }

    #[test]
    fn a_vendors_words_are_one_line_without_our_secrets() {
        let text = "bad key hush-1\r\n2026-11-24 ERROR forged\u{1b}[31m hush-1";
        assert_eq!(
            words(text, &["hush-1", ""]),
            "bad key [REDACTED]  2026-11-24 ERROR forged [31m [REDACTED]"
        );
        assert_eq!(words(&"ä".repeat(900), &[]).chars().count(), MAX_WORDS);
    }

    #[test]
    fn a_wait_is_asked_for_in_seconds_or_by_a_date() {
        let now: Timestamp = "2026-11-25T12:00:00Z".parse().unwrap();
        for (text, seconds) in [
            ("7", Some(7)),
            (" 120 ", Some(120)),
            ("Wed, 25 Nov 2026 12:01:30 GMT", Some(90)),
            ("Wed, 25 Nov 2026 11:00:00 GMT", Some(0)),
            ("99999999999999999999", None),
            ("18446744073709551615", Some(24 * 3600)),
            ("Fri, 01 Jan 2099 00:00:00 GMT", Some(24 * 3600)),
            ("soon", None),
            ("", None),
        ] {
            assert_eq!(retry_after(text, now).map(|it| it.as_secs()), seconds, "{text}");
        }
    }

    #[tokio::test]
    async fn a_closed_port_is_unreachable() {
        let base: Url = "http://127.0.0.1:1".parse().unwrap();
        let error = send(client(&base).unwrap().get(base.clone()), "OSRM", &base).await.unwrap_err();
        assert!(error.to_string().contains("OSRM (127.0.0.1) cannot be reached"), "{error}");
    }
}
