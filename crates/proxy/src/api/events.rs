//! `/events`: what changed, pushed as it happens.
//!
//! Each browser holds one stream of server-sent events. An event names a dispatch or a parcel that changed and no
//! more; the page then asks for it. Whoever was away sends the last number seen and gets what was missed; when
//! that is too long ago, one `reset` says to read everything again.

use std::collections::{HashMap, VecDeque};
use std::convert::Infallible;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::extract::rejection::QueryRejection;
use axum::extract::{Extension, Query, State as Extract};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use serde::Deserialize;
use tokio::sync::watch;

use crate::access::{self, SignedIn};
use crate::problem::{Answer, Failure};
use crate::state::State;
use crate::store::events::EventRow;

/// Shorter than what proxies in between take for silence.
const PING_EVERY: Duration = Duration::from_secs(15);
/// How often it is looked whether whoever listens may still do so.
const LOOK_EVERY: Duration = Duration::from_secs(10);
/// How soon a browser comes back after a break.
const RETRY: Duration = Duration::from_secs(2);
/// Events read at once.
const AT_ONCE: i64 = 200;
/// Somebody who missed more reads everything anew.
const TOO_FAR: i64 = 5_000;

/// How many streams each session holds.
#[derive(Debug, Default)]
pub(crate) struct Streams(Mutex<HashMap<String, usize>>);

impl Streams {
    /// How many there are.
    pub(crate) fn count(&self) -> usize {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).values().sum()
    }
}

/// One stream's place, which is free again when the stream ends.
struct Place {
    state: Arc<State>,
    holder: String,
}

impl Place {
    fn take(state: &Arc<State>, holder: String) -> Option<Self> {
        let mut streams = state.streams.0.lock().unwrap_or_else(PoisonError::into_inner);
        let held = streams.entry(holder.clone()).or_default();
        if *held >= state.config.session_streams {
            return None;
        }
        *held += 1;
        drop(streams);
        Some(Self { state: state.clone(), holder })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut streams = self.state.streams.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(held) = streams.get_mut(&self.holder) {
            *held -= 1;
            if *held == 0 {
                streams.remove(&self.holder);
            }
        }
    }
}

/// From where a stream goes on.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct From {
    /// The last event seen, for clients that cannot set the header.
    after: Option<String>,
}

/// What changes, as server-sent events: `dispatch` and `parcel` with the id as data, `credentials` with the service,
/// and `reset` when too much was missed. `Last-Event-ID` resumes after an event.
#[utoipa::path(get, path = "/events", tag = "events",
    params(("last-event-id" = Option<String>, Header, description = "The last event seen"), From),
    responses((status = 200, content_type = "text/event-stream", body = String),
        (status = 429, description = "Too many streams of one session")))]
pub(super) async fn stream(
    Extract(state): Extract<Arc<State>>,
    Extension(who): Extension<SignedIn>,
    headers: HeaderMap,
    from: Result<Query<From>, QueryRejection>,
) -> Answer<Response> {
    // A session keeps its end when it gets another id.
    let holder = format!("{} {}", who.id, who.expires_ms);
    let place = Place::take(&state, holder).ok_or_else(|| {
        Failure::new("too-many-streams", 429, "Too many streams of one session")
            .detail("close a tab, or share one stream between them")
            .retry_after(5)
    })?;
    let after = from.ok().and_then(|it| it.0.after);
    let header = headers.get("last-event-id").and_then(|it| it.to_str().ok()).map(str::to_owned);
    let last = header.or(after).and_then(|it| it.trim().parse::<i64>().ok());
    // Subscribed before the log is read, so that nothing falls between.
    let changes = state.store.changes();
    let (oldest, newest) = state.store.events().bounds().await?;
    let missed_too_much =
        last.is_some_and(|it| it > newest || newest - it > TOO_FAR || (it + 1 < oldest && oldest > 0));
    let mut ready = VecDeque::new();
    // The browser waits for a first byte; this one also tells it how soon to come back.
    ready.push_back(Event::default().retry(RETRY).comment("welcome"));
    if missed_too_much {
        ready.push_back(Event::default().id(newest.to_string()).event("reset").data(""));
    }
    let seen = if missed_too_much { newest } else { last.unwrap_or(newest) };
    let looked = Instant::now();
    let feed = Feed { state, who, _place: place, changes, ready, seen, looked, stopping: false };
    let sse = Sse::new(stream::unfold(feed, Feed::next)).keep_alive(KeepAlive::new().interval(PING_EVERY));
    let mut response = sse.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store, no-transform"));
    headers.insert("x-accel-buffering", HeaderValue::from_static("no"));
    Ok(response)
}

struct Feed {
    state: Arc<State>,
    who: SignedIn,
    _place: Place,
    changes: watch::Receiver<u64>,
    ready: VecDeque<Event>,
    seen: i64,
    /// When it was looked last whether whoever listens may do so.
    looked: Instant,
    stopping: bool,
}

impl Feed {
    async fn next(mut self) -> Option<(Result<Event, Infallible>, Self)> {
        let mut ending = self.state.ending();
        loop {
            if let Some(it) = self.ready.pop_front() {
                return Some((Ok(it), self));
            }
            if self.stopping {
                return None;
            }
            if self.looked.elapsed() >= LOOK_EVERY {
                // Whoever was shut out, or signed out elsewhere, hears no more; a session with a new id comes back.
                if !matches!(access::is_open(&self.state, &self.who).await, Ok(true)) {
                    return None;
                }
                self.looked = Instant::now();
            }
            self.changes.mark_unchanged();
            match self.state.store.events().after(self.seen, AT_ONCE).await {
                Ok(rows) if !rows.is_empty() => {
                    self.seen = rows.last().map_or(self.seen, |it| it.id);
                    self.ready.extend(rows.iter().map(event));
                    continue;
                }
                Ok(_) => {}
                // The browser comes back and resumes.
                Err(it) => {
                    tracing::error!(error = %it, "a stream of events broke off");
                    return None;
                }
            }
            tokio::select! {
                it = self.changes.changed() => self.stopping = it.is_err(),
                () = tokio::time::sleep(LOOK_EVERY) => {}
                _ = ending.wait_for(|it| *it) => self.stopping = true,
            }
        }
    }
}

fn event(it: &EventRow) -> Event {
    Event::default().id(it.id.to_string()).event(&it.kind).data(&it.subject)
}
