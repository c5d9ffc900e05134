//! What must survive a restart: one embedded SQLite file, or a PostgreSQL that several proxies share.
//!
//! One small repository a concern, each speaking plain SQL that both databases understand. The few places where
//! they differ ask [`Store::backend`]. Times are milliseconds since 1970 where they are compared and RFC 3339 text
//! where they are shown.

pub mod audit;
mod backup;
pub mod credentials;
pub mod dispatches;
pub mod events;
pub mod geocodes;
pub mod idempotency;
pub mod instances;
pub mod matrices;
mod newest;
mod open;
pub mod orders;
pub mod parcels;
mod private;
pub mod quota;
pub mod rate_limits;
pub mod sessions;
pub mod sites;
pub mod stop_numbers;
pub mod tokens;
pub mod users;
pub mod webhooks;

use std::sync::Arc;

use sqlx::AnyPool;
use tokio::sync::watch;

use self::audit::Audit;
use self::credentials::Credentials;
use self::dispatches::Dispatches;
use self::events::Events;
use self::geocodes::Geocodes;
use self::idempotency::Idempotency;
use self::instances::Instances;
use self::matrices::Matrices;
pub use self::newest::Before;
use self::newest::Newest;
use self::orders::Orders;
use self::parcels::Parcels;
use self::quota::Quota;
use self::rate_limits::RateLimits;
use self::sessions::Sessions;
use self::sites::Sites;
use self::stop_numbers::StopNumbers;
use self::tokens::ApiTokens;
use self::users::Users;
use self::webhooks::Webhooks;

/// The database.
#[derive(Clone, Debug)]
pub struct Store {
    pool: AnyPool,
    backend: Backend,
    /// This process among those that share the database.
    instance: Arc<str>,
    /// Counts up whenever some row changed that somebody waits for.
    changes: Arc<watch::Sender<u64>>,
}

/// Which database it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Backend {
    /// One file, one process.
    Sqlite,
    /// A server that several proxies share.
    Postgres,
}

/// The database failed.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The folder cannot be made.
    #[error("cannot make the data folder {path}: {source}")]
    Folder {
        /// The folder.
        path: String,
        /// Why not.
        source: std::io::Error,
    },
    /// The address is of no database known here.
    #[error("database_url must begin with postgres://; leave it out for the embedded SQLite")]
    Address,
    /// The database refused something.
    #[error("the database failed: {0}")]
    Database(#[from] sqlx::Error),
    /// The schema could not be brought up to date.
    #[error("the database cannot be brought to this version's form: {0}")]
    Migrate(sqlx::migrate::MigrateError),
    /// The schema has steps that this version does not know.
    #[error(
        "the database was used by a newer version of Milkrun; start that version, or restore a copy made before it"
    )]
    Newer,
    /// A row holds something this version cannot read.
    #[error("a row of {table} cannot be read: {source}")]
    Row {
        /// Which table.
        table: &'static str,
        /// Why not.
        source: serde_json::Error,
    },
    /// A backup could not be made or used.
    #[error("{0}")]
    Backup(String),
}

impl From<sqlx::migrate::MigrateError> for StoreError {
    fn from(it: sqlx::migrate::MigrateError) -> Self {
        match it {
            sqlx::migrate::MigrateError::VersionMissing(_) => Self::Newer,
            other => Self::Migrate(other),
        }
    }
}

impl StoreError {
    /// Whether a text holds a character that the database cannot keep: PostgreSQL knows no U+0000.
    #[must_use]
    pub fn is_unstorable_text(&self) -> bool {
        let Self::Database(sqlx::Error::Database(it)) = self else { return false };
        it.code().is_some_and(|it| it == "22021")
    }
}

impl Store {
    /// Which database it is.
    #[must_use]
    pub fn backend(&self) -> Backend {
        self.backend
    }

