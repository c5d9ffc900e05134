//! The plan as GeoJSON (RFC 7946): a point per stop, a line per route. Coordinates are longitude first.

use crate::geo::LatLon;
use crate::plan::Plan;
use serde_json::{Value, json};

/// Writes the plan as one feature collection. Stops without a position have no place on a map and are left
/// out; the lines join the stops, they do not follow roads.
pub fn geojson(plan: &Plan) -> String {
    let mut features = Vec::new();
    let depot = plan.depot.as_ref().map(|it| it.point());
    if let Some(it) = &plan.depot {
        features.push(point(it.point(), json!({ "kind": "depot", "address": it.address })));
    }
    let stops = plan.lookup();
    for (driver, route) in plan.drivers.iter().zip(&plan.routes) {
        let mut line: Vec<LatLon> = depot.into_iter().collect();
        for (at, stop) in route.stops.iter().filter_map(|id| stops.get(id)).enumerate() {
            let Some(place) = stop.point() else { continue };
            line.push(place);
            let about = json!({
                "kind": "stop", "id": stop.id, "driver": driver.name, "sequence": at + 1,
                "customer": stop.label, "address": stop.address, "parcels": stop.parcels,
            });
            features.push(point(place, about));
        }
        if driver.returns_to_depot && !route.stops.is_empty() {
            line.extend(depot);
        }
        if line.len() > 1 {
            let line: Vec<[f64; 2]> = line.iter().map(|it| [it.lon, it.lat]).collect();
            let about = json!({ "kind": "route", "driver": driver.name });
            features.push(feature(json!({ "type": "LineString", "coordinates": line }), about));
        }
    }
    for stop in plan.unassigned() {
        let Some(place) = stop.point() else { continue };
        let about = json!({
            "kind": "unassigned", "id": stop.id, "customer": stop.label, "address": stop.address,
            "parcels": stop.parcels,
        });
        features.push(point(place, about));
    }
    json!({ "type": "FeatureCollection", "features": features }).to_string()
}

fn point(at: LatLon, about: Value) -> Value {
    feature(json!({ "type": "Point", "coordinates": [at.lon, at.lat] }), about)
}

fn feature(geometry: Value, properties: Value) -> Value {
    let mut out = serde_json::Map::new();
    out.insert("type".to_owned(), "Feature".into());
    out.insert("geometry".to_owned(), geometry);
    out.insert("properties".to_owned(), properties);
    out.into()
}

#[cfg(test)]
mod tests {
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
        assert_eq!(features[1]["geometry"]["coordinates"], json!([25.01, 60.0]), "longitude first");
        assert_eq!(features[2]["properties"]["sequence"], 3, "a gap shows that a stop is missing");
        assert_eq!(features[3]["geometry"]["coordinates"].as_array().unwrap().len(), 4, "out and home");
    }
}
