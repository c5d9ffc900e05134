//! `/users`: who may sign in, for owners.

use std::sync::Arc;

use axum::extract::{Extension, Path, State as Extract};
use axum::http::StatusCode;
use milkrun_wire::api::people::{NewUser, Role, SignInLink, User, UserChange, UserList};

use super::body::Json;
use crate::access::SignedIn;
use crate::clock::{now_ms, rfc3339};
use crate::problem::{Answer, Failure};
use crate::session;
use crate::state::State;
use crate::store::users::{Changed, UserRow};

/// Longest name.
const MAX_NAME: usize = 100;
/// Longest address, by RFC 5321.
const MAX_EMAIL: usize = 254;

/// Everybody who may sign in.
#[utoipa::path(get, path = "/users", tag = "people", responses((status = 200, body = UserList)))]
pub(super) async fn list(Extract(state): Extract<Arc<State>>) -> Answer<axum::Json<UserList>> {
    let rows = state.store.users().list().await?;
    Ok(axum::Json(UserList { users: rows.into_iter().map(shown).collect() }))
}

/// Adds somebody, who then needs a sign-in link.
#[utoipa::path(post, path = "/users", tag = "people", request_body = NewUser,
    responses((status = 201, body = User), (status = 409, description = "The address is taken")))]
pub(super) async fn create(
    Extract(state): Extract<Arc<State>>,
    Extension(who): Extension<SignedIn>,
    Json(new): Json<NewUser>,
) -> Answer<(StatusCode, axum::Json<User>)> {
    let row = UserRow {
        id: uuid::Uuid::new_v4().to_string(),
        email: Some(email(&new.email)?),
        name: name(&new.name)?,
        role: new.role.as_str().to_owned(),
        password_hash: None,
        disabled: false,
        created_ms: now_ms(),
    };
    settled(state.store.users().insert(&row).await?)?;
    state
        .store
        .audit()
        .add(&who.user, "user.create", &row.id, &format!("{}, {}", row.name, row.role), now_ms())
        .await?;
    Ok((StatusCode::CREATED, axum::Json(shown(row))))
}

/// Changes somebody. Another role or being shut out ends the sessions.
#[utoipa::path(patch, path = "/users/{id}", tag = "people", params(("id" = String, Path)), request_body = UserChange,
    responses((status = 200, body = User), (status = 404, description = "There is no such user"),
        (status = 409, description = "The address is taken, or no owner would be left")))]
pub(super) async fn change(
    Extract(state): Extract<Arc<State>>,
    Extension(who): Extension<SignedIn>,
    Path(id): Path<String>,
    Json(change): Json<UserChange>,
) -> Answer<axum::Json<User>> {
    let before = state.store.users().find(&id).await?.ok_or_else(unknown)?;
    let mut row = before.clone();
    if let Some(it) = &change.email {
        row.email = Some(email(it)?);
    }
    if let Some(it) = &change.name {
        row.name = name(it)?;
    }
    if let Some(it) = change.role {
        it.as_str().clone_into(&mut row.role);
    }
    row.disabled = change.disabled.unwrap_or(row.disabled);
    settled(state.store.users().update(&row).await?)?;
    if row.role != before.role || row.disabled {
        state.store.sessions().delete_of(&id).await?;
    }
    let now = if row.disabled { "shut out" } else { "let in" };
    let detail = format!("{}, {}, {now}", row.name, row.role);
    state.store.audit().add(&who.user, "user.change", &id, &detail, now_ms()).await?;
    Ok(axum::Json(shown(row)))
}

/// Forgets somebody.
#[utoipa::path(delete, path = "/users/{id}", tag = "people", params(("id" = String, Path)),
    responses((status = 204), (status = 404, description = "There is no such user"),
        (status = 409, description = "No owner would be left")))]
