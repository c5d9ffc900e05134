//! How far it is from one place to another: a road matrix, or points and a rule of thumb.

/// The value of a matrix cell that no road connects.
pub const UNREACHABLE: i32 = i32::MAX;

/// Distances and durations between all places of a problem.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum Travel {
    /// Every pair spelled out, as a road router's table service gives it. Need not be symmetric.
    Matrix {
        /// The number of places.
        size: usize,
        /// `size * size` durations in seconds, row-major: `durations[from * size + to]`, or [`UNREACHABLE`].
        durations: Vec<i32>,
        /// `size * size` distances in metres, in the same layout.
        distances: Vec<i32>,
    },
    /// Points on the globe and a model that estimates roads between them, for inputs too large for a matrix.
    Points {
        /// The places.
        points: Vec<Point>,
        /// How a great-circle distance becomes metres and seconds on the road.
        model: RoadModel,
    },
    /// Points in a plane with straight lines between them, as published instances have them. A leg takes as many
    /// seconds as it has metres.
    Plane {
        /// The places, in any unit; each coordinate within ±10,000,000.
        points: Vec<[f64; 2]>,
        /// What a straight line is multiplied by before it is rounded, for instance 10 to count in tenths.
        scale: f64,
        /// How a line becomes a whole number.
        rounding: Rounding,
    },
}

/// How the length of a straight line becomes a whole number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum Rounding {
    /// To the nearest, halves up: `EUC_2D` of TSPLIB.
    Nearest,
    /// To the next larger: `CEIL_2D` of TSPLIB.
    Up,
    /// Cut off, as the DIMACS challenge counts time-window instances in tenths.
    Down,
}

impl Travel {
    /// A matrix of `size * size` cells, row-major: durations in seconds, distances in metres.
    #[must_use]
    pub fn matrix(size: usize, durations: Vec<i32>, distances: Vec<i32>) -> Self {
        Self::Matrix { size, durations, distances }
    }

    /// Points with the standard [`RoadModel`].
    #[must_use]
    pub fn points(points: Vec<Point>) -> Self {
        Self::Points { points, model: RoadModel::default() }
    }

    /// Points in a plane, their lines in the points' own unit.
    #[must_use]
    pub fn plane(points: Vec<[f64; 2]>, rounding: Rounding) -> Self {
        Self::Plane { points, scale: 1.0, rounding }
    }

    /// The number of places.
    #[must_use]
    pub fn size(&self) -> usize {
        match self {
            Self::Matrix { size, .. } => *size,
            Self::Points { points, .. } => points.len(),
            Self::Plane { points, .. } => points.len(),
        }
    }
}

/// A place in WGS 84 degrees.
#[derive(Debug, Clone, Copy, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Point {
    /// Latitude, -90 to 90.
    pub lat: f64,
    /// Longitude, -180 to 180.
    pub lon: f64,
}

/// Turns the straight line between two points into an estimate of the road: longer by a factor, and the faster the
/// longer the leg is, because long legs use larger roads.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct RoadModel {
    /// Road metres for each great-circle metre; 1.0 is the straight line itself.
    pub circuity: f64,
    /// Speeds by how far along the leg one is, by ascending [`SpeedBand::up_to`]. The last one also holds beyond it.
    pub speeds: Vec<SpeedBand>,
}

/// The speed on one part of a leg.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct SpeedBand {
    /// Where on the leg this part ends, in road metres.
    pub up_to: i32,
    /// The speed on it, in kilometres an hour.
    pub kmh: i32,
}

impl Default for RoadModel {
    /// City streets for the first kilometres, main roads and then highways after them, 1.35 times the straight line.
    fn default() -> Self {
        let band = |up_to, kmh| SpeedBand { up_to, kmh };
        Self {
            circuity: 1.35,
            speeds: vec![band(1_000, 20), band(5_000, 30), band(20_000, 50), band(i32::MAX, 80)],
        }
    }
}

impl RoadModel {
    /// A model with one speed for every leg.
    #[must_use]
    pub fn uniform(circuity: f64, kmh: i32) -> Self {
        Self { circuity, speeds: vec![SpeedBand { up_to: i32::MAX, kmh }] }
    }
}

impl RoadModel {
    /// Why this model cannot be used, if so.
    pub(crate) fn fault(&self) -> Option<String> {
        if !(0.1..=10.0).contains(&self.circuity) {
            return Some(format!("circuity is {}, it must be 0.1 to 10", decimal(self.circuity)));
        }
        if self.speeds.is_empty() {
            return Some("it has no speed".into());
        }
        if let Some(band) = self.speeds.iter().find(|band| !(1..=1_000).contains(&band.kmh)) {
            return Some(format!("a speed is {} km/h, it must be 1 to 1,000", band.kmh));
        }
        let ascending = self.speeds.windows(2).all(|pair| pair[0].up_to < pair[1].up_to);
        (!ascending || self.speeds[0].up_to <= 0)
            .then(|| "its speeds are not in ascending order of distance".into())
    }
}

/// A number to two places. Writing floats as the standard library does takes eleven kilobytes of a worker.
pub(crate) fn decimal(value: f64) -> String {
    let hundredths = (value.abs() * 100.0).round() as i64;
    let sign = if value < 0.0 { "-" } else { "" };
    match value.is_nan() {
        true => "not a number".into(),
        false => format!("{sign}{}.{:02}", hundredths / 100, hundredths % 100),
    }
}

#[cfg(test)]
mod tests {
    use super::decimal;

    #[test]
    fn numbers_are_written_to_two_places() {
        for (value, expected) in [
            (0.0, "0.00"),
            (12.5, "12.50"),
            (-0.126, "-0.13"),
            (1e7, "10000000.00"),
            (f64::NAN, "not a number"),
        ] {
            assert_eq!(decimal(value), expected);
        }
    }
}
