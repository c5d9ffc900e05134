//! Everything the sandbox remembers, behind one lock, and its snapshot on disk.
//!
//! One JSON file, written beside itself and renamed, is all the database a stand-in needs: it is whole or
//! absent after a crash, and a person can read it.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};

use crate::clock::{Clock, wall_ms};
use crate::faults::Faults;
use crate::limits::Limits;
use crate::routemate::{JobRecord, Replay, Token};
use crate::settings::{Settings, WebhookTarget};
use crate::tracking::{AwbRecord, Parcel};
use crate::webhook::{Courier, PushRecord};

/// What a snapshot holds.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct World {
    pub(crate) clock: Clock,
    /// Counts everything made, so that things made in the same second keep their order.
    pub(crate) serial: u64,
    /// RouteMate's tokens by their text.
    pub(crate) tokens: BTreeMap<String, Token>,
    /// RouteMate's remembered replies by idempotency key.
    pub(crate) replays: BTreeMap<String, Replay>,
    /// RouteMate's jobs, oldest first.
    pub(crate) jobs: Vec<JobRecord>,
    /// 51Tracking's parcels by id.
    pub(crate) parcels: BTreeMap<String, Parcel>,
    /// 51Tracking's air waybills by number.
    pub(crate) awbs: BTreeMap<String, AwbRecord>,
    /// 51Tracking's pushes, oldest first.
    pub(crate) pushes: Vec<PushRecord>,
    /// Where 51Tracking pushes to, when it was set by the control API.
    pub(crate) webhook: Option<WebhookTarget>,
}

impl World {
    fn new(settings: &Settings) -> Self {
        Self {
            clock: Clock::starting(wall_ms(), settings.speed),
            serial: 0,
            tokens: BTreeMap::new(),
            replays: BTreeMap::new(),
            jobs: Vec::new(),
            parcels: BTreeMap::new(),
            awbs: BTreeMap::new(),
            pushes: Vec::new(),
            webhook: None,
        }
    }

    /// Sandbox time in unix seconds.
    pub(crate) fn now(&self) -> i64 {
        self.clock.now(wall_ms())
    }

    /// The next serial number.
    pub(crate) fn next_serial(&mut self) -> u64 {
        self.serial += 1;
        self.serial
    }
}

/// Why a sandbox cannot be opened or kept.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// `MILKRUN_MODE` says that this is no place for stand-ins.
    #[error(
        "the sandbox stands in for real services and does not start where MILKRUN_MODE is production; unset it"
    )]
    Production,
    /// The snapshot cannot be read or written.
    #[error("the sandbox's data at {path} cannot be kept: {source}")]
    File {
        /// Where the file is.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// The snapshot is not one of ours.
    #[error("the sandbox's data at {path} cannot be read: {source}; move the file away to start afresh")]
    Snapshot {
        /// Where the file is.
        path: PathBuf,
        /// What is wrong with it.
        source: serde_json::Error,
    },
}

/// A running sandbox; clones share everything.
#[derive(Debug, Clone)]
pub struct Sandbox(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    settings: Settings,
    world: Mutex<World>,
    limits: Mutex<Limits>,
    faults: Mutex<Faults>,
    courier: Courier,
    /// What was saved last, so that a quiet sandbox does not write.
    saved: Mutex<Option<Vec<u8>>>,
}

impl Sandbox {
    /// Opens a sandbox, with what its snapshot remembers when there is one.
    ///
    /// Refuses where the environment says `MILKRUN_MODE=production`, so that no door into it exists there.
    pub fn open(settings: Settings) -> Result<Self, StoreError> {
        refuse_production(std::env::var("MILKRUN_MODE").ok().as_deref())?;
        let world = match snapshot_path(&settings) {
            Some(path) if path.exists() => load(&path, &settings)?,
            _ => World::new(&settings),
        };
        Ok(Self(Arc::new(Shared {
            settings,
            world: Mutex::new(world),
            limits: Mutex::default(),
            faults: Mutex::default(),
            courier: Courier::default(),
            saved: Mutex::default(),
        })))
    }

