//! Keeps texts in the browser's IndexedDB, so that a plan outlives a reload and a crash.
//!
//! It knows nothing of plans: a key, a text, and failures said in words that a dispatcher can act on. A browser
//! may refuse to store anything (private browsing, a full disk); the portal then goes on and says so.

use idb::builder::{DatabaseBuilder, ObjectStoreBuilder};
use idb::{Database, Query, TransactionMode, TransactionResult};
use js_sys::Date;
use wasm_bindgen::JsValue;

/// The database's name: one for each address the portal is served from.
const DATABASE: &str = "milkrun";
const VERSION: u32 = 1;
const STORE: &str = "texts";
/// What a key set aside begins with; the time and the old key follow.
const ASIDE: &str = "aside";

/// Why something could not be kept or read, in words for the person in front of the browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PersistError {
    /// The browser has no storage for this page, as in some private windows.
    Unavailable,
    /// The storage is full.
    Full,
    /// The storage failed in some other way.
    Broken,
}

impl std::fmt::Display for PersistError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Unavailable => {
                "This browser keeps nothing for this page, as private windows do: export the plan before you close it, or open Milkrun in an ordinary window"
            }
            Self::Full => {
                "This browser's storage is full, so the last changes are not kept: free some disk space or export the plan before you close the page"
            }
            Self::Broken => {
                "This browser could not read or write its storage: load the page again, and export the plan first if you want to be sure of it"
            }
        })
    }
}

impl std::error::Error for PersistError {}

/// Reads the text kept under a key; `None` when there is none.
///
/// # Errors
/// When the browser's storage cannot be read.
pub async fn load(key: &str) -> Result<Option<String>, PersistError> {
    let database = open().await?;
    let read = async {
        let transaction = database.transaction(&[STORE], TransactionMode::ReadOnly)?;
        transaction.object_store(STORE)?.get(Query::Key(JsValue::from_str(key)))?.await
    };
    let found = read.await;
    database.close();
    Ok(found.map_err(|error| told(&error))?.and_then(|value| value.as_string()))
}

/// Keeps a text under a key, in place of what was there.
///
/// # Errors
/// When the browser's storage is full or cannot be written; what was there before is still there then.
pub async fn save(key: &str, text: &str) -> Result<(), PersistError> {
    let database = open().await?;
    let written = write(&database, key, text).await;
    database.close();
    written
}

/// Holds a text until [`save`] has kept it, at once: a page that is being left has no time for a database.
/// What does not fit into this smaller storage is not held.
pub fn hold(key: &str, text: &str) {
    if let Some(storage) = held_texts() {
        let _ = storage.set_item(&held_key(key), text);
    }
}

/// The text held under a key by a page that was left before its database had it.
#[must_use]
pub fn held(key: &str) -> Option<String> {
    held_texts()?.get_item(&held_key(key)).ok()?
}

/// Lets go of a held text, once it is kept or proves to be of no use.
pub fn release(key: &str) {
    if let Some(storage) = held_texts() {
        let _ = storage.remove_item(&held_key(key));
    }
}

fn held_texts() -> Option<web_sys::Storage> {
    web_sys::window()?.local_storage().ok()?
}

fn held_key(key: &str) -> String {
    format!("{DATABASE}.held.{key}")
}

/// Keeps a text that could not be understood under a name of its own and takes it from its old place, so that
/// nothing is lost and the next start is clean. Gives the new key.
///
/// # Errors
/// When the browser's storage is full or cannot be written; the old text stays where it was then.
pub async fn set_aside(key: &str, text: &str) -> Result<String, PersistError> {
    let aside = format!("{ASIDE} {} {key}", Date::new_0().to_iso_string());
    let database = open().await?;
    let moved = async {
        write(&database, &aside, text).await?;
        let transaction =
            database.transaction(&[STORE], TransactionMode::ReadWrite).map_err(|error| told(&error))?;
        let store = transaction.object_store(STORE).map_err(|error| told(&error))?;
        store
            .delete(Query::Key(JsValue::from_str(key)))
            .map_err(|error| told(&error))?
            .await
            .map_err(|error| told(&error))?;
        finished(transaction.await)
    };
    let moved = moved.await;
    database.close();
    moved.map(|()| aside)
}

async fn open() -> Result<Database, PersistError> {
    let store = ObjectStoreBuilder::new(STORE);
    let opened = DatabaseBuilder::new(DATABASE).version(VERSION).add_object_store(store).build().await;
    opened.map_err(|error| match told(&error) {
        PersistError::Broken => PersistError::Unavailable,
        other => other,
    })
}

async fn write(database: &Database, key: &str, text: &str) -> Result<(), PersistError> {
    let put = async {
        let transaction = database.transaction(&[STORE], TransactionMode::ReadWrite)?;
        let store = transaction.object_store(STORE)?;
        store.put(&JsValue::from_str(text), Some(&JsValue::from_str(key)))?.await?;
        Ok(transaction)
    };
    let transaction = put.await.map_err(|error: idb::Error| told(&error))?;
    // Only a committed transaction is on the disk; a full disk shows itself here.
    finished(transaction.await)
}

fn finished(ended: Result<TransactionResult, idb::Error>) -> Result<(), PersistError> {
    match ended.map_err(|error| told(&error))? {
        TransactionResult::Committed => Ok(()),
        TransactionResult::Aborted => Err(PersistError::Full),
    }
}

/// The kinds of failure a person can do something about, by the DOM exception's name.
fn told(error: &idb::Error) -> PersistError {
    let text = error.to_string();
    if text.contains("QuotaExceeded") {
        PersistError::Full
    } else if matches!(error, idb::Error::IndexedDbNotFound(_))
        || text.contains("SecurityError")
        || text.contains("InvalidStateError")
    {
        PersistError::Unavailable
    } else {
        PersistError::Broken
    }
}
