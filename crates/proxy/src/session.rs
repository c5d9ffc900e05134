//! Who is signed in: the one-time link, the cookie, and the checks that every request to the API passes.
//!
//! A link's token travels in the address's fragment, which no server and no log sees. Tokens and session ids are
//! 256 random bits, and the store knows their SHA-256 digests only. Requests that another site's page could
//! cause are refused twice over: by the cookie's `SameSite=Strict`, and by a header no foreign page can set
//! together with the browser's own `Sec-Fetch-Site`.

use std::fmt::Write as _;
use std::sync::Arc;

use axum::extract::{Request, State as Extract};
use axum::http::{HeaderMap, Method, header};
use axum::middleware::Next;
use axum::response::Response;
use milkrun_wire::api::REQUESTED_BY;
use sha2::{Digest as _, Sha256};

use crate::clock::{millis, now_ms};
use crate::config::Config;
use crate::problem::{Answer, Failure};
use crate::state::State;
use crate::store::sessions::{Digest, SessionRow};

/// How long a printed link may be used.
const LINK_LIFETIME_MS: i64 = 24 * 3600 * 1000;
/// A session's last use is written at most this often.
const TOUCH_EVERY_MS: i64 = 60 * 1000;
/// There is one user until there are several.
const OWNER: &str = "Owner";

/// The session of the request at hand, put there by [`require`].
#[derive(Clone, Debug)]
pub(crate) struct SignedIn {
    pub(crate) user: String,
    /// When it ends at the latest, milliseconds since 1970.
    pub(crate) expires_ms: i64,
    pub(crate) digest: Digest,
}

/// Makes a fresh one-time link, which replaces every earlier one.
///
/// # Errors
/// When the store fails.
pub async fn new_link(state: &State) -> Result<String, crate::store::StoreError> {
    let token = random_hex();
    state.store.sessions().replace_link(&digest(&token), now_ms() + LINK_LIFETIME_MS).await?;
    let base = state.config.public_url.as_str().trim_end_matches('/');
    Ok(format!("{base}/sign-in#{token}"))
}

/// Exchanges a link's token for a session: the session and the value of its `Set-Cookie` header.
pub(crate) async fn sign_in(state: &State, token: &str) -> Answer<(SignedIn, String)> {
    let now = now_ms();
    let sessions = state.store.sessions();
    if !sessions.take_link(&digest(token), now).await? {
        return Err(Failure::new("link-not-valid", 401, "This sign-in link is not valid")
            .detail("a link works once and until the next start; restart the proxy to print a new one"));
    }
    sessions.sweep(now, now - millis(state.config.session_idle)).await?;
    let id = random_hex();
    let lifetime = state.config.session_absolute;
    let row = SessionRow {
        user_name: OWNER.to_owned(),
        seen_ms: now,
        expires_ms: now.saturating_add(millis(lifetime)),
    };
    let digest = digest(&id);
    sessions.create(&digest, &row).await?;
    let cookie = cookie(&state.config, &id, lifetime.as_secs());
    Ok((SignedIn { user: row.user_name, expires_ms: row.expires_ms, digest }, cookie))
}

/// Ends a session: the value of the `Set-Cookie` header that makes the browser forget it.
pub(crate) async fn sign_out(state: &State, it: &SignedIn) -> Answer<String> {
    state.store.sessions().delete(&it.digest).await?;
    Ok(cookie(&state.config, "", 0))
}

/// Middleware: no session, no entry.
pub(crate) async fn require(
    Extract(state): Extract<Arc<State>>,
    mut request: Request,
    next: Next,
) -> Result<Response, Failure> {
    let signed_in = find(&state, request.headers()).await?;
    request.extensions_mut().insert(signed_in);
    Ok(next.run(request).await)
}

