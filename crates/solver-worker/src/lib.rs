//! The solver as a Web Worker: this library holds the messages both sides speak, the binary beside it is the worker.
//!
//! A page needs only this library, which brings in none of the worker's code.

pub mod protocol;
