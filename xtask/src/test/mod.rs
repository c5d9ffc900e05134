//! `cargo xtask test`: every check there is, cheap ones first, all of them even after a failure.

mod binaries;
mod e2e;
mod licences;
mod report;
mod sdk;
mod steps;
mod stores;
mod tidy;
mod wasm;

use std::{process::ExitCode, time::Instant};

use anyhow::{Result, bail};

use crate::{exec::Unreachable, project::Project};
use report::{Report, Tally};

/// One check: what it is called, what it does, and the function that does it.
struct Step {
    name: &'static str,
    about: &'static str,
    run: fn(&Project) -> Result<Tally>,
}

const STEPS: [Step; 13] = [
    Step { name: "fmt", about: "rustfmt has nothing to change", run: steps::fmt },
    Step { name: "tidy", about: "file lengths, machine paths, lock files, licences", run: tidy::tidy },
    Step { name: "clippy", about: "no warning in native code", run: steps::clippy },
    Step { name: "clippy-wasm", about: "no warning in what the browser runs", run: steps::clippy_wasm },
    Step { name: "unit", about: "tests of every crate, outside a browser", run: steps::unit },
    Step { name: "postgres", about: "the proxy's tests again, on PostgreSQL", run: stores::postgres },
    Step { name: "fuzz", about: "schemathesis over the API's document", run: stores::fuzz },
    Step { name: "chaos", about: "the proxy killed at random points", run: stores::chaos },
    Step { name: "wasm", about: "tests inside headless Chromium", run: wasm::wasm },
    Step { name: "size", about: "bundles within their budgets", run: steps::size },
    Step { name: "bench", about: "a small benchmark in WebAssembly and natively, judged", run: steps::bench },
    Step { name: "sdk", about: "the vendor's own SDKs against the sandbox", run: sdk::sdk },
    Step { name: "e2e", about: "the whole system in a real browser", run: e2e::e2e },
];

/// Prints the steps.
pub(crate) fn list() {
    for Step { name, about, .. } in &STEPS {
        println!("{name:<12} {about}");
    }
}

/// Runs all steps, or the named ones, and fails when any test has.
pub(crate) fn test(project: &Project, only: &[String]) -> Result<ExitCode> {
    if let Some(unknown) = only.iter().find(|name| !STEPS.iter().any(|step| step.name == *name)) {
        let names: Vec<_> = STEPS.iter().map(|step| step.name).collect();
        bail!("there is no step `{unknown}`; the steps are {}", names.join(", "));
    }
    let mut report = Report::default();
    for step in STEPS.iter().filter(|step| only.is_empty() || only.iter().any(|name| name == step.name)) {
        println!("\n== {}: {}", step.name, step.about);
        let started = Instant::now();
        let tally = (step.run)(project).unwrap_or_else(|error| match error.downcast_ref::<Unreachable>() {
            Some(reason) => Tally::skipped(reason.to_string()),
            None => Tally::failed(format!("{error:#}")),
        });
        report.add(step.name, started.elapsed(), tally);
    }
    Ok(report.finish())
}
