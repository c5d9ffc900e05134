//! Lists that are read in pages, newest first.

use sqlx::AssertSqlSafe;
use sqlx::any::AnyRow;

use super::{Store, StoreError};

/// Where the page before ended: the time and id of its last row.
pub type Before = (i64, String);

/// A list by the time of its rows, with ids telling apart those of one time.
#[derive(Clone, Copy, Debug)]
pub(super) struct Newest<'a> {
    /// The table.
    pub(super) table: &'static str,
    /// Its column of times.
    pub(super) time: &'static str,
    /// A column and what must stand in it; all rows when there is none.
    pub(super) only: Option<(&'static str, &'a str)>,
}

impl Newest<'_> {
    /// At most so many rows from a place on.
    pub(super) async fn rows(
        &self,
        store: &Store,
        before: Option<Before>,
        most: i64,
    ) -> Result<Vec<AnyRow>, StoreError> {
        let Self { table, time, only } = self;
        let filter = only.map_or_else(String::new, |it| format!(" AND {} = $4", it.0));
        let sql = format!(
            "SELECT * FROM {table} WHERE ({time} < $1 OR ({time} = $1 AND id < $2)){filter} \
             ORDER BY {time} DESC, id DESC LIMIT $3"
        );
        let (at, id) = before.unwrap_or((i64::MAX, String::new()));
        let mut query = sqlx::query(AssertSqlSafe(sql)).bind(at).bind(id).bind(most);
        if let Some((_, value)) = only {
            query = query.bind((*value).to_owned());
        }
        Ok(query.fetch_all(&store.pool).await?)
    }
}
