//! A photograph of every page, for looking at what a change did to it.

use std::process::ExitCode;

use anyhow::{Context, Result};

use crate::{
    build::{self, Mode},
    exec,
    project::Project,
    setup,
};

/// Runs the photographer of the browser tests against a whole system of its own.
pub(crate) fn screenshots(project: &Project) -> Result<ExitCode> {
    setup::system::browser(project)?;
    let (dist, servers) = build::everything(project, Mode::Release)?;
    let folder = project.root.join("screenshots");
    std::fs::create_dir_all(&folder).context("cannot make the folder for the screenshots")?;
    let mut cargo = project.cargo(&["run", "-p", "milkrun-e2e", "--bin", "screenshots", "--"]);
    cargo.arg(&folder);
    servers.tell(&mut cargo, &dist);
    exec::step("take the screenshots", &mut cargo)?;
    println!("The screenshots are in {}.", project.shown(&folder));
    Ok(ExitCode::SUCCESS)
}
