//! The servers under test, each on one core.

use std::fs::{self, File};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use serde_json::{Value, json};

use crate::http::Client;

/// The core of the server under test; the load has the others.
const CORE: &str = "0";

/// A process that ends with its value, and its folder with it.
struct Process {
    child: Child,
    folder: PathBuf,
}

impl Process {
    fn start(mut command: Command, folder: &Path) -> anyhow::Result<Self> {
        let log = File::options().create(true).append(true).open(folder.join("log"))?;
        command.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log);
        let child = command.spawn().with_context(|| format!("{command:?} cannot be started"))?;
        Ok(Self { child, folder: folder.to_owned() })
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// The vendors' stand-in.
pub(crate) struct Sandbox {
    port: u16,
    _process: Process,
}

impl Sandbox {
    pub(crate) async fn start() -> anyhow::Result<Self> {
        let (port, folder) = (free_port()?, folder("sandbox")?);
        let mut command = clean(Command::new(built("MILKRUN_SANDBOX_BIN")?));
        command.args(["--listen", &format!("127.0.0.1:{port}"), "--no-rate-limits"]);
        let process = Process::start(command, &folder)?;
        wait_for(port, "/sandbox/clock").await?;
        Ok(Self { port, _process: process })
    }

    /// How often each endpoint of 51Tracking was called.
    pub(crate) async fn calls(&self) -> anyhow::Result<serde_json::Map<String, Value>> {
        let reply = Client::new(self.port, "/sandbox/state").once().await?;
        let read: Value = serde_json::from_slice(&reply.body)?;
        Ok(read["tracking51"]["calls"].as_object().context("the sandbox counts no calls")?.clone())
    }
}

/// The proxy.
pub(crate) struct Proxy {
    pub(crate) port: u16,
    pub(crate) dist: PathBuf,
    pub(crate) cookie: String,
    process: Process,
}

impl Proxy {
    pub(crate) async fn start(sandbox: &Sandbox) -> anyhow::Result<Self> {
        let (port, folder) = (free_port()?, folder("proxy")?);
        let dist = folder.join("dist");
        fs::create_dir_all(&dist)?;
        // Incompressible, and as large as what pages often ask for.
        let script: String = (0..500).map(|_| uuid::Uuid::new_v4().to_string()).collect();
        fs::write(dist.join("solver-worker.js"), script)?;
        let settings = folder.join("milkrun.toml");
        fs::write(
            &settings,
            "[session]\nstreams = 100000\n[lookups]\nper_second = 1e9\nburst = 1e9\nsite_per_second = 1e9\nsite_burst = 1e9\n\
             [tracking51]\nrefresh_s = 3600\n\
             [[sites]]\nkey = \"bench\"\norigins = [\"https://bench.example\"]\nregister_per_day = 1\n\
             carriers = [\"posti\"]\n",
        )?;
        let mut command = clean(pinned(&built("MILKRUN_PROXY_BIN")?));
        command
            .arg("--config")
            .arg(&settings)
            .env("MILKRUN_MODE", "development")
            .env("MILKRUN_LISTEN", format!("127.0.0.1:{port}"))
            .env("MILKRUN_DIST", &dist)
            .env("MILKRUN_DATA", folder.join("data"))
            .env("MILKRUN_SANDBOX_URL", format!("http://127.0.0.1:{}", sandbox.port))
            .env("MILKRUN_LOG", "warn");
        let process = Process::start(command, &folder)?;
        wait_for(port, "/healthz").await?;
        // The link is printed a moment after the server begins to listen.
        let started = Instant::now();
        let token = loop {
            let printed = fs::read_to_string(folder.join("log"))?;
            let link = printed.split("/sign-in#").nth(1).and_then(|it| it.split_once('\n'));
            match link {
                Some((token, _)) => break token.trim().to_owned(),
                None if started.elapsed() > Duration::from_secs(30) => bail!("the proxy printed no link"),
                None => tokio::time::sleep(Duration::from_millis(20)).await,
            }
        };
        let body = json!({ "token": token }).to_string();
        let reply = Client::post(port, "/api/v1/session", &body).once().await?;
        let cookie = reply.head.lines().find_map(|it| it.strip_prefix("set-cookie: "));
        let cookie = cookie.and_then(|it| it.split(';').next()).context("no session was opened")?.to_owned();
        Ok(Self { port, dist, cookie, process })
    }

