//! `cargo xtask bench proxy`: how fast the proxy answers, beside nginx on the same machine.

use std::{path::Path, process::ExitCode};

use anyhow::Result;

use crate::{
    build::{self, Mode},
    exec,
    project::Project,
    setup,
};

/// The package that asks.
const PACKAGE: &str = "milkrun-load";

/// Builds the servers for release and measures; the program's own exit says whether the goals were met.
pub(crate) fn proxy(project: &Project, json: Option<&str>) -> Result<ExitCode> {
    setup::rust::fetch(project)?;
    setup::system::nginx(project)?;
    let servers = build::servers(project, Mode::Release)?;
    exec::step("cargo build", &mut project.cargo(&["build", "--release", "-p", PACKAGE]))?;
    // Many streams are many open files; the server has one core and this the other.
    let program = project.target.join("release").join(PACKAGE);
    let mut command = project.command("sh");
    command.args(["-c", "ulimit -n 20000; exec taskset -c 1 \"$0\" \"$@\""]).arg(program);
    if let Some(file) = json {
        command.args(["--json", file]);
    }
    servers.tell(&mut command, Path::new(""));
    let success = command.status()?.success();
    Ok(if success { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
