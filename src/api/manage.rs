//! Calls of those who manage the installation: people, keys of integrators, credentials, the record.

use milkrun_wire::api::credentials::{
    CredentialTest, Credentials, RouteMateCredentials, TrackingCredentials,
};
use milkrun_wire::api::people::{
    ApiTokenList, AuditPage, IssuedApiToken, NewApiToken, NewUser, SignInLink, User, UserChange, UserList,
};
use milkrun_wire::api::quota::Quota;

use super::Reply;
use super::call::{Call, encode};

/// Everybody who may sign in.
pub async fn users() -> Reply<UserList> {
    Call::get("/users").json().await
}

/// Adds somebody, who then needs a link.
pub async fn add_user(new: &NewUser) -> Reply<User> {
    Call::post("/users").body(new)?.json().await
}

/// Changes somebody.
pub async fn change_user(id: &str, change: &UserChange) -> Reply<User> {
    Call::patch(&format!("/users/{}", encode(id))).body(change)?.json().await
}

/// A one-time link for somebody.
pub async fn user_link(id: &str) -> Reply<SignInLink> {
    Call::post(&format!("/users/{}/link", encode(id))).json().await
}

/// Forgets somebody's password, ends the sessions and gives a one-time link.
pub async fn reset_user(id: &str) -> Reply<SignInLink> {
    Call::post(&format!("/users/{}/reset", encode(id))).json().await
}

/// Forgets somebody.
pub async fn remove_user(id: &str) -> Reply<()> {
    Call::delete(&format!("/users/{}", encode(id))).empty().await
}

/// All API tokens, without their secrets.
pub async fn tokens() -> Reply<ApiTokenList> {
    Call::get("/tokens").json().await
}

/// Makes an API token; its secret is in this reply alone.
pub async fn make_token(new: &NewApiToken) -> Reply<IssuedApiToken> {
    Call::post("/tokens").body(new)?.json().await
}

/// Takes an API token back.
pub async fn end_token(id: &str) -> Reply<()> {
    Call::delete(&format!("/tokens/{}", encode(id))).empty().await
}

/// Where the vendors' credentials come from.
pub async fn credentials() -> Reply<Credentials> {
    Call::get("/credentials").json().await
}

/// What 51Tracking was asked for of late.
pub async fn quota() -> Reply<Quota> {
    Call::get("/quota").json().await
}

/// Enters RouteMate's credentials.
pub async fn put_routemate(own: &RouteMateCredentials) -> Reply<Credentials> {
    Call::put("/credentials/routemate").body(own)?.json().await
}

/// Enters 51Tracking's credentials.
pub async fn put_tracking(own: &TrackingCredentials) -> Reply<Credentials> {
    Call::put("/credentials/tracking").body(own)?.json().await
}

/// Takes entered credentials out; `service` is `routemate` or `tracking`.
pub async fn remove_credentials(service: &str) -> Reply<Credentials> {
    Call::delete(&format!("/credentials/{}", encode(service))).json().await
}

/// Tries RouteMate's credentials; with empty ones those in force.
pub async fn test_routemate(own: &RouteMateCredentials) -> Reply<CredentialTest> {
    Call::post("/credentials/routemate/test").body(own)?.json().await
}

/// Tries 51Tracking's credentials; with an empty key those in force.
pub async fn test_tracking(own: &TrackingCredentials) -> Reply<CredentialTest> {
    Call::post("/credentials/tracking/test").body(own)?.json().await
}

/// A page of the audit log: deeds of a kind, or of any when empty, that fit a search, after a cursor.
pub async fn audit(kind: &str, search: &str, cursor: Option<&str>) -> Reply<AuditPage> {
    let cursor = cursor.map(|it| format!("&cursor={}", encode(it))).unwrap_or_default();
    Call::get(&format!("/audit?limit=50&kind={}&search={}{cursor}", encode(kind), encode(search)))
        .json()
        .await
}
