//! One request: its header against forged requests, its body, and its failure put in words.

use std::future::Future;
use std::pin::Pin;

use gloo_net::http::{Method, RequestBuilder};
use milkrun_json::Read;
use milkrun_wire::api::problem::Problem;
use milkrun_wire::api::{IDEMPOTENCY_KEY, REQUESTED_BY};
use serde::Serialize;

use super::Reply;

/// A request to the proxy's API, being built.
pub(crate) struct Call {
    request: RequestBuilder,
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

    /// A `PUT` below `/api/v1`.
    pub(crate) fn put(path: &str) -> Self {
        Self::new(Method::PUT, path)
    }

    /// A `PATCH` below `/api/v1`.
    pub(crate) fn patch(path: &str) -> Self {
        Self::new(Method::PATCH, path)
    }

    /// A `DELETE` below `/api/v1`.
    pub(crate) fn delete(path: &str) -> Self {
        Self::new(Method::DELETE, path)
    }

    fn new(method: Method, path: &str) -> Self {
        let request = RequestBuilder::new(&format!("/api/v1{path}")).method(method);
        Self { request, body: None }.header(REQUESTED_BY.0, REQUESTED_BY.1)
    }

    fn header(self, name: &str, value: &str) -> Self {
        Self { request: self.request.header(name, value), ..self }
    }

    /// Names the intent, so that a retry cannot double it.
    pub(crate) fn idempotency_key(self, key: &str) -> Self {
        self.header(IDEMPOTENCY_KEY, key)
    }

    /// Sets a JSON body.
    pub(crate) fn body(self, body: &impl Serialize) -> Reply<Self> {
        let text = milkrun_json::to_string(body).map_err(|error| unreadable(&error.to_string()))?;
        let mut this = self.header("content-type", "application/json");
        this.body = Some(text);
        Ok(this)
    }

    /// Sends it and reads a JSON reply.
    pub(crate) async fn json<T: Read>(self) -> Reply<T> {
        // Boxed, or else the whole of sending would be written once for each kind of reply.
        let text: Pin<Box<dyn Future<Output = Reply<String>>>> = Box::pin(self.text());
        milkrun_json::read(&text.await?).map_err(|error| unreadable(&error.to_string()))
    }

    /// Sends it and expects no reply worth reading.
    pub(crate) async fn empty(self) -> Reply<()> {
        self.text().await.map(drop)
    }

    async fn text(self) -> Reply<String> {
        let request = match self.body {
            Some(body) => self.request.body(body),
            None => self.request.build(),
        };
        let request = request.map_err(|error| unreadable(&error.to_string()))?;
        let answer = request.send().await.map_err(|_no_answer| unreachable_server())?;
        let status = answer.status();
        let text = answer.text().await.map_err(|_cut_off| unreachable_server())?;
        if (200..300).contains(&status) { Ok(text) } else { Err(problem_of(status, &text)) }
    }
}

/// A path or query part with everything but the harmless characters escaped.
pub(crate) fn encode(part: &str) -> String {
    String::from(js_sys::encode_uri_component(part))
}

fn problem_of(status: u16, text: &str) -> Problem {
    milkrun_json::read(text).unwrap_or_else(|_| {
        Problem::new("unexpected-reply", status, "The server's answer was not understood").detail(format!(
            "The server answered with status {status} and no explanation; try again, and tell whoever runs it if it stays so"
        ))
    })
}

fn unreachable_server() -> Problem {
    Problem::new("offline", 0, "The server cannot be reached").detail(
        "The server cannot be reached: check the connection and try again; nothing you entered is lost",
    )
}

fn unreadable(error: &str) -> Problem {
    Problem::new("unreadable-reply", 0, "The server's answer was not understood").detail(format!(
        "The server and this page do not understand each other ({error}); load the page again to get the current version"
    ))
}
