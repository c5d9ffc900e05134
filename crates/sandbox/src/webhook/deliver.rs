//! Making the attempts that are due.

use std::time::Duration;

use reqwest::header::CONTENT_TYPE;
use reqwest::redirect::Policy;
use tokio::task::JoinSet;

use super::body;
use super::record::{PushRecord, PushState};
use crate::Sandbox;
use crate::clock::wall_ms;
use crate::settings::WebhookTarget;

/// Attempts under way at once.
const AT_ONCE: usize = 8;

/// Who carries pushes: one client, and one round at a time so that no push is carried twice.
#[derive(Debug)]
pub(crate) struct Courier {
    client: reqwest::Client,
    round: tokio::sync::Mutex<()>,
}

impl Default for Courier {
    fn default() -> Self {
        // A redirect could lead off this machine, and so could a proxy from the environment.
        let client =
            reqwest::Client::builder().redirect(Policy::none()).no_proxy().timeout(Duration::from_secs(10));
        Self { client: client.build().unwrap_or_default(), round: tokio::sync::Mutex::default() }
    }
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
            let (client, target) = (sandbox.courier().client.clone(), target.clone());
            under_way.spawn(async move { (push.serial, attempt(&client, &target, push).await) });
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

async fn attempt(client: &reqwest::Client, target: &WebhookTarget, push: PushRecord) -> Option<u16> {
    let signed = body::write(target.version, push.tracking, wall_ms() / 1000).ok()?;
    let mut request = client.post(&target.url).header(CONTENT_TYPE, "application/json").body(signed.body);
    for (name, value) in signed.headers {
        request = request.header(name, value);
    }
    // The address stays out of the log: it may hold a secret path segment.
    match request.send().await {
        Ok(it) => Some(it.status().as_u16()),
        Err(it) => {
            tracing::warn!(error = %it.without_url(), "a push was not accepted");
            None
        }
    }
}
