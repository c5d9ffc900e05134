//! Optimising in the background: a handle that starts, watches and stops a search in the solver's Web Worker.
//!
//! The page never computes routes itself, so it never freezes.

mod handle;
mod islands;
mod link;

pub use handle::{Optimiser, OptimiserState};
