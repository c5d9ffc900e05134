//! Measures the solver on published instances: natively, in WebAssembly, and beside other solvers.
//!
//! Each contestant runs in a process of its own, one after the other, on one processor and with one budget of wall
//! time; see `docs/solver-benchmarks.md` for what is counted. Compiled for the browser, the crate is the search
//! alone, with the clock outside, as the portal's worker has it.

mod search;
pub use search::{Search, Step};

#[cfg(target_arch = "wasm32")]
mod web;

#[cfg(not(target_arch = "wasm32"))]
pub mod native;
