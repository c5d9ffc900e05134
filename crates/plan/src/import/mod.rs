//! From a file or a paste to stops, with nothing lost on the way.
//!
//! Four steps, each of which can be looked at and corrected before the next:
//!
//! 1. [`decode()`]: bytes to text, saying which encoding was taken;
//! 2. [`parse`]: text to a [`Table`], ragged rows kept and flagged;
//! 3. [`guess`]: which column is what, how sure, and why; the dispatcher may choose otherwise;
//! 4. [`interpret`]: rows to stops; a row that fails stays in place with its reason and can be mended cell
//!    by cell.
//!
//! [`diff()`] then tells what an import into a plan would change.

mod aliases;
mod cell;
mod columns;
mod decode;
mod diff;
mod field;
mod rows;
mod sniff;
mod table;
#[cfg(test)]
mod tests;

pub use self::columns::{ColumnGuess, Mapping, guess};
pub use self::decode::{Decoded, Encoding, decode};
pub use self::diff::{Diff, diff};
pub use self::field::Field;
pub use self::rows::{Counts, ImportRow, Interpretation, Problem, Severity, interpret};
pub use self::table::{Delimiter, ParseOptions, Row, Table, parse, parse_with};

/// Why nothing at all could be imported.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ImportError {
    /// No bytes, or nothing but blanks.
    #[error("the file is empty; choose one with a stop in each row")]
    Empty,
    /// Column names and nothing below them.
    #[error("the file has column names but no rows below them; add the stops and import it again")]
    HeaderOnly,
    /// A spreadsheet in its program's own format; holds what it looks like.
    #[error(
        "this is {0}, which Milkrun does not read; open it, save it as CSV and import that, or copy the rows and paste them"
    )]
    Workbook(&'static str),
    /// Not text; holds what it looks like.
    #[error("this is {0}, not a table of stops; choose a CSV file, or copy the rows and paste them")]
    NotText(&'static str),
}
