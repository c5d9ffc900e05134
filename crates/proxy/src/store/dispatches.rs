//! Dispatches: the outbox of imports, and the jobs that came of them.
//!
//! A row is written before the first byte is sent and carries the exact body and the key it is sent under, so
//! that a restart at any moment neither loses a dispatch nor sends a second one.

use milkrun_wire::api::dispatch::{Dispatch, DispatchRequest, DispatchState, DispatchWarning, StopProgress};
use serde::{Deserialize, Serialize};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row as _, SqlitePool};

use super::{StoreError, json};
use crate::clock::rfc3339;

const TABLE: &str = "dispatches";
/// Most rows one list shows.
const LIST_LIMIT: i64 = 500;

/// Repository of dispatches.
pub struct Dispatches<'a>(pub(super) &'a SqlitePool);

/// A dispatch as it is stored.
#[derive(Clone, Debug, PartialEq)]
pub struct DispatchRow {
    /// Our id, which is also the idempotency key towards RouteMate.
    pub id: String,
    /// What the portal asked for.
    pub request: DispatchRequest,
    /// The exact body of the import.
    pub body: String,
    /// How far it has come.
    pub state: DispatchState,
    /// How often it was sent in vain.
    pub attempts: i64,
    /// Milliseconds until the job is asked for again, as last chosen.
    pub delay_ms: i64,
    /// RouteMate's id of the job.
    pub job_id: Option<String>,
    /// What RouteMate said of it.
    pub progress: Progress,
    /// Why it failed, or why it waits.
    pub error: Option<String>,
    /// When it was asked for.
    pub created_ms: i64,
    /// When RouteMate was last heard.
    pub updated_ms: i64,
}

/// What RouteMate said of a job.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Progress {
    /// Kilometres.
    pub total_distance_km: Option<f64>,
    /// Minutes.
    pub total_duration_minutes: Option<f64>,
    /// Its word for the job's status.
    pub job_status: Option<String>,
    /// The stops in its order.
    pub stops: Vec<StopProgress>,
    /// What it warned of.
    pub warnings: Vec<DispatchWarning>,
}

/// A dispatch to be stored.
#[derive(Clone, Copy, Debug)]
pub struct NewDispatch<'a> {
    /// Our id of it.
    pub id: &'a str,
    /// The portal's name for the intent.
    pub key: &'a str,
    /// What it asks for.
    pub request: &'a DispatchRequest,
    /// The exact body of the import.
    pub body: &'a str,
}

/// What became of an attempt to store a dispatch.
#[derive(Clone, Debug, PartialEq)]
pub enum Stored {
    /// It is new.
    New,
    /// The same intent was stored before, under this id.
    Before(String),
    /// The key was used for something else.
    Conflict,
}

