//! Packages from npm, exactly those of a committed lock file.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};

use crate::{
    exec,
    project::{Project, on_path},
};

/// Leaflet, and binaryen's and esbuild's programs, in the clone's own `node_modules`.
pub(crate) fn of_the_project(project: &Project) -> Result<PathBuf> {
    ci(
        project,
        &project.root,
        "Leaflet draws the maps, binaryen shrinks the WebAssembly and esbuild the JavaScript",
    )
}

/// Brings `folder/node_modules` to what `folder/package-lock.json` says, and returns it.
pub(crate) fn ci(project: &Project, folder: &Path, why: &str) -> Result<PathBuf> {
    let lock_path = folder.join("package-lock.json");
    let lock = fs::read(&lock_path).with_context(|| format!("{} cannot be read", lock_path.display()))?;
    let modules = folder.join("node_modules");
    // npm empties the folder first, so a stamp in it stands for a whole and finished installation.
    let stamp = modules.join(".milkrun-lock");
    if fs::read(&stamp).is_ok_and(|installed| installed == lock) {
        return Ok(modules);
    }
    on_path("npm").context("npm is not on PATH; please install Node.js 20 or newer with npm")?;
    println!("Installing npm packages: {why}.");
    let mut command = project.command("npm");
    command.current_dir(folder).args(["ci", "--no-fund", "--no-audit", "--loglevel=error"]);
    exec::network_step(&format!("npm ci ({})", lock_path.display()), &mut command)?;
    fs::write(&stamp, lock).with_context(|| format!("cannot write {}", stamp.display()))?;
    Ok(modules)
}
