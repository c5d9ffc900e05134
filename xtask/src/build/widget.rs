//! The embeddable widget: a small loader that merchants' pages name, and a WebAssembly core behind it.
//!
//! `crates/widget/pack.mjs` puts the scripts together with esbuild; here the core is compiled for it.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Result, bail};

use super::{Mode, stamp::Stamp};
use crate::{
    exec,
    project::{Project, WASM, path_with},
    setup::npm,
};

const CRATE: &str = "crates/widget";

const INPUTS: [&str; 13] = [
    "Cargo.toml",
    "Cargo.lock",
    "package-lock.json",
    "rust-toolchain.toml",
    ".cargo",
    "crates/widget/Cargo.toml",
    "crates/widget/package-lock.json",
    "crates/widget/pack.mjs",
    "crates/widget/panics.mjs",
    "crates/widget/src",
    "crates/widget/loader",
    "crates/widget/languages",
    "crates/widget/npm",
];

/// Builds the widget into `folder` unless that is what stands there already; says whether it did.
pub(super) fn build(project: &Project, mode: Mode, folder: &Path, tools: &[PathBuf]) -> Result<bool> {
    let stamp = Stamp::of(project, &format!("widget-{}", mode.wasm_profile()), &INPUTS)?;
    if stamp.is_fresh(folder) {
        println!("Widget: nothing has changed since it was built.");
        return Ok(false);
    }
    println!("Widget: building {}.", project.shown(folder));
    let path = path_with(tools)?;
    npm::ci(project, &project.root.join(CRATE), "esbuild makes the widget's scripts small")?;
    let profile = mode.wasm_profile();
    let mut cargo =
        project.cargo(&["build", "-p", "milkrun-widget", "--lib", "--target", WASM, "--profile", profile]);
    exec::step("cargo build", &mut cargo)?;
    let wasm = project.target.join(WASM).join(mode.wasm_folder()).join("milkrun_widget.wasm");
    if !wasm.is_file() {
        bail!("cargo built no {}; the widget's library needs the crate type `cdylib`", wasm.display());
    }
    let bound = project.var("widget")?;
    fs::remove_dir_all(&bound).ok();
    let mut bindgen = project.command("wasm-bindgen");
    bindgen
        .args(["--target", "web", "--no-typescript", "--out-name", "core", "--out-dir"])
        .arg(&bound)
        .arg(&wasm)
        .env("PATH", &path);
    exec::step("wasm-bindgen", &mut bindgen)?;
    let core = bound.join("core_bg.wasm");
    if mode == Mode::Release {
        let mut panics = project.command("node");
        panics.arg(project.root.join(CRATE).join("panics.mjs")).arg(&core);
        exec::step("take the words out of panics", &mut panics)?;
        let mut opt = project.command("wasm-opt");
        opt.arg("-Oz").arg(&core).arg("-o").arg(&core).env("PATH", &path);
        exec::step("wasm-opt", &mut opt)?;
    }
    fs::remove_dir_all(folder).ok();
    let mut pack = project.command("node");
    pack.arg(project.root.join(CRATE).join("pack.mjs")).arg(bound.join("core.js")).arg(&core).arg(folder);
    if mode == Mode::Debug {
        pack.arg("--debug");
    }
    exec::step("pack the widget", &mut pack)?;
    stamp.write(folder)?;
    Ok(true)
}