pub(super) async fn remove(
    Extract(state): Extract<Arc<State>>,
    Extension(who): Extension<SignedIn>,
    Path(id): Path<String>,
) -> Answer<StatusCode> {
    let name = state.store.users().find(&id).await?.map(|it| it.name).unwrap_or_default();
    settled(state.store.users().delete(&id).await?)?;
    state.store.audit().add(&who.user, "user.delete", &id, &name, now_ms()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Makes a one-time link that signs somebody in; earlier ones of theirs become worthless.
#[utoipa::path(post, path = "/users/{id}/link", tag = "people", params(("id" = String, Path)),
    responses((status = 201, body = SignInLink), (status = 404, description = "There is no such user")))]
pub(super) async fn link(
    Extract(state): Extract<Arc<State>>,
    Extension(who): Extension<SignedIn>,
    Path(id): Path<String>,
) -> Answer<(StatusCode, axum::Json<SignInLink>)> {
    let user = state.store.users().find(&id).await?.filter(|it| !it.disabled).ok_or_else(unknown)?;
    let (link, until_ms) = session::new_link_for(&state, &id).await?;
    state.store.audit().add(&who.user, "user.link", &id, &user.name, now_ms()).await?;
    Ok((StatusCode::CREATED, axum::Json(SignInLink { link, expires_at: rfc3339(until_ms) })))
}

/// Forgets somebody's password, ends the sessions and makes a one-time link, for whoever cannot get in any more or
/// has lost a device.
#[utoipa::path(post, path = "/users/{id}/reset", tag = "people", params(("id" = String, Path)),
    responses((status = 201, body = SignInLink), (status = 404, description = "There is no such user")))]
pub(super) async fn reset(
    Extract(state): Extract<Arc<State>>,
    Extension(who): Extension<SignedIn>,
    Path(id): Path<String>,
) -> Answer<(StatusCode, axum::Json<SignInLink>)> {
    let user = state.store.users().find(&id).await?.ok_or_else(unknown)?;
    if !state.store.users().reset(&id).await? {
        return Err(unknown());
    }
    let (link, until_ms) = session::new_link_for(&state, &id).await?;
    state.store.audit().add(&who.user, "user.reset", &id, &user.name, now_ms()).await?;
    Ok((StatusCode::CREATED, axum::Json(SignInLink { link, expires_at: rfc3339(until_ms) })))
}

fn shown(it: UserRow) -> User {
    User {
        role: Role::from_word(&it.role),
        id: it.id,
        email: it.email,
        name: it.name,
        disabled: it.disabled,
        has_password: it.password_hash.is_some(),
        created_at: rfc3339(it.created_ms),
    }
}

fn settled(it: Changed) -> Answer<()> {
    match it {
        Changed::Done => Ok(()),
        Changed::Unknown => Err(unknown()),
        Changed::EmailTaken => Err(Failure::new("email-taken", 409, "The address belongs to somebody else")
            .at("/email", "choose another, or change that user")),
        Changed::LastOwner => Err(Failure::new("last-owner", 409, "Nobody could manage this any more")
            .detail("make somebody else an owner first")),
    }
}

fn unknown() -> Failure {
    Failure::not_found("there is no such user")
}

fn name(text: &str) -> Answer<String> {
    let text = text.trim();
    if text.is_empty() || text.chars().count() > MAX_NAME || text.chars().any(char::is_control) {
        return Err(Failure::invalid("/name", "a name has between 1 and 100 letters"));
    }
    Ok(text.to_owned())
}

fn email(text: &str) -> Answer<String> {
    let text = text.trim().to_lowercase();
    let parts = text.split_once('@').filter(|it| !it.0.is_empty() && it.1.contains('.'));
    if parts.is_none()
        || text.len() > MAX_EMAIL
        || text.chars().any(|it| it.is_whitespace() || it.is_control())
    {
        return Err(Failure::invalid("/email", "this is no e-mail address"));
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_addresses_are_checked() {
        for (text, fine) in [
            ("a@b.example", true),
            ("A@B.example ", true),
            ("a", false),
            ("@b.example", false),
            ("a b@c.example", false),
        ] {
            assert_eq!(email(text).is_ok(), fine, "{text}");
        }
        assert!(name("Aino").is_ok() && name(" ").is_err() && name("a\u{7}b").is_err());
    }
}
