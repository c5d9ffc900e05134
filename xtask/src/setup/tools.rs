//! Programs built from crates.io, each version in a folder of its own in the cache.
//!
//! Their default release profile costs more time than it will ever give back here,
//! so they are built with light optimisation and without link-time optimisation.

use std::{fs, path::PathBuf, process};

use anyhow::{Context, Result, bail};

use crate::{
    exec::{self, Show},
    project::Project,
};

/// The newest trunk that the pinned toolchain compiles: 0.22 needs rustc 1.96.
const TRUNK: &str = "0.21.14";
const GECKODRIVER: &str = "0.37.1";

/// The cutting tool; its marks come from `wasm_split_helpers` of the same 0.2.
const WASM_SPLIT: &str = "0.2.4";

/// The folder with `trunk`, which bundles the portal.
pub(crate) fn trunk(project: &Project) -> Result<PathBuf> {
    install(project, "trunk", TRUNK, "", "it bundles the portal")
}

/// The folder with `wasm-split-cli`, which cuts the portal into parts.
pub(crate) fn wasm_split(project: &Project) -> Result<PathBuf> {
    let why = "it cuts the portal into parts that load when they are needed";
    install(project, "wasm_split_cli_support", WASM_SPLIT, "build-binary", why)
}

/// The folder with `wasm-bindgen` and its test runner.
///
/// The version is the library's own in `Cargo.lock`: the two must be equal,
/// since they speak an unstable format to each other.
pub(crate) fn wasm_bindgen(project: &Project) -> Result<PathBuf> {
    let lock = fs::read_to_string(project.root.join("Cargo.lock")).context("Cargo.lock cannot be read")?;
    let version = locked_version(&lock, "wasm-bindgen").context("Cargo.lock names no wasm-bindgen")?;
    install(
        project,
        "wasm-bindgen-cli",
        version,
        "",
        "it writes the JavaScript beside our WebAssembly and runs browser tests",
    )
}

/// The folder with `geckodriver`, which drives Firefox.
pub(crate) fn geckodriver(project: &Project) -> Result<PathBuf> {
    install(project, "geckodriver", GECKODRIVER, "", "it drives Firefox in the widget's tests")
}

/// Everything is built aside and moved in place when it is whole,
/// so that an interrupted or a second set-up never meets half a tool.
fn install(project: &Project, name: &str, version: &str, features: &str, why: &str) -> Result<PathBuf> {
    let folder = project.cache.join("tools").join(format!("{name}-{version}"));
    let bin = folder.join("bin");
    if bin.is_dir() {
        return Ok(bin);
    }
    println!("Building {name} {version} from crates.io: {why}. Once per machine, some minutes.");
    let aside = project.cache.join(format!("building-{name}-{version}-{}", process::id()));
    let result = build(project, name, version, features, &aside);
    if result.is_ok() && !bin.is_dir() {
        fs::create_dir_all(project.cache.join("tools"))?;
        fs::rename(aside.join("root"), &folder)
            .with_context(|| format!("cannot move {name} to {}", folder.display()))?;
    }
    fs::remove_dir_all(&aside).ok();
    result.map(|()| bin)
}

fn build(
    project: &Project,
    name: &str,
    version: &str,
    features: &str,
    aside: &std::path::Path,
) -> Result<()> {
    let command = |locked: bool| {
        let mut command = project.cargo(&["install", name, "--version", version, "--no-default-features"]);
        command.args(["--features", features]);
        if locked {
            command.arg("--locked");
        }
        command
            .arg("--root")
            .arg(aside.join("root"))
            .env("CARGO_TARGET_DIR", aside.join("target"))
            .env("CARGO_PROFILE_RELEASE_LTO", "off")
            .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1")
            .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16")
            .env("CARGO_PROFILE_RELEASE_DEBUG", "0")
            .env("CARGO_PROFILE_RELEASE_STRIP", "symbols")
            .env("CARGO_RESOLVER_INCOMPATIBLE_RUST_VERSIONS", "fallback");
        command
    };
    let what = format!("cargo install {name} {version}");
    println!("  › {what}");
    let output = exec::capture(&what, &mut command(true), Show::Lines)?;
    if output.success {
        return Ok(());
    }
    // A registry mirror may lack a release that the tool's own lock file names; the tool still builds
    // with the newest ones it accepts.
    if output.text.contains("failed to select a version") {
        println!(
            "    its own lock file names a crate that this registry does not have; building without the lock"
        );
        return exec::network_step(&format!("{what}, unlocked"), &mut command(false));
    }
    match exec::unreachable_reason(&output.text) {
        Some(line) => {
            Err(exec::Unreachable(format!("{what}: the network cannot be reached ({line})")).into())
        }
        None => bail!("{what} failed; its message stands above"),
    }
}

/// The version of a package in the text of a `Cargo.lock`.
fn locked_version<'a>(lock: &'a str, name: &str) -> Option<&'a str> {
    let mut lines = lock.lines();
    lines.find(|line| *line == format!("name = \"{name}\""))?;
    lines.next()?.strip_prefix("version = \"")?.strip_suffix('"')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_locked_version_is_found_by_the_whole_name() {
        let lock = "[[package]]\nname = \"wasm-bindgen-futures\"\nversion = \"0.4.80\"\n\n\
                    [[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.130\"\n";
        assert_eq!(locked_version(lock, "wasm-bindgen"), Some("0.2.130"));
        assert_eq!(locked_version(lock, "wasm-bindgen-futures"), Some("0.4.80"));
        assert_eq!(locked_version(lock, "bindgen"), None);
    }
}
