//! The proxy's binary: configuration, log, listeners and signals around the library.

use std::future::IntoFuture as _;
use std::io::{IsTerminal as _, Write as _};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use milkrun_proxy::config::Config;
use milkrun_proxy::state::State;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// How long requests under way may take after the signal to stop.
const DRAIN: Duration = Duration::from_secs(20);

const USAGE: &str = "usage: milkrun-proxy [--config FILE]\n\
    Serves the portal, its API and the tracking widget. Settings come from the TOML file and from MILKRUN_*\n\
    variables, which win over the file.\n";

#[tokio::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(it) => {
            // A person reads this, so that it is one line of words whatever the environment says of backtraces.
            let _ = writeln!(std::io::stderr(), "milkrun-proxy: {it:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> anyhow::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let mut file = None;
    while let Some(it) = arguments.next() {
        match it.as_str() {
            "--config" => {
                file = Some(PathBuf::from(arguments.next().context("--config needs a file's name")?));
            }
            "--help" | "-h" => return say(USAGE),
            "--version" => return say(concat!("milkrun-proxy ", env!("CARGO_PKG_VERSION"), "\n")),
            other => anyhow::bail!("unknown argument {other}\n{USAGE}"),
        }
    }
    let filter = tracing_subscriber::EnvFilter::try_from_env("MILKRUN_LOG").unwrap_or_else(|_| "info".into());
    let colours = std::io::stderr().is_terminal();
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_ansi(colours).init();

    let config = Config::load(file.as_deref())?;
    let listener = TcpListener::bind(config.listen)
        .await
        .with_context(|| format!("cannot listen on {}; is another program there?", config.listen))?;
    let state = State::open(config).await?;
    let (stop, stopped) = watch::channel(false);
    let mut workers = milkrun_proxy::workers::start(&state, &stopped);
    open_demo_shop(&state, &stopped).await?;
    let server = serve(&state, listener, stopped).await?;

    wait_for_signal().await?;
    tracing::info!("stopping: requests under way are finished first");
    // Nobody listens any more when every part has failed already; then there is nothing to stop.
    let _ = stop.send(true);
    state.end();
    let all = async {
        // A server that failed has nothing left to finish.
        let _ = server.await;
        while workers.join_next().await.is_some() {}
    };
    if tokio::time::timeout(DRAIN, all).await.is_err() {
        tracing::warn!("some requests did not finish in time");
    }
    state.store.instances().leave().await?;
    state.store.close().await;
    Ok(())
}

async fn serve(
    state: &Arc<State>,
    listener: TcpListener,
    stopped: watch::Receiver<bool>,
) -> anyhow::Result<JoinHandle<std::io::Result<()>>> {
    let app = milkrun_proxy::app(state.clone()).into_make_service_with_connect_info::<SocketAddr>();
    let server = axum::serve(listener, app).with_graceful_shutdown(until(stopped));
    let server = tokio::spawn(server.into_future());
    if let Some(link) = milkrun_proxy::session::link_at_start(state).await? {
        say(&format!("Sign in (works once): {link}\n"))?;
    }
    Ok(server)
}

async fn open_demo_shop(state: &State, stopped: &watch::Receiver<bool>) -> anyhow::Result<()> {
    let Some(address) = state.config.demo_shop_listen else { return Ok(()) };
    let listener = TcpListener::bind(address)
        .await
        .with_context(|| format!("the demo shop cannot listen on {address}; is another program there?"))?;
    let server = axum::serve(listener, milkrun_proxy::demo_shop::app(&state.config));
    tokio::spawn(server.with_graceful_shutdown(until(stopped.clone())).into_future());
    say(&format!("Demo shop: http://localhost:{}/\n", address.port()))
}

async fn until(mut stopped: watch::Receiver<bool>) {
    // An error means that the sender is gone, which is a reason to stop as well.
    let _ = stopped.wait_for(|it| *it).await;
}

async fn wait_for_signal() -> anyhow::Result<()> {
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        it = tokio::signal::ctrl_c() => it?,
        _ = terminate.recv() => {}
    }
    Ok(())
}

fn say(text: &str) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes())?;
    Ok(out.flush()?)
}
