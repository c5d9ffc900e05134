//! VROOM's JSON: the input with jobs, shipments, vehicles and matrices, and the output with routes and their steps.
//!
//! Every key that VROOM documents is read and written. A key that it does not document is an error that names the
//! key's path, because a misspelt limit that is silently ignored makes a plan nobody can drive.

mod input;
mod output;

use serde::de::DeserializeOwned;

use crate::error::{FormatError, Place};

pub use input::{
    Break, Costs, Input, Job, Matrices, Shipment, ShipmentStep, StepKind, TimeWindow, Vehicle, VehicleStep,
};
pub use output::{ComputingTimes, Output, Route, Step, Summary, Unassigned, Violation};

/// Reads a problem.
///
/// # Errors
/// When the text is no JSON, a value has the wrong type, or a key is unknown; the error names its path.
pub fn read_input(text: &str) -> Result<Input, FormatError> {
    read(text, "VROOM's input")
}

/// Reads a solution.
///
/// # Errors
/// As [`read_input`].
pub fn read_output(text: &str) -> Result<Output, FormatError> {
    read(text, "VROOM's output")
}

pub(crate) fn read<T: DeserializeOwned>(text: &str, what: &str) -> Result<T, FormatError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader = serde_json::Deserializer::from_str(text);
    let value = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let path = error.path().to_string();
        let place = match error.inner().is_data() && path != "." {
            true => Place::Path(path),
            false => Place::Line(error.inner().line().max(1)),
        };
        let (what, mend) = told(&error.inner().to_string(), what);
        FormatError { place, what, mend }
    })?;
    reader.end().map_err(|error| {
        let mend = "remove what follows the last bracket";
        FormatError::line(error.line().max(1), "there is more after the end of the JSON", mend)
    })?;
    Ok(value)
}

/// The parser's message as a fault and its remedy.
fn told(message: &str, document: &str) -> (String, String) {
    let message: String = message.chars().filter(|letter| !letter.is_control()).take(600).collect();
    if let Some(rest) = message.strip_prefix("unknown field ")
        && let Some((key, known)) = rest.split_once(", expected ")
    {
        let known = known.split(" at line ").next().unwrap_or(known).trim_start_matches("one of ");
        return (format!("the key {key} is unknown"), format!("known here are {known}"));
    }
    // The path says where better than a line of text that may be one line in all.
    let message = message.split(" at line ").next().unwrap_or(&message).to_owned();
    // Rust's names of numbers say little to who writes JSON.
    let number = NUMBERS.iter().find_map(|(name, told)| {
        let rest = message.strip_suffix(name)?.strip_suffix(", expected ")?;
        let given = rest.split_once(": ").map_or(rest, |(_, given)| given);
        let given = given.trim_start_matches("integer ").trim_start_matches("floating point ");
        Some((format!("it is {given}"), format!("write {told}")))
    });
    if let Some(inside) = message.strip_prefix("EOF while parsing ") {
        return (format!("the text ends within {inside}"), "give the whole file".to_owned());
    }
    number.unwrap_or_else(|| (message, format!("correct it as the documentation of {document} says")))
}

/// What the kinds of numbers are outside.
const NUMBERS: [(&str, &str); 6] = [
    ("u8", "a whole number from 0 to 255"),
    ("u32", "a whole number from 0 to 4,294,967,295"),
    ("u64", "a whole number of 0 or more"),
    ("usize", "a whole number of 0 or more"),
    ("i32", "a whole number from -2,147,483,648 to 2,147,483,647"),
    ("f64", "a number"),
];

/// Writes a problem, indented; what has its default value is left out.
#[must_use]
pub fn write_input(input: &Input) -> String {
    write(input)
}

/// Writes a solution, indented.
#[must_use]
pub fn write_output(output: &Output) -> String {
    write(output)
}

fn write(value: &impl serde::Serialize) -> String {
    // Every type here is a tree of numbers, strings and lists, which JSON always holds.
    serde_json::to_string_pretty(value).unwrap_or_default()
}

#[cfg(test)]
mod tests;
