//! Answers to lookups, kept until anything changes: many shoppers ask for the same few parcels.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::body::Bytes;
use milkrun_wire::api::lookup::Lookup;
use tokio::sync::watch;

use super::lookup;
use crate::flight::Flight;
use crate::problem::{Answer, Failure};
use crate::state::State;
use crate::store::Store;

/// No answer is shown for longer without a look at the store.
const FRESH_FOR: Duration = Duration::from_secs(10);
/// Above so many answers all are forgotten: strangers ask for numbers that nobody has.
const MOST: usize = 10_000;
/// Longest spelling that is kept.
const MAX_NUMBER: usize = 100;

/// An answer, ready to be sent.
#[derive(Clone, Debug)]
pub(super) struct Kept {
    /// As JSON.
    pub(super) json: Bytes,
    pub(super) found: bool,
    /// Path of the public page; empty when there is none.
    pub(super) page: String,
}

type Key = (String, String, String);

/// The answers of this process.
pub(crate) struct LookupCache {
    changes: watch::Receiver<u64>,
    answers: Mutex<Answers>,
    /// Whoever has to look does so for all who ask the same, as of the same count of changes: an answer that was
    /// begun before a change is not for those who ask after it.
    looking: Flight<(Key, u64), Answer<Kept>>,
}

#[derive(Default)]
struct Answers {
    /// The count of changes that they are of.
    as_of: u64,
    /// By site, number and carrier: the same parcel has another page on each site.
    by_number: HashMap<Key, (Instant, Kept)>,
}

impl LookupCache {
    pub(crate) fn new(store: &Store) -> Self {
        Self { changes: store.changes(), answers: Mutex::default(), looking: Flight::default() }
    }

    /// The answer for a number as it was typed, of this carrier if several have it.
    pub(super) async fn get(&self, state: &State, site: &str, typed: &str, carrier: &str) -> Answer<Kept> {
        let key = (site.to_owned(), typed.to_owned(), carrier.to_owned());
        if let Some(it) = self.kept(&key) {
            return Ok(it);
        }
        // Read before the store is: a change in between makes this answer worth nothing.
        let as_of = *self.changes.borrow();
        let look = || self.look(state, &key, as_of);
        self.looking.run((key.clone(), as_of), look).await
    }

    async fn look(&self, state: &State, key: &Key, as_of: u64) -> Answer<Kept> {
        let (site, typed, carrier) = key;
        let (subject, found) = lookup::find(state, typed, carrier).await?;
        let page = match &subject {
            Some(it) => state.pages.path(state, state.hashes().await?, site, it).await?,
            None => String::new(),
        };
        let found = Lookup { page, ..found };
        let json = serde_json::to_vec(&found).map_err(|it| Failure::internal(&it))?.into();
        let kept = Kept { json, found: found.found, page: found.page };
        if typed.len().max(carrier.len()) <= MAX_NUMBER {
            self.keep(key.clone(), as_of, &kept);
        }
        Ok(kept)
    }

    fn kept(&self, key: &Key) -> Option<Kept> {
        let now = *self.changes.borrow();
        let answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        let (at, it) = answers.by_number.get(key).filter(|_| answers.as_of == now)?;
        (at.elapsed() < FRESH_FOR).then(|| it.clone())
    }

    fn keep(&self, key: Key, as_of: u64, it: &Kept) {
        let mut answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        if answers.as_of != as_of || answers.by_number.len() >= MOST {
            answers.by_number.clear();
            answers.as_of = as_of;
        }
        answers.by_number.insert(key, (Instant::now(), it.clone()));
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
        let found = async |site: &str| state.lookups.get(&state, site, "A", "").await.unwrap();
        let kept = |number: &str| {
            state.lookups.kept(&("shop".to_owned(), number.to_owned(), String::new())).is_some()
        };
        assert!(!found("shop").await.found);
        assert!(kept("A") && !kept("B"));
        state.store.parcels().insert(&row("1", "A"), 0).await.unwrap();
        assert!(!kept("A"));
        let (one, other) = (found("shop").await, found("other").await);
        assert!(one.found && one.page.len() == 35 && one.page != other.page, "{}", one.page);
        let opened = super::super::pages::open(&state, &one.page[3..]).await.unwrap().unwrap();
        assert_eq!((opened.0.as_str(), opened.1.to_string().as_str()), ("shop", "parcel 1"));
    }
}
