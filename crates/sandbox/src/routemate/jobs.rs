//! `GET /v1/integration-jobs`: how a job stands.

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use super::auth;
use super::problem::Problem;
use super::progress::JobRecord;
use crate::Sandbox;

/// The documents show a reply and no parameter; both ids a caller knows are taken.
#[derive(Debug, Deserialize)]
pub(crate) struct Lookup {
    job_id: Option<String>,
    external_job_id: Option<String>,
}

pub(crate) async fn by_query(
    State(sandbox): State<Sandbox>,
    headers: HeaderMap,
    Query(lookup): Query<Lookup>,
) -> Result<Response, Problem> {
    auth::admit(&sandbox, &headers)?;
    match (lookup.job_id.filter(|it| !it.is_empty()), lookup.external_job_id.filter(|it| !it.is_empty())) {
        (Some(id), _) => one(&sandbox, |it| it.job_id == id),
        (None, Some(id)) => one(&sandbox, |it| it.request.external_job_id == id),
        (None, None) if sandbox.settings().lenient_lookup => {
            let world = sandbox.world();
            let now = world.now();
            Ok(Json(world.jobs.iter().map(|it| it.at(now)).collect::<Vec<_>>()).into_response())
        }
        (None, None) => Err(Problem::BadRequest("name the job by job_id or external_job_id".to_owned())),
    }
}

pub(crate) async fn by_path(
    State(sandbox): State<Sandbox>,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    auth::admit(&sandbox, &headers)?;
    one(&sandbox, |it| it.job_id == id)
}

fn one(sandbox: &Sandbox, is_it: impl Fn(&JobRecord) -> bool) -> Result<Response, Problem> {
    let world = sandbox.world();
    let job = world.jobs.iter().find(|it| is_it(it));
    let job = job.ok_or_else(|| Problem::NotFound("there is no such job".to_owned()))?;
    Ok(Json(job.at(world.now())).into_response())
}
