//! The network between the proxy and the vendors, at its worst: it delays, drops, duplicates and garbles.

use std::collections::{HashMap, HashSet};
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse as _, Response};
use futures_util::stream;
use rand::RngExt as _;
use serde_json::Value;
use tokio::net::TcpListener;

/// What the proxy's requests pass through.
#[derive(Clone)]
pub(crate) struct Relay(Arc<Inner>);

struct Inner {
    address: SocketAddr,
    target: OnceLock<String>,
    http: reqwest::Client,
    is_bad: AtomicBool,
    calls: AtomicUsize,
    faults: AtomicUsize,
    /// Under which idempotency keys each external job was ever sent.
    keys: Mutex<HashMap<String, HashSet<String>>>,
}

/// What happens to one request.
#[derive(Clone, Copy)]
enum Fate {
    Pass,
    Delay(u64),
    /// It never arrives.
    Lost,
    /// It arrives, and the reply does not.
    ReplyLost,
    Twice,
    /// It arrives, and half of the reply comes back.
    Torn,
    /// A gateway answers with its page.
    Page,
    Busy,
}

impl Fate {
    fn draw() -> Self {
        let mut chance = rand::rng();
        match chance.random_range(0..20) {
            0..=9 => Self::Pass,
            10..=11 => Self::Delay(chance.random_range(1..900)),
            12 => Self::Lost,
            13..=14 => Self::ReplyLost,
            15..=16 => Self::Twice,
            17 => Self::Torn,
            18 => Self::Page,
            _ => Self::Busy,
        }
    }
}

impl Relay {
    pub(crate) async fn start() -> anyhow::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let it = Self(Arc::new(Inner {
            address: listener.local_addr()?,
            target: OnceLock::new(),
            http: reqwest::Client::builder().no_proxy().timeout(Duration::from_secs(20)).build()?,
            is_bad: AtomicBool::new(true),
            calls: AtomicUsize::new(0),
            faults: AtomicUsize::new(0),
            keys: Mutex::default(),
        }));
        let app = Router::new().fallback(handle).with_state(it.clone());
        tokio::spawn(async move { axum::serve(listener, app).await });
        Ok(it)
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.0.address)
    }

    /// Says where requests go.
    pub(crate) fn lead_to(&self, target: String) {
        // Set once, before the first request.
        let _ = self.0.target.set(target);
    }

    /// From now on nothing fails any more.
    pub(crate) fn behave(&self) {
        self.0.is_bad.store(false, Ordering::Relaxed);
    }

    pub(crate) fn calls(&self) -> usize {
        self.0.calls.load(Ordering::Relaxed)
    }

    pub(crate) fn faults(&self) -> usize {
        self.0.faults.load(Ordering::Relaxed)
    }

    /// How many different keys a job was sent under.
    pub(crate) fn keys_of(&self, external_job_id: &str) -> usize {
        let keys = self.0.keys.lock().unwrap_or_else(PoisonError::into_inner);
        keys.get(external_job_id).map_or(0, HashSet::len)
    }

    fn note_key(&self, headers: &HeaderMap, body: &[u8]) {
        let Some(key) = headers.get("idempotency-key").and_then(|it| it.to_str().ok()) else { return };
        let body: Value = serde_json::from_slice(body).unwrap_or_default();
        let Some(job) = body["external_job_id"].as_str() else { return };
        let mut keys = self.0.keys.lock().unwrap_or_else(PoisonError::into_inner);
        keys.entry(job.to_owned()).or_default().insert(key.to_owned());
    }

    async fn forward(
        &self,
        method: &Method,
        uri: &Uri,
        headers: &HeaderMap,
        body: &Bytes,
    ) -> Option<(StatusCode, HeaderMap, Bytes)> {
        let url = format!("{}{uri}", self.0.target.get()?);
        let mut headers = headers.clone();
        for it in [header::HOST, header::CONTENT_LENGTH, header::TRANSFER_ENCODING] {
            headers.remove(it);
        }
        let request = self.0.http.request(method.clone(), url).headers(headers).body(body.clone());
        let reply = request.send().await.ok()?;
        let (status, headers) = (reply.status(), reply.headers().clone());
        Some((status, headers, reply.bytes().await.ok()?))
    }
}

async fn handle(
    State(relay): State<Relay>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    relay.0.calls.fetch_add(1, Ordering::Relaxed);
    relay.note_key(&headers, &body);
    let fate = if relay.0.is_bad.load(Ordering::Relaxed) { Fate::draw() } else { Fate::Pass };
    if !matches!(fate, Fate::Pass) {
        relay.0.faults.fetch_add(1, Ordering::Relaxed);
    }
    let forward = || relay.forward(&method, &uri, &headers, &body);
    let reply = match fate {
        Fate::Pass => forward().await,
        Fate::Delay(ms) => {
            tokio::time::sleep(Duration::from_millis(ms)).await;
            forward().await
        }
        Fate::Lost => None,
        Fate::ReplyLost => {
            forward().await;
            None
        }
        Fate::Twice => {
            let (_, second) = tokio::join!(forward(), forward());
            second
        }
        Fate::Torn => {
            forward().await.map(|(status, headers, body)| (status, headers, body.slice(..body.len() / 2)))
        }
        Fate::Page => {
            let page = "<html><body>502 Bad Gateway</body></html>";
            return (StatusCode::BAD_GATEWAY, [(header::CONTENT_TYPE, "text/html")], page).into_response();
        }
        Fate::Busy => {
            return (StatusCode::TOO_MANY_REQUESTS, [(header::RETRY_AFTER, "1")], "{}").into_response();
        }
    };
    match reply {
        Some((status, from, body)) => {
            let mut response = (status, body).into_response();
            let kept: [HeaderName; 2] = [header::CONTENT_TYPE, header::RETRY_AFTER];
            for name in kept {
                if let Some(it) = from.get(&name) {
                    response.headers_mut().insert(name, it.clone());
                }
            }
            response
        }
        // A body that fails breaks the connection, as a dropped reply does.
        None => {
            let broken = std::io::Error::from(std::io::ErrorKind::ConnectionReset);
            let body = axum::body::Body::from_stream(stream::iter([Err::<Bytes, _>(broken)]));
            (StatusCode::OK, body).into_response()
        }
    }
}
