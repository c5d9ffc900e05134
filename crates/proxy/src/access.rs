//! Who asks, and what they may do: the checks that every request to the API passes.
//!
//! People come with a session's cookie, integrators with an API token. A route is entered by people of a role or
//! above it; a token opens what its scopes say and nothing that manages the installation. Requests that another
//! site's page could cause are refused twice over: by the cookie's `SameSite=Strict`, and by a header no foreign
//! page can set together with the browser's own `Sec-Fetch-Site`. A token is no ambient authority, so that those
//! checks do not concern it.

use std::sync::Arc;

use axum::extract::{MatchedPath, Request, State as Extract};
use axum::http::{HeaderMap, HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::Response;
use milkrun_wire::api::REQUESTED_BY;
use milkrun_wire::api::people::Role;

use crate::clock::now_ms;
use crate::problem::{Answer, Failure};
use crate::session;
use crate::state::State;
use crate::store::sessions::Digest;

/// How API tokens begin, so that people and secret scanners know one when they see it.
pub(crate) const TOKEN_PREFIX: &str = "mrk_";
/// A token's last use is written at most this often.
const TOUCH_EVERY_MS: i64 = 60 * 1000;
/// What tokens can open.
pub(crate) const SCOPES: [&str; 8] = [
    "dispatches:read",
    "dispatches:write",
    "parcels:read",
    "parcels:write",
    "plan:write",
    "events:read",
    "pushes:read",
    "pushes:write",
];

/// Who sent the request at hand, put there by [`enter`].
#[derive(Clone, Debug)]
pub(crate) struct SignedIn {
    /// The user's id, or the token's.
    pub(crate) id: String,
    /// Display name.
    pub(crate) user: String,
    pub(crate) role: Role,
    /// Whether there is a password to sign in with.
    pub(crate) has_password: bool,
    /// When the session ends at the latest, milliseconds since 1970.
    pub(crate) expires_ms: i64,
    /// Of the session; none with a token.
    pub(crate) digest: Option<Digest>,
}

/// Middleware: nobody unknown, and nobody below `role`.
pub(crate) async fn enter(
    Extract((state, role)): Extract<(Arc<State>, Role)>,
    mut request: Request,
    next: Next,
) -> Result<Response, Failure> {
    let (who, cookie) = match bearer(request.headers()) {
        Some(secret) => {
            let path = request.extensions().get::<MatchedPath>().map_or("", MatchedPath::as_str);
            let scope = scope(request.method(), path).filter(|_| role < Role::Owner);
            let secret = secret.to_owned();
            (by_token(&state, &secret, scope).await?, None)
        }
        None => {
            let headers = request.headers().clone();
            session::find(&state, &headers).await?
        }
    };
    if who.role < role {
        return Err(Failure::new("not-allowed", 403, "This account may not do this")
            .detail(format!("it needs the role {}; ask an owner", role.as_str())));
    }
    request.extensions_mut().insert(who);
    let mut response = next.run(request).await;
    // A handler that opened or ended a session has said so itself.
    if let Some(Ok(it)) = cookie.map(|it| HeaderValue::from_str(&it)) {
        response.headers_mut().entry(header::SET_COOKIE).or_insert(it);
    }
    Ok(response)
}

/// Whether the session or token that a request came with still opens anything.
pub(crate) async fn is_open(state: &State, who: &SignedIn) -> Answer<bool> {
    let now = now_ms();
    if let Some(digest) = &who.digest {
        return Ok(who.expires_ms > now && state.store.sessions().find(digest, now).await?.is_some());
    }
    let tokens = state.store.tokens().list().await?;
    Ok(tokens.iter().any(|it| it.id == who.id && it.expires_ms.is_none_or(|end| end > now)))
}

async fn by_token(state: &State, secret: &str, scope: Option<&str>) -> Answer<SignedIn> {
    let now = now_ms();
    let refused = || {
        Failure::new("token-not-valid", 401, "This API token is not valid")
            .detail("it is unknown, has ended or was taken back; make a new one in the settings")
    };
    if !secret.starts_with(TOKEN_PREFIX) {
        return Err(refused());
    }
    let token = state.store.tokens().find(&session::digest(secret), now).await?.ok_or_else(refused)?;
    if !scope.is_some_and(|it| token.scopes.split(' ').any(|own| own == it)) {
        let detail = match scope {
            Some(it) => format!("it needs the scope {it}"),
            None => "this is for people who are signed in".to_owned(),
        };
        return Err(Failure::new("not-allowed", 403, "This API token may not do this").detail(detail));
    }
    if token.used_ms.is_none_or(|it| it + TOUCH_EVERY_MS <= now) {
        state.store.tokens().touch(&token.id, now).await?;
    }
    let (id, user) = (token.id, format!("token {}", token.name));
    Ok(SignedIn { id, user, role: Role::Dispatcher, has_password: false, expires_ms: i64::MAX, digest: None })
}

/// The scope a request needs, by its resource and whether it changes anything; none for what tokens never open.
fn scope(method: &Method, path: &str) -> Option<&'static str> {
    let reading = matches!(*method, Method::GET | Method::HEAD);
    let resource = path.trim_start_matches("/api/v1/").split('/').next().unwrap_or_default();
    Some(match (resource, reading) {
        ("dispatches", true) => "dispatches:read",
        ("dispatches", false) => "dispatches:write",
        ("parcels" | "couriers" | "quota", true) => "parcels:read",
        ("parcels" | "couriers" | "air-waybills", false) => "parcels:write",
        ("geocode" | "matrix" | "route", false) => "plan:write",
        ("events", true) => "events:read",
        ("pushes", true) => "pushes:read",
        ("pushes", false) => "pushes:write",
        _ => return None,
    })
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (kind, secret) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    kind.eq_ignore_ascii_case("bearer").then(|| secret.trim())
}

/// Middleware: nothing that another site's page has caused.
pub(crate) async fn same_site(request: Request, next: Next) -> Result<Response, Failure> {
    let refused = |detail: &str| {
        Failure::new("cross-site", 403, "This request did not come from the portal").detail(detail)
    };
    let reading = matches!(*request.method(), Method::GET | Method::HEAD);
    let headers = request.headers();
    if bearer(headers).is_some() {
        return Ok(next.run(request).await);
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_opens_resources_and_nothing_that_manages() {
        for (method, path, expected) in [
            (Method::GET, "/api/v1/dispatches/{id}/history", Some("dispatches:read")),
            (Method::POST, "/api/v1/dispatches", Some("dispatches:write")),
            (Method::DELETE, "/api/v1/parcels/{id}", Some("parcels:write")),
            (Method::POST, "/api/v1/matrix", Some("plan:write")),
            (Method::GET, "/api/v1/users", None),
            (Method::POST, "/api/v1/tokens", None),
            (Method::GET, "/api/v1/session", None),
        ] {
            let found = scope(&method, path);
            assert_eq!(found, expected, "{method} {path}");
            assert!(found.is_none_or(|it| SCOPES.contains(&it)));
        }
    }

    #[test]
    fn bearers_are_recognised() {
        let of = |text: &str| {
            let headers = HeaderMap::from_iter([(header::AUTHORIZATION, text.parse().unwrap())]);
            bearer(&headers).map(str::to_owned)
        };
        assert_eq!(of("bearer mrk_1").as_deref(), Some("mrk_1"));
        assert_eq!((of("Basic x"), of("Bearer")), (None, None));
    }
}
