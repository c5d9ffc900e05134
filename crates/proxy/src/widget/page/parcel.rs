//! `/t/{token}`: one parcel, as its shopper may see it.

use std::sync::Arc;

use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State as Extract};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::Response;
use maud::{Markup, html};
use milkrun_wire::api::lookup::{Kind, Lookup, LookupEvent};
use milkrun_wire::api::parcel::ParcelStatus;
use serde::Deserialize;

use super::texts::{Fresh, Texts};
use super::when::Zone;
use super::{Page, form, language, sorry};
use crate::client::Client;
use crate::clock::{now_ms, rfc3339};
use crate::problem::{Answer, Failure};
use crate::state::State;
use crate::widget::{KnownSite, lookup, pages};

/// How often a page is read again whose shopper wants that, seconds.
const REFRESH_S: &str = "60";

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    lang: Option<String>,
    /// Given when the page is to be read again every minute.
    live: Option<String>,
}

/// Handler of `GET /t/{token}`.
pub(super) async fn show(
    Extract(state): Extract<Arc<State>>,
    client: Client,
    Path(token): Path<String>,
    headers: HeaderMap,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Response {
    let asked = asked.map(|it| it.0).unwrap_or_default();
    let texts = language(asked.lang.as_deref(), &headers);
    match find(&state, client, &token).await {
        Ok((site, it)) => {
            let address = format!("{}/t/{token}", state.config.public_url.as_str().trim_end_matches('/'));
            let mut response = page(texts, &site, &it, address, asked.live.is_some()).reply();
            if asked.live.is_some() && moves(&it) {
                response.headers_mut().insert("refresh", HeaderValue::from_static(REFRESH_S));
            }
            response
        }
        Err(it) => sorry(texts, None, &it),
    }
}

async fn find(state: &State, client: Client, token: &str) -> Answer<(Arc<KnownSite>, Lookup)> {
    state.lookup_limits.enter(&state.store, client, None, 1).await?;
    if let Some((key, subject)) = pages::open(state, token).await?
        && let Some(site) = state.sites.find(&state.store, &key).await?
        && let Some(found) = lookup::show(state, &subject).await?
    {
        return Ok((site, found));
    }
    // Whoever guesses tokens is soon not answered any more.
    state.lookup_limits.unknown(&state.store, client, None, 1).await?;
    Err(Failure::not_found("there is no such page"))
}

/// Whether a driver is on the way, so that the page says something else soon.
fn moves(it: &Lookup) -> bool {
    it.kind == Kind::Driver && it.stops_before >= 0
}

fn page<'a>(
    texts: &'static Texts,
    site: &'a KnownSite,
    it: &Lookup,
    address: String,
    live: bool,
) -> Page<'a> {
    let zone = Zone::of(site);
    let headline = texts.headline(it);
    let when = when(texts, &zone, it);
    let summary = when.as_ref().map_or_else(|| headline.to_owned(), |it| format!("{headline}. {it}"));
    Page {
        status: StatusCode::OK,
        texts,
        site: Some(site),
        title: format!("{headline}: {}", it.number),
        summary,
        address: Some(address),
        body: body(texts, site, &zone, it, when, live),
    }
}

fn body(
    texts: &Texts,
    site: &KnownSite,
    zone: &Zone,
    it: &Lookup,
    when: Option<String>,
    live: bool,
) -> Markup {
    let tone = tone(it.status);
    let before =
        texts.before(it.stops_before).filter(|_| it.status == ParcelStatus::Pickup || it.stops_before > 0);
    html! {
        section.card.answer.(tone) {
            p.badge aria-hidden="true" { (icon(it.status)) }
            h1 { (texts.headline(it)) }
            @if let Some(it) = when { p.when { (it) } }
            @if let Some(it) = before { p.before { (it) } }
            (steps(texts, it))
            dl.facts {
                div { dt { (texts.word("number")) } dd.number { (it.number) } }
                @if it.kind == Kind::Driver { div { dt { (texts.word("driver")) } } }
                @else if !it.carrier.is_empty() { div { dt { (it.carrier) } } }
            }
            @if moves(it) { (again(texts, zone, live)) }
        }
        @if !it.events.is_empty() {
            section.card {
                h2 { (texts.word("events").replace("{n}", &it.events.len().to_string())) }
                ol.events {
                    @for event in &it.events {
                        li {
                            time datetime=(event.at) { (zone.moment(texts, &event.at)) }
                            div { p dir="auto" { (said(texts, it, event)) } @if !event.place.is_empty() { p.quiet dir="auto" { (event.place) } } }
                        }
                    }
                }
                p.quiet.zone { (zone.name()) }
            }
        }
        nav.foot { details { summary { (texts.word("open")) } (form::fields(texts, site, "")) } }
    }
}

