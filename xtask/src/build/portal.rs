//! The portal and its solver worker: trunk does the bundling, `Trunk.toml` and `index.html` say how.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Result, bail};

use super::{Mode, extension, files_below, stamp::Stamp};
use crate::{
    exec,
    project::{Project, path_with},
};

/// Everything the bundle is made of.
const INPUTS: [&str; 14] = [
    "index.html",
    "Trunk.toml",
    "Cargo.toml",
    "Cargo.lock",
    "package-lock.json",
    "rust-toolchain.toml",
    ".cargo",
    "src",
    "style",
    "public",
    "crates/wire",
    "crates/plan",
    "crates/solver",
    "crates/solver-worker",
];

/// Builds the portal into `dist` unless that is what stands there already; says whether it did.
pub(super) fn build(project: &Project, mode: Mode, dist: &Path, tools: &[PathBuf]) -> Result<bool> {
    let stamp = Stamp::of(project, &format!("portal-{}", mode.wasm_profile()), &INPUTS)?;
    if stamp.is_fresh(dist) {
        println!("Portal: nothing has changed since it was built.");
        return Ok(false);
    }
    if !project.root.join("index.html").is_file() {
        bail!("there is no index.html in {}, so trunk has nothing to build", project.root.display());
    }
    println!("Portal: building {} with trunk.", project.shown(dist));
    let mut trunk = project.command("trunk");
    trunk
        .args(["build", "--offline", "--skip-version-check", "--cargo-profile", mode.wasm_profile()])
        .args(["--release", if mode == Mode::Release { "true" } else { "false" }])
        .arg("--dist")
        .arg(dist)
        .env("PATH", path_with(tools)?)
        // A backtrace of trunk would bury the compiler's own message.
        .env("RUST_BACKTRACE", "0")
        // trunk reads the variable as `true` or `false` and stops at the usual `1`.
        .env_remove("NO_COLOR");
    exec::step("trunk build", &mut trunk)?;
    prune(dist)?;
    stamp.write(dist)?;
    Ok(true)
}

/// Takes out what npm packages carry for developers: nothing loads it, so nothing should serve it.
fn prune(dist: &Path) -> Result<()> {
    for file in files_below(dist)? {
        let name = file.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if extension(&file) == "map" || name.starts_with("leaflet-src") {
            fs::remove_file(&file)?;
        }
    }
    Ok(())
}
