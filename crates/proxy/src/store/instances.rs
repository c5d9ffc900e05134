//! Which proxies are alive, so that what a dead one had taken is sent by another within seconds.

use super::{Backend, Store, StoreError};

/// A proxy that has not been heard of for so long is dead. Taking its rows too early would only be a second call
/// under the same key.
const DEAD_AFTER_MS: i64 = 8_000;

/// Repository of living proxies.
pub struct Instances<'a>(pub(super) &'a Store);

impl Instances<'_> {
    /// Says that this proxy lives, and frees what dead ones had taken. A file has one process, so that there
    /// every other one is dead.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn beat(&self, now_ms: i64) -> Result<(), StoreError> {
        let mut tx = self.0.pool.begin().await?;
        let sql = "INSERT INTO instances (id, seen_ms) VALUES ($1, $2) \
                   ON CONFLICT (id) DO UPDATE SET seen_ms = excluded.seen_ms";
        sqlx::query(sql).bind(&*self.0.instance).bind(now_ms).execute(&mut *tx).await?;
        let dead = match self.0.backend {
            Backend::Sqlite => i64::MAX,
            Backend::Postgres => now_ms - DEAD_AFTER_MS,
        };
        let sql = "DELETE FROM instances WHERE seen_ms < $1 AND id <> $2";
        let gone = sqlx::query(sql).bind(dead).bind(&*self.0.instance).execute(&mut *tx).await?;
        tx.commit().await?;
        if gone.rows_affected() > 0 {
            tracing::info!(proxies = gone.rows_affected(), "took over from a proxy that is gone");
        }
        self.free_all(now_ms).await
    }

    /// Makes due what no living proxy holds.
    pub(super) async fn free_all(&self, now_ms: i64) -> Result<(), StoreError> {
        // A row that was due at once stays so: a push has marked it.
        for sql in [
            "UPDATE dispatches SET due_ms = $1, holder = NULL WHERE holder IS NOT NULL AND due_ms > $1 \
             AND holder NOT IN (SELECT id FROM instances)",
            "UPDATE parcels SET due_ms = $1, holder = NULL WHERE holder IS NOT NULL AND due_ms > $1 \
             AND holder NOT IN (SELECT id FROM instances)",
        ] {
            sqlx::query(sql).bind(now_ms).execute(&self.0.pool).await?;
        }
        Ok(())
    }

    /// Says good-bye, so that others need not wait.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn leave(&self) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM instances WHERE id = $1")
            .bind(&*self.0.instance)
            .execute(&self.0.pool)
            .await?;
        Ok(())
    }
}
