//! `cargo xtask run`: the whole product on this machine, until Ctrl-C.

use std::{
    fs,
    io::{BufRead, BufReader},
    net::{Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
    process::{Child, Command, ExitCode, Stdio},
    sync::mpsc::{self, Receiver},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};

use crate::{
    build::{self, Mode, Servers},
    children::{Running, stop_requests},
    http::{require_free, wait_until_up},
    project::Project,
    settings::Settings,
};

/// How long the proxy may take to print the sign-in link once it answers.
const PATIENCE: Duration = Duration::from_secs(10);

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
    let settings = Settings::read(config.as_deref())?;
    addresses.require_free(&settings)?;

    let (dist, servers) = build::everything(project, options.mode)?;

    let stop = stop_requests()?;
    let mut running = Running::default();
    if settings.needs_a_sandbox() {
        let child = running.start("sandbox", sandbox(project, &servers, &addresses)?)?;
        wait_until_up("sandbox", child, addresses.sandbox, "/sandbox/clock")?;
    }
    let mut command = proxy(project, &servers, &dist, &addresses, &settings)?;
    if let Some(config) = config {
        command.arg("--config").arg(config);
    }
    command.stdout(Stdio::piped());
    let child = running.start("proxy", command)?;
    let link = sign_in_link(child)?;
    wait_until_up("proxy", child, addresses.proxy, "/healthz")?;

    tell(&addresses, &settings, link.recv_timeout(PATIENCE).ok());
    println!("Started in {:.1} s. Ctrl-C stops everything.", started.elapsed().as_secs_f64());
    running.wait(&stop)
}

/// Passes on what the proxy prints, and hands over the sign-in link as soon as that comes by.
fn sign_in_link(proxy: &mut Child) -> Result<Receiver<String>> {
    let printed = proxy.stdout.take().context("the proxy's output cannot be read")?;
    let (send, receive) = mpsc::channel();
    thread::spawn(move || {
        for line in BufReader::new(printed).lines().map_while(Result::ok) {
            match line.split_whitespace().find(|word| word.contains("/sign-in#")) {
                Some(link) => drop(send.send(link.to_owned())),
                None => println!("{line}"),
            }
        }
    });
    Ok(receive)
}

fn tell(addresses: &Addresses, settings: &Settings, link: Option<String>) {
    let local = |address: SocketAddr| format!("http://localhost:{}", address.port());
    let by =
        |live: bool| if live { "the vendor itself, with your credentials" } else { "the sandbox stands in" };
    println!("\nPortal      {}", local(addresses.proxy));
    match link {
        Some(link) => println!("Sign in     {link}  (works once)"),
        None => println!("Sign in     the proxy printed no link; its log above may say why"),
    }
    if !settings.production {
        println!("Demo shop   {}  (a merchant's page with the tracking widget)", local(addresses.shop));
    }
    println!("RouteMate   {}\n51Tracking  {}", by(settings.routemate), by(settings.tracking));
    if settings.needs_a_sandbox() {
        println!("Sandbox     {}  (until credentials are configured)", local(addresses.sandbox));
    }
}

/// Three neighbouring ports, all on loopback.
struct Addresses {
    proxy: SocketAddr,
    sandbox: SocketAddr,
    shop: SocketAddr,
}

impl Addresses {
    fn from(port: u16) -> Result<Addresses> {
        let last = u16::MAX - 2;
        if port == 0 || port > last {
            bail!("--port takes a number from 1 to {last}, since the two ports after it are used too");
        }
        let on = |port| SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        Ok(Addresses { proxy: on(port), sandbox: on(port + 1), shop: on(port + 2) })
    }

    fn require_free(&self, settings: &Settings) -> Result<()> {
        require_free("portal", self.proxy)?;
        if settings.needs_a_sandbox() {
            require_free("sandbox", self.sandbox)?;
        }
        if !settings.production {
            require_free("demo shop", self.shop)?;
        }
        Ok(())
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
    settings: &Settings,
) -> Result<Command> {
    let mut command = project.command(&servers.proxy);
    command
        .env("MILKRUN_LISTEN", addresses.proxy.to_string())
        .env("MILKRUN_DIST", dist)
        .env("MILKRUN_DATA", project.var("proxy")?);
    if !settings.production {
        command
            .env("MILKRUN_MODE", "development")
            .env("MILKRUN_DEMO_SHOP_LISTEN", addresses.shop.to_string());
    }
    if settings.needs_a_sandbox() {
        command.env("MILKRUN_SANDBOX_URL", format!("http://{}", addresses.sandbox));
    }
    Ok(command)
}

fn absolute(path: &Path) -> Result<PathBuf> {
    fs::canonicalize(path).with_context(|| format!("--config names {}, which cannot be read", path.display()))
}
