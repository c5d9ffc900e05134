//! The embeddable widget: a small loader that merchants' pages name, and a WebAssembly core behind it.

use std::{
    fs,
    hash::{DefaultHasher, Hash, Hasher},
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};
use milkrun_widget::bundle;

use super::{Mode, stamp::Stamp};
use crate::{
    exec,
    project::{Project, WASM, path_with},
};

const INPUTS: [&str; 6] =
    ["Cargo.toml", "Cargo.lock", "package-lock.json", "rust-toolchain.toml", ".cargo", "crates/widget"];

/// Builds the widget into `folder` unless that is what stands there already; says whether it did.
pub(super) fn build(project: &Project, mode: Mode, folder: &Path, tools: &[PathBuf]) -> Result<bool> {
    let stamp = Stamp::of(project, &format!("widget-{}", mode.wasm_profile()), &INPUTS)?;
    if stamp.is_fresh(folder) {
        println!("Widget: nothing has changed since it was built.");
        return Ok(false);
    }
    println!("Widget: building {}.", project.shown(folder));
    let path = path_with(tools)?;
    let profile = mode.wasm_profile();
    let mut cargo =
        project.cargo(&["build", "-p", "milkrun-widget", "--lib", "--target", WASM, "--profile", profile]);
    exec::step("cargo build", &mut cargo)?;
    let wasm = project.target.join(WASM).join(mode.wasm_folder()).join("milkrun_widget.wasm");
    if !wasm.is_file() {
        bail!("cargo built no {}; the widget's library needs the crate type `cdylib`", wasm.display());
    }
    fs::remove_dir_all(folder).ok();
    let mut bindgen = project.command("wasm-bindgen");
    bindgen
        .args(["--target", "web", "--no-typescript", "--out-name", "core", "--out-dir"])
        .arg(folder)
        .arg(&wasm)
        .env("PATH", &path);
    exec::step("wasm-bindgen", &mut bindgen)?;
    if mode == Mode::Release {
        let core = folder.join("core_bg.wasm");
        let mut opt = project.command("wasm-opt");
        opt.arg("-Oz").arg(&core).arg("-o").arg(&core).env("PATH", &path);
        exec::step("wasm-opt", &mut opt)?;
    }
    finish(folder)?;
    stamp.write(folder)?;
    Ok(true)
}

/// Squeezes the glue and writes the loader, which asks for the core by a version of its own content:
/// browsers may keep the core for ever, and never keep an old one.
fn finish(folder: &Path) -> Result<()> {
    let glue_path = folder.join("core.js");
    let glue =
        fs::read_to_string(&glue_path).with_context(|| format!("cannot read {}", glue_path.display()))?;
    let glue = bundle::squeeze(&glue);
    fs::write(&glue_path, &glue)?;
    let mut hash = DefaultHasher::new();
    glue.hash(&mut hash);
    fs::read(folder.join("core_bg.wasm"))?.hash(&mut hash);
    fs::write(folder.join("v1.js"), bundle::loader(&format!("{:016x}", hash.finish())))?;
    Ok(())
}
