//! Under which numbers a shopper may ask for a stop of the shop's own drivers.

use sqlx::Row as _;

use super::{Store, StoreError};

/// Repository of stop numbers.
pub struct StopNumbers<'a>(pub(super) &'a Store);

/// A stop somebody asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownStop {
    /// The dispatch it belongs to.
    pub dispatch_id: String,
    /// Its id in the plan.
    pub stop_id: String,
}

impl StopNumbers<'_> {
    /// Makes a stop findable; numbers are normalised by the caller.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn add(&self, dispatch_id: &str, pairs: &[(String, &str)]) -> Result<(), StoreError> {
        let mut tx = self.0.pool.begin().await?;
        for (number, stop_id) in pairs {
            let sql = "INSERT INTO stop_numbers (number, dispatch_id, stop_id) VALUES ($1, $2, $3) \
                       ON CONFLICT (number, dispatch_id) DO NOTHING";
            sqlx::query(sql).bind(number).bind(dispatch_id).bind(stop_id).execute(&mut *tx).await?;
        }
        Ok(tx.commit().await?)
    }

    /// The stop of a number, of the newest dispatch that RouteMate accepted.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn find(&self, number: &str) -> Result<Option<KnownStop>, StoreError> {
        let sql = "SELECT n.dispatch_id, n.stop_id FROM stop_numbers n JOIN dispatches d ON d.id = n.dispatch_id \
                   WHERE n.number = $1 AND d.state = 'accepted' ORDER BY d.created_ms DESC LIMIT 1";
        let row = sqlx::query(sql).bind(number).fetch_optional(&self.0.pool).await?;
        row.map(|it| {
            Ok(KnownStop { dispatch_id: it.try_get("dispatch_id")?, stop_id: it.try_get("stop_id")? })
        })
        .transpose()
    }

    /// How a stop came to stand as it does: word and time in milliseconds, newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn history(&self, stop: &KnownStop) -> Result<Vec<(String, i64)>, StoreError> {
        let sql = "SELECT status, at_ms FROM stop_history WHERE dispatch_id = $1 AND stop_id = $2 \
                   ORDER BY at_ms DESC";
        let rows =
            sqlx::query(sql).bind(&stop.dispatch_id).bind(&stop.stop_id).fetch_all(&self.0.pool).await?;
        rows.iter().map(|it| Ok((it.try_get("status")?, it.try_get("at_ms")?))).collect()
    }
}
