//! Figures for Prometheus: rate, errors and duration of every route and upstream, and how deep the queues are.
//!
//! They are counted for the whole process and served on an address of their own, which is none of the public's
//! business.

use std::sync::{Arc, LazyLock};
use std::time::Duration;

use axum::Router;
use axum::http::header;
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};

use crate::clock::now_ms;
use crate::problem::Failure;
use crate::state::State;

/// Upper bounds of the durations that are told apart, seconds.
const BUCKETS: [f64; 11] = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0, 10.0];

static METRICS: LazyLock<Metrics> = LazyLock::new(|| Metrics {
    requests: Family::default(),
    times: Family::new_with_constructor(histogram),
    calls: Family::default(),
    call_times: Family::new_with_constructor(histogram),
});

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Route {
    method: String,
    route: String,
    status: u16,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct RouteTime {
    route: String,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Upstream {
    upstream: String,
    /// The status, or `none` when there was no reply.
    status: String,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct UpstreamTime {
    upstream: String,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Queue {
    queue: String,
}

struct Metrics {
    requests: Family<Route, Counter>,
    times: Family<RouteTime, Histogram, fn() -> Histogram>,
    calls: Family<Upstream, Counter>,
    call_times: Family<UpstreamTime, Histogram, fn() -> Histogram>,
}

fn histogram() -> Histogram {
    Histogram::new(BUCKETS)
}

/// Counts a request that was answered.
pub(crate) fn answered(method: &str, route: &str, status: u16, took: Duration) {
    let labels = Route { method: method.to_owned(), route: route.to_owned(), status };
    METRICS.requests.get_or_create(&labels).inc();
    METRICS.times.get_or_create(&RouteTime { route: route.to_owned() }).observe(took.as_secs_f64());
}

/// Counts a call to another server.
pub(crate) fn called(upstream: &str, status: Option<u16>, took: Duration) {
    let status = status.map_or_else(|| "none".to_owned(), |it| it.to_string());
    METRICS.calls.get_or_create(&Upstream { upstream: upstream.to_owned(), status }).inc();
    METRICS
        .call_times
        .get_or_create(&UpstreamTime { upstream: upstream.to_owned() })
        .observe(took.as_secs_f64());
}

/// `/metrics` and nothing else.
pub fn app(state: Arc<State>) -> Router {
    Router::new().route("/metrics", get(move || show(state.clone())))
}

async fn show(state: Arc<State>) -> Response {
    match text(&state).await {
        Ok(it) => {
            let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
            ([(header::CONTENT_TYPE, kind)], it).into_response()
        }
        Err(it) => it.into_response(),
    }
}

async fn text(state: &State) -> Result<String, Failure> {
    let mut registry = Registry::with_prefix("milkrun");
    let it = &*METRICS;
    registry.register("requests", "Requests answered", it.requests.clone());
    registry.register_with_unit("request_duration", "Time until the answer", Unit::Seconds, it.times.clone());
    registry.register("upstream_calls", "Calls to other servers", it.calls.clone());
    registry.register_with_unit("upstream_duration", "Time of calls", Unit::Seconds, it.call_times.clone());
    let depth = Family::<Queue, Gauge>::default();
    let (sending, jobs, oldest) = state.store.dispatches().depth().await?;
    let (parcels, due) = state.store.parcels().depth(now_ms()).await?;
    for (queue, size) in
        [("outbox", sending), ("open_jobs", jobs), ("open_parcels", parcels), ("due_parcels", due)]
    {
        depth.get_or_create(&Queue { queue: queue.to_owned() }).set(size);
    }
    registry.register("queue_depth", "Rows that wait", depth);
    let age: Gauge = Gauge::default();
    age.set(oldest.map_or(0, |it| (now_ms() - it).max(0) / 1000));
    registry.register_with_unit("outbox_age", "How long the oldest dispatch waits", Unit::Seconds, age);
    let streams: Gauge = Gauge::default();
    streams.set(i64::try_from(state.streams.count()).unwrap_or(i64::MAX));
    registry.register("event_streams", "Open streams of events", streams);
    let month = crate::clock::rfc3339(now_ms())[..7].to_owned();
    let spent = state.store.quota().since(&format!("{month}-01")).await?;
    let quota: Gauge = Gauge::default();
    quota.set(spent.iter().map(|it| it.3).sum());
    registry.register("tracking_quota_used", "Numbers registered at 51Tracking this month", quota);
    let mut text = String::new();
    encode(&mut text, &registry).map_err(|it| Failure::internal(&it))?;
    Ok(text)
}
