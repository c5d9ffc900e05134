//! `/matrix` and `/route`: travel times, distances and the line a vehicle drives.

use std::sync::Arc;

use axum::extract::State as Extract;
use milkrun_wire::api::geo::{MAX_POINTS, MatrixReply, MatrixRequest, Point, RouteReply, RouteRequest};

use super::body::Json;
use crate::geo::GeoError;
use crate::problem::{Answer, Failure};
use crate::state::State;

/// Travel times and distances between all points.
#[utoipa::path(post, path = "/matrix", tag = "plan", request_body = MatrixRequest,
    responses((status = 200, body = MatrixReply), (status = 502, description = "The routing service is away")))]
pub(super) async fn matrix(
    Extract(state): Extract<Arc<State>>,
    Json(request): Json<MatrixRequest>,
) -> Answer<axum::Json<MatrixReply>> {
    check(&request.points)?;
    let it = state.geo.roads.matrix(&request.points).await.map_err(|it| failed(&it))?;
    Ok(axum::Json(MatrixReply {
        source: state.geo.roads.source(),
        size: request.points.len(),
        durations: it.durations,
        distances: it.distances,
        estimated: it.estimated,
    }))
}

/// The line a vehicle drives through points.
#[utoipa::path(post, path = "/route", tag = "plan", request_body = RouteRequest,
    responses((status = 200, body = RouteReply), (status = 502, description = "The routing service is away")))]
pub(super) async fn line(
    Extract(state): Extract<Arc<State>>,
    Json(request): Json<RouteRequest>,
) -> Answer<axum::Json<RouteReply>> {
    check(&request.points)?;
    if request.points.len() < 2 {
        return Err(Failure::invalid("/points", "a route needs at least two points"));
    }
    let line = state.geo.roads.line(&request.points).await.map_err(|it| failed(&it))?;
    Ok(axum::Json(RouteReply { source: state.geo.roads.source(), line }))
}

fn check(points: &[Point]) -> Answer<()> {
    if points.len() > MAX_POINTS {
        return Err(Failure::invalid("/points", format!("at most {MAX_POINTS} points at once")));
    }
    let wrong = |it: &Point| !(-90.0..=90.0).contains(&it.lat) || !(-180.0..=180.0).contains(&it.lon);
    match points.iter().position(wrong) {
        Some(at) => {
            Err(Failure::invalid(&format!("/points/{at}"), "this is no place on the ground, in degrees"))
        }
        None => Ok(()),
    }
}

fn failed(it: &GeoError) -> Failure {
    let (kind, status) = match it {
        GeoError::NoRoad { .. } => ("no-road", 422),
        GeoError::Busy { .. } => ("roads-busy", 503),
        GeoError::Call(_) | GeoError::Odd { .. } => ("roads-down", 502),
    };
    Failure::new(kind, status, "No travel times from the routing service").detail(it.to_string())
}
