//! A plan for other programs: a spreadsheet, a map, a navigation device, another Milkrun.

mod csv;
mod geojson;
mod gpx;

pub use self::csv::csv;
pub use self::geojson::geojson;
pub use self::gpx::gpx;

use crate::plan::Plan;

/// The plan itself, to be read again by [`crate::file::from_json`].
///
/// # Errors
/// Never for a plan whose coordinates are finite numbers.
pub fn json(plan: &Plan) -> Result<String, milkrun_json::Error> {
    crate::file::to_json(plan)
}
