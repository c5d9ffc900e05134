//! The search allocates nothing once it is under way: counted, iteration by iteration, for the main kinds of problem.

use milkrun_solver::{Break, Objective, Params, Problem, Solver, Vehicle, fixture};

/// Runs a search until its buffers have grown to what they need, then counts what more iterations allocate. A better plan
/// is summed up for whoever asks, which may allocate; only the iterations in between must not.
#[track_caller]
fn check(name: &str, problem: &Problem, warm: u32, counted: u32) {
    let mut solver = Solver::new(problem, Params::elapsed(1)).expect("the problem is sound");
    solver.set_elapsed(0.3);
    solver.step(warm);
    let (mut allocations, mut better) = (0, 0);
    for _ in 0..counted {
        let mut improved = false;
        let counts = allocation_counter::measure(|| improved = solver.step(1).improved);
        if improved {
            better += 1;
        } else {
            allocations += counts.count_total;
        }
    }
    assert_eq!(allocations, 0, "{name}: in {counted} iterations, {better} of which gave a better plan");
}

#[test]
fn nothing_is_allocated_in_the_loop() {
    check("stops", &fixture::city(200, 1, false), 20_000, 50_000);
    check("windows", &fixture::city(200, 2, true), 20_000, 50_000);
    check(
        "windows, shortest",
        &fixture::city(200, 3, true).with_objective(Objective::Shortest),
        20_000,
        50_000,
    );
    check("too many for a matrix", &fixture::city(1_700, 4, true), 10_000, 20_000);
    check("shipments", &fixture::courier(120, 5).with_objective(Objective::Shortest), 30_000, 20_000);
    let mut long = fixture::city(300, 6, false);
    long.vehicles = vec![Vehicle::based_at(0)];
    check("one long route", &long, 10_000, 50_000);
    let mut rests = fixture::city(100, 7, true);
    for vehicle in &mut rests.vehicles {
        vehicle.breaks = vec![Break::of(1_800).with_window(11 * 3_600, 14 * 3_600)];
    }
    check("breaks", &rests, 3_000, 5_000);
}
