//! Dispatches: what was asked for, the [`outbox`] of imports, and the [`jobs`] that came of them.
//!
//! A row is written before the first byte is sent and carries the exact body and the key it is sent under, so
//! that a restart at any moment neither loses a dispatch nor sends a second one.

mod jobs;
mod outbox;

use milkrun_wire::api::dispatch::{Dispatch, DispatchRequest, DispatchState, DispatchWarning, StopProgress};
use serde::{Deserialize, Serialize};
use sqlx::any::AnyRow;
use sqlx::{AssertSqlSafe, Row as _};

pub use self::jobs::Followed;
use super::orders::{self, OrderRow};
use super::{Before, Newest, Store, StoreError, json, text};
use crate::clock::rfc3339;

const TABLE: &str = "dispatches";
/// What browsers are told when one changed.
const EVENT: &str = "dispatch";

/// Repository of dispatches.
pub struct Dispatches<'a>(pub(super) &'a Store);

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
    /// How often of these a conflict was the answer.
    pub conflicts: i64,
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
    /// To which orders its stops belong.
    pub orders: &'a [OrderRow],
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
        let request = text(TABLE, new.request)?;
        let mut tx = self.0.pool.begin().await?;
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
            .execute(&mut *tx)
            .await?;
        if done.rows_affected() == 1 {
            for row in new.orders {
                orders::put(&mut tx, row, now_ms).await?;
            }
            self.0.note(&mut tx, EVENT, new.id, now_ms).await?;
            self.0.commit(tx).await?;
            return Ok(Stored::New);
        }
        tx.commit().await?;
        let row = sqlx::query("SELECT id, request FROM dispatches WHERE idempotency_key = $1")
            .bind(new.key)
            .fetch_one(&self.0.pool)
            .await?;
        let same = intent(&row.try_get::<String, _>("request")?)? == intent(&request)?;
        Ok(if same { Stored::Before(row.try_get("id")?) } else { Stored::Conflict })
    }

    /// One dispatch.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn find(&self, id: &str) -> Result<Option<DispatchRow>, StoreError> {
        let row = sqlx::query("SELECT * FROM dispatches WHERE id = $1")
            .bind(id)
            .fetch_optional(&self.0.pool)
            .await?;
        row.as_ref().map(read).transpose()
    }

    /// Dispatches of a day, or of all days, newest first, from a time and id on.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list(
        &self,
        date: Option<&str>,
        before: Option<Before>,
        most: i64,
    ) -> Result<Vec<DispatchRow>, StoreError> {
        let those = Newest { table: TABLE, time: "created_ms", only: date.map(|it| ("date", it)) };
        those.rows(self.0, before, most).await?.iter().map(read).collect()
    }

    async fn claim(
        &self,
        which: &'static str,
        now_ms: i64,
        until_ms: i64,
        most: usize,
    ) -> Result<Vec<DispatchRow>, StoreError> {
        let sql = format!(
            "UPDATE dispatches SET due_ms = $2, holder = $4 WHERE id IN (SELECT id FROM dispatches \
             WHERE {which} AND due_ms <= $1 ORDER BY due_ms LIMIT $3 {}) RETURNING *",
            self.0.skip_locked()
        );
        let most = i64::try_from(most).unwrap_or(i64::MAX);
        let rows = sqlx::query(AssertSqlSafe(sql))
            .bind(now_ms)
            .bind(until_ms)
            .bind(most)
            .bind(&*self.0.instance)
            .fetch_all(&self.0.pool)
            .await?;
        rows.iter().map(read).collect()
    }

    /// How a dispatch's stops came to stand as they do: stop, word and time in milliseconds, oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn history(&self, id: &str) -> Result<Vec<(String, String, i64)>, StoreError> {
        let sql = "SELECT stop_id, status, at_ms FROM stop_history WHERE dispatch_id = $1 \
                   ORDER BY at_ms, stop_id";
        Ok(sqlx::query_as(sql).bind(id).fetch_all(&self.0.pool).await?)
    }

    /// How many dispatches wait to be sent, how many jobs are open, and since when the oldest waits.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn depth(&self) -> Result<(i64, i64, Option<i64>), StoreError> {
        let sql = "SELECT COUNT(CASE WHEN state = 'sending' THEN 1 END), \
                   COUNT(CASE WHEN job_open = 1 THEN 1 END), \
                   MIN(CASE WHEN state = 'sending' THEN created_ms END) \
                   FROM dispatches WHERE state = 'sending' OR job_open = 1";
        Ok(sqlx::query_as(sql).fetch_one(&self.0.pool).await?)
    }
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

