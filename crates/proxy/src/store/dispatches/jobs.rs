//! Jobs that came of dispatches, followed until nothing more can happen to them.

use milkrun_wire::api::dispatch::StopProgress;

use super::{DispatchRow, Dispatches, EVENT, Progress, TABLE};
use crate::store::{StoreError, text};

/// What [`Dispatches::follow`] writes.
#[derive(Clone, Copy, Debug)]
pub struct Followed<'a> {
    /// The job now.
    pub progress: &'a Progress,
    /// The stops whose status is another than before.
    pub changed: &'a [StopProgress],
    /// Whether anything is news, which is when browsers are told.
    pub said_more: bool,
    /// Whether more may happen to it.
    pub open: bool,
    /// What is wrong with it.
    pub error: Option<&'a str>,
    /// Milliseconds until it is asked for again.
    pub delay_ms: i64,
    /// Now.
    pub now_ms: i64,
}

impl Dispatches<'_> {
    /// Takes rows whose open job is due to be asked for, in the same way.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn claim_jobs(
        &self,
        now_ms: i64,
        until_ms: i64,
        most: usize,
    ) -> Result<Vec<DispatchRow>, StoreError> {
        self.claim("state = 'accepted' AND job_open = 1", now_ms, until_ms, most).await
    }

    /// Notes what RouteMate said of an open job, and keeps each stop's change as history.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn follow(&self, id: &str, it: &Followed<'_>) -> Result<(), StoreError> {
        let mut tx = self.0.pool.begin().await?;
        let sql = "UPDATE dispatches SET progress = $2, job_open = $3, error = $4, delay_ms = $5, due_ms = $6, \
                   updated_ms = $7, holder = NULL WHERE id = $1";
        sqlx::query(sql)
            .bind(id)
            .bind(text(TABLE, it.progress)?)
            .bind(i64::from(it.open))
            .bind(it.error)
            .bind(it.delay_ms)
            .bind(it.now_ms + it.delay_ms)
            .bind(it.now_ms)
            .execute(&mut *tx)
            .await?;
        for stop in it.changed {
            sqlx::query(
                "INSERT INTO stop_history (dispatch_id, stop_id, status, at_ms) VALUES ($1, $2, $3, $4)",
            )
            .bind(id)
            .bind(&stop.stop_id)
            .bind(&stop.status)
            .bind(it.now_ms)
            .execute(&mut *tx)
            .await?;
        }
        if it.said_more {
            self.0.note(&mut tx, EVENT, id, it.now_ms).await?;
        }
        self.0.commit(tx).await
    }

    /// Notes that a job could not be asked for, and when it is tried again.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn put_off(&self, id: &str, delay_ms: i64, now_ms: i64) -> Result<(), StoreError> {
        sqlx::query("UPDATE dispatches SET delay_ms = $2, due_ms = $3, holder = NULL WHERE id = $1")
            .bind(id)
            .bind(delay_ms)
            .bind(now_ms + delay_ms)
            .execute(&self.0.pool)
            .await?;
        Ok(())
    }
}
