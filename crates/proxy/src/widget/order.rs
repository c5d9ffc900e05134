//! The parcels of an order, for whoever knows its number and something of its shopper.
//!
//! A wrong number and a wrong shopper get the same answer for the same work: the database is asked once, the same
//! many rows are compared, and no answer comes before a fixed time.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::State as Extract;
use axum::http::HeaderMap;
use axum::response::{IntoResponse as _, Response};
use milkrun_wire::api::lookup::{Lookup, Lookups, OrderLookup};
use tokio::time::Instant;

use super::hashes::{Contact, Knows, check};
use super::sites::KnownSite;
use super::subject::Subject;
use super::{cors, json_or_problem, list, lookup};
use crate::client::Client;
use crate::problem::{Answer, Failure};
use crate::state::State;

/// Most parcels of one order that are looked at; so many are compared, whether there are as many or not.
const SLOTS: usize = 40;
/// No answer comes earlier: longer than the work takes, so that how long it took does not show.
const FLOOR: Duration = Duration::from_millis(300);

/// The parcels of an order, for whoever knows its number and one of e-mail, phone and postcode.
///
/// An order that is not there and one whose shopper is another get the same answer, an empty list. JSON is taken as
/// `text/plain` too, which browsers send without asking before.
#[utoipa::path(post, path = "/api/widget/v1/order", tag = "widget", request_body = OrderLookup,
    responses((status = 200, body = Lookups), (status = 400, description = "Not one of the three, or no site"),
        (status = 403, description = "The page may not ask, or not this"),
        (status = 429, description = "Too many lookups")))]
pub(super) async fn answer(
    Extract(state): Extract<Arc<State>>,
    client: Client,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let Ok(asked) = serde_json::from_slice::<OrderLookup>(&body) else {
        return Failure::new(
            "invalid-request",
            400,
            "The lookup needs site, order and one of email, phone or postcode",
        )
        .into_response();
    };
    let site = match cors::site(&state, &asked.site, &headers).await {
        Ok(it) => it,
        Err(it) => return it.into_response(),
    };
    let reply = of_site(&state, client, &site, &asked).await;
    cors::readable(json_or_problem(reply), &headers)
}

async fn of_site(
    state: &Arc<State>,
    client: Client,
    site: &Arc<KnownSite>,
    asked: &OrderLookup,
) -> Answer<Vec<u8>> {
    let said =
        [(Knows::Email, &asked.email), (Knows::Phone, &asked.phone), (Knows::Postcode, &asked.postcode)];
    let said: Vec<_> = said.iter().filter_map(|(kind, it)| Some((*kind, it.as_deref()?))).collect();
    let [(kind, text)] = said[..] else {
        return Err(Failure::new("invalid-request", 400, "The lookup needs one of email, phone or postcode"));
    };
    let parcels = find(state, client, site, &asked.order, kind, text).await?;
    let texts: Result<Vec<_>, _> = parcels.iter().map(serde_json::to_vec).collect();
    let texts = texts.map_err(|it| Failure::internal(&it))?;
    Ok(list(texts.iter().map(|it| &it[..])))
}

/// The parcels of an order that fit what a shopper says; none when anything is wrong, and never before the floor.
pub(super) async fn find(
    state: &Arc<State>,
    client: Client,
    site: &KnownSite,
    order: &str,
    kind: Knows,
    said: &str,
) -> Answer<Vec<Lookup>> {
    super::allowed(site, "order")?;
    check("", Some(order), &Contact { email: None, phone: Some(said), postcode: None })?;
    state.lookup_limits.enter(&state.store, client, Some(&site.key), 1).await?;
    let until = Instant::now() + FLOOR;
    let found = matching(state, site, order, kind, said).await;
    // Counted before the wait, so that its time does not show either.
    let counted = match &found {
        Ok(it) if it.is_empty() => {
            state.lookup_limits.unknown(&state.store, client, Some(&site.key), 1).await
        }
        _ => Ok(()),
    };
    tokio::time::sleep_until(until).await;
    counted?;
    found
}

async fn matching(
    state: &State,
    site: &KnownSite,
    order: &str,
    kind: Knows,
    said: &str,
) -> Answer<Vec<Lookup>> {
    let hashes = state.hashes().await?;
    let most = i64::try_from(SLOTS).unwrap_or(i64::MAX);
    let rows = state.store.orders().of(&hashes.order(order), most).await?;
    let mut found = Vec::new();
    for row in hashes.matching(&rows, kind, said, SLOTS) {
        let Some(subject) = Subject::read(&row.subject) else { continue };
        let Some(it) = lookup::show(state, &subject).await? else { continue };
        let page = state.pages.path(state, hashes, &site.key, &subject).await?;
        found.push(Lookup { page, ..it });
    }
    Ok(found)
}