    /// Writes the snapshot, if there is a data directory and anything changed since the last one.
    pub fn save(&self) -> Result<(), StoreError> {
        let Some(path) = snapshot_path(self.settings()) else { return Ok(()) };
        let failed = |source| StoreError::File { path: path.clone(), source };
        let mut saved = self.0.saved.lock().unwrap_or_else(PoisonError::into_inner);
        let snapshot = {
            let mut world = self.world();
            world.clock.settle(wall_ms());
            serde_json::to_vec(&*world).map_err(|it| failed(it.into()))?
        };
        if saved.as_ref() == Some(&snapshot) {
            return Ok(());
        }
        write_whole(&path, &snapshot).map_err(failed)?;
        *saved = Some(snapshot);
        Ok(())
    }

    /// Sandbox time in unix seconds.
    pub fn now(&self) -> i64 {
        self.world().now()
    }

    pub(crate) fn settings(&self) -> &Settings {
        &self.0.settings
    }

    // A poisoned lock means that a handler panicked between two steps of a change. A stand-in that goes on is
    // worth more to its user than one that refuses everything from then on.
    pub(crate) fn world(&self) -> MutexGuard<'_, World> {
        self.0.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn limits(&self) -> MutexGuard<'_, Limits> {
        self.0.limits.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn faults(&self) -> MutexGuard<'_, Faults> {
        self.0.faults.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn courier(&self) -> &Courier {
        &self.0.courier
    }

    /// Where pushes go: what the control API set, else what the flags said.
    pub(crate) fn webhook(&self) -> Option<WebhookTarget> {
        self.world().webhook.clone().or_else(|| self.settings().webhook.clone())
    }
}

fn refuse_production(mode: Option<&str>) -> Result<(), StoreError> {
    let is_production = mode.is_some_and(|it| it.trim().eq_ignore_ascii_case("production"));
    if is_production { Err(StoreError::Production) } else { Ok(()) }
}

fn snapshot_path(settings: &Settings) -> Option<PathBuf> {
    settings.data_dir.as_ref().map(|it| it.join("sandbox.json"))
}

fn load(path: &Path, settings: &Settings) -> Result<World, StoreError> {
    let bytes = std::fs::read(path).map_err(|source| StoreError::File { path: path.to_owned(), source })?;
    let mut world: World = serde_json::from_slice(&bytes)
        .map_err(|source| StoreError::Snapshot { path: path.to_owned(), source })?;
    world.clock.resume(wall_ms(), settings.speed);
    // Whatever ran when the process ended runs no more, so its idempotency key is free again.
    world.replays.retain(|_, it| it.is_done());
    Ok(world)
}

fn write_whole(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    if let Some(dir) = path.parent() {
        std::fs::create_dir_all(dir)?;
    }
    let beside = path.with_extension("json.part");
    let mut file = std::fs::File::create(&beside)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    std::fs::rename(&beside, path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn production_is_refused() {
        let check = |mode, refused| assert_eq!(refuse_production(mode).is_err(), refused, "{mode:?}");
        check(None, false);
        check(Some("development"), false);
        check(Some("production"), true);
        check(Some(" Production "), true);
    }

    #[test]
    fn a_broken_snapshot_is_named_and_kept() {
        let dir = std::env::temp_dir().join(format!("milkrun-sandbox-{}", uuid::Uuid::new_v4()));
        std::fs::create_dir_all(&dir).unwrap();
        std::fs::write(dir.join("sandbox.json"), "{").unwrap();
        let settings = Settings { data_dir: Some(dir.clone()), ..Settings::default() };
        let error = Sandbox::open(settings).unwrap_err().to_string();
        assert!(error.contains("sandbox.json") && error.contains("move the file away"), "{error}");
        assert_eq!(std::fs::read_to_string(dir.join("sandbox.json")).unwrap(), "{");
        std::fs::remove_dir_all(&dir).unwrap();
    }
}
