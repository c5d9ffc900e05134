//! What a browser and a vendor do meanwhile: each intent is kept and sent again until it is accepted.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use anyhow::{Context as _, bail};
use milkrun_wire::tracking51::webhook::sign;
use rand::RngExt as _;
use rand::seq::IndexedRandom as _;
use reqwest::RequestBuilder;
use serde_json::{Value, json};

use crate::servers::Servers;

/// The sandbox's public API key, which signs its pushes.
const KEY: &str = "sandbox-51tracking-key";
/// Parcels that the pushes speak of.
const PARCELS: usize = 4;

/// The intents, and which of them were accepted.
pub(crate) struct Work {
    http: reqwest::Client,
    proxies: Vec<String>,
    pub(crate) sandbox: String,
    cookie: String,
    numbers: Vec<String>,
    /// External job ids that were accepted, each with the proxy's id of it.
    pub(crate) dispatched: Mutex<Vec<(String, String)>>,
    /// Marks of the pushes that were acknowledged, and when, in seconds since 1970.
    pub(crate) pushed: Mutex<Vec<(String, String, u64)>>,
}

impl Work {
    /// Signs in and registers the parcels.
    pub(crate) async fn new(servers: &Servers) -> anyhow::Result<Self> {
        let http = reqwest::Client::builder().no_proxy().timeout(Duration::from_secs(40)).build()?;
        let proxies = servers.proxies();
        let url = format!("{}/api/v1/session", proxies.last().context("no proxy")?);
        let request = http.post(url).header("x-requested-by", "milkrun-portal");
        let reply =
            request.json(&json!({ "token": servers.token().await? })).send().await?.error_for_status()?;
        let cookie = reply.headers().get("set-cookie").and_then(|it| it.to_str().ok()).unwrap_or_default();
        let cookie = cookie.split(';').next().unwrap_or_default().to_owned();
        let numbers: Vec<String> = (0..PARCELS).map(|it| format!("MR-TRANSIT-{it}")).collect();
        let it = Self {
            http,
            proxies,
            sandbox: servers.sandbox(),
            cookie,
            numbers,
            dispatched: Mutex::default(),
            pushed: Mutex::default(),
        };
        it.register().await?;
        Ok(it)
    }

    async fn register(&self) -> anyhow::Result<()> {
        for number in &self.numbers {
            let body = json!({"parcels": [{"tracking_number": number, "courier_code": "posti"}]});
            self.until(
                || self.post("parcels").json(&body),
                |status, it| (status == 200 && it["results"][0]["id"].is_string()).then_some(()),
            )
            .await?;
        }
        Ok(())
    }

    /// One dispatch, as a browser that keeps its intent sends it.
    pub(crate) async fn dispatch(self: std::sync::Arc<Self>) -> anyhow::Result<()> {
        let job = format!("job-{}", uuid::Uuid::new_v4());
        let key = uuid::Uuid::new_v4().to_string();
        let body = json!({
            "date": "2026-11-22", "external_job_id": job, "title": "Chaos", "driver_email": "driver@example.com",
            "stops": [{"stop_id": "S-1", "address": "Mannerheimintie 5, Helsinki", "label": "A", "parcel_count": 1}]
        });
        let send = || self.post("dispatches").header("idempotency-key", &key).json(&body);
        let id = self
            .until(send, |status, it| {
                matches!(status, 200 | 202).then(|| it["id"].as_str().unwrap_or_default().to_owned())
            })
            .await?;
        self.dispatched.lock().unwrap_or_else(PoisonError::into_inner).push((job, id));
        Ok(())
    }

    /// One push, as the vendor sends it: the same bytes again until somebody says 200.
    pub(crate) async fn push(self: std::sync::Arc<Self>) -> anyhow::Result<()> {
        let number = self.numbers.choose(&mut rand::rng()).context("no parcel")?.clone();
        let mark = uuid::Uuid::new_v4().to_string();
        let time = now().to_string();
        let body = json!({"code": 200, "data": {
            "tracking_number": number, "courier_code": "posti", "delivery_status": "delivered", "note": mark
        }});
        let send = || {
            let request = self.http.post(format!("{}/webhooks/51tracking/sandbox", self.proxy()));
            request.header("timestamp", &time).header("signature", sign(KEY, &time)).json(&body)
        };
        self.until(send, |status, _| (status == 200).then_some(())).await?;
        // Sometimes the vendor does not hear the 200.
        if rand::rng().random_bool(0.3) {
            self.until(send, |status, _| (status == 200).then_some(())).await?;
        }
        self.pushed.lock().unwrap_or_else(PoisonError::into_inner).push((mark, number, now()));
        Ok(())
    }

    /// Sends again and again until the reply will do. Refusals for good are faults of the test.
    async fn until<T>(
        &self,
        request: impl Fn() -> RequestBuilder,
        done: impl Fn(u16, &Value) -> Option<T>,
    ) -> anyhow::Result<T> {
        for _ in 0..400 {
            if let Ok(reply) = request().send().await {
                let status = reply.status().as_u16();
                let body: Value = reply.json().await.unwrap_or_default();
                if let Some(it) = done(status, &body) {
                    return Ok(it);
                }
                if matches!(status, 400 | 401 | 403 | 404 | 415 | 422) {
                    bail!("a request was refused: {status} {body}");
                }
            }
            tokio::time::sleep(Duration::from_millis(150)).await;
        }
        bail!("a request was not accepted for a minute")
    }

    /// What a proxy says, whichever answers.
    pub(crate) async fn get(&self, path: &str) -> anyhow::Result<Value> {
        let request = || {
            let url = format!("{}/api/v1/{path}", self.proxy());
            self.http.get(url).header("cookie", &self.cookie)
        };
        self.until(request, |status, it| (status == 200).then(|| it.clone())).await
    }

    /// What the sandbox says, past the relay.
    pub(crate) async fn sandbox(
        &self,
        request: impl Fn(&reqwest::Client) -> RequestBuilder,
    ) -> anyhow::Result<Value> {
        Ok(request(&self.http).send().await?.error_for_status()?.json().await?)
    }

    fn post(&self, path: &str) -> RequestBuilder {
        let request = self.http.post(format!("{}/api/v1/{path}", self.proxy()));
        request.header("cookie", &self.cookie).header("x-requested-by", "milkrun-portal")
    }

    fn proxy(&self) -> &str {
        self.proxies.choose(&mut rand::rng()).map_or("", String::as_str)
    }
}

fn now() -> u64 {
    SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).map_or(0, |it| it.as_secs())
}
