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
    /// When it got its id.
    pub renewed_ms: i64,
}

/// A session that was found by an id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The session.
    pub row: SessionRow,
    /// The digest of the id it has now.
    pub digest: Digest,
    /// Which of its ids was shown.
    pub shown: Shown,
}

/// Which of a session's ids was shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// The one it has, with none before it that still opens.
    Own,
    /// The one it has, for the first time: the one before is still open.
    OwnAtFirst,
    /// The one before, and the new one has not come back yet: its reply may have been lost.
    Previous,
    /// The one before, for the little while in which requests that set out earlier still arrive.
    PreviousForAWhile,
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
        let sql = "INSERT INTO sessions (digest, user_id, user_name, seen_ms, expires_ms, renewed_ms) \
                   VALUES ($1, $2, $3, $4, $5, $6)";
        sqlx::query(sql)
            .bind(&digest[..])
            .bind(&row.user_id)
            .bind(&row.user_name)
            .bind(row.seen_ms)
            .bind(row.expires_ms)
            .bind(row.renewed_ms)
            .execute(&self.0.pool)
            .await?;
        Ok(())
    }

    /// The session of a digest, ended or not; of its id from before as long as that opens.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn find(&self, digest: &Digest, now_ms: i64) -> Result<Option<Found>, StoreError> {
        let sql = "SELECT digest, user_id, user_name, seen_ms, expires_ms, renewed_ms, previous_until_ms, \
                   CASE WHEN previous IS NULL THEN 0 ELSE 1 END AS has_previous FROM sessions \
                   WHERE digest = $1 OR (previous = $1 AND (previous_until_ms = 0 OR previous_until_ms > $2))";
        let row = sqlx::query(sql).bind(&digest[..]).bind(now_ms).fetch_optional(&self.0.pool).await?;
        let Some(it) = row else { return Ok(None) };
        let own: Digest = it.try_get::<&[u8], _>("digest")?.try_into().unwrap_or_default();
        let until: i64 = it.try_get("previous_until_ms")?;
        let has_previous = it.try_get::<i64, _>("has_previous")? == 1;
        let shown = match (own == *digest, until) {
            (true, 0) if has_previous => Shown::OwnAtFirst,
            (true, _) => Shown::Own,
            (false, 0) => Shown::Previous,
            (false, _) => Shown::PreviousForAWhile,
        };
        let row = SessionRow {
            user_id: it.try_get("user_id")?,
            user_name: it.try_get("user_name")?,
            seen_ms: it.try_get("seen_ms")?,
            expires_ms: it.try_get("expires_ms")?,
            renewed_ms: it.try_get("renewed_ms")?,
        };
        Ok(Some(Found { row, digest: own, shown }))
    }

    /// Gives a session a new id in the place of the one it has; false when somebody else just did. The id that was
    /// shown goes on opening until the new one has come back.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn renew(
        &self,
        own: &Digest,
        shown: &Digest,
        fresh: &Digest,
        now_ms: i64,
    ) -> Result<bool, StoreError> {
        let sql = "UPDATE sessions SET digest = $3, previous = $2, previous_until_ms = 0, renewed_ms = $4 \
                   WHERE digest = $1";
        let done = sqlx::query(sql)
            .bind(&own[..])
            .bind(&shown[..])
            .bind(&fresh[..])
            .bind(now_ms)
            .execute(&self.0.pool)
            .await?;
        Ok(done.rows_affected() == 1)
    }

    /// The new id has come back: the one before opens until a time and no longer.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn confirm(&self, digest: &Digest, until_ms: i64) -> Result<(), StoreError> {
        let sql = "UPDATE sessions SET previous_until_ms = $2 WHERE digest = $1 AND previous_until_ms = 0";
        sqlx::query(sql).bind(&digest[..]).bind(until_ms).execute(&self.0.pool).await?;
        Ok(())
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
            renewed_ms: 0,
        };
        sessions.create(&[1; 32], &row(10, 100)).await.unwrap();
        sessions.create(&[2; 32], &row(60, 100)).await.unwrap();
        sessions.sweep(70, 50).await.unwrap();
        let find = async |digest| sessions.find(digest, 0).await.unwrap().map(|it| it.row);
        assert_eq!(find(&[1; 32]).await, None);
        sessions.touch(&[2; 32], 80).await.unwrap();
        assert_eq!(find(&[2; 32]).await, Some(row(80, 100)));
        sessions.delete(&[2; 32]).await.unwrap();
        assert_eq!(find(&[2; 32]).await, None);
    }

    #[tokio::test]
    async fn the_id_before_opens_until_the_new_one_has_come_back() {
        let store = Store::for_tests().await.unwrap();
        let sessions = store.sessions();
        let row = SessionRow {
            user_id: "u".to_owned(),
            user_name: "a".to_owned(),
            seen_ms: 0,
            expires_ms: 100,
            renewed_ms: 0,
        };
        let shown = async |id: u8, now| sessions.find(&[id; 32], now).await.unwrap().map(|it| it.shown);
        sessions.create(&[1; 32], &row).await.unwrap();
        assert_eq!(shown(1, 0).await, Some(Shown::Own));
        assert!(sessions.renew(&[1; 32], &[1; 32], &[2; 32], 5).await.unwrap());
        assert!(!sessions.renew(&[1; 32], &[1; 32], &[3; 32], 5).await.unwrap(), "only one of two at once");
        assert_eq!(shown(1, 99).await, Some(Shown::Previous), "the reply may have been lost");
        // It was: another one is given, and the lost one opens nothing.
        assert!(sessions.renew(&[2; 32], &[1; 32], &[3; 32], 6).await.unwrap());
        assert_eq!(shown(2, 6).await, None);
        assert_eq!(shown(3, 6).await, Some(Shown::OwnAtFirst));
        sessions.confirm(&[3; 32], 60).await.unwrap();
        sessions.confirm(&[3; 32], 99).await.unwrap();
        assert_eq!(shown(3, 7).await, Some(Shown::Own));
        assert_eq!((shown(1, 59).await, shown(1, 60).await), (Some(Shown::PreviousForAWhile), None));
    }
}
