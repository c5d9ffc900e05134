//! Requests that create something, each done once under its key.

use sqlx::Row as _;

use super::sessions::Digest;
use super::{Store, StoreError};

/// Repository of replies by key.
pub struct Idempotency<'a>(pub(super) &'a Store);

/// What is known of a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Known {
    /// Nothing: it is this request's now.
    New,
    /// It belongs to another request.
    Other,
    /// The same request is being worked on.
    Running,
    /// The same request was answered like this.
    Done {
        /// The status.
        status: u16,
        /// The body.
        body: String,
    },
}

/// A request that has run for so long died with its proxy.
const ABANDONED_MS: i64 = 3 * 60 * 1000;

impl Idempotency<'_> {
    /// Takes a key for a request, or says what became of it before.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn begin(
        &self,
        actor: &str,
        key: &str,
        fingerprint: &Digest,
        now_ms: i64,
    ) -> Result<Known, StoreError> {
        let sql = "INSERT INTO idempotency (actor, key, fingerprint, status, body, at_ms) \
                   VALUES ($1, $2, $3, 0, '', $4) ON CONFLICT (actor, key) DO UPDATE SET at_ms = excluded.at_ms \
                   WHERE idempotency.status = 0 AND idempotency.at_ms < $5 \
                   AND idempotency.fingerprint = excluded.fingerprint";
        let taken = sqlx::query(sql)
            .bind(actor)
            .bind(key)
            .bind(&fingerprint[..])
            .bind(now_ms)
            .bind(now_ms - ABANDONED_MS)
            .execute(&self.0.pool)
            .await?;
        if taken.rows_affected() == 1 {
            return Ok(Known::New);
        }
        let sql = "SELECT fingerprint, status, body FROM idempotency WHERE actor = $1 AND key = $2";
        let row = sqlx::query(sql).bind(actor).bind(key).fetch_one(&self.0.pool).await?;
        if row.try_get::<&[u8], _>("fingerprint")? != &fingerprint[..] {
            return Ok(Known::Other);
        }
        match u16::try_from(row.try_get::<i64, _>("status")?).unwrap_or_default() {
            0 => Ok(Known::Running),
            status => Ok(Known::Done { status, body: row.try_get("body")? }),
        }
    }

    /// Keeps the reply of a key, or frees the key when there is none worth keeping.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn end(&self, actor: &str, key: &str, reply: Option<(u16, &str)>) -> Result<(), StoreError> {
        match reply {
            Some((status, body)) => {
                let sql = "UPDATE idempotency SET status = $3, body = $4 WHERE actor = $1 AND key = $2";
                let query = sqlx::query(sql).bind(actor).bind(key).bind(i64::from(status)).bind(body);
                query.execute(&self.0.pool).await?;
            }
            None => {
                let sql = "DELETE FROM idempotency WHERE actor = $1 AND key = $2";
                sqlx::query(sql).bind(actor).bind(key).execute(&self.0.pool).await?;
            }
        }
        Ok(())
    }

    /// Forgets keys taken before a time.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn sweep(&self, before_ms: i64) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM idempotency WHERE at_ms < $1").bind(before_ms).execute(&self.0.pool).await?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_key_stands_for_one_request_of_one_person() {
        let store = Store::for_tests().await.unwrap();
        let it = store.idempotency();
        let begin =
            async |actor: &str, print: u8, now| it.begin(actor, "k", &[print; 32], now).await.unwrap();
        assert_eq!(begin("a", 1, 0).await, Known::New);
        assert_eq!(begin("b", 2, 0).await, Known::New, "somebody else's key");
        assert_eq!(begin("a", 1, 1).await, Known::Running);
        assert_eq!(begin("a", 2, 1).await, Known::Other);
        assert_eq!(begin("a", 1, ABANDONED_MS + 1).await, Known::New, "its proxy has died");
        it.end("a", "k", Some((201, "{}"))).await.unwrap();
        let done = Known::Done { status: 201, body: "{}".to_owned() };
        assert_eq!(begin("a", 1, 10 * ABANDONED_MS).await, done);
        it.end("b", "k", None).await.unwrap();
        assert_eq!(begin("b", 3, 0).await, Known::New);
        it.sweep(i64::MAX).await.unwrap();
        assert_eq!(begin("a", 9, 0).await, Known::New);
    }
}
