//! The record of pushes: what came, in which form, and whether it concerned a parcel of ours.

use super::sessions::Digest;
use super::{Before, Newest, Store, StoreError};
use sqlx::Row as _;
use sqlx::any::AnyRow;

/// Repository of pushes.
pub struct Webhooks<'a>(pub(super) &'a Store);

/// A push with a good signature.
#[derive(Clone, Copy, Debug)]
pub struct PushRecord<'a> {
    /// Our id of it.
    pub id: &'a str,
    /// SHA-256 over all of it, which is the same when it is sent again.
    pub digest: &'a Digest,
    /// `v2`, `v3` or `v4`.
    pub version: &'a str,
    /// The parcel's number, normalised.
    pub number: &'a str,
    /// The parcel's courier.
    pub courier: &'a str,
    /// The body as it came.
    pub body: &'a str,
}

/// A push as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PushRow {
    /// Our id of it.
    pub id: String,
    /// `v2`, `v3` or `v4`.
    pub version: String,
    /// The parcel's number, normalised.
    pub number: String,
    /// The parcel's courier.
    pub courier: String,
    /// The body as it came.
    pub body: String,
    /// Whether it concerned a parcel of ours.
    pub used: bool,
    /// When it came.
    pub received_ms: i64,
}

fn read(row: &AnyRow) -> Result<PushRow, StoreError> {
    Ok(PushRow {
        id: row.try_get("id")?,
        version: row.try_get("version")?,
        number: row.try_get("number")?,
        courier: row.try_get("courier")?,
        body: row.try_get("body")?,
        used: row.try_get::<&str, _>("state")? == "used",
        received_ms: row.try_get("received_ms")?,
    })
}

impl Webhooks<'_> {
    /// Pushes before a time and id, newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn before(&self, at: Option<Before>, most: i64) -> Result<Vec<PushRow>, StoreError> {
        let all = Newest { table: "webhooks", time: "received_ms", only: None };
        all.rows(self.0, at, most).await?.iter().map(read).collect()
    }

    /// One push.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn find(&self, id: &str) -> Result<Option<PushRow>, StoreError> {
        let sql = "SELECT * FROM webhooks WHERE id = $1";
        let row = sqlx::query(sql).bind(id).fetch_optional(&self.0.pool).await?;
        row.as_ref().map(read).transpose()
    }

    /// Makes the parcel of a push due once more.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn replay(&self, id: &str) -> Result<Option<PushRow>, StoreError> {
        let mut tx = self.0.pool.begin().await?;
        let sql = "UPDATE webhooks SET state = state WHERE id = $1 RETURNING *";
        let Some(row) = sqlx::query(sql).bind(id).fetch_optional(&mut *tx).await? else { return Ok(None) };
        let mut row = read(&row)?;
        let sql = "UPDATE parcels SET due_ms = 0, is_open = 1 WHERE number = $1";
        if sqlx::query(sql).bind(&row.number).execute(&mut *tx).await?.rows_affected() > 0 {
            sqlx::query("UPDATE webhooks SET state = 'used' WHERE id = $1")
                .bind(id)
                .execute(&mut *tx)
                .await?;
            row.used = true;
        }
        self.0.commit(tx).await?;
        Ok(Some(row))
    }

    /// Keeps a push and makes its parcel due; false when the same push was kept before.
    ///
    /// Both happen at once or not at all, so that a push that was acknowledged is never forgotten.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn keep(&self, it: &PushRecord<'_>, now_ms: i64) -> Result<bool, StoreError> {
        let mut tx = self.0.pool.begin().await?;
        let sql = "INSERT INTO webhooks (id, digest, version, number, courier, body, state, received_ms) \
                   VALUES ($1, $2, $3, $4, $5, $6, 'ignored', $7) ON CONFLICT (digest) DO NOTHING";
        let kept = sqlx::query(sql)
            .bind(it.id)
            .bind(&it.digest[..])
            .bind(it.version)
            .bind(it.number)
            .bind(it.courier)
            .bind(it.body)
            .bind(now_ms)
            .execute(&mut *tx)
            .await?;
        if kept.rows_affected() == 0 {
            return Ok(false);
        }
        let sql = "UPDATE parcels SET due_ms = 0, is_open = 1 WHERE number = $1";
        let ours = sqlx::query(sql).bind(it.number).execute(&mut *tx).await?.rows_affected() > 0;
        if ours {
            sqlx::query("UPDATE webhooks SET state = 'used' WHERE id = $1")
                .bind(it.id)
                .execute(&mut *tx)
                .await?;
        }
        self.0.commit(tx).await?;
        Ok(true)
    }

    /// How many pushes are on record, and how many of them concerned a parcel of ours.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn counts(&self) -> Result<(i64, i64), StoreError> {
        let sql = "SELECT COUNT(*), COUNT(CASE WHEN state = 'used' THEN 1 END) FROM webhooks";
        Ok(sqlx::query_as(sql).fetch_one(&self.0.pool).await?)
    }

    /// Forgets pushes received before a time.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn sweep(&self, before_ms: i64) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM webhooks WHERE received_ms < $1")
            .bind(before_ms)
            .execute(&self.0.pool)
            .await?;
        Ok(())
    }

    #[cfg(test)]
    pub(crate) async fn mark_due(&self, number: &str) -> Result<bool, StoreError> {
        let digest: Digest = rand::random();
        let id = uuid::Uuid::new_v4().to_string();
        let it = PushRecord { id: &id, digest: &digest, version: "v4", number, courier: "", body: "{}" };
        self.keep(&it, 1).await
    }
}

#[cfg(test)]
mod tests {
    use super::super::parcels::tests::row;
    use super::*;

    #[tokio::test]
    async fn the_same_push_counts_once_and_only_for_our_parcels() {
        let store = Store::for_tests().await.unwrap();
        store.parcels().insert(&row("1", "A"), 1000).await.unwrap();
        let push = |id: &'static str, digest: &'static Digest, number: &'static str| PushRecord {
            id,
            digest,
            version: "v4",
            number,
            courier: "posti",
            body: "{}",
        };
        let webhooks = store.webhooks();
        assert!(webhooks.keep(&push("1", &[1; 32], "A"), 10).await.unwrap());
        assert!(!webhooks.keep(&push("2", &[1; 32], "A"), 10).await.unwrap());
        assert!(webhooks.keep(&push("3", &[2; 32], "STRANGER"), 10).await.unwrap());
        assert_eq!(webhooks.counts().await.unwrap(), (2, 1));
        assert_eq!(store.parcels().claim(10, 20, 9).await.unwrap().len(), 1);
        let ids = |rows: Vec<PushRow>| rows.into_iter().map(|it| it.id).collect::<Vec<_>>();
        assert_eq!(ids(webhooks.before(None, 9).await.unwrap()), ["3", "1"]);
        assert_eq!(ids(webhooks.before(Some((10, "3".to_owned())), 9).await.unwrap()), ["1"]);
        assert!(webhooks.replay("1").await.unwrap().unwrap().used);
        assert_eq!(webhooks.replay("9").await.unwrap(), None);
        assert_eq!(store.parcels().claim(10, 20, 9).await.unwrap().len(), 1, "due once more");
        webhooks.sweep(11).await.unwrap();
        assert_eq!(webhooks.counts().await.unwrap(), (0, 0));
    }
}
