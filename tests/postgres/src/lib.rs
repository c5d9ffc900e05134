//! A real PostgreSQL for the tests, for as long as they run.
//!
//! The binaries come from the path, else from where Debian puts them. The server listens on a free port of this
//! machine with a password of its own, keeps its data in a folder that goes when it does, and never runs as root,
//! which PostgreSQL refuses. However its owner ends, even by SIGKILL, the server ends with it: a small shell holds
//! the other end of a pipe.

mod binaries;

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::{PermissionsExt as _, chown};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant, SystemTime};

use anyhow::{Context as _, bail};

pub use self::binaries::folder as binaries;

/// The name of the superuser, who owns every database made here.
const USER: &str = "milkrun";
/// How long the server may take to answer.
const PATIENCE: Duration = Duration::from_secs(60);
/// Runs the server until the pipe on its standard input closes, then removes the data.
const SCRIPT: &str = r#"data="$1"; shift
"$@" >"$data/log" 2>&1 &
server=$!
read -r _
kill -INT "$server"
wait "$server"
rm -rf "$data""#;

/// A running server.
#[derive(Debug)]
pub struct Server {
    binaries: PathBuf,
    port: u16,
    password: String,
    databases: AtomicU32,
    shell: Child,
}

/// The server that all tests of this process share, started when it is first asked for.
///
/// # Errors
/// When there are no binaries, or the server does not come up; the text says what to install.
pub fn shared() -> Result<&'static Server, &'static str> {
    static SERVER: OnceLock<Result<Server, String>> = OnceLock::new();
    SERVER.get_or_init(|| Server::start().map_err(|it| format!("{it:#}"))).as_ref().map_err(String::as_str)
}

