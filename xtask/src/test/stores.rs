//! The proxy's promises where they are hardest to keep: on the other database, under whatever a program can think
//! of, and while it is being killed.

use std::path::Path;

use anyhow::Result;

use super::{binaries, report::Tally};
use crate::{
    chaos,
    exec::{self, Show},
    project::Project,
    setup,
};

/// Rounds of the short form; `cargo xtask chaos --rounds 200` is the long one.
const ROUNDS: &str = "8";

/// The proxy's own tests once more, on a PostgreSQL that they start themselves.
pub(super) fn postgres(project: &Project) -> Result<Tally> {
    setup::rust::fetch(project)?;
    if let Err(it) = setup::system::postgres(project) {
        return Ok(Tally::skipped(format!("{it:#}")));
    }
    let (binaries, _) = binaries::build_all(project)?;
    let mut tally = Tally::default();
    for binary in binaries.iter().filter(|it| it.package == "milkrun-proxy") {
        tally += binary.run(Show::Heartbeat, &[], |command| {
            command.env("MILKRUN_TEST_STORE", "postgres");
        })?;
    }
    Ok(tally)
}

/// Schemathesis over the document that the API's code makes.
pub(super) fn fuzz(project: &Project) -> Result<Tally> {
    setup::rust::fetch(project)?;
    let requirements = project.root.join("crates/proxy/tests/fuzz/requirements.txt");
    let python = setup::python::environment(project, &requirements)?;
    let (binaries, _) = binaries::build_all(project)?;
    let mut tally = Tally::default();
    for binary in binaries.iter().filter(|it| it.package == "milkrun-proxy") {
        tally += binary.run(Show::Heartbeat, &["fuzz::"], |command| {
            command.env("MILKRUN_SCHEMATHESIS", python.with_file_name("st"));
        })?;
    }
    Ok(tally)
}

/// The proxy killed at random points, on both databases; each counts as one test.
pub(super) fn chaos(project: &Project) -> Result<Tally> {
    setup::rust::fetch(project)?;
    if let Err(it) = setup::system::postgres(project) {
        // The program says so again for its own half, which then counts as skipped.
        println!("{it:#}");
    }
    let (_, servers) = binaries::build_all(project)?;
    let mut tally = Tally::default();
    for store in ["sqlite", "postgres"] {
        let mut command = project.command(project.target.join("debug").join(chaos::PACKAGE));
        command.args(["--rounds", ROUNDS, "--store", store]);
        servers.tell(&mut command, Path::new(""));
        let output = exec::capture("chaos", &mut command, Show::Lines)?;
        tally += match output.text.lines().find_map(|it| it.strip_prefix("skipped: ")) {
            Some(why) => Tally::skipped(why.to_owned()),
            None => Tally::of(output.success, &format!("something was lost or doubled on {store}")),
        };
    }
    Ok(tally)
}