/// As of when this is, and how to read it again. Nobody's page is exchanged under their eyes unless they asked for it.
fn again(texts: &Texts, zone: &Zone, live: bool) -> Markup {
    let now = rfc3339(now_ms());
    let other = if live { Fresh::Stop } else { Fresh::EveryMinute };
    html! {
        p.fresh {
            time datetime=(now) { (zone.moment(texts, &now)) }
            @if !live { a href={ "?lang=" (texts.tag) } { (texts.fresh(Fresh::Now)) } }
            a href={ "?lang=" (texts.tag) @if !live { "&live" } } { (texts.fresh(other)) }
        }
    }
}

/// What happened: a carrier's own words, and ours in the reader's language.
fn said<'a>(texts: &'a Texts, it: &Lookup, event: &'a LookupEvent) -> &'a str {
    match (it.kind, serde_json::from_value(event.status.clone().into())) {
        (Kind::Driver, Ok(status)) => texts.status(status),
        _ => &event.text,
    }
}

/// When it comes or came, in a sentence.
fn when(texts: &Texts, zone: &Zone, it: &Lookup) -> Option<String> {
    if !it.delivered_at.is_empty() {
        return Some(texts.day("deliveredOn", &zone.moment(texts, &it.delivered_at)));
    }
    if matches!(it.status, ParcelStatus::Delivered | ParcelStatus::Expired) {
        return None;
    }
    if !it.estimated_from.is_empty() {
        let window = zone.window(texts, &it.estimated_from, &it.estimated_until);
        return Some(texts.day("arrives", &window));
    }
    // A plan that has come to nothing says nothing.
    if matches!(it.status, ParcelStatus::Undelivered | ParcelStatus::Exception) {
        return None;
    }
    let expected = if it.planned_from.is_empty() {
        zone.moment(texts, &it.expected_at)
    } else {
        zone.window(texts, &it.planned_from, &it.planned_until)
    };
    (!expected.is_empty()).then(|| texts.day("expected", &expected))
}

/// The steps of a parcel that meets no trouble.
const STEPS: [ParcelStatus; 4] =
    [ParcelStatus::InfoReceived, ParcelStatus::Transit, ParcelStatus::Pickup, ParcelStatus::Delivered];

/// Four steps, and how many of them are behind the parcel.
fn steps(texts: &Texts, it: &Lookup) -> Markup {
    let done = match it.status {
        ParcelStatus::Pending | ParcelStatus::NotFound | ParcelStatus::Unknown => 0,
        ParcelStatus::InfoReceived => 1,
        ParcelStatus::Transit | ParcelStatus::Exception | ParcelStatus::Expired => 2,
        ParcelStatus::Pickup | ParcelStatus::Undelivered => 3,
        ParcelStatus::Delivered => 4,
    };
    html! {
        ol.steps aria-label=(texts.word("progress")) {
            @for (at, step) in STEPS.into_iter().map(|it| texts.status(it)).enumerate() {
                li.done[at < done] aria-current=[(at + 1 == done).then_some("step")] { span { (step) } }
            }
        }
    }
}

fn tone(status: ParcelStatus) -> &'static str {
    match status {
        ParcelStatus::Delivered => "good",
        ParcelStatus::Undelivered | ParcelStatus::Exception => "bad",
        ParcelStatus::Expired | ParcelStatus::NotFound => "dim",
        _ => "going",
    }
}

