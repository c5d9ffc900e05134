//! The native tests of the whole workspace, compiled by one call of cargo and run one by one.
//!
//! One call, since cargo chooses the features of shared dependencies by what is built together:
//! a second call for fewer packages would compile many of them again.

use std::{
    collections::BTreeMap,
    path::PathBuf,
    process::{Command, Stdio},
};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use super::report::Tally;
use crate::{
    build::Servers,
    exec::{self, Show},
    project::Project,
};

/// A program full of tests.
pub(super) struct TestBinary {
    /// The package it tests.
    pub(super) package: String,
    /// The package's name and the file's, for people.
    name: String,
    executable: PathBuf,
    /// The package's folder, where cargo would run it.
    folder: PathBuf,
}

/// What cargo made of the workspace's tests.
pub(super) struct Tests {
    /// Those that compiled, in the order of their names.
    pub(super) binaries: Vec<TestBinary>,
    /// Whether all of them did.
    pub(super) complete: bool,
}

/// Compiles the tests and the servers' binaries of every crate, in the dev profile.
///
/// The portal is among them: what it computes without a page is tested here, in milliseconds.
/// A crate that does not compile keeps no other one from being tested.
pub(super) fn build(project: &Project) -> Result<Tests> {
    build_with(project, &[])
}

fn build_with(project: &Project, features: &[&str]) -> Result<Tests> {
    let mut cargo = project.cargo(&["build", "--workspace", "--lib", "--bins", "--tests", "--keep-going"]);
    cargo.args(features);
    cargo.arg("--message-format=json-render-diagnostics");
    println!("  › compile the tests and the servers");
    let output =
        cargo.stdout(Stdio::piped()).spawn().context("cargo cannot be started")?.wait_with_output()?;
    let mut binaries = BTreeMap::new();
    for line in String::from_utf8_lossy(&output.stdout).lines() {
        if let Some(binary) = test_binary(&serde_json::from_str(line)?) {
            binaries.insert(binary.name.clone(), binary);
        }
    }
    Ok(Tests { binaries: binaries.into_values().collect(), complete: output.status.success() })
}

/// The same for tests of the whole system, which make no sense with half of it.
pub(super) fn build_all(project: &Project) -> Result<(Vec<TestBinary>, Servers)> {
    whole(project, build(project)?)
}

/// As [`build_all`], with the browser's files inside the proxy; they must have been built.
pub(super) fn build_all_with_the_portal(project: &Project) -> Result<(Vec<TestBinary>, Servers)> {
    whole(project, build_with(project, &["--features", "milkrun-proxy/portal"])?)
}

fn whole(project: &Project, tests: Tests) -> Result<(Vec<TestBinary>, Servers)> {
    if !tests.complete {
        bail!("not everything compiles; the compiler's messages stand above");
    }
    Ok((tests.binaries, Servers::of_the_tests(project)?))
}

/// Reads one of cargo's messages; only a compiled test is of interest.
fn test_binary(message: &Value) -> Option<TestBinary> {
    if message["profile"]["test"].as_bool() != Some(true) {
        return None;
    }
    let executable = PathBuf::from(message["executable"].as_str()?);
    let folder = PathBuf::from(message["manifest_path"].as_str()?).parent()?.to_owned();
    // `path+file:///clone/crates/plan#milkrun-plan@0.1.0`, without the name where the folder is called the same.
    let id = message["package_id"].as_str()?;
    let (path, rest) = id.rsplit_once('#')?;
    let package = match rest.split_once('@') {
        Some((name, _)) => name,
        None => path.rsplit('/').next()?,
    };
    let target = message["target"]["name"].as_str()?;
    let kind = message["target"]["kind"][0].as_str()?;
    Some(TestBinary {
        package: package.to_owned(),
        name: format!("{package} {kind} {target}"),
        executable,
        folder,
    })
}

impl TestBinary {
    /// Runs the tests and counts them; on failure everything they printed is shown.
    pub(super) fn run(&self, show: Show, args: &[&str], prepare: impl Fn(&mut Command)) -> Result<Tally> {
        let mut command = Command::new(&self.executable);
        command.current_dir(&self.folder).env("CARGO_MANIFEST_DIR", &self.folder).args(args);
        prepare(&mut command);
        let output = exec::capture(&self.name, &mut command, show)?;
        let tally = Tally::of_harness(&self.name, &output.text, output.success);
        if show != Show::Lines && !output.success {
            println!("{}", output.text);
        }
        if tally != Tally::default() {
            println!("    {:<48} {tally}", self.name);
        }
        Ok(tally)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_compiled_tests_are_taken_from_cargos_messages() {
        let message = |test: bool, id: &str| {
            serde_json::json!({
                "reason": "compiler-artifact", "package_id": id, "manifest_path": "/clone/crates/plan/Cargo.toml",
                "target": { "kind": ["lib"], "name": "milkrun_plan" },
                "profile": { "test": test }, "executable": "/target/debug/deps/milkrun_plan-1",
            })
        };
        let it = test_binary(&message(true, "path+file:///clone/crates/plan#milkrun-plan@0.1.0")).unwrap();
        assert_eq!(
            (it.package.as_str(), it.name.as_str()),
            ("milkrun-plan", "milkrun-plan lib milkrun_plan")
        );
        assert_eq!(it.folder, PathBuf::from("/clone/crates/plan"));
        let it = test_binary(&message(true, "path+file:///clone/xtask#0.1.0")).unwrap();
        assert_eq!(it.package, "xtask");
        assert!(test_binary(&message(false, "path+file:///clone/xtask#0.1.0")).is_none());
        assert!(test_binary(&serde_json::json!({ "reason": "build-finished", "success": true })).is_none());
    }
}
