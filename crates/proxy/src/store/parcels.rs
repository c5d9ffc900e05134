//! Tracked parcels, and when each is to be read again.

use milkrun_wire::api::parcel::Parcel;
use sqlx::any::AnyRow;
use sqlx::{Any, AssertSqlSafe, Row as _, Transaction};

use super::{Before, Newest, Store, StoreError, json, text};
use crate::clock::now_ms;

const TABLE: &str = "parcels";
/// What browsers are told when one changed.
const EVENT: &str = "parcel";

/// Repository of parcels.
pub struct Parcels<'a>(pub(super) &'a Store);

/// A parcel as it is stored.
#[derive(Clone, Debug, PartialEq)]
pub struct ParcelRow {
    /// 51Tracking's id; empty until it is known.
    pub vendor_id: String,
    /// The number, normalised, under which it is found.
    pub number: String,
    /// What is known of it; its id is the row's.
    pub document: Parcel,
    /// Whether more may happen to it.
    pub is_open: bool,
    /// When it was added.
    pub created_ms: i64,
}

impl Parcels<'_> {
    /// Stores a new parcel and gives its id: that of an earlier one with the same number and courier, if there
    /// is one.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn insert(&self, row: &ParcelRow, due_ms: i64) -> Result<String, StoreError> {
        let mut tx = self.0.pool.begin().await?;
        let id = put(&mut tx, row, due_ms).await?;
        self.0.note(&mut tx, EVENT, &id, now_ms()).await?;
        self.0.commit(tx).await?;
        Ok(id)
    }

    /// Stores many parcels at once, each with the time at which it is due, and gives the number of those that were
    /// not known. Browsers are told once.
    ///
    /// # Errors
    /// When the database fails; then none is stored.
    pub async fn insert_all(&self, rows: &[(ParcelRow, i64)]) -> Result<usize, StoreError> {
        let mut tx = self.0.pool.begin().await?;
        let mut new = Vec::new();
        for (row, due_ms) in rows {
            let id = put(&mut tx, row, *due_ms).await?;
            if id == row.document.id {
                new.push(id);
            }
        }
        if let Some(id) = new.last() {
            self.0.note(&mut tx, EVENT, id, now_ms()).await?;
        }
        self.0.commit(tx).await?;
        Ok(new.len())
    }

    /// One parcel.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn find(&self, id: &str) -> Result<Option<ParcelRow>, StoreError> {
        let row =
            sqlx::query("SELECT * FROM parcels WHERE id = $1").bind(id).fetch_optional(&self.0.pool).await?;
        row.as_ref().map(read).transpose()
    }

    /// Parcels with a normalised number, newest first; couriers may share one.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn by_number(&self, number: &str) -> Result<Vec<ParcelRow>, StoreError> {
        let sql = "SELECT * FROM parcels WHERE number = $1 ORDER BY created_ms DESC, id";
        let rows = sqlx::query(sql).bind(number).fetch_all(&self.0.pool).await?;
        rows.iter().map(read).collect()
    }

    /// How many parcels are open, and how many of them are due.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn depth(&self, now_ms: i64) -> Result<(i64, i64), StoreError> {
        let sql = "SELECT COUNT(*), COUNT(CASE WHEN due_ms <= $1 THEN 1 END) FROM parcels WHERE is_open = 1";
        Ok(sqlx::query_as(sql).bind(now_ms).fetch_one(&self.0.pool).await?)
    }

    /// All parcels, newest first, from a time and id on.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list(&self, before: Option<Before>, most: i64) -> Result<Vec<ParcelRow>, StoreError> {
        let all = Newest { table: TABLE, time: "created_ms", only: None };
        all.rows(self.0, before, most).await?.iter().map(read).collect()
    }

    /// Takes open parcels that are due and hides them from other takers until `until_ms`.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn claim(&self, now_ms: i64, until_ms: i64, most: usize) -> Result<Vec<ParcelRow>, StoreError> {
        let sql = format!(
            "UPDATE parcels SET due_ms = $2, holder = $4 WHERE id IN (SELECT id FROM parcels \
             WHERE is_open = 1 AND due_ms <= $1 ORDER BY due_ms LIMIT $3 {}) RETURNING *",
            self.0.skip_locked()
        );
        let most = i64::try_from(most).unwrap_or(i64::MAX);
        let rows = sqlx::query(AssertSqlSafe(sql))
            .bind(now_ms)
            .bind(until_ms)
            .bind(most)
            .bind(&*self.0.instance)
            .fetch_all(&self.0.pool)
            .await?;
        rows.iter().map(read).collect()
    }

    /// Makes parcels due that nobody is reading; true when there was any.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn hasten(&self, ids: &[&str], now_ms: i64) -> Result<bool, StoreError> {
        let mut tx = self.0.pool.begin().await?;
        let mut any = false;
        for id in ids {
            let sql = "UPDATE parcels SET due_ms = $2, is_open = 1 \
                       WHERE id = $1 AND holder IS NULL AND (due_ms > $2 OR is_open = 0)";
            let done = sqlx::query(sql).bind(*id).bind(now_ms).execute(&mut *tx).await?;
            any |= done.rows_affected() > 0;
        }
        tx.commit().await?;
        Ok(any)
    }

    /// Writes what was read of a parcel, and when it is to be read again.
    ///
    /// A push that came while it was read has set `due_ms` to zero, which stays. Browsers are told when it `is_news`.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn save(&self, row: &ParcelRow, due_ms: i64, is_news: bool) -> Result<(), StoreError> {
        let mut tx = self.0.pool.begin().await?;
        let sql = "UPDATE parcels SET vendor_id = $2, document = $3, holder = NULL, \
                   is_open = CASE WHEN due_ms = 0 THEN 1 ELSE $4 END, \
                   due_ms = CASE WHEN due_ms = 0 THEN 0 ELSE $5 END WHERE id = $1";
        sqlx::query(sql)
            .bind(&row.document.id)
            .bind(&row.vendor_id)
            .bind(text(TABLE, &row.document)?)
            .bind(i64::from(row.is_open))
            .bind(due_ms)
            .execute(&mut *tx)
            .await?;
        if is_news {
            self.0.note(&mut tx, EVENT, &row.document.id, now_ms()).await?;
        }
        self.0.commit(tx).await
    }

    /// Writes a parcel that somebody changed and makes it due; false when its number and carrier are taken.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn rewrite(&self, row: &ParcelRow, now_ms: i64) -> Result<bool, StoreError> {
        let mut tx = self.0.pool.begin().await?;
        let it = &row.document;
        let sql = "UPDATE parcels SET document = $2, courier_code = $3, is_open = $4, due_ms = 0 WHERE id = $1 \
                   AND NOT EXISTS (SELECT 1 FROM parcels WHERE number = $5 AND courier_code = $3 AND id <> $1)";
        let done = sqlx::query(sql)
            .bind(&it.id)
            .bind(text(TABLE, it)?)
            .bind(&it.courier_code)
            .bind(i64::from(row.is_open))
            .bind(&row.number)
            .execute(&mut *tx)
            .await?;
        self.0.note(&mut tx, EVENT, &it.id, now_ms).await?;
        self.0.commit(tx).await?;
        Ok(done.rows_affected() == 1)
    }

    /// Puts off parcels that could not be read.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn put_off(&self, rows: &[ParcelRow], due_ms: i64) -> Result<(), StoreError> {
        let mut tx = self.0.pool.begin().await?;
        for row in rows {
            let sql = "UPDATE parcels SET due_ms = $2, holder = NULL WHERE id = $1";
            sqlx::query(sql).bind(&row.document.id).bind(due_ms).execute(&mut *tx).await?;
        }
        Ok(tx.commit().await?)
    }

    /// Forgets a parcel.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn delete(&self, id: &str) -> Result<(), StoreError> {
        let mut tx = self.0.pool.begin().await?;
        sqlx::query("DELETE FROM parcels WHERE id = $1").bind(id).execute(&mut *tx).await?;
        self.0.note(&mut tx, EVENT, id, now_ms()).await?;
        self.0.commit(tx).await
    }
}