    /// Counts up whenever something was written that browsers or waiting handlers should see.
    #[must_use]
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.changes.subscribe()
    }

    fn announce(&self) {
        self.changes.send_modify(|it| *it = it.wrapping_add(1));
    }

    /// Whether the database answers.
    ///
    /// # Errors
    /// When it does not.
    pub async fn ping(&self) -> Result<(), StoreError> {
        sqlx::query("SELECT 1").execute(&self.pool).await?;
        Ok(())
    }

    /// Closes the database after its last write.
    pub async fn close(&self) {
        self.pool.close().await;
    }

    /// What makes a queue's rows invisible to a second taker: SQLite has one writer at a time anyway.
    fn skip_locked(&self) -> &'static str {
        match self.backend {
            Backend::Sqlite => "",
            Backend::Postgres => "FOR UPDATE SKIP LOCKED",
        }
    }

    /// Begins a transaction whose reads nobody changes before it writes; `name` says what is locked meanwhile.
    async fn begin_alone(&self, name: i64) -> Result<sqlx::Transaction<'static, sqlx::Any>, StoreError> {
        match self.backend {
            Backend::Sqlite => Ok(self.pool.begin_with("BEGIN IMMEDIATE").await?),
            Backend::Postgres => {
                let mut tx = self.pool.begin().await?;
                sqlx::query("SELECT pg_advisory_xact_lock($1)").bind(name).execute(&mut *tx).await?;
                Ok(tx)
            }
        }
    }
}

/// The repositories, one a concern.
impl Store {
    /// People who may sign in.
    #[must_use]
    pub fn users(&self) -> Users<'_> {
        Users(self)
    }

    /// Sign-in links and sessions.
    #[must_use]
    pub fn sessions(&self) -> Sessions<'_> {
        Sessions(self)
    }

    /// Keys of integrators.
    #[must_use]
    pub fn tokens(&self) -> ApiTokens<'_> {
        ApiTokens(self)
    }

    /// Who did what.
    #[must_use]
    pub fn audit(&self) -> Audit<'_> {
        Audit(self)
    }

    /// Credentials that were entered in the portal, sealed.
    #[must_use]
    pub fn credentials(&self) -> Credentials<'_> {
        Credentials(self)
    }

    /// What browsers are told of.
    #[must_use]
    pub fn events(&self) -> Events<'_> {
        Events(self)
    }

    /// The proxies that are alive.
    #[must_use]
    pub fn instances(&self) -> Instances<'_> {
        Instances(self)
    }

    /// Requests that are done once.
    #[must_use]
    pub fn idempotency(&self) -> Idempotency<'_> {
        Idempotency(self)
    }

    /// Rate limits that several proxies share.
    #[must_use]
    pub fn rate_limits(&self) -> RateLimits<'_> {
        RateLimits(self)
    }

    /// What was spent at 51Tracking.
    #[must_use]
    pub fn quota(&self) -> Quota<'_> {
        Quota(self)
    }

    /// Dispatches and their outbox.
    #[must_use]
    pub fn dispatches(&self) -> Dispatches<'_> {
        Dispatches(self)
    }

    /// Numbers under which a shopper may ask for a stop.
    #[must_use]
    pub fn stop_numbers(&self) -> StopNumbers<'_> {
        StopNumbers(self)
    }

    /// Merchants' sites.
    #[must_use]
    pub fn sites(&self) -> Sites<'_> {
        Sites(self)
    }

    /// What belongs to which order.
    #[must_use]
    pub fn orders(&self) -> Orders<'_> {
        Orders(self)
    }

    /// Tracked parcels.
    #[must_use]
    pub fn parcels(&self) -> Parcels<'_> {
        Parcels(self)
    }

    /// Addresses found before.
    #[must_use]
    pub fn geocodes(&self) -> Geocodes<'_> {
        Geocodes(self)
    }

    /// Matrices and road lines computed before.
    #[must_use]
    pub fn matrices(&self) -> Matrices<'_> {
        Matrices(self)
    }

    /// The record of webhook pushes.
    #[must_use]
    pub fn webhooks(&self) -> Webhooks<'_> {
        Webhooks(self)
    }
}

/// A value as it is stored in a row of a table, and below the way back.
pub(crate) fn text<T: serde::Serialize>(table: &'static str, it: &T) -> Result<String, StoreError> {
    serde_json::to_string(it).map_err(|source| StoreError::Row { table, source })
}

pub(crate) fn json<T: serde::de::DeserializeOwned>(table: &'static str, text: &str) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(|source| StoreError::Row { table, source })
}
