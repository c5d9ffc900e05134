//! A copy of the SQLite file while it is in use, and its way back.

use std::io::Read as _;
use std::path::Path;

use sqlx::Row as _;

use super::open::FILE_NAME;
use super::{Backend, Store, StoreError};

/// How every SQLite file begins.
const SIGNATURE: [u8; 16] = *b"SQLite format 3\0";

impl Store {
    /// Writes a whole, consistent copy beside whatever goes on meanwhile.
    ///
    /// # Errors
    /// When the file exists, cannot be written, or the database is a PostgreSQL, which has `pg_dump`.
    pub async fn backup(&self, file: &Path) -> Result<(), StoreError> {
        if self.backend == Backend::Postgres {
            let reason = "the database is a PostgreSQL; back it up with pg_dump";
            return Err(StoreError::Backup(reason.to_owned()));
        }
        if file.exists() {
            return Err(StoreError::Backup(format!(
                "{} exists already; choose another name",
                file.display()
            )));
        }
        sqlx::query("VACUUM INTO $1").bind(file.display().to_string()).execute(&self.pool).await?;
        Ok(())
    }

    /// Puts a copy in the place of the database of a folder, which must be empty: the proxy is stopped meanwhile.
    ///
    /// # Errors
    /// When there is a database already, or the copy is damaged.
    pub async fn restore(file: &Path, folder: &Path) -> Result<(), StoreError> {
        let place = folder.join(FILE_NAME);
        if place.exists() {
            let reason = format!("{} exists; stop the proxy and move it away first", place.display());
            return Err(StoreError::Backup(reason));
        }
        let io = |it: std::io::Error| StoreError::Backup(format!("cannot read {}: {it}", file.display()));
        let mut start = [0; SIGNATURE.len()];
        std::fs::File::open(file).and_then(|mut it| it.read(&mut start)).map_err(io)?;
        if start != SIGNATURE {
            return Err(StoreError::Backup(format!("{} is no SQLite database", file.display())));
        }
        let io = |it: std::io::Error| StoreError::Backup(format!("cannot copy {}: {it}", file.display()));
        std::fs::create_dir_all(folder).map_err(io)?;
        std::fs::copy(file, &place).map_err(io)?;
        let store = Self::open(folder).await;
        let sound = match &store {
            Ok(it) => it.is_sound().await?,
            Err(_) => false,
        };
        if !sound {
            let _ = std::fs::remove_file(&place);
            return Err(StoreError::Backup(format!(
                "{} is no sound copy of a database of ours",
                file.display()
            )));
        }
        Ok(())
    }

    async fn is_sound(&self) -> Result<bool, StoreError> {
        let row = sqlx::query("PRAGMA integrity_check").fetch_one(&self.pool).await?;
        Ok(row.try_get::<String, _>(0)? == "ok")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_copy_made_in_use_holds_everything_and_comes_back() {
        let folder = std::env::temp_dir().join(format!("milkrun-backup-{}", uuid::Uuid::new_v4()));
        let store = Store::open(&folder.join("a")).await.unwrap();
        let owner = store.users().first_owner("Owner", 1).await.unwrap();
        let copy = folder.join("copy.sqlite3");
        store.backup(&copy).await.unwrap();
        assert!(store.backup(&copy).await.is_err(), "nothing is overwritten");
        assert!(Store::restore(&copy, &folder.join("a")).await.is_err(), "nor here");
        Store::restore(&copy, &folder.join("b")).await.unwrap();
        let back = Store::open(&folder.join("b")).await.unwrap();
        assert_eq!(back.users().find(&owner.id).await.unwrap(), Some(owner));
        std::fs::write(folder.join("rubbish"), "SQLite format 4").unwrap();
        assert!(Store::restore(&folder.join("rubbish"), &folder.join("c")).await.is_err());
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
