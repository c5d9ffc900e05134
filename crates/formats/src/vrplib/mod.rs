//! VRPLIB and TSPLIB: `KEY : value` lines and sections, for tours, capacitated routes and routes with time windows.
//!
//! Read are `TYPE` TSP, ATSP, CVRP and VRPTW; weights EUC_2D and CEIL_2D (with TSPLIB's rounding), ATT, GEO and
//! EXPLICIT in all its whole, upper and lower forms. VRPTW is the dialect of ORTEC's road instances, with
//! `VEHICLES`, `SERVICE_TIME_SECTION` and `TIME_WINDOW_SECTION`.

mod assemble;
mod matrix;
mod scan;
mod write;

use crate::{FormatError, Instance};

pub use write::write;

/// Reads a VRPLIB or TSPLIB file.
///
/// # Errors
/// When a key is unknown, a value is no number, a section is incomplete or something needed is missing.
pub fn read(text: &str) -> Result<Instance, FormatError> {
    assemble::assemble(scan::scan(text)?)
}

#[cfg(test)]
mod tests;
