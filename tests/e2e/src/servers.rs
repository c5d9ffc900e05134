//! A whole system for one test: the real proxy and the real sandbox, with memories of their own.

use std::{
    env,
    io::{BufRead, BufReader, Read},
    net::SocketAddr,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex, PoisonError},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};

use crate::{folder::TemporaryFolder, ports::free_address, watched::Watched};

/// How long a server may take until it answers, and until it has printed the sign-in link.
const PATIENCE: Duration = Duration::from_secs(30);

/// The running servers; they end with this value.
#[derive(Debug)]
pub struct Servers {
    proxy: Server,
    /// What reads the proxy's replies for secrets; none where its speed is measured.
    watched: Option<Watched>,
    // Kept alive only; the tests reach it by its address.
    _sandbox: Server,
    public_address: SocketAddr,
    sandbox_address: SocketAddr,
    shop_address: SocketAddr,
    sign_in: String,
    _data: TemporaryFolder,
}

impl Servers {
    /// Starts both servers on free ports and waits until they answer.
    ///
    /// Reads where things are from `MILKRUN_PROXY_BIN`, `MILKRUN_SANDBOX_BIN` and `MILKRUN_DIST`,
    /// which `cargo xtask test` sets.
    ///
    /// # Errors
    /// When a variable is missing or a server does not come up; the error holds what the server printed.
    pub async fn start() -> Result<Servers> {
        Servers::start_with("").await
    }

    /// Like [`Servers::start`], with a configuration file of this text for the proxy, in which `{sandbox}` is the
    /// sandbox's address.
    ///
    /// # Errors
    /// Those of [`Servers::start`].
    pub async fn start_with(config: &str) -> Result<Servers> {
        Servers::start_from(config, &built("MILKRUN_DIST")?).await
    }

    /// Like [`Servers::start_with`], with the portal and the widget of this folder.
    ///
    /// # Errors
    /// Those of [`Servers::start`].
    pub async fn start_from(config: &str, dist: &Path) -> Result<Servers> {
        Servers::start_as(config, dist, true).await
    }

    /// Like [`Servers::start_with`], and nothing stands between the browser and the proxy, so that bytes and times
    /// are its own. Its replies are not read for secrets.
    ///
    /// # Errors
    /// Those of [`Servers::start`].
    pub async fn start_unwatched(config: &str) -> Result<Servers> {
        Servers::start_as(config, &built("MILKRUN_DIST")?, false).await
    }

    async fn start_as(config: &str, dist: &Path, watched: bool) -> Result<Servers> {
        let (proxy, sandbox) = (built("MILKRUN_PROXY_BIN")?, built("MILKRUN_SANDBOX_BIN")?);
        crate::allow_http_clients();
        let data = TemporaryFolder::new("servers")?;
        let (proxy_address, sandbox_address, shop_address) =
            (free_address()?, free_address()?, free_address()?);
        let public_address = if watched { free_address()? } else { proxy_address };
        let public = format!("http://localhost:{}", public_address.port());

        let mut command = without_settings(Command::new(sandbox));
        command
            .args(["--listen", &sandbox_address.to_string()])
            .arg("--data")
            .arg(data.path().join("sandbox"))
            .args(["--webhook-url", &format!("http://{proxy_address}/webhooks/51tracking/sandbox")]);
        let mut sandbox = Server::start("sandbox", command)?;
        sandbox.wait_until_up(&format!("http://{sandbox_address}/sandbox/clock")).await?;

        let config_file = data.path().join("milkrun.toml");
        std::fs::write(&config_file, config.replace("{sandbox}", &format!("http://{sandbox_address}")))?;
        let mut command = without_settings(Command::new(proxy));
        command
            .arg("--config")
            .arg(config_file)
            .env("MILKRUN_MODE", "development")
            .env("MILKRUN_LISTEN", proxy_address.to_string())
            .env("MILKRUN_PUBLIC_URL", &public)
            .env("MILKRUN_DIST", dist)
            .env("MILKRUN_DATA", data.path().join("proxy"))
            .env("MILKRUN_SANDBOX_URL", format!("http://{sandbox_address}"))
            .env("MILKRUN_DEMO_SHOP_LISTEN", shop_address.to_string());
        let mut proxy = Server::start("proxy", command)?;
        proxy.wait_until_up(&format!("http://{proxy_address}/healthz")).await?;
        let sign_in = proxy.wait_for_line(sign_in_link).await?;
        let secrets = IN_NO_REPLY.into_iter().chain(secrets_in(config));
        let watched = watched.then(|| Watched::start(public_address, proxy_address, secrets)).transpose()?;
        if let Some(it) = &watched {
            // Its port is the shop's origin, so that it is read once and not on the way.
            let shop = reqwest::get(format!("http://{shop_address}/")).await?;
            it.read("the headers of the demo shop", format!("{:?}", shop.headers()).as_bytes());
            it.read("the demo shop", &shop.bytes().await?);
        }

        Ok(Servers {
            proxy,
            watched,
            _sandbox: sandbox,
            public_address,
            sandbox_address,
            shop_address,
            sign_in,
            _data: data,
        })
    }

