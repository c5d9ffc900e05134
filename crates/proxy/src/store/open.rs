//! Opening a database and bringing its schema up to date.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use sqlx::any::AnyPoolOptions;
use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::postgres::PgListener;
use sqlx::{AnyPool, AssertSqlSafe, Executor as _, SqlSafeStr as _};
use tokio::sync::watch;

use super::{Backend, Store, StoreError, private};

/// Name of the database file in the data folder.
pub(super) const FILE_NAME: &str = "milkrun.sqlite3";
/// The channel on which proxies wake each other.
pub(super) const CHANNEL: &str = "milkrun";

/// Every connection to SQLite: a reader never waits for the writer, and a dispatch is on the disk before its first
/// byte is sent.
const PRAGMAS: &str = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA busy_timeout = 10000; \
                       PRAGMA foreign_keys = ON";

/// The schema's steps, in order; a step that was released is never changed again.
const MIGRATIONS: &[(i64, &str, &str)] = &[
    (1, "first", include_str!("migrations/0001_first.sql")),
    (2, "people", include_str!("migrations/0002_people.sql")),
    (3, "once", include_str!("migrations/0003_once.sql")),
    (4, "credentials", include_str!("migrations/0004_credentials.sql")),
    (5, "sites", include_str!("migrations/0005_sites.sql")),
    (6, "renewed", include_str!("migrations/0006_renewed.sql")),
    (7, "orders", include_str!("migrations/0007_orders.sql")),
    (8, "conflicts", include_str!("migrations/0008_conflicts.sql")),
];

impl Store {
    /// Opens the database in a folder and brings its schema up to date; folder and file are made when absent.
    ///
    /// # Errors
    /// When the folder is not writable, or the file is no database of ours.
    pub async fn open(folder: &Path) -> Result<Self, StoreError> {
        let path = folder.join(FILE_NAME);
        // SQLite takes an empty file for a new database, and gives the files beside it the same rights.
        private::folder(folder)
            .and_then(|()| private::file(&path))
            .map_err(|source| StoreError::Folder { path: folder.display().to_string(), source })?;
        let path = utf8_percent_encode(&path.display().to_string(), NON_ALPHANUMERIC).to_string();
        let options =
            AnyPoolOptions::new().max_connections(4).acquire_timeout(Duration::from_secs(10)).after_connect(
                |connection, _| Box::pin(async move { connection.execute(PRAGMAS).await.map(drop) }),
            );
        sqlx::any::install_default_drivers();
        let pool = options.connect(&format!("sqlite://{path}?mode=rwc")).await?;
        Self::migrate(pool, Backend::Sqlite).await
    }

    /// Connects to a PostgreSQL server, such as `postgres://user:password@host/database`.
    ///
    /// # Errors
    /// When it cannot be reached, or the database holds something else.
    pub async fn connect(url: &str) -> Result<Self, StoreError> {
        if !url.starts_with("postgres://") && !url.starts_with("postgresql://") {
            return Err(StoreError::Address);
        }
        sqlx::any::install_default_drivers();
        let options = AnyPoolOptions::new().max_connections(16).acquire_timeout(Duration::from_secs(10));
        let store = Self::migrate(options.connect(url).await?, Backend::Postgres).await?;
        let listener = PgListener::connect(url).await?;
        store.listen(listener).await?;
        Ok(store)
    }

    /// Hears of other proxies' changes for as long as the store lives.
    async fn listen(&self, mut listener: PgListener) -> Result<(), StoreError> {
        listener.listen(CHANNEL).await?;
        let changes = Arc::downgrade(&self.changes);
        tokio::spawn(async move {
            loop {
                let heard = listener.recv().await;
                let Some(changes) = changes.upgrade() else { return };
                changes.send_modify(|it| *it = it.wrapping_add(1));
                if let Err(it) = heard {
                    // The listener reconnects by itself; a change in between is seen at the next one.
                    tracing::warn!(error = %it, "the database's notifications were interrupted");
                    tokio::time::sleep(Duration::from_secs(1)).await;
                }
            }
        });
        Ok(())
    }

    async fn migrate(pool: AnyPool, backend: Backend) -> Result<Self, StoreError> {
        let step = |&(version, name, sql): &(i64, &'static str, &'static str)| {
            let sql = match backend {
                Backend::Sqlite => sql.into_sql_str(),
                Backend::Postgres => AssertSqlSafe(sql.replace(" BLOB", " BYTEA")).into_sql_str(),
            };
            Migration::new(version, name.into(), MigrationType::Simple, sql, false)
        };
        Migrator::with_migrations(MIGRATIONS.iter().map(step).collect()).run(&pool).await?;
        let instance = uuid::Uuid::new_v4().to_string().into();
        Ok(Self { pool, backend, instance, changes: Arc::new(watch::Sender::new(0)) })
    }

    /// A database in memory.
    ///
    /// # Errors
    /// When SQLite cannot give one.
    pub async fn in_memory() -> Result<Self, StoreError> {
        sqlx::any::install_default_drivers();
        // Each connection would have a database of its own, so there is one, and it never ends.
        let options = AnyPoolOptions::new().max_connections(1).idle_timeout(None).max_lifetime(None);
        Self::migrate(options.connect("sqlite::memory:").await?, Backend::Sqlite).await
    }

    /// An empty database for one test: SQLite in memory, or a real PostgreSQL where the environment has
    /// `MILKRUN_TEST_STORE=postgres`.
    #[cfg(test)]
    pub(crate) async fn for_tests() -> Result<Self, StoreError> {
        if std::env::var("MILKRUN_TEST_STORE").as_deref() != Ok("postgres") {
            return Self::in_memory().await;
        }
        let server = milkrun_postgres::shared().map_err(|it| StoreError::Backup(it.to_owned()))?;
        let url = server.database().map_err(|it| StoreError::Backup(format!("{it:#}")))?;
        Self::connect(&url).await
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[tokio::test]
    async fn a_store_opens_again_and_only_known_databases_are_taken() {
        let folder = std::env::temp_dir().join(format!("milkrun store {}", uuid::Uuid::new_v4()));
        for _ in 0..2 {
            let store = Store::open(&folder).await.unwrap();
            store.ping().await.unwrap();
            let rights = |it: &Path| std::fs::metadata(it).unwrap().permissions().mode() & 0o777;
            assert_eq!(rights(&folder), 0o700);
            for it in std::fs::read_dir(&folder).unwrap() {
                let it = it.unwrap().path();
                assert_eq!(rights(&it), 0o600, "{}", it.display());
            }
            store.close().await;
        }
        assert!(folder.join(FILE_NAME).is_file());
        let store = Store::open(&folder).await.unwrap();
        let later = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
                     VALUES (9999, 'of a newer version', 1, x'00', 0)";
        sqlx::query(later).execute(&store.pool).await.unwrap();
        store.close().await;
        assert!(matches!(Store::open(&folder).await, Err(StoreError::Newer)));
        std::fs::remove_dir_all(&folder).unwrap();
        assert!(matches!(Store::connect("mysql://x/y").await, Err(StoreError::Address)));
    }
}
