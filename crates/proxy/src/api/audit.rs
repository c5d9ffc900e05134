//! `/audit`: who did what, for owners.

use std::sync::Arc;

use axum::extract::State as Extract;
use milkrun_wire::api::people::{AuditEntry, AuditPage};

use super::page::Page;
use crate::clock::rfc3339;
use crate::problem::Answer;
use crate::state::State;

/// The audit log, newest first.
#[utoipa::path(get, path = "/audit", tag = "people", params(Page), responses((status = 200, body = AuditPage)))]
pub(super) async fn list(
    Extract(state): Extract<Arc<State>>,
    page: super::page::Asked,
) -> Answer<axum::Json<AuditPage>> {
    let rows = state.store.audit().before(page.number()?.unwrap_or(i64::MAX), page.limit() + 1).await?;
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
