//! Travel times without any service: the domain's road model over great-circle distances.

use milkrun_plan::geo::LatLon;
use milkrun_plan::travel::TravelTimes;
use milkrun_wire::api::geo::Point;
use milkrun_wire::api::session::Source;

use super::{Boxed, GeoError, Matrix, Roads};

/// The estimate as [`Roads`].
pub struct GreatCircle;

/// The estimate between all points, row by row: `(seconds, metres)`.
pub(super) fn estimate(points: &[Point]) -> (Vec<u32>, Vec<u32>) {
    let points: Vec<LatLon> = points.iter().map(|it| LatLon::new(it.lat, it.lon)).collect();
    TravelTimes::estimated().table(&points)
}

impl Roads for GreatCircle {
    fn source(&self) -> Source {
        Source {
            id: "great_circle".to_owned(),
            name: "Great-circle estimate".to_owned(),
            attribution: String::new(),
        }
    }

    fn keeps(&self) -> bool {
        false
    }

    fn matrix<'a>(&'a self, points: &'a [Point]) -> Boxed<'a, Result<Matrix, GeoError>> {
        let (durations, distances) = estimate(points);
        Box::pin(std::future::ready(Ok(Matrix { durations, distances, estimated: Vec::new() })))
    }

    fn line<'a>(&'a self, points: &'a [Point]) -> Boxed<'a, Result<Vec<[f64; 2]>, GeoError>> {
        Box::pin(std::future::ready(Ok(points.iter().map(|it| [it.lat, it.lon]).collect())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_drive_is_longer_than_the_straight_line() {
        let a = Point { lat: 60.17, lon: 24.94 };
        let b = Point { lat: 60.19, lon: 24.94 };
        let (seconds, metres) = estimate(&[a, b]);
        assert_eq!((seconds[0], metres[0], metres[3]), (0, 0, 0));
        assert!((2224..4500).contains(&metres[1]), "{metres:?}");
        assert!((120..900).contains(&seconds[1]), "{seconds:?}");
    }
}
