//! One proxy with its surroundings, and what every test says to it.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, OnceLock};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Bytes;
use axum::extract::Request;
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use milkrun_proxy::config::Config;
use milkrun_proxy::state::State;
use milkrun_sandbox::{Sandbox, Settings, WebhookTarget};
use milkrun_wire::tracking51::webhook::Version;
use reqwest::RequestBuilder;
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinSet;

/// How long something that happens by itself may take.
const PATIENCE: Duration = Duration::from_secs(20);

/// A folder that goes when the test does, with a database of its own where the tests run on PostgreSQL.
pub(crate) struct Folder(pub(crate) PathBuf, OnceLock<String>);

impl Folder {
    pub(crate) fn new() -> Arc<Self> {
        let path = std::env::temp_dir().join(format!("milkrun-proxy-{}", uuid::Uuid::new_v4()));
        std::fs::create_dir_all(&path).unwrap();
        Arc::new(Self(path, OnceLock::new()))
    }

    /// The setting that names the database: none for SQLite, unless `MILKRUN_TEST_STORE=postgres`.
    fn database(&self) -> String {
        if std::env::var("MILKRUN_TEST_STORE").as_deref() != Ok("postgres") {
            return String::new();
        }
        let url = self.1.get_or_init(|| milkrun_postgres::shared().unwrap().database().unwrap());
        format!("database_url = \"{url}\"\n")
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// A running proxy.
pub(crate) struct Proxy {
    pub(crate) base: String,
    pub(crate) state: Arc<State>,
    pub(crate) http: reqwest::Client,
    pub(crate) folder: Arc<Folder>,
    cookie: String,
    stop: watch::Sender<bool>,
    parts: JoinSet<()>,
}

/// Everything any proxy of this test run has logged.
pub(crate) fn log() -> &'static Mutex<Vec<u8>> {
    static LOG: OnceLock<Mutex<Vec<u8>>> = OnceLock::new();
    LOG.get_or_init(|| {
        let writer = || LogWriter;
        let _ = tracing_subscriber::fmt()
            .with_ansi(false)
            .with_max_level(tracing::Level::TRACE)
            .with_writer(writer)
            .try_init();
        Mutex::default()
    })
}

struct LogWriter;

impl std::io::Write for LogWriter {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        crate::watch::line(&String::from_utf8_lossy(bytes));
        log().lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

pub(crate) async fn listener() -> (TcpListener, SocketAddr) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    (listener, address)
}

impl Proxy {
    /// A proxy in development mode with these settings besides, signed in.
    pub(crate) async fn start(toml: &str) -> Self {
        let (listener, _) = listener().await;
        Self::start_at(listener, toml, Folder::new()).await
    }

    pub(crate) async fn start_at(listener: TcpListener, toml: &str, folder: Arc<Folder>) -> Self {
        log();
        let _ = rustls::crypto::ring::default_provider().install_default();
        let address = listener.local_addr().unwrap();
        let paths = format!(
            "mode = \"development\"\nlisten = \"{address}\"\ndata = \"{0}/data\"\ndist = \"{0}/dist\"\n{1}{toml}",
            folder.0.display(),
            folder.database()
        );
        crate::watch::learn_settings(&paths);
        let config = Config::from_parts("test", &paths, |_| None).unwrap();
        let state = State::open(config).await.unwrap();
        let (stop, stopped) = watch::channel(false);
        let mut parts = milkrun_proxy::workers::start(&state, &stopped);
        let app = milkrun_proxy::app(state.clone()).layer(axum::middleware::from_fn(crate::watch::replies));
        parts.spawn(milkrun_proxy::serve::run(listener, app, state.config.head_within, stopped));
        let http = reqwest::Client::builder().no_proxy().timeout(PATIENCE).build().unwrap();
        let mut proxy = Self {
            base: format!("http://{address}"),
            state,
            http,
            folder,
            cookie: String::new(),
            stop,
            parts,
        };
        proxy.cookie = proxy.sign_in().await;
        proxy
    }

    /// A new session's cookie, as `name=value`.
    pub(crate) async fn sign_in(&self) -> String {
        let link = milkrun_proxy::session::new_link(&self.state).await.unwrap();
        let token = link.rsplit('#').next().unwrap();
        let reply = self.post("session").json(&serde_json::json!({ "token": token })).send().await.unwrap();
        assert_eq!(reply.status(), 200);
        let cookie = reply.headers()["set-cookie"].to_str().unwrap();
        cookie.split(';').next().unwrap().to_owned()
    }

    pub(crate) fn get(&self, path: &str) -> RequestBuilder {
        self.http.get(format!("{}/api/v1/{path}", self.base)).header("cookie", &self.cookie)
    }

    pub(crate) fn post(&self, path: &str) -> RequestBuilder {
        self.changing(Method::POST, path)
    }

    pub(crate) fn delete(&self, path: &str) -> RequestBuilder {
        self.changing(Method::DELETE, path)
    }

    pub(crate) fn patch(&self, path: &str) -> RequestBuilder {
        self.changing(Method::PATCH, path)
    }

    pub(crate) fn put(&self, path: &str) -> RequestBuilder {
        self.changing(Method::PUT, path)
    }

    /// The same as [`Self::get`] without the session.
    pub(crate) fn anonymous_get(&self, path: &str) -> RequestBuilder {
        self.http.get(format!("{}/api/v1/{path}", self.base))
    }

    /// The same as [`Self::post`] without the session.
    pub(crate) fn anonymous_post(&self, path: &str) -> RequestBuilder {
        let url = format!("{}/api/v1/{path}", self.base);
        self.http.post(url).header("x-requested-by", "milkrun-portal")
    }

