//! Distances as the solver takes them.

use milkrun_solver::{TimeWindow, Travel};

use crate::error::FormatError;
use crate::{Instance, Rounding, Weights};

/// The most places whose distances are laid out: 7,000² cells in two matrices are 392 MB.
const LAID_OUT: usize = 7_000;

pub(super) fn travel(instance: &Instance) -> Result<Travel, FormatError> {
    if let Weights::Plane(rounding) = instance.weights {
        near_enough(instance)?;
        return Ok(straight(instance.coordinates.clone(), rounding));
    }
    let cells = cells(instance)?;
    Ok(Travel::matrix(instance.nodes.len(), cells.clone(), cells))
}

/// Straight lines that the solver computes by itself, so that no matrix limits the number of places.
fn straight(points: Vec<[f64; 2]>, rounding: Rounding) -> Travel {
    let (scale, rounding) = match rounding {
        Rounding::Nearest => (1.0, milkrun_solver::Rounding::Nearest),
        Rounding::Up => (1.0, milkrun_solver::Rounding::Up),
        Rounding::Tenths => (10.0, milkrun_solver::Rounding::Down),
        Rounding::Exact => (1_000.0, milkrun_solver::Rounding::Up),
    };
    Travel::Plane { points, scale, rounding }
}

pub(super) fn cells(instance: &Instance) -> Result<Vec<i32>, FormatError> {
    let points = &instance.coordinates;
    match &instance.weights {
        Weights::Matrix(cells) => Ok(cells.clone()),
        Weights::Plane(rounding) => {
            near_enough(instance)?;
            let rounding = *rounding;
            lay_out(points, |a, b| plane(a, b, rounding))
        }
        Weights::Att => {
            near_enough(instance)?;
            lay_out(points, att)
        }
        Weights::Geo => {
            let radians: Vec<[f64; 2]> = points.iter().map(|point| point.map(radians)).collect();
            lay_out(&radians, geo)
        }
    }
}

fn lay_out(
    points: &[[f64; 2]],
    distance: impl Fn([f64; 2], [f64; 2]) -> i32,
) -> Result<Vec<i32>, FormatError> {
    let size = points.len();
    if size > LAID_OUT {
        let what = format!("there are {size} places");
        return Err(FormatError::file(what, format!("{LAID_OUT} with such distances are the most")));
    }
    let mut cells = vec![0; size * size];
    for (from, &a) in points.iter().enumerate() {
        for (to, &b) in points.iter().enumerate() {
            if from != to {
                cells[from * size + to] = distance(a, b);
            }
        }
    }
    Ok(cells)
}

/// The longest way must be one that the solver reckons with.
fn near_enough(instance: &Instance) -> Result<(), FormatError> {
    let span = |axis: usize| {
        let values = || instance.coordinates.iter().map(|point| point[axis]);
        values().fold(f64::NEG_INFINITY, f64::max) - values().fold(f64::INFINITY, f64::min)
    };
    let longest = span(0).hypot(span(1)) * f64::from(instance.scale());
    // Written so that a span which is no number is refused, too.
    if longest < f64::from(TimeWindow::HORIZON) {
        return Ok(());
    }
    let mend = format!("{} is the most; use larger units", TimeWindow::HORIZON / instance.scale());
    Err(FormatError::file("places lie too far apart", mend))
}

/// A straight line in whole units of the solver. A float to integer cast cuts off towards zero.
fn plane(a: [f64; 2], b: [f64; 2], rounding: Rounding) -> i32 {
    let (x, y) = (a[0] - b[0], a[1] - b[1]);
    let line = (x * x + y * y).sqrt();
    match rounding {
        Rounding::Nearest => (line + 0.5) as i32,
        Rounding::Up => line.ceil() as i32,
        Rounding::Tenths => (line * 10.0) as i32,
        Rounding::Exact => (line * 1_000.0).ceil() as i32,
    }
}

fn att(a: [f64; 2], b: [f64; 2]) -> i32 {
    let (x, y) = (a[0] - b[0], a[1] - b[1]);
    ((x * x + y * y) / 10.0).sqrt().ceil() as i32
}

/// Degrees and minutes (`60.10` is 60°10') as radians.
#[expect(clippy::approx_constant, reason = "TSPLIB's own value of pi, which published lengths rest on")]
fn radians(value: f64) -> f64 {
    let degrees = value.trunc();
    3.141592 * (degrees + 5.0 * (value - degrees) / 3.0) / 180.0
}

/// TSPLIB's great circle, on radians: on its sphere of 6,378.388 km, cut off after adding one.
fn geo(a: [f64; 2], b: [f64; 2]) -> i32 {
    let q1 = (a[1] - b[1]).cos();
    let q2 = (a[0] - b[0]).cos();
    let q3 = (a[0] + b[0]).cos();
    (6_378.388 * (0.5 * ((1.0 + q1) * q2 - (1.0 - q1) * q3)).clamp(-1.0, 1.0).acos() + 1.0) as i32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn straight_lines_are_rounded_as_each_format_says() {
        let check = |b: [f64; 2], rounding, expected| {
            assert_eq!(plane([0.0, 0.0], b, rounding), expected, "{b:?} {rounding:?}");
        };
        check([1.0, 1.0], Rounding::Nearest, 1);
        check([1.0, 1.2], Rounding::Nearest, 2);
        check([1.0, 1.0], Rounding::Up, 2);
        check([3.0, 4.0], Rounding::Up, 5);
        check([1.0, 1.0], Rounding::Tenths, 14);
        check([1.0, 1.0], Rounding::Exact, 1_415);
        check([3.0, 4.0], Rounding::Exact, 5_000);
    }

    #[test]
    fn the_solver_rounds_straight_lines_as_the_matrix_does() {
        let points: Vec<_> = (0..40).map(|at| [f64::from(at * 37 % 101), f64::from(at * 53 % 97)]).collect();
        for rounding in [Rounding::Nearest, Rounding::Up, Rounding::Tenths, Rounding::Exact] {
            let laid_out = lay_out(&points, |a, b| plane(a, b, rounding)).unwrap();
            let travel = straight(points.clone(), rounding);
            for (at, &cell) in laid_out.iter().enumerate() {
                assert_eq!(travel.leg(at / 40, at % 40), Some((cell, cell)), "{rounding:?}");
            }
        }
    }

    #[test]
    fn tsplib_has_rules_of_its_own() {
        // The root of 2/10 is 0.447, of 25/10 it is 1.58.
        assert_eq!(att([0.0, 0.0], [1.0, 1.0]), 1);
        assert_eq!(att([0.0, 0.0], [3.0, 4.0]), 2);
        // One degree of a meridian is 111.32 km on this sphere, which becomes 112.
        assert_eq!(geo([60.0, 25.0].map(radians), [61.0, 25.0].map(radians)), 112);
        assert_eq!(geo([0.0, 179.30].map(radians), [0.0, -179.30].map(radians)), 112);
        assert_eq!(geo([10.0, 5.0].map(radians), [10.0, 5.0].map(radians)), 1);
    }
}
