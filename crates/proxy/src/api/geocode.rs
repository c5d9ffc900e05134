//! `/geocode`: coordinates for addresses.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::State as Extract;
use milkrun_wire::api::geo::{GeocodeReply, GeocodeRequest, Geocoded, MAX_GEOCODE};
use tokio::time::{Instant, timeout_at};

use super::body::Json;
use crate::problem::{Answer, Failure};
use crate::state::State;

/// After this long the rest is handed back unasked: a public geocoder takes one address a second.
const PATIENCE: Duration = Duration::from_secs(100);
/// No address is longer.
const MAX_ADDRESS: usize = 300;

/// Coordinates for addresses.
#[utoipa::path(post, path = "/geocode", tag = "plan", request_body = GeocodeRequest,
    responses((status = 200, body = GeocodeReply)))]
pub(super) async fn find(
    Extract(state): Extract<Arc<State>>,
    Json(request): Json<GeocodeRequest>,
) -> Answer<axum::Json<GeocodeReply>> {
    if request.addresses.len() > MAX_GEOCODE {
        return Err(Failure::invalid("/addresses", format!("at most {MAX_GEOCODE} addresses at once")));
    }
    let deadline = Instant::now() + PATIENCE;
    let mut results = Vec::with_capacity(request.addresses.len());
    for address in &request.addresses {
        results.push(one(&state, address, deadline).await);
    }
    Ok(axum::Json(GeocodeReply { source: state.geo.geocoder.source(), results }))
}

async fn one(state: &State, address: &str, deadline: Instant) -> Geocoded {
    let address = address.trim();
    if address.is_empty() {
        return Geocoded::NotFound { hint: "the address is empty; fill it in".to_owned() };
    }
    if address.chars().count() > MAX_ADDRESS {
        let hint = format!(
            "the address is longer than {MAX_ADDRESS} letters; shorten it to street, number and town"
        );
        return Geocoded::NotFound { hint };
    }
    match timeout_at(deadline, state.geo.geocoder.find(address)).await {
        Ok(Ok(it)) => it,
        Ok(Err(it)) => Geocoded::Failed { reason: it.to_string() },
        Err(_elapsed) => Geocoded::Failed {
            reason: "the geocoder is slow and time ran out; ask again for the rest".to_owned(),
        },
    }
}
