//! Tells by its content which format a file is in; names and endings say little, `.txt` is three of them.

use crate::error::FormatError;
use crate::{Instance, lilim, solomon, vrplib};

/// A format that can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Format {
    /// VRPLIB and TSPLIB: `KEY : value` lines and sections.
    Vrplib,
    /// Solomon and Gehring & Homberger: a table of customers under a `CUSTOMER` heading.
    Solomon,
    /// Li & Lim: bare rows of nine numbers.
    LiLim,
    /// JSON, as VROOM has it or Milkrun itself.
    Json,
}

/// Which format a text is in, if it is any that can be read.
#[must_use]
pub fn detect(text: &str) -> Option<Format> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if text.trim_start().starts_with('{') {
        return Some(Format::Json);
    }
    let mut numbers = true;
    // A heading stands within the first lines, if anywhere; a matrix may follow with thousands of them.
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()).take(100) {
        let word = line.split([' ', '\t', ':']).next().unwrap_or_default();
        match word {
            "VEHICLE" | "CUSTOMER" => return Some(Format::Solomon),
            "DIMENSION" | "EDGE_WEIGHT_TYPE" | "NODE_COORD_SECTION" | "TYPE" => return Some(Format::Vrplib),
            _ => numbers &= line.split_whitespace().all(|word| word.parse::<f64>().is_ok()),
        }
    }
    (numbers && !text.trim().is_empty()).then_some(Format::LiLim)
}

/// Reads a published instance in whichever of the formats it is.
///
/// # Errors
/// When the text is in none of the formats, or breaks the rules of the one it seems to be in.
pub fn read_instance(text: &str) -> Result<Instance, FormatError> {
    match detect(text) {
        Some(Format::Vrplib) => vrplib::read(text),
        Some(Format::Solomon) => solomon::read(text),
        Some(Format::LiLim) => lilim::read(text),
        Some(Format::Json) => Err(FormatError::file(
            "it is JSON, which no published instance is",
            "give a VRPLIB, TSPLIB, Solomon or Li & Lim file here",
        )),
        None => Err(unknown()),
    }
}

pub(crate) fn unknown() -> FormatError {
    FormatError::file(
        "its format is not recognised",
        "give a VRPLIB or TSPLIB file (with TYPE and DIMENSION), a Solomon file (with VEHICLE and CUSTOMER), a Li & \
         Lim file (rows of nine numbers), VROOM's JSON, or Milkrun's own",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_are_told_by_their_content() {
        let check = |text: &str, expected| assert_eq!(detect(text), expected, "{text}");
        check("NAME : a\nTYPE : CVRP\n", Some(Format::Vrplib));
        check("\u{feff}COMMENT: x\r\nDIMENSION: 5\r\n", Some(Format::Vrplib));
        check("C101\n\nVEHICLE\nNUMBER CAPACITY\n", Some(Format::Solomon));
        check("25\t200\t1\n0\t40\t50\t0\t0\t1236\t0\t0\t0\n", Some(Format::LiLim));
        check("  {\"jobs\": []}", Some(Format::Json));
        check("id;name\n1;x\n", None);
        check("", None);
        check(" \n\n", None);
    }

    #[test]
    fn an_unknown_format_is_told_what_can_be_read() {
        let told = read_instance("hello").unwrap_err().to_string();
        assert!(told.contains("not recognised") && told.contains("Solomon"), "{told}");
    }
}
