//! `/audit`: who did what, for owners.

use std::sync::Arc;

use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State as Extract};
use milkrun_wire::api::people::{AuditEntry, AuditPage};
use serde::Deserialize;

use super::page::Page;
use crate::clock::rfc3339;
use crate::problem::{Answer, Failure};
use crate::state::State;
use crate::store::audit::Filter;

/// Longest text to search for.
const MAX_SEARCH: usize = 100;

/// The part of an address that says which deeds are wanted.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Wanted {
    /// What deeds concern, such as `user`, `token` or `credentials`.
    kind: Option<String>,
    /// Words that who, what and about what are searched for; letter case does not matter.
    search: Option<String>,
}

/// The audit log, newest first.
#[utoipa::path(get, path = "/audit", tag = "people", params(Page, Wanted),
    responses((status = 200, body = AuditPage)))]
pub(super) async fn list(
    Extract(state): Extract<Arc<State>>,
    wanted: Result<Query<Wanted>, QueryRejection>,
    page: super::page::Asked,
) -> Answer<axum::Json<AuditPage>> {
    let Query(wanted) =
        wanted.map_err(|_e| Failure::invalid("/search", "kind and search are given once each"))?;
    let (kind, search) = (wanted.kind.unwrap_or_default(), wanted.search.unwrap_or_default());
    if kind.len() > MAX_SEARCH || search.len() > MAX_SEARCH {
        return Err(Failure::invalid("/search", "search for at most 100 letters"));
    }
    let filter = Filter { kind: &kind, search: search.trim() };
    let before = page.number()?.unwrap_or(i64::MAX);
    let rows = state.store.audit().before(before, &filter, page.limit() + 1).await?;
    let (rows, next) = page.cut(rows, |it| it.id.to_string());
    let shown = |it: crate::store::audit::AuditRow| AuditEntry {
        id: it.id,
        at: rfc3339(it.at_ms),
        actor: it.actor,
        action: it.action,
        subject: it.subject,
        detail: it.detail,
    };
    Ok(axum::Json(AuditPage { entries: rows.into_iter().map(shown).collect(), next }))
}
