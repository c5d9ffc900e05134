//! Merchants' sites, the public pages of what is looked up there, and the keys the server made for itself.

use milkrun_wire::api::site::SiteSettings;
use sqlx::Row as _;
use sqlx::any::AnyRow;

use super::sessions::Digest;
use super::{Store, StoreError, json, text};

const TABLE: &str = "sites";
/// What browsers are told when one changed.
const EVENT: &str = "site";

/// Repository of sites.
pub struct Sites<'a>(pub(super) &'a Store);

/// A site as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SiteRow {
    /// The public key in the widget's tag.
    pub key: String,
    /// What it is set to.
    pub settings: SiteSettings,
    /// How often it was written.
    pub version: i64,
    /// When it was set up.
    pub created_ms: i64,
}

impl Sites<'_> {
    /// All sites, in the order of their making.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list(&self) -> Result<Vec<SiteRow>, StoreError> {
        let sql = "SELECT * FROM sites ORDER BY created_ms, key";
        sqlx::query(sql).fetch_all(&self.0.pool).await?.iter().map(read).collect()
    }

    /// One site.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn find(&self, key: &str) -> Result<Option<SiteRow>, StoreError> {
        let row =
            sqlx::query("SELECT * FROM sites WHERE key = $1").bind(key).fetch_optional(&self.0.pool).await?;
        row.as_ref().map(read).transpose()
    }

    /// Keeps a new site under a key nobody has.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn insert(&self, key: &str, settings: &SiteSettings, now_ms: i64) -> Result<(), StoreError> {
        let mut tx = self.0.pool.begin().await?;
        let sql = "INSERT INTO sites (key, settings, version, created_ms) VALUES ($1, $2, 1, $3)";
        sqlx::query(sql).bind(key).bind(text(TABLE, settings)?).bind(now_ms).execute(&mut *tx).await?;
        self.0.note(&mut tx, EVENT, key, now_ms).await?;
        self.0.commit(tx).await
    }

    /// Writes a site over one version of it; false when somebody else was faster.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn update(
        &self,
        key: &str,
        settings: &SiteSettings,
        version: i64,
        now_ms: i64,
    ) -> Result<bool, StoreError> {
        let mut tx = self.0.pool.begin().await?;
        let sql = "UPDATE sites SET settings = $2, version = version + 1 WHERE key = $1 AND version = $3";
        let done =
            sqlx::query(sql).bind(key).bind(text(TABLE, settings)?).bind(version).execute(&mut *tx).await?;
        if done.rows_affected() == 0 {
            return Ok(false);
        }
        self.0.note(&mut tx, EVENT, key, now_ms).await?;
        self.0.commit(tx).await?;
        Ok(true)
    }

    /// Forgets a site and the public pages of its shoppers; false when there is none.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn delete(&self, key: &str, now_ms: i64) -> Result<bool, StoreError> {
        let mut tx = self.0.pool.begin().await?;
        let done = sqlx::query("DELETE FROM sites WHERE key = $1").bind(key).execute(&mut *tx).await?;
        if done.rows_affected() == 0 {
            return Ok(false);
        }
        sqlx::query("DELETE FROM public_pages WHERE site = $1").bind(key).execute(&mut *tx).await?;
        self.0.note(&mut tx, EVENT, key, now_ms).await?;
        self.0.commit(tx).await?;
        Ok(true)
    }

    /// Makes a public page findable.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn open_page(
        &self,
        digest: &Digest,
        site: &str,
        subject: &str,
        now_ms: i64,
    ) -> Result<(), StoreError> {
        let sql = "INSERT INTO public_pages (digest, site, subject, at_ms) VALUES ($1, $2, $3, $4) \
                   ON CONFLICT (digest) DO NOTHING";
        sqlx::query(sql)
            .bind(&digest[..])
            .bind(site)
            .bind(subject)
            .bind(now_ms)
            .execute(&self.0.pool)
            .await?;
        Ok(())
    }

    /// The site and the subject of a public page.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn page(&self, digest: &Digest) -> Result<Option<(String, String)>, StoreError> {
        let sql = "SELECT site, subject FROM public_pages WHERE digest = $1";
        Ok(sqlx::query_as(sql).bind(&digest[..]).fetch_optional(&self.0.pool).await?)
    }

    /// Forgets public pages made before a time.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn sweep_pages(&self, before_ms: i64) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM public_pages WHERE at_ms < $1")
            .bind(before_ms)
            .execute(&self.0.pool)
            .await?;
        Ok(())
    }

    /// The server's own key of a name: `fresh` the first time, and then always the same for every proxy.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn server_key(&self, name: &str, fresh: &[u8]) -> Result<Vec<u8>, StoreError> {
        let sql = "INSERT INTO server_keys (name, secret) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING";
        sqlx::query(sql).bind(name).bind(fresh).execute(&self.0.pool).await?;
        let sql = "SELECT secret FROM server_keys WHERE name = $1";
        Ok(sqlx::query(sql).bind(name).fetch_one(&self.0.pool).await?.try_get("secret")?)
    }
}

fn read(row: &AnyRow) -> Result<SiteRow, StoreError> {
    Ok(SiteRow {
        key: row.try_get("key")?,
        settings: json(TABLE, row.try_get("settings")?)?,
        version: row.try_get("version")?,
        created_ms: row.try_get("created_ms")?,
    })
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn settings(name: &str) -> SiteSettings {
        SiteSettings {
            name: name.to_owned(),
            origins: vec!["https://shop.example".to_owned()],
            lookups: vec!["number".to_owned(), "order".to_owned()],
            ..SiteSettings::default()
        }
    }

    #[tokio::test]
    async fn of_two_who_write_the_same_version_one_wins() {
        let store = Store::for_tests().await.unwrap();
        let sites = store.sites();
        let mut changes = store.changes();
        sites.insert("k", &settings("a"), 1).await.unwrap();
        assert!(changes.has_changed().unwrap());
        changes.mark_unchanged();
        assert!(sites.update("k", &settings("b"), 1, 2).await.unwrap());
        assert!(changes.has_changed().unwrap());
        assert!(!sites.update("k", &settings("c"), 1, 3).await.unwrap());
        let row = sites.find("k").await.unwrap().unwrap();
        assert_eq!((row.settings.name.as_str(), row.version), ("b", 2));
        assert_eq!(sites.list().await.unwrap(), [row]);
    }

    #[tokio::test]
    async fn a_sites_pages_go_with_it() {
        let store = Store::for_tests().await.unwrap();
        let sites = store.sites();
        sites.insert("k", &settings("a"), 1).await.unwrap();
        for at in [1, 2] {
            sites.open_page(&[1; 32], "k", "parcel 1", at).await.unwrap();
        }
        assert_eq!(sites.page(&[1; 32]).await.unwrap(), Some(("k".to_owned(), "parcel 1".to_owned())));
        assert_eq!(sites.page(&[2; 32]).await.unwrap(), None);
        assert!(sites.delete("k", 2).await.unwrap() && !sites.delete("k", 2).await.unwrap());
        assert_eq!(sites.page(&[1; 32]).await.unwrap(), None);
    }

    #[tokio::test]
    async fn a_server_key_is_made_once() {
        let store = Store::for_tests().await.unwrap();
        assert_eq!(store.sites().server_key("x", &[1; 32]).await.unwrap(), [1; 32]);
        assert_eq!(store.sites().server_key("x", &[2; 32]).await.unwrap(), [1; 32]);
    }
}