impl Dispatches<'_> {
    /// Stores an intent, unless its key is known.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn insert(&self, new: NewDispatch<'_>, now_ms: i64) -> Result<Stored, StoreError> {
        let request = text(new.request)?;
        let sql = "INSERT INTO dispatches (id, idempotency_key, date, request, body, state, due_ms, progress, \
                   created_ms, updated_ms) VALUES ($1, $2, $3, $4, $5, 'sending', $6, '{}', $6, $6) \
                   ON CONFLICT (idempotency_key) DO NOTHING";
        let done = sqlx::query(sql)
            .bind(new.id)
            .bind(new.key)
            .bind(&new.request.date)
            .bind(&request)
            .bind(new.body)
            .bind(now_ms)
            .execute(self.0)
            .await?;
        if done.rows_affected() == 1 {
            return Ok(Stored::New);
        }
        let row = sqlx::query("SELECT id, request FROM dispatches WHERE idempotency_key = $1")
            .bind(new.key)
            .fetch_one(self.0)
            .await?;
        let same = row.try_get::<String, _>("request")? == request;
        Ok(if same { Stored::Before(row.try_get("id")?) } else { Stored::Conflict })
    }

    /// One dispatch.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn find(&self, id: &str) -> Result<Option<DispatchRow>, StoreError> {
        let row =
            sqlx::query("SELECT * FROM dispatches WHERE id = $1").bind(id).fetch_optional(self.0).await?;
        row.as_ref().map(read).transpose()
    }

    /// Dispatches of a day, or of all days, newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list(&self, date: Option<&str>) -> Result<Vec<DispatchRow>, StoreError> {
        let sql =
            "SELECT * FROM dispatches WHERE $1 IS NULL OR date = $1 ORDER BY created_ms DESC, id LIMIT $2";
        let rows = sqlx::query(sql).bind(date).bind(LIST_LIMIT).fetch_all(self.0).await?;
        rows.iter().map(read).collect()
    }

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
        let sql = "UPDATE dispatches SET due_ms = $2 WHERE id IN (SELECT id FROM dispatches \
                   WHERE state = 'sending' AND due_ms <= $1 ORDER BY due_ms LIMIT $3) RETURNING *";
        self.claim(sql, now_ms, until_ms, most).await
    }

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
        let sql = "UPDATE dispatches SET due_ms = $2 WHERE id IN (SELECT id FROM dispatches \
                   WHERE state = 'accepted' AND job_open = 1 AND due_ms <= $1 ORDER BY due_ms LIMIT $3) RETURNING *";
        self.claim(sql, now_ms, until_ms, most).await
    }

    async fn claim(
        &self,
        sql: &'static str,
        now_ms: i64,
        until_ms: i64,
        most: usize,
    ) -> Result<Vec<DispatchRow>, StoreError> {
        let most = i64::try_from(most).unwrap_or(i64::MAX);
        let rows = sqlx::query(sql).bind(now_ms).bind(until_ms).bind(most).fetch_all(self.0).await?;
        rows.iter().map(read).collect()
    }

    /// Makes every row due that a process which is gone had taken. Only for the one process of this database.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn release(&self, now_ms: i64) -> Result<(), StoreError> {
        sqlx::query(
            "UPDATE dispatches SET due_ms = $1 WHERE due_ms > $1 AND (state = 'sending' OR job_open = 1)",
        )
        .bind(now_ms)
        .execute(self.0)
        .await?;
        Ok(())
    }

    /// Notes that a dispatch was not accepted yet, why, and when it is sent again.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn postpone(&self, id: &str, reason: &str, due_ms: i64) -> Result<(), StoreError> {
        let sql = "UPDATE dispatches SET attempts = attempts + 1, error = $2, due_ms = $3 \
                   WHERE id = $1 AND state = 'sending'";
        sqlx::query(sql).bind(id).bind(reason).bind(due_ms).execute(self.0).await?;
        Ok(())
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
        let sql = "UPDATE dispatches SET state = 'refused', error = $2, progress = $3, updated_ms = $4 \
                   WHERE id = $1 AND state = 'sending'";
        sqlx::query(sql).bind(id).bind(reason).bind(text(warnings)?).bind(now_ms).execute(self.0).await?;
        Ok(())
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
        let sql = "UPDATE dispatches SET state = 'accepted', error = NULL, job_id = $2, job_open = $3, \
                   progress = $4, due_ms = $5, delay_ms = 0, updated_ms = $5 WHERE id = $1 AND state = 'sending'";
        sqlx::query(sql)
            .bind(id)
            .bind(job_id)
            .bind(i64::from(job_id.is_some()))
            .bind(text(progress)?)
            .bind(now_ms)
            .execute(self.0)
            .await?;
        Ok(())
    }

    /// Notes what RouteMate said of an open job, and keeps each stop's change as history.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn follow(&self, id: &str, it: &Followed<'_>) -> Result<(), StoreError> {
        let mut tx = self.0.begin().await?;
        let sql = "UPDATE dispatches SET progress = $2, job_open = $3, error = $4, delay_ms = $5, due_ms = $6, \
                   updated_ms = $7 WHERE id = $1";
        sqlx::query(sql)
            .bind(id)
            .bind(text(it.progress)?)
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
        Ok(tx.commit().await?)
    }

    /// Notes that a job could not be asked for, and when it is tried again.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn put_off(&self, id: &str, delay_ms: i64, now_ms: i64) -> Result<(), StoreError> {
        sqlx::query("UPDATE dispatches SET delay_ms = $2, due_ms = $3 WHERE id = $1")
            .bind(id)
            .bind(delay_ms)
            .bind(now_ms + delay_ms)
            .execute(self.0)
            .await?;
        Ok(())
    }
}

/// What [`Dispatches::follow`] writes.
#[derive(Clone, Copy, Debug)]
pub struct Followed<'a> {
    /// The job now.
    pub progress: &'a Progress,
    /// The stops whose status is another than before.
    pub changed: &'a [StopProgress],
    /// Whether more may happen to it.
    pub open: bool,
    /// What is wrong with it.
    pub error: Option<&'a str>,
    /// Milliseconds until it is asked for again.
    pub delay_ms: i64,
    /// Now.
    pub now_ms: i64,
}

