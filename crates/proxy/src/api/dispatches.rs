//! `/dispatches`: handing routes to drivers and following them.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Extension, OriginalUri, Path, Query, State as Extract};
use axum::http::{HeaderMap, StatusCode};
use milkrun_wire::api::IDEMPOTENCY_KEY;
use milkrun_wire::api::dispatch::{Dispatch, DispatchList, DispatchRequest, DispatchState};
use milkrun_wire::api::session::Upstream;
use serde::{Deserialize, Serialize};
use tokio::time::{Instant, timeout_at};
use utoipa::ToSchema;

use super::body::Json;
use super::page::{Asked, Page, Paged};
use crate::access::SignedIn;
use crate::clock::{now_ms, rfc3339};
use crate::problem::{Answer, Failure};
use crate::routemate::import_body;
use crate::state::State;
use crate::store::dispatches::{NewDispatch, Stored};
use crate::store::orders::OrderRow;
use crate::widget::{Contact, Subject, check_contact};

/// How long a request waits for RouteMate's word before it answers that the dispatch is on its way.
const PATIENCE: Duration = Duration::from_secs(8);
/// After so many tries in vain it waits no longer: the outbox goes on, and the portal can say so.
const TRIES: i64 = 3;
/// Longest text of one field.
const MAX_TEXT: usize = 300;

/// Hands a route to its driver. The reply comes when RouteMate has spoken, or after some seconds without.
#[utoipa::path(post, path = "/dispatches", tag = "dispatches", request_body = DispatchRequest,
    params(("idempotency-key" = String, Header, description = "Names the intent; the same for every retry of it")),
    responses((status = 200, body = Dispatch, description = "RouteMate has spoken"),
        (status = 202, body = Dispatch, description = "Stored, and on its way"),
        (status = 422, description = "The dispatch cannot be sent, or the key belongs to another one")))]
pub(super) async fn create(
    Extract(state): Extract<Arc<State>>,
    Extension(who): Extension<SignedIn>,
    headers: HeaderMap,
    Json(mut request): Json<DispatchRequest>,
) -> Answer<(StatusCode, axum::Json<Dispatch>)> {
    let client = state.routemate();
    if client.access.state == Upstream::Unconfigured {
        return Err(Failure::new("routemate-not-configured", 503, "RouteMate is not configured")
            .detail("an owner enters the integration's client id and secret under Settings, or whoever runs the server sets them in the configuration"));
    }
    let key = key(&headers)?;
    check(&request, client.access.choices.max_stops)?;
    let id = uuid::Uuid::new_v4().to_string();
    let body = import_body(&request, client.access.choices.idempotency_in_body.then_some(&*id));
    let body = serde_json::to_string(&body).map_err(|it| Failure::internal(&it))?;
    let orders = take_orders(&state, &id, &mut request).await?;
    let new = NewDispatch { id: &id, key, request: &request, body: &body, orders: &orders };
    let mut changes = state.store.changes();
    let id = match state.store.dispatches().insert(new, now_ms()).await? {
        Stored::New => {
            let detail = format!("{} to {}", request.external_job_id, request.driver_email);
            state.store.audit().add(&who.user, "dispatch.create", &id, &detail, now_ms()).await?;
            id
        }
        Stored::Before(id) => id,
        Stored::Conflict => {
            return Err(Failure::new("key-reused", 422, "This idempotency key belongs to another dispatch")
                .detail("use a new key for every new intent; keep the key only when the same request is sent again"));
        }
    };
    state.dispatches_stored.notify_one();
    let deadline = Instant::now() + PATIENCE;
    loop {
        let row = state.store.dispatches().find(&id).await?.ok_or_else(unknown)?;
        if row.state != DispatchState::Sending {
            return Ok((StatusCode::OK, axum::Json(row.shown())));
        }
        // The sender lives as long as the state, so that only the deadline ends this.
        if row.attempts >= TRIES || timeout_at(deadline, changes.changed()).await.is_err() {
            return Ok((StatusCode::ACCEPTED, axum::Json(row.shown())));
        }
    }
}

/// To which orders the stops belong. What is known of the shoppers leaves the request, which is kept as it is then.
async fn take_orders(state: &State, id: &str, request: &mut DispatchRequest) -> Answer<Vec<OrderRow>> {
    let mut rows = Vec::new();
    for stop in &mut request.stops {
        let (email, phone, postcode) = (stop.email.take(), stop.phone.take(), stop.postcode.take());
        let contact =
            Contact { email: email.as_deref(), phone: phone.as_deref(), postcode: postcode.as_deref() };
        let subject = Subject::Stop { dispatch: id.to_owned(), stop: stop.stop_id.clone() }.to_string();
        rows.extend(state.hashes().await?.row(&subject, stop.order_number.as_deref(), &contact));
    }
    Ok(rows)
}