    fn changing(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.http.request(method, format!("{}/api/v1/{path}", self.base));
        request.header("cookie", &self.cookie).header("x-requested-by", "milkrun-portal")
    }

    /// Asks again and again until the reply is as it should be.
    pub(crate) async fn until(&self, path: &str, right: impl Fn(&Value) -> bool) -> Value {
        let started = Instant::now();
        loop {
            let (_, body) = reply(self.get(path)).await;
            if right(&body) {
                return body;
            }
            assert!(started.elapsed() < PATIENCE, "{path} stayed at {body:#}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Ends it at once, as a crash would: nothing is finished.
    pub(crate) fn kill(mut self) -> Arc<Folder> {
        self.parts.abort_all();
        self.folder.clone()
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        let _ = self.stop.send(true);
        if !std::thread::panicking() {
            crate::watch::nothing_leaked();
        }
    }
}

/// Status and JSON of a reply; null when there is none.
pub(crate) async fn reply(request: RequestBuilder) -> (u16, Value) {
    let reply = request.send().await.unwrap();
    let status = reply.status().as_u16();
    let text = reply.text().await.unwrap();
    (status, serde_json::from_str(&text).unwrap_or_default())
}

/// A sandbox with a proxy that uses it for both vendors and hears its pushes.
pub(crate) struct Both {
    pub(crate) proxy: Proxy,
    pub(crate) sandbox: String,
    /// How often each path of the sandbox was called.
    pub(crate) calls: Arc<Mutex<HashMap<String, usize>>>,
    _background: JoinSet<()>,
}

impl Both {
    pub(crate) async fn start(version: Version, toml: &str) -> Self {
        Self::start_with(version, toml, |_| {}).await
    }

    pub(crate) async fn start_with(version: Version, toml: &str, change: impl FnOnce(&mut Settings)) -> Self {
        let (own, own_address) = listener().await;
        let url = format!("http://{own_address}/webhooks/51tracking/sandbox");
        let mut settings = Settings {
            webhook: Some(WebhookTarget { url, version }),
            speed: milkrun_sandbox::Speed::Manual,
            ..Settings::default()
        };
        change(&mut settings);
        let sandbox = Sandbox::open(settings).unwrap();
        let (theirs, address) = listener().await;
        let mut background = JoinSet::new();
        let calls: Arc<Mutex<HashMap<String, usize>>> = Arc::default();
        let counted = calls.clone();
        let count = move |request: Request, next: Next| {
            *counted.lock().unwrap().entry(request.uri().path().to_owned()).or_default() += 1;
            next.run(request)
        };
        let app = milkrun_sandbox::app(sandbox.clone()).layer(from_fn(count));
        background.spawn(async move {
            axum::serve(theirs, app).await.unwrap();
        });
        background.spawn(async move {
            milkrun_sandbox::spawn_background(sandbox).await.unwrap();
        });
        let sandbox = format!("http://{address}");
        let proxy =
            Proxy::start_at(own, &format!("sandbox_url = \"{sandbox}\"\n{toml}"), Folder::new()).await;
        Self { proxy, sandbox, calls, _background: background }
    }

    /// How often paths with this end were called.
    pub(crate) fn called(&self, end: &str) -> usize {
        self.calls.lock().unwrap().iter().filter(|it| it.0.ends_with(end)).map(|it| it.1).sum()
    }

    /// Moves the sandbox's clock on, through the proxy.
    pub(crate) async fn step(&self, seconds: u32) {
        let body = serde_json::json!({ "step_seconds": seconds });
        let (status, _) = reply(self.proxy.post("sandbox/clock").json(&body)).await;
        assert_eq!(status, 200);
    }

    /// Makes a vendor misbehave: `ok`, `down`, `slow` or `html`.
    pub(crate) async fn fault(&self, vendor: &str, fault: &str) {
        let body = serde_json::json!({ vendor: fault });
        let request = self.proxy.http.post(format!("{}/sandbox/faults", self.sandbox)).json(&body);
        assert!(request.send().await.unwrap().status().is_success());
    }
}

/// A request a [`Canned`] server saw.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    pub(crate) path: String,
    pub(crate) query: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

/// A server that answers what a function says.
pub(crate) struct Canned {
    pub(crate) base: String,
    pub(crate) seen: Arc<Mutex<Vec<Seen>>>,
    _server: JoinSet<()>,
}

impl Canned {
    /// `answer` gets each request with the number of those to the same path before it.
    pub(crate) async fn start<F>(answer: F) -> Self
    where
        F: Fn(&Seen, usize) -> Response + Clone + Send + Sync + 'static,
    {
        let seen: Arc<Mutex<Vec<Seen>>> = Arc::default();
        let all = seen.clone();
        let app = Router::new().fallback(move |uri: Uri, headers: HeaderMap, body: Bytes| {
            let it = Seen {
                path: uri.path().to_owned(),
                query: uri.query().unwrap_or_default().to_owned(),
                headers,
                body: String::from_utf8_lossy(&body).into_owned(),
            };
            let mut all = all.lock().unwrap();
            let before = all.iter().filter(|old| old.path == it.path).count();
            all.push(it.clone());
            std::future::ready(answer(&it, before))
        });
        let (listener, address) = listener().await;
        let mut server = JoinSet::new();
        server.spawn(async move {
            axum::serve(listener, app).await.unwrap();
        });
        Self { base: format!("http://{address}"), seen, _server: server }
    }

    pub(crate) fn seen(&self, path: &str) -> Vec<Seen> {
        self.seen.lock().unwrap().iter().filter(|it| it.path == path).cloned().collect()
    }
}

pub(crate) fn json(status: u16, body: &Value) -> Response {
    (StatusCode::from_u16(status).unwrap(), axum::Json(body.clone())).into_response()
}
