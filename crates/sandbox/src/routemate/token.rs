//! `POST /v1/integration-token`: credentials in, an opaque bearer token out.

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use milkrun_wire::routemate::{TokenReply, TokenRequest};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::auth::check_rate;
use super::problem::Problem;
use crate::Sandbox;
use crate::clock::wall_ms;

/// The one client the sandbox knows.
pub const CLIENT_ID: &str = "rm_ci_sandbox";
/// Its secret, which is none: it opens nothing but a stand-in.
pub const CLIENT_SECRET: &str = "rm_cs_sandbox";
/// Wall-clock seconds a token is valid.
const LIFE_SECONDS: i64 = 3600;

/// A token that was issued.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Token {
    /// When it stops being valid, wall-clock milliseconds.
    pub(crate) expires_ms: i64,
    /// Whether a call was made with it.
    pub(crate) used: bool,
}

pub(crate) async fn issue(State(sandbox): State<Sandbox>, body: Bytes) -> Result<Response, Problem> {
    check_rate(&sandbox)?;
    let not_json =
        |_| Problem::InvalidTokenRequest("the body is not the JSON object client_id and client_secret");
    let request: TokenRequest = serde_json::from_slice(&body).map_err(not_json)?;
    if request.client_id.is_empty() || request.client_secret.is_empty() {
        return Err(Problem::InvalidTokenRequest("client_id and client_secret are required"));
    }
    if request.client_id != CLIENT_ID || request.client_secret != CLIENT_SECRET {
        return Err(Problem::InvalidClient);
    }
    let access_token = format!("rm_at_{}", Uuid::new_v4().simple());
    let now_ms = wall_ms();
    let mut world = sandbox.world();
    world.tokens.retain(|_, it| it.expires_ms > now_ms);
    world
        .tokens
        .insert(access_token.clone(), Token { expires_ms: now_ms + LIFE_SECONDS * 1000, used: false });
    let reply = TokenReply { access_token, token_type: "Bearer".to_owned(), expires_in: LIFE_SECONDS };
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(reply)).into_response())
}
