//! What stands between the browser and the proxy in these tests: it passes everything on and reads every reply,
//! headers and body, for secrets.
//!
//! What must never show is known from the start, or learnt as it is sent: passwords and credentials that a test types.
//! A reply that came compressed could not be read, so that none is asked for.

use std::{
    collections::BTreeSet,
    net::SocketAddr,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use anyhow::{Context, Result};
use axum::{
    Router,
    body::Body,
    extract::{Request, State},
    http::{HeaderMap, HeaderName, StatusCode, header},
    response::{IntoResponse, Response},
};
use futures_util::stream;
use serde_json::Value;
use tokio::sync::oneshot;

/// Shorter ones turn up by chance.
const SHORTEST: usize = 7;
/// Longest body of a request.
const LONGEST: usize = 16 * 1024 * 1024;
/// Fields of requests that are secrets.
const FIELDS: [&str; 4] = ["password", "current", "client_secret", "api_key"];
/// What concerns one connection alone.
const HOP_BY_HOP: [HeaderName; 4] =
    [header::CONNECTION, header::TRANSFER_ENCODING, header::UPGRADE, header::PROXY_AUTHENTICATE];

/// A relay that is running; it ends with this value.
#[derive(Debug)]
pub struct Watched {
    watch: Arc<Watch>,
    _stop: oneshot::Sender<()>,
}

#[derive(Debug)]
struct Watch {
    target: SocketAddr,
    http: reqwest::Client,
    secrets: Mutex<BTreeSet<String>>,
    leaks: Mutex<Vec<String>>,
    replies: AtomicUsize,
}

impl Watched {
    /// Listens on one address and passes on to another; `secrets` are in no reply.
    ///
    /// It has a thread of its own, so that it goes on while a test waits.
    ///
    /// # Errors
    /// When the address is taken.
    pub fn start<'a>(
        listen: SocketAddr,
        target: SocketAddr,
        secrets: impl IntoIterator<Item = &'a str>,
    ) -> Result<Watched> {
        crate::allow_http_clients();
        let redirect = reqwest::redirect::Policy::none();
        let watch = Arc::new(Watch {
            target,
            http: reqwest::Client::builder().no_proxy().redirect(redirect).build()?,
            secrets: Mutex::new(secrets.into_iter().map(str::to_owned).collect()),
            leaks: Mutex::default(),
            replies: AtomicUsize::new(0),
        });
        let listener = std::net::TcpListener::bind(listen).with_context(|| format!("{listen} is taken"))?;
        listener.set_nonblocking(true)?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let (stop, stopped) = oneshot::channel::<()>();
        let app = Router::new().fallback(pass_on).with_state(Arc::clone(&watch));
        thread::spawn(move || {
            runtime.block_on(async {
                let Ok(listener) = tokio::net::TcpListener::from_std(listener) else { return };
                tokio::select! {
                    _ = axum::serve(listener, app) => {}
                    _ = stopped => {}
                }
            });
        });
        Ok(Watched { watch, _stop: stop })
    }

    /// Reads a text that came by another way.
    pub fn read(&self, place: &str, text: &[u8]) {
        self.watch.read(place, text);
    }

    /// How many replies were read.
    #[must_use]
    pub fn replies(&self) -> usize {
        self.watch.replies.load(Ordering::Relaxed)
    }

    /// Where which secret was found, by its first letters.
    #[must_use]
    pub fn leaks(&self) -> Vec<String> {
        self.watch.leaks.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Watch {
    fn learn(&self, body: &[u8]) {
        let Ok(Value::Object(fields)) = serde_json::from_slice(body) else { return };
        let mut secrets = self.secrets.lock().unwrap_or_else(PoisonError::into_inner);
        for it in FIELDS.iter().filter_map(|it| fields.get(*it)).filter_map(Value::as_str) {
            if it.trim().len() >= SHORTEST {
                secrets.insert(it.trim().to_owned());
            }
        }
    }

    fn longest_secret(&self) -> usize {
        let secrets = self.secrets.lock().unwrap_or_else(PoisonError::into_inner);
        secrets.iter().map(String::len).max().unwrap_or_default()
    }

    fn read(&self, place: &str, text: &[u8]) {
        let secrets = self.secrets.lock().unwrap_or_else(PoisonError::into_inner);
        for it in secrets.iter().filter(|it| text.windows(it.len()).any(|part| part == it.as_bytes())) {
            let start: String = it.chars().take(6).collect();
            let leak = format!("a secret that begins with {start} in {place}");
            self.leaks.lock().unwrap_or_else(PoisonError::into_inner).push(leak);
        }
    }
}

async fn pass_on(State(watch): State<Arc<Watch>>, request: Request) -> Response {
    match forward(watch, request).await {
        Ok(it) => it,
        // As if nothing listened there, which tests of a proxy that is away need.
        Err(it) => (StatusCode::BAD_GATEWAY, format!("{it:#}")).into_response(),
    }
}

async fn forward(watch: Arc<Watch>, request: Request) -> Result<Response> {
    let (head, body) = request.into_parts();
    let place = format!("the reply to {} {}", head.method, head.uri.path());
    let body = axum::body::to_bytes(body, LONGEST).await?;
    watch.learn(&body);
    let mut headers = head.headers;
    without_hops(&mut headers);
    headers.remove(header::ACCEPT_ENCODING);
    let url = format!("http://{}{}", watch.target, head.uri);
    let reply = watch.http.request(head.method, url).headers(headers).body(body).send().await?;
    watch.replies.fetch_add(1, Ordering::Relaxed);
    let (status, mut headers) = (reply.status(), reply.headers().clone());
    watch.read(&format!("the headers of {place}"), format!("{headers:?}").as_bytes());
    without_hops(&mut headers);
    // As it comes, since some replies have no end. A secret may lie across two pieces.
    let pieces = stream::try_unfold((reply, Vec::new()), move |(mut reply, before)| {
        let (watch, place) = (Arc::clone(&watch), place.clone());
        async move {
            let Some(piece) = reply.chunk().await? else { return Ok::<_, reqwest::Error>(None) };
            let mut text: Vec<u8> = before;
            text.extend_from_slice(&piece);
            watch.read(&place, &text);
            let kept = text.len().min(watch.longest_secret().saturating_sub(1));
            Ok(Some((piece, (reply, text.split_off(text.len() - kept)))))
        }
    });
    let mut response = Response::new(Body::from_stream(pieces));
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    Ok(response)
}

fn without_hops(headers: &mut HeaderMap) {
    for it in HOP_BY_HOP {
        headers.remove(it);
    }
}

#[cfg(test)]
mod tests {
    use axum::{
        body::Bytes,
        routing::{get, post},
    };

    use super::*;
    use crate::ports::free_address;

    #[tokio::test]
    async fn a_leak_is_found_in_headers_bodies_and_between_two_pieces() {
        let (own, target) = (free_address().unwrap(), free_address().unwrap());
        let pieces = || async {
            let wait = std::time::Duration::from_millis(100);
            Body::from_stream(stream::unfold(0, move |at| async move {
                tokio::time::sleep(wait).await;
                let it = ["x hush-", "hush-2 y"].get(at)?;
                Some((Ok::<_, std::io::Error>(Bytes::from(*it)), at + 1))
            }))
        };
        let app = Router::new()
            .route("/clean", get(|| async { "nothing" }))
            .route("/header", get(|| async { ([("x-key", "hush-hush-1")], "") }))
            .route("/pieces", get(pieces))
            .route("/echo", post(|body: String| async { body }));
        let listener = tokio::net::TcpListener::bind(target).await.unwrap();
        tokio::spawn(async move { axum::serve(listener, app).await });
        let watched = Watched::start(own, target, ["hush-hush-1", "hush-hush-2"]).unwrap();
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let ask = async |path: &str| {
            let text = client.get(format!("http://{own}{path}")).send().await.unwrap().text().await.unwrap();
            (text, watched.leaks().len())
        };
        assert_eq!(ask("/clean").await, ("nothing".to_owned(), 0));
        assert_eq!(ask("/header").await.1, 1);
        assert_eq!(ask("/pieces").await, ("x hush-hush-2 y".to_owned(), 2));
        let body = r#"{"password":"typed in a test"}"#;
        client.post(format!("http://{own}/echo")).body(body).send().await.unwrap().text().await.unwrap();
        assert_eq!((watched.leaks().len(), watched.replies()), (3, 4), "what is sent is learnt");
    }
}