impl DispatchRow {
    /// The dispatch as the portal sees it.
    #[must_use]
    pub fn shown(self) -> Dispatch {
        Dispatch {
            id: self.id,
            request: self.request,
            state: self.state,
            job_id: self.job_id,
            total_distance_km: self.progress.total_distance_km,
            total_duration_minutes: self.progress.total_duration_minutes,
            job_status: self.progress.job_status,
            stops: self.progress.stops,
            warnings: self.progress.warnings,
            error: self.error,
            created_at: rfc3339(self.created_ms),
            updated_at: rfc3339(self.updated_ms),
        }
    }
}

fn text<T: Serialize>(it: &T) -> Result<String, StoreError> {
    serde_json::to_string(it).map_err(|source| StoreError::Row { table: TABLE, source })
}

fn read(row: &SqliteRow) -> Result<DispatchRow, StoreError> {
    Ok(DispatchRow {
        id: row.try_get("id")?,
        request: json(TABLE, row.try_get("request")?)?,
        body: row.try_get("body")?,
        state: match row.try_get("state")? {
            "accepted" => DispatchState::Accepted,
            "refused" => DispatchState::Refused,
            _ => DispatchState::Sending,
        },
        attempts: row.try_get("attempts")?,
        delay_ms: row.try_get("delay_ms")?,
        job_id: row.try_get("job_id")?,
        progress: json(TABLE, row.try_get("progress")?)?,
        error: row.try_get("error")?,
        created_ms: row.try_get("created_ms")?,
        updated_ms: row.try_get("updated_ms")?,
    })
}

#[cfg(test)]
mod tests {
    use super::super::Store;
    use super::*;

    fn request(title: &str) -> DispatchRequest {
        DispatchRequest {
            date: "2026-11-22".to_owned(),
            external_job_id: "J".to_owned(),
            title: title.to_owned(),
            driver_email: "d@example.com".to_owned(),
            stops: Vec::new(),
        }
    }

    async fn insert(store: &Store, id: &str, key: &str, title: &str) -> Stored {
        let request = request(title);
        store.dispatches().insert(NewDispatch { id, key, request: &request, body: "{}" }, 10).await.unwrap()
    }

    #[tokio::test]
    async fn a_key_names_one_intent() {
        let store = Store::in_memory().await.unwrap();
        assert_eq!(insert(&store, "1", "k", "a").await, Stored::New);
        assert_eq!(insert(&store, "2", "k", "a").await, Stored::Before("1".to_owned()));
        assert_eq!(insert(&store, "3", "k", "b").await, Stored::Conflict);
        assert_eq!(store.dispatches().list(None).await.unwrap().len(), 1);
        assert_eq!(store.dispatches().list(Some("2026-11-23")).await.unwrap().len(), 0);
    }

    #[tokio::test]
    async fn a_taken_row_is_hidden_until_its_time_or_a_release() {
        let store = Store::in_memory().await.unwrap();
        insert(&store, "1", "k", "a").await;
        let dispatches = store.dispatches();
        assert_eq!(dispatches.claim_sending(9, 100, 5).await.unwrap().len(), 0);
        assert_eq!(dispatches.claim_sending(10, 100, 5).await.unwrap().len(), 1);
        assert_eq!(dispatches.claim_sending(50, 150, 5).await.unwrap().len(), 0);
        dispatches.release(50).await.unwrap();
        assert_eq!(dispatches.claim_sending(50, 150, 5).await.unwrap().len(), 1);
        assert_eq!(dispatches.claim_sending(150, 200, 5).await.unwrap().len(), 1);
    }

    #[tokio::test]
    async fn a_settled_dispatch_is_not_settled_again() {
        let store = Store::in_memory().await.unwrap();
        insert(&store, "1", "k", "a").await;
        let dispatches = store.dispatches();
        dispatches.postpone("1", "later", 20).await.unwrap();
        dispatches.accept("1", Some("job"), &Progress::default(), 30).await.unwrap();
        dispatches.refuse("1", "late refusal", &Progress::default(), 40).await.unwrap();
        let row = dispatches.find("1").await.unwrap().unwrap();
        assert_eq!((row.state, row.attempts, row.error), (DispatchState::Accepted, 1, None));
        assert_eq!(dispatches.claim_jobs(30, 60, 5).await.unwrap().len(), 1);
    }
}
