//! A merchant's server: pages by name, each with headers of its own, on an origin that the portal knows.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;

use anyhow::Result;
use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};

/// One page.
#[derive(Clone, Debug, Default)]
pub(crate) struct Page {
    /// Its path without the stroke.
    pub(crate) name: &'static str,
    /// Headers beside the media type.
    pub(crate) headers: Vec<(&'static str, String)>,
    /// The document, from its doctype on.
    pub(crate) html: String,
}

/// The running server; it ends with the test.
#[derive(Debug)]
pub(crate) struct Shop {
    address: SocketAddr,
}

impl Shop {
    /// Serves the pages on an address that was found free before the portal was told of it.
    pub(crate) async fn open(address: SocketAddr, pages: &[Page]) -> Result<Self> {
        let listener = tokio::net::TcpListener::bind(address).await?;
        let pages: BTreeMap<String, Page> =
            pages.iter().map(|it| (format!("/{}", it.name), it.clone())).collect();
        let app = Router::new().fallback(answer).with_state(Arc::new(pages));
        tokio::spawn(async move { axum::serve(listener, app).await });
        Ok(Self { address })
    }

    /// The address of a page.
    pub(crate) fn page(&self, name: &str) -> String {
        format!("http://localhost:{}/{name}", self.address.port())
    }
}

async fn answer(State(pages): State<Arc<BTreeMap<String, Page>>>, uri: Uri) -> Response {
    let Some(page) = pages.get(uri.path()) else { return StatusCode::NOT_FOUND.into_response() };
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    for (name, value) in &page.headers {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(*name), HeaderValue::try_from(value)) {
            headers.append(name, value);
        }
    }
    (headers, page.html.clone()).into_response()
}
