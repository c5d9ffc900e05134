//! `POST /v1/integration-import`: geocode, order, assign, in one call.

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use milkrun_wire::routemate::{ImportReply, ImportRequest, JobStop, Optimization, Warning};
use serde_json::{Map, Value};
use uuid::Uuid;

use super::geocode::{self, Placed};
use super::optimise::{self, Place};
use super::problem::Problem;
use super::progress::{JobRecord, StopRecord};
use super::{auth, idempotency, validate};
use crate::clock::wall_ms;
use crate::store::World;
use crate::{Sandbox, faults};

/// Seconds a driver spends at a stop.
const AT_STOP: i64 = 180;
/// Part of a job's title that makes its import slow, for trying what a second call meets meanwhile.
const SLOW: &str = "[slow]";

pub(crate) async fn import(
    State(sandbox): State<Sandbox>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    auth::admit(&sandbox, &headers)?;
    let not_json = |it| Problem::BadRequest(format!("the body is not JSON: {it}"));
    let mut body: Value = serde_json::from_slice(&body).map_err(not_json)?;
    let Some(key) = idempotency::key(&headers, &mut body)? else {
        return Ok(Json(run(&sandbox, &body).await?).into_response());
    };
    if let Some(reply) = idempotency::begin(&mut sandbox.world(), &key, &body, wall_ms())? {
        return Ok(([("idempotent-replayed", "true")], Json(reply)).into_response());
    }
    // A caller that hangs up drops this future at its await; the guard forgets the key then.
    let mut guard = Running { sandbox: &sandbox, key: &key, reply: None };
    let reply = run(&sandbox, &body).await?;
    guard.reply = serde_json::to_value(&reply).ok();
    drop(guard);
    Ok(Json(reply).into_response())
}

/// A call under way, ended however it ends.
struct Running<'a> {
    sandbox: &'a Sandbox,
    key: &'a str,
    reply: Option<Value>,
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        idempotency::end(&mut self.sandbox.world(), self.key, self.reply.as_ref());
    }
}

async fn run(sandbox: &Sandbox, body: &Value) -> Result<ImportReply, Problem> {
    let refuse = |faults| Problem::Unprocessable("the job cannot be read".to_owned(), faults);
    let request = validate::read(body).map_err(refuse)?;
    if request.title.contains(SLOW) {
        faults::slow(sandbox).await;
    }
    if let Some(it) = repeated(&sandbox.world(), &request)? {
        return Ok(it);
    }
    let (assigned, driver_warning) = assign(sandbox, &request)?;
    let (placed, mut warnings) = geocode::place(request.stops.clone());
    if placed.iter().all(|it| it.place.is_none()) {
        let fault = Problem::field("/stops", "geocode_failed", "none of the addresses was found");
        return Err(Problem::Unprocessable("no stop can be placed".to_owned(), vec![fault]));
    }
    warnings.splice(0..0, driver_warning);
    let (stops, optimization) = route(placed);
    let mut world = sandbox.world();
    // Another call may have imported the same job since the first look.
    if let Some(it) = repeated(&world, &request)? {
        return Ok(it);
    }
    let job_id = Uuid::new_v4().to_string();
    let imported_at = world.now();
    let job = JobRecord { job_id, request, assigned, imported_at, optimization, warnings, stops };
    let reply = reply(&job, imported_at);
    world.jobs.push(job);
    Ok(reply)
}

/// The job this request made earlier, if it did. The caller's own id is the natural key: the same job again is
/// the same job, and another job under the same id is a mistake.
fn repeated(world: &World, request: &ImportRequest) -> Result<Option<ImportReply>, Problem> {
    let earlier = world.jobs.iter().find(|it| it.request.external_job_id == request.external_job_id);
    match earlier {
        None => Ok(None),
        Some(it) if it.request == *request => Ok(Some(reply(it, world.now()))),
        Some(it) => Err(Problem::Conflict(format!(
            "external_job_id {:?} was imported with other contents as job {}; use another id",
            request.external_job_id, it.job_id
        ))),
    }
}

fn reply(job: &JobRecord, now: i64) -> ImportReply {
    ImportReply {
        job_id: job.job_id.clone(),
        optimization: job.optimization,
        stops: job.stops_at(now),
        warnings: job.warnings.clone(),
        extra: Map::new(),
    }
}

fn assign(sandbox: &Sandbox, request: &ImportRequest) -> Result<(bool, Option<Warning>), Problem> {
    let Some(email) = request.driver_email.as_deref().filter(|it| !it.is_empty()) else {
        return Ok((false, None));
    };
    if validate::is_known_driver(email) {
        return Ok((true, None));
    }
    let message = format!("no driver of this organisation has the address {email}");
    if !sandbox.settings().warn_unknown_driver {
        let fault = Problem::field("/driver_email", "unknown_driver", &message);
        return Err(Problem::Unprocessable("the driver is unknown".to_owned(), vec![fault]));
    }
    let warning = Warning { code: Some("unknown_driver".to_owned()), message, ..Warning::default() };
    Ok((false, Some(warning)))
}

/// Orders the stops that have a place; those without one follow in the order given.
fn route(placed: Vec<Placed>) -> (Vec<StopRecord>, Optimization) {
    let (found, lost): (Vec<Placed>, Vec<Placed>) = placed.into_iter().partition(|it| it.place.is_some());
    let places: Vec<Place> = found.iter().filter_map(|it| it.place).collect();
    let order = optimise::order(&places);
    let visited: Vec<Place> = order.iter().map(|it| places[*it]).collect();
    let km = optimise::length_km(&visited);
    let mut ends_after = 0;
    let mut previous: Option<Place> = None;
    let mut stops = Vec::new();
    for it in order.iter().map(|it| &found[*it]).chain(&lost) {
        if let Some(place) = it.place {
            let km = previous.map_or(0.0, |previous| optimise::road_km(previous, place));
            ends_after += (optimise::minutes(km) * 60.0) as i64 + AT_STOP;
            previous = Some(place);
        }
        let sequence = u32::try_from(stops.len() + 1).ok();
        stops.push(StopRecord { shown: shown(it, sequence), ends_after });
    }
    let rounded = |it: f64| (it * 10.0).round() / 10.0;
    let optimization = Optimization {
        total_distance_km: Some(rounded(km)),
        total_duration_minutes: Some(optimise::minutes(km).round()),
    };
    (stops, optimization)
}

fn shown(it: &Placed, sequence: Option<u32>) -> JobStop {
    JobStop {
        stop_id: Some(Uuid::new_v4().to_string()),
        sequence,
        latitude: it.place.map(|(latitude, _)| latitude),
        longitude: it.place.map(|(_, longitude)| longitude),
        status: None,
        external_stop_id: Some(it.stop.external_stop_id.clone()).filter(|it| !it.is_empty()),
        address: Some(it.stop.address.clone()),
        label: Some(it.stop.label.clone()),
        parcel_count: Some(it.stop.parcel_count),
        extra: Map::new(),
    }
}
