//! The portal and its solver worker: trunk does the bundling, `Trunk.toml` and `index.html` say how.
//!
//! For use, what trunk has bundled is cut into parts afterwards, and shrunk. For development it stays whole.

use std::{
    fs,
    path::{Path, PathBuf},
    time::Instant,
};

use anyhow::{Result, bail};

use super::{Mode, extension, files_below, parts, stamp::Stamp, worker};
use crate::{
    exec,
    project::{Project, path_with},
};

/// Everything the bundle is made of.
const INPUTS: [&str; 20] = [
    "index.html",
    "build.rs",
    "Trunk.toml",
    "Cargo.toml",
    "Cargo.lock",
    "package-lock.json",
    "rust-toolchain.toml",
    ".cargo",
    "src",
    "style",
    "public",
    "crates/host",
    "crates/json",
    "crates/lean",
    "crates/lean-macro",
    "crates/wire",
    "crates/plan",
    "crates/solver",
    "crates/solver-worker",
    "xtask/src/build",
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
        // Trunk would optimise what is not cut yet.
        .args(["--release", "false"])
        .arg("--dist")
        .arg(dist)
        .env("PATH", path_with(tools)?)
        // A backtrace of trunk would bury the compiler's own message.
        .env("RUST_BACKTRACE", "0")
        // trunk reads the variable as `true` or `false` and stops at the usual `1`.
        .env_remove("NO_COLOR");
    if mode == Mode::Release {
        trunk.env("MILKRUN_SPLIT", "1");
    }
    exec::step("trunk build", &mut trunk)?;
    if mode == Mode::Release {
        let started = Instant::now();
        worker::build(project, dist, tools)?;
        parts::cut(project, dist, tools)?;
        println!("  › cut into parts and shrunk in {:.1} s", started.elapsed().as_secs_f64());
    }
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
