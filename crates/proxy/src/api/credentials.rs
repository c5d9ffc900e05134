//! `/credentials`: the vendors' credentials, entered by owners. They go in and are tried; none ever comes out.

use std::sync::Arc;

use axum::extract::{Extension, State as Extract};
use milkrun_wire::api::credentials::{
    CredentialOrigin, CredentialPart, CredentialState, CredentialTest, Credentials, PartState,
    RouteMateCredentials, TrackingCredentials,
};
use milkrun_wire::api::session::Upstream;
use milkrun_wire::tracking51::webhook::Version;
use serde::Serialize;

use super::body::Json;
use crate::access::SignedIn;
use crate::clock::{now_ms, rfc3339};
use crate::problem::{Answer, Failure};
use crate::routemate::{Part, RouteMate};
use crate::state::State;
use crate::store::credentials::CredentialRow;
use crate::tracking::{KeyCheck, Tracking51, check_key};
use crate::vendors::{ROUTEMATE, TRACKING, label};

/// Longest secret.
const MAX_SECRET: usize = 300;
/// So many letters at a secret's end are shown, if it is several times as long.
const SHOWN: usize = 4;

/// Where each service's credentials come from, and who entered them when.
#[utoipa::path(get, path = "/credentials", tag = "credentials", responses((status = 200, body = Credentials)))]
pub(super) async fn show(Extract(state): Extract<Arc<State>>) -> Answer<axum::Json<Credentials>> {
    Ok(axum::Json(shown(&state).await?))
}

/// Enters RouteMate's credentials; they are in force at once, for every proxy of this database.
#[utoipa::path(put, path = "/credentials/routemate", tag = "credentials", request_body = RouteMateCredentials,
    responses((status = 200, body = Credentials), (status = 409, description = "No credentials_key is configured")))]
pub(super) async fn put_routemate(
    Extract(state): Extract<Arc<State>>,
    Extension(who): Extension<SignedIn>,
    Json(it): Json<RouteMateCredentials>,
) -> Answer<axum::Json<Credentials>> {
    let it = of_routemate(&it)?;
    enter(&state, &who, ROUTEMATE, &it, &it.client_secret).await
}

/// Enters 51Tracking's credentials; they are in force at once, for every proxy of this database.
#[utoipa::path(put, path = "/credentials/tracking", tag = "credentials", request_body = TrackingCredentials,
    responses((status = 200, body = Credentials), (status = 409, description = "No credentials_key is configured")))]
pub(super) async fn put_tracking(
    Extract(state): Extract<Arc<State>>,
    Extension(who): Extension<SignedIn>,
    Json(it): Json<TrackingCredentials>,
) -> Answer<axum::Json<Credentials>> {
    let it = of_tracking(it)?;
    enter(&state, &who, TRACKING, &it, &it.api_key).await
}

/// Takes RouteMate's entered credentials out; the configuration's are in force again, if there are any.
#[utoipa::path(delete, path = "/credentials/routemate", tag = "credentials",
    responses((status = 200, body = Credentials), (status = 404, description = "None were entered")))]
pub(super) async fn remove_routemate(
    Extract(state): Extract<Arc<State>>,
    Extension(who): Extension<SignedIn>,
) -> Answer<axum::Json<Credentials>> {
    take_out(&state, &who, ROUTEMATE).await
}

/// Takes 51Tracking's entered credentials out; the configuration's are in force again, if there are any.
#[utoipa::path(delete, path = "/credentials/tracking", tag = "credentials",
    responses((status = 200, body = Credentials), (status = 404, description = "None were entered")))]
pub(super) async fn remove_tracking(
    Extract(state): Extract<Arc<State>>,
    Extension(who): Extension<SignedIn>,
) -> Answer<axum::Json<Credentials>> {
    take_out(&state, &who, TRACKING).await
}

/// Tries RouteMate's credentials: these before they are entered, or with empty ones those in force. Says which of
/// key, integration, organisation and plan fails.
#[utoipa::path(post, path = "/credentials/routemate/test", tag = "credentials", request_body = RouteMateCredentials,
    responses((status = 200, body = CredentialTest)))]
