//! Keys of integrators. Only digests are kept, so that a copied database opens nothing.

use sqlx::Row as _;
use sqlx::any::AnyRow;

use super::sessions::Digest;
use super::{Store, StoreError};

/// Repository of API tokens.
pub struct ApiTokens<'a>(pub(super) &'a Store);

/// A key without its secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenRow {
    /// Our id.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// What it opens, separated by blanks.
    pub scopes: String,
    /// Who made it.
    pub created_by: String,
    /// When it was made.
    pub created_ms: i64,
    /// When it ends.
    pub expires_ms: Option<i64>,
    /// When it was last used.
    pub used_ms: Option<i64>,
}

impl ApiTokens<'_> {
    /// All keys, newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list(&self) -> Result<Vec<TokenRow>, StoreError> {
        let sql = "SELECT * FROM api_tokens ORDER BY created_ms DESC, id";
        sqlx::query(sql).fetch_all(&self.0.pool).await?.iter().map(read).collect()
    }

    /// Keeps a new key.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn insert(&self, digest: &Digest, it: &TokenRow) -> Result<(), StoreError> {
        let sql = "INSERT INTO api_tokens (id, digest, name, scopes, created_by, created_ms, expires_ms) \
                   VALUES ($1, $2, $3, $4, $5, $6, $7)";
        sqlx::query(sql)
            .bind(&it.id)
            .bind(&digest[..])
            .bind(&it.name)
            .bind(&it.scopes)
            .bind(&it.created_by)
            .bind(it.created_ms)
            .bind(it.expires_ms)
            .execute(&self.0.pool)
            .await?;
        Ok(())
    }

    /// The key of a digest, unless it has ended.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn find(&self, digest: &Digest, now_ms: i64) -> Result<Option<TokenRow>, StoreError> {
        let sql = "SELECT * FROM api_tokens WHERE digest = $1 AND (expires_ms IS NULL OR expires_ms > $2)";
        let row = sqlx::query(sql).bind(&digest[..]).bind(now_ms).fetch_optional(&self.0.pool).await?;
        row.as_ref().map(read).transpose()
    }

    /// Notes that a key was used.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn touch(&self, id: &str, now_ms: i64) -> Result<(), StoreError> {
        let sql = "UPDATE api_tokens SET used_ms = $2 WHERE id = $1";
        sqlx::query(sql).bind(id).bind(now_ms).execute(&self.0.pool).await?;
        Ok(())
    }

    /// Ends a key; false when there is none.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn delete(&self, id: &str) -> Result<bool, StoreError> {
        let done = sqlx::query("DELETE FROM api_tokens WHERE id = $1").bind(id).execute(&self.0.pool).await?;
        Ok(done.rows_affected() == 1)
    }
}

fn read(row: &AnyRow) -> Result<TokenRow, StoreError> {
    Ok(TokenRow {
        id: row.try_get("id")?,
        name: row.try_get("name")?,
        scopes: row.try_get("scopes")?,
        created_by: row.try_get("created_by")?,
        created_ms: row.try_get("created_ms")?,
        expires_ms: row.try_get("expires_ms")?,
        used_ms: row.try_get("used_ms")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_key_opens_until_it_ends_or_is_taken_back() {
        let store = Store::for_tests().await.unwrap();
        let row = TokenRow {
            id: "1".to_owned(),
            name: "ERP".to_owned(),
            scopes: "parcels:read".to_owned(),
            created_by: "u".to_owned(),
            created_ms: 1,
            expires_ms: Some(100),
            used_ms: None,
        };
        let tokens = store.tokens();
        tokens.insert(&[1; 32], &row).await.unwrap();
        assert_eq!(tokens.find(&[1; 32], 99).await.unwrap(), Some(row));
        assert_eq!(tokens.find(&[1; 32], 100).await.unwrap(), None);
        assert_eq!(tokens.find(&[2; 32], 1).await.unwrap(), None);
        tokens.touch("1", 7).await.unwrap();
        assert_eq!(tokens.list().await.unwrap()[0].used_ms, Some(7));
        assert!(tokens.delete("1").await.unwrap() && !tokens.delete("1").await.unwrap());
    }
}
