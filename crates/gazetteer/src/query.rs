//! Taking a query apart into a street and a house number.

use crate::HouseNumber;
use crate::words::{fold, is_neutral};

/// What a query asks for.
#[derive(Debug, PartialEq)]
pub(crate) struct Query {
    /// Folded name of a known street.
    pub(crate) street: String,
    /// Absent when the query names only the street.
    pub(crate) number: Option<HouseNumber>,
}

impl Query {
    /// Reads a query, `None` when it names no known street or another city.
    ///
    /// What stands before the street is taken for the name of a shop or a person; what follows the house
    /// number must not name another place.
    pub(crate) fn read(text: &str, is_street: impl Fn(&str) -> bool) -> Option<Self> {
        let segments: Vec<String> =
            text.split([',', ';', '\n']).map(fold).filter(|it| !it.is_empty()).collect();
        let (idx, (street, rest)) =
            segments.iter().enumerate().find_map(|(idx, it)| Some((idx, street_of(it, &is_street)?)))?;
        let words = || rest.split(' ').filter(|it| !it.is_empty());
        let stays_here = words().chain(segments[idx + 1..].iter().flat_map(|it| it.split(' '))).all(is_here);
        let number = match words().next() {
            Some(it) if is_postcode(it) => None,
            _ => HouseNumber::read(words()),
        };
        stays_here.then_some(Self { street, number })
    }
}

/// The longest beginning of a segment that is a street, and what follows it.
fn street_of(segment: &str, is_street: impl Fn(&str) -> bool) -> Option<(String, &str)> {
    let ends = segment.match_indices(' ').map(|(idx, _)| idx).chain([segment.len()]);
    let mut ends: Vec<usize> = ends.collect();
    ends.reverse();
    ends.into_iter().find_map(|end| {
        let (name, rest) = segment.split_at(end);
        let written_out = || name.strip_suffix('k').map(|it| format!("{it}katu"));
        let street = Some(name.to_owned())
            .filter(|it| is_street(it))
            .or_else(|| written_out().filter(|it| is_street(it)));
        Some((street?, rest.trim_start()))
    })
}

fn is_here(word: &str) -> bool {
    // Helsinki's postcodes all start with 00.
    if is_postcode(word) { word.starts_with("00") } else { is_neutral(word) }
}

fn is_postcode(word: &str) -> bool {
    word.len() == 5 && word.bytes().all(|it| it.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, street: Option<&str>, number: Option<&str>) {
        let known = ["alvar aallon katu", "alvar aallon", "annankatu"];
        let found = Query::read(text, |it| known.contains(&it));
        let expected = street.map(|it| Query {
            street: it.to_owned(),
            number: number.and_then(|it| HouseNumber::read(it.split(' '))),
        });
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn queries_are_taken_apart() {
        check("Alvar Aallon katu 3", Some("alvar aallon katu"), Some("3"));
        check("Alvar Aallon 3 B 12", Some("alvar aallon"), Some("3 b"));
        check("Annank. 10; 00120 Helsinki", Some("annankatu"), Some("10"));
        check("Annankatu", Some("annankatu"), None);
        check("Annankatu 00120", Some("annankatu"), None);
        check("Annankatu 10 Turku", None, None);
        check("Annankatu 10, 20100", None, None);
        check("10 Annankatu", None, None);
    }
}
