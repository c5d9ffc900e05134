//! `cargo xtask chaos`: the proxy killed at random points, and what is lost or doubled by it.

use std::{path::Path, process::ExitCode};

use anyhow::Result;

use crate::{
    build::{self, Mode},
    exec,
    project::Project,
    setup,
};

/// The package that does it.
pub(crate) const PACKAGE: &str = "milkrun-chaos";

/// Runs some rounds on one store; the program's own exit says whether anything was lost or doubled.
pub(crate) fn chaos(project: &Project, rounds: u32, store: &str) -> Result<ExitCode> {
    setup::rust::fetch(project)?;
    if store == "postgres" {
        setup::system::postgres(project)?;
    }
    let servers = build::servers(project, Mode::Debug)?;
    exec::step("cargo build", &mut project.cargo(&["build", "-p", PACKAGE, "--bins"]))?;
    let mut command = project.command(project.target.join("debug").join(PACKAGE));
    command.args(["--rounds", &rounds.to_string(), "--store", store]);
    servers.tell(&mut command, Path::new(""));
    let success = command.status()?.success();
    Ok(if success { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
