//! The checks that are one call of cargo, and the two that reuse another command's work.

use std::process::Command;

use anyhow::Result;

use super::{binaries, report::Tally};
use crate::{
    build::{self, Mode},
    exec::{self, Show},
    project::{PORTAL, Project, WASM},
    setup, size as sizes,
};

/// What the browser runs, by package.
pub(super) const BROWSER_PACKAGES: [&str; 4] =
    [PORTAL, "milkrun-widget", "milkrun-solver-worker", "milkrun-bench"];

pub(super) fn fmt(project: &Project) -> Result<Tally> {
    setup::rust::components(project)?;
    check(
        "rustfmt would change something; run `cargo fmt --all`",
        &mut project.cargo(&["fmt", "--all", "--check"]),
    )
}

pub(super) fn clippy(project: &Project) -> Result<Tally> {
    setup::rust::components(project)?;
    setup::rust::fetch(project)?;
    let args = ["clippy", "--workspace", "--exclude", PORTAL, "--all-targets", "--", "-D", "warnings"];
    check("clippy has warnings", &mut project.cargo(&args))
}

pub(super) fn clippy_wasm(project: &Project) -> Result<Tally> {
    setup::rust::components(project)?;
    setup::rust::fetch(project)?;
    setup::rust::wasm_target(project)?;
    let mut args = vec!["clippy", "--all-targets", "--target", WASM];
    for package in BROWSER_PACKAGES {
        args.extend(["-p", package]);
    }
    args.extend(["--", "-D", "warnings"]);
    check("clippy has warnings", &mut project.cargo(&args))
}

pub(super) fn unit(project: &Project) -> Result<Tally> {
    setup::rust::fetch(project)?;
    let mut tally = Tally::default();
    if let Err(it) = setup::system::nginx(project) {
        println!("{it:#}");
    }
    let tests = binaries::build(project)?;
    if !tests.complete {
        tally += Tally::failed("some tests do not compile; the compiler's messages stand above".to_owned());
    }
    for binary in tests.binaries.iter().filter(|it| it.package != super::e2e::PACKAGE) {
        tally += binary.run(Show::Heartbeat, &[], |_| {})?;
    }
    // Examples in the documentation are tests too; the libraries they use are compiled by now.
    let mut cargo = project.cargo(&["test", "--workspace", "--doc", "--no-fail-fast"]);
    let output = exec::capture("examples in the documentation", &mut cargo, Show::Heartbeat)?;
    if !output.success {
        println!("{}", output.text);
    }
    tally += Tally::of_harness("documentation", &output.text, output.success);
    Ok(tally)
}

/// Each budget counts as one test.
pub(super) fn size(project: &Project) -> Result<Tally> {
    let dist = build::for_the_browser(project, Mode::Release)?;
    let sizes::Verdict { budgets, over } = sizes::against_budgets(&dist)?;
    let failed = over.len() as u32;
    Ok(Tally { passed: budgets - failed, failed, notes: over, ..Tally::default() })
}

/// Each row that the small benchmark must have counts as one test.
pub(super) fn bench(project: &Project) -> Result<Tally> {
    let (passed, notes) = crate::bench::smoke(project)?;
    Ok(Tally { passed, failed: notes.len() as u32, notes, ..Tally::default() })
}

fn check(complaint: &str, command: &mut Command) -> Result<Tally> {
    let output = exec::capture("cargo", command, Show::Lines)?;
    Ok(Tally::of(output.success, complaint))
}
