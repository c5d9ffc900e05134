//! Making the attempts that are due.

use std::time::Duration;

use axum::http::header::{CONTENT_TYPE, HOST};
use axum::http::{Request, Uri};
use http_body_util::Full;
use hyper::body::Bytes;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use super::body::{self, Signed};
use super::record::{PushRecord, PushState};
use crate::Sandbox;
use crate::clock::wall_ms;
use crate::settings::WebhookTarget;

/// Attempts under way at once.
const AT_ONCE: usize = 8;
/// How long a receiver may take to answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// Who carries pushes: one round at a time, so that no push is carried twice.
#[derive(Debug, Default)]
pub(crate) struct Courier {
    round: tokio::sync::Mutex<()>,
}

/// Makes every attempt that is due now.
pub(crate) async fn attempt_due(sandbox: &Sandbox, target: &WebhookTarget) {
    let _round = sandbox.courier().round.lock().await;
    let mut due: Vec<PushRecord> = {
        let world = sandbox.world();
        let now = world.now();
        world.pushes.iter().filter(|it| it.state == PushState::Pending && it.due_at <= now).cloned().collect()
    };
    while !due.is_empty() {
        let mut under_way = JoinSet::new();
        for push in due.drain(..due.len().min(AT_ONCE)) {
            let target = target.clone();
            under_way.spawn(async move { (push.serial, attempt(&target, push).await) });
        }
        while let Some(done) = under_way.join_next().await {
            if let Ok((serial, http_status)) = done {
                let mut world = sandbox.world();
                let now = world.now();
                if let Some(it) = world.pushes.iter_mut().find(|it| it.serial == serial) {
                    it.note_attempt(now, http_status);
                }
            }
        }
    }
}

async fn attempt(target: &WebhookTarget, push: PushRecord) -> Option<u16> {
    let sent = async {
        let signed = body::write(target.version, push.tracking, wall_ms() / 1000)?;
        tokio::time::timeout(PATIENCE, send(&target.url, signed)).await?
    };
    // The address stays out of the log: it may hold a secret path segment.
    sent.await.inspect_err(|it| tracing::debug!("a push was not accepted: {it}")).ok()
}

/// Sends one request over a connection of its own and gives the status of the reply. A whole HTTP client would
/// follow redirects off this machine and heed proxies of the environment; this one can do neither.
async fn send(url: &str, signed: Signed) -> Result<u16, Box<dyn std::error::Error + Send + Sync>> {
    let uri: Uri = url.parse()?;
    let host = uri.host().unwrap_or_default().to_owned();
    let port = uri.port_u16().unwrap_or(80);
    let stream = TcpStream::connect((super::bare_host(&host), port)).await?;
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
    let connection = tokio::spawn(connection);
    let path = uri.path_and_query().map_or("/", |it| it.as_str());
    let mut request =
        Request::post(path).header(HOST, format!("{host}:{port}")).header(CONTENT_TYPE, "application/json");
    for (name, value) in signed.headers {
        request = request.header(name, value);
    }
    let reply = sender.send_request(request.body(Full::new(Bytes::from(signed.body)))?).await;
    connection.abort();
    Ok(reply?.status().as_u16())
}
