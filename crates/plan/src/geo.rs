//! Points on the earth and the straight line between them.

use serde::{Deserialize, Serialize};

/// The earth's mean radius in metres (IUGG, mean of the semi-axes).
const EARTH_RADIUS_M: f64 = 6_371_008.8;

/// A point in WGS 84 degrees.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct LatLon {
    /// Degrees north, -90 to 90.
    pub lat: f64,
    /// Degrees east, -180 to 180.
    pub lon: f64,
}

impl LatLon {
    /// A point from degrees north and degrees east.
    pub const fn new(lat: f64, lon: f64) -> Self {
        LatLon { lat, lon }
    }

    /// Whether both numbers are finite and inside their ranges.
    pub fn is_valid(self) -> bool {
        (-90.0..=90.0).contains(&self.lat) && (-180.0..=180.0).contains(&self.lon)
    }

    /// The great-circle distance in metres, by the haversine formula, which stays exact for near points.
    pub fn distance_m(self, other: LatLon) -> f64 {
        let (lat_a, lat_b) = (self.lat.to_radians(), other.lat.to_radians());
        let half_lat = milkrun_host::sin((lat_b - lat_a) / 2.0);
        let half_lon = milkrun_host::sin((other.lon - self.lon).to_radians() / 2.0);
        let h =
            half_lat * half_lat + milkrun_host::cos(lat_a) * milkrun_host::cos(lat_b) * half_lon * half_lon;
        2.0 * EARTH_RADIUS_M * milkrun_host::asin(h.sqrt().min(1.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(a: (f64, f64), b: (f64, f64), kilometres: f64) {
        let measured = LatLon::new(a.0, a.1).distance_m(LatLon::new(b.0, b.1)) / 1000.0;
        assert!((measured - kilometres).abs() < 0.005 * kilometres + 1e-9, "{measured} is not {kilometres}");
    }

    #[test]
    fn known_distances() {
        check((60.1699, 24.9384), (60.1699, 24.9384), 0.0);
        check((0.0, 0.0), (0.0, 1.0), 111.19);
        check((60.1699, 24.9384), (59.437, 24.7536), 82.1);
        check((0.0, 179.5), (0.0, -179.5), 111.19);
        check((90.0, 0.0), (-90.0, 0.0), 20_015.1);
    }

    #[test]
    fn only_points_on_the_earth_are_valid() {
        assert!(LatLon::new(60.0, 25.0).is_valid());
        for (lat, lon) in [(91.0, 0.0), (0.0, 181.0), (f64::NAN, 0.0), (0.0, f64::INFINITY)] {
            assert!(!LatLon::new(lat, lon).is_valid());
        }
    }
}
