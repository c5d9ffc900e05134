//! Keeps texts in the browser's IndexedDB, so that a plan outlives a reload and a crash.
//!
//! It knows nothing of plans: a key, a text, and failures said in words that a dispatcher can act on. A browser
//! may refuse to store anything (private browsing, a full disk); the portal then goes on and says so.

use js_sys::Date;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen(module = "/src/persist/database.js")]
extern "C" {
    #[wasm_bindgen(catch, js_name = load)]
    async fn database_load(key: &str) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(catch, js_name = save)]
    async fn database_save(key: &str, text: &str) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(catch, js_name = move)]
    async fn database_move(key: &str, aside: &str, text: &str) -> Result<JsValue, JsValue>;
}

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
                "This browser's storage is full, so the last changes are not kept: free disk space or export the plan before you close the page"
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
    Ok(database_load(key).await.map_err(told)?.as_string())
}

/// Keeps a text under a key, in place of what was there.
///
/// # Errors
/// When the browser's storage is full or cannot be written; what was there before is still there then.
pub async fn save(key: &str, text: &str) -> Result<(), PersistError> {
    database_save(key, text).await.map(drop).map_err(told)
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
    format!("milkrun.held.{key}")
}

/// Keeps a text that could not be understood under a name of its own and takes it from its old place, so that
/// nothing is lost and the next start is clean. Gives the new key.
///
/// # Errors
/// When the browser's storage is full or cannot be written; the old text stays where it was then.
pub async fn set_aside(key: &str, text: &str) -> Result<String, PersistError> {
    let aside = format!("{ASIDE} {} {key}", Date::new_0().to_iso_string());
    database_move(key, &aside, text).await.map_err(told)?;
    Ok(aside)
}

/// The kinds of failure a person can do something about, by the DOM exception's name.
#[allow(clippy::needless_pass_by_value, reason = "it is given to `map_err`")]
fn told(failure: JsValue) -> PersistError {
    match failure.as_string().as_deref() {
        Some("QuotaExceededError") => PersistError::Full,
        Some("Unavailable" | "SecurityError" | "InvalidStateError") => PersistError::Unavailable,
        _ => PersistError::Broken,
    }
}
