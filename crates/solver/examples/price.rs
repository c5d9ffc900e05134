//! How long it takes to price a change of one stop, as while it is being dragged.
//!
//! ```text
//! cargo run --release -p milkrun-solver --example price -- [STOPS]
//! ```
//!
//! Plans a made-up city, then prices places, removals and moves of random stops by the million.
#![expect(clippy::print_stdout, reason = "printing is what this program is for")]

use std::error::Error;
use std::hint::black_box;
use std::time::Instant;

use milkrun_solver::{Params, Pricer, RoutePlan, Solver, fixture};

/// A stop on no route, a vehicle, a position, and a stop on a route.
type Place = (usize, usize, usize, usize);

fn main() -> Result<(), Box<dyn Error>> {
    let stops: usize = std::env::args().nth(1).map_or(Ok(1_000), |stops| stops.parse())?;
    let problem = fixture::city(stops, 1, true);
    let mut solver = Solver::new(&problem, Params::iterations(20_000, 1))?;
    while !solver.step(1_000).done {}
    let mut plans = solver.best().plans();
    // One stop in ten waits beside the routes.
    let mut free = Vec::new();
    for plan in &mut plans {
        let (kept, out): (Vec<usize>, Vec<usize>) = plan.stops.iter().partition(|&&job| job % 10 != 0);
        free.extend(out);
        plan.stops = kept;
    }
    let begun = Instant::now();
    let pricer = Pricer::new(&problem, &plans)?;
    let longest = plans.iter().map(|plan| plan.stops.len()).max().unwrap_or(0);
    println!(
        "{stops} stops on {} routes of up to {longest}, taken in in {:.2?}",
        plans.len(),
        begun.elapsed()
    );
    // The multiplier of Knuth's linear congruential generator.
    let mut random = 1_u64;
    let mut below = |bound: usize| {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (random >> 33) as usize % bound.max(1)
    };
    let mut place = |plans: &[RoutePlan], spare: usize| {
        let plan = &plans[below(plans.len())];
        let on = &plan.stops;
        (free[below(free.len())], plan.vehicle, below(on.len() + 1 - spare), on[below(on.len())])
    };
    let rounds = 1_000_000;
    let places: Vec<Place> = (0..rounds).map(|_| place(&plans, 1)).collect();
    let time = |what: &str, price: &dyn Fn(&Place)| {
        let begun = Instant::now();
        places.iter().for_each(price);
        println!("{what}: {:.0} ns", begun.elapsed().as_nanos() as f64 / f64::from(rounds));
    };
    time("insertion", &|&(stop, vehicle, position, _)| {
        black_box(pricer.insertion(stop, vehicle, position));
    });
    time("removal", &|&(_, _, _, stop)| {
        black_box(pricer.removal(stop));
    });
    time("relocation", &|&(_, vehicle, position, stop)| {
        black_box(pricer.relocation(stop, vehicle, position));
    });
    let begun = Instant::now();
    for &stop in &free {
        black_box(pricer.best_place(stop));
    }
    println!("best place on all routes: {:.0} us", begun.elapsed().as_micros() as f64 / free.len() as f64);
    Ok(())
}
