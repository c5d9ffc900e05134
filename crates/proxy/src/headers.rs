//! The headers that tell browsers what a reply may do, which is next to nothing.

use axum::extract::Request;
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;

use crate::config::Config;

/// For everything that is no page: even opened directly it loads nothing and runs nothing.
const NOTHING: &str = "default-src 'none'; frame-ancestors 'none'";
/// For scripts: a worker obeys the policy of its own script, and the solver's compiles WebAssembly.
pub(crate) const WORKER: &str =
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; frame-ancestors 'none'";

const PERMISSIONS: &str = "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()";

/// The policy of the portal's page, with the nonce its one inline script carries.
pub(crate) fn page_policy(config: &Config, nonce: &str) -> String {
    let tiles = config.tiles.as_ref().and_then(|it| it.url.parse::<reqwest::Url>().ok());
    let tiles = tiles.map(|it| format!(" {}", it.origin().ascii_serialization())).unwrap_or_default();
    format!(
        "default-src 'none'; script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'; style-src 'self'; \
         img-src 'self' data:{tiles}; connect-src 'self'; worker-src 'self'; manifest-src 'self'; \
         font-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )
}

/// Middleware: the headers every reply has. A handler that set one of them knows better.
pub(crate) async fn secure(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    default(headers, header::CONTENT_SECURITY_POLICY, NOTHING);
    default(headers, header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    default(headers, header::REFERRER_POLICY, "no-referrer");
    default(headers, HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    default(headers, HeaderName::from_static("cross-origin-resource-policy"), "same-origin");
    default(headers, HeaderName::from_static("permissions-policy"), PERMISSIONS);
    default(headers, header::CACHE_CONTROL, "no-store");
    response
}

fn default(headers: &mut HeaderMap, name: HeaderName, value: &'static str) {
    headers.entry(name).or_insert(HeaderValue::from_static(value));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_configured_tiles_may_be_loaded() {
        let config = |text: &str| Config::from_parts("", text, |_| None).unwrap();
        assert!(page_policy(&config(""), "n").contains("img-src 'self' data:;"));
        let tiles = "[tiles]\nurl = \"https://tile.example/{z}/{x}/{y}.png\"\nattribution = \"x\"";
        assert!(page_policy(&config(tiles), "n").contains("img-src 'self' data: https://tile.example;"));
        assert!(page_policy(&config(""), "n").contains("'nonce-n'"));
    }
}
