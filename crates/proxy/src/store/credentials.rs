//! Credentials of the vendors that were entered in the portal. What is stored is sealed; the key is elsewhere.

use sqlx::Row as _;

use super::{Store, StoreError};

/// Repository of entered credentials.
pub struct Credentials<'a>(pub(super) &'a Store);

/// One service's credentials.
#[derive(Clone, PartialEq, Eq)]
pub struct CredentialRow {
    /// `routemate` or `tracking`.
    pub service: String,
    /// Changes with every entry.
    pub revision: String,
    /// The credentials, sealed under service and revision.
    pub sealed: Vec<u8>,
    /// The last letters of the secret, to tell one from another.
    pub ends_in: String,
    /// Who entered them, by name.
    pub set_by: String,
    /// When.
    pub set_ms: i64,
}

impl Credentials<'_> {
    /// All of them.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list(&self) -> Result<Vec<CredentialRow>, StoreError> {
        let rows = sqlx::query("SELECT * FROM credentials ORDER BY service").fetch_all(&self.0.pool).await?;
        let read = |it: &sqlx::any::AnyRow| {
            Ok(CredentialRow {
                service: it.try_get("service")?,
                revision: it.try_get("revision")?,
                sealed: it.try_get("sealed")?,
                ends_in: it.try_get("ends_in")?,
                set_by: it.try_get("set_by")?,
                set_ms: it.try_get("set_ms")?,
            })
        };
        rows.iter().map(read).collect()
    }

    /// Enters a service's credentials in the place of earlier ones, and tells every proxy and browser.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn put(&self, it: &CredentialRow) -> Result<(), StoreError> {
        let mut tx = self.0.pool.begin().await?;
        let sql = "INSERT INTO credentials (service, revision, sealed, ends_in, set_by, set_ms) \
                   VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (service) DO UPDATE SET \
                   revision = excluded.revision, sealed = excluded.sealed, ends_in = excluded.ends_in, \
                   set_by = excluded.set_by, set_ms = excluded.set_ms";
        sqlx::query(sql)
            .bind(&it.service)
            .bind(&it.revision)
            .bind(&it.sealed[..])
            .bind(&it.ends_in)
            .bind(&it.set_by)
            .bind(it.set_ms)
            .execute(&mut *tx)
            .await?;
        self.0.note(&mut tx, "credentials", &it.service, it.set_ms).await?;
        self.0.commit(tx).await
    }

    /// Takes a service's credentials out; false when there were none.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn remove(&self, service: &str, now_ms: i64) -> Result<bool, StoreError> {
        let mut tx = self.0.pool.begin().await?;
        let done =
            sqlx::query("DELETE FROM credentials WHERE service = $1").bind(service).execute(&mut *tx).await?;
        if done.rows_affected() == 0 {
            return Ok(false);
        }
        self.0.note(&mut tx, "credentials", service, now_ms).await?;
        self.0.commit(tx).await?;
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_newest_entry_stays_and_everybody_is_told() {
        let store = Store::for_tests().await.unwrap();
        let credentials = store.credentials();
        let row = |revision: &str| CredentialRow {
            service: "routemate".to_owned(),
            revision: revision.to_owned(),
            sealed: vec![0, 255, 7],
            ends_in: "cd".to_owned(),
            set_by: "Aino".to_owned(),
            set_ms: 5,
        };
        credentials.put(&row("1")).await.unwrap();
        credentials.put(&row("2")).await.unwrap();
        assert!(credentials.list().await.unwrap() == [row("2")]);
        assert!(credentials.remove("routemate", 6).await.unwrap());
        assert!(!credentials.remove("routemate", 6).await.unwrap());
        let told = store.events().after(0, 9).await.unwrap();
        assert_eq!(told.iter().filter(|it| it.kind == "credentials").count(), 3);
    }
}
