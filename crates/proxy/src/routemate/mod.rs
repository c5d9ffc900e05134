//! RouteMate: dispatches go out through a durable outbox, and the jobs that come of them are followed.

mod client;
mod convert;
mod outbox;
mod poller;
mod token;

pub(crate) use self::client::RouteMate;
pub(crate) use self::convert::import_body;
pub(crate) use self::token::Part;

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::state::State;
use crate::store::StoreError;
use crate::workers::ended;

/// How often the workers look for rows that became due.
const TICK: Duration = Duration::from_millis(500);
/// How long a taken row stays hidden: longer than a token, a call, a second token and a second call.
const LEASE_MS: i64 = 60_000;
/// Most calls of one kind under way.
const AT_ONCE: usize = 8;

/// Sends what is stored and follows what was accepted, until told to stop. Calls under way are finished.
pub(crate) async fn work(state: Arc<State>, mut stopped: watch::Receiver<bool>) {
    // Apart, so that many open jobs, whose polls wait for their turn, hold no dispatch up.
    let (mut sends, mut polls) = (JoinSet::new(), JoinSet::new());
    while !ended(&stopped) {
        if let Err(it) = start(&state, &mut sends, &mut polls).await {
            tracing::error!(error = %it, "the outbox could not be read");
        }
        tokio::select! {
            () = state.dispatches_stored.notified() => {}
            Some(_) = sends.join_next() => {}
            Some(_) = polls.join_next() => {}
            () = tokio::time::sleep(TICK) => {}
            _ = stopped.changed() => {}
        }
    }
    while sends.join_next().await.is_some() {}
    while polls.join_next().await.is_some() {}
}

async fn start(
    state: &Arc<State>,
    sends: &mut JoinSet<()>,
    polls: &mut JoinSet<()>,
) -> Result<(), StoreError> {
    let now = crate::clock::now_ms();
    let dispatches = state.store.dispatches();
    let free = AT_ONCE.saturating_sub(sends.len());
    if free > 0 {
        for row in dispatches.claim_sending(now, now + LEASE_MS, free).await? {
            sends.spawn(outbox::send(state.clone(), row));
        }
    }
    let free = AT_ONCE.saturating_sub(polls.len());
    if free > 0 {
        for row in dispatches.claim_jobs(now, now + LEASE_MS, free).await? {
            polls.spawn(poller::ask(state.clone(), row));
        }
    }
    Ok(())
}
