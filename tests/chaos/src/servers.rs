//! The processes: one sandbox that stays, and the proxies that do not.

use std::fs::{self, File};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use rand::RngExt as _;

use crate::relay::Relay;

/// How long a server may take until it answers.
const PATIENCE: Duration = Duration::from_secs(60);

/// Everything that runs.
pub(crate) struct Servers {
    proxies: Vec<Proxy>,
    sandbox: Child,
    sandbox_port: u16,
    folder: PathBuf,
}

struct Proxy {
    port: u16,
    child: Child,
    database: Option<String>,
    relay: String,
    folder: PathBuf,
}

impl Servers {
    /// A sandbox behind the relay, and one proxy on SQLite or two on one PostgreSQL.
    pub(crate) async fn start(relay: &Relay, database: Option<String>) -> anyhow::Result<Self> {
        let folder = std::env::temp_dir().join(format!("milkrun-chaos-{}", uuid::Uuid::new_v4()));
        fs::create_dir_all(&folder)?;
        let sandbox_port = free_port()?;
        let sandbox = quiet(Command::new(built("MILKRUN_SANDBOX_BIN")?), &folder.join("sandbox.log"))?
            .args(["--listen", &format!("127.0.0.1:{sandbox_port}"), "--no-rate-limits", "--lenient-lookup"])
            .spawn()
            .context("the sandbox cannot be started")?;
        wait_for(&format!("http://127.0.0.1:{sandbox_port}/sandbox/clock")).await?;
        relay.lead_to(format!("http://127.0.0.1:{sandbox_port}"));
        let mut it = Self { proxies: Vec::new(), sandbox, sandbox_port, folder: folder.clone() };
        for at in 0..if database.is_some() { 2 } else { 1 } {
            let folder = folder.join(format!("proxy-{at}"));
            fs::create_dir_all(&folder)?;
            let (port, relay, database) = (free_port()?, relay.url(), database.clone());
            let child = start_proxy(port, &relay, database.as_deref(), &folder)?;
            it.proxies.push(Proxy { port, child, database, relay, folder });
            wait_for(&it.health(at)).await?;
        }
        Ok(it)
    }

    /// Addresses of the proxies.
    pub(crate) fn proxies(&self) -> Vec<String> {
        self.proxies.iter().map(|it| format!("http://127.0.0.1:{}", it.port)).collect()
    }

    /// Address of the sandbox, past the relay.
    pub(crate) fn sandbox(&self) -> String {
        format!("http://127.0.0.1:{}", self.sandbox_port)
    }

    /// The newest sign-in link's token. It is printed a moment after the proxy begins to listen.
    pub(crate) async fn token(&self) -> anyhow::Result<String> {
        let newest = self.proxies.last().context("no proxy")?;
        let started = Instant::now();
        loop {
            let printed = fs::read_to_string(newest.folder.join("log"))?;
            // Up to the line's end: a line may be read while it is written.
            let link = printed.rsplit_once("/sign-in#").and_then(|it| it.1.split_once('\n'));
            match link {
                Some((token, _)) => return Ok(token.trim().to_owned()),
                None if started.elapsed() > PATIENCE => bail!("the proxy printed no link"),
                None => tokio::time::sleep(Duration::from_millis(20)).await,
            }
        }
    }

    /// SIGKILL for one of the proxies, and a new process in its place.
    pub(crate) async fn kill_one_and_restart(&mut self) -> anyhow::Result<()> {
        let at = rand::rng().random_range(0..self.proxies.len());
        let it = &mut self.proxies[at];
        it.child.kill()?;
        it.child.wait()?;
        it.child = start_proxy(it.port, &it.relay, it.database.as_deref(), &it.folder)?;
        wait_for(&self.health(at)).await
    }

    fn health(&self, at: usize) -> String {
        format!("http://127.0.0.1:{}/healthz", self.proxies[at].port)
    }
}

impl Drop for Servers {
    fn drop(&mut self) {
        for child in self.proxies.iter_mut().map(|it| &mut it.child).chain([&mut self.sandbox]) {
            let _ = child.kill();
            let _ = child.wait();
        }
        // The logs stay when something went wrong, for whoever looks for the reason.
        if std::env::var_os("MILKRUN_CHAOS_KEEP").is_none() {
            let _ = fs::remove_dir_all(&self.folder);
        }
    }
}

fn start_proxy(port: u16, relay: &str, database: Option<&str>, folder: &Path) -> anyhow::Result<Child> {
    // The vendor's two minutes of rest after a 429 would only make this longer.
    let settings = folder.join("milkrun.toml");
    fs::write(&settings, "[tracking51]\npause_s = 2\n")?;
    let mut command = quiet(Command::new(built("MILKRUN_PROXY_BIN")?), &folder.join("log"))?;
    command
        .arg("--config")
        .arg(settings)
        .env("MILKRUN_MODE", "development")
        .env("MILKRUN_LISTEN", format!("127.0.0.1:{port}"))
        .env("MILKRUN_DIST", folder)
        .env("MILKRUN_DATA", folder)
        .env("MILKRUN_SANDBOX_URL", relay);
    if let Some(it) = database {
        command.env("MILKRUN_DATABASE_URL", it);
    }
    command.spawn().context("the proxy cannot be started")
}

/// A command whose output is added to a file.
fn quiet(mut command: Command, log: &Path) -> anyhow::Result<Command> {
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("MILKRUN_") {
            command.env_remove(name);
        }
    }
    let log = File::options().create(true).append(true).open(log)?;
    command.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log);
    Ok(command)
}

fn built(variable: &str) -> anyhow::Result<PathBuf> {
    let path = std::env::var_os(variable)
        .with_context(|| format!("{variable} is not set; start this by `cargo xtask chaos`"))?;
    Ok(path.into())
}

fn free_port() -> anyhow::Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

async fn wait_for(url: &str) -> anyhow::Result<()> {
    let http = reqwest::Client::builder().no_proxy().timeout(Duration::from_secs(2)).build()?;
    let started = Instant::now();
    while started.elapsed() < PATIENCE {
        if http.get(url).send().await.is_ok_and(|it| it.status().is_success()) {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    bail!("{url} gave no answer within {} s", PATIENCE.as_secs())
}