/// Which dispatches are listed, besides the page.
#[derive(Deserialize)]
pub(super) struct Filter {
    date: Option<String>,
}

/// Dispatches, newest first. The header `Link` names the next page.
#[utoipa::path(get, path = "/dispatches", tag = "dispatches",
    params(("date" = Option<String>, Query, description = "Of this day only, YYYY-MM-DD"), Page),
    responses((status = 200, body = DispatchList)))]
pub(super) async fn list(
    Extract(state): Extract<Arc<State>>,
    filter: Result<Query<Filter>, axum::extract::rejection::QueryRejection>,
    page: Asked,
    uri: OriginalUri,
) -> Answer<Paged<DispatchList>> {
    let Query(filter) =
        filter.map_err(|_e| Failure::invalid("/date", "the only filter is date=YYYY-MM-DD"))?;
    let date = filter.date.as_deref();
    if date.is_some_and(|it| it.parse::<jiff::civil::Date>().is_err()) {
        return Err(Failure::invalid("/date", "the date must read YYYY-MM-DD"));
    }
    let rows = state.store.dispatches().list(date, page.time_and_id()?, page.limit() + 1).await?;
    let (rows, next) = page.cut(rows, |it| format!("{}.{}", it.created_ms, it.id));
    Ok(Paged::new(DispatchList { dispatches: rows.into_iter().map(|it| it.shown()).collect() }, &uri, next))
}

/// One dispatch.
#[utoipa::path(get, path = "/dispatches/{id}", tag = "dispatches", params(("id" = String, Path)),
    responses((status = 200, body = Dispatch), (status = 404, description = "There is no such dispatch")))]
pub(super) async fn show(
    Extract(state): Extract<Arc<State>>,
    Path(id): Path<String>,
) -> Answer<axum::Json<Dispatch>> {
    let row = state.store.dispatches().find(&id).await?.ok_or_else(unknown)?;
    Ok(axum::Json(row.shown()))
}

/// How a dispatch's stops came to stand as they do.
#[utoipa::path(get, path = "/dispatches/{id}/history", tag = "dispatches", params(("id" = String, Path)),
    responses((status = 200, body = History), (status = 404, description = "There is no such dispatch")))]
pub(super) async fn history(
    Extract(state): Extract<Arc<State>>,
    Path(id): Path<String>,
) -> Answer<axum::Json<History>> {
    let dispatches = state.store.dispatches();
    dispatches.find(&id).await?.ok_or_else(unknown)?;
    let change = |(stop_id, status, at): (String, String, i64)| Change { stop_id, status, at: rfc3339(at) };
    Ok(axum::Json(History { changes: dispatches.history(&id).await?.into_iter().map(change).collect() }))
}

/// How a dispatch's stops came to stand as they do.
#[derive(Serialize, ToSchema)]
pub(super) struct History {
    /// Oldest first.
    changes: Vec<Change>,
}

/// One change of one stop.
#[derive(Serialize, ToSchema)]
pub(super) struct Change {
    /// The stop's id in the plan.
    stop_id: String,
    /// RouteMate's word for it.
    status: String,
    /// When it was heard of, RFC 3339.
    at: String,
}

fn unknown() -> Failure {
    Failure::not_found("there is no such dispatch")
}

/// The key, with or without the quotes that a structured header field would have.
fn key(headers: &HeaderMap) -> Answer<&str> {
    let text = headers.get(IDEMPOTENCY_KEY).and_then(|it| it.to_str().ok()).unwrap_or_default();
    let text = text.trim().trim_matches('"');
    if (8..=100).contains(&text.len()) {
        Ok(text)
    } else {
        Err(Failure::new("key-missing", 400, "The header Idempotency-Key is missing")
            .detail("name each dispatch by a fresh UUID, the same for every retry of it"))
    }
}

