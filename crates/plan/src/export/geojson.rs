//! The plan as GeoJSON (RFC 7946): a point per stop, a line per route. Coordinates are longitude first.

use crate::geo::LatLon;
use crate::plan::Plan;
use crate::stop::Stop;
use serde::Serialize;

#[derive(Serialize)]
struct Collection<'a> {
    r#type: &'static str,
    features: Vec<Feature<'a>>,
}

#[derive(Serialize)]
struct Feature<'a> {
    r#type: &'static str,
    geometry: Geometry,
    properties: About<'a>,
}

#[derive(Serialize)]
#[serde(tag = "type", content = "coordinates")]
enum Geometry {
    Point([f64; 2]),
    LineString(Vec<[f64; 2]>),
}

/// What a feature is, and whatever there is to say of it.
#[derive(Default, Serialize)]
struct About<'a> {
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    driver: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sequence: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    customer: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    address: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    parcels: Option<u32>,
}

impl<'a> About<'a> {
    fn stop(kind: &'static str, stop: &'a Stop) -> Self {
        Self {
            kind,
            id: Some(stop.id.as_str()),
            customer: Some(&stop.label),
            address: Some(&stop.address),
            parcels: Some(stop.parcels),
            ..Self::default()
        }
    }
}

/// Writes the plan as one feature collection. Stops without a position have no place on a map and are left
/// out; the lines join the stops, they do not follow roads.
pub fn geojson(plan: &Plan) -> String {
    let mut features = Vec::new();
    let depot = plan.depot.as_ref().map(|it| it.point());
    if let Some(it) = &plan.depot {
        let about = About { kind: "depot", address: Some(&it.address), ..About::default() };
        features.push(feature(Geometry::Point(coordinates(it.point())), about));
    }
    let stops = plan.lookup();
    for (driver, route) in plan.drivers.iter().zip(&plan.routes) {
        let mut line: Vec<LatLon> = depot.into_iter().collect();
        for (at, stop) in route.stops.iter().filter_map(|id| stops.get(id)).enumerate() {
            let Some(place) = stop.point() else { continue };
            line.push(place);
            let about =
                About { driver: Some(&driver.name), sequence: Some(at + 1), ..About::stop("stop", stop) };
            features.push(feature(Geometry::Point(coordinates(place)), about));
        }
        if driver.returns_to_depot && !route.stops.is_empty() {
            line.extend(depot);
        }
        if line.len() > 1 {
            let line = line.into_iter().map(coordinates).collect();
            let about = About { kind: "route", driver: Some(&driver.name), ..About::default() };
            features.push(feature(Geometry::LineString(line), about));
        }
    }
    for stop in plan.unassigned() {
        if let Some(place) = stop.point() {
            features.push(feature(Geometry::Point(coordinates(place)), About::stop("unassigned", stop)));
        }
    }
    // Texts and finite numbers can always be written.
    milkrun_json::to_string(&Collection { r#type: "FeatureCollection", features }).unwrap_or_default()
}

fn coordinates(at: LatLon) -> [f64; 2] {
    [at.lon, at.lat]
}

fn feature(geometry: Geometry, properties: About<'_>) -> Feature<'_> {
    Feature { r#type: "Feature", geometry, properties }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::fixture;

    #[test]
    fn stops_are_points_and_routes_are_lines() {
        let mut plan = fixture::plan();
        plan.stops[1].position = None;
        let all: Value = serde_json::from_str(&geojson(&plan)).unwrap();
        let features = all["features"].as_array().unwrap();
        let kinds: Vec<&str> = features.iter().filter_map(|it| it["properties"]["kind"].as_str()).collect();
        assert_eq!(kinds, ["depot", "stop", "stop", "route", "stop", "route", "unassigned", "unassigned"]);
        assert_eq!(features[1]["geometry"]["coordinates"], json!([25.01, 60]), "longitude first");
        assert_eq!(features[2]["properties"]["sequence"], 3, "a gap shows that a stop is missing");
        assert_eq!(features[3]["geometry"]["coordinates"].as_array().unwrap().len(), 4, "out and home");
    }
}