/// What of a request makes it the same one. When the driver is planned to come may have been reckoned anew since.
fn intent(text: &str) -> Result<DispatchRequest, StoreError> {
    let mut it: DispatchRequest = json(TABLE, text)?;
    for stop in &mut it.stops {
        stop.planned_at = None;
    }
    Ok(it)
}

fn read(row: &AnyRow) -> Result<DispatchRow, StoreError> {
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
        conflicts: row.try_get("conflicts")?,
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
    use milkrun_wire::api::dispatch::DispatchStop;

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
        store
            .dispatches()
            .insert(NewDispatch { id, key, request: &request, body: "{}", orders: &[] }, 10)
            .await
            .unwrap()
    }

    #[tokio::test]
    async fn a_key_names_one_intent() {
        let store = Store::for_tests().await.unwrap();
        assert_eq!(insert(&store, "1", "k", "a").await, Stored::New);
        assert_eq!(insert(&store, "2", "k", "a").await, Stored::Before("1".to_owned()));
        assert_eq!(insert(&store, "3", "k", "b").await, Stored::Conflict);
        let stop = |planned_at: &str| DispatchStop {
            planned_at: Some(planned_at.to_owned()),
            ..DispatchStop::default()
        };
        for (id, planned_at, expected) in
            [("4", "09:00", Stored::New), ("5", "09:01", Stored::Before("4".to_owned()))]
        {
            let request = DispatchRequest { stops: vec![stop(planned_at)], ..request("a") };
            let new = NewDispatch { id, key: "planned", request: &request, body: "{}", orders: &[] };
            assert_eq!(store.dispatches().insert(new, 10).await.unwrap(), expected);
        }
        assert_eq!(store.dispatches().list(None, None, 9).await.unwrap().len(), 2);
        assert_eq!(store.dispatches().list(Some("2026-11-23"), None, 9).await.unwrap().len(), 0);
    }

    #[tokio::test]
    async fn a_taken_row_is_hidden_until_its_time_or_its_takers_end() {
        let store = Store::for_tests().await.unwrap();
        insert(&store, "1", "k", "a").await;
        let dispatches = store.dispatches();
        assert_eq!(dispatches.claim_sending(9, 100, 5).await.unwrap().len(), 0);
        assert_eq!(dispatches.claim_sending(10, 100, 5).await.unwrap().len(), 1);
        assert_eq!(dispatches.claim_sending(50, 150, 5).await.unwrap().len(), 0);
        // A proxy that never said it lives is dead.
        store.instances().beat(50).await.unwrap();
        store.instances().leave().await.unwrap();
        store.instances().free_all(50).await.unwrap();
        assert_eq!(dispatches.claim_sending(50, 150, 5).await.unwrap().len(), 1);
        assert_eq!(dispatches.claim_sending(150, 200, 5).await.unwrap().len(), 1);
    }

    #[tokio::test]
    async fn a_settled_dispatch_is_not_settled_again() {
        let store = Store::for_tests().await.unwrap();
        insert(&store, "1", "k", "a").await;
        let dispatches = store.dispatches();
        dispatches.postpone("1", "later", 20, false).await.unwrap();
        dispatches.accept("1", Some("job"), &Progress::default(), 30).await.unwrap();
        dispatches.refuse("1", "late refusal", &Progress::default(), 40).await.unwrap();
        let row = dispatches.find("1").await.unwrap().unwrap();
        assert_eq!((row.state, row.attempts, row.error), (DispatchState::Accepted, 1, None));
        assert_eq!(dispatches.claim_jobs(30, 60, 5).await.unwrap().len(), 1);
    }
}