fn check(it: &DispatchRequest, max_stops: usize) -> Answer<()> {
    let mut failure = Failure::new("invalid-request", 422, "The dispatch cannot be sent");
    let mut wrong = |pointer: String, detail: &str| {
        let earlier = std::mem::replace(&mut failure, Failure::not_found(""));
        failure = earlier.at(pointer, detail);
    };
    if it.date.parse::<jiff::civil::Date>().is_err() || it.date.len() != 10 {
        wrong("/date".to_owned(), "the date must read YYYY-MM-DD");
    }
    let text = |it: &str| !it.trim().is_empty() && it.chars().count() <= MAX_TEXT;
    for (pointer, value) in [("/external_job_id", &it.external_job_id), ("/title", &it.title)] {
        if !text(value) {
            wrong(pointer.to_owned(), "it must have between 1 and 300 letters");
        }
    }
    if !it.driver_email.is_empty() && !it.driver_email.contains('@') {
        wrong("/driver_email".to_owned(), "this is no e-mail address");
    }
    if it.stops.is_empty() || it.stops.len() > max_stops {
        wrong("/stops".to_owned(), &format!("a dispatch has between 1 and {max_stops} stops"));
    }
    let mut seen = HashSet::new();
    for (at, stop) in it.stops.iter().enumerate() {
        if !text(&stop.stop_id) || !seen.insert(&stop.stop_id) {
            wrong(format!("/stops/{at}/stop_id"), "each stop needs an id of its own");
        }
        if !text(&stop.address) {
            wrong(format!("/stops/{at}/address"), "the address must have between 1 and 300 letters");
        }
        let contact = Contact {
            email: stop.email.as_deref(),
            phone: stop.phone.as_deref(),
            postcode: stop.postcode.as_deref(),
        };
        if let Err(it) = check_contact(&format!("/stops/{at}"), stop.order_number.as_deref(), &contact) {
            for it in &it.problem().errors {
                wrong(it.pointer.clone(), &it.detail);
            }
        }
        if stop.planned_at.as_deref().is_some_and(|it| it.parse::<jiff::Timestamp>().is_err()) {
            wrong(format!("/stops/{at}/planned_at"), "the time must read like 2026-11-22T09:30:00Z");
        }
        if stop.label.chars().count() > MAX_TEXT {
            wrong(format!("/stops/{at}/label"), "the label is longer than 300 letters");
        }
    }
    let first = failure.problem().errors.first().map(|it| format!("{}: {}", it.pointer, it.detail));
    match first {
        None => Ok(()),
        Some(it) => Err(failure.detail(it)),
    }
}

#[cfg(test)]
mod tests {
    use milkrun_wire::api::dispatch::DispatchStop;

    use super::*;

    fn pointers(change: impl FnOnce(&mut DispatchRequest)) -> Vec<String> {
        let stop = DispatchStop {
            stop_id: "a".to_owned(),
            address: "A 1".to_owned(),
            label: String::new(),
            parcel_count: 1,
            ..DispatchStop::default()
        };
        let mut it = DispatchRequest {
            date: "2026-11-22".to_owned(),
            external_job_id: "J".to_owned(),
            title: "T".to_owned(),
            driver_email: "d@example.com".to_owned(),
            stops: vec![stop.clone(), DispatchStop { stop_id: "b".to_owned(), ..stop }],
        };
        change(&mut it);
        match check(&it, 500) {
            Ok(()) => Vec::new(),
            Err(it) => it.problem().errors.iter().map(|it| it.pointer.clone()).collect(),
        }
    }

    #[test]
    fn every_fault_is_named_by_its_place() {
        assert!(pointers(|_| {}).is_empty());
        assert_eq!(pointers(|it| it.date = "22.11.2026".to_owned()), ["/date"]);
        assert_eq!(pointers(|it| it.title = " ".to_owned()), ["/title"]);
        assert_eq!(pointers(|it| it.driver_email = "d".to_owned()), ["/driver_email"]);
        assert_eq!(pointers(|it| it.stops.clear()), ["/stops"]);
        assert_eq!(pointers(|it| it.stops[1].email = Some("x".to_owned())), ["/stops/1/email"]);
        assert_eq!(pointers(|it| it.stops[0].planned_at = Some("noon".to_owned())), ["/stops/0/planned_at"]);
        assert_eq!(pointers(|it| it.stops[1].stop_id = "a".to_owned()), ["/stops/1/stop_id"]);
        assert_eq!(
            pointers(|it| {
                it.stops[0].address.clear();
                it.stops[1].label = "x".repeat(301);
            }),
            ["/stops/0/address", "/stops/1/label"]
        );
    }

    #[test]
    fn a_key_may_be_quoted() {
        let of = |text: &str| {
            let headers = HeaderMap::from_iter([(IDEMPOTENCY_KEY.parse().unwrap(), text.parse().unwrap())]);
            key(&headers).map(str::to_owned).ok()
        };
        assert_eq!(of("\"12345678\"").as_deref(), Some("12345678"));
        assert_eq!(of("1234"), None);
    }
}
