//! How a row stands: what keeps it from being imported, or from being on the map.

use milkrun_host::fixed;
use std::collections::HashMap;

use milkrun_plan::import::{ImportRow, Severity};
use milkrun_plan::{Plan, Stop};

use crate::store::Located;

/// Below this a found place is worth a look.
const SURE: f32 = 0.8;

/// The answers of the geocoder so far, by address.
pub(super) type Found = HashMap<String, Located>;

/// How a row stands.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Status {
    /// It cannot become a stop; says why.
    Failing(String),
    /// It becomes a stop, but nobody knows its address; says what to try.
    Lost(String),
    /// It becomes a stop that is worth a look; says why.
    Check(String),
    /// Its address is being looked up, or will be.
    Waiting,
    /// All is well.
    Ready,
}

impl Status {
    /// Whether a person should do something about it.
    pub(super) fn is_problem(&self) -> bool {
        matches!(self, Self::Failing(_) | Self::Lost(_) | Self::Check(_))
    }
}

/// How many rows stand how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Tally {
    pub(super) ready: usize,
    pub(super) check: usize,
    pub(super) waiting: usize,
    pub(super) lost: usize,
    pub(super) failing: usize,
}

impl Tally {
    pub(super) fn add(&mut self, status: &Status) {
        match status {
            Status::Failing(_) => self.failing += 1,
            Status::Lost(_) => self.lost += 1,
            Status::Check(_) => self.check += 1,
            Status::Waiting => self.waiting += 1,
            Status::Ready => self.ready += 1,
        }
    }

    /// Rows that become stops.
    pub(super) fn stops(&self) -> usize {
        self.ready + self.check + self.waiting + self.lost
    }

    /// Rows among them that come without a position.
    pub(super) fn unplaced(&self) -> usize {
        self.waiting + self.lost
    }
}

/// How one row stands, given the geocoder's answers and the plan's positions of stops that are there already.
pub(super) fn status(row: &ImportRow, found: &Found, placed: &Placed) -> Status {
    let Some(stop) = row.ready() else {
        let why = row.problems.iter().find(|it| it.severity == Severity::Error).or(row.problems.first());
        return Status::Failing(
            why.map_or_else(|| "This row cannot be read".to_owned(), |it| it.message.clone()),
        );
    };
    if needs_place(stop, placed) {
        match found.get(&stop.address).map(|it| &it.result) {
            None => return Status::Waiting,
            Some(Err(why)) => return Status::Lost(why.clone()),
            Some(Ok(position)) if position.confidence < SURE => {
                let as_found = found.get(&stop.address).map(|it| it.label.clone()).unwrap_or_default();
                return Status::Check(format!(
                    "Found as \u{201C}{as_found}\u{201D}, {} % sure",
                    fixed(f64::from(position.confidence) * 100.0, 0)
                ));
            }
            Some(Ok(_)) => {}
        }
    }
    match row.problems.first() {
        Some(problem) => Status::Check(problem.message.clone()),
        None => Status::Ready,
    }
}

/// The addresses of stops that the plan has on the map already, by id: an import keeps those pins.
pub(super) type Placed = HashMap<String, String>;

pub(super) fn placed(plan: &Plan) -> Placed {
    let known = plan.stops.iter().filter(|it| it.position.is_some());
    known.map(|it| (it.id.0.clone(), it.address.clone())).collect()
}

/// Whether the stop's address has to be looked up.
pub(super) fn needs_place(stop: &Stop, placed: &Placed) -> bool {
    stop.position.is_none() && placed.get(&stop.id.0) != Some(&stop.address)
}

#[cfg(test)]
mod tests {
    use super::*;
    use milkrun_plan::import::{Mapping, guess, interpret, parse};
    use milkrun_plan::{Position, PositionSource, Settings};

    fn check(row: &str, answer: Option<Result<f32, &str>>, kept: bool, expected: &Status) {
        let table = parse(&format!("id,address,parcels,note\n{row}\n")).unwrap();
        let all = interpret(&table, &Mapping::from_guesses(&guess(&table)), &Settings::default());
        let mut found = Found::new();
        if let Some(answer) = answer {
            let position =
                |confidence| Position { lat: 60.0, lon: 25.0, source: PositionSource::Hand, confidence };
            let result = answer.map(position).map_err(str::to_owned);
            found.insert("Street 3".into(), Located { result, label: "Street 30".into() });
        }
        let placed = if kept { Placed::from([("1".into(), "Street 3".into())]) } else { Placed::new() };
        assert_eq!(status(&all.rows[0], &found, &placed), *expected, "{row}");
    }

    #[test]
    fn a_row_stands_as_its_worst_part() {
        check("1,Street 3,1,x", None, false, &Status::Waiting);
        check("1,Street 3,1,x", None, true, &Status::Ready);
        check("1,Street 3,1,x", Some(Ok(1.0)), false, &Status::Ready);
        check("1,Street 3,1,x", Some(Err("Try the city")), false, &Status::Lost("Try the city".into()));
        let unsure = "Found as \u{201C}Street 30\u{201D}, 50 % sure";
        check("1,Street 3,1,x", Some(Ok(0.5)), false, &Status::Check(unsure.into()));
        let missing = "The address is missing; write street, number and city";
        check("1,,1,x", None, false, &Status::Failing(missing.into()));
    }
}
