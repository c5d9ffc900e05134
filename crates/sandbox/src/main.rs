//! The sandbox as a program.

use std::io::Write;
use std::process::ExitCode;

use milkrun_sandbox::flags::{self, Flags, HELP};
use milkrun_sandbox::{Sandbox, bind, serve};
use tracing_subscriber::EnvFilter;

#[tokio::main]
async fn main() -> ExitCode {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            tracing::error!("{why}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<(), Box<dyn std::error::Error>> {
    let (listen, settings) = match flags::read(std::env::args().skip(1))? {
        Flags::Help => return Ok(std::io::stdout().write_all(HELP.as_bytes())?),
        Flags::Run { listen, settings } => (listen, settings),
    };
    let sandbox = Sandbox::open(settings)?;
    let listener = bind(listen).await?;
    tracing::info!("the sandbox stands in for RouteMate and 51Tracking on http://{}", listener.local_addr()?);
    Ok(serve(sandbox, listener, ended()).await?)
}

/// Waits until the process is asked to end.
async fn ended() {
    let interrupted = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminated) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = interrupted => {}
                _ = terminated.recv() => {}
            }
            return;
        }
    }
    interrupted.await.ok();
}
