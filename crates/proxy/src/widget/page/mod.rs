//! Pages for shoppers that need no script: a parcel's own page, the form that finds it, and the widget's frame.
//!
//! They are written by a template that makes everything text, under a policy that forbids every script but the
//! frame's own.

mod form;
mod frame;
mod parcel;
mod texts;
mod when;

use std::sync::Arc;

use axum::Router;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse as _, Response};
use axum::routing::get;
use maud::{DOCTYPE, Markup, PreEscaped, html};

use self::texts::Texts;
use super::sites::KnownSite;
use crate::api::limits as within;
use crate::problem::Failure;
use crate::state::State;

/// The looks of every page here; they travel inside the page, so that it is complete when it arrives.
const STYLE: &str = include_str!("../../../assets/parcel-page.css");

pub(super) fn routes() -> Router<Arc<State>> {
    Router::new()
        .route("/t", within(get(form::by_number).post(form::by_order), 4, 15))
        .route("/t/{token}", within(get(parcel::show), 4, 10))
        .route("/widget/frame", within(get(frame::show), 8, 10))
}

/// What a page is made of.
struct Page<'a> {
    status: StatusCode,
    texts: &'static Texts,
    site: Option<&'a KnownSite>,
    title: String,
    /// What a preview says below the title.
    summary: String,
    /// The page's own full address, for previews; none for forms and failures.
    address: Option<String>,
    body: Markup,
}

impl Page<'_> {
    fn reply(self) -> Response {
        let nonce = nonce();
        let shop = self.site.map(|it| it.settings.name.as_str());
        let theme = self.site.map_or("", |it| it.settings.theme.as_str());
        let theme = Some(theme).filter(|it| ["light", "dark"].contains(it));
        let own = self.site.map(own_look).unwrap_or_default();
        let page = html! {
            (DOCTYPE)
            html lang=(self.texts.tag) dir=[self.texts.direction()] data-theme=[theme] {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="robots" content="noindex, nofollow";
                    meta name="color-scheme" content=(theme.unwrap_or("light dark"));
                    title { (self.title) @if let Some(it) = shop { " · " (it) } }
                    meta name="description" content=(self.summary);
                    @if let Some(address) = &self.address {
                        meta property="og:type" content="website";
                        meta property="og:title" content=(self.title);
                        meta property="og:description" content=(self.summary);
                        meta property="og:url" content=(address);
                        @if let Some(it) = shop { meta property="og:site_name" content=(it); }
                        meta name="twitter:card" content="summary";
                    }
                    style nonce=(nonce) { (PreEscaped(STYLE)) (PreEscaped(own)) }
                }
                body {
                    header.top {
                        p.shop { (shop.unwrap_or("Milkrun")) }
                        p.what { (self.texts.word("open")) }
                    }
                    main { (self.body) }
                }
            }
        };
        let policy = format!(
            "default-src 'none'; style-src 'nonce-{nonce}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
        );
        let mut response = (self.status, Html(page.into_string())).into_response();
        let headers = response.headers_mut();
        if let Ok(it) = HeaderValue::from_str(&policy) {
            headers.insert(header::CONTENT_SECURITY_POLICY, it);
        }
        headers.insert("x-robots-tag", HeaderValue::from_static("noindex, nofollow"));
        headers.insert(header::CONTENT_LANGUAGE, HeaderValue::from_static(self.texts.tag));
        headers.insert(header::VARY, HeaderValue::from_static("accept-language"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
        response
    }
}

/// A site's colour and corners. They were checked when they were set, and are checked to be what they should here:
/// nothing in a style sheet is text.
fn own_look(site: &KnownSite) -> String {
    let it = &site.settings;
    let plain = |it: &str| it.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'#');
    let mut own = String::new();
    if !it.accent.is_empty() && plain(&it.accent) {
        let on = if is_light(&it.accent) { "#10201f" } else { "#ffffff" };
        own.push_str(&format!(":root{{--accent:{};--on-accent:{on}}}", it.accent));
    }
    if !it.radius.is_empty() && plain(&it.radius) {
        own.push_str(&format!(":root{{--radius:{}}}", it.radius));
    }
    own
}

/// Whether dark letters are easier to read on a colour, by its relative luminance (WCAG 2).
fn is_light(colour: &str) -> bool {
    let part = |at: usize| {
        let it = colour.get(at..at + 2).and_then(|it| u8::from_str_radix(it, 16).ok()).unwrap_or_default();
        let it = f64::from(it) / 255.0;
        if it <= 0.04045 { it / 12.92 } else { ((it + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * part(1) + 0.7152 * part(3) + 0.0722 * part(5) > 0.179
}

fn nonce() -> String {
    format!("{:032x}", rand::random::<u128>())
}

/// A failure as a page for people.
fn sorry(texts: &'static Texts, site: Option<&KnownSite>, failure: &Failure) -> Response {
    let status = StatusCode::from_u16(failure.problem().status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let title = texts.word(match status.as_u16() {
        429 => "busy",
        403 | 404 => "notFound",
        _ => "unavailable",
    });
    let body = html! { section.card.answer.dim { h1 { (title) } } };
    let title = title.to_owned();
    let page = Page { status, texts, site, summary: title.clone(), title, address: None, body };
    let mut response = page.reply();
    if let Some(it) = failure.wait_s().and_then(|it| HeaderValue::from_str(&it.to_string()).ok()) {
        response.headers_mut().insert(header::RETRY_AFTER, it);
    }
    response
}

/// The language to speak: the one that is asked for in the address, or else the browser's first that is known.
fn language(asked: Option<&str>, headers: &HeaderMap) -> &'static Texts {
    let accepted = headers.get(header::ACCEPT_LANGUAGE).and_then(|it| it.to_str().ok()).unwrap_or_default();
    asked.and_then(Texts::of).unwrap_or_else(|| Texts::accepted(accepted))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_stay_readable_on_the_shops_colour() {
        for (colour, expected) in
            [("#ffffff", true), ("#000000", false), ("#ffd400", true), ("#0b7a75", false), ("#1f3a44", false)]
        {
            assert_eq!(is_light(colour), expected, "{colour}");
        }
    }

    #[test]
    fn only_plain_values_reach_the_style_sheet() {
        let mut settings = crate::store::sites::tests::settings("Shop");
        settings.accent = "#fff}</style><script>".to_owned();
        settings.radius = "1px;x:url(//y)".to_owned();
        let site = KnownSite { key: "k".to_owned(), settings, fixed: false };
        assert_eq!(own_look(&site), "");
    }
}
