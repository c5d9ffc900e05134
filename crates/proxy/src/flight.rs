//! One call for many who want the same at the same time.
//!
//! Whoever comes first does the work; whoever comes with the same key before it is done waits for that result
//! instead of asking again. Nothing is kept afterwards: this is no cache.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::OnceCell;

/// What is under way, by key.
#[derive(Debug)]
pub(crate) struct Flight<K: Eq + Hash, V>(Mutex<HashMap<K, Arc<OnceCell<V>>>>);

impl<K: Eq + Hash, V> Default for Flight<K, V> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<K: Eq + Hash + Clone, V: Clone> Flight<K, V> {
    /// The result of `work`, or of the same work that somebody else has begun and not finished.
    ///
    /// When the caller who does the work is dropped (a browser went away), one of those who wait does it anew
    /// with its own `work`, so that nobody depends on the patience of a stranger. A failure is a result like any
    /// other and is shared by those who waited for it; the next caller tries again.
    pub(crate) async fn run<F: Future<Output = V>>(&self, key: K, work: impl FnOnce() -> F) -> V {
        let seat = Seat::take(self, key);
        seat.cell.get_or_init(work).await.clone()
    }

    /// How many different things are under way.
    #[cfg(test)]
    fn len(&self) -> usize {
        self.0.lock().unwrap().len()
    }
}

/// A caller's part in a flight.
struct Seat<'a, K: Eq + Hash, V> {
    flight: &'a Flight<K, V>,
    key: K,
    cell: Arc<OnceCell<V>>,
}

impl<'a, K: Eq + Hash + Clone, V> Seat<'a, K, V> {
    fn take(flight: &'a Flight<K, V>, key: K) -> Self {
        let mut under_way = flight.0.lock().unwrap_or_else(PoisonError::into_inner);
        let cell = under_way.entry(key.clone()).or_default().clone();
        drop(under_way);
        Self { flight, key, cell }
    }
}

impl<K: Eq + Hash, V> Drop for Seat<'_, K, V> {
    fn drop(&mut self) {
        let mut under_way = self.flight.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(known) = under_way.get(&self.key).filter(|it| Arc::ptr_eq(it, &self.cell)) else { return };
        // Done, so that the next caller asks anew; or nobody waits any more: the map's own and this one are left.
        if known.initialized() || Arc::strong_count(known) == 2 {
            under_way.remove(&self.key);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::Duration;

    use tokio::sync::Notify;
    use tokio::task::JoinSet;

    use super::*;

    #[tokio::test]
    async fn those_who_come_together_share_one_call() {
        let flight: Arc<Flight<&str, usize>> = Arc::default();
        let (calls, go) = (Arc::new(AtomicUsize::new(0)), Arc::new(Notify::new()));
        let mut callers = JoinSet::new();
        for at in 0..100 {
            let (flight, calls, go) = (flight.clone(), calls.clone(), go.clone());
            callers.spawn(async move {
                let key = if at % 2 == 0 { "even" } else { "odd" };
                let work = || async {
                    go.notified().await;
                    calls.fetch_add(1, Ordering::SeqCst)
                };
                flight.run(key, work).await
            });
        }
        while flight.len() < 2 || callers.len() < 100 {
            tokio::task::yield_now().await;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
        go.notify_one();
        go.notify_one();
        let mut found = [0, 0];
        while let Some(it) = callers.join_next().await {
            found[it.unwrap()] += 1;
        }
        assert_eq!((calls.load(Ordering::SeqCst), found), (2, [50, 50]));
        assert_eq!(flight.len(), 0, "nothing is kept");
        assert_eq!(flight.run("even", || async { 7 }).await, 7, "the next caller asks anew");
    }

    #[tokio::test]
    async fn when_the_first_goes_away_the_second_does_the_work() {
        let flight: Arc<Flight<(), &str>> = Arc::default();
        let first = {
            let flight = flight.clone();
            tokio::spawn(async move { flight.run((), std::future::pending).await })
        };
        while flight.len() == 0 {
            tokio::task::yield_now().await;
        }
        let second = {
            let flight = flight.clone();
            tokio::spawn(async move { flight.run((), || async { "second" }).await })
        };
        tokio::time::sleep(Duration::from_millis(20)).await;
        first.abort();
        assert_eq!(second.await.unwrap(), "second");
        let gone = tokio::spawn({
            let flight = flight.clone();
            async move { flight.run((), std::future::pending).await }
        });
        tokio::time::sleep(Duration::from_millis(20)).await;
        gone.abort();
        let _ = gone.await;
        assert_eq!(flight.len(), 0, "what everybody has left is forgotten");
    }

    #[tokio::test]
    async fn a_failure_is_shared_and_not_kept() {
        let flight: Flight<(), Result<(), &str>> = Flight::default();
        assert_eq!(flight.run((), || async { Err("down") }).await, Err("down"));
        assert_eq!(flight.run((), || async { Ok(()) }).await, Ok(()));
    }
}
