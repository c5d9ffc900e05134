//! `/session`: signing in, who is signed in, one's password, signing out.

use std::sync::Arc;

use axum::extract::{Extension, State as Extract};
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use milkrun_wire::api::people::{PasswordChange, PasswordSignIn};
use milkrun_wire::api::session::{Session, SignIn};
use serde::Deserialize;
use utoipa::ToSchema;

use super::body::Json;
use crate::access::SignedIn;
use crate::client::Client;
use crate::clock::{now_ms, rfc3339};
use crate::password;
use crate::problem::{Answer, Failure};
use crate::session;
use crate::state::State;
use crate::store::users::UserRow;

/// How somebody signs in.
#[derive(Deserialize, ToSchema)]
#[serde(untagged)]
pub(super) enum Way {
    /// With a one-time link.
    Link(SignIn),
    /// With address and password.
    Password(PasswordSignIn),
}

/// Signs in by a one-time link or by a password; the reply sets the session's cookie.
#[utoipa::path(post, path = "/session", tag = "session", request_body = Way,
    responses((status = 200, body = Session), (status = 401, description = "Not recognised"),
        (status = 429, description = "Too many tries")))]
pub(super) async fn sign_in(
    Extract(state): Extract<Arc<State>>,
    client: Client,
    Json(way): Json<Way>,
) -> Answer<impl IntoResponse> {
    state.sign_in_limit.enter(&state.store, client).await?;
    let (signed_in, cookie) = match way {
        Way::Link(it) => session::sign_in(&state, &it.token).await?,
        Way::Password(it) => session::sign_in_by_password(&state, &it.email, it.password.into()).await?,
    };
    Ok(([(header::SET_COOKIE, cookie)], axum::Json(shown(&state, signed_in))))
}

/// Who is signed in, and which services stand behind the portal.
#[utoipa::path(get, path = "/session", tag = "session", responses((status = 200, body = Session)))]
pub(super) async fn show(
    Extract(state): Extract<Arc<State>>,
    Extension(it): Extension<SignedIn>,
) -> axum::Json<Session> {
    axum::Json(shown(&state, it))
}

/// Signs out.
#[utoipa::path(delete, path = "/session", tag = "session", responses((status = 204)))]
pub(super) async fn sign_out(
    Extract(state): Extract<Arc<State>>,
    Extension(it): Extension<SignedIn>,
) -> Answer<impl IntoResponse> {
    let cookie = session::sign_out(&state, &it).await?;
    Ok((StatusCode::NO_CONTENT, [(header::SET_COOKIE, cookie)]))
}

/// Sets one's own password. All sessions of the account end but a new one, which this reply opens.
#[utoipa::path(post, path = "/session/password", tag = "session", request_body = PasswordChange,
    responses((status = 200, body = Session), (status = 401, description = "The current password is wrong")))]
pub(super) async fn set_password(
    Extract(state): Extract<Arc<State>>,
    Extension(it): Extension<SignedIn>,
    Json(change): Json<PasswordChange>,
) -> Answer<impl IntoResponse> {
    let user =
        state.store.users().find(&it.id).await?.ok_or_else(|| Failure::not_found("there is no such user"))?;
    password::check(&change.password)?;
    if user.password_hash.is_some() {
        let current = change.current.unwrap_or_default();
        if !password::verify(current.into(), user.password_hash.clone()).await? {
            return Err(Failure::new("not-recognised", 401, "The current password is wrong")
                .at("/current", "check it"));
        }
    }
    let hash = password::hash(change.password.into()).await?;
    state.store.users().set_password(&user.id, &hash).await?;
    state.store.audit().add(&user.name, "user.password", &user.id, "", now_ms()).await?;
    let user = UserRow { password_hash: Some(hash), ..user };
    let (signed_in, cookie) = session::open(&state, &user, "session.renew").await?;
    Ok(([(header::SET_COOKIE, cookie)], axum::Json(shown(&state, signed_in))))
}

fn shown(state: &State, it: SignedIn) -> Session {
    Session {
        user: it.user,
        expires_at: rfc3339(it.expires_ms),
        services: state.services(),
        role: it.role,
        user_id: it.id,
        has_password: it.has_password,
    }
}
