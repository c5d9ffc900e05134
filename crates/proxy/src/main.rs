//! The proxy's binary: configuration, log, listeners and signals around the library.

use std::future::IntoFuture as _;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use milkrun_proxy::config::Config;
use milkrun_proxy::state::State;
use milkrun_proxy::store::Store;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// How long requests under way may take after the signal to stop.
const DRAIN: Duration = Duration::from_secs(20);

const USAGE: &str = "\
usage: milkrun-proxy [--config FILE] [COMMAND]

Serves the portal, its API and the tracking widget. Settings come from the TOML file and from MILKRUN_*
variables, which win over the file.

  check          say what is wrong with the configuration and the credentials, and serve nothing
  backup FILE    write a copy of the database, also while the proxy runs
  restore FILE   put such a copy in the place of a database that is not there
  sign-in-link   print a fresh one-time link for the first owner
";

/// What the command line asks for.
enum Command {
    Serve,
    Check,
    Backup(PathBuf),
    Restore(PathBuf),
    Link,
}

#[tokio::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(it) => {
            // A person reads this, so that it is one line of words whatever the environment says of backtraces.
            let _ = writeln!(std::io::stderr(), "milkrun-proxy: {}", words(&it));
            ExitCode::FAILURE
        }
    }
}

/// An error with its causes, none of them twice: some of our sentences hold theirs already.
fn words(it: &anyhow::Error) -> String {
    it.chain().map(ToString::to_string).fold(String::new(), |said, cause| match said.as_str() {
        "" => cause,
        it if it.ends_with(&cause) => said,
        it => format!("{it}: {cause}"),
    })
}

async fn run() -> anyhow::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let mut file = None;
    let mut command = Command::Serve;
    while let Some(it) = arguments.next() {
        let mut path = |what: &str| {
            arguments.next().map(PathBuf::from).with_context(|| format!("{what} needs a file's name"))
        };
        match it.as_str() {
            "--config" => file = Some(path("--config")?),
            "check" => command = Command::Check,
            "backup" => command = Command::Backup(path("backup")?),
            "restore" => command = Command::Restore(path("restore")?),
            "sign-in-link" => command = Command::Link,
            "--help" | "-h" => return say(USAGE),
            "--version" => return say(concat!("milkrun-proxy ", env!("CARGO_PKG_VERSION"), "\n")),
            other => anyhow::bail!("unknown argument {other}\n{USAGE}"),
        }
    }
    let config = Config::load(file.as_deref())?;
    milkrun_proxy::log::start(config.log_format);
    match command {
        Command::Serve => serve_until_told(config).await,
        Command::Check => check(config).await,
        Command::Backup(to) => {
            let state = State::open(config).await?;
            state.store.backup(&to).await?;
            say(&format!("The database is copied to {}\n", to.display()))
        }
        Command::Restore(from) => {
            anyhow::ensure!(
                config.database_url.is_none(),
                "the database is a PostgreSQL; restore it with pg_restore"
            );
            Store::restore(&from, &config.data).await?;
            say(&format!("{} is the database now\n", from.display()))
        }
        Command::Link => {
            let state = State::open(config).await?;
            let link = milkrun_proxy::session::new_link(&state).await?;
            say(&format!("Sign in (works once): {link}\n"))
        }
    }
}

/// Prints a line for each thing that was looked at, and fails when any of them does not work.
async fn check(config: Config) -> anyhow::Result<()> {
    say("ok    configuration: it can be used\n")?;
    let state = State::open(config).await?;
    let checks = milkrun_proxy::checks::run(&state).await;
    for it in &checks {
        say(&format!("{} {}: {}\n", if it.ok { "ok   " } else { "FAILS" }, it.name, it.message))?;
    }
    let failed = checks.iter().filter(|it| !it.ok).count();
    anyhow::ensure!(failed == 0, "{failed} of {} checks failed", checks.len());
    Ok(())
}

async fn serve_until_told(config: Config) -> anyhow::Result<()> {
    let listener = TcpListener::bind(config.listen)
        .await
        .with_context(|| format!("cannot listen on {}; is another program there?", config.listen))?;
    let state = State::open(config).await?;
    let (stop, stopped) = watch::channel(false);
    let mut workers = milkrun_proxy::workers::start(&state, &stopped);
    open_demo_shop(&state, &stopped).await?;
    open_metrics(&state, &stopped).await?;
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
) -> anyhow::Result<JoinHandle<()>> {
    let app = milkrun_proxy::app(state.clone());
    let head_within = state.config.head_within;
    tracing::info!(
        version = env!("CARGO_PKG_VERSION"),
        listen = %listener.local_addr()?,
        public_url = %state.config.public_url,
        database = ?state.store.backend(),
        "serving"
    );
    let server = tokio::spawn(milkrun_proxy::serve::run(listener, app, head_within, stopped));
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

async fn open_metrics(state: &Arc<State>, stopped: &watch::Receiver<bool>) -> anyhow::Result<()> {
    let Some(address) = state.config.metrics_listen else { return Ok(()) };
    let listener = TcpListener::bind(address)
        .await
        .with_context(|| format!("the figures cannot be served on {address}; is another program there?"))?;
    let server = axum::serve(listener, milkrun_proxy::metrics::app(state.clone()));
    tokio::spawn(server.with_graceful_shutdown(until(stopped.clone())).into_future());
    Ok(())
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
