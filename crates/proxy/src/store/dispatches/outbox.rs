//! The outbox: dispatches that RouteMate has not answered for good.

use super::{DispatchRow, Dispatches, EVENT, Progress, TABLE};
use crate::clock::now_ms;
use crate::store::{StoreError, text};

impl Dispatches<'_> {
    /// Takes rows that are due to be sent and hides them from other takers until `until_ms`.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn claim_sending(
        &self,
        now_ms: i64,
        until_ms: i64,
        most: usize,
    ) -> Result<Vec<DispatchRow>, StoreError> {
        self.claim("state = 'sending'", now_ms, until_ms, most).await
    }

    /// Notes that a dispatch was not accepted yet, why, and when it is sent again; and whether the answer was a
    /// conflict.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn postpone(
        &self,
        id: &str,
        reason: &str,
        due_ms: i64,
        is_conflict: bool,
    ) -> Result<(), StoreError> {
        let mut tx = self.0.pool.begin().await?;
        let sql = "UPDATE dispatches SET attempts = attempts + 1, conflicts = conflicts + $4, error = $2, \
                   due_ms = $3, holder = NULL WHERE id = $1 AND state = 'sending'";
        sqlx::query(sql)
            .bind(id)
            .bind(reason)
            .bind(due_ms)
            .bind(i64::from(is_conflict))
            .execute(&mut *tx)
            .await?;
        self.0.note(&mut tx, EVENT, id, now_ms()).await?;
        self.0.commit(tx).await
    }

    /// Notes that RouteMate refused a dispatch for good.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn refuse(
        &self,
        id: &str,
        reason: &str,
        warnings: &Progress,
        now_ms: i64,
    ) -> Result<(), StoreError> {
        let mut tx = self.0.pool.begin().await?;
        let sql = "UPDATE dispatches SET state = 'refused', error = $2, progress = $3, updated_ms = $4, \
                   holder = NULL WHERE id = $1 AND state = 'sending'";
        sqlx::query(sql)
            .bind(id)
            .bind(reason)
            .bind(text(TABLE, warnings)?)
            .bind(now_ms)
            .execute(&mut *tx)
            .await?;
        self.0.note(&mut tx, EVENT, id, now_ms).await?;
        self.0.commit(tx).await
    }

    /// Notes that RouteMate accepted a dispatch; without a job id there is nothing to follow.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn accept(
        &self,
        id: &str,
        job_id: Option<&str>,
        progress: &Progress,
        now_ms: i64,
    ) -> Result<(), StoreError> {
        let mut tx = self.0.pool.begin().await?;
        let sql = "UPDATE dispatches SET state = 'accepted', error = NULL, job_id = $2, job_open = $3, \
                   progress = $4, due_ms = $5, delay_ms = 0, updated_ms = $5, holder = NULL \
                   WHERE id = $1 AND state = 'sending'";
        sqlx::query(sql)
            .bind(id)
            .bind(job_id)
            .bind(i64::from(job_id.is_some()))
            .bind(text(TABLE, progress)?)
            .bind(now_ms)
            .execute(&mut *tx)
            .await?;
        self.0.note(&mut tx, EVENT, id, now_ms).await?;
        self.0.commit(tx).await
    }
}
