//! `/services/check`: a look at everything the proxy depends on, for owners.

use std::sync::Arc;

use axum::extract::{Extension, State as Extract};
use serde::Serialize;
use utoipa::ToSchema;

use crate::access::SignedIn;
use crate::checks::{self, Check};
use crate::clock::now_ms;
use crate::problem::Answer;
use crate::state::State;

/// What was found.
#[derive(Serialize, ToSchema)]
pub(super) struct Checks {
    /// One for each thing that was looked at.
    checks: Vec<Check>,
}

/// Tries the credentials and everything else, and says what fails and how to mend it.
#[utoipa::path(post, path = "/services/check", tag = "people", responses((status = 200, body = Checks)))]
pub(super) async fn check(
    Extract(state): Extract<Arc<State>>,
    Extension(who): Extension<SignedIn>,
) -> Answer<axum::Json<Checks>> {
    state.store.audit().add(&who.user, "services.check", "", "", now_ms()).await?;
    Ok(axum::Json(Checks { checks: checks::run(&state).await }))
}