/// Stores a parcel as part of a change; gives its id, or that of the one there is already.
async fn put(tx: &mut Transaction<'_, Any>, row: &ParcelRow, due_ms: i64) -> Result<String, StoreError> {
    let sql = "INSERT INTO parcels (id, vendor_id, number, tracking_number, courier_code, document, is_open, \
               due_ms, created_ms) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) \
               ON CONFLICT (number, courier_code) DO UPDATE SET number = excluded.number RETURNING id";
    let it = &row.document;
    let done = sqlx::query(sql)
        .bind(&it.id)
        .bind(&row.vendor_id)
        .bind(&row.number)
        .bind(&it.tracking_number)
        .bind(&it.courier_code)
        .bind(text(TABLE, it)?)
        .bind(i64::from(row.is_open))
        .bind(due_ms)
        .bind(row.created_ms)
        .fetch_one(&mut **tx)
        .await?;
    Ok(done.try_get("id")?)
}

fn read(row: &AnyRow) -> Result<ParcelRow, StoreError> {
    Ok(ParcelRow {
        vendor_id: row.try_get("vendor_id")?,
        number: row.try_get("number")?,
        document: json(TABLE, row.try_get("document")?)?,
        is_open: row.try_get::<i64, _>("is_open")? != 0,
        created_ms: row.try_get("created_ms")?,
    })
}

