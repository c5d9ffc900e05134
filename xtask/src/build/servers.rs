//! The two server binaries: the proxy, and the sandbox that stands in for both upstreams.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Result, bail};

use super::Mode;
use crate::{exec, project::Project};

/// Where the binaries are.
pub(crate) struct Servers {
    pub(crate) proxy: PathBuf,
    pub(crate) sandbox: PathBuf,
}

/// Builds both, with what `dist` holds inside the proxy or without; cargo itself finds out quickly when there is
/// nothing to do.
pub(super) fn build(project: &Project, mode: Mode, with_the_portal: bool) -> Result<Servers> {
    let mut cargo = project.cargo(&["build", "-p", "milkrun-proxy", "-p", "milkrun-sandbox", "--bins"]);
    if mode == Mode::Release {
        cargo.arg("--release");
    }
    if with_the_portal {
        cargo.args(["--features", "milkrun-proxy/portal"]);
    }
    println!("Servers: the proxy and the sandbox.");
    exec::step("cargo build", &mut cargo)?;
    find(project, release_or_debug(mode))
}

/// The folder that cargo gives a native profile's output.
fn release_or_debug(mode: Mode) -> &'static str {
    match mode {
        Mode::Release => "release",
        Mode::Debug => "debug",
    }
}

/// The binaries of an earlier build.
fn find(project: &Project, profile: &str) -> Result<Servers> {
    let folder = project.target.join(profile);
    let servers = Servers { proxy: folder.join("milkrun-proxy"), sandbox: folder.join("milkrun-sandbox") };
    for binary in [&servers.proxy, &servers.sandbox] {
        if !binary.is_file() {
            bail!("cargo built no {}; does the crate have a binary of that name?", binary.display());
        }
    }
    Ok(servers)
}

impl Servers {
    /// Tells a browser test which system to start, by environment.
    pub(crate) fn tell(&self, command: &mut Command, dist: &Path) {
        command.env("MILKRUN_PROXY_BIN", &self.proxy);
        command.env("MILKRUN_SANDBOX_BIN", &self.sandbox);
        command.env("MILKRUN_DIST", dist);
    }

    /// The binaries that the tests' own build left in the dev profile.
    pub(crate) fn of_the_tests(project: &Project) -> Result<Servers> {
        find(project, "debug")
    }
}
