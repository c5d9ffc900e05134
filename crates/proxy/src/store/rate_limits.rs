//! Rate limits that several proxies share: one row a limit says until when it is booked (the generic cell rate
//! algorithm).

use sqlx::Row as _;

use super::{Store, StoreError};

/// Repository of shared limits.
pub struct RateLimits<'a>(pub(super) &'a Store);

impl RateLimits<'_> {
    /// Books the next turn of a limit that gives one every `every_ms`, with `burst` of them at once: how long to
    /// wait for it, in milliseconds. Whoever would wait longer than `patience_ms` books none and is told how long
    /// it would be.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn book(
        &self,
        name: &str,
        every_ms: i64,
        burst: i64,
        patience_ms: i64,
        now_ms: i64,
    ) -> Result<Result<i64, i64>, StoreError> {
        let ahead = every_ms.saturating_mul(burst - 1);
        let latest = now_ms.saturating_add(patience_ms).saturating_add(ahead);
        Ok(match self.add(name, every_ms, latest, now_ms).await? {
            Some(booked) => Ok((booked - every_ms - ahead - now_ms).max(0)),
            None => Err((self.booked(name).await? - ahead - now_ms).max(0)),
        })
    }

    /// Takes `cost` turns of such a limit at once if one of them is there, or says how many milliseconds until then.
    /// Whoever takes more than there are pays later: the next turn comes when the debt is paid.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn spend(
        &self,
        name: &str,
        every_ms: i64,
        burst: i64,
        cost: i64,
        now_ms: i64,
    ) -> Result<Result<(), i64>, StoreError> {
        // More than one a millisecond is no limit, and requests that overtake each other must not make it one.
        if every_ms == 0 {
            return Ok(Ok(()));
        }
        let (more, ahead) = (every_ms.saturating_mul(cost), every_ms.saturating_mul(burst - 1));
        Ok(match self.add(name, more, now_ms.saturating_add(ahead), now_ms).await? {
            Some(_booked) => Ok(()),
            None => Err((self.booked(name).await? - ahead - now_ms).max(1)),
        })
    }

    /// Books further turns of such a limit, whether they are there or not, up to a debt of a whole burst.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn charge(
        &self,
        name: &str,
        every_ms: i64,
        burst: i64,
        cost: i64,
        now_ms: i64,
    ) -> Result<(), StoreError> {
        let (more, most) = (every_ms.saturating_mul(cost), every_ms.saturating_mul(2 * burst));
        self.add(name, more, now_ms.saturating_add(most), now_ms).await.map(drop)
    }

    /// Books `more_ms` on top of what is booked, but of what has not passed; nothing if more than up to `latest_ms`
    /// is booked already. Until when it is booked then.
    async fn add(
        &self,
        name: &str,
        more_ms: i64,
        latest_ms: i64,
        now_ms: i64,
    ) -> Result<Option<i64>, StoreError> {
        let sql = "INSERT INTO rate_limits (name, booked_ms) VALUES ($1, $2 + $3) \
                   ON CONFLICT (name) DO UPDATE SET booked_ms = \
                   CASE WHEN rate_limits.booked_ms > $2 THEN rate_limits.booked_ms ELSE $2 END + $3 \
                   WHERE rate_limits.booked_ms <= $4 RETURNING booked_ms";
        let query = sqlx::query(sql).bind(name).bind(now_ms).bind(more_ms).bind(latest_ms);
        let row = query.fetch_optional(&self.0.pool).await?;
        Ok(row.map(|it| it.try_get("booked_ms")).transpose()?)
    }

    /// Until when a limit that is there is booked.
    async fn booked(&self, name: &str) -> Result<i64, StoreError> {
        let sql = "SELECT booked_ms FROM rate_limits WHERE name = $1";
        Ok(sqlx::query(sql).bind(name).fetch_one(&self.0.pool).await?.try_get("booked_ms")?)
    }

    /// Makes a limit give no turn before a time.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn rest(&self, name: &str, until_ms: i64) -> Result<(), StoreError> {
        let sql = "INSERT INTO rate_limits (name, booked_ms) VALUES ($1, $2) \
                   ON CONFLICT (name) DO UPDATE SET booked_ms = excluded.booked_ms";
        sqlx::query(sql).bind(name).bind(until_ms).execute(&self.0.pool).await?;
        Ok(())
    }

    /// Forgets limits that nobody has booked lately.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn sweep(&self, now_ms: i64) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM rate_limits WHERE booked_ms < $1")
            .bind(now_ms)
            .execute(&self.0.pool)
            .await?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn turns_come_at_the_rate_after_a_burst() {
        let store = Store::for_tests().await.unwrap();
        let limits = store.rate_limits();
        let mut waits = Vec::new();
        for now in [0, 0, 0, 0, 10_000] {
            waits.push(limits.book("get", 500, 2, 900, now).await.unwrap());
        }
        assert_eq!(waits, [Ok(0), Ok(0), Ok(500), Err(1000), Ok(0)]);
        assert_eq!(limits.book("other", 500, 1, 0, 0).await.unwrap(), Ok(0));
        limits.rest("get", 120_000).await.unwrap();
        assert_eq!(limits.book("get", 500, 1, 900, 20_000).await.unwrap(), Err(100_000));
        let spend = async |cost, now| limits.spend("lookups", 1000, 3, cost, now).await.unwrap();
        assert_eq!((spend(1, 0).await, spend(2, 0).await), (Ok(()), Ok(())));
        assert_eq!(spend(1, 0).await, Err(1000));
        for now in [5, 4] {
            assert_eq!(limits.spend("free", 0, 1, 1, now).await.unwrap(), Ok(()));
        }
        limits.charge("lookups", 1000, 3, 2, 0).await.unwrap();
        assert_eq!((spend(1, 2999).await, spend(1, 3000).await), (Err(1), Ok(())));
        limits.sweep(1_000_000).await.unwrap();
        assert_eq!(limits.book("get", 500, 1, 900, 20_000).await.unwrap(), Ok(0));
    }
}
