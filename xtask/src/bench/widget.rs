//! `cargo xtask bench widget`: what the widget costs a shop's page, beside other ways to embed the same lookup.

use std::{fs, process::ExitCode};

use anyhow::{Context, Result};

use crate::{
    build::{self, Mode, brotli},
    exec,
    project::Project,
    setup::{self, npm},
};

/// The package of the browser tests, whose harness measures too.
const PACKAGE: &str = "milkrun-e2e";

/// Builds everything for release and measures; peers come from npm.
pub(crate) fn widget(project: &Project) -> Result<ExitCode> {
    setup::system::browser(project)?;
    let dist = build::for_the_browser(project, Mode::Release)?;
    let servers = build::servers(project, Mode::Release)?;
    exec::step(
        "cargo build",
        &mut project.cargo(&["build", "--release", "-p", PACKAGE, "--bin", "widget_bench"]),
    )?;
    let mut bench = project.command(project.target.join("release/widget_bench"));
    servers.tell(&mut bench, &dist);
    match peer(project) {
        Ok(script) => drop(bench.env("MILKRUN_PEER", script)),
        // A missing peer makes the comparison smaller, not wrong.
        Err(error) => println!("giscus is left out, it cannot be installed: {error:#}"),
    }
    Ok(if bench.status()?.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// giscus's element in one small script, compressed as a good server would.
fn peer(project: &Project) -> Result<std::path::PathBuf> {
    let esbuild = npm::ci(
        project,
        &project.root.join("crates/widget"),
        "esbuild packs the peer as it packs the widget",
    )?;
    let tests = project.root.join("tests/e2e");
    npm::ci(project, &tests, "giscus is measured beside the widget")?;
    let folder = project.var("bench")?;
    let script = folder.join("giscus.js");
    let mut pack = project.command(esbuild.join(".bin/esbuild"));
    pack.arg(tests.join("node_modules/giscus/dist/giscus.mjs"))
        .args(["--bundle", "--minify", "--format=esm", "--log-level=error"])
        .arg(format!("--outfile={}", script.display()));
    exec::step("pack giscus", &mut pack)?;
    let packed = folder.join("giscus.js.br");
    fs::write(&packed, brotli(&fs::read(&script)?)?)
        .with_context(|| format!("cannot write {}", packed.display()))?;
    Ok(packed)
}