    /// The portal's address, without a slash at its end.
    #[must_use]
    pub fn portal(&self) -> String {
        format!("http://localhost:{}", self.public_address.port())
    }

    /// The demo shop's address, another origin than the portal's, without a slash at its end.
    #[must_use]
    pub fn shop(&self) -> String {
        format!("http://localhost:{}", self.shop_address.port())
    }

    /// The sandbox's address, without a slash at its end.
    #[must_use]
    pub fn sandbox(&self) -> String {
        format!("http://{}", self.sandbox_address)
    }

    /// The one-time link that signs a dispatcher in, as the proxy printed it when it started.
    #[must_use]
    pub fn sign_in(&self) -> &str {
        &self.sign_in
    }

    /// Everything the proxy has printed so far, for tests of what it must never print.
    #[must_use]
    pub fn printed_by_the_proxy(&self) -> String {
        self.proxy.printed()
    }
}

/// The proxy's binary by itself, in an empty folder and without any setting but where to listen.
#[derive(Debug)]
pub struct Alone {
    _proxy: Server,
    address: SocketAddr,
    _folder: TemporaryFolder,
}

impl Alone {
    /// Copies the binary and starts it.
    ///
    /// # Errors
    /// Those of [`Servers::start`].
    pub async fn start() -> Result<Alone> {
        crate::allow_http_clients();
        let (folder, address) = (TemporaryFolder::new("alone")?, free_address()?);
        let binary = folder.path().join("milkrun-proxy");
        std::fs::copy(built("MILKRUN_PROXY_BIN")?, &binary)?;
        let mut command = without_settings(Command::new(binary));
        command.current_dir(folder.path()).env("MILKRUN_LISTEN", address.to_string());
        let mut proxy = Server::start("proxy", command)?;
        proxy.wait_until_up(&format!("http://{address}/healthz")).await?;
        Ok(Alone { _proxy: proxy, address, _folder: folder })
    }

    /// The portal's address, without a slash at its end.
    #[must_use]
    pub fn portal(&self) -> String {
        format!("http://localhost:{}", self.address.port())
    }
}

/// What the proxy prints in no run, whatever a test does: the sandbox's credentials, and how each of its tokens begins.
const NEVER_PRINTED: [&str; 3] = ["rm_cs_", "sandbox-51tracking-key", "rm_at_"];
/// The same for replies; how a client's secret begins stands in the portal's own words.
const IN_NO_REPLY: [&str; 3] = ["rm_cs_sandbox", "sandbox-51tracking-key", "rm_at_"];
/// Settings of the tests that are secrets.
const SECRET_SETTINGS: [&str; 4] = ["credentials_key", "client_secret", "api_key", "key"];

/// The secrets of a configuration file.
fn secrets_in(config: &str) -> impl Iterator<Item = &str> {
    let secret = |line: &&str| line.split_once('=').is_some_and(|it| SECRET_SETTINGS.contains(&it.0.trim()));
    // A site's key is public, and shorter than any secret.
    config.lines().filter(secret).filter_map(|it| it.split('"').nth(1)).filter(|it| it.len() >= 16)
}

impl Drop for Servers {
    fn drop(&mut self) {
        if thread::panicking() {
            return;
        }
        let printed = self.printed_by_the_proxy();
        for secret in NEVER_PRINTED {
            assert!(!printed.contains(secret), "the proxy printed {secret}");
        }
        if let Some(it) = &self.watched {
            assert!(it.leaks().is_empty(), "{:#?}", it.leaks());
            assert!(it.replies() > 0, "no reply was read");
        }
    }
}

/// The address in a line such as `Sign in: http://localhost:8080/sign-in#token`.
fn sign_in_link(line: &str) -> Option<String> {
    line.split_whitespace()
        .find(|word| word.starts_with("http") && word.contains("/sign-in#"))
        .map(str::to_owned)
}

