//! The servers that this program starts: none of them may outlive it.

use std::{
    process::{Child, Command, ExitCode},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};

/// Becomes true when the reader asks for the end; from this call on Ctrl-C does nothing else.
pub(crate) fn stop_requests() -> Result<Arc<AtomicBool>> {
    let stop = Arc::new(AtomicBool::new(false));
    for signal in [SIGINT, SIGTERM, SIGHUP] {
        signal_hook::flag::register(signal, Arc::clone(&stop)).context("cannot listen for Ctrl-C")?;
    }
    Ok(stop)
}

/// Running servers by name, stopped in order when the value is dropped.
#[derive(Default)]
pub(crate) struct Running(Vec<(&'static str, Child)>);

impl Running {
    /// Starts one more and returns it, for asking whether it is still there.
    pub(crate) fn start(&mut self, name: &'static str, mut command: Command) -> Result<&mut Child> {
        let child = command.spawn().with_context(|| format!("the {name} cannot be started"))?;
        self.0.push((name, child));
        self.0.last_mut().map(|(_, child)| child).context("a child was just added")
    }

    /// Returns when the reader asks for the end or when a server ends by itself.
    pub(crate) fn wait(mut self, stop: &AtomicBool) -> Result<ExitCode> {
        while !stop.load(Ordering::Relaxed) {
            for (name, child) in &mut self.0 {
                if let Some(status) = child.try_wait()? {
                    bail!("the {name} stopped by itself ({status}); its own message stands above");
                }
            }
            thread::sleep(Duration::from_millis(100));
        }
        println!("\nStopping.");
        Ok(ExitCode::SUCCESS)
    }
}

impl Drop for Running {
    /// Asks every server to end, and ends by force what has not ended after five seconds.
    fn drop(&mut self) {
        for (_, child) in &self.0 {
            // The standard library sends no SIGTERM, and this workspace has no unsafe code.
            Command::new("kill").args(["-TERM", &child.id().to_string()]).output().ok();
        }
        let deadline = Instant::now() + Duration::from_secs(5);
        for (name, child) in &mut self.0 {
            while matches!(child.try_wait(), Ok(None)) {
                if Instant::now() > deadline {
                    eprintln!("the {name} did not stop in time and is ended by force");
                    child.kill().ok();
                }
                thread::sleep(Duration::from_millis(20));
            }
        }
    }
}
