//! The search in WebAssembly for Node.js, compiled as the portal's worker is.

use std::{fs, path::PathBuf};

use anyhow::{Context, Result, bail};

use crate::{
    build::{SHRINK, flags},
    exec,
    project::{Project, WASM, on_path, path_with},
    setup::{npm, rust, tools},
};

/// Builds the module and returns the JavaScript beside it.
pub(super) fn build(project: &Project) -> Result<PathBuf> {
    on_path("node").context("node is not on PATH; please install Node.js 20 or newer")?;
    rust::wasm_target(project)?;
    let tools = [tools::wasm_bindgen(project)?, npm::of_the_project(project)?.join(".bin")];
    let path = path_with(&tools)?;
    let mut cargo = project.cargo(&[
        "build",
        "-p",
        "milkrun-bench",
        "--lib",
        "--target",
        WASM,
        "--profile",
        "wasm",
        "--config",
        &flags(true),
    ]);
    exec::step("build the search for WebAssembly", &mut cargo)?;
    let wasm = project.target.join(WASM).join("wasm/milkrun_bench.wasm");
    if !wasm.is_file() {
        bail!("cargo built no {}", wasm.display());
    }
    let folder = project.var("bench")?.join("wasm");
    fs::remove_dir_all(&folder).ok();
    let mut bindgen = project.command("wasm-bindgen");
    bindgen.args(["--target", "nodejs", "--no-typescript", "--out-dir"]).arg(&folder).arg(&wasm);
    exec::step("wasm-bindgen", bindgen.env("PATH", &path))?;
    let module = folder.join("milkrun_bench_bg.wasm");
    let mut opt = project.command("wasm-opt");
    opt.args(SHRINK).arg(&module).arg("-o").arg(&module);
    exec::step("wasm-opt", opt.env("PATH", &path))?;
    Ok(folder.join("milkrun_bench.js"))
}
