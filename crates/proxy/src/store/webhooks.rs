//! The record of pushes: what came, in which form, and whether it concerned a parcel of ours.

use sqlx::SqlitePool;

use super::StoreError;
use super::sessions::Digest;

/// Repository of pushes.
pub struct Webhooks<'a>(pub(super) &'a SqlitePool);

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

impl Webhooks<'_> {
    /// Keeps a push and makes its parcel due; false when the same push was kept before.
    ///
    /// Both happen at once or not at all, so that a push that was acknowledged is never forgotten.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn keep(&self, it: &PushRecord<'_>, now_ms: i64) -> Result<bool, StoreError> {
        let mut tx = self.0.begin().await?;
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
        tx.commit().await?;
        Ok(true)
    }

    /// How many pushes are on record, and how many of them concerned a parcel of ours.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn counts(&self) -> Result<(i64, i64), StoreError> {
        let sql = "SELECT COUNT(*), COUNT(CASE WHEN state = 'used' THEN 1 END) FROM webhooks";
        Ok(sqlx::query_as(sql).fetch_one(self.0).await?)
    }

    /// Forgets pushes received before a time.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn sweep(&self, before_ms: i64) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM webhooks WHERE received_ms < $1").bind(before_ms).execute(self.0).await?;
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
    use super::super::Store;
    use super::super::parcels::tests::row;
    use super::*;

    #[tokio::test]
    async fn the_same_push_counts_once_and_only_for_our_parcels() {
        let store = Store::in_memory().await.unwrap();
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
        webhooks.sweep(11).await.unwrap();
        assert_eq!(webhooks.counts().await.unwrap(), (0, 0));
    }
}
