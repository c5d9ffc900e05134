//! What was asked of 51Tracking, by day: calls cost time, and registered numbers cost money.

use super::{Store, StoreError};

/// Repository of what was spent.
pub struct Quota<'a>(pub(super) &'a Store);

impl Quota<'_> {
    /// Counts a call, and the numbers it registered.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn spend(&self, day: &str, endpoint: &str, units: i64) -> Result<(), StoreError> {
        let sql = "INSERT INTO quota (day, endpoint, calls, units) VALUES ($1, $2, 1, $3) \
                   ON CONFLICT (day, endpoint) DO UPDATE SET calls = quota.calls + 1, units = quota.units + $3";
        sqlx::query(sql).bind(day).bind(endpoint).bind(units).execute(&self.0.pool).await?;
        Ok(())
    }

    /// What was spent from a day on: day, endpoint, calls, numbers registered.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn since(&self, day: &str) -> Result<Vec<(String, String, i64, i64)>, StoreError> {
        let sql = "SELECT day, endpoint, calls, units FROM quota WHERE day >= $1 ORDER BY day, endpoint";
        Ok(sqlx::query_as(sql).bind(day).fetch_all(&self.0.pool).await?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn calls_and_numbers_add_up_by_day() {
        let store = Store::for_tests().await.unwrap();
        let quota = store.quota();
        for (day, units) in [("2026-11-22", 1), ("2026-11-22", 40), ("2026-11-23", 2)] {
            quota.spend(day, "create", units).await.unwrap();
        }
        let row = |day: &str, calls, units| (day.to_owned(), "create".to_owned(), calls, units);
        assert_eq!(
            quota.since("2026-11-22").await.unwrap(),
            [row("2026-11-22", 2, 41), row("2026-11-23", 1, 2)]
        );
        assert_eq!(quota.since("2026-11-23").await.unwrap().len(), 1);
    }
}
