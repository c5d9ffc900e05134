//! Sign-in links and sessions. Only digests of their secrets are kept, so a copied database opens nothing.

use sqlx::{Row, SqlitePool};
use subtle::ConstantTimeEq;

use super::StoreError;

/// A SHA-256 digest.
pub type Digest = [u8; 32];

/// Repository of sign-in links and sessions.
pub struct Sessions<'a>(pub(super) &'a SqlitePool);

/// A live session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionRow {
    /// Display name.
    pub user_name: String,
    /// When it was last used.
    pub seen_ms: i64,
    /// When it ends at the latest.
    pub expires_ms: i64,
}

impl Sessions<'_> {
    /// Makes one link valid and every earlier one worthless.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn replace_link(&self, digest: &Digest, expires_ms: i64) -> Result<(), StoreError> {
        let mut tx = self.0.begin().await?;
        sqlx::query("DELETE FROM sign_in_links").execute(&mut *tx).await?;
        sqlx::query("INSERT INTO sign_in_links (digest, expires_ms) VALUES ($1, $2)")
            .bind(&digest[..])
            .bind(expires_ms)
            .execute(&mut *tx)
            .await?;
        Ok(tx.commit().await?)
    }

    /// Uses a link up. True exactly once for each valid link, however many ask at the same time.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn take_link(&self, digest: &Digest, now_ms: i64) -> Result<bool, StoreError> {
        let rows = sqlx::query("SELECT digest FROM sign_in_links WHERE expires_ms > $1")
            .bind(now_ms)
            .fetch_all(self.0)
            .await?;
        let mut valid = false;
        for row in &rows {
            valid |= bool::from(row.try_get::<&[u8], _>("digest")?.ct_eq(&digest[..]));
        }
        if !valid {
            return Ok(false);
        }
        let done = sqlx::query("DELETE FROM sign_in_links WHERE digest = $1")
            .bind(&digest[..])
            .execute(self.0)
            .await?;
        Ok(done.rows_affected() == 1)
    }

    /// Stores a new session.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn create(&self, digest: &Digest, row: &SessionRow) -> Result<(), StoreError> {
        sqlx::query("INSERT INTO sessions (digest, user_name, seen_ms, expires_ms) VALUES ($1, $2, $3, $4)")
            .bind(&digest[..])
            .bind(&row.user_name)
            .bind(row.seen_ms)
            .bind(row.expires_ms)
            .execute(self.0)
            .await?;
        Ok(())
    }

    /// The session of a digest, ended or not.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn find(&self, digest: &Digest) -> Result<Option<SessionRow>, StoreError> {
        let row = sqlx::query("SELECT user_name, seen_ms, expires_ms FROM sessions WHERE digest = $1")
            .bind(&digest[..])
            .fetch_optional(self.0)
            .await?;
        row.map(|it| {
            Ok(SessionRow {
                user_name: it.try_get("user_name")?,
                seen_ms: it.try_get("seen_ms")?,
                expires_ms: it.try_get("expires_ms")?,
            })
        })
        .transpose()
    }

    /// Notes that a session was used.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn touch(&self, digest: &Digest, now_ms: i64) -> Result<(), StoreError> {
        sqlx::query("UPDATE sessions SET seen_ms = $2 WHERE digest = $1")
            .bind(&digest[..])
            .bind(now_ms)
            .execute(self.0)
            .await?;
        Ok(())
    }

    /// Ends a session.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn delete(&self, digest: &Digest) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM sessions WHERE digest = $1").bind(&digest[..]).execute(self.0).await?;
        Ok(())
    }

    /// Forgets sessions that ended or were not used since `idle_before_ms`.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn sweep(&self, now_ms: i64, idle_before_ms: i64) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM sessions WHERE expires_ms <= $1 OR seen_ms <= $2")
            .bind(now_ms)
            .bind(idle_before_ms)
            .execute(self.0)
            .await?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::Store;
    use super::*;

    #[tokio::test]
    async fn a_link_opens_once_and_only_while_it_is_the_newest() {
        let store = Store::in_memory().await.unwrap();
        let sessions = store.sessions();
        sessions.replace_link(&[1; 32], 100).await.unwrap();
        sessions.replace_link(&[2; 32], 100).await.unwrap();
        assert!(!sessions.take_link(&[1; 32], 50).await.unwrap(), "an earlier link");
        assert!(!sessions.take_link(&[2; 32], 100).await.unwrap(), "an expired link");
        assert!(sessions.take_link(&[2; 32], 50).await.unwrap());
        assert!(!sessions.take_link(&[2; 32], 50).await.unwrap(), "a used link");
    }

    #[tokio::test]
    async fn sessions_end() {
        let store = Store::in_memory().await.unwrap();
        let sessions = store.sessions();
        let row = |seen_ms, expires_ms| SessionRow { user_name: "a".to_owned(), seen_ms, expires_ms };
        sessions.create(&[1; 32], &row(10, 100)).await.unwrap();
        sessions.create(&[2; 32], &row(60, 100)).await.unwrap();
        sessions.sweep(70, 50).await.unwrap();
        assert_eq!(sessions.find(&[1; 32]).await.unwrap(), None);
        sessions.touch(&[2; 32], 80).await.unwrap();
        assert_eq!(sessions.find(&[2; 32]).await.unwrap(), Some(row(80, 100)));
        sessions.delete(&[2; 32]).await.unwrap();
        assert_eq!(sessions.find(&[2; 32]).await.unwrap(), None);
    }
}