pub(super) async fn test_routemate(
    Extract(state): Extract<Arc<State>>,
    Extension(who): Extension<SignedIn>,
    Json(it): Json<RouteMateCredentials>,
) -> Answer<axum::Json<CredentialTest>> {
    let client = if it.client_id.is_empty() && it.client_secret.is_empty() {
        state.routemate()
    } else {
        let access = state.config.routemate_with(of_routemate(&it)?).map_err(|it| Failure::internal(&it))?;
        Arc::new(RouteMate::new(access).map_err(|it| Failure::internal(&it))?)
    };
    if client.access.state == Upstream::Unconfigured {
        return Err(nothing_to_try());
    }
    let denied = client.check().await.err();
    let fails = denied.as_ref().and_then(|it| it.part);
    let state_of = |part: Part| match &denied {
        None => PartState::Ok,
        Some(_) if fails == Some(part) => PartState::Fails,
        Some(_) => PartState::Unknown,
    };
    let parts = Part::ALL
        .into_iter()
        .map(|it| CredentialPart { part: it.as_str().to_owned(), state: state_of(it) })
        .collect();
    let message = denied.as_ref().map_or_else(
        || "RouteMate lets Milkrun in: plan, organisation, integration and key are all in order".to_owned(),
        |it| it.message.clone(),
    );
    let found = match (&denied, fails) {
        (None, _) => "ok",
        (Some(_), Some(part)) => part.as_str(),
        (Some(it), None) if it.refused => "refused",
        (Some(_), None) => "no answer",
    };
    state.store.audit().add(&who.user, "credentials.test", ROUTEMATE, found, now_ms()).await?;
    Ok(axum::Json(CredentialTest { ok: denied.is_none(), message, parts }))
}

/// Tries 51Tracking's credentials: these before they are entered, or with an empty key those in force. Says whether
/// key or version fails.
#[utoipa::path(post, path = "/credentials/tracking/test", tag = "credentials", request_body = TrackingCredentials,
    responses((status = 200, body = CredentialTest)))]
pub(super) async fn test_tracking(
    Extract(state): Extract<Arc<State>>,
    Extension(who): Extension<SignedIn>,
    Json(it): Json<TrackingCredentials>,
) -> Answer<axum::Json<CredentialTest>> {
    let own = if it.api_key.is_empty() { None } else { Some(of_tracking(it)?) };
    let client_of = |it: TrackingCredentials| {
        let access = state.config.tracking_with(it).map_err(|it| Failure::internal(&it))?;
        Tracking51::new(access, state.store.clone()).map_err(|it| Failure::internal(&it))
    };
    let client = match &own {
        Some(it) => Arc::new(client_of(it.clone())?),
        None => state.tracking(),
    };
    if client.access.state == Upstream::Unconfigured {
        return Err(nothing_to_try());
    }
    let asked = client.access.api_version;
    let mut found = check_key(&client).await;
    // An account that has not migrated speaks another version; that is told from a wrong key by asking there.
    if let (KeyCheck::WrongKey, Some(it)) = (&found, &own) {
        for version in [Version::V4, Version::V3, Version::V2].into_iter().filter(|it| *it != asked) {
            let other = TrackingCredentials { api_version: word(version).to_owned(), ..it.clone() };
            if matches!(check_key(&client_of(other)?).await, KeyCheck::Opens(_)) {
                found = KeyCheck::OtherVersion(version);
                break;
            }
        }
    }
    let (key, fits, message, said) = match found {
        KeyCheck::Opens(couriers) => (
            PartState::Ok,
            PartState::Ok,
            format!(
                "51Tracking lets Milkrun in with version {}: it names {couriers} carriers",
                &word(asked)[1..]
            ),
            "ok",
        ),
        KeyCheck::WrongKey => (
            PartState::Fails,
            PartState::Unknown,
            "51Tracking does not know this API key; copy it again from its developer centre".to_owned(),
            "key",
        ),
        KeyCheck::OtherVersion(it) => (
            PartState::Ok,
            PartState::Fails,
            format!("the key is good for version {}; choose that one", &word(it)[1..]),
            "version",
        ),
        KeyCheck::NoAnswer(why) => (PartState::Unknown, PartState::Unknown, why, "no answer"),
    };
    let part = |part: &str, state| CredentialPart { part: part.to_owned(), state };
    state.store.audit().add(&who.user, "credentials.test", TRACKING, said, now_ms()).await?;
    let (ok, parts) = (fits == PartState::Ok, vec![part("key", key), part("version", fits)]);
    Ok(axum::Json(CredentialTest { ok, message, parts }))
}

/// Seals and stores credentials, and puts them into force here; other proxies follow.
async fn enter<T: Serialize>(
    state: &State,
    who: &SignedIn,
    service: &str,
    credentials: &T,
    secret: &str,
) -> Answer<axum::Json<Credentials>> {
    let sealer = state.vendors.sealer().ok_or_else(|| {
        Failure::new("no-credentials-key", 409, "Credentials cannot be entered here").detail(
            "whoever runs the server sets credentials_key first, or sets the credentials themselves in the configuration",
        )
    })?;
    let revision = uuid::Uuid::new_v4().to_string();
    let text = serde_json::to_string(credentials).map_err(|it| Failure::internal(&it))?;
    let sealed = sealer.seal(&label(service, &revision), &text);
    let row = CredentialRow {
        service: service.to_owned(),
        revision,
        sealed: sealed.ok_or_else(|| Failure::internal(&"credentials could not be sealed"))?,
        ends_in: ending(secret),
        set_by: who.user.clone(),
        set_ms: now_ms(),
    };
    state.store.credentials().put(&row).await?;
    state.store.audit().add(&who.user, "credentials.set", service, "", now_ms()).await?;
    state.follow_credentials().await?;
    Ok(axum::Json(shown(state).await?))
}

