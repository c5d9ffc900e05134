//! A small plan that tests of several modules share.

use crate::clock::TimeWindow;
use crate::driver::Driver;
use crate::geo::LatLon;
use crate::plan::{Place, Plan};
use crate::route::Route;
use crate::stop::{Position, PositionSource, Stop, StopId};
use crate::travel::TravelTimes;

pub(crate) const DEPOT: LatLon = LatLon::new(60.0, 25.0);

/// A point so many steps east of the depot.
pub(crate) fn east(steps: u32) -> LatLon {
    LatLon::new(60.0, 25.0 + f64::from(steps) / 100.0)
}

/// Places on a line, `east(0)` being the depot: each step is 10 minutes and 5 kilometres.
pub(crate) fn line() -> TravelTimes {
    let points: Vec<LatLon> = (0..10).map(east).collect();
    let steps: Vec<u32> = (0..10u32).flat_map(|a| (0..10).map(move |b| a.abs_diff(b))).collect();
    let seconds = steps.iter().map(|it| it * 600).collect();
    TravelTimes::new("line", None, points, seconds, steps.iter().map(|it| it * 5_000).collect()).unwrap()
}

pub(crate) fn driver(name: &str) -> Driver {
    Driver {
        id: name.to_lowercase().as_str().into(),
        name: name.to_owned(),
        email: format!("{}@example.com", name.to_lowercase()),
        capacity: 10,
        shift: TimeWindow::hours(8, 16),
        returns_to_depot: true,
        can: Vec::new(),
        pause: None,
        colour: 0,
    }
}

/// A stop `S<n>`, n steps east, two parcels, five minutes.
pub(crate) fn stop(n: u32) -> Stop {
    let LatLon { lat, lon } = east(n);
    Stop {
        parcels: 2,
        service_s: 300,
        position: Some(Position { lat, lon, source: PositionSource::File, confidence: 1.0 }),
        ..Stop::new(format!("S{n}"), format!("Street {n}"))
    }
}

/// Stops `S1` to `S6`; Aino has 1, 2, 3, Eero has 4; 5 and 6 are unassigned.
pub(crate) fn plan() -> Plan {
    let mut plan = Plan::new("Tuesday", "2026-03-03");
    plan.depot = Some(Place { lat: DEPOT.lat, lon: DEPOT.lon, address: "Depot 1".to_owned() });
    plan.stops = (1..=6).map(stop).collect();
    plan.drivers = vec![driver("Aino"), driver("Eero")];
    plan.routes = plan.drivers.iter().map(|it| Route::new(it.id.clone())).collect();
    plan.routes[0].stops = ids("S1 S2 S3");
    plan.routes[1].stops = ids("S4");
    plan
}

/// Ids from words.
pub(crate) fn ids(words: &str) -> Vec<StopId> {
    words.split_whitespace().map(StopId::from).collect()
}
