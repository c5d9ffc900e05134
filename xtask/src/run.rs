//! `cargo xtask run`: the whole product on this machine, until Ctrl-C.

use std::{
    env, fs,
    net::{Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
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

use crate::{
    build::{self, Mode, Servers},
    http::{require_free, wait_until_up},
    project::Project,
};

/// What the command line asked for.
pub(crate) struct Options {
    pub(crate) port: u16,
    pub(crate) config: Option<PathBuf>,
    pub(crate) mode: Mode,
}

/// Builds and serves; returns when the reader stops it.
pub(crate) fn run(project: &Project, options: &Options) -> Result<ExitCode> {
    let started = Instant::now();
    let addresses = Addresses::from(options.port)?;
    let config = options.config.as_deref().map(absolute).transpose()?;
    let sandboxed = !upstreams_are_configured(config.as_deref())?;
    addresses.require_free(sandboxed)?;

    let (dist, servers) = build::everything(project, options.mode)?;

    // From here on a Ctrl-C ends the servers in order, in place of ending only this program.
    let stop = Arc::new(AtomicBool::new(false));
    for signal in [SIGINT, SIGTERM, SIGHUP] {
        signal_hook::flag::register(signal, Arc::clone(&stop)).context("cannot listen for Ctrl-C")?;
    }
    let mut running = Running::default();
    if sandboxed {
        let child = running.start("sandbox", sandbox(project, &servers, &addresses)?)?;
        wait_until_up("sandbox", child, addresses.sandbox, "/sandbox/clock")?;
    }
    let command = proxy(project, &servers, &dist, &addresses, sandboxed, config.as_deref())?;
    let child = running.start("proxy", command)?;
    wait_until_up("proxy", child, addresses.proxy, "/healthz")?;

    println!();
    println!(
        "Portal      http://localhost:{}  (sign in by the link that the proxy prints above)",
        addresses.proxy.port()
    );
    println!(
        "Demo shop   http://localhost:{}  (a merchant's page with the tracking widget)",
        addresses.shop.port()
    );
    if sandboxed {
        println!(
            "Upstreams   the sandbox on http://localhost:{} stands in for RouteMate and",
            addresses.sandbox.port()
        );
        println!("            51Tracking until credentials are configured; nothing leaves this machine");
    } else {
        println!("Upstreams   RouteMate and 51Tracking themselves, with the configured credentials");
    }
    println!("Started in {:.1} s. Ctrl-C stops everything.", started.elapsed().as_secs_f64());

    running.wait(&stop)
}

/// Three neighbouring ports, all on loopback.
struct Addresses {
    proxy: SocketAddr,
    sandbox: SocketAddr,
    shop: SocketAddr,
}

impl Addresses {
    fn from(port: u16) -> Result<Addresses> {
        if port == 0 || port > u16::MAX - 2 {
            bail!(
                "--port takes a number from 1 to {}, since the two ports after it are used too",
                u16::MAX - 2
            );
        }
        let on = |port| SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        Ok(Addresses { proxy: on(port), sandbox: on(port + 1), shop: on(port + 2) })
    }

    fn require_free(&self, sandboxed: bool) -> Result<()> {
        require_free("portal", self.proxy)?;
        if sandboxed {
            require_free("sandbox", self.sandbox)?;
        }
        require_free("demo shop", self.shop)
    }
}

fn sandbox(project: &Project, servers: &Servers, addresses: &Addresses) -> Result<Command> {
    let mut command = project.command(&servers.sandbox);
    command
        .args(["--listen", &addresses.sandbox.to_string()])
        .arg("--data")
        .arg(project.var("sandbox")?)
        .args(["--webhook-url", &format!("http://{}/webhooks/51tracking/sandbox", addresses.proxy)]);
    Ok(command)
}

fn proxy(
    project: &Project,
    servers: &Servers,
    dist: &Path,
    addresses: &Addresses,
    sandboxed: bool,
    config: Option<&Path>,
) -> Result<Command> {
    let mut command = project.command(&servers.proxy);
    command
        .env("MILKRUN_LISTEN", addresses.proxy.to_string())
        .env("MILKRUN_DIST", dist)
        .env("MILKRUN_DATA", project.var("proxy")?)
        .env("MILKRUN_DEMO_SHOP_LISTEN", addresses.shop.to_string());
    if sandboxed {
        command.env("MILKRUN_SANDBOX_URL", format!("http://{}", addresses.sandbox));
    }
    if let Some(config) = config {
        command.arg("--config").arg(config);
    }
    Ok(command)
}

/// The servers that this program started, and must not outlive it.
#[derive(Default)]
struct Running(Vec<(&'static str, Child)>);

impl Running {
    fn start(&mut self, name: &'static str, mut command: Command) -> Result<&mut Child> {
        let child = command.spawn().with_context(|| format!("the {name} cannot be started"))?;
        self.0.push((name, child));
        self.0.last_mut().map(|(_, child)| child).context("a child was just added")
    }

    /// Returns when the reader asks for the end or when a server ends by itself.
    fn wait(mut self, stop: &AtomicBool) -> Result<ExitCode> {
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

fn absolute(path: &Path) -> Result<PathBuf> {
    fs::canonicalize(path).with_context(|| format!("--config names {}, which cannot be read", path.display()))
}

/// Whether somebody has given credentials, by the environment or in the configuration file.
/// The sandbox stands in only where there are none.
fn upstreams_are_configured(config: Option<&Path>) -> Result<bool> {
    let named = |name: &str| CREDENTIALS.iter().any(|key| name.eq_ignore_ascii_case(key));
    if env::vars_os().any(|(name, value)| !value.is_empty() && name.to_str().is_some_and(named)) {
        return Ok(true);
    }
    let Some(config) = config else { return Ok(false) };
    let text = fs::read_to_string(config).with_context(|| format!("{} cannot be read", config.display()))?;
    Ok(mentions_credentials(&text))
}

/// The proxy's settings that hold an upstream's credentials, as environment variables.
const CREDENTIALS: [&str; 2] = ["MILKRUN_ROUTEMATE_CLIENT_SECRET", "MILKRUN_TRACKING51_API_KEY"];

fn mentions_credentials(config: &str) -> bool {
    config.lines().any(|line| {
        let key = line.split('=').next().unwrap_or_default().trim();
        !line.trim_start().starts_with('#') && matches!(key, "client_secret" | "api_key")
    })
}
