//! Made-up problems for tests, here and in the browser: a seed means the same problem on every target.
//!
//! Not part of the interface; public only so that the test suites of other crates can show that WebAssembly finds
//! the very routes that the native code finds.

mod rules;

use crate::rng::Rng;
use crate::{
    Costs, Job, Load, Objective, Params, Point, Problem, Shipment, Solution, Solver, TimeWindow, Travel,
    UNREACHABLE, Vehicle,
};

/// What [`runs`] gives, on every target. Whoever changes the search changes these; natively and in WebAssembly they
/// must be the same.
pub const CHECKSUMS: [u64; 5] = [
    5502144691197839786,
    4776157513434857362,
    14667708937381398794,
    17741019482745595915,
    13961620095938939278,
];

/// Solves five fixed problems for fixed numbers of iterations (a matrix, points with windows, points too many for a
/// matrix, one long route, and shipments), and sums up the plans found. A second in a debug build.
///
/// # Panics
/// When a fixture contradicts itself.
#[must_use]
pub fn runs() -> [u64; 5] {
    let [matrix, windows, large] = [city(80, 1, false), city(150, 2, true), city(1_700, 3, true)];
    let mut long = city(300, 4, false);
    long.vehicles = vec![Vehicle::based_at(0)];
    [matrix, windows, large, long, courier(100, 5)].map(|problem| {
        let mut solver = match Solver::new(&problem, Params::iterations(4_000, 7)) {
            Ok(solver) => solver,
            Err(invalid) => panic!("{invalid}"),
        };
        while !solver.step(100).done {}
        checksum(solver.best())
    })
}

/// A number that changes with any route, time or sum of a plan (FNV-1a over all of them).
#[must_use]
pub fn checksum(solution: &Solution) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    let mut add = |value: i64| {
        for byte in value.to_le_bytes() {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    };
    for route in &solution.routes {
        add(route.vehicle as i64);
        add(route.distance);
        add(route.duration);
        for visit in &route.visits {
            add(visit.job as i64);
            add(i64::from(visit.start));
        }
    }
    for unserved in &solution.unserved {
        add(unserved.job as i64);
    }
    add(solution.cost);
    hash
}

/// Places at minutes 0, 10, 20 and 30 along a road, and one on an island; nothing to serve yet.
#[cfg(test)]
pub(crate) fn road() -> Problem {
    let cell = |at: i32| {
        if (at / 5 == 4) == (at % 5 == 4) { (at / 5 - at % 5).abs() * 600 } else { UNREACHABLE }
    };
    Problem::new(Travel::matrix(5, (0..25).map(cell).collect(), (0..25).map(cell).collect()))
}

/// Deliveries in and around a city of the north, at real scale, from one depot, with enough vehicles of 40 stops.
#[must_use]
pub fn city(stops: usize, seed: u64, windowed: bool) -> Problem {
    let mut rng = Rng::new(seed);
    let points = (0..=stops).map(|_| {
        let spread = f64::from(1 + rng.below(10)) / 100.0;
        let mut offset = || f64::from(rng.below(2_001)) / 1_000.0 - 1.0;
        Point { lat: 60.2 + offset() * spread, lon: 24.95 + offset() * 2.0 * spread }
    });
    let mut problem = Problem::new(Travel::points(points.collect()));
    for stop in 1..=stops {
        let mut job = Job::at(stop).with_service(120 + rng.below(180) as i32);
        job.demand = Load([1 + rng.below(5) as i32, 1, 0]);
        if windowed && rng.one_in(2) {
            let start = (8 + rng.below(8) as i32) * 3_600;
            job = job.with_window(start, start + 7_200);
        }
        problem.stops.push(job);
    }
    let van = Vehicle::based_at(0).with_shift(7 * 3_600, 18 * 3_600).with_capacity(Load([120, 40, 10]));
    problem.vehicles = vec![van; stops / 25 + 2];
    problem
}

/// As [`city`], with windows: two stops of three are the ends of shipments, and of the others some give something
/// along. As few vehicles as possible are wanted.
#[must_use]
pub fn courier(stops: usize, seed: u64) -> Problem {
    let mut problem = city(stops, seed, true).with_objective(Objective::FewestVehicles);
    let mut rng = Rng::new(seed);
    for first in (0..stops.saturating_sub(1)).step_by(2) {
        let load = problem.stops[first].demand;
        if rng.one_in(3) {
            problem.stops[first].pickup = load;
            continue;
        }
        for job in [first, first + 1] {
            problem.stops[job].demand = Load::default();
        }
        // What is picked up at any time can be handed over at any later.
        problem.stops[first].windows.clear();
        problem.shipments.push(Shipment::new(first, first + 1, load));
    }
    problem
}

