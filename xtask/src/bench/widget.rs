//! `cargo xtask bench widget`: what the widget costs a shop's page, beside other ways to embed the same lookup.

use std::{fs, path::PathBuf, process::ExitCode};

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
    match peers(project) {
        Ok(folder) => drop(bench.env("MILKRUN_PEERS", folder)),
        // Missing peers make the comparison smaller, not wrong.
        Err(error) => println!("giscus and iframe-resizer are left out, they cannot be installed: {error:#}"),
    }
    Ok(if bench.status()?.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Where each peer's script comes from, and what the measured pages call it.
const PEERS: [(&str, &str); 3] = [
    ("giscus/dist/giscus.mjs", "giscus.js"),
    ("iframe-resizer/js/iframeResizer.js", "resizer.js"),
    ("iframe-resizer/js/iframeResizer.contentWindow.js", "resized.js"),
];

/// The peers, each in one small script, compressed as a good server would; in a folder of their own.
fn peers(project: &Project) -> Result<PathBuf> {
    let esbuild = npm::ci(
        project,
        &project.root.join("crates/widget"),
        "esbuild packs the peers as it packs the widget",
    )?;
    let tests = project.root.join("tests/e2e");
    npm::ci(project, &tests, "giscus and iframe-resizer are measured beside the widget")?;
    let folder = project.var("bench/peers")?;
    for (source, name) in PEERS {
        let script = folder.join(name);
        let format = if source.ends_with(".mjs") { "--format=esm" } else { "--format=iife" };
        let mut pack = project.command(esbuild.join(".bin/esbuild"));
        pack.arg(tests.join("node_modules").join(source))
            .args(["--bundle", "--minify", format, "--log-level=error"])
            .arg(format!("--outfile={}", script.display()));
        exec::step(&format!("pack {name}"), &mut pack)?;
        let packed = folder.join(format!("{name}.br"));
        fs::write(&packed, brotli(&fs::read(&script)?)?)
            .with_context(|| format!("cannot write {}", packed.display()))?;
    }
    Ok(folder)
}
