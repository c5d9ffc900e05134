//! `/t`: where the form leads that works without a script, by number or by order.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State as Extract};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use maud::{Markup, html};
use milkrun_wire::api::lookup::{Lookup, MAX_NUMBERS};
use serde::Deserialize;

use super::texts::Texts;
use super::{Page, language, sorry};
use crate::client::Client;
use crate::problem::{Answer, Failure};
use crate::state::State;
use crate::widget::hashes::Knows;
use crate::widget::{KnownSite, find, order};

/// A group of letters and digits that is as long may be a number of its own.
const SHORTEST: usize = 8;

/// What the forms send.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Filled {
    site: String,
    number: String,
    order: String,
    contact: String,
    email: String,
    phone: String,
    postcode: String,
    lang: Option<String>,
}

/// Handler of `GET /t`: the form, or the page of the first number that is known.
pub(super) async fn by_number(
    Extract(state): Extract<Arc<State>>,
    client: Client,
    headers: HeaderMap,
    filled: Result<Query<Filled>, QueryRejection>,
) -> Response {
    let filled = filled.map(|it| it.0).unwrap_or_default();
    let texts = language(filled.lang.as_deref(), &headers);
    let site = match site(&state, client, &filled.site).await {
        Ok(it) => it,
        Err(it) => return sorry(texts, None, &it),
    };
    let numbers = numbers_in(&filled.number);
    if numbers.is_empty() {
        return empty(texts, &site, "", None, StatusCode::OK).reply();
    }
    match find(&state, client, &site, &numbers, "").await {
        Ok(found) => match found.iter().find(|it| it.found) {
            Some(it) => see(&it.page, filled.lang.as_deref()),
            None => {
                empty(texts, &site, filled.number.trim(), Some("notFoundHint"), StatusCode::NOT_FOUND).reply()
            }
        },
        Err(it) => sorry(texts, Some(&site), &it),
    }
}

/// The numbers in one field. Blanks part numbers only where each part could be one: carriers print theirs in groups.
fn numbers_in(text: &str) -> Vec<String> {
    let pieces = text.split([',', ';', '\n', '\r']).map(str::trim).filter(|it| !it.is_empty());
    let numbers = pieces.flat_map(|piece| {
        let words: Vec<&str> = piece.split_whitespace().collect();
        if words.iter().all(|it| it.len() >= SHORTEST) { words } else { vec![piece] }
    });
    numbers.take(MAX_NUMBERS).map(str::to_owned).collect()
}

/// Handler of `POST /t`: the pages of an order. It changes nothing, so that it asks for no proof of where it came from.
pub(super) async fn by_order(
    Extract(state): Extract<Arc<State>>,
    client: Client,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let filled: Filled = filled_in(&body);
    let texts = language(filled.lang.as_deref(), &headers);
    let site = match site(&state, client, &filled.site).await {
        Ok(it) => it,
        Err(it) => return sorry(texts, None, &it),
    };
    let (kind, said) = match (&filled.email, &filled.phone, &filled.postcode) {
        (it, _, _) if !it.is_empty() => (Knows::Email, it),
        (_, it, _) if !it.is_empty() => (Knows::Phone, it),
        (_, _, it) if !it.is_empty() => (Knows::Postcode, it),
        _ => (Knows::guess(&filled.contact), &filled.contact),
    };
    match order::find(&state, client, &site, &filled.order, kind, said).await {
        Ok(found) => match &found[..] {
            [] => empty(texts, &site, "", Some("noOrder"), StatusCode::NOT_FOUND).reply(),
            [one] => see(&one.page, filled.lang.as_deref()),
            many => several(texts, &site, many).reply(),
        },
        Err(it) => sorry(texts, Some(&site), &it),
    }
}

/// The fields of a form that was sent; all empty when it is none.
fn filled_in(body: &Bytes) -> Filled {
    let pairs = reqwest::Url::parse("form:").map(|mut it| {
        it.set_query(std::str::from_utf8(body).ok());
        it
    });
    let Ok(pairs) = pairs else { return Filled::default() };
    let mut filled = Filled::default();
    for (name, value) in pairs.query_pairs() {
        let value = value.into_owned();
        match &*name {
            "site" => filled.site = value,
            "order" => filled.order = value,
            "contact" => filled.contact = value,
            "email" => filled.email = value,
            "phone" => filled.phone = value,
            "postcode" => filled.postcode = value,
            "lang" => filled.lang = Some(value),
            _ => {}
        }
    }
    filled
}