/// A picture of where it stands; its strokes take the colour of the text.
fn icon(status: ParcelStatus) -> Markup {
    let path = match status {
        ParcelStatus::Delivered => "M5 12.5l4.5 4.5L19 7.5",
        ParcelStatus::Undelivered | ParcelStatus::Exception => "M12 6v7M12 17.2v.3",
        ParcelStatus::Pickup => "M2 7h11v9H2zM13 10h4l3 3v3h-7M6 18.5v.1M17 18.5v.1",
        ParcelStatus::Transit => "M4 12h15M13 6l6 6-6 6",
        _ => "M4 8l8-4 8 4v8l-8 4-8-4zM4 8l8 4 8-4M12 12v8",
    };
    html! {
        svg viewBox="0 0 24 24" width="24" height="24" fill="none" stroke="currentColor" stroke-width="2"
            stroke-linecap="round" stroke-linejoin="round" { path d=(path) {} }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::sites::tests::settings;

    fn shown(change: impl FnOnce(&mut Lookup)) -> String {
        let site = KnownSite { key: "k".to_owned(), settings: settings("Shop"), fixed: false };
        let mut it = Lookup {
            found: true,
            kind: Kind::Carrier,
            status: ParcelStatus::Transit,
            carrier: "Posti".to_owned(),
            ..lookup::unknown("JJFI1")
        };
        change(&mut it);
        let page = page(Texts::accepted("de"), &site, &it, String::new(), false);
        format!("{} {} {}", page.title, page.summary, page.body.into_string())
    }

    #[test]
    fn what_a_carrier_writes_stays_text() {
        let hostile = "<script>alert(1)</script>\" onload=\"x";
        let text = shown(|it| {
            it.carrier = hostile.to_owned();
            it.number = hostile.to_owned();
            it.expected_at = hostile.to_owned();
            it.events = vec![LookupEvent {
                at: hostile.to_owned(),
                text: hostile.to_owned(),
                place: hostile.to_owned(),
                status: String::new(),
            }];
        });
        let body = text.split_once("<section").unwrap().1;
        assert!(!body.contains("<script") && !body.contains("\" onload"), "{body}");
        assert!(body.matches("&lt;script&gt;").count() >= 5, "{body}");
    }

    #[test]
    fn the_best_known_time_is_told() {
        let window = |it: &mut Lookup| {
            it.planned_from = "2026-11-22T09:30:00Z".to_owned();
            it.planned_until = "2026-11-22T10:30:00Z".to_owned();
        };
        let expected = shown(|it| it.expected_at = "2026-11-22".to_owned());
        assert!(expected.contains("22.11.2026"), "{expected}");
        assert!(shown(window).contains("22.11.2026, 09:30–10:30"));
        let late = shown(|it| {
            window(it);
            it.estimated_from = "2026-11-22T11:00:00Z".to_owned();
            it.estimated_until = "2026-11-22T11:30:00Z".to_owned();
            (it.status, it.stops_before) = (ParcelStatus::Pickup, 3);
        });
        assert!(
            late.contains("22.11.2026, 11:00–11:30") && late.contains("Noch 3 Halte vor Ihnen"),
            "{late}"
        );
        let failed = shown(|it| {
            window(it);
            it.status = ParcelStatus::Undelivered;
        });
        assert!(!failed.contains("22.11.2026"), "{failed}");
    }

    #[test]
    fn finer_codes_sharpen_the_headline() {
        for (status, substatus, expected) in [
            (ParcelStatus::Exception, "exception006", "Beim Zoll"),
            (ParcelStatus::Exception, "exception011", "Auf dem Rückweg zum Absender"),
            (ParcelStatus::Exception, "", "Mit diesem Paket gibt es ein Problem"),
            (ParcelStatus::Undelivered, "undelivered002", "Niemand war zu Hause"),
        ] {
            let text = shown(|it| (it.status, it.substatus) = (status, substatus.to_owned()));
            assert!(text.starts_with(expected), "{substatus}: {text}");
        }
    }

    #[test]
    fn a_time_to_come_is_told_as_a_time() {
        let event = LookupEvent {
            at: "2099-01-02T10:00:00Z".to_owned(),
            text: "Left".to_owned(),
            place: String::new(),
            status: "transit".to_owned(),
        };
        let text = shown(|it| it.events = vec![event]);
        assert!(text.contains("02.01.2099, 10:00"), "{text}");
    }

    #[test]
    fn only_a_page_of_a_driver_under_way_can_be_read_again() {
        let on_the_way =
            |it: &mut Lookup| (it.kind, it.status, it.stops_before) = (Kind::Driver, ParcelStatus::Pickup, 3);
        let text = shown(on_the_way);
        assert!(
            text.contains("href=\"?lang=de&amp;live\"") && text.contains("Jede Minute aktualisieren"),
            "{text}"
        );
        for text in [
            shown(|_| ()),
            shown(|it| {
                on_the_way(it);
                it.stops_before = -1;
            }),
        ] {
            assert!(!text.contains("live"), "{text}");
        }
    }

    #[test]
    fn our_own_drivers_are_told_of_in_the_readers_language() {
        let event = || LookupEvent {
            at: String::new(),
            text: "As it was written".to_owned(),
            place: String::new(),
            status: "delivered".to_owned(),
        };
        assert!(shown(|it| it.events = vec![event()]).contains("As it was written"));
        let driver = shown(|it| (it.kind, it.events) = (Kind::Driver, vec![event()]));
        assert!(
            !driver.contains("As it was written") && driver.contains("<p dir=\"auto\">Zugestellt</p>"),
            "{driver}"
        );
    }

    #[test]
    fn the_steps_say_where_it_is() {
        let done = |status| shown(|it| it.status = status).matches("class=\"done\"").count();
        assert_eq!(
            [
                ParcelStatus::Pending,
                ParcelStatus::InfoReceived,
                ParcelStatus::Pickup,
                ParcelStatus::Delivered
            ]
            .map(done),
            [0, 1, 3, 4]
        );
    }
}
