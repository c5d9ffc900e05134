//! RouteMate: dispatches go out through a durable outbox, and the jobs that come of them are followed.

mod client;
mod convert;
mod outbox;
mod poller;
mod token;

pub(crate) use self::client::RouteMate;
pub(crate) use self::convert::import_body;

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::state::State;
use crate::workers::ended;

/// How often the workers look for rows that became due.
const TICK: Duration = Duration::from_millis(500);
/// How long a taken row stays hidden: longer than a token, a call, a second token and a second call.
const LEASE_MS: i64 = 60_000;
/// Most calls of one kind under way.
const AT_ONCE: usize = 4;

/// Sends what is stored and follows what was accepted, until told to stop. Calls under way are finished.
pub(crate) async fn work(state: Arc<State>, mut stopped: watch::Receiver<bool>) {
    let mut calls = JoinSet::new();
    while !ended(&stopped) {
        if calls.len() < 2 * AT_ONCE {
            start(&state, &mut calls).await;
        }
        tokio::select! {
            () = state.dispatches_stored.notified() => {}
            Some(_) = calls.join_next() => {}
            () = tokio::time::sleep(TICK) => {}
            _ = stopped.changed() => {}
        }
    }
    while calls.join_next().await.is_some() {}
}

async fn start(state: &Arc<State>, calls: &mut JoinSet<()>) {
    let now = crate::clock::now_ms();
    let dispatches = state.store.dispatches();
    let due = async {
        let sending = dispatches.claim_sending(now, now + LEASE_MS, AT_ONCE).await?;
        let jobs = dispatches.claim_jobs(now, now + LEASE_MS, AT_ONCE).await?;
        Ok::<_, crate::store::StoreError>((sending, jobs))
    };
    match due.await {
        Ok((sending, jobs)) => {
            for row in sending {
                calls.spawn(outbox::send(state.clone(), row));
            }
            for row in jobs {
                calls.spawn(poller::ask(state.clone(), row));
            }
        }
        Err(it) => tracing::error!(error = %it, "the outbox could not be read"),
    }
}
