//! First pass: cuts the file into header values and sections, each with its line.

use crate::error::{FormatError, quoted};
use crate::numbers::{MOST, coordinate, count, whole, window};

/// A value with the line it stands in.
#[derive(Debug, Clone)]
pub(super) struct At<T> {
    pub(super) line: usize,
    pub(super) value: T,
}

/// Everything a file says, not yet held against each other.
#[derive(Debug, Default)]
pub(super) struct Scanned {
    pub(super) name: String,
    pub(super) kind: Option<At<String>>,
    pub(super) dimension: Option<At<usize>>,
    pub(super) capacity: Option<i32>,
    pub(super) vehicles: Option<usize>,
    pub(super) weight_type: Option<At<String>>,
    pub(super) weight_format: Option<At<String>>,
    /// Node number as in the file, x, y.
    pub(super) coordinates: Vec<At<(usize, [f64; 2])>>,
    pub(super) demands: Vec<At<(usize, i32)>>,
    pub(super) services: Vec<At<(usize, i32)>>,
    pub(super) windows: Vec<At<(usize, [i32; 2])>>,
    pub(super) depots: Vec<At<usize>>,
    pub(super) weights: Vec<i32>,
    /// The line of the last weight, for complaints about their number.
    pub(super) weights_end: usize,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Section {
    Header,
    Coordinates,
    Demands,
    Services,
    Windows,
    Depots,
    Weights,
    /// Coordinates for drawing alone.
    Display,
}

/// The keys that are read, for the complaint about one that is not.
const KEYS: &str = "NAME, COMMENT, TYPE, DIMENSION, CAPACITY, VEHICLES, EDGE_WEIGHT_TYPE, EDGE_WEIGHT_FORMAT, \
                    NODE_COORD_TYPE, DISPLAY_DATA_TYPE, NODE_COORD_SECTION, DISPLAY_DATA_SECTION, \
                    EDGE_WEIGHT_SECTION, DEMAND_SECTION, SERVICE_TIME_SECTION, TIME_WINDOW_SECTION, DEPOT_SECTION \
                    and EOF";

pub(super) fn scan(text: &str) -> Result<Scanned, FormatError> {
    let mut it = Scanned::default();
    let mut section = Section::Header;
    for (at, line) in text.strip_prefix('\u{feff}').unwrap_or(text).lines().enumerate() {
        let (at, line) = (at + 1, line.trim());
        if line.is_empty() {
            continue;
        }
        if line.starts_with(|letter: char| letter.is_alphabetic()) {
            let (key, value) = line
                .split_once(':')
                .unwrap_or_else(|| line.split_once(char::is_whitespace).unwrap_or((line, "")));
            if key.trim() == "EOF" {
                break;
            }
            section = it.header(key.trim(), value.trim(), at)?;
        } else {
            it.row(section, line, at)?;
        }
    }
    Ok(it)
}

impl Scanned {
    fn header(&mut self, key: &str, value: &str, line: usize) -> Result<Section, FormatError> {
        let word = || At { line, value: value.to_owned() };
        match key {
            "NAME" => value.clone_into(&mut self.name),
            "COMMENT" | "NODE_COORD_TYPE" | "DISPLAY_DATA_TYPE" => {}
            "TYPE" => self.kind = Some(word()),
            "DIMENSION" => self.dimension = Some(At { line, value: size(value, line, key)? }),
            "CAPACITY" => self.capacity = Some(count(value, line, key)?),
            "VEHICLES" => self.vehicles = Some(size(value, line, key)?),
            "EDGE_WEIGHT_TYPE" => self.weight_type = Some(word()),
            "EDGE_WEIGHT_FORMAT" => self.weight_format = Some(word()),
            "NODE_COORD_SECTION" => return Ok(Section::Coordinates),
            "DISPLAY_DATA_SECTION" => return Ok(Section::Display),
            "EDGE_WEIGHT_SECTION" => return Ok(Section::Weights),
            "DEMAND_SECTION" => return Ok(Section::Demands),
            "SERVICE_TIME_SECTION" => return Ok(Section::Services),
            "TIME_WINDOW_SECTION" => return Ok(Section::Windows),
            "DEPOT_SECTION" => return Ok(Section::Depots),
            "TOUR_SECTION" => {
                let mend = "give the problem's own file, which has TYPE : TSP or CVRP";
                return Err(FormatError::line(line, "this file is a tour, not a problem", mend));
            }
            _ => {
                let mend = format!("remove the line or correct the key; known are {KEYS}");
                return Err(FormatError::line(line, format!("the key {} is unknown", quoted(key)), mend));
            }
        }
        Ok(Section::Header)
    }

    fn row(&mut self, section: Section, text: &str, line: usize) -> Result<(), FormatError> {
        let words: Vec<&str> = text.split_whitespace().collect();
        match section {
            Section::Header => {
                let what = format!("{} stands in no section", quoted(text));
                return Err(FormatError::line(
                    line,
                    what,
                    "put a heading such as NODE_COORD_SECTION before it",
                ));
            }
            Section::Display => {}
            Section::Coordinates => {
                let [id, x, y] = columns(&words, line, "a node's number, x and y")?;
                let value = (number(id, line)?, [coordinate(x, line)?, coordinate(y, line)?]);
                self.coordinates.push(At { line, value });
            }
            Section::Demands => {
                let [id, demand] = columns(&words, line, "a node's number and its demand")?;
                self.demands.push(At { line, value: (number(id, line)?, count(demand, line, "demand")?) });
            }
            Section::Services => {
                let [id, time] = columns(&words, line, "a node's number and its service time")?;
                self.services
                    .push(At { line, value: (number(id, line)?, count(time, line, "service time")?) });
            }
            Section::Windows => {
                let [id, from, to] =
                    columns(&words, line, "a node's number, its earliest and its latest time")?;
                self.windows.push(At { line, value: (number(id, line)?, window(from, to, line)?) });
            }
            Section::Depots => {
                for word in words {
                    let depot = whole(word, line, "depot")?;
                    // A minus one ends the section.
                    if let Ok(value) = usize::try_from(depot) {
                        self.depots.push(At { line, value });
                    }
                }
            }
            Section::Weights => {
                for word in words {
                    self.weights.push(count(word, line, "weight")?);
                }
                self.weights_end = line;
            }
        }
        Ok(())
    }
}

/// A number of things.
fn size(word: &str, line: usize, what: &str) -> Result<usize, FormatError> {
    let value = usize::try_from(count(word, line, what)?).unwrap_or(0);
    if (1..=MOST).contains(&value) {
        return Ok(value);
    }
    Err(FormatError::line(line, format!("{what} is {value}"), "write a number from 1 to 1,000,000"))
}

/// A node's number.
fn number(word: &str, line: usize) -> Result<usize, FormatError> {
    Ok(usize::try_from(count(word, line, "node's number")?).unwrap_or(0))
}

fn columns<'a, const N: usize>(
    words: &[&'a str],
    line: usize,
    expected: &str,
) -> Result<[&'a str; N], FormatError> {
    <[&str; N]>::try_from(words).ok().ok_or_else(|| {
        FormatError::line(line, format!("the row has {} columns", words.len()), format!("write {expected}"))
    })
}
