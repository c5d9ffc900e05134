//! What whole-system tests stand on: the real servers on ports of their own, and headless Chromium.
//!
//! A test starts [`Servers`], opens [`Browser`]s and talks to both; everything ends with the values,
//! also when the test panics. `cargo xtask test --only e2e` builds what is needed and says where it is
//! by the variables that [`Servers::start`] names.

pub mod browser;
pub mod folder;
pub mod journey;
pub mod osrm;
pub mod ports;
pub mod servers;
pub mod watched;

pub use browser::{Browser, Theme};
pub use folder::TemporaryFolder;
pub use journey::Journey;
pub use osrm::Osrm;
pub use servers::{Alone, Servers};

/// Counts the running test as skipped, for a reason that it found out only while running.
///
/// The caller returns right after it. Rust's test harness has no such outcome,
/// so `cargo xtask test` reads this line and corrects the count.
#[expect(clippy::print_stdout, reason = "the line is the message")]
pub fn skip(test: &str, reason: &str) {
    // On a line of its own: the harness has begun one with the test's name.
    println!("\nskipped: {test}: {reason}");
}

/// Makes HTTP clients possible in this process; tests with a client of their own call it first.
///
/// All of a test's traffic is plain HTTP on loopback, but the workspace builds `reqwest` with TLS
/// and without a provider for it, and such a client is not even made until one is installed.
pub fn allow_http_clients() {
    // An error means that another test of this process came first, which is just as good.
    rustls::crypto::ring::default_provider().install_default().ok();
}
