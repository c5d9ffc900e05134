//! Firefox and its WebDriver, for the widget's tests: a shop's visitors do not all come with Chromium.

use std::path::PathBuf;

use anyhow::{Context, Result};

use super::{system, tools};
use crate::project::{Project, on_path};

/// What the tests are told of.
pub(crate) struct Firefox {
    /// The browser.
    pub(crate) browser: PathBuf,
    /// The geckodriver that drives it.
    pub(crate) driver: PathBuf,
}

/// Installs both where they are missing.
pub(crate) fn install(project: &Project) -> Result<Firefox> {
    let found = || on_path("firefox-esr").or_else(|| on_path("firefox"));
    if found().is_none() {
        system::install(project, &["firefox-esr"], "the widget is tried in Firefox too", "Firefox, on PATH")?;
    }
    let browser = found().context("Firefox is not on PATH after its installation")?;
    let driver = tools::geckodriver(project)?.join("geckodriver");
    Ok(Firefox { browser, driver })
}
