//! Solutions as GeoJSON (RFC 7946), for maps.

use milkrun_solver::Solution;
use serde_json::{Value, json};

use super::{Place, Task, reason};
use crate::error::FormatError;

impl Task {
    /// A feature collection: a line for each route, and a point for each stop and each one that nobody serves.
    ///
    /// Lines are straight from stop to stop. A published instance's plane coordinates are written as they are, which
    /// draws a true picture on no map.
    ///
    /// # Errors
    /// When places have no coordinates, as in a file with a matrix alone.
    pub fn to_geojson(&self, solution: &Solution) -> Result<String, FormatError> {
        let mut features = Vec::new();
        for (number, route) in solution.routes.iter().enumerate() {
            let van = self.vehicles.get(route.vehicle);
            let mut line = Vec::new();
            line.extend(van.and_then(|van| van.start).map(position).transpose()?);
            let mut stops = Vec::new();
            for (at, visit) in route.visits.iter().enumerate() {
                let times = json!({
                    "arrival": self.clock(visit.arrival),
                    "start": self.clock(visit.start),
                    "departure": self.clock(visit.departure),
                });
                let Some(stop) = self.stops.get(visit.job) else {
                    let Some(place) = self.reload(route.vehicle, visit.job) else { continue };
                    let here = position(place)?;
                    line.push(here);
                    let properties =
                        with(times, json!({ "kind": "reload", "route": number, "position": at + 1 }));
                    stops.push(feature("Point", &json!(here), &properties));
                    continue;
                };
                let here = position(stop.place)?;
                line.push(here);
                let properties = with(
                    times,
                    json!({
                        "kind": stop.kind,
                        "id": stop.id,
                        "description": stop.description,
                        "route": number,
                        "position": at + 1,
                    }),
                );
                stops.push(feature("Point", &json!(here), &properties));
            }
            line.extend(van.and_then(|van| van.end).map(position).transpose()?);
            // A line has two ends at least; an open route to one stop has none to draw.
            if line.len() > 1 {
                let properties = json!({
                    "kind": "route",
                    "route": number,
                    "vehicle": van.map(|van| van.id),
                    "description": van.map(|van| van.description.as_str()),
                    "stops": route.visits.iter().filter(|visit| visit.job < self.stops.len()).count(),
                    "departure": self.clock(route.departure),
                    "arrival": self.clock(route.arrival),
                    "distance": self.has_distances.then_some(route.distance),
                    "duration": route.duration,
                    "cost": self.cost(route.cost),
                });
                features.push(feature("LineString", &json!(line), &properties));
            }
            features.append(&mut stops);
        }
        for unserved in &solution.unserved {
            let Some(stop) = self.stops.get(unserved.job) else { continue };
            let properties = json!({
                "kind": "unserved",
                "id": stop.id,
                "description": stop.description,
                "reason": reason(&unserved.reason),
            });
            features.push(feature("Point", &json!(position(stop.place)?), &properties));
        }
        Ok(json!({ "type": "FeatureCollection", "features": features }).to_string())
    }
}

/// Both objects in one.
fn with(mut some: Value, others: Value) -> Value {
    if let (Value::Object(some), Value::Object(others)) = (&mut some, others) {
        some.extend(others);
    }
    some
}

fn feature(geometry: &str, coordinates: &Value, properties: &Value) -> Value {
    json!({
        "type": "Feature",
        "geometry": { "type": geometry, "coordinates": coordinates },
        "properties": properties,
    })
}

fn position(place: Place) -> Result<[f64; 2], FormatError> {
    place.position.ok_or_else(|| {
        let mend = "add coordinates beside the matrix, or choose another output";
        FormatError::file("its places have no coordinates to draw", mend)
    })
}
