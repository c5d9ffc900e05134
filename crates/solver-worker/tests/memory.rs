//! Ten thousand stops take at most 40 MB of a worker's memory beside the problem itself; WebAssembly's memory never shrinks.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, reason = "a test may fail loudly, and clippy does not know these for tests")]

use std::cell::Cell;

use milkrun_solver::fixture;
use milkrun_solver_worker::protocol::encode;
use milkrun_solver_worker::run::Run;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_dedicated_worker);

/// The most, in bytes.
const MOST: usize = 40_000_000;

/// All that the module holds, in bytes.
fn held() -> usize {
    std::arch::wasm32::memory_size(0) * 65_536
}

#[wasm_bindgen_test]
fn ten_thousand_stops_take_40_megabytes() {
    let start = held();
    // With windows first: they take more, and the second search runs in what the first has left behind.
    for windowed in [true, false] {
        let problem = fixture::city(10_000, 1, windowed);
        let input = size_of_val(&problem.stops[..]);
        let mut run = Run::new(&problem, None, 1, 1_000.0, 0.0).unwrap();
        // A clock that goes on whenever it is looked at: slices stay as short as they can be, on every machine.
        let (now, mut told) = (Cell::new(0.0), 0);
        let mut slice = || {
            run.slice(|| now.replace(now.get() + 8.0), |message| told += encode(message).len());
            told
        };
        // A plan of ten thousand stops is more than this, and it is told again and again in what follows.
        assert!((0..100_000).any(|_| slice() > 1_000_000), "no plan of ten thousand stops was told");
        for _ in 0..400 {
            slice();
        }
        let taken = held() - start - input;
        assert!(taken <= MOST, "{taken} bytes, windows: {windowed}");
        // Its lists of neighbours alone are larger than this, so less would mean that nothing is measured.
        assert!(taken > 8_000_000, "{taken} bytes cannot be all, windows: {windowed}");
    }
}
