//! What merchants' pages may ask: numbers, orders, and how the widget looks. Nothing about the account.

mod cache;
mod cors;
mod first;
mod hashes;
mod limits;
mod lookup;
pub(crate) mod number;
mod order;
mod page;
mod pages;
mod sites;
mod stop;
mod subject;

pub(crate) use self::cache::LookupCache;
pub(crate) use self::hashes::{Contact, Hashes, check as check_contact};
pub(crate) use self::limits::LookupLimits;
pub(crate) use self::pages::Pages;
pub(crate) use self::sites::{KnownSite, SiteBook};
pub(crate) use self::subject::Subject;

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State as Extract};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::options;
use milkrun_wire::api::lookup::{Lookup, MAX_NUMBERS, WidgetSite};
use milkrun_wire::api::parcel::ParcelStatus;
use serde::Deserialize;
use utoipa::openapi::OpenApi;
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouter};
use utoipa_axum::routes;

use self::cache::Kept;
use crate::api::limits as within;
use crate::client::Client;
use crate::etag;
use crate::problem::{Answer, Failure};
use crate::state::State;

/// The public routes, what the widget calls and the pages that work without it, and the document of the former.
pub(crate) fn routes() -> (Router<Arc<State>>, OpenApi) {
    let calls = OpenApiRouter::new()
        .routes(documented(routes!(answer), 15))
        .routes(documented(routes!(order::answer), 15))
        .routes(documented(routes!(site), 10));
    let (router, document) = calls.split_for_parts();
    let preflight = within(options(cors::preflight), 4, 10);
    (router.route("/api/widget/v1/order", preflight).merge(page::routes()), document)
}

fn documented(
    (schemas, paths, router): UtoipaMethodRouter<Arc<State>>,
    seconds: u64,
) -> UtoipaMethodRouter<Arc<State>> {
    (schemas, paths, within(router, 4, seconds))
}

/// Where a number's parcel is, or the parcels of up to 40 numbers when `number` comes again and again.
///
/// Only pages of the site's origins may ask. Several numbers are answered with a list under `parcels`.
#[utoipa::path(get, path = "/api/widget/v1/lookup", tag = "widget",
    params(("site" = String, Query, description = "The site's key"),
        ("number" = Vec<String>, Query, description = "A carrier's number, or a stop's"),
        ("carrier" = Option<String>, Query,
            description = "The carrier's code at 51Tracking: whose parcel is meant where several have the number")),
    responses((status = 200, body = Lookup), (status = 403, description = "The page may not ask, or not this"),
        (status = 429, description = "Too many lookups")))]
async fn answer(
    Extract(state): Extract<Arc<State>>,
    client: Client,
    headers: HeaderMap,
    asked: Result<Query<Vec<(String, String)>>, QueryRejection>,
) -> Response {
    let asked = asked.map(|it| it.0).unwrap_or_default();
    let all = |name: &str| asked.iter().filter(|it| it.0 == name).map(|it| it.1.clone()).collect::<Vec<_>>();
    let (sites, numbers, carriers) = (all("site"), all("number"), all("carrier"));
    let (Some(key), false) = (sites.first(), numbers.is_empty()) else {
        return Failure::new("invalid-request", 400, "The lookup needs site and number").into_response();
    };
    let site = match cors::site(&state, key, &headers).await {
        Ok(it) => it,
        Err(it) => return it.into_response(),
    };
    let carrier = carriers.first().map(String::as_str).unwrap_or_default();
    let reply = look_up(&state, client, &site, &numbers, carrier).await;
    cors::readable(json_or_problem(reply), &headers)
}

