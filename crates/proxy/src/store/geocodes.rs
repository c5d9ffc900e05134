//! Addresses found before: the public geocoders ask their users to keep answers instead of asking again.

use sqlx::Row as _;

use super::{Store, StoreError};

/// Repository of geocoder answers, as the JSON their owner wrote.
pub struct Geocodes<'a>(pub(super) &'a Store);

impl Geocodes<'_> {
    /// The answer of a source for a query, unless it is too old.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn find(&self, source: &str, query: &str, now_ms: i64) -> Result<Option<String>, StoreError> {
        let row =
            sqlx::query("SELECT answer FROM geocodes WHERE source = $1 AND query = $2 AND until_ms > $3")
                .bind(source)
                .bind(query)
                .bind(now_ms)
                .fetch_optional(&self.0.pool)
                .await?;
        Ok(row.map(|it| it.try_get("answer")).transpose()?)
    }

    /// Keeps an answer.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn keep(
        &self,
        source: &str,
        query: &str,
        answer: &str,
        until_ms: i64,
    ) -> Result<(), StoreError> {
        let sql = "INSERT INTO geocodes (source, query, answer, until_ms) VALUES ($1, $2, $3, $4) \
                   ON CONFLICT (source, query) DO UPDATE SET answer = excluded.answer, until_ms = excluded.until_ms";
        sqlx::query(sql).bind(source).bind(query).bind(answer).bind(until_ms).execute(&self.0.pool).await?;
        Ok(())
    }

    /// Forgets what is too old.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn sweep(&self, now_ms: i64) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM geocodes WHERE until_ms <= $1").bind(now_ms).execute(&self.0.pool).await?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_answer_is_kept_until_its_time() {
        let store = Store::for_tests().await.unwrap();
        let geocodes = store.geocodes();
        geocodes.keep("nominatim", "a", "1", 10).await.unwrap();
        geocodes.keep("nominatim", "a", "2", 20).await.unwrap();
        assert_eq!(geocodes.find("nominatim", "a", 19).await.unwrap().as_deref(), Some("2"));
        assert_eq!(geocodes.find("photon", "a", 19).await.unwrap(), None);
        assert_eq!(geocodes.find("nominatim", "a", 20).await.unwrap(), None);
        geocodes.sweep(20).await.unwrap();
        assert_eq!(geocodes.find("nominatim", "a", 0).await.unwrap(), None);
    }
}
