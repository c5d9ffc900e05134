//! Everything around the search: instances, contestants, the referee's word and the table.

pub mod contest;
pub mod contestant;
pub mod instances;
pub mod one;
mod peer;
pub mod report;
