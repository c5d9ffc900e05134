//! Asking for one open job: RouteMate pushes nothing, so that its progress is polled until nothing more happens.

use std::sync::Arc;

use milkrun_wire::api::session::Upstream;

use super::client::CallFailure;
use super::convert;
use crate::clock::{millis, now_ms};
use crate::state::State;
use crate::store::StoreError;
use crate::store::dispatches::{DispatchRow, Followed};

/// Said of a job that its driver never ended: asked for without end, such jobs would take the turns of today's.
const NOT_FOLLOWED: &str =
    "nothing has ended this job in RouteMate, and it is too old to be followed any longer";

pub(super) async fn ask(state: Arc<State>, row: DispatchRow) {
    if let Err(it) = ask_once(&state, &row).await {
        tracing::error!(dispatch = row.id, error = %it, "the progress of a job could not be stored");
    }
}

async fn ask_once(state: &State, row: &DispatchRow) -> Result<(), StoreError> {
    let client = state.routemate();
    let base = millis(client.access.poll);
    let longest = millis(client.access.choices.poll_longest);
    let dispatches = state.store.dispatches();
    let is_old = now_ms() - row.created_ms > millis(client.access.choices.follow_for);
    let job_id = row.job_id.as_deref().unwrap_or_default();
    match client.job(job_id, &row.request.external_job_id).await {
        Ok(job) => {
            let progress = convert::followed(&row.request, &row.progress, &job);
            let changed = convert::changed(&row.progress, &progress);
            let still = changed.is_empty() && progress == row.progress;
            // A still job is asked for less and less often; the sandbox, whose clock may race, always as often.
            let live = client.access.state == Upstream::Live;
            let delay_ms = if still && live { (row.delay_ms * 3 / 2).clamp(base, longest) } else { base };
            let over = client.access.choices.is_over(&job.status);
            let given_up = !over && is_old;
            let followed = Followed {
                progress: &progress,
                changed: &changed,
                said_more: !still || row.error.is_some() || over || given_up,
                open: !over && !given_up,
                error: given_up.then_some(NOT_FOLLOWED),
                delay_ms,
                now_ms: now_ms(),
            };
            dispatches.follow(&row.id, &followed).await
        }
        Err(CallFailure::Refused { status: status @ (404 | 410), .. }) => {
            tracing::warn!(dispatch = row.id, status, "RouteMate no longer knows a job");
            dispatches.follow(&row.id, &ended(row, "RouteMate no longer knows this job")).await
        }
        Err(it) if is_old => {
            tracing::warn!(dispatch = row.id, reason = %it, "a job is followed no more");
            dispatches.follow(&row.id, &ended(row, NOT_FOLLOWED)).await
        }
        Err(it) => {
            tracing::warn!(dispatch = row.id, reason = %it, "a job could not be asked for");
            let asked = match &it {
                CallFailure::Later { after, .. } => after.map_or(0, millis),
                CallFailure::Refused { .. } => 0,
            };
            let delay_ms = (row.delay_ms * 2).clamp(base, 10 * base).max(asked);
            dispatches.put_off(&row.id, delay_ms, now_ms()).await
        }
    }
}

/// A job that is asked for no more, as it was last known.
fn ended<'a>(row: &'a DispatchRow, why: &'a str) -> Followed<'a> {
    Followed {
        progress: &row.progress,
        changed: &[],
        said_more: true,
        open: false,
        error: Some(why),
        delay_ms: 0,
        now_ms: now_ms(),
    }
}