/// Middleware: nothing that another site's page has caused.
pub(crate) async fn same_site(request: Request, next: Next) -> Result<Response, Failure> {
    let refused = |detail: &str| {
        Failure::new("cross-site", 403, "This request did not come from the portal").detail(detail)
    };
    let reading = matches!(*request.method(), Method::GET | Method::HEAD);
    let headers = request.headers();
    // Browsers set the header themselves; programs that are no browsers leave it out.
    if let Some(site) = headers.get("sec-fetch-site") {
        let own = site == "same-origin" || (reading && site == "none");
        if !own {
            return Err(refused("the browser says that another site's page sent it"));
        }
    }
    if !reading && headers.get(REQUESTED_BY.0).is_none_or(|it| it != REQUESTED_BY.1) {
        return Err(refused("the header x-requested-by is missing; the portal sets it"));
    }
    Ok(next.run(request).await)
}

async fn find(state: &State, headers: &HeaderMap) -> Answer<SignedIn> {
    let missing = || {
        Failure::new("not-signed-in", 401, "Not signed in")
            .detail("open the link the proxy printed at its start")
    };
    let id = cookie_value(headers, cookie_name(&state.config)).ok_or_else(missing)?;
    let digest = digest(id);
    let sessions = state.store.sessions();
    let now = now_ms();
    let row = sessions.find(&digest).await?.ok_or_else(missing)?;
    if row.expires_ms <= now || row.seen_ms + millis(state.config.session_idle) <= now {
        sessions.delete(&digest).await?;
        return Err(Failure::new("session-ended", 401, "The session has ended").detail("sign in again"));
    }
    if row.seen_ms + TOUCH_EVERY_MS <= now {
        sessions.touch(&digest, now).await?;
    }
    Ok(SignedIn { user: row.user_name, expires_ms: row.expires_ms, digest })
}

/// Over https the prefix makes browsers refuse a cookie that a neighbouring host has set. Not every browser
/// accepts it over plain http on this machine, so there the name is another.
fn cookie_name(config: &Config) -> &'static str {
    if config.is_https() { "__Host-milkrun" } else { "milkrun_session" }
}

fn cookie(config: &Config, value: &str, max_age_s: u64) -> String {
    let secure = if config.is_https() { "; Secure" } else { "" };
    format!("{}={value}; Path=/; HttpOnly; SameSite=Strict; Max-Age={max_age_s}{secure}", cookie_name(config))
}

fn cookie_value<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|it| it.to_str().ok());
    let mut pairs = lines.flat_map(|it| it.split(';')).filter_map(|it| it.trim().split_once('='));
    pairs.find(|(key, value)| *key == name && !value.is_empty()).map(|(_, value)| value)
}

fn digest(secret: &str) -> Digest {
    Sha256::digest(secret.as_bytes()).into()
}

fn random_hex() -> String {
    let bytes: [u8; 32] = rand::random();
    bytes.iter().fold(String::with_capacity(64), |mut text, it| {
        // Writing into a string cannot fail.
        let _ = write!(text, "{it:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cookies_are_found_among_others() {
        let value = |line: &str| {
            let headers = HeaderMap::from_iter([(header::COOKIE, line.parse().unwrap())]);
            cookie_value(&headers, "milkrun_session").map(str::to_owned)
        };
        assert_eq!(value("a=b; milkrun_session=xyz; c=d").as_deref(), Some("xyz"));
        assert_eq!(value("milkrun_session="), None);
        assert_eq!(value("not_milkrun_session=xyz"), None);
    }

    #[test]
    fn the_cookie_fits_the_address() {
        let config =
            |url: &str| Config::from_parts("", &format!("public_url = \"{url}\""), |_| None).unwrap();
        let plain = cookie(&config("http://localhost:8080"), "x", 60);
        assert_eq!(plain, "milkrun_session=x; Path=/; HttpOnly; SameSite=Strict; Max-Age=60");
        let secure = cookie(&config("https://milkrun.example"), "x", 60);
        assert_eq!(secure, "__Host-milkrun=x; Path=/; HttpOnly; SameSite=Strict; Max-Age=60; Secure");
    }

    #[test]
    fn secrets_do_not_repeat() {
        assert_eq!(random_hex().len(), 64);
        assert_ne!(random_hex(), random_hex());
    }
}
