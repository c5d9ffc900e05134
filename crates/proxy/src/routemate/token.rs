//! Bearer tokens: one for as long as it lives, fetched anew a little before it ends.

use std::time::{Duration, Instant};

use milkrun_wire::routemate::{ErrorBody, TOKEN_PATH, TokenReply, TokenRequest};
use reqwest::Client;
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::Mutex;

use super::client::{CallFailure, judge};
use crate::config::upstreams::RouteMateAccess;
use crate::http;

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

/// Why there is no token.
enum NoToken {
    /// RouteMate refuses; the part is the one its words name, if they name any.
    Refused(u16, Option<Part>),
    /// There was no answer worth the name.
    Call(CallFailure),
}

impl From<NoToken> for CallFailure {
    fn from(it: NoToken) -> Self {
        match it {
            NoToken::Refused(status, part) => {
                Self::Refused { status, message: sentence(part).to_owned(), errors: Vec::new() }
            }
            NoToken::Call(it) => it,
        }
    }
}

async fn fetch(http: &Client, access: &RouteMateAccess) -> Result<Token, CallFailure> {
    let own = [access.client_secret.expose_secret(), &access.client_id];
    ask(http, access).await.map_err(|it| CallFailure::from(it).clean(&own))
}

async fn ask(http: &Client, access: &RouteMateAccess) -> Result<Token, NoToken> {
    let body = TokenRequest {
        client_id: access.client_id.clone(),
        client_secret: access.client_secret.expose_secret().to_owned(),
    };
    let request = http.post(http::join(&access.base_url, TOKEN_PATH)).json(&body);
    let reply =
        http::send(request, "RouteMate", &access.base_url).await.map_err(|it| NoToken::Call(it.into()))?;
    if matches!(reply.status, 400 | 401 | 403) && !reply.is_markup() {
        let said = ErrorBody::read(reply.status, &reply.body);
        let part = missing(reply.status, &format!("{} {}", said.code.unwrap_or_default(), said.message));
        return Err(NoToken::Refused(reply.status, part));
    }
    let reply: TokenReply = judge(&reply).map_err(NoToken::Call)?;
    if reply.access_token.is_empty() {
        return Err(NoToken::Call(CallFailure::odd("a token reply without a token")));
    }
    let life = if reply.expires_in > 0 { reply.expires_in } else { USUAL_LIFE_S };
    // Before its end, so that no call sets out with a token about to end.
    let life = Duration::from_secs(life.unsigned_abs()).mul_f64(access.choices.token_renew_share);
    Ok(Token { secret: reply.access_token.into(), renew_at: Instant::now() + life })
}

/// What RouteMate asks for before it lets anybody in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// Client id and client secret.
    Key,
    /// An active integration.
    Integration,
    /// An organisation.
    Organisation,
    /// A Team or Enterprise plan.
    Plan,
}

impl Part {
    pub(crate) const ALL: [Self; 4] = [Self::Key, Self::Integration, Self::Organisation, Self::Plan];

    /// The word for it in the API.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Key => "key",
            Self::Integration => "integration",
            Self::Organisation => "organisation",
            Self::Plan => "plan",
        }
    }
}

/// What is wrong, and how to mend it.
fn sentence(part: Option<Part>) -> &'static str {
    match part {
        Some(Part::Plan) => "RouteMate's plan does not include the API; it takes a Team or Enterprise plan",
        Some(Part::Organisation) => {
            "RouteMate knows no organisation for these credentials; create or join one in its web app"
        }
        Some(Part::Integration) => {
            "RouteMate's integration is not active; switch it on, or create one under Integrations"
        }
        Some(Part::Key) => {
            "RouteMate does not know these credentials; check client id and secret, and make a new secret under \
             Integrations if it is lost"
        }
        None => {
            "RouteMate refused the credentials; check client id and secret, that the integration is active, and \
             that the plan is Team or Enterprise"
        }
    }
}

/// Which of the four things is missing, as far as RouteMate's words tell. Its documentation names the four and no
/// words for them, so that the usual ones are looked for, the most telling first.
fn missing(status: u16, said: &str) -> Option<Part> {
    let said = said.to_lowercase();
    let has = |words: &[&str]| words.iter().any(|it| said.contains(it));
    if has(&["plan", "subscription", "upgrade"]) {
        Some(Part::Plan)
    } else if has(&["organization", "organisation"]) {
        Some(Part::Organisation)
    } else if has(&["integration", "inactive", "disabled", "revoked"]) {
        Some(Part::Integration)
    } else if has(&["client", "secret", "credential"]) || status == 401 {
        Some(Part::Key)
    } else {
        None
    }
}

/// What a try of the credentials found: why they do not open RouteMate, and which part is missing if that is known.
pub(crate) struct Denied {
    pub(crate) part: Option<Part>,
    pub(crate) message: String,
    /// Whether RouteMate said so itself; else there was no answer.
    pub(crate) refused: bool,
}

/// Whether the credentials open RouteMate.
pub(super) async fn check(http: &Client, access: &RouteMateAccess) -> Result<(), Denied> {
    match ask(http, access).await {
        Ok(_) => Ok(()),
        Err(NoToken::Refused(_, part)) => {
            Err(Denied { part, message: sentence(part).to_owned(), refused: true })
        }
        Err(NoToken::Call(it)) => {
            let own = [access.client_secret.expose_secret(), &access.client_id];
            Err(Denied { part: None, message: http::words(&it.to_string(), &own), refused: false })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_part_that_is_missing_is_named() {
        for (status, said, part) in [
            (403, "plan_required API needs Team", Some(Part::Plan)),
            (403, "Organization not found", Some(Part::Organisation)),
            (403, "integration is inactive", Some(Part::Integration)),
            (400, "invalid_client", Some(Part::Key)),
            (401, "no", Some(Part::Key)),
            (403, "no", None),
        ] {
            assert_eq!(missing(status, said), part, "{said}");
        }
        let words: Vec<_> = Part::ALL.into_iter().map(Part::as_str).collect();
        assert_eq!(words, ["key", "integration", "organisation", "plan"]);
    }
}
