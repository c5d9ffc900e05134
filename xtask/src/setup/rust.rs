//! The pieces of the pinned toolchain that rustup may not have fetched by itself, and the crates.

use std::{fs, path::PathBuf};

use anyhow::{Context, Result};

use crate::{
    exec,
    project::{Project, WASM, on_path},
};

/// The standard library for the browser's target.
///
/// Rustup fetches it with the toolchain, but not where automatic installation is turned off
/// or where the toolchain was there before the target was asked for.
pub(crate) fn wasm_target(project: &Project) -> Result<()> {
    if sysroot(project)?.join("lib/rustlib").join(WASM).join("lib").is_dir() {
        return Ok(());
    }
    on_path("rustup")
        .with_context(|| format!("the toolchain lacks the {WASM} target; install it, or rustup"))?;
    println!("Adding the Rust target {WASM}: the portal, the solver and the widget run in the browser.");
    exec::network_step("rustup target add", project.command("rustup").args(["target", "add", WASM]))
}

/// Clippy and rustfmt, which a toolchain that was there before may lack.
pub(crate) fn components(project: &Project) -> Result<()> {
    let bin = sysroot(project)?.join("bin");
    if bin.join("cargo-clippy").is_file() && bin.join("rustfmt").is_file() {
        return Ok(());
    }
    on_path("rustup").context("the toolchain lacks clippy or rustfmt; install them, or rustup")?;
    println!("Adding clippy and rustfmt to the toolchain: the checks use them.");
    let mut rustup = project.command("rustup");
    exec::network_step("rustup component add", rustup.args(["component", "add", "clippy", "rustfmt"]))
}

/// Everything in `Cargo.lock`, so that later steps build without the network.
pub(crate) fn fetch(project: &Project) -> Result<()> {
    // Asking cargo takes a third of a second; the lock's own text answers at once.
    let stamp = project.target.join("xtask-fetched.lock");
    let lock = fs::read(project.root.join("Cargo.lock")).context("Cargo.lock cannot be read")?;
    if fs::read(&stamp).is_ok_and(|fetched| fetched == lock) {
        return Ok(());
    }
    println!("Fetching the crates that Cargo.lock names.");
    exec::network_step("cargo fetch", &mut project.cargo(&["fetch", "--locked"]))?;
    fs::write(&stamp, lock).with_context(|| format!("cannot write {}", stamp.display()))
}

fn sysroot(project: &Project) -> Result<PathBuf> {
    let output =
        project.command("rustc").args(["--print", "sysroot"]).output().context("rustc cannot be started")?;
    Ok(PathBuf::from(String::from_utf8_lossy(&output.stdout).trim()))
}
