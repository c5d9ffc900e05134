//! Every site there is, those of the configuration file and those of the database, in memory until one changes.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use milkrun_wire::api::lookup::{Look, WidgetSite};
use milkrun_wire::api::site::SiteSettings;
use tokio::sync::{Mutex as AsyncMutex, watch};

use crate::config::Config;
use crate::store::{Store, StoreError};

/// A site as handlers see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct KnownSite {
    pub(crate) key: String,
    pub(crate) settings: SiteSettings,
    /// From the configuration file.
    pub(crate) fixed: bool,
}

impl KnownSite {
    /// Whether pages of an origin may ask.
    pub(crate) fn has_origin(&self, origin: &str) -> bool {
        self.settings.origins.iter().any(|it| it == origin)
    }

    /// Whether shoppers may look this up here: `number` or `order`.
    pub(crate) fn allows(&self, lookup: &str) -> bool {
        self.settings.lookups.iter().any(|it| it == lookup)
    }

    /// What the widget reads of it.
    pub(crate) fn shown(&self) -> WidgetSite {
        let it = self.settings.clone();
        WidgetSite {
            name: it.name,
            lookups: it.lookups,
            languages: Some(it.languages).filter(|it| !it.is_empty()),
            look: Look { theme: it.theme, accent: it.accent, radius: it.radius },
        }
    }
}

/// All sites by key.
pub(crate) type All = Arc<HashMap<String, Arc<KnownSite>>>;

/// The sites of this process.
pub(crate) struct SiteBook {
    fixed: Vec<Arc<KnownSite>>,
    changes: watch::Receiver<u64>,
    /// All of them, and the count of changes that they are of.
    known: Mutex<Option<(u64, All)>>,
    reading: AsyncMutex<()>,
}

impl SiteBook {
    pub(crate) fn new(config: &Config, store: &Store) -> Self {
        let fixed = |it: &crate::config::Site| {
            Arc::new(KnownSite { key: it.key.clone(), settings: it.settings.clone(), fixed: true })
        };
        Self {
            fixed: config.sites.iter().map(fixed).collect(),
            changes: store.changes(),
            known: Mutex::default(),
            reading: AsyncMutex::default(),
        }
    }

    /// Those of the configuration file.
    pub(crate) fn fixed(&self) -> &[Arc<KnownSite>] {
        &self.fixed
    }

    /// One site.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) async fn find(&self, store: &Store, key: &str) -> Result<Option<Arc<KnownSite>>, StoreError> {
        Ok(self.all(store).await?.get(key).cloned())
    }

    /// Every site, as of now.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) async fn all(&self, store: &Store) -> Result<All, StoreError> {
        if let Some(it) = self.fresh() {
            return Ok(it);
        }
        let _alone = self.reading.lock().await;
        if let Some(it) = self.fresh() {
            return Ok(it);
        }
        // Counted before the reading: a change in between makes what was read old at once.
        let as_of = *self.changes.borrow();
        let rows = store.sites().list().await?;
        let of = |it: crate::store::sites::SiteRow| {
            Arc::new(KnownSite { key: it.key, settings: it.settings, fixed: false })
        };
        // The file's word counts more than the database's.
        let all = rows.into_iter().map(of).chain(self.fixed.iter().cloned());
        let all: All = Arc::new(all.map(|it| (it.key.clone(), it)).collect());
        *self.known.lock().unwrap_or_else(PoisonError::into_inner) = Some((as_of, all.clone()));
        Ok(all)
    }

    fn fresh(&self) -> Option<All> {
        let now = *self.changes.borrow();
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.as_ref().filter(|it| it.0 == now).map(|it| it.1.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::sites::tests::settings;

    #[tokio::test]
    async fn a_change_is_seen_at_once_and_the_file_wins() {
        let store = Store::for_tests().await.unwrap();
        let file = "[[sites]]\nkey = \"file\"\norigins = [\"https://file.example\"]";
        let book = SiteBook::new(&Config::from_parts("", file, |_| None).unwrap(), &store);
        let name = async |key: &str| book.find(&store, key).await.unwrap().map(|it| it.settings.name.clone());
        assert_eq!(name("file").await.as_deref(), Some("file"));
        assert_eq!(name("k").await, None);
        store.sites().insert("k", &settings("one"), 1).await.unwrap();
        assert_eq!(name("k").await.as_deref(), Some("one"));
        store.sites().update("k", &settings("two"), 1, 2).await.unwrap();
        assert_eq!(name("k").await.as_deref(), Some("two"));
        store.sites().insert("file", &settings("database"), 1).await.unwrap();
        assert_eq!(name("file").await.as_deref(), Some("file"));
        store.sites().delete("k", 3).await.unwrap();
        assert_eq!(name("k").await, None);
    }
}
