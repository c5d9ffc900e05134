//! How far and how long between two places, whoever says so.
//!
//! A routing server answers with a matrix; without one the [`RoadModel`] estimates. Callers ask
//! [`TravelTimes::leg`] for two points and never see an index: a stop that moved since the matrix was
//! fetched, or a pair the server found no road for, falls back to the estimate instead of failing.

mod road;

pub use self::road::RoadModel;

use crate::geo::LatLon;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// The matrix entry for a pair between which the provider knows no road.
pub const UNREACHABLE: u32 = u32::MAX;

/// One drive between two places.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Leg {
    /// Driving time in seconds.
    pub seconds: u32,
    /// Length in metres.
    pub metres: u32,
}

/// Travel times and distances between known points, with the name of who computed them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(from = "Kept", into = "Kept")]
pub struct TravelTimes {
    provider: String,
    attribution: Option<String>,
    points: Vec<LatLon>,
    seconds: Vec<u32>,
    metres: Vec<u32>,
    index: HashMap<(i32, i32), usize>,
    model: RoadModel,
}

/// Why a matrix was refused.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "the distance table of {provider} does not fit: {points} places need {expected} times and lengths, \
     it has {seconds} times and {metres} lengths; ask the provider again"
)]
pub struct MatrixError {
    /// Who computed it.
    pub provider: String,
    /// How many points it claims.
    pub points: usize,
    /// `points` squared.
    pub expected: usize,
    /// How many times it has.
    pub seconds: usize,
    /// How many lengths it has.
    pub metres: usize,
}

impl TravelTimes {
    /// Wraps a provider's matrix: entry `from * n + to` leads from `points[from]` to `points[to]`, in
    /// seconds and metres, [`UNREACHABLE`] where there is no road.
    ///
    /// # Errors
    /// When the matrices are not `points.len()` squared long.
    pub fn new(
        provider: impl Into<String>,
        attribution: Option<String>,
        points: Vec<LatLon>,
        seconds: Vec<u32>,
        metres: Vec<u32>,
    ) -> Result<Self, MatrixError> {
        let provider = provider.into();
        let expected = points.len() * points.len();
        if seconds.len() != expected || metres.len() != expected {
            let (seconds, metres) = (seconds.len(), metres.len());
            return Err(MatrixError { provider, points: points.len(), expected, seconds, metres });
        }
        let index = points.iter().enumerate().map(|(at, point)| (key(*point), at)).collect();
        Ok(TravelTimes { provider, attribution, points, seconds, metres, index, model: RoadModel })
    }

    /// No matrix at all: every leg is the [`RoadModel`]'s estimate.
    pub fn estimated() -> Self {
        TravelTimes {
            provider: RoadModel::NAME.to_owned(),
            attribution: None,
            points: Vec::new(),
            seconds: Vec::new(),
            metres: Vec::new(),
            index: HashMap::new(),
            model: RoadModel,
        }
    }

    /// The drive from `a` to `b`: the provider's where it has one, else the estimate.
    pub fn leg(&self, a: LatLon, b: LatLon) -> Leg {
        self.known(a, b).unwrap_or_else(|| self.model.leg(a, b))
    }

    /// Whether the provider itself answers for this pair, so that [`TravelTimes::leg`] does not estimate.
    pub fn covers(&self, a: LatLon, b: LatLon) -> bool {
        self.known(a, b).is_some()
    }

    fn known(&self, a: LatLon, b: LatLon) -> Option<Leg> {
        if self.index.is_empty() {
            return None;
        }
        let at = self.index.get(&key(a))? * self.points.len() + self.index.get(&key(b))?;
        let leg = Leg { seconds: *self.seconds.get(at)?, metres: *self.metres.get(at)? };
        (leg.seconds != UNREACHABLE && leg.metres != UNREACHABLE).then_some(leg)
    }

    /// Square matrices for any points, row by row, as an optimiser wants them: `(seconds, metres)`.
    pub fn table(&self, points: &[LatLon]) -> (Vec<u32>, Vec<u32>) {
        let pairs = || points.iter().flat_map(|a| points.iter().map(move |b| (*a, *b)));
        pairs().map(|(a, b)| self.leg(a, b)).map(|it| (it.seconds, it.metres)).unzip()
    }

    /// Who computed the times, as shown to the dispatcher.
    pub fn provider(&self) -> &str {
        &self.provider
    }

    /// The line the provider's data asks to be shown, if any.
    pub fn attribution(&self) -> Option<&str> {
        self.attribution.as_deref()
    }

    /// The points of the matrix; empty when everything is estimated.
    pub fn points(&self) -> &[LatLon] {
        &self.points
    }
}

/// Points closer than the seventh decimal (about a centimetre) are the same place: a coordinate that went
/// through a server and back may differ in its last bit.
fn key(point: LatLon) -> (i32, i32) {
    ((point.lat * 1e7).round() as i32, (point.lon * 1e7).round() as i32)
}

/// The stored form, without what can be rebuilt.
#[derive(Serialize, Deserialize)]
struct Kept {
    provider: String,
    attribution: Option<String>,
    points: Vec<LatLon>,
    seconds: Vec<u32>,
    metres: Vec<u32>,
}

impl From<Kept> for TravelTimes {
    fn from(it: Kept) -> Self {
        // A damaged table is as good as none: the estimate always answers.
        TravelTimes::new(it.provider, it.attribution, it.points, it.seconds, it.metres)
            .unwrap_or_else(|_| TravelTimes::estimated())
    }
}

impl From<TravelTimes> for Kept {
    fn from(it: TravelTimes) -> Self {
        let TravelTimes { provider, attribution, points, seconds, metres, .. } = it;
        Kept { provider, attribution, points, seconds, metres }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: LatLon = LatLon::new(60.17, 24.94);
    const B: LatLon = LatLon::new(60.18, 24.95);
    const C: LatLon = LatLon::new(60.19, 24.96);

    fn two() -> TravelTimes {
        TravelTimes::new("OSRM", None, vec![A, B], vec![0, 60, 90, 0], vec![0, 500, UNREACHABLE, 0]).unwrap()
    }

    #[test]
    fn the_matrix_answers_where_it_can_and_the_estimate_elsewhere() {
        let travel = two();
        assert_eq!(travel.leg(A, B), Leg { seconds: 60, metres: 500 });
        assert_eq!(travel.leg(B, A), RoadModel.leg(B, A), "no road known");
        assert_eq!(travel.leg(A, C), RoadModel.leg(A, C), "not in the table");
        assert_eq!(
            travel.leg(LatLon::new(60.170000001, 24.94), B).seconds,
            60,
            "the last bit does not matter"
        );
        assert!(travel.covers(A, B) && !travel.covers(A, C));
        assert_eq!(travel.table(&[B, A]).0, [0, RoadModel.leg(B, A).seconds, 60, 0]);
    }

    #[test]
    fn a_table_of_the_wrong_size_is_refused_in_words() {
        let error =
            TravelTimes::new("OSRM", None, vec![A, B], vec![0; 4], vec![0; 3]).unwrap_err().to_string();
        assert!(error.contains("2 places need 4") && error.contains("3 lengths"), "{error}");
    }

    #[test]
    fn it_is_kept_without_its_index() {
        let text = serde_json::to_string(&two()).unwrap();
        assert!(!text.contains("index"), "{text}");
        assert_eq!(serde_json::from_str::<TravelTimes>(&text).unwrap(), two());
    }
}
