//! Which parcels and stops belong to an order, and by what a shopper may ask for them. All of it is keyed hashes.

use sqlx::Row as _;
use sqlx::any::AnyRow;
use sqlx::{Any, Transaction};

use super::sessions::Digest;
use super::{Store, StoreError};

/// Repository of orders.
pub struct Orders<'a>(pub(super) &'a Store);

/// A parcel or stop of an order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OrderRow {
    /// Keyed hash of the order's number.
    pub digest: Vec<u8>,
    /// Which parcel or stop, in the words of its public page.
    pub subject: String,
    /// Keyed hash of the shopper's e-mail address.
    pub email: Option<Vec<u8>>,
    /// Keyed hash of the telephone number.
    pub phone: Option<Vec<u8>>,
    /// Keyed hash of the postcode.
    pub postcode: Option<Vec<u8>>,
}

impl Orders<'_> {
    /// Says to which order something belongs; what was known of its shopper and is not said now stays.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn put(&self, row: &OrderRow, now_ms: i64) -> Result<(), StoreError> {
        let mut tx = self.0.pool.begin().await?;
        put(&mut tx, row, now_ms).await?;
        Ok(tx.commit().await?)
    }

    /// What belongs to an order, newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn of(&self, digest: &Digest, most: i64) -> Result<Vec<OrderRow>, StoreError> {
        let sql = "SELECT * FROM orders WHERE digest = $1 ORDER BY at_ms DESC, subject LIMIT $2";
        sqlx::query(sql)
            .bind(&digest[..])
            .bind(most)
            .fetch_all(&self.0.pool)
            .await?
            .iter()
            .map(read)
            .collect()
    }

    /// Forgets what is known of one parcel or stop.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn delete(&self, subject: &str) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM orders WHERE subject = $1").bind(subject).execute(&self.0.pool).await?;
        Ok(())
    }

    /// Forgets orders of the time before.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn sweep(&self, before_ms: i64) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM orders WHERE at_ms < $1").bind(before_ms).execute(&self.0.pool).await?;
        Ok(())
    }
}

/// The same as [`Orders::put`] as part of a change.
pub(super) async fn put(
    tx: &mut Transaction<'_, Any>,
    row: &OrderRow,
    now_ms: i64,
) -> Result<(), StoreError> {
    let sql = "INSERT INTO orders (digest, subject, email, phone, postcode, at_ms) \
               VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (subject) DO UPDATE SET digest = excluded.digest, \
               email = COALESCE(excluded.email, orders.email), phone = COALESCE(excluded.phone, orders.phone), \
               postcode = COALESCE(excluded.postcode, orders.postcode), at_ms = excluded.at_ms";
    sqlx::query(sql)
        .bind(&row.digest)
        .bind(&row.subject)
        .bind(&row.email)
        .bind(&row.phone)
        .bind(&row.postcode)
        .bind(now_ms)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

fn read(row: &AnyRow) -> Result<OrderRow, StoreError> {
    Ok(OrderRow {
        digest: row.try_get("digest")?,
        subject: row.try_get("subject")?,
        email: row.try_get("email")?,
        phone: row.try_get("phone")?,
        postcode: row.try_get("postcode")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_was_known_of_a_shopper_stays_until_it_is_said_anew() {
        let store = Store::for_tests().await.unwrap();
        let orders = store.orders();
        let row = OrderRow {
            digest: vec![1; 32],
            subject: "parcel 1".to_owned(),
            email: Some(vec![7; 32]),
            ..OrderRow::default()
        };
        orders.put(&row, 1).await.unwrap();
        let later = OrderRow { digest: vec![2; 32], email: None, postcode: Some(vec![8; 32]), ..row.clone() };
        orders.put(&later, 2).await.unwrap();
        assert_eq!(orders.of(&[1; 32], 9).await.unwrap(), []);
        assert_eq!(orders.of(&[2; 32], 9).await.unwrap(), [OrderRow { email: row.email, ..later }]);
        orders.sweep(2).await.unwrap();
        assert_eq!(orders.of(&[2; 32], 9).await.unwrap().len(), 1);
        orders.delete("parcel 1").await.unwrap();
        assert_eq!(orders.of(&[2; 32], 9).await.unwrap(), []);
    }
}
