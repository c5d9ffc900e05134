//! The road model: travel without a routing server.
//!
//! A drive is longer than the straight line by a factor, its *circuity*, and its speed depends on the roads
//! it can use, which depends on how far it goes: the nearest neighbour is a drive round the block, a short hop
//! never leaves the residential streets, a longer one spends its middle on an urban arterial, a long one on a
//! motorway. The straight line is therefore cut into parts by length, each with its own circuity and speed.
//!
//! Adding the parts up keeps two promises that a table of whole-leg speeds could not: a longer line never
//! costs less than a shorter one, and, because each part costs less per metre than the one before, a detour
//! over a third point never saves anything but a rounded second.
//!
//! The constants of the first three were set against OSRM's car profile over OpenStreetMap data. Between 150
//! addresses of central Helsinki, an inner city full of one-way streets, the estimate comes to 0.85 to 1.15 of
//! OSRM's time for lines of 200 to 1,800 metres, and to half of it below, where OSRM drives round whole blocks.

use crate::geo::LatLon;
use crate::travel::{Leg, TravelTimes};

/// One class of road: how much of the straight line it carries, and how it is driven.
struct RoadClass {
    /// The straight-line metres this class takes before the next takes over.
    span_m: f64,
    /// Road metres per straight-line metre.
    circuity: f64,
    /// Average speed in metres a second, halts included.
    speed: f64,
}

const KMH: f64 = 1000.0 / 3600.0;

const CLASSES: [RoadClass; 4] = [
    // Round the block: out in the direction the street allows, in again from the side the door is on. Nearly
    // the same for a neighbour across the street as for the next corner, at the pace of turning corners.
    RoadClass { span_m: 200.0, circuity: 2.20, speed: 15.0 * KMH },
    // Residential streets: 30 km/h limits and a crossing every block. 1.4 lies just under what a street grid
    // costs diagonally (1.41); turn bans and one-way streets eat what straight directions save.
    RoadClass { span_m: 800.0, circuity: 1.40, speed: 19.0 * KMH },
    // Urban arterials: 50 km/h limits of which traffic lights leave about two thirds.
    RoadClass { span_m: 5_000.0, circuity: 1.30, speed: 34.0 * KMH },
    // Ring roads and motorways, 80 to 120 km/h limits, straighter the longer the trip.
    RoadClass { span_m: f64::INFINITY, circuity: 1.20, speed: 80.0 * KMH },
];

/// Great-circle distance turned into a plausible drive by van; the default distance provider.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RoadModel;

impl RoadModel {
    /// What the portal shows as the provider's name.
    pub const NAME: &str = "Estimate from straight lines";

    /// The estimated drive between two points; zero for the same point, symmetric.
    pub fn leg(&self, a: LatLon, b: LatLon) -> Leg {
        let mut rest = a.distance_m(b);
        let (mut metres, mut seconds) = (0.0, 0.0);
        for class in &CLASSES {
            let road = rest.min(class.span_m) * class.circuity;
            metres += road;
            seconds += road / class.speed;
            rest = (rest - class.span_m).max(0.0);
        }
        Leg { seconds: seconds.round() as u32, metres: metres.round() as u32 }
    }

    /// All legs between the points, as a table like a routing server's.
    pub fn matrix(&self, points: &[LatLon]) -> TravelTimes {
        let (seconds, metres) = TravelTimes::estimated().table(points);
        TravelTimes::new(RoadModel::NAME, None, points.to_vec(), seconds, metres)
            .unwrap_or_else(|_| TravelTimes::estimated())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const START: LatLon = LatLon::new(60.17, 24.94);

    fn check(straight_m: f64, metres: u32, minutes: f64) {
        // One degree of latitude is 111,195 metres on the sphere of this radius.
        let leg = RoadModel.leg(START, LatLon::new(START.lat + straight_m / 111_195.08, START.lon));
        assert!(leg.metres.abs_diff(metres) <= 2, "{straight_m} m: {leg:?}");
        assert!((f64::from(leg.seconds) / 60.0 - minutes).abs() < 0.06, "{straight_m} m: {leg:?}");
    }

    #[test]
    fn longer_legs_use_faster_roads() {
        check(0.0, 0, 0.0);
        check(400.0, 720, 2.64);
        check(1_000.0, 1_560, 5.30);
        check(3_000.0, 4_160, 9.88);
        check(6_000.0, 8_060, 16.77);
        check(30_000.0, 36_860, 38.37);
    }

    #[test]
    fn the_matrix_is_the_legs() {
        let points = [START, LatLon::new(60.18, 24.93), LatLon::new(60.3, 25.1)];
        let table = RoadModel.matrix(&points);
        assert_eq!(table.leg(points[0], points[2]), RoadModel.leg(points[0], points[2]));
        assert!(table.covers(points[1], points[2]));
        assert_eq!(table.provider(), RoadModel::NAME);
    }

    fn point() -> impl Strategy<Value = LatLon> {
        (59.0..61.0f64, 24.0..26.0f64).prop_map(|(lat, lon)| LatLon::new(lat, lon))
    }

    proptest! {
        #[test]
        fn symmetric_and_never_shorter_than_the_line(a in point(), b in point()) {
            let leg = RoadModel.leg(a, b);
            prop_assert_eq!(leg, RoadModel.leg(b, a));
            prop_assert!(f64::from(leg.metres) + 1.0 >= a.distance_m(b));
        }

        #[test]
        fn farther_never_costs_less(a in point(), b in point(), c in point()) {
            let (near, far) = if a.distance_m(b) < a.distance_m(c) { (b, c) } else { (c, b) };
            prop_assert!(RoadModel.leg(a, near).seconds <= RoadModel.leg(a, far).seconds);
        }

        #[test]
        fn a_detour_never_saves_anything(a in point(), b in point(), c in point()) {
            let [direct, out, on] = [(a, c), (a, b), (b, c)].map(|(from, to)| RoadModel.leg(from, to));
            prop_assert!(direct.seconds <= out.seconds + on.seconds + 1);
            prop_assert!(direct.metres <= out.metres + on.metres + 1);
        }
    }
}
