//! Sending one stored dispatch, again and again until RouteMate has said yes or no.

use std::sync::Arc;
use std::time::Duration;

use super::client::CallFailure;
use super::convert;
use crate::clock::{millis, now_ms};
use crate::state::State;
use crate::store::StoreError;
use crate::store::dispatches::{DispatchRow, Progress};
use crate::widget::number::normalised;

/// First upper bound of the random wait, doubled with each try.
const BASE: Duration = Duration::from_millis(500);
/// Longest upper bound.
const CAP: Duration = Duration::from_secs(120);

pub(super) async fn send(state: Arc<State>, row: DispatchRow) {
    if let Err(it) = try_once(&state, &row).await {
        // The row is still there and comes up again when its lease ends.
        tracing::error!(dispatch = row.id, error = %it, "the outcome of a dispatch could not be stored");
    }
}

async fn try_once(state: &State, row: &DispatchRow) -> Result<(), StoreError> {
    let dispatches = state.store.dispatches();
    let client = state.routemate();
    let choices = &client.access.choices;
    // Past the life of a key at the other end the same import would be a second job. Looked at before it is sent,
    // since an earlier try, whose reply was lost, may have got through before the proxy was away.
    if now_ms() - row.created_ms > millis(choices.key_life) {
        tracing::error!(dispatch = row.id, "a dispatch was given up");
        let message = given_up(choices.key_life, row.error.as_deref());
        return dispatches.refuse(&row.id, &message, &Progress::default(), now_ms()).await;
    }
    match client.import(&row.id, &row.body).await {
        Ok(reply) => {
            tracing::info!(dispatch = row.id, attempts = row.attempts + 1, "RouteMate accepted a dispatch");
            let mut progress = convert::accepted(&row.request, &reply);
            let job_id = Some(reply.job_id.as_str()).filter(|it| !it.is_empty());
            if job_id.is_none() {
                progress.warnings.push(milkrun_wire::api::dispatch::DispatchWarning {
                    stop_id: None,
                    message: "RouteMate gave the job no id, so its progress cannot be followed here"
                        .to_owned(),
                });
            }
            let own = row.request.stops.iter().map(|it| (it.stop_id.as_str(), it.stop_id.as_str()));
            let theirs = reply
                .stops
                .iter()
                .filter_map(|it| Some((it.stop_id.as_deref()?, it.external_stop_id.as_deref()?)));
            let numbers: Vec<_> = own
                .chain(theirs)
                .map(|(number, stop)| (normalised(number), stop))
                .filter(|it| !it.0.is_empty())
                .collect();
            state.store.stop_numbers().add(&row.id, &numbers).await?;
            dispatches.accept(&row.id, job_id, &progress, now_ms()).await
        }
        // A conflict may only mean that an earlier try, whose reply was lost, is still being worked on.
        Err(CallFailure::Refused { status: 409, message, .. }) if row.conflicts < choices.conflict_tries => {
            let due = now_ms() + millis(wait(row.attempts, Some(Duration::from_secs(1)), rand::random()));
            dispatches.postpone(&row.id, &message, due, true).await
        }
        Err(CallFailure::Refused { status, message, errors }) => {
            tracing::warn!(dispatch = row.id, status, "RouteMate refused a dispatch");
            dispatches.refuse(&row.id, &message, &convert::refused(&row.request, &errors), now_ms()).await
        }
        Err(CallFailure::Later { reason, after }) => {
            let wait = wait(row.attempts, after, rand::random());
            tracing::warn!(
                dispatch = row.id,
                attempts = row.attempts + 1,
                wait_ms = millis(wait),
                reason,
                "a dispatch waits"
            );
            dispatches.postpone(&row.id, &reason, now_ms() + millis(wait), false).await
        }
    }
}

/// What is said of a dispatch that RouteMate has not answered in time; `reason` is why it waited, if it was tried.
fn given_up(after: Duration, reason: Option<&str>) -> String {
    format!(
        "RouteMate gave no answer within {} ({}); look there whether the job exists before you send it again",
        span(after),
        reason.unwrap_or("the proxy was not running")
    )
}

/// A time in whole hours, or in minutes below two.
fn span(it: Duration) -> String {
    match it.as_secs() {
        s if s >= 7200 => format!("{} hours", s / 3600),
        s => format!("{} minutes", s.div_ceil(60)),
    }
}

/// Full jitter: anything between nothing and a bound that doubles, but never less than the server asked for.
fn wait(attempts: i64, asked: Option<Duration>, chance: f64) -> Duration {
    let doublings = u32::try_from(attempts.clamp(0, 16)).unwrap_or_default();
    let bound = BASE.saturating_mul(1 << doublings).min(CAP);
    asked.unwrap_or_default() + bound.mul_f64(chance.clamp(0.0, 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_to_a_cap_and_honour_what_was_asked() {
        let ms = |attempts, asked: Option<u64>, chance| {
            wait(attempts, asked.map(Duration::from_secs), chance).as_millis()
        };
        assert_eq!(ms(0, None, 1.0), 500);
        assert_eq!(ms(3, None, 1.0), 4000);
        assert_eq!(ms(3, None, 0.0), 0);
        assert_eq!(ms(60, None, 1.0), 120_000);
        assert_eq!(ms(0, Some(7), 0.5), 7250);
        assert_eq!(ms(0, Some(7200), 0.0), 7_200_000);
        assert_eq!(
            [72_000, 7_200, 90].map(|it| span(Duration::from_secs(it))),
            ["20 hours", "2 hours", "2 minutes"]
        );
    }
}