async fn look_up(
    state: &Arc<State>,
    client: Client,
    site: &Arc<KnownSite>,
    numbers: &[String],
    carrier: &str,
) -> Answer<Vec<u8>> {
    if numbers.len() > MAX_NUMBERS {
        return Err(Failure::new("invalid-request", 400, "Too many numbers at once")
            .detail(format!("at most {MAX_NUMBERS} numbers; ask again for the rest")));
    }
    let found = find(state, client, site, numbers, carrier).await?;
    if let [one] = &found[..] {
        return Ok(one.json.to_vec());
    }
    Ok(list(found.iter().map(|it| &it.json[..])))
}

/// The answers for numbers, within the limits; where several carriers have a number, that of this carrier if it is one
/// of them. A number is registered by a shopper's word on its carrier only where the site sends with that one: a wrong
/// one would keep the number unknown for hours.
async fn find(
    state: &Arc<State>,
    client: Client,
    site: &Arc<KnownSite>,
    numbers: &[String],
    carrier: &str,
) -> Answer<Vec<Kept>> {
    allowed(site, "number")?;
    state.lookup_limits.enter(&state.store, client, Some(&site.key), numbers.len()).await?;
    let mut found = Vec::with_capacity(numbers.len());
    let mut unknown = 0;
    for number in numbers {
        let mut it = state.lookups.get(state, &site.key, number, carrier).await?;
        if !it.found && first::fetch(state, site, number, carrier).await {
            it = state.lookups.get(state, &site.key, number, carrier).await?;
        }
        unknown += usize::from(!it.found);
        found.push(it);
    }
    state.lookup_limits.unknown(&state.store, client, Some(&site.key), unknown).await?;
    Ok(found)
}

fn allowed(site: &KnownSite, lookup: &str) -> Answer<()> {
    if site.allows(lookup) {
        return Ok(());
    }
    Err(Failure::new("lookup-not-allowed", 403, "This shop does not offer this")
        .detail(format!("the site does not allow lookups by {lookup}")))
}

/// Replies as they were kept, in one list.
fn list<'a>(parcels: impl Iterator<Item = &'a [u8]>) -> Vec<u8> {
    let mut text = b"{\"parcels\":[".to_vec();
    for (at, it) in parcels.enumerate() {
        if at > 0 {
            text.push(b',');
        }
        text.extend_from_slice(it);
    }
    text.extend_from_slice(b"]}");
    text
}

fn json_or_problem(reply: Answer<Vec<u8>>) -> Response {
    match reply {
        Ok(it) => ([(header::CONTENT_TYPE, "application/json")], Bytes::from(it)).into_response(),
        Err(it) => it.into_response(),
    }
}

#[derive(Deserialize)]
struct AskedSite {
    site: String,
}

/// How the widget looks and what it offers, which browsers may keep for a while.
#[utoipa::path(get, path = "/api/widget/v1/site", tag = "widget",
    params(("site" = String, Query, description = "The site's key")),
    responses((status = 200, body = WidgetSite), (status = 403, description = "The page may not ask")))]
async fn site(
    Extract(state): Extract<Arc<State>>,
    headers: HeaderMap,
    asked: Result<Query<AskedSite>, QueryRejection>,
) -> Response {
    let Ok(Query(asked)) = asked else {
        return Failure::new("invalid-request", 400, "The request needs a site").into_response();
    };
    let site = match cors::site(&state, &asked.site, &headers).await {
        Ok(it) => it,
        Err(it) => return it.into_response(),
    };
    let text = match serde_json::to_vec(&site.shown()) {
        Ok(it) => it,
        Err(it) => return Failure::internal(&it).into_response(),
    };
    let tag = etag::tag(&text);
    let mut reply = if etag::is_known(&headers, &tag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        json_or_problem(Ok(text))
    };
    let own = reply.headers_mut();
    own.insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=300"));
    if let Ok(it) = HeaderValue::from_str(&tag) {
        own.insert(header::ETAG, it);
    }
    cors::readable(reply, &headers)
}

/// A status in the word that stands for it on the wire.
fn word(status: ParcelStatus) -> String {
    let text = serde_json::to_value(status).unwrap_or_default();
    text.as_str().unwrap_or_default().to_owned()
}