async fn site(state: &State, client: Client, key: &str) -> Answer<Arc<KnownSite>> {
    if let Some(it) = state.sites.find(&state.store, key).await? {
        return Ok(it);
    }
    // Keys are public, and still nobody goes through them.
    state.lookup_limits.enter(&state.store, client, None, 1).await?;
    state.lookup_limits.unknown(&state.store, client, None, 1).await?;
    Err(Failure::not_found("there is no such site"))
}

fn see(page: &str, lang: Option<&str>) -> Response {
    let lang = lang.and_then(Texts::of).map(|it| format!("?lang={}", it.tag)).unwrap_or_default();
    let mut response = StatusCode::SEE_OTHER.into_response();
    if let Ok(it) = HeaderValue::from_str(&format!("{page}{lang}")) {
        response.headers_mut().insert(header::LOCATION, it);
    }
    response
}

/// The form, and by which text it is shown again.
fn empty<'a>(
    texts: &'static Texts,
    site: &'a KnownSite,
    number: &str,
    why: Option<&str>,
    status: StatusCode,
) -> Page<'a> {
    let (title, why) = match why {
        Some(it @ "noOrder") => (texts.word(it), None),
        Some(it) => (texts.word("notFound"), Some(texts.word(it))),
        None => (texts.word("open"), None),
    };
    let missed = status != StatusCode::OK;
    let body = html! {
        section.card.answer.dim[missed] {
            div role=[missed.then_some("alert")] {
                h1 { (title) }
                @if let Some(it) = why { p { (it) } }
            }
            (fields(texts, site, number))
        }
    };
    let summary = why.unwrap_or(title).to_owned();
    Page { status, texts, site: Some(site), title: title.to_owned(), summary, address: None, body }
}

/// The fields for whatever a site lets shoppers look up.
pub(super) fn fields(texts: &Texts, site: &KnownSite, number: &str) -> Markup {
    html! {
        @if site.allows("number") {
            form.find method="get" action="/t" {
                input type="hidden" name="site" value=(site.key);
                input type="hidden" name="lang" value=(texts.tag);
                label { span { (texts.word("number")) }
                    input name="number" value=(number) required maxlength="400" autocomplete="off"
                        autocapitalize="characters" spellcheck="false"; }
                button { (texts.word("track")) }
            }
        }
        @if site.allows("order") {
            form.find method="post" action="/t" {
                @if site.allows("number") { h2 { (texts.word("byOrder")) } }
                input type="hidden" name="site" value=(site.key);
                input type="hidden" name="lang" value=(texts.tag);
                label { span { (texts.word("order")) }
                    input name="order" required maxlength="100" autocomplete="off" spellcheck="false"; }
                label { span { (texts.word("contact")) } input name="contact" required maxlength="254"; }
                button { (texts.word("track")) }
            }
        }
    }
}

fn several<'a>(texts: &'static Texts, site: &'a KnownSite, all: &[Lookup]) -> Page<'a> {
    let title = texts.count("parcels", all.len());
    let body = html! {
        section.card {
            h1 { (title) }
            ul.parcels {
                @for it in all {
                    li { a href={ (it.page) "?lang=" (texts.tag) } { span.number { (it.number) } } " " span { (texts.headline(it)) } }
                }
            }
        }
    };
    Page {
        status: StatusCode::OK,
        texts,
        site: Some(site),
        summary: title.clone(),
        title,
        address: None,
        body,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_of_a_number_stay_together() {
        for (text, expected) in [
            ("", vec![]),
            (" , ", vec![]),
            ("JJFI 6432 1000 1234", vec!["JJFI 6432 1000 1234"]),
            ("RB123456789FI RB987654321FI", vec!["RB123456789FI", "RB987654321FI"]),
            ("nothing, mr pickup 1", vec!["nothing", "mr pickup 1"]),
        ] {
            assert_eq!(numbers_in(text), expected, "{text}");
        }
        assert_eq!(numbers_in(&"1,".repeat(100)).len(), MAX_NUMBERS);
    }

    #[test]
    fn forms_are_read_as_browsers_send_them() {
        let it = filled_in(&Bytes::from_static(b"site=k&order=A+1%262&contact=a%40b.example&x=y"));
        assert_eq!((it.site.as_str(), it.order.as_str(), it.contact.as_str()), ("k", "A 1&2", "a@b.example"));
        assert_eq!(filled_in(&Bytes::from_static(b"\xff\xfe")).site, "");
    }
}
