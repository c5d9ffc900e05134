//! Checks routes against a published instance and computes what they cost, from the file's raw numbers.
//!
//! It shares no code with the solver, nor with the rounding that prepares instances for it: distances, loads and
//! times are reckoned here once more, in another way, so that a mistake there cannot hide. Customers bear their
//! numbers of the instance (see [`milkrun_formats::Instance`]).
//!
//! ```
//! let text = "tiny\nVEHICLE\nNUMBER CAPACITY\n2 50\nCUSTOMER\nCUST NO.\n0 0 0 0 0 100 0\n1 3 4 10 9 60 9\n";
//! let instance = milkrun_formats::read_instance(text)?;
//! let verdict = milkrun_referee::judge(&instance, &[vec![1]], 2);
//! assert_eq!((verdict.cost, verdict.vehicles, verdict.faults.len()), (10.0, 1, 0));
//! # Ok::<(), milkrun_formats::FormatError>(())
//! ```

mod distance;
mod fault;
mod judge;

pub use distance::distance;
pub use fault::Fault;
pub use judge::{Verdict, judge};
