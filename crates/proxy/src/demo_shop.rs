//! A small shop on a port of its own, to see the widget as a merchant's page embeds it.
//!
//! The shop is another origin with a policy of its own, so that what works here works on a page that trusts the
//! widget's host and nobody else.

use axum::Router;
use axum::http::{HeaderName, header};
use axum::response::IntoResponse;
use axum::routing::get;

use crate::config::Config;

const PAGE: &str = include_str!("../assets/demo-shop/index.html");
const STYLE: &str = include_str!("../assets/demo-shop/shop.css");
/// Where the page wants the proxy's address.
const PLACE: &str = "{{PUBLIC_URL}}";

/// The shop's router.
pub fn app(config: &Config) -> Router {
    let host = config.public_origin();
    let page = PAGE.replace(PLACE, &host);
    let policy = format!(
        "default-src 'none'; script-src {host} 'wasm-unsafe-eval'; connect-src {host}; style-src 'self'; \
         img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    );
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8".to_owned()),
        (header::CONTENT_SECURITY_POLICY, policy),
        (header::CACHE_CONTROL, "no-cache".to_owned()),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
        (header::REFERRER_POLICY, "strict-origin-when-cross-origin".to_owned()),
    ];
    let page = move || std::future::ready((headers.clone(), page.clone()).into_response());
    Router::new().route("/", get(page.clone())).route("/track", get(page)).route("/shop.css", get(style))
}

async fn style() -> ([(HeaderName, &'static str); 2], &'static str) {
    ([(header::CONTENT_TYPE, "text/css; charset=utf-8"), (header::CACHE_CONTROL, "no-cache")], STYLE)
}
