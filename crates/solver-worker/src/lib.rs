//! The solver as a Web Worker: this library holds the messages both sides speak, the binary beside it is the worker.
//!
//! A page needs only [`protocol`], which brings in none of the search.

pub mod protocol;
pub mod run;
pub mod warm;
