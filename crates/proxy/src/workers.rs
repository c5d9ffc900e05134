//! What the proxy does without being asked.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::clock::{millis, now_ms};
use crate::state::State;
use crate::store::StoreError;
use crate::{routemate, static_files, tracking, vendors};

const BEAT_EVERY: Duration = Duration::from_secs(2);
const SWEEP_EVERY: Duration = Duration::from_secs(3600);
/// How long a request may be sent again under its key, as the vendors have it.
const KEYS_FOR: Duration = Duration::from_secs(24 * 3600);
/// How far back a browser that was away is told what it missed.
const EVENTS_FOR: Duration = Duration::from_secs(24 * 3600);
/// The vendor keeps its own record of pushes for three days; ours lasts a little longer.
const PUSHES_FOR: Duration = Duration::from_secs(7 * 24 * 3600);
/// How long a shopper may look an order up, and how long the address of a parcel's public page holds.
const SHOPPERS_FOR: Duration = Duration::from_secs(180 * 24 * 3600);

/// Starts the outbox, the poller, the refresher, the follower of credentials, the keeper of the widget's releases and
/// the sweeper. They end, after the calls under way, when `stopped` turns true.
#[must_use]
pub fn start(state: &Arc<State>, stopped: &watch::Receiver<bool>) -> JoinSet<()> {
    let mut workers = JoinSet::new();
    workers.spawn(beat(state.clone(), stopped.clone()));
    workers.spawn(routemate::work(state.clone(), stopped.clone()));
    workers.spawn(tracking::work(state.clone(), stopped.clone()));
    workers.spawn(vendors::work(state.clone(), stopped.clone()));
    workers.spawn(static_files::released::work(state.clone(), stopped.clone()));
    workers.spawn(sweep(state.clone(), stopped.clone()));
    workers
}

/// Whether it is time to stop: somebody said so, or nobody is left to say it.
pub(crate) fn ended(stopped: &watch::Receiver<bool>) -> bool {
    *stopped.borrow() || stopped.has_changed().is_err()
}

/// Says again and again that this proxy lives, and takes over from those that do not.
async fn beat(state: Arc<State>, mut stopped: watch::Receiver<bool>) {
    while !ended(&stopped) {
        if let Err(it) = state.store.instances().beat(now_ms()).await {
            tracing::error!(error = %it, "this proxy could not say that it lives");
        }
        tokio::select! {
            () = tokio::time::sleep(BEAT_EVERY) => {}
            _ = stopped.changed() => {}
        }
    }
}

async fn sweep(state: Arc<State>, mut stopped: watch::Receiver<bool>) {
    while !ended(&stopped) {
        if let Err(it) = sweep_once(&state).await {
            tracing::error!(error = %it, "old rows could not be swept");
        }
        tokio::select! {
            () = tokio::time::sleep(SWEEP_EVERY) => {}
            _ = stopped.changed() => {}
        }
    }
}

async fn sweep_once(state: &State) -> Result<(), StoreError> {
    let now = now_ms();
    state.store.sessions().sweep(now, now - millis(state.config.session_idle)).await?;
    state.store.geocodes().sweep(now).await?;
    state.store.matrices().sweep(now).await?;
    state.store.idempotency().sweep(now - millis(KEYS_FOR)).await?;
    state.store.rate_limits().sweep(now).await?;
    state.store.users().forgive(None, now - millis(KEYS_FOR)).await?;
    state.store.events().sweep(now - millis(EVENTS_FOR)).await?;
    state.store.orders().sweep(now - millis(SHOPPERS_FOR)).await?;
    state.store.sites().sweep_pages(now - millis(SHOPPERS_FOR)).await?;
    state.pages.forget();
    state.store.webhooks().sweep(now - millis(PUSHES_FOR)).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;
    use crate::store::Store;
    use crate::store::webhooks::PushRecord;

    #[tokio::test]
    async fn pushes_stay_on_record_longer_than_the_vendor_keeps_them() {
        let state =
            State::new(Config::from_parts("", "", |_| None).unwrap(), Store::for_tests().await.unwrap());
        let state = state.unwrap();
        let day_ms = 24 * 3600 * 1000;
        for days in [3, 6, 8] {
            let (id, digest) = (days.to_string(), [u8::try_from(days).unwrap(); 32]);
            let push = PushRecord {
                id: &id,
                digest: &digest,
                version: "v4",
                number: "A",
                courier: "posti",
                body: "{}",
            };
            state.store.webhooks().keep(&push, now_ms() - days * day_ms).await.unwrap();
        }
        sweep_once(&state).await.unwrap();
        let kept = state.store.webhooks().before(None, 9).await.unwrap();
        assert_eq!(kept.iter().map(|it| it.id.as_str()).collect::<Vec<_>>(), ["3", "6"]);
    }
}
