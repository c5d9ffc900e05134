//! Tests that run inside the browser, by wasm-bindgen's test runner and headless Chromium.

use std::fs;

use anyhow::{Context, Result};

use super::{report::Tally, steps::BROWSER_PACKAGES};
use crate::{
    build::{extension, files_below},
    exec::{self, Show},
    project::{PORTAL, Project, WASM, path_with},
    setup,
};

pub(super) fn wasm(project: &Project) -> Result<Tally> {
    let tools = setup::for_browser_tests(project)?;
    let driver =
        setup::system::chromedriver().context("chromedriver is not on PATH after its installation")?;
    let mut tally = Tally::default();
    for package in BROWSER_PACKAGES {
        if !has_browser_tests(project, package)? {
            println!("    {package} has no browser tests");
            continue;
        }
        let mut cargo = project.cargo(&["test", "-p", package, "--target", WASM, "--no-fail-fast"]);
        cargo
            .env("PATH", path_with(&tools)?)
            .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", "wasm-bindgen-test-runner")
            .env("CHROMEDRIVER", &driver)
            .env("WASM_BINDGEN_TEST_WEBDRIVER_JSON", project.root.join("webdriver.json"))
            .env("WASM_BINDGEN_TEST_TIMEOUT", "120");
        let output = exec::capture(&format!("browser tests of {package}"), &mut cargo, Show::Lines)?;
        tally += Tally::of_harness(package, &output.text, output.success);
    }
    Ok(tally)
}

/// Whether the package's sources or tests name wasm-bindgen's test harness.
fn has_browser_tests(project: &Project, package: &str) -> Result<bool> {
    let folder = match package {
        PORTAL => project.root.clone(),
        _ => project.root.join("crates").join(package.trim_start_matches("milkrun-")),
    };
    for name in ["src", "tests"] {
        let folder = folder.join(name);
        if !folder.is_dir() {
            continue;
        }
        for file in files_below(&folder)?.iter().filter(|file| extension(file) == "rs") {
            if fs::read_to_string(file)?.contains("#[wasm_bindgen_test") {
                return Ok(true);
            }
        }
    }
    Ok(false)
}
