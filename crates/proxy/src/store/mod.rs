//! What must survive a restart, in one embedded SQLite file.
//!
//! One small repository a concern, each speaking plain SQL with numbered parameters, so that another database can
//! stand behind the same methods. Times are milliseconds since 1970 where they are compared and RFC 3339 text
//! where they are shown.

pub mod dispatches;
pub mod geocodes;
pub mod matrices;
pub mod parcels;
pub mod sessions;
pub mod stop_numbers;
pub mod webhooks;

use std::path::Path;
use std::time::Duration;

use sqlx::SqlitePool;
use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};

use self::dispatches::Dispatches;
use self::geocodes::Geocodes;
use self::matrices::Matrices;
use self::parcels::Parcels;
use self::sessions::Sessions;
use self::stop_numbers::StopNumbers;
use self::webhooks::Webhooks;

/// Name of the database file in the data folder.
const FILE_NAME: &str = "milkrun.sqlite3";

/// The schema's steps, in order; a step that was released is never changed again.
const MIGRATIONS: &[(i64, &str, &str)] = &[(1, "first", include_str!("migrations/0001_first.sql"))];

/// The database.
#[derive(Clone, Debug)]
pub struct Store {
    pool: SqlitePool,
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
    /// SQLite refused something.
    #[error("the database failed: {0}")]
    Database(#[from] sqlx::Error),
    /// The schema could not be brought up to date.
    #[error("the database cannot be brought to this version's form: {0}")]
    Migrate(#[from] sqlx::migrate::MigrateError),
    /// A row holds something this version cannot read.
    #[error("a row of {table} cannot be read: {source}")]
    Row {
        /// Which table.
        table: &'static str,
        /// Why not.
        source: serde_json::Error,
    },
}

impl Store {
    /// Opens the database in a folder and brings its schema up to date; folder and file are made when absent.
    ///
    /// # Errors
    /// When the folder is not writable, or the file is no database of ours.
    pub async fn open(folder: &Path) -> Result<Self, StoreError> {
        std::fs::create_dir_all(folder)
            .map_err(|source| StoreError::Folder { path: folder.display().to_string(), source })?;
        let options = SqliteConnectOptions::new()
            .filename(folder.join(FILE_NAME))
            .create_if_missing(true)
            .foreign_keys(true)
            .journal_mode(SqliteJournalMode::Wal)
            // Full: a dispatch must be on the disk before its first byte is sent.
            .synchronous(SqliteSynchronous::Full)
            .busy_timeout(Duration::from_secs(5));
        let pool = SqlitePoolOptions::new().max_connections(4).connect_with(options).await?;
        Self::migrate(pool).await
    }

    async fn migrate(pool: SqlitePool) -> Result<Self, StoreError> {
        let step = |&(version, name, sql): &(i64, &'static str, &'static str)| {
            let sql = sqlx::SqlSafeStr::into_sql_str(sql);
            Migration::new(version, name.into(), MigrationType::Simple, sql, false)
        };
        Migrator::with_migrations(MIGRATIONS.iter().map(step).collect()).run(&pool).await?;
        Ok(Self { pool })
    }

    /// A database in memory, for tests.
    ///
    /// # Errors
    /// When SQLite cannot give one.
    pub async fn in_memory() -> Result<Self, StoreError> {
        let options = SqliteConnectOptions::new().in_memory(true).foreign_keys(true);
        // Each connection would have a database of its own, so there is one, and it never ends.
        let pool = SqlitePoolOptions::new()
            .max_connections(1)
            .idle_timeout(None)
            .max_lifetime(None)
            .connect_with(options)
            .await?;
        Self::migrate(pool).await
    }

    /// Closes the database after its last write.
    pub async fn close(&self) {
        self.pool.close().await;
    }

    /// Sign-in links and sessions.
    #[must_use]
    pub fn sessions(&self) -> Sessions<'_> {
        Sessions(&self.pool)
    }

    /// Dispatches and their outbox.
    #[must_use]
    pub fn dispatches(&self) -> Dispatches<'_> {
        Dispatches(&self.pool)
    }

    /// Numbers under which a shopper may ask for a stop.
    #[must_use]
    pub fn stop_numbers(&self) -> StopNumbers<'_> {
        StopNumbers(&self.pool)
    }

    /// Tracked parcels.
    #[must_use]
    pub fn parcels(&self) -> Parcels<'_> {
        Parcels(&self.pool)
    }

    /// Addresses found before.
    #[must_use]
    pub fn geocodes(&self) -> Geocodes<'_> {
        Geocodes(&self.pool)
    }

    /// Matrices and road lines computed before.
    #[must_use]
    pub fn matrices(&self) -> Matrices<'_> {
        Matrices(&self.pool)
    }

    /// The record of webhook pushes.
    #[must_use]
    pub fn webhooks(&self) -> Webhooks<'_> {
        Webhooks(&self.pool)
    }
}

pub(crate) fn json<T: serde::de::DeserializeOwned>(table: &'static str, text: &str) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(|source| StoreError::Row { table, source })
}
