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
    let tools = project.root.join("tests/e2e");
    setup::npm::ci(project, &tools, "axe-core judges pages for those who cannot see or point")?;
    // Without a Firefox the tests in it are skipped, and say why.
    let firefox = setup::firefox::install(project);
    let dist = build::for_the_browser(project, Mode::Release)?;
    let (binaries, servers) = binaries::build_all_with_the_portal(project)?;
    let mut tally = Tally::default();
    for binary in binaries.iter().filter(|it| it.package == PACKAGE) {
        // One at a time and with their output: a test that drives a browser is a story worth following.
        tally += binary.run(Show::Lines, &["--test-threads=1", "--nocapture"], |command| {
            servers.tell(command, &dist);
            match &firefox {
                Ok(it) => command.env("GECKODRIVER", &it.driver).env("MILKRUN_FIREFOX", &it.browser),
                Err(reason) => command.env("MILKRUN_NO_FIREFOX", format!("{reason:#}")),
            };
        })?;
    }
    Ok(tally)
}
