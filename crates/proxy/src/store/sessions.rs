//! Sign-in links and sessions. Only digests of their secrets are kept, so a copied database opens nothing.

use sqlx::Row as _;
use subtle::ConstantTimeEq;

use super::{Store, StoreError};

/// A SHA-256 digest.
pub type Digest = [u8; 32];

/// Repository of sign-in links and sessions.
pub struct Sessions<'a>(pub(super) &'a Store);

/// A live session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionRow {
    /// Whose it is.
    pub user_id: String,
    /// Display name at the time of signing in.
    pub user_name: String,
    /// When it was last used.
    pub seen_ms: i64,
    /// When it ends at the latest.
    pub expires_ms: i64,
}

impl Sessions<'_> {
    /// Makes one link of a user valid and every earlier one worthless; an empty id is the first owner's.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn replace_link(
        &self,
        digest: &Digest,
        user_id: &str,
        expires_ms: i64,
    ) -> Result<(), StoreError> {
        let mut tx = self.0.pool.begin().await?;
        sqlx::query("DELETE FROM sign_in_links WHERE user_id = $1").bind(user_id).execute(&mut *tx).await?;
        sqlx::query("INSERT INTO sign_in_links (digest, user_id, expires_ms) VALUES ($1, $2, $3)")
            .bind(&digest[..])
            .bind(user_id)
            .bind(expires_ms)
            .execute(&mut *tx)
            .await?;
        Ok(tx.commit().await?)
    }

    /// Uses a link up: whose it is, exactly once for each valid link, however many ask at the same time.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn take_link(&self, digest: &Digest, now_ms: i64) -> Result<Option<String>, StoreError> {
        let rows = sqlx::query("SELECT digest FROM sign_in_links WHERE expires_ms > $1")
            .bind(now_ms)
            .fetch_all(&self.0.pool)
            .await?;
        let mut valid = false;
        for row in &rows {
            valid |= bool::from(row.try_get::<&[u8], _>("digest")?.ct_eq(&digest[..]));
        }
        if !valid {
            return Ok(None);
        }
        let sql = "DELETE FROM sign_in_links WHERE digest = $1 RETURNING user_id";
        let row = sqlx::query(sql).bind(&digest[..]).fetch_optional(&self.0.pool).await?;
        Ok(row.map(|it| it.try_get("user_id")).transpose()?)
    }

    /// Stores a new session.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn create(&self, digest: &Digest, row: &SessionRow) -> Result<(), StoreError> {
        sqlx::query("INSERT INTO sessions (digest, user_id, user_name, seen_ms, expires_ms) VALUES ($1, $2, $3, $4, $5)")
            .bind(&digest[..])
            .bind(&row.user_id)
            .bind(&row.user_name)
            .bind(row.seen_ms)
            .bind(row.expires_ms)
            .execute(&self.0.pool)
            .await?;
        Ok(())
    }

    /// The session of a digest, ended or not.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn find(&self, digest: &Digest) -> Result<Option<SessionRow>, StoreError> {
        let row =
            sqlx::query("SELECT user_id, user_name, seen_ms, expires_ms FROM sessions WHERE digest = $1")
                .bind(&digest[..])
                .fetch_optional(&self.0.pool)
                .await?;
        row.map(|it| {
            Ok(SessionRow {
                user_id: it.try_get("user_id")?,
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
            .execute(&self.0.pool)
            .await?;
        Ok(())
    }

    /// Ends a session.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn delete(&self, digest: &Digest) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM sessions WHERE digest = $1").bind(&digest[..]).execute(&self.0.pool).await?;
        Ok(())
    }

    /// Ends all sessions of a user.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn delete_of(&self, user_id: &str) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM sessions WHERE user_id = $1").bind(user_id).execute(&self.0.pool).await?;
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
            .execute(&self.0.pool)
            .await?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_link_opens_once_and_only_while_it_is_the_newest() {
        let store = Store::for_tests().await.unwrap();
        let sessions = store.sessions();
        sessions.replace_link(&[3; 32], "other", 100).await.unwrap();
        sessions.replace_link(&[1; 32], "", 100).await.unwrap();
        sessions.replace_link(&[2; 32], "", 100).await.unwrap();
        let none = None::<String>;
        assert_eq!(sessions.take_link(&[1; 32], 50).await.unwrap(), none, "an earlier link");
        assert_eq!(sessions.take_link(&[2; 32], 100).await.unwrap(), none, "an expired link");
        assert_eq!(sessions.take_link(&[2; 32], 50).await.unwrap().as_deref(), Some(""));
        assert_eq!(sessions.take_link(&[2; 32], 50).await.unwrap(), none, "a used link");
        assert_eq!(sessions.take_link(&[3; 32], 50).await.unwrap().as_deref(), Some("other"));
    }

    #[tokio::test]
    async fn sessions_end() {
        let store = Store::for_tests().await.unwrap();
        let sessions = store.sessions();
        let row = |seen_ms, expires_ms| SessionRow {
            user_id: "u".to_owned(),
            user_name: "a".to_owned(),
            seen_ms,
            expires_ms,
        };
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
