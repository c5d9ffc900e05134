//! What browsers are told of: a log of which dispatch or parcel changed, in the order of the commits.
//!
//! An event says that something changed and never what, so that nobody sees through it more than the API shows.

use sqlx::{Any, Row as _, Transaction};

use super::{Backend, Store, StoreError};

/// Taken by every transaction that writes an event, so that numbers are given in the order of the commits and a
/// reader who has seen one has seen all below it.
const LOCK: i64 = 0x6d69_6c6b_0001;

/// Repository of events.
pub struct Events<'a>(pub(super) &'a Store);

/// Something changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventRow {
    /// Its place in the log.
    pub id: i64,
    /// `dispatch`, `parcel` or `credentials`.
    pub kind: String,
    /// Which one.
    pub subject: String,
}

impl Events<'_> {
    /// Events after a number, oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn after(&self, id: i64, most: i64) -> Result<Vec<EventRow>, StoreError> {
        let sql = "SELECT id, kind, subject FROM events WHERE id > $1 ORDER BY id LIMIT $2";
        let rows = sqlx::query(sql).bind(id).bind(most).fetch_all(&self.0.pool).await?;
        let read = |it: &sqlx::any::AnyRow| {
            Ok(EventRow { id: it.try_get("id")?, kind: it.try_get("kind")?, subject: it.try_get("subject")? })
        };
        rows.iter().map(read).collect()
    }

    /// The numbers of the oldest and the newest event; zeroes when there is none.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn bounds(&self) -> Result<(i64, i64), StoreError> {
        let sql = "SELECT COALESCE(MIN(id), 0), COALESCE(MAX(id), 0) FROM events";
        Ok(sqlx::query_as(sql).fetch_one(&self.0.pool).await?)
    }

    /// Forgets events written before a time, but never the newest, whose number the next one follows.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn sweep(&self, before_ms: i64) -> Result<(), StoreError> {
        let sql = "DELETE FROM events WHERE at_ms < $1 AND id < (SELECT MAX(id) FROM events)";
        sqlx::query(sql).bind(before_ms).execute(&self.0.pool).await?;
        Ok(())
    }
}

impl Store {
    /// Writes an event as part of the change it tells of.
    pub(super) async fn note(
        &self,
        tx: &mut Transaction<'_, Any>,
        kind: &str,
        subject: &str,
        now_ms: i64,
    ) -> Result<(), StoreError> {
        if self.backend == Backend::Postgres {
            sqlx::query("SELECT pg_advisory_xact_lock($1)").bind(LOCK).execute(&mut **tx).await?;
            let sql = "SELECT pg_notify($1, '')";
            sqlx::query(sql).bind(super::open::CHANNEL).execute(&mut **tx).await?;
        }
        let sql = "INSERT INTO events (id, kind, subject, at_ms) \
                   SELECT COALESCE(MAX(id), 0) + 1, $1, $2, $3 FROM events";
        sqlx::query(sql).bind(kind).bind(subject).bind(now_ms).execute(&mut **tx).await?;
        Ok(())
    }

    /// Commits a change and wakes whoever waits for one.
    pub(super) async fn commit(&self, tx: Transaction<'_, Any>) -> Result<(), StoreError> {
        tx.commit().await?;
        self.announce();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn events_are_numbered_in_the_order_of_the_commits() {
        let store = Store::for_tests().await.unwrap();
        let write = async |subject: &str, at| {
            let mut tx = store.pool.begin().await.unwrap();
            store.note(&mut tx, "parcel", subject, at).await.unwrap();
            store.commit(tx).await.unwrap();
        };
        let mut changes = store.changes();
        assert_eq!(store.events().bounds().await.unwrap(), (0, 0));
        write("a", 1).await;
        assert!(changes.changed().await.is_ok());
        write("b", 2).await;
        store.events().sweep(9).await.unwrap();
        write("c", 3).await;
        assert_eq!(store.events().bounds().await.unwrap(), (2, 3));
        let after: Vec<_> =
            store.events().after(2, 10).await.unwrap().into_iter().map(|it| it.subject).collect();
        assert_eq!(after, ["c"]);
    }
}
