//! `/tokens`: keys of integrators, for owners.

use std::sync::Arc;

use axum::extract::{Extension, Path, State as Extract};
use axum::http::StatusCode;
use milkrun_wire::api::people::{ApiToken, ApiTokenList, IssuedApiToken, NewApiToken};

use super::body::Json;
use crate::access::{SCOPES, SignedIn, TOKEN_PREFIX};
use crate::clock::{now_ms, rfc3339};
use crate::problem::{Answer, Failure};
use crate::session;
use crate::state::State;
use crate::store::tokens::TokenRow;

const DAY_MS: i64 = 24 * 3600 * 1000;

/// All API tokens, without their secrets.
#[utoipa::path(get, path = "/tokens", tag = "people", responses((status = 200, body = ApiTokenList)))]
pub(super) async fn list(Extract(state): Extract<Arc<State>>) -> Answer<axum::Json<ApiTokenList>> {
    let rows = state.store.tokens().list().await?;
    Ok(axum::Json(ApiTokenList { tokens: rows.into_iter().map(shown).collect() }))
}

/// Makes an API token. Its secret is in this reply and nowhere else, ever.
#[utoipa::path(post, path = "/tokens", tag = "people", request_body = NewApiToken,
    responses((status = 201, body = IssuedApiToken), (status = 409, description = "The name is taken")))]
pub(super) async fn create(
    Extract(state): Extract<Arc<State>>,
    Extension(who): Extension<SignedIn>,
    Json(new): Json<NewApiToken>,
) -> Answer<(StatusCode, axum::Json<IssuedApiToken>)> {
    let name = new.name.trim();
    if name.is_empty() || name.chars().count() > 100 || name.chars().any(char::is_control) {
        return Err(Failure::invalid("/name", "a name has between 1 and 100 letters"));
    }
    if let Some(at) = new.scopes.iter().position(|it| !SCOPES.contains(&it.as_str())) {
        let known = SCOPES.join(", ");
        return Err(Failure::invalid(&format!("/scopes/{at}"), format!("the scopes are {known}")));
    }
    if new.scopes.is_empty() {
        return Err(Failure::invalid("/scopes", "a token without a scope opens nothing"));
    }
    if state.store.tokens().list().await?.iter().any(|it| it.name == name) {
        return Err(
            Failure::new("name-taken", 409, "There is a token of this name").at("/name", "choose another")
        );
    }
    let secret = format!("{TOKEN_PREFIX}{}", session::random_hex());
    let row = TokenRow {
        id: uuid::Uuid::new_v4().to_string(),
        name: name.to_owned(),
        scopes: new.scopes.join(" "),
        created_by: who.id,
        created_ms: now_ms(),
        expires_ms: new.days.map(|it| now_ms() + i64::from(it) * DAY_MS),
        used_ms: None,
    };
    state.store.tokens().insert(&session::digest(&secret), &row).await?;
    let detail = format!("{}: {}", row.name, row.scopes);
    state.store.audit().add(&who.user, "token.create", &row.id, &detail, now_ms()).await?;
    Ok((StatusCode::CREATED, axum::Json(IssuedApiToken { token: shown(row), secret })))
}

/// Takes an API token back.
#[utoipa::path(delete, path = "/tokens/{id}", tag = "people", params(("id" = String, Path)),
    responses((status = 204), (status = 404, description = "There is no such token")))]
pub(super) async fn remove(
    Extract(state): Extract<Arc<State>>,
    Extension(who): Extension<SignedIn>,
    Path(id): Path<String>,
) -> Answer<StatusCode> {
    let all = state.store.tokens().list().await?;
    let name = all.into_iter().find(|it| it.id == id).map(|it| it.name).unwrap_or_default();
    if !state.store.tokens().delete(&id).await? {
        return Err(Failure::not_found("there is no such token"));
    }
    state.store.audit().add(&who.user, "token.delete", &id, &name, now_ms()).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn shown(it: TokenRow) -> ApiToken {
    ApiToken {
        id: it.id,
        name: it.name,
        scopes: it.scopes.split(' ').map(str::to_owned).collect(),
        created_at: rfc3339(it.created_ms),
        expires_at: it.expires_ms.map(rfc3339),
        used_at: it.used_ms.map(rfc3339),
    }
}
