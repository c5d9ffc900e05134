//! Numbers stops and places anew along a space-filling curve, so that what lies together on the map lies together in
//! memory.
//!
//! An iteration looks at the stops around one place. By the caller's numbers they are scattered over all arrays and
//! over the table of legs; along a curve (Hilbert's, 1891) they share cache lines. Nobody outside the search sees it.

use crate::model::{Problem, Travel};
use crate::order;
use crate::{RoutePlan, neighbours};

/// Fewer stops are all in the cache anyway.
const FEW: usize = 400;
/// Cells of the curve along each side, as a power of two.
const BITS: u32 = 12;

/// What each stop and each place is called outside and inside; empty where they keep their numbers.
#[derive(Debug, Default)]
pub(crate) struct Numbering {
    /// The caller's number of each stop.
    stops: Vec<u32>,
    /// The search's number of each stop and of each place.
    stop: Vec<u32>,
    place: Vec<u32>,
}

impl Numbering {
    /// The numbers for a problem's search.
    pub(crate) fn new(problem: &Problem) -> Self {
        // One long route is searched no faster by them, and on a grid ends up longer: where distances are equal, each
        // stop's neighbours would all be those on one side along the curve.
        let is_one_route = problem.vehicles.len() == 1;
        if problem.stops.len() < FEW || is_one_route { Self::default() } else { Self::along_curve(problem) }
    }

    fn along_curve(problem: &Problem) -> Self {
        let Some(points) = flat(&problem.travel).filter(|_| problem.profiles.is_empty()) else {
            return Self::default();
        };
        let cells = Cells::of(&points);
        let mut keys: Vec<order::Key> = (problem.stops.iter().enumerate())
            .map(|(at, job)| (cells.along(points[job.location]), at as u64))
            .collect();
        order::sort(&mut keys);
        let stops: Vec<u32> = keys.iter().map(|&(_, at)| at as u32).collect();
        // Places in the order in which the stops come by them, then those where nobody is served.
        let served = stops.iter().map(|&at| problem.stops[at as usize].location);
        let mut place = vec![u32::MAX; points.len()];
        let mut count = 0;
        for at in served.chain(0..points.len()) {
            if place[at] == u32::MAX {
                (place[at], count) = (count, count + 1);
            }
        }
        Self { stop: inverse(&stops), stops, place }
    }

    /// Whether stops with near numbers lie near each other.
    pub(crate) fn is_along_curve(&self) -> bool {
        !self.stops.is_empty()
    }

    /// The problem by the search's numbers.
    pub(crate) fn renumbered(&self, problem: &Problem) -> Problem {
        let place = |at: &mut usize| *at = self.place[*at] as usize;
        let stop = |at: &mut usize| *at = self.stop[*at] as usize;
        let mut other = problem.clone();
        match &mut other.travel {
            Travel::Points { points, .. } => moved(points, &self.place),
            Travel::Plane { points, .. } => moved(points, &self.place),
            Travel::Matrix { .. } => {}
        }
        moved(&mut other.stops, &self.stop);
        other.stops.iter_mut().for_each(|job| place(&mut job.location));
        for shipment in &mut other.shipments {
            stop(&mut shipment.pickup);
            stop(&mut shipment.delivery);
        }
        for vehicle in &mut other.vehicles {
            vehicle.start.iter_mut().chain(&mut vehicle.end).for_each(place);
            vehicle.reloads.iter_mut().for_each(|reload| place(&mut reload.location));
            vehicle.first.iter_mut().for_each(stop);
        }
        other
    }

    /// Routes by the caller's numbers; those of reloads stay.
    pub(crate) fn outside(&self, routes: Vec<RoutePlan>) -> Vec<RoutePlan> {
        named(&self.stops, routes)
    }

    /// Routes by the search's numbers.
    pub(crate) fn inside(&self, routes: &[RoutePlan]) -> Vec<RoutePlan> {
        named(&self.stop, routes.to_vec())
    }

    /// Stops by the caller's numbers.
    pub(crate) fn stops(&self, stops: &[u32]) -> Vec<u32> {
        stops.iter().map(|&at| self.stops.get(at as usize).copied().unwrap_or(at)).collect()
    }
}

fn named(names: &[u32], mut routes: Vec<RoutePlan>) -> Vec<RoutePlan> {
    for stop in routes.iter_mut().flat_map(|route| &mut route.stops) {
        *stop = names.get(*stop).map_or(*stop, |&name| name as usize);
    }
    routes
}

/// Each thing at its new number.
fn moved<T>(things: &mut [T], to: &[u32]) {
    let mut to = to.to_vec();
    for at in 0..things.len() {
        while to[at] as usize != at {
            let other = to[at] as usize;
            things.swap(at, other);
            to.swap(at, other);
        }
    }
}

fn inverse(order: &[u32]) -> Vec<u32> {
    let mut at = vec![0; order.len()];
    for (number, &item) in order.iter().enumerate() {
        at[item as usize] = number as u32;
    }
    at
}

