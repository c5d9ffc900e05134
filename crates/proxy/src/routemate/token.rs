//! Bearer tokens: one for as long as it lives, fetched anew a little before it ends.

use std::time::{Duration, Instant};

use milkrun_wire::routemate::{ErrorBody, TOKEN_PATH, TokenReply, TokenRequest};
use reqwest::Client;
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::Mutex;

use super::client::{CallFailure, judge};
use crate::config::upstreams::RouteMateAccess;
use crate::http;

/// Renewed at this share of its life, so that no call sets out with a token about to end.
const SHARE_OF_LIFE: f64 = 0.9;
/// What the vendor documents, for a reply that does not say.
const USUAL_LIFE_S: i64 = 3600;

/// The token in use.
#[derive(Default)]
pub(super) struct Tokens(Mutex<Option<Token>>);

pub(super) struct Token {
    pub(super) secret: SecretString,
    renew_at: Instant,
}

impl Tokens {
    /// A token that may be used now. Callers who come together wait for one fetch.
    pub(super) async fn get(
        &self,
        http: &Client,
        access: &RouteMateAccess,
    ) -> Result<SecretString, CallFailure> {
        let mut slot = self.0.lock().await;
        if let Some(it) = slot.as_ref().filter(|it| !access.token_per_call && it.renew_at > Instant::now()) {
            return Ok(it.secret.clone());
        }
        let token = fetch(http, access).await?;
        let secret = token.secret.clone();
        *slot = Some(token);
        Ok(secret)
    }

    /// A token for one caller alone, after the shared one was refused. Where tokens serve a single call, callers
    /// who shared the next one as well would take it from each other.
    pub(super) async fn own(
        &self,
        http: &Client,
        access: &RouteMateAccess,
        refused: &SecretString,
    ) -> Result<Token, CallFailure> {
        let mut slot = self.0.lock().await;
        if slot.as_ref().is_some_and(|it| it.secret.expose_secret() == refused.expose_secret()) {
            *slot = None;
        }
        drop(slot);
        fetch(http, access).await
    }

    /// Shares a token that has proved good, unless there is one.
    pub(super) async fn share(&self, token: Token) {
        self.0.lock().await.get_or_insert(token);
    }
}

async fn fetch(http: &Client, access: &RouteMateAccess) -> Result<Token, CallFailure> {
    let body = TokenRequest {
        client_id: access.client_id.clone(),
        client_secret: access.client_secret.expose_secret().to_owned(),
    };
    let request = http.post(http::join(&access.base_url, TOKEN_PATH)).json(&body);
    let reply = http::send(request, "RouteMate", &access.base_url).await?;
    if matches!(reply.status, 400 | 401 | 403) && !reply.is_markup() {
        let said = ErrorBody::read(reply.status, &reply.body);
        let message = refusal(&format!("{} {}", said.code.unwrap_or_default(), said.message)).to_owned();
        return Err(CallFailure::Refused { status: reply.status, message, errors: Vec::new() });
    }
    let reply: TokenReply = judge(&reply)?;
    if reply.access_token.is_empty() {
        return Err(CallFailure::odd("a token reply without a token"));
    }
    let life = if reply.expires_in > 0 { reply.expires_in } else { USUAL_LIFE_S };
    let life = Duration::from_secs(life.unsigned_abs()).mul_f64(SHARE_OF_LIFE);
    Ok(Token { secret: reply.access_token.into(), renew_at: Instant::now() + life })
}

/// Which of the four things RouteMate asks for is missing, as far as its words tell.
fn refusal(said: &str) -> &'static str {
    let said = said.to_lowercase();
    let has = |words: &[&str]| words.iter().any(|it| said.contains(it));
    if has(&["plan", "subscription", "upgrade"]) {
        "RouteMate's plan does not include the API; it takes a Team or Enterprise plan"
    } else if has(&["organization", "organisation"]) {
        "RouteMate knows no organisation for these credentials; create or join one in its web app"
    } else if has(&["integration", "inactive", "disabled", "revoked"]) {
        "RouteMate's integration is not active; switch it on, or create one under Integrations"
    } else {
        "RouteMate refused the credentials; check client id and secret, that the integration is active, and that \
         the plan is Team or Enterprise"
    }
}

/// Whether the credentials open RouteMate.
pub(super) async fn check(http: &Client, access: &RouteMateAccess) -> Result<(), CallFailure> {
    fetch(http, access).await.map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_part_that_is_missing_is_named() {
        for (said, word) in [
            ("plan_required API needs Team", "plan"),
            ("Organization not found", "organisation"),
            ("integration is inactive", "integration is not active"),
            ("invalid_client", "client id and secret"),
        ] {
            assert!(refusal(said).contains(word), "{said}");
        }
    }
}
