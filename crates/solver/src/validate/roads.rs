//! Whether travel times and places can be reckoned with.

use super::{ProblemError, is_time};
use crate::model::decimal;
use crate::{TimeWindow, Travel};

pub(super) fn check(travel: &Travel, errors: &mut Vec<ProblemError>) {
    match travel {
        Travel::Matrix { size, durations, distances } => {
            for (what, cells) in [("durations", durations), ("distances", distances)] {
                if cells.len() != size * size {
                    let (what, expected, found) = (what.into(), size * size, cells.len());
                    errors.push(ProblemError::MatrixSize { what, size: *size, expected, found });
                } else if let Some(at) = cells.iter().position(|&cell| !is_cell(cell)) {
                    let (from, to, value) = (at / size, at % size, cells[at]);
                    errors.push(ProblemError::MatrixCell { what: what.into(), from, to, value });
                }
            }
        }
        Travel::Points { points, model } => {
            for (place, point) in points.iter().enumerate() {
                if !((-90.0..=90.0).contains(&point.lat) && (-180.0..=180.0).contains(&point.lon)) {
                    errors.push(ProblemError::Position { place });
                }
            }
            if let Some(why) = model.fault() {
                errors.push(ProblemError::RoadModel { why });
            }
        }
        Travel::Plane { points, scale, .. } => check_plane(points, *scale, errors),
    }
}

fn check_plane(points: &[[f64; 2]], scale: f64, errors: &mut Vec<ProblemError>) {
    let inside = |value: &f64| (-1e7..=1e7).contains(value);
    let outside = points.iter().enumerate().filter(|(_, point)| !point.iter().all(inside));
    errors.extend(outside.map(|(place, _)| ProblemError::PlanePosition { place }));
    if !(scale > 0.0 && scale <= 1_000.0) {
        errors.push(ProblemError::PlaneScale { scale: decimal(scale) });
    }
    if !errors.is_empty() {
        return;
    }
    let span = |axis: usize| {
        let fold = |start: f64, pick: fn(f64, f64) -> f64| points.iter().map(|p| p[axis]).fold(start, pick);
        (fold(f64::NEG_INFINITY, f64::max) - fold(f64::INFINITY, f64::min)).max(0.0)
    };
    let length = (span(0) * span(0) + span(1) * span(1)).sqrt() * scale;
    if length > f64::from(TimeWindow::HORIZON) {
        errors.push(ProblemError::PlaneSize { length: decimal(length) });
    }
}

fn is_cell(value: i32) -> bool {
    value == crate::UNREACHABLE || is_time(value)
}
