//! One request: its header against forged requests, its body, and its failure put in words.

use gloo_net::http::{Method, Request, RequestBuilder, Response};
use milkrun_wire::api::problem::Problem;
use milkrun_wire::api::{IDEMPOTENCY_KEY, REQUESTED_BY};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::Reply;

/// A request to the proxy's API, being built.
pub(crate) struct Call {
    builder: RequestBuilder,
    body: Option<String>,
}

impl Call {
    /// A `GET` below `/api/v1`.
    pub(crate) fn get(path: &str) -> Self {
        Self::new(Method::GET, path)
    }

    /// A `POST` below `/api/v1`.
    pub(crate) fn post(path: &str) -> Self {
        Self::new(Method::POST, path)
    }

    /// A `DELETE` below `/api/v1`.
    pub(crate) fn delete(path: &str) -> Self {
        Self::new(Method::DELETE, path)
    }

    fn new(method: Method, path: &str) -> Self {
        let builder = RequestBuilder::new(&format!("/api/v1{path}"))
            .method(method)
            .header(REQUESTED_BY.0, REQUESTED_BY.1);
        Self { builder, body: None }
    }

    /// Names the intent, so that a retry cannot double it.
    pub(crate) fn idempotency_key(mut self, key: &str) -> Self {
        self.builder = self.builder.header(IDEMPOTENCY_KEY, key);
        self
    }

    /// Sets a JSON body.
    pub(crate) fn body(mut self, body: &impl Serialize) -> Reply<Self> {
        let text = milkrun_json::to_string(body).map_err(|error| unreadable(&error.to_string()))?;
        self.body = Some(text);
        Ok(self)
    }

    /// Sends it and reads a JSON reply.
    pub(crate) async fn json<T: DeserializeOwned>(self) -> Reply<T> {
        let text = self.send().await?.text().await.map_err(|error| unreachable_server(&error))?;
        milkrun_json::from_str(&text).map_err(|error| unreadable(&error.to_string()))
    }

    /// Sends it and expects no reply worth reading.
    pub(crate) async fn empty(self) -> Reply<()> {
        self.send().await.map(drop)
    }

    async fn send(self) -> Reply<Response> {
        let request: Request = match self.body {
            Some(body) => self.builder.header("content-type", "application/json").body(body),
            None => self.builder.build(),
        }
        .map_err(|error| unreadable(&error.to_string()))?;
        let response = request.send().await.map_err(|error| unreachable_server(&error))?;
        if response.ok() { Ok(response) } else { Err(problem_of(response).await) }
    }
}

/// A path or query part with everything but the harmless characters escaped.
pub(crate) fn encode(part: &str) -> String {
    String::from(js_sys::encode_uri_component(part))
}

async fn problem_of(response: Response) -> Problem {
    let status = response.status();
    let text = response.text().await.unwrap_or_default();
    milkrun_json::from_str(&text).unwrap_or_else(|_| {
        Problem::new("unexpected-reply", status, "The server's answer was not understood").detail(format!(
            "The server answered with status {status} and no explanation; try again, and tell whoever runs it if it stays so"
        ))
    })
}

fn unreachable_server(_error: &gloo_net::Error) -> Problem {
    Problem::new("offline", 0, "The server cannot be reached").detail(
        "The server cannot be reached: check the connection and try again; nothing you entered is lost",
    )
}

fn unreadable(error: &str) -> Problem {
    Problem::new("unreadable-reply", 0, "The server's answer was not understood").detail(format!(
        "The server and this page do not understand each other ({error}); load the page again to get the current version"
    ))
}
