//! `/widget/frame`: the page inside the widget's frame, for shops whose own page forbids WebAssembly or that want it
//! apart from theirs.

use std::sync::Arc;

use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State as Extract};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse as _, Response};
use maud::{DOCTYPE, Markup, PreEscaped, Render, html};

use super::{form, language, nonce, sorry};
use crate::problem::Failure;
use crate::state::State;
use crate::widget::KnownSite;

/// What the merchant's tag may hand over; the page around the frame tells the same again once it is met.
const ATTRIBUTES: [&str; 9] =
    ["number", "numbers", "order", "courier", "lang", "theme", "label", "lookups", "texts"];
/// Longest value of one.
const MAX_VALUE: usize = 2000;

/// Handler of `GET /widget/frame`.
pub(super) async fn show(
    Extract(state): Extract<Arc<State>>,
    headers: HeaderMap,
    asked: Result<Query<Vec<(String, String)>>, QueryRejection>,
) -> Response {
    let asked = asked.map(|it| it.0).unwrap_or_default();
    let of = |name: &str| asked.iter().find(|it| it.0 == name).map(|it| it.1.as_str());
    let texts = language(of("lang"), &headers);
    let found = state.sites.find(&state.store, of("site").unwrap_or_default()).await.map_err(Failure::from);
    let site = match found.and_then(|it| it.ok_or_else(|| Failure::not_found("there is no such site"))) {
        Ok(it) => it,
        Err(it) => return sorry(texts, None, &it),
    };
    let nonce = nonce();
    let origins = site.settings.origins.join(" ");
    let fallback = form::fields(texts, &site, of("number").unwrap_or_default());
    let page = html! {
        (DOCTYPE)
        html lang=(of("lang").unwrap_or(texts.tag)) dir=[texts.direction()] {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="robots" content="noindex, nofollow";
                title { (texts.word("open")) }
                style nonce=(nonce) { "html,body{margin:0;background:transparent}body{font:1rem/1.5 system-ui,sans-serif}" }
            }
            body.milkrun-frame {
                (Element { site: &site, asked: &asked })
                noscript { (fallback) }
                script nonce=(nonce) defer src="/widget/frame.js" data-site=(site.key) data-origins=(origins) {}
            }
        }
    };
    let policy = format!(
        "default-src 'none'; script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'; connect-src 'self'; \
         style-src 'self' 'nonce-{nonce}'; img-src 'self' data:; form-action 'self'; base-uri 'none'; \
         frame-ancestors {origins}"
    );
    let mut response = (StatusCode::OK, Html(page.into_string())).into_response();
    let own = response.headers_mut();
    // Origins were checked letter by letter when they were set, so that no policy of theirs gets in here.
    match HeaderValue::from_str(&policy) {
        Ok(it) => own.insert(header::CONTENT_SECURITY_POLICY, it),
        Err(_) => return sorry(texts, None, &Failure::not_found("the site's origins cannot be used")),
    };
    own.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    own.insert(header::VARY, HeaderValue::from_static("accept-language"));
    // A page that isolates itself (COEP) may still embed it.
    own.insert("cross-origin-resource-policy", HeaderValue::from_static("cross-origin"));
    own.insert("cross-origin-embedder-policy", HeaderValue::from_static("require-corp"));
    response
}

/// The widget's element with the attributes that were handed over; their names are not known before.
struct Element<'a> {
    site: &'a KnownSite,
    asked: &'a [(String, String)],
}

impl Render for Element<'_> {
    fn render(&self) -> Markup {
        let mut text = String::from("<milkrun-track");
        let mut add = |name: &str, value: &str| {
            // Names are ours; values are escaped by the same hand as everything else.
            text.push_str(
                &html! { (PreEscaped(" ")) (name) (PreEscaped("=\"")) (value) (PreEscaped("\"")) }
                    .into_string(),
            );
        };
        add("data-site", &self.site.key);
        for name in ATTRIBUTES {
            let value = self.asked.iter().find(|it| it.0 == name).map(|it| it.1.as_str());
            if let Some(it) = value.filter(|it| it.len() <= MAX_VALUE) {
                add(name, it);
            }
        }
        text.push_str("></milkrun-track>");
        PreEscaped(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::sites::tests::settings;

    #[test]
    fn only_known_attributes_are_handed_over_and_as_text() {
        let site = KnownSite { key: "k".to_owned(), settings: settings("Shop"), fixed: false };
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let asked = [
            pair("number", "\"><script>"),
            pair("onload", "alert(1)"),
            pair("lang", "de"),
            pair("courier", "posti"),
            pair("theme", &"x".repeat(2001)),
        ];
        let text = Element { site: &site, asked: &asked }.render().into_string();
        assert_eq!(
            text,
            "<milkrun-track data-site=\"k\" number=\"&quot;&gt;&lt;script&gt;\" \
             courier=\"posti\" lang=\"de\"></milkrun-track>"
        );
    }
}
