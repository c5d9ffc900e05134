//! The proof that the sandbox is faithful: the vendor's own Python and Node SDKs, every call, against it.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{self, Child, Command},
};

use anyhow::{Context, Result};

use super::{binaries, report::Tally};
use crate::{
    build::Servers,
    exec::{self, Show, Unreachable},
    http,
    project::Project,
    setup,
};

/// Where the scripts and their pinned requirements are.
const FOLDER: &str = "crates/sandbox/tests/sdk";

pub(super) fn sdk(project: &Project) -> Result<Tally> {
    let (_, servers) = binaries::build_all(project)?;
    let folder = project.root.join(FOLDER);
    let mut tally = Tally::default();
    for (name, run) in [("the Python SDK", python as Runner), ("the Node SDK", node as Runner)] {
        // Each starts with a sandbox of its own, so that neither sees what the other left.
        tally += run(project, &folder)
            .and_then(|mut command| against_a_sandbox(project, &servers, name, &mut command))
            .or_else(|error| match error.downcast_ref::<Unreachable>() {
                Some(reason) => Ok(Tally::skipped(format!("{name}: {reason}"))),
                None => Err(error),
            })?;
    }
    Ok(tally)
}

type Runner = fn(&Project, &Path) -> Result<Command>;

fn python(project: &Project, folder: &Path) -> Result<Command> {
    let python = setup::python::environment(project, &folder.join("requirements.txt"))?;
    let mut command = project.command(python);
    command.arg(folder.join("python_sdk.py"));
    Ok(command)
}

fn node(project: &Project, folder: &Path) -> Result<Command> {
    setup::npm::ci(project, folder, "the vendor's Node SDK is tested against the sandbox")?;
    let mut command = project.command("node");
    command.arg(folder.join("node_sdk.js"));
    Ok(command)
}

fn against_a_sandbox(
    project: &Project,
    servers: &Servers,
    name: &str,
    script: &mut Command,
) -> Result<Tally> {
    let sandbox = Sandbox::start(project, servers)?;
    let output = exec::capture(name, script.arg(&sandbox.url), Show::Lines)?;
    // A script that reports in the harness's words is counted test by test, any other one as a whole.
    match output.text.contains("test result:") {
        true => Ok(Tally::of_harness(name, &output.text, output.success)),
        false => Ok(Tally::of(output.success, &format!("{name} disagrees with the sandbox"))),
    }
}

/// A sandbox with an empty memory, gone with this value.
struct Sandbox {
    child: Child,
    data: PathBuf,
    url: String,
}

impl Sandbox {
    fn start(project: &Project, servers: &Servers) -> Result<Sandbox> {
        let address = http::free_address()?;
        let data = std::env::temp_dir().join(format!("milkrun-sdk-{}-{}", process::id(), address.port()));
        fs::create_dir_all(&data).with_context(|| format!("cannot make {}", data.display()))?;
        let mut command = project.command(&servers.sandbox);
        command.args(["--listen", &address.to_string()]).arg("--data").arg(&data);
        let child = command.spawn().context("the sandbox cannot be started")?;
        let mut sandbox = Sandbox { child, data, url: format!("http://{address}") };
        http::wait_until_up("sandbox", &mut sandbox.child, address, "/sandbox/clock")?;
        Ok(sandbox)
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
        fs::remove_dir_all(&self.data).ok();
    }
}