impl Server {
    /// Starts a server with an empty cluster.
    ///
    /// # Errors
    /// When there are no binaries, or the server does not come up.
    pub fn start() -> anyhow::Result<Self> {
        let binaries = binaries()
            .context("PostgreSQL's server is not installed; on Debian: apt-get install postgresql")?;
        let user = Unprivileged::find()?;
        let nonce = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH)?.as_nanos();
        let data = std::env::temp_dir().join(format!("milkrun-postgres-{}-{nonce}", std::process::id()));
        fs::create_dir_all(&data).with_context(|| format!("cannot make {}", data.display()))?;
        fs::set_permissions(&data, fs::Permissions::from_mode(0o700))?;
        let password = random()?;
        let words = data.join("password");
        fs::write(&words, &password)?;
        user.own(&data)?;
        user.own(&words)?;
        let made = user
            .command(&binaries.join("initdb"))
            .args(["--username", USER, "--encoding", "UTF8", "--locale", "C", "--no-sync"])
            .args(["--auth-local", "reject", "--auth-host", "password"])
            .arg("--pwfile")
            .arg(&words)
            .arg("--pgdata")
            .arg(data.join("cluster"))
            .current_dir(&data)
            .output()
            .context("initdb cannot be started")?;
        if !made.status.success() {
            let _ = fs::remove_dir_all(&data);
            bail!("initdb failed: {}", String::from_utf8_lossy(&made.stderr).trim());
        }
        let port = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port();
        let shell = user.serve(&binaries, &data, port)?;
        let mut server = Self { binaries, port, password, databases: AtomicU32::new(0), shell };
        if !server.is_ready_in_time() {
            let log = fs::read_to_string(data.join("log")).unwrap_or_default();
            bail!("PostgreSQL did not come up: {log}");
        }
        Ok(server)
    }

    fn is_ready_in_time(&mut self) -> bool {
        let started = Instant::now();
        while started.elapsed() < PATIENCE {
            let ready = Command::new(self.binaries.join("pg_isready"))
                .args(["--quiet", "--host", "127.0.0.1", "--port", &self.port.to_string()])
                .status();
            if ready.is_ok_and(|it| it.success()) {
                return true;
            }
            if !matches!(self.shell.try_wait(), Ok(None)) {
                return false;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        false
    }

    /// The address of a fresh, empty database.
    ///
    /// # Errors
    /// When the server refuses to make one.
    pub fn database(&self) -> anyhow::Result<String> {
        let name = format!("test_{}", self.databases.fetch_add(1, Ordering::Relaxed));
        let done = Command::new(self.binaries.join("createdb"))
            .env("PGPASSWORD", &self.password)
            .args(["--host", "127.0.0.1", "--port", &self.port.to_string(), "--username", USER, &name])
            .output()
            .context("createdb cannot be started")?;
        if !done.status.success() {
            bail!("createdb failed: {}", String::from_utf8_lossy(&done.stderr).trim());
        }
        Ok(format!("postgres://{USER}:{}@127.0.0.1:{}/{name}", self.password, self.port))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Closing the pipe is the word to stop.
        drop(self.shell.stdin.take());
        let _ = self.shell.wait();
    }
}

/// 128 random bits from the system, as hexadecimal digits.
fn random() -> anyhow::Result<String> {
    let mut bytes = [0; 16];
    std::io::Read::read_exact(&mut fs::File::open("/dev/urandom")?, &mut bytes)?;
    Ok(bytes.iter().map(|it| format!("{it:02x}")).collect())
}

/// Whom the server runs as: somebody else when we are root.
struct Unprivileged(Option<(u32, u32)>);

impl Unprivileged {
    fn find() -> anyhow::Result<Self> {
        if id(&["-u"])? != 0 {
            return Ok(Self(None));
        }
        for name in ["postgres", "nobody"] {
            if let (Ok(user), Ok(group)) = (id(&["-u", name]), id(&["-g", name])) {
                return Ok(Self(Some((user, group))));
            }
        }
        bail!("PostgreSQL refuses to run as root, and there is neither a user postgres nor nobody")
    }

    fn own(&self, path: &Path) -> anyhow::Result<()> {
        let Some((user, group)) = self.0 else { return Ok(()) };
        chown(path, Some(user), Some(group)).with_context(|| format!("cannot give {} away", path.display()))
    }

    fn command(&self, program: &Path) -> Command {
        let Some((user, group)) = self.0 else { return Command::new(program) };
        let mut command = Command::new("setpriv");
        command.arg(format!("--reuid={user}")).arg(format!("--regid={group}")).arg("--clear-groups");
        command.arg(program);
        command
    }

    fn serve(&self, binaries: &Path, data: &Path, port: u16) -> anyhow::Result<Child> {
        self.command(Path::new("sh"))
            .args(["-c", SCRIPT, "sh"])
            .arg(data)
            .arg(binaries.join("postgres"))
            .arg("-D")
            .arg(data.join("cluster"))
            .args(["-p", &port.to_string(), "-c", "listen_addresses=127.0.0.1"])
            .args(["-c", "unix_socket_directories=", "-c", "max_connections=400"])
            // The data need not outlive the machine, only the processes under test.
            .args(["-c", "fsync=off", "-c", "full_page_writes=off", "-c", "synchronous_commit=off"])
            .current_dir(data)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .context("the shell that keeps PostgreSQL cannot be started")
    }
}

fn id(arguments: &[&str]) -> anyhow::Result<u32> {
    let output = Command::new("id").args(arguments).output().context("the command id cannot be started")?;
    Ok(String::from_utf8_lossy(&output.stdout).trim().parse()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_gives_databases_and_leaves_nothing_behind() {
        let server = match Server::start() {
            Ok(it) => it,
            Err(it) => return println!("skipped: {it:#}"),
        };
        let (first, second) = (server.database().unwrap(), server.database().unwrap());
        assert_ne!(first, second);
        let port = server.port;
        let psql =
            Command::new(server.binaries.join("psql")).args([&first, "-Atc", "SELECT 1"]).output().unwrap();
        assert_eq!(String::from_utf8_lossy(&psql.stdout).trim(), "1");
        drop(server);
        assert!(TcpListener::bind(("127.0.0.1", port)).is_ok(), "the port is free again");
    }
}
