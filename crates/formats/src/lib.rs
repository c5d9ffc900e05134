//! The files that routing problems are published and exchanged in: VRPLIB, TSPLIB, Solomon and Gehring & Homberger,
//! Li & Lim, VROOM's JSON, and GeoJSON for maps.
//!
//! Text in, text out: the crate opens no file and has no clock. Each reader gives an [`Instance`], which holds the
//! file's own numbers; [`Instance::to_problem`] turns one into a problem for the solver. An error names the line,
//! says what is wrong with it and how to mend it, and no input, however hostile, makes a reader panic.
//!
//! ```
//! let text = "NAME : tiny\nTYPE : TSP\nDIMENSION : 2\nEDGE_WEIGHT_TYPE : EUC_2D\n\
//!             NODE_COORD_SECTION\n1 0 0\n2 3 4\nEOF\n";
//! let instance = milkrun_formats::read_instance(text)?;
//! assert_eq!(instance.name, "tiny");
//! assert_eq!(milkrun_formats::vrplib::write(&instance)?.lines().next(), Some("NAME : tiny"));
//! # Ok::<(), milkrun_formats::FormatError>(())
//! ```

mod detect;
mod error;
mod instance;
pub mod lilim;
mod numbers;
#[cfg(feature = "solver")]
mod problem;
pub mod solomon;
#[cfg(feature = "solver")]
pub mod task;
pub mod vroom;
pub mod vrplib;

pub use detect::{Format, detect, read_instance};
pub use error::{FormatError, Place};
pub use instance::{Instance, Kind, Node, Rounding, Weights};