#[cfg(test)]
pub(crate) mod tests {
    use milkrun_wire::api::parcel::ParcelStatus;

    use super::*;

    pub(crate) fn row(id: &str, number: &str) -> ParcelRow {
        ParcelRow {
            vendor_id: String::new(),
            number: number.to_owned(),
            document: Parcel {
                id: id.to_owned(),
                tracking_number: number.to_owned(),
                courier_code: "posti".to_owned(),
                courier_name: None,
                title: None,
                order_number: None,
                status: ParcelStatus::Pending,
                substatus: None,
                latest_event: None,
                latest_event_at: None,
                expected_at: None,
                checkpoints: Vec::new(),
                read_at: String::new(),
                stale: false,
            },
            is_open: true,
            created_ms: 1,
        }
    }

    #[tokio::test]
    async fn a_number_of_a_courier_is_stored_once() {
        let store = Store::for_tests().await.unwrap();
        assert_eq!(store.parcels().insert(&row("1", "A"), 0).await.unwrap(), "1");
        assert_eq!(store.parcels().insert(&row("2", "A"), 0).await.unwrap(), "1");
        assert_eq!(store.parcels().by_number("A").await.unwrap().len(), 1);
        let more = [(row("3", "A"), 0), (row("4", "B"), 0), (row("5", "B"), 0)];
        assert_eq!(store.parcels().insert_all(&more).await.unwrap(), 1);
    }

    #[tokio::test]
    async fn a_push_while_it_is_read_keeps_a_parcel_due() {
        let store = Store::for_tests().await.unwrap();
        let parcels = store.parcels();
        parcels.insert(&row("1", "A"), 5).await.unwrap();
        assert_eq!(parcels.claim(5, 100, 10).await.unwrap().len(), 1);
        assert_eq!(parcels.claim(50, 100, 10).await.unwrap().len(), 0);
        assert!(store.webhooks().mark_due("A").await.unwrap());
        parcels.save(&ParcelRow { is_open: false, ..row("1", "A") }, 500, true).await.unwrap();
        assert_eq!(parcels.claim(50, 100, 10).await.unwrap().len(), 1);
        parcels.save(&ParcelRow { is_open: false, ..row("1", "A") }, 500, true).await.unwrap();
        assert_eq!(parcels.claim(600, 700, 10).await.unwrap().len(), 0, "a closed parcel");
    }
}