/// Takes the developer's own settings out of a server's environment: a test must not reach a real vendor.
fn without_settings(mut command: Command) -> Command {
    for (name, _) in env::vars_os() {
        if name.to_string_lossy().starts_with("MILKRUN_") {
            command.env_remove(name);
        }
    }
    command
}

fn built(variable: &str) -> Result<PathBuf> {
    let value = env::var_os(variable).with_context(|| {
        format!("{variable} is not set; start these tests by `cargo xtask test --only e2e`")
    })?;
    let path = PathBuf::from(value);
    if !path.exists() {
        bail!("{variable} names {}, which does not exist", path.display());
    }
    Ok(path)
}

/// One server and what it prints.
#[derive(Debug)]
struct Server {
    name: &'static str,
    child: Child,
    printed: Arc<Mutex<String>>,
}

impl Server {
    fn start(name: &'static str, mut command: Command) -> Result<Server> {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .with_context(|| format!("the {name} cannot be started"))?;
        let printed = Arc::default();
        if let Some(stdout) = child.stdout.take() {
            keep(stdout, Arc::clone(&printed));
        }
        if let Some(stderr) = child.stderr.take() {
            keep(stderr, Arc::clone(&printed));
        }
        Ok(Server { name, child, printed })
    }

    fn printed(&self) -> String {
        self.printed.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    async fn wait_until_up(&mut self, url: &str) -> Result<()> {
        let client = reqwest::Client::builder().no_proxy().timeout(Duration::from_secs(2)).build()?;
        let deadline = Instant::now() + PATIENCE;
        loop {
            if client.get(url).send().await.is_ok_and(|reply| reply.status().is_success()) {
                return Ok(());
            }
            self.still_hopeful(deadline, url)?;
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
    }

    async fn wait_for_line(&mut self, find: fn(&str) -> Option<String>) -> Result<String> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Some(found) = self.printed().lines().find_map(find) {
                return Ok(found);
            }
            self.still_hopeful(deadline, "a line with the sign-in link")?;
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
    }

    /// Fails when the server has ended or the deadline has passed.
    fn still_hopeful(&mut self, deadline: Instant, what: &str) -> Result<()> {
        if let Some(status) = self.child.try_wait()? {
            bail!("the {} ended before {what} ({status}); it printed:\n{}", self.name, self.printed());
        }
        if Instant::now() > deadline {
            bail!("the {} gave no {what} in {PATIENCE:?}; it printed:\n{}", self.name, self.printed());
        }
        Ok(())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// Collects a stream's lines in the background, until the server closes it.
fn keep(stream: impl Read + Send + 'static, printed: Arc<Mutex<String>>) {
    thread::spawn(move || {
        for line in BufReader::new(stream).lines().map_while(Result::ok) {
            let mut printed = printed.lock().unwrap_or_else(PoisonError::into_inner);
            printed.push_str(&line);
            printed.push('\n');
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sign_in_link_is_found_in_what_people_read() {
        let check =
            |line: &str, want: Option<&str>| assert_eq!(sign_in_link(line).as_deref(), want, "{line}");
        check("Sign in: http://localhost:8080/sign-in#abc", Some("http://localhost:8080/sign-in#abc"));
        check("  http://127.0.0.1:9/sign-in#x  (once)", Some("http://127.0.0.1:9/sign-in#x"));
        check("listening on http://localhost:8080", None);
        check("see /sign-in# for it", None);
    }

    #[tokio::test]
    async fn a_server_that_ends_at_once_is_quoted() {
        let mut command = Command::new("sh");
        command.args(["-c", "echo no database here >&2; exit 4"]);
        let mut server = Server::start("proxy", command).unwrap();
        let error = server.wait_for_line(sign_in_link).await.unwrap_err().to_string();
        assert!(error.contains("ended before") && error.contains("exit status: 4"), "{error}");
    }

    #[tokio::test]
    async fn what_a_server_prints_is_kept_until_it_is_wanted() {
        let mut command = Command::new("sh");
        command.args(["-c", "echo open http://localhost:1/sign-in#t; exec sleep 60"]);
        let mut server = Server::start("proxy", command).unwrap();
        assert_eq!(server.wait_for_line(sign_in_link).await.unwrap(), "http://localhost:1/sign-in#t");
        let pid = server.child.id();
        drop(server);
        assert!(
            !std::path::Path::new(&format!("/proc/{pid}/cmdline")).exists(),
            "the server outlived its value"
        );
    }
}
