//! `/session`: signing in, who is signed in, signing out.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;

use axum::extract::{ConnectInfo, Extension, State as Extract};
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use milkrun_wire::api::session::{Session, SignIn};

use super::body::Json;
use crate::clock::rfc3339;
use crate::problem::{Answer, Failure};
use crate::session::{self, SignedIn};
use crate::state::State;

pub(super) async fn sign_in(
    Extract(state): Extract<Arc<State>>,
    from: Option<Extension<ConnectInfo<SocketAddr>>>,
    Json(body): Json<SignIn>,
) -> Answer<impl IntoResponse> {
    let address = from.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |it| it.0.0.ip());
    state.sign_in_limit.check(address).map_err(|wait| {
        Failure::new("too-many-tries", 429, "Too many tries to sign in").retry_after(wait.as_secs() + 1)
    })?;
    let (signed_in, cookie) = session::sign_in(&state, &body.token).await?;
    Ok(([(header::SET_COOKIE, cookie)], axum::Json(shown(&state, signed_in))))
}

pub(super) async fn show(
    Extract(state): Extract<Arc<State>>,
    Extension(it): Extension<SignedIn>,
) -> axum::Json<Session> {
    axum::Json(shown(&state, it))
}

pub(super) async fn sign_out(
    Extract(state): Extract<Arc<State>>,
    Extension(it): Extension<SignedIn>,
) -> Answer<impl IntoResponse> {
    let cookie = session::sign_out(&state, &it).await?;
    Ok((StatusCode::NO_CONTENT, [(header::SET_COOKIE, cookie)]))
}

fn shown(state: &State, it: SignedIn) -> Session {
    Session { user: it.user, expires_at: rfc3339(it.expires_ms), services: state.services() }
}
