//! Signing in and out: the one-time link, the password, and the cookie.
//!
//! A link's token travels in the address's fragment, which no server and no log sees. Tokens and session ids are
//! 256 random bits, and the store knows their SHA-256 digests only. Every sign-in gives a new session id, whatever
//! cookie came with it, so that nobody can prepare a session for somebody else.

use std::fmt::Write as _;
use std::time::Duration;

use axum::http::{HeaderMap, header};
use milkrun_wire::api::people::Role;
use secrecy::SecretString;
use sha2::{Digest as _, Sha256};

use crate::access::SignedIn;
use crate::clock::{millis, now_ms};
use crate::config::Config;
use crate::password;
use crate::problem::{Answer, Failure};
use crate::state::State;
use crate::store::StoreError;
use crate::store::sessions::{Digest, Found, SessionRow, Shown};
use crate::store::users::UserRow;

/// How long a printed link may be used.
const LINK_LIFETIME_MS: i64 = 24 * 3600 * 1000;
/// A session's last use is written at most this often.
const TOUCH_EVERY_MS: i64 = 60 * 1000;
/// How long an id from before opens after the new one has come back: requests that set out together arrive together.
const OVERLAP_MS: i64 = 60 * 1000;
/// A new id that has not come back after so long was lost with its reply.
const LOST_AFTER_MS: i64 = 10 * 1000;
/// What the first owner is called until somebody changes it.
const OWNER: &str = "Owner";
/// So many wrong passwords cost nothing; each further one doubles the wait.
const FREE_TRIES: i64 = 5;
const FIRST_WAIT: Duration = Duration::from_secs(5);
const LONGEST_WAIT: Duration = Duration::from_secs(15 * 60);

/// Makes a fresh one-time link for the first owner, which replaces every earlier one of theirs.
///
/// # Errors
/// When the store fails.
pub async fn new_link(state: &State) -> Result<String, StoreError> {
    Ok(new_link_for(state, "").await?.0)
}

/// The link the start prints: the first owner's, unless that owner has a password and needs none.
///
/// # Errors
/// When the store fails.
pub async fn link_at_start(state: &State) -> Result<Option<String>, StoreError> {
    let users = state.store.users().list().await?;
    if users.iter().any(|it| it.role == Role::Owner.as_str() && !it.disabled && it.password_hash.is_some()) {
        return Ok(None);
    }
    new_link(state).await.map(Some)
}

/// A link for one user, and when it ends.
pub(crate) async fn new_link_for(state: &State, user_id: &str) -> Result<(String, i64), StoreError> {
    let token = random_hex();
    let until = now_ms() + LINK_LIFETIME_MS;
    state.store.sessions().replace_link(&digest(&token), user_id, until).await?;
    let base = state.config.public_url.as_str().trim_end_matches('/');
    Ok((format!("{base}/sign-in#{token}"), until))
}

/// Exchanges a link's token for a session: the session and the value of its `Set-Cookie` header.
pub(crate) async fn sign_in(state: &State, token: &str) -> Answer<(SignedIn, String)> {
    let not_valid = || {
        Failure::new("link-not-valid", 401, "This sign-in link is not valid")
            .detail("a link works once and until the next start; restart the proxy to print a new one")
    };
    let now = now_ms();
    let user_id = state.store.sessions().take_link(&digest(token), now).await?.ok_or_else(not_valid)?;
    let user = if user_id.is_empty() {
        state.store.users().first_owner(OWNER, now).await?
    } else {
        state.store.users().find(&user_id).await?.filter(|it| !it.disabled).ok_or_else(not_valid)?
    };
    open(state, &user, "session.link").await
}

/// Exchanges an address and a password for a session.
///
/// An unknown address and a wrong password get the same answer in the same time, and wrong ones in a row make the
/// account take none for longer and longer.
pub(crate) async fn sign_in_by_password(
    state: &State,
    email: &str,
    word: SecretString,
) -> Answer<(SignedIn, String)> {
    let users = state.store.users();
    let account = email.trim().to_lowercase();
    let now = now_ms();
    let shut_until = users.shut_until(&account).await?;
    if shut_until > now {
        let seconds = (shut_until - now).unsigned_abs() / 1000 + 1;
        return Err(Failure::new("too-many-tries", 429, "Too many tries to sign in")
            .detail(format!("wait {seconds} seconds before the next one"))
            .retry_after(seconds));
    }
    let user = users.by_email(&account).await?.filter(|it| !it.disabled);
    let fits = password::verify(word, user.as_ref().and_then(|it| it.password_hash.clone())).await?;
    if let Some(user) = user.filter(|_| fits) {
        users.forgive(Some(&account), now).await?;
        return open(state, &user, "session.password").await;
    }
    let failures = users.failed(&account).await?;
    if let Some(wait) = wait_after(failures) {
        users.shut(&account, now + millis(wait)).await?;
        state
            .store
            .audit()
            .add("system", "session.shut", "", &format!("{failures} wrong passwords"), now)
            .await?;
    }
    Err(Failure::new("not-recognised", 401, "Address or password is wrong")
        .detail("the address or the password is wrong; check both, or ask an owner for a sign-in link"))
}