/// A small problem with a random choice of everything a problem can have, often more than can be served.
#[must_use]
pub fn mixed(seed: u64) -> Problem {
    let mut rng = Rng::new(seed);
    let places = 1 + rng.below(20) as usize;
    let mut problem = Problem::new(any_travel(&mut rng, places));
    problem.objective =
        [Objective::Cheapest, Objective::Fastest, Objective::Shortest, Objective::FewestVehicles]
            [rng.below(4) as usize];
    let vehicles = rng.below(5) as usize;
    let (windows, tight, skilled, locked) = (rng.below(3), rng.one_in(2), rng.one_in(3), rng.one_in(3));
    for _ in 0..rng.below(40) {
        let mut job = Job::at(rng.below(places as u32) as usize).with_service(rng.below(600) as i32);
        job.demand = Load([rng.below(10) as i32, rng.below(3) as i32, 0]);
        job.priority = rng.below(3) as u8;
        for _ in 0..rng.below(windows + 1) {
            let start = rng.below(30_000) as i32;
            job.windows.push(TimeWindow::new(start, start + rng.below(9_000) as i32));
        }
        if skilled {
            job.skills = u64::from(rng.below(4));
        }
        if locked && vehicles > 0 && rng.one_in(4) {
            job.vehicle = Some(rng.below(vehicles as u32) as usize);
        }
        problem.stops.push(job);
    }
    let same = rng.one_in(2);
    for _ in 0..vehicles {
        let vehicle = match problem.vehicles.first() {
            Some(first) if same => first.clone(),
            _ => any_vehicle(&mut rng, places as u32, tight),
        };
        problem.vehicles.push(vehicle);
    }
    load_on_the_way(&mut rng, &mut problem);
    rules::add(&mut problem, seed);
    problem
}

/// As [`mixed`], but always one in which some vehicle may reload.
#[must_use]
pub fn reloading(seed: u64) -> Problem {
    let problems = (0..).map(|more| mixed(seed.wrapping_add(more)));
    let mut reloading = problems.filter(|it| it.vehicles.iter().any(|vehicle| !vehicle.reloads.is_empty()));
    reloading.next().unwrap_or_else(|| mixed(seed))
}

/// Makes some stops of some problems pickups, and some the ends of shipments.
fn load_on_the_way(rng: &mut Rng, problem: &mut Problem) {
    let (pickups, shipments) = (rng.one_in(3), rng.one_in(2));
    if pickups {
        for job in &mut problem.stops {
            if rng.one_in(2) {
                job.pickup = Load([rng.below(10) as i32, 0, 0]);
            }
            if rng.one_in(2) {
                job.demand = Load::default();
            }
        }
    }
    if !shipments {
        return;
    }
    let often = 1 + rng.below(3);
    for first in (1..problem.stops.len()).step_by(2) {
        if !rng.one_in(often) {
            continue;
        }
        let (pickup, delivery) = if rng.one_in(2) { (first - 1, first) } else { (first, first - 1) };
        for job in [pickup, delivery] {
            (problem.stops[job].demand, problem.stops[job].pickup) = (Load::default(), Load::default());
        }
        if problem.stops[pickup].vehicle.is_some() {
            problem.stops[delivery].vehicle = None;
        }
        let load = Load([rng.below(30) as i32, rng.below(3) as i32, 0]);
        problem.shipments.push(Shipment::new(pickup, delivery, load));
    }
}

fn any_travel(rng: &mut Rng, places: usize) -> Travel {
    if rng.one_in(3) {
        let mut offset = || f64::from(rng.below(1_000)) / 2_000.0;
        return Travel::points(
            (0..places).map(|_| Point { lat: -20.0 + offset(), lon: 179.8 + offset() / 3.0 }).collect(),
        );
    }
    // No triangle inequality and no symmetry: a road matrix may have neither.
    let (mut durations, mut distances) = (Vec::new(), Vec::new());
    let broken = rng.one_in(4);
    for cell in 0..places * places {
        let same = cell / places == cell % places;
        let seconds = if same { 0 } else { rng.below(3_000) as i32 };
        durations.push(if broken && !same && rng.one_in(10) { UNREACHABLE } else { seconds });
        distances.push(seconds.saturating_mul(8) + rng.below(500) as i32 * i32::from(!same));
    }
    Travel::matrix(places, durations, distances)
}

fn any_vehicle(rng: &mut Rng, places: u32, tight: bool) -> Vehicle {
    let mut end = || Some(rng.below(places) as usize).filter(|_| !rng.one_in(4));
    let (start, end) = (end(), end());
    let from = rng.below(10_000) as i32;
    let mut vehicle = Vehicle::between(start, end).with_skills(u64::from(rng.below(4)));
    if tight {
        vehicle = vehicle.with_capacity(Load([10 + rng.below(60) as i32, i32::MAX, 0]));
    }
    if rng.one_in(2) {
        vehicle = vehicle.with_shift(from, from + rng.below(40_000) as i32);
    }
    if rng.one_in(4) {
        vehicle = vehicle.with_max_duration(rng.below(20_000) as i32);
    }
    if rng.one_in(4) {
        vehicle = vehicle.with_max_distance(rng.below(160_000) as i32);
    }
    if rng.one_in(4) {
        vehicle = vehicle.with_max_stops(rng.below(12));
    }
    vehicle.with_costs(Costs::new(rng.below(3_000) as i32, rng.below(4_000) as i32, rng.below(60) as i32))
}