/// The places as points of a plane, where they have any.
fn flat(travel: &Travel) -> Option<Vec<[f64; 2]>> {
    match travel {
        Travel::Points { points, .. } => Some(neighbours::squeezed(points)),
        Travel::Plane { points, .. } => Some(points.clone()),
        Travel::Matrix { .. } => None,
    }
}

/// The cells that the curve passes through.
struct Cells {
    origin: [f64; 2],
    per_unit: f64,
}

impl Cells {
    fn of(points: &[[f64; 2]]) -> Self {
        let fold = |axis: usize, start: f64, pick: fn(f64, f64) -> f64| {
            points.iter().map(|point| point[axis]).fold(start, pick)
        };
        let origin = [fold(0, f64::INFINITY, f64::min), fold(1, f64::INFINITY, f64::min)];
        let side = |axis| fold(axis, f64::NEG_INFINITY, f64::max) - origin[axis];
        let side = side(0).max(side(1)).max(1e-9);
        Self { origin, per_unit: f64::from((1 << BITS) - 1) / side }
    }

    /// How far along the curve a point lies.
    fn along(&self, point: [f64; 2]) -> i64 {
        let cell = |axis: usize| ((point[axis] - self.origin[axis]) * self.per_unit) as u32;
        let (mut x, mut y, mut along) = (cell(0), cell(1), 0);
        for bit in (0..BITS).rev() {
            let (right, up) = (x >> bit & 1, y >> bit & 1);
            along = along << 2 | i64::from((3 * right) ^ up);
            // Each quarter is passed through in a direction of its own, so that the next one begins beside its end.
            if up == 0 {
                if right == 1 {
                    (x, y) = (!x, !y);
                }
                (x, y) = (y, x);
            }
        }
        along
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Params, Solver, evaluate, fixture};
    use proptest::prelude::*;

    #[test]
    fn the_curve_passes_from_neighbour_to_neighbour() {
        let side = 1 << BITS.min(5);
        let points: Vec<[f64; 2]> =
            (0..side * side).map(|at| [f64::from(at / side), f64::from(at % side)]).collect();
        let mut cells = Cells::of(&points);
        // The points of this grid as the coarsest cells of the curve.
        cells.per_unit = f64::from((1 << BITS) / side);
        let mut keys: Vec<_> = points.iter().map(|&point| (cells.along(point), point)).collect();
        keys.sort_by_key(|&(along, _)| along);
        for pair in keys.windows(2) {
            let ([a, b], [c, d]) = (pair[0].1, pair[1].1);
            assert!((a - c).abs() + (b - d).abs() == 1.0, "{:?} to {:?}", pair[0], pair[1]);
        }
    }

    #[test]
    fn many_stops_of_several_routes_are_numbered_anew() {
        let check = |stops, vehicles, expected| {
            let mut problem = fixture::city(stops, 1, false);
            problem.vehicles.truncate(vehicles);
            if let Travel::Matrix { .. } = problem.travel {
                problem.travel = fixture::city(1_700, 1, false).travel;
            }
            assert_eq!(
                Numbering::new(&problem).is_along_curve(),
                expected,
                "{stops} stops, {vehicles} vehicles"
            );
        };
        check(FEW, 2, true);
        check(FEW - 1, 2, false);
        check(FEW, 1, false);
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

        /// By either numbers a plan costs the same and breaks as much.
        #[test]
        fn a_plan_is_the_same_by_other_numbers(seed: u64) {
            let problem = fixture::mixed(seed);
            let numbering = Numbering::along_curve(&problem);
            if !numbering.is_along_curve() {
                return Ok(());
            }
            let other = numbering.renumbered(&problem);
            prop_assert_eq!(other.validate().is_ok(), problem.validate().is_ok());
            let mut solver = Solver::new(&problem, Params::iterations(50, seed)).unwrap();
            while !solver.step(50).done {}
            let mut plans = solver.best().plans();
            // Whatever is wrong with a plan is as wrong by other numbers.
            for turned in [false, true] {
                if turned {
                    plans.iter_mut().for_each(|route| route.stops.reverse());
                }
                let inside = numbering.inside(&plans);
                let (here, there) = (evaluate(&problem, &plans), evaluate(&other, &inside));
                prop_assert_eq!((here.cost, here.distance, here.duration), (there.cost, there.distance, there.duration));
                prop_assert_eq!(here.violations.len(), there.violations.len());
                let missing: Vec<u32> = there.missing.iter().map(|&stop| stop as u32).collect();
                let mut missing = numbering.stops(&missing);
                missing.sort_unstable();
                prop_assert_eq!(missing, here.missing.iter().map(|&stop| stop as u32).collect::<Vec<_>>());
                prop_assert_eq!(numbering.outside(inside), plans.clone());
            }
        }
    }
}