/// How long an account takes no password after so many wrong ones.
fn wait_after(failures: i64) -> Option<Duration> {
    let over = u32::try_from(failures - FREE_TRIES).ok()?;
    Some(FIRST_WAIT.saturating_mul(1 << over.min(10)).min(LONGEST_WAIT))
}

/// Opens a new session.
pub(crate) async fn open(state: &State, user: &UserRow, how: &str) -> Answer<(SignedIn, String)> {
    let now = now_ms();
    let sessions = state.store.sessions();
    sessions.sweep(now, now - millis(state.config.session_idle)).await?;
    let id = random_hex();
    let lifetime = state.config.session_absolute;
    let row = SessionRow {
        user_id: user.id.clone(),
        user_name: user.name.clone(),
        seen_ms: now,
        expires_ms: now.saturating_add(millis(lifetime)),
        renewed_ms: now,
    };
    let digest = digest(&id);
    sessions.create(&digest, &row).await?;
    state.store.audit().add(&user.name, how, &user.id, "", now).await?;
    let cookie = cookie(&state.config, &id, lifetime.as_secs());
    let has_password = user.password_hash.is_some();
    let (role, expires_ms) = (Role::from_word(&user.role), row.expires_ms);
    let (id, digest) = (user.id.clone(), Some(digest));
    Ok((SignedIn { id, user: row.user_name, role, has_password, expires_ms, digest }, cookie))
}

/// Ends a session: the value of the `Set-Cookie` header that makes the browser forget it.
pub(crate) async fn sign_out(state: &State, it: &SignedIn) -> Answer<String> {
    if let Some(digest) = &it.digest {
        state.store.sessions().delete(digest).await?;
    }
    Ok(cookie(&state.config, "", 0))
}

/// The session of a request's cookie, and the cookie that takes its place if the session got a new id.
pub(crate) async fn find(state: &State, headers: &HeaderMap) -> Answer<(SignedIn, Option<String>)> {
    let missing = || {
        Failure::new("not-signed-in", 401, "Not signed in")
            .detail("open the link the proxy printed at its start")
    };
    let id = cookie_value(headers, cookie_name(&state.config)).ok_or_else(missing)?;
    let shown = digest(id);
    let sessions = state.store.sessions();
    let now = now_ms();
    let found = sessions.find(&shown, now).await?.ok_or_else(missing)?;
    let row = &found.row;
    if row.expires_ms <= now || row.seen_ms + millis(state.config.session_idle) <= now {
        sessions.delete(&found.digest).await?;
        return Err(Failure::new("session-ended", 401, "The session has ended").detail("sign in again"));
    }
    // The role is the one of now, so that a change works at once.
    let user = state.store.users().find(&row.user_id).await?.filter(|it| !it.disabled).ok_or_else(missing)?;
    if row.seen_ms + TOUCH_EVERY_MS <= now {
        sessions.touch(&found.digest, now).await?;
    }
    let (digest, cookie) = renewed(state, &found, &shown, now).await?;
    let role = Role::from_word(&user.role);
    let has_password = user.password_hash.is_some();
    let (expires_ms, digest) = (row.expires_ms, Some(digest));
    Ok((SignedIn { id: user.id, user: user.name, role, has_password, expires_ms, digest }, cookie))
}

/// Gives a session a new id when its time has come: the digest it has now, and the cookie if it is a new one.
async fn renewed(state: &State, found: &Found, shown: &Digest, now: i64) -> Answer<(Digest, Option<String>)> {
    let sessions = state.store.sessions();
    let age = now - found.row.renewed_ms;
    let due = match found.shown {
        Shown::Own => age >= millis(state.config.session_renew),
        Shown::OwnAtFirst => {
            sessions.confirm(&found.digest, now + OVERLAP_MS).await?;
            false
        }
        Shown::Previous => age >= LOST_AFTER_MS,
        Shown::PreviousForAWhile => false,
    };
    if !due {
        return Ok((found.digest, None));
    }
    let id = random_hex();
    let fresh = digest(&id);
    if !sessions.renew(&found.digest, shown, &fresh, now).await? {
        return Ok((found.digest, None));
    }
    let left = u64::try_from((found.row.expires_ms - now) / 1000).unwrap_or_default();
    Ok((fresh, Some(cookie(&state.config, &id, left))))
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

pub(crate) fn digest(secret: &str) -> Digest {
    Sha256::digest(secret.as_bytes()).into()
}

pub(crate) fn random_hex() -> String {
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
    fn guessing_gets_slower() {
        let seconds = |it| wait_after(it).map(|it| it.as_secs());
        assert_eq!(
            [1, 4, 5, 6, 8, 20, 500].map(seconds),
            [None, None, Some(5), Some(10), Some(40), Some(900), Some(900)]
        );
    }

    #[test]
    fn secrets_do_not_repeat() {
        assert_eq!(random_hex().len(), 64);
        assert_ne!(random_hex(), random_hex());
    }
}
