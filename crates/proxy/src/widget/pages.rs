//! The addresses of public pages: `/t/` and a token nobody can guess, one for each site and subject.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

use super::hashes::Hashes;
use super::subject::Subject;
use crate::clock::now_ms;
use crate::session;
use crate::state::State;
use crate::store::StoreError;
use crate::store::sessions::Digest;

/// Above so many tokens that are known to be stored all are forgotten.
const MOST: usize = 100_000;

/// Which pages this process has made findable already, so that the database is asked once for each.
#[derive(Debug, Default)]
pub(crate) struct Pages(Mutex<HashSet<Digest>>);

impl Pages {
    /// The path of a subject's page on a site, which can be opened from now on.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) async fn path(
        &self,
        state: &State,
        hashes: &Hashes,
        site: &str,
        subject: &Subject,
    ) -> Result<String, StoreError> {
        let subject = subject.to_string();
        let token = hashes.token(site, &subject);
        let digest = session::digest(&token);
        if !self.0.lock().unwrap_or_else(PoisonError::into_inner).contains(&digest) {
            state.store.sites().open_page(&digest, site, &subject, now_ms()).await?;
            let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            if known.len() >= MOST {
                known.clear();
            }
            known.insert(digest);
        }
        Ok(format!("/t/{token}"))
    }

    /// Forgets what is known to be stored, after old pages were swept or a site's went with it.
    pub(crate) fn forget(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

/// The site and subject of a token.
///
/// # Errors
/// When the database fails.
pub(crate) async fn open(state: &State, token: &str) -> Result<Option<(String, Subject)>, StoreError> {
    let found = state.store.sites().page(&session::digest(token)).await?;
    Ok(found.and_then(|(site, subject)| Some((site, Subject::read(&subject)?))))
}
