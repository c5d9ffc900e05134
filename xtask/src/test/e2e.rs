//! The whole system in a real browser: the real servers, the bundle that is shipped, headless Chromium.

use anyhow::Result;

use super::{binaries, report::Tally};
use crate::{
    build::{self, Mode},
    exec::Show,
    project::Project,
    setup,
};

/// The package that holds the browser tests and their harness.
pub(super) const PACKAGE: &str = "milkrun-e2e";

pub(super) fn e2e(project: &Project) -> Result<Tally> {
    setup::system::browser(project)?;
    let dist = build::for_the_browser(project, Mode::Release)?;
    let (binaries, servers) = binaries::build_all(project)?;
    let mut tally = Tally::default();
    for binary in binaries.iter().filter(|it| it.package == PACKAGE) {
        // One at a time and with their output: a test that drives a browser is a story worth following.
        tally += binary.run(Show::Lines, &["--test-threads=1", "--nocapture"], |command| {
            servers.tell(command, &dist);
        })?;
    }
    Ok(tally)
}
