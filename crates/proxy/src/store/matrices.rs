//! Matrices and road lines computed before, keyed by a digest of who computed them and of the points.

use sqlx::Row as _;

use super::sessions::Digest;
use super::{Store, StoreError};

/// Repository of cached answers, as the bytes their owner wrote.
pub struct Matrices<'a>(pub(super) &'a Store);

impl Matrices<'_> {
    /// The bytes kept under a digest, unless they are too old.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn find(&self, digest: &Digest, now_ms: i64) -> Result<Option<Vec<u8>>, StoreError> {
        let row = sqlx::query("SELECT cells FROM matrices WHERE digest = $1 AND until_ms > $2")
            .bind(&digest[..])
            .bind(now_ms)
            .fetch_optional(&self.0.pool)
            .await?;
        Ok(row.map(|it| it.try_get("cells")).transpose()?)
    }

    /// Keeps bytes.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn keep(&self, digest: &Digest, cells: &[u8], until_ms: i64) -> Result<(), StoreError> {
        let sql = "INSERT INTO matrices (digest, cells, until_ms) VALUES ($1, $2, $3) \
                   ON CONFLICT (digest) DO UPDATE SET cells = excluded.cells, until_ms = excluded.until_ms";
        sqlx::query(sql).bind(&digest[..]).bind(cells).bind(until_ms).execute(&self.0.pool).await?;
        Ok(())
    }

    /// Forgets what is too old.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn sweep(&self, now_ms: i64) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM matrices WHERE until_ms <= $1").bind(now_ms).execute(&self.0.pool).await?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn bytes_are_kept_until_their_time() {
        let store = Store::for_tests().await.unwrap();
        let matrices = store.matrices();
        matrices.keep(&[1; 32], b"abc", 10).await.unwrap();
        assert_eq!(matrices.find(&[1; 32], 9).await.unwrap().as_deref(), Some(&b"abc"[..]));
        assert_eq!(matrices.find(&[2; 32], 9).await.unwrap(), None);
        assert_eq!(matrices.find(&[1; 32], 10).await.unwrap(), None);
        matrices.sweep(10).await.unwrap();
        assert_eq!(matrices.find(&[1; 32], 0).await.unwrap(), None);
    }
}