    pub(crate) fn pid(&self) -> u32 {
        self.process.child.id()
    }

    /// Registers a parcel.
    pub(crate) async fn add_parcel(&self, number: &str) -> anyhow::Result<()> {
        let body = json!({"parcels": [{"tracking_number": number, "courier_code": "posti"}]}).to_string();
        let request = Client::post(self.port, "/api/v1/parcels", &body).header("cookie", &self.cookie);
        let reply = request.once().await?;
        let read: Value = serde_json::from_slice(&reply.body)?;
        anyhow::ensure!(read["results"][0]["id"].is_string(), "the parcel was not registered: {read}");
        Ok(())
    }
}

/// nginx with some files.
pub(crate) struct Nginx {
    pub(crate) port: u16,
    _process: Process,
}

impl Nginx {
    pub(crate) async fn start(files: &[(&str, &[u8])]) -> anyhow::Result<Option<Self>> {
        let path = std::env::var_os("PATH").unwrap_or_default();
        let mut folders = std::env::split_paths(&path).chain([PathBuf::from("/usr/sbin")]);
        let Some(binary) = folders.find_map(|it| Some(it.join("nginx")).filter(|it| it.is_file())) else {
            return Ok(None);
        };
        let (port, folder) = (free_port()?, folder("nginx")?);
        for (name, bytes) in files {
            fs::write(folder.join(name), bytes)?;
        }
        let config = format!(
            "daemon off; master_process off; pid {0}/pid; error_log {0}/error.log;\n\
             events {{ worker_connections 1024; }}\n\
             http {{ access_log off; client_body_temp_path {0}/body; proxy_temp_path {0}/proxy;\n\
             fastcgi_temp_path {0}/fastcgi; uwsgi_temp_path {0}/uwsgi; scgi_temp_path {0}/scgi;\n\
             keepalive_requests 10000000; server {{ listen 127.0.0.1:{port}; root {0}; }} }}\n",
            folder.display()
        );
        fs::write(folder.join("nginx.conf"), config)?;
        let mut command = pinned(&binary);
        command.arg("-p").arg(&folder).arg("-c").arg(folder.join("nginx.conf"));
        let process = Process::start(command, &folder)?;
        wait_for(port, &format!("/{}", files[0].0)).await?;
        Ok(Some(Self { port, _process: process }))
    }
}

/// A command on one core, with room for many connections.
fn pinned(program: &Path) -> Command {
    let mut command = Command::new("sh");
    command.args(["-c", "ulimit -n 20000; exec taskset -c \"$0\" \"$@\"", CORE]).arg(program);
    command
}

fn clean(mut command: Command) -> Command {
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("MILKRUN_") {
            command.env_remove(name);
        }
    }
    command
}

/// The memory a process has, kB.
pub(crate) fn resident_kb(pid: u32) -> anyhow::Result<u64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status"))?;
    let line = status.lines().find_map(|it| it.strip_prefix("VmRSS:")).context("no VmRSS")?;
    Ok(line.trim().trim_end_matches("kB").trim().parse()?)
}

fn built(variable: &str) -> anyhow::Result<PathBuf> {
    let path = std::env::var_os(variable)
        .with_context(|| format!("{variable} is not set; start this by `cargo xtask bench proxy`"))?;
    Ok(path.into())
}

fn folder(name: &str) -> anyhow::Result<PathBuf> {
    let path = std::env::temp_dir().join(format!("milkrun-load-{name}-{}", uuid::Uuid::new_v4()));
    fs::create_dir_all(&path)?;
    Ok(path)
}

fn free_port() -> anyhow::Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

async fn wait_for(port: u16, path: &str) -> anyhow::Result<()> {
    let started = Instant::now();
    while started.elapsed() < Duration::from_secs(30) {
        if Client::new(port, path).once().await.is_ok_and(|it| it.status == 200) {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    bail!("127.0.0.1:{port}{path} gave no answer")
}
