//! The widget's files of every release this proxy has had, kept apart from the build.
//!
//! Merchants' pages pin a file by its address and hash, and the next build takes it out of its folder. So whatever
//! stands under a version there is copied into the data folder, where nothing is ever deleted, and served from it when
//! the build has it no more.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use tokio::sync::watch;

use super::bundled;
use super::files::{File, Files};
use super::policy;
use crate::state::State;
use crate::workers::ended;

/// The folder's name inside the data folder.
const FOLDER: &str = "released";
const MANIFEST: &str = "widget/manifest.json";
/// How often the build is looked at: it may be replaced while the proxy runs.
const LOOK_EVERY: Duration = Duration::from_secs(60);

/// The kept files.
#[derive(Debug)]
pub(crate) struct Released {
    dist: PathBuf,
    kept: PathBuf,
    files: Files,
    /// The build whose files are kept already, by its manifest.
    manifest: RwLock<String>,
}

impl Released {
    pub(crate) fn new(dist: &Path, data: &Path) -> Self {
        let kept = data.join(FOLDER);
        Self { dist: dist.to_owned(), files: Files::new(kept.clone()), kept, manifest: RwLock::default() }
    }

    /// A file of an earlier release, by a request's path.
    pub(super) async fn find(&self, path: &str) -> Option<(String, Arc<File>)> {
        if policy::is_widget_version(path) { self.files.find(path).await } else { None }
    }

    /// Keeps the files of the build that stands there now.
    ///
    /// # Errors
    /// When a file cannot be read or written; it is tried again the next time.
    pub(crate) async fn keep(&self) -> io::Result<()> {
        let Ok(manifest) = tokio::fs::read_to_string(self.dist.join(MANIFEST)).await else { return Ok(()) };
        if *self.manifest.read().unwrap_or_else(PoisonError::into_inner) == manifest {
            return Ok(());
        }
        let (from, to) = (self.dist.join("widget"), self.kept.join("widget"));
        tokio::task::spawn_blocking(move || copy_versions(&from, &to)).await.map_err(io::Error::other)??;
        *self.manifest.write().unwrap_or_else(PoisonError::into_inner) = manifest;
        Ok(())
    }
}

/// Keeps what is released, from the start on.
pub(crate) async fn work(state: Arc<State>, mut stopped: watch::Receiver<bool>) {
    let (served, data) = (state.dist.clone(), state.config.data.clone());
    if let Ok(Err(error)) = tokio::task::spawn_blocking(move || bundled::remove_others(&served, &data)).await
    {
        tracing::warn!(%error, "the pages of an earlier version cannot be removed from the data folder");
    }
    while !ended(&stopped) {
        state.keep_released().await;
        tokio::select! {
            () = tokio::time::sleep(LOOK_EVERY) => {}
            _ = stopped.changed() => {}
        }
    }
}

fn copy_versions(from: &Path, to: &Path) -> io::Result<()> {
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        let name = entry.file_name();
        let is_version = policy::is_widget_version(&format!("widget/{}/x", name.to_string_lossy()));
        if is_version && entry.file_type()?.is_dir() {
            copy_folder(&entry.path(), &to.join(name))?;
        }
    }
    Ok(())
}

/// Links are not followed, and what is kept already stays as it is: a name never gets another content.
fn copy_folder(from: &Path, to: &Path) -> io::Result<()> {
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        let (kind, place) = (entry.file_type()?, to.join(entry.file_name()));
        if kind.is_dir() {
            copy_folder(&entry.path(), &place)?;
        } else if kind.is_file() && !place.exists() {
            // Whole or not at all, whatever happens meanwhile and whoever else writes.
            let part = to.join(format!(".{}", uuid::Uuid::new_v4()));
            std::fs::copy(entry.path(), &part)?;
            std::fs::rename(part, place)?;
        }
    }
    Ok(())
}
