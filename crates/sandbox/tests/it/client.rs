//! A client that calls the routes without a network.

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use milkrun_sandbox::{API_KEY, CLIENT_ID, CLIENT_SECRET, Sandbox, Settings, Speed, app};
use serde_json::{Value, json};
use tower::ServiceExt;

/// A sandbox that only moves when told to, and its routes.
pub(crate) struct Client {
    pub(crate) sandbox: Sandbox,
    app: Router,
}

/// An answer, its body read as JSON when it is some.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
    pub(crate) json: Value,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The envelope's code.
    pub(crate) fn code(&self) -> i64 {
        self.json["meta"]["code"].as_i64().unwrap_or_else(|| panic!("no envelope in {self:?}"))
    }
}

/// What most tests need: manual time, no limits, quick slowness.
pub(crate) fn quiet() -> Settings {
    Settings { speed: Speed::Manual, rate_limits: false, slow_ms: 300, ..Settings::default() }
}

impl Client {
    pub(crate) fn new(settings: Settings) -> Self {
        let sandbox = Sandbox::open(settings).unwrap();
        Self { app: app(sandbox.clone()), sandbox }
    }

    pub(crate) async fn send(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Answer {
        let mut request =
            Request::builder().method(method).uri(path).header(header::CONTENT_TYPE, "application/json");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Body::from(body.to_owned())).unwrap();
        let response = self.app.clone().oneshot(request).await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        let bytes = to_bytes(response.into_body(), usize::MAX).await.unwrap();
        let text = String::from_utf8(bytes.to_vec()).unwrap();
        let json = serde_json::from_str(&text).unwrap_or_default();
        Answer { status, headers, text, json }
    }

    /// Calls 51Tracking with the right key; `path` follows the mount.
    pub(crate) async fn track(&self, method: Method, path: &str, body: &Value) -> Answer {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        self.send(method, &format!("/51tracking{path}"), &[("tracking-api-key", API_KEY)], &body).await
    }

    /// Registers a number with Posti and gives its id.
    pub(crate) async fn register(&self, number: &str) -> String {
        let wanted = json!({"tracking_number": number, "courier_code": "posti"});
        let answer = self.track(Method::POST, "/v4/trackings/create", &wanted).await;
        answer.json["data"]["id"].as_str().unwrap_or_else(|| panic!("{answer:?}")).to_owned()
    }

    /// The status that `trackings/get` tells of a number.
    pub(crate) async fn status_of(&self, number: &str) -> String {
        let path = format!("/v4/trackings/get?tracking_numbers={number}");
        let answer = self.track(Method::GET, &path, &Value::Null).await;
        answer.json["data"]["success"][0]["delivery_status"].as_str().unwrap_or_default().to_owned()
    }

    /// Fetches a RouteMate token, as the value of an `Authorization` header.
    pub(crate) async fn bearer(&self) -> String {
        let body = json!({"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}).to_string();
        let answer = self.send(Method::POST, "/routemate/v1/integration-token", &[], &body).await;
        format!("Bearer {}", answer.json["access_token"].as_str().unwrap())
    }

    /// Imports a job with a fresh token.
    pub(crate) async fn import(&self, headers: &[(&str, &str)], body: &Value) -> Answer {
        let bearer = self.bearer().await;
        let headers: Vec<_> = headers.iter().copied().chain([("authorization", bearer.as_str())]).collect();
        self.send(Method::POST, "/routemate/v1/integration-import", &headers, &body.to_string()).await
    }

    /// Looks a job up with a fresh token; `lookup` is what follows the endpoint.
    pub(crate) async fn job(&self, lookup: &str) -> Answer {
        let bearer = self.bearer().await;
        let path = format!("/routemate/v1/integration-jobs{lookup}");
        self.send(Method::GET, &path, &[("authorization", &bearer)], "").await
    }

    /// Calls the control API.
    pub(crate) async fn control(&self, method: Method, path: &str, body: &Value) -> Answer {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        self.send(method, &format!("/sandbox{path}"), &[], &body).await
    }

    pub(crate) async fn step(&self, seconds: i64) {
        let answer = self.control(Method::POST, "/clock", &json!({"step_seconds": seconds})).await;
        assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
    }
}
