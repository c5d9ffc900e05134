//! The solver in WebAssembly, and the portal's handle on its worker.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, reason = "a test may fail loudly, and clippy does not know these for tests")]

mod common;

use common::until;
use milkrun_lean::prelude::*;
use milkrun_portal::optimise::{Optimiser, OptimiserState};
use milkrun_solver::{Job, Point, Problem, Travel, Vehicle, fixture};
use wasm_bindgen_test::*;

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen_test]
fn the_browser_finds_the_very_routes_that_native_code_finds() {
    assert_eq!(fixture::runs(), fixture::CHECKSUMS);
}

fn problem() -> Problem {
    let point = |lat, lon| Point { lat, lon };
    Problem::new(Travel::points(vec![point(60.17, 24.94), point(60.18, 24.95)]))
        .with_job(Job::at(1))
        .with_vehicle(Vehicle::based_at(0))
}

#[wasm_bindgen_test]
async fn a_worker_that_cannot_be_loaded_is_told_in_a_sentence() {
    // This page's server has no worker file, as when a proxy in between blocks it.
    let owner = Owner::new();
    let optimiser = owner.with(Optimiser::new);
    assert_eq!(optimiser.state.get_untracked(), OptimiserState::Idle);
    optimiser.start(&problem(), None, 1, 1.0);
    assert_eq!(optimiser.state.get_untracked(), OptimiserState::Starting);
    until("a failure", || !optimiser.state.with_untracked(OptimiserState::is_busy)).await;
    match optimiser.state.get_untracked() {
        OptimiserState::Failed { why } => assert!(why.contains("could not be started"), "{why}"),
        other => panic!("{other:?}"),
    }
    assert!(optimiser.best.with_untracked(Option::is_none));
}

#[wasm_bindgen_test]
async fn a_question_that_no_worker_answers_troubles_nobody() {
    let owner = Owner::new();
    let optimiser = owner.with(Optimiser::new);
    assert_eq!(optimiser.explain(problem(), Vec::new()), Some(1));
    // Once the worker's file is known to be missing nobody asks for it again, and no failure is told.
    until("no worker", || optimiser.explain(problem(), Vec::new()).is_none()).await;
    assert_eq!(optimiser.state.get_untracked(), OptimiserState::Idle);
    assert!(optimiser.explained.with_untracked(Option::is_none));
    // A search says what is wrong, and nothing is explained while it is on.
    optimiser.start(&problem(), None, 1, 1.0);
    assert_eq!(optimiser.explain(problem(), Vec::new()), None);
    until("a failure", || !optimiser.state.with_untracked(OptimiserState::is_busy)).await;
    assert!(matches!(optimiser.state.get_untracked(), OptimiserState::Failed { .. }));
}

#[wasm_bindgen_test]
fn a_search_that_is_stopped_while_it_loads_never_begins() {
    let owner = Owner::new();
    let optimiser = owner.with(Optimiser::new);
    optimiser.start(&problem(), None, 1, 1.0);
    optimiser.stop();
    assert_eq!(optimiser.state.get_untracked(), OptimiserState::Idle);
    // Stopping what does not run is no error.
    optimiser.stop();
    assert_eq!(optimiser.state.get_untracked(), OptimiserState::Idle);
}