async fn take_out(state: &State, who: &SignedIn, service: &str) -> Answer<axum::Json<Credentials>> {
    if !state.store.credentials().remove(service, now_ms()).await? {
        return Err(Failure::not_found("no credentials of this service were entered in the portal"));
    }
    state.store.audit().add(&who.user, "credentials.remove", service, "", now_ms()).await?;
    state.follow_credentials().await?;
    Ok(axum::Json(shown(state).await?))
}

async fn shown(state: &State) -> Answer<Credentials> {
    let rows = state.store.credentials().list().await?;
    let of = async |service: &str, upstream: Upstream| {
        let configured = match upstream {
            Upstream::Live => CredentialOrigin::Configuration,
            Upstream::Sandbox => CredentialOrigin::Sandbox,
            Upstream::Unconfigured => CredentialOrigin::Nowhere,
        };
        let Some(row) = rows.iter().find(|it| it.service == service) else {
            return CredentialState { origin: configured, ..CredentialState::default() };
        };
        let in_force = state.vendors.uses(row).await;
        CredentialState {
            origin: if in_force { CredentialOrigin::Portal } else { configured },
            set_at: Some(rfc3339(row.set_ms)),
            set_by: Some(row.set_by.clone()),
            ends_in: Some(row.ends_in.clone()).filter(|it| !it.is_empty()),
            api_version: None,
            unreadable: !in_force,
        }
    };
    let tracking = state.tracking();
    let api_version = Some(word(tracking.access.api_version).to_owned());
    Ok(Credentials {
        can_set: state.vendors.sealer().is_some(),
        routemate: of(ROUTEMATE, state.routemate().access.state).await,
        tracking: CredentialState { api_version, ..of(TRACKING, tracking.access.state).await },
    })
}

fn of_routemate(it: &RouteMateCredentials) -> Answer<RouteMateCredentials> {
    let client_id = secret("/client_id", &it.client_id)?;
    let client_secret = secret("/client_secret", &it.client_secret)?;
    if client_id.starts_with("rm_cs_") || client_secret.starts_with("rm_ci_") {
        return Err(Failure::invalid("/client_id", "id and secret are exchanged: the id begins with rm_ci_"));
    }
    Ok(RouteMateCredentials { client_id, client_secret })
}

fn of_tracking(it: TrackingCredentials) -> Answer<TrackingCredentials> {
    let api_key = secret("/api_key", &it.api_key)?;
    if it.api_version.parse::<Version>().is_err() {
        return Err(Failure::invalid("/api_version", "the versions are v4, v3 and v2"));
    }
    let email = it.account_email.trim().to_owned();
    if !email.is_empty() && (!email.contains('@') || email.len() > 254 || email.chars().any(char::is_control))
    {
        return Err(Failure::invalid("/account_email", "it is no e-mail address"));
    }
    Ok(TrackingCredentials { api_key, account_email: email, ..it })
}

/// A secret that can travel in a header.
fn secret(pointer: &str, text: &str) -> Answer<String> {
    let text = text.trim();
    if text.is_empty() || text.len() > MAX_SECRET || !text.bytes().all(|it| it.is_ascii_graphic()) {
        return Err(Failure::invalid(pointer, "it has between 1 and 300 letters and digits, without blanks"));
    }
    Ok(text.to_owned())
}

/// The last letters of a secret that is long enough for that to say nothing of the rest.
fn ending(secret: &str) -> String {
    if secret.len() < 4 * SHOWN { String::new() } else { secret[secret.len() - SHOWN..].to_owned() }
}

fn nothing_to_try() -> Failure {
    Failure::new("nothing-to-try", 409, "There are no credentials to try").detail("enter some first")
}

fn word(it: Version) -> &'static str {
    match it {
        Version::V2 => "v2",
        Version::V3 => "v3",
        Version::V4 => "v4",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn odd_secrets_are_refused_and_endings_say_little() {
        for (text, fine) in
            [(" rm_cs_1 ", true), ("", false), ("a b", false), ("ä", false), ("a\r\nb", false)]
        {
            assert_eq!(secret("/x", text).is_ok(), fine, "{text:?}");
        }
        assert_eq!((ending("short"), ending("rm_cs_0123456789")), (String::new(), "6789".to_owned()));
        let swapped = RouteMateCredentials { client_id: "rm_cs_a".into(), client_secret: "rm_ci_a".into() };
        assert!(of_routemate(&swapped).is_err());
    }
}
