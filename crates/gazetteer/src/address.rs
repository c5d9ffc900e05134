//! One address, and the reading of the file that holds them.

use std::collections::HashSet;

use crate::{Match, words};

/// Distance of a house whose range of numbers holds the wanted one, so that a house with that very number
/// comes first.
pub(crate) const SAME_HOUSE: f64 = 0.01;

/// A street address with its place.
#[derive(Debug, Clone, PartialEq)]
pub struct Address {
    /// Street, as signposted.
    pub street: String,
    /// House number with its letter or range, such as `15 B` or `30-34`.
    pub house_number: String,
    /// Five digits, when the map knows them.
    pub postcode: Option<String>,
    /// WGS 84 degrees north.
    pub lat: f64,
    /// WGS 84 degrees east.
    pub lon: f64,
    pub(crate) number: HouseNumber,
}

/// A house number taken apart; `30-34` is one house with three numbers.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct HouseNumber {
    low: u32,
    high: u32,
    letter: Option<char>,
}

impl Address {
    /// The address on one line: `Aleksanterinkatu 15, 00100 Helsinki`.
    pub fn label(&self) -> String {
        match &self.postcode {
            Some(postcode) => format!("{} {}, {postcode} Helsinki", self.street, self.house_number),
            None => format!("{} {}, Helsinki", self.street, self.house_number),
        }
    }

    pub(crate) fn as_match(&self, exact: bool) -> Match {
        Match { lat: self.lat, lon: self.lon, label: self.label(), exact }
    }
}

impl HouseNumber {
    /// Reads folded words, the first of which must start with a digit: `15`, `15b`, `15 b`, `30-34`.
    pub(crate) fn read<'a>(mut words: impl Iterator<Item = &'a str>) -> Option<Self> {
        let first = words.next()?;
        let digits_end = first.find(|it: char| !it.is_ascii_digit()).unwrap_or(first.len());
        let (digits, rest) = first.split_at(digits_end);
        let low: u32 = digits.parse().ok()?;
        if let Some(high) = rest.strip_prefix('-') {
            let high: u32 = high.trim_end_matches(|it: char| !it.is_ascii_digit()).parse().ok()?;
            return Some(Self { low: low.min(high), high: low.max(high), letter: None });
        }
        let mut letters = rest.chars();
        let letter = match (letters.next(), letters.next()) {
            (Some(it), None) => Some(it),
            (Some(_), Some(_)) => return None,
            (None, _) => words.next().and_then(single_letter),
        };
        Some(Self { low, high: low, letter })
    }

    /// How far this house is from the `wanted` one, counted in numbers; at most [`SAME_HOUSE`] for the very
    /// house, and 0 for one listed under just this number.
    pub(crate) fn distance_to(&self, wanted: &Self) -> f64 {
        if self == wanted {
            return 0.0;
        }
        let is_range = self.high > self.low;
        if is_range && wanted.letter.is_none() && self.covers(wanted.low) && self.covers(wanted.high) {
            return SAME_HOUSE;
        }
        let gap = self.low.saturating_sub(wanted.high).max(wanted.low.saturating_sub(self.high));
        // Odd and even numbers face each other across the street, so the neighbour is two numbers away; and
        // of two houses with the right number, the one without a letter stands for both.
        let across = if self.low % 2 == wanted.low % 2 { 0.0 } else { 1.5 };
        let lettered = self.letter.map_or(0.0, |it| 0.2 + f64::from(it as u32 % 100) / 1000.0);
        f64::from(gap) + across + lettered + 0.1
    }

    fn covers(&self, number: u32) -> bool {
        (self.low..=self.high).contains(&number) && number % 2 == self.low % 2
    }
}

fn single_letter(word: &str) -> Option<char> {
    let mut letters = word.chars();
    letters.next().filter(|it| it.is_alphabetic() && letters.next().is_none())
}

/// Reads the file, leaving out what names no single house and what is listed twice.
pub(crate) fn read(csv: &str) -> Vec<Address> {
    let mut seen = HashSet::new();
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    reader
        .records()
        .filter_map(|record| address(&record.ok()?))
        .filter(|it| seen.insert((words::fold(&it.street), it.number.clone())))
        .collect()
}

fn address(record: &csv::StringRecord) -> Option<Address> {
    let [street, house_number, postcode] = [0, 1, 2].map(|idx| record.get(idx).unwrap_or_default().trim());
    // The map has a few shops' names before the street and floors after the number.
    let street = street.rsplit(',').next()?.trim();
    let house_number = house_number.split(',').next()?.trim();
    let folded = words::fold(house_number);
    Some(Address {
        street: street.to_owned(),
        house_number: house_number.to_owned(),
        postcode: Some(postcode.to_owned()).filter(|it| !it.is_empty()),
        lat: record.get(5)?.parse().ok()?,
        lon: record.get(6)?.parse().ok()?,
        number: HouseNumber::read(folded.split(' '))?,
    })
    .filter(|it| !it.street.is_empty() && !it.street.contains(|it: char| it.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> Option<HouseNumber> {
        HouseNumber::read(text.split(' '))
    }

    #[test]
    fn house_numbers_are_taken_apart() {
        let check = |text: &str, low, high, letter| {
            assert_eq!(number(text), Some(HouseNumber { low, high, letter }), "{text}");
        };
        check("15", 15, 15, None);
        check("15b", 15, 15, Some('b'));
        check("15 b", 15, 15, Some('b'));
        check("15 b 9", 15, 15, Some('b'));
        check("15 helsinki", 15, 15, None);
        check("30-34", 30, 34, None);
        check("29-27", 27, 29, None);
        assert_eq!(number("keskuskatu 5"), None);
        assert_eq!(number("99999999999"), None);
    }

    #[test]
    fn the_same_side_of_the_street_is_nearer() {
        let distance = |a: &str, b: &str| number(a).unwrap().distance_to(&number(b).unwrap());
        assert_eq!(distance("15", "15"), 0.0);
        assert_eq!(distance("30-34", "32"), SAME_HOUSE);
        assert!(distance("30-34", "33") > SAME_HOUSE);
        assert!(distance("17", "15") < distance("14", "15") + 1.0);
        assert!(distance("15", "15 c") < distance("15 b", "15 c"));
    }
}
