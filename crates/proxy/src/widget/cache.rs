//! Answers to lookups, kept until anything changes: many shoppers ask for the same few parcels.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::body::Bytes;
use tokio::sync::{Mutex as AsyncMutex, watch};

use super::lookup;
use crate::problem::{Answer, Failure};
use crate::state::State;
use crate::store::Store;

/// No answer is shown for longer without a look at the store.
const FRESH_FOR: Duration = Duration::from_secs(10);
/// Above so many answers all are forgotten: strangers ask for numbers that nobody has.
const MOST: usize = 10_000;
/// Longest spelling that is kept.
const MAX_NUMBER: usize = 100;

/// The answers of this process.
pub(crate) struct LookupCache {
    changes: watch::Receiver<u64>,
    answers: Mutex<Answers>,
    /// Whoever has to look does so alone, and the others find what was found.
    looking: AsyncMutex<()>,
}

#[derive(Default)]
struct Answers {
    /// The count of changes that they are of.
    as_of: u64,
    by_number: HashMap<String, (Instant, Bytes)>,
}

impl LookupCache {
    pub(crate) fn new(store: &Store) -> Self {
        Self { changes: store.changes(), answers: Mutex::default(), looking: AsyncMutex::default() }
    }

    /// The answer for a number as it was typed, as JSON.
    pub(super) async fn get(&self, state: &State, typed: &str) -> Answer<Bytes> {
        if let Some(it) = self.kept(typed) {
            return Ok(it);
        }
        let _alone = self.looking.lock().await;
        if let Some(it) = self.kept(typed) {
            return Ok(it);
        }
        // Read before the store is: a change in between makes this answer worth nothing.
        let as_of = *self.changes.borrow();
        let found = lookup::find(state, typed).await?;
        let bytes: Bytes = serde_json::to_vec(&found).map_err(|it| Failure::internal(&it))?.into();
        if typed.len() <= MAX_NUMBER {
            self.keep(typed, as_of, &bytes);
        }
        Ok(bytes)
    }

    fn kept(&self, typed: &str) -> Option<Bytes> {
        let now = *self.changes.borrow();
        let answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        let (at, bytes) = answers.by_number.get(typed).filter(|_| answers.as_of == now)?;
        (at.elapsed() < FRESH_FOR).then(|| bytes.clone())
    }

    fn keep(&self, typed: &str, as_of: u64, bytes: &Bytes) {
        let mut answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        if answers.as_of != as_of || answers.by_number.len() >= MOST {
            answers.by_number.clear();
            answers.as_of = as_of;
        }
        answers.by_number.insert(typed.to_owned(), (Instant::now(), bytes.clone()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;
    use crate::store::parcels::tests::row;

    #[tokio::test]
    async fn an_answer_is_kept_until_something_changes() {
        let store = Store::for_tests().await.unwrap();
        let state = State::new(Config::from_parts("", "", |_| None).unwrap(), store).unwrap();
        let found = async || {
            let text = state.lookups.get(&state, "A").await.unwrap();
            serde_json::from_slice::<serde_json::Value>(&text).unwrap()["found"].as_bool().unwrap()
        };
        assert!(!found().await);
        assert!(state.lookups.kept("A").is_some() && state.lookups.kept("B").is_none());
        state.store.parcels().insert(&row("1", "A"), 0).await.unwrap();
        assert!(state.lookups.kept("A").is_none());
        assert!(found().await);
    }
}
