//! A copy of the SQLite file while it is in use, and its way back.

use std::io::{ErrorKind, Read as _};
use std::path::Path;

use sqlx::Row as _;

use super::open::FILE_NAME;
use super::{Backend, Store, StoreError, private};

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
        private::new_file(file).map_err(|it| match it.kind() {
            ErrorKind::AlreadyExists => {
                StoreError::Backup(format!("{} exists already; choose another name", file.display()))
            }
            _ => StoreError::Backup(format!("cannot write {}: {it}", file.display())),
        })?;
        let done = sqlx::query("VACUUM INTO $1")
            .bind(file.display().to_string())
            .execute(&self.pool)
            .await
            .map(drop);
        if done.is_err() {
            let _ = std::fs::remove_file(file);
        }
        Ok(done?)
    }

    /// Puts a copy in the place of the database of a folder, which must be empty: the proxy is stopped meanwhile.
    ///
    /// # Errors
    /// When there is a database already, or the copy is damaged.
    pub async fn restore(file: &Path, folder: &Path) -> Result<(), StoreError> {
        let place = folder.join(FILE_NAME);
        // What SQLite has left beside an earlier file belongs to that one, and would be written into this one.
        for end in ["", "-wal", "-shm", "-journal"] {
            let there = folder.join(format!("{FILE_NAME}{end}"));
            if there.exists() {
                let reason = format!("{} exists; stop the proxy and move it away first", there.display());
                return Err(StoreError::Backup(reason));
            }
        }
        let io = |it: std::io::Error| StoreError::Backup(format!("cannot read {}: {it}", file.display()));
        let mut start = [0; SIGNATURE.len()];
        std::fs::File::open(file).and_then(|mut it| it.read(&mut start)).map_err(io)?;
        if start != SIGNATURE {
            return Err(StoreError::Backup(format!("{} is no SQLite database", file.display())));
        }
        let io = |it: std::io::Error| StoreError::Backup(format!("cannot copy {}: {it}", file.display()));
        private::folder(folder).map_err(io)?;
        copy(file, &place).map_err(io)?;
        let store = Self::open(folder).await;
        let sound = match store {
            Ok(it) => {
                let sound = it.is_sound().await?;
                it.close().await;
                sound
            }
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

/// Copies a file to one that is not there yet, until it is on the disk.
fn copy(from: &Path, to: &Path) -> std::io::Result<()> {
    let mut from = std::fs::File::open(from)?;
    let mut to = private::new_file(to)?;
    std::io::copy(&mut from, &mut to)?;
    to.sync_all()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[tokio::test]
    async fn a_copy_made_in_use_holds_everything_and_comes_back() {
        let folder = std::env::temp_dir().join(format!("milkrun-backup-{}", uuid::Uuid::new_v4()));
        let store = Store::open(&folder.join("a")).await.unwrap();
        let owner = store.users().first_owner("Owner", 1).await.unwrap();
        let copy = folder.join("copy.sqlite3");
        store.backup(&copy).await.unwrap();
        assert!(store.backup(&copy).await.is_err(), "nothing is overwritten");
        let message = store.backup(&folder.join("none/copy")).await.unwrap_err().to_string();
        assert!(message.contains("cannot write"), "{message}");
        assert!(Store::restore(&copy, &folder.join("a")).await.is_err(), "nor here");
        Store::restore(&copy, &folder.join("b")).await.unwrap();
        assert!(!folder.join("b").join(format!("{FILE_NAME}-wal")).exists(), "it is closed again");
        std::fs::create_dir(folder.join("w")).unwrap();
        std::fs::write(folder.join("w").join(format!("{FILE_NAME}-wal")), "of another").unwrap();
        let message = Store::restore(&copy, &folder.join("w")).await.unwrap_err().to_string();
        assert!(message.contains("sqlite3-wal exists"), "{message}");
        for it in [&copy, &folder.join("b").join(FILE_NAME)] {
            let mode = std::fs::metadata(it).unwrap().permissions().mode() & 0o777;
            assert_eq!(mode, 0o600, "{}", it.display());
        }
        let back = Store::open(&folder.join("b")).await.unwrap();
        assert_eq!(back.users().find(&owner.id).await.unwrap(), Some(owner));
        std::fs::write(folder.join("rubbish"), "SQLite format 4").unwrap();
        assert!(Store::restore(&folder.join("rubbish"), &folder.join("c")).await.is_err());
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
