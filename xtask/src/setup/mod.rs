//! Set-up: each command asks for what it needs, and what is there already costs a look at the disk.

pub(crate) mod firefox;
pub(crate) mod npm;
pub(crate) mod python;
pub(crate) mod rust;
pub(crate) mod system;
pub(crate) mod tools;

use std::{path::PathBuf, time::Instant};

use anyhow::Result;

use crate::project::Project;

/// The folders to put in front of `PATH` for building what the browser runs.
pub(crate) fn for_the_browser_build(project: &Project) -> Result<Vec<PathBuf>> {
    rust::wasm_target(project)?;
    rust::fetch(project)?;
    let npm = npm::of_the_project(project)?;
    Ok(vec![
        tools::trunk(project)?,
        tools::wasm_bindgen(project)?,
        tools::wasm_split(project)?,
        npm.join(".bin"),
    ])
}

/// The folders to put in front of `PATH` for tests inside a browser.
pub(crate) fn for_browser_tests(project: &Project) -> Result<Vec<PathBuf>> {
    rust::wasm_target(project)?;
    rust::fetch(project)?;
    system::browser(project)?;
    // The map's tests load Leaflet from where npm puts it.
    npm::of_the_project(project)?;
    Ok(vec![tools::wasm_bindgen(project)?])
}

/// Installs what any command may need.
pub(crate) fn everything(project: &Project) -> Result<()> {
    let started = Instant::now();
    for_the_browser_build(project)?;
    for_browser_tests(project)?;
    python::check(project)?;
    system::postgres(project)?;
    system::nginx(project)?;
    // Only the widget's tests want it, and they say so when it is missing.
    if let Err(reason) = firefox::install(project) {
        println!("{reason:#}");
    }
    println!(
        "set-up is complete ({:.1} s); the tools are in {}",
        started.elapsed().as_secs_f64(),
        project.cache.display()
    );
    Ok(())
}
