//! Which character separates the cells, and whether the first row names the columns.

use super::aliases;
use super::table::{Delimiter, records};

/// How many records are enough to tell.
const SAMPLE: usize = 40;

/// The delimiter of a text; a comma when nothing separates anything.
///
/// Addresses are full of commas, and in half of Europe so are numbers. So a comma is only believed when
/// nothing rarer cuts the rows into equally many cells.
pub(super) fn delimiter(text: &str) -> Delimiter {
    let candidates = [Delimiter::Tab, Delimiter::Semicolon, Delimiter::Pipe, Delimiter::Comma];
    let regular = |it: &Delimiter| {
        let counts: Vec<usize> = records(text, *it).map(|row| row.cells.len()).take(SAMPLE).collect();
        let usual = most_common(&counts);
        let alike = counts.iter().filter(|it| **it == usual).count();
        (usual > 1, alike * 100 / counts.len().max(1))
    };
    let scores: Vec<_> = candidates.iter().map(|it| (*it, regular(it))).collect();
    let steady = scores.iter().find(|(_, (cuts, share))| *cuts && *share >= 75);
    let some = || scores.iter().filter(|(_, (cuts, _))| *cuts).max_by_key(|(_, (_, share))| *share);
    steady.or_else(some).map_or(Delimiter::Comma, |(it, _)| *it)
}

/// The count that occurs most often; the larger of two equals.
pub(super) fn most_common(counts: &[usize]) -> usize {
    let often = |it: &usize| counts.iter().filter(|other| *other == it).count();
    counts.iter().take(SAMPLE).copied().max_by_key(|it| (often(it), *it)).unwrap_or(0)
}

/// Whether the first of these rows holds column names.
///
/// Names are known words, or at least words above a column of something else.
pub(super) fn has_header(first: &[String], below: &[&[String]]) -> bool {
    let filled: Vec<&String> = first.iter().filter(|it| !it.is_empty()).collect();
    let is_data = |it: &str| it.chars().any(|c| c.is_ascii_digit() || c == '@');
    let named = filled.iter().filter(|it| aliases::find(it).is_some_and(|(_, exact)| exact)).count();
    if filled.is_empty() || filled.iter().any(|it| it.contains('@')) {
        return false;
    }
    if named * 2 >= filled.len() {
        return true;
    }
    if filled.iter().any(|it| is_data(it)) {
        return false;
    }
    let stands_out = (0..first.len()).any(|column| {
        let cells: Vec<&str> = below.iter().filter_map(|row| row.get(column)).map(String::as_str).collect();
        let data = cells.iter().filter(|it| is_data(it)).count();
        !first[column].is_empty() && !is_data(&first[column]) && data * 10 >= cells.len() * 8 && data > 0
    });
    named > 0 || stands_out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_separator_is_found_among_commas() {
        for (text, expected) in [
            ("a,b,c\n1,2,3\n", Delimiter::Comma),
            ("a;b\n\"x;y\";2\n", Delimiter::Semicolon),
            ("id;address;lat\n1;Street 3, Turku;60,5\n2;Street 4, Turku;60,6\n", Delimiter::Semicolon),
            ("id\taddress\n1\tStreet 3, Turku; back door\n", Delimiter::Tab),
            ("a|b|c\n1|2, 3|4\n", Delimiter::Pipe),
            ("id,note\n1,\"a;b\"\n2,c;d\n3,e\n4,f\n", Delimiter::Comma),
            ("just one column\nanother row\n", Delimiter::Comma),
            ("", Delimiter::Comma),
        ] {
            assert_eq!(delimiter(text), expected, "{text:?}");
        }
    }

    fn check(rows: &[&str], expected: bool) {
        let rows: Vec<Vec<String>> =
            rows.iter().map(|it| it.split(',').map(str::to_owned).collect()).collect();
        let below: Vec<&[String]> = rows[1..].iter().map(Vec::as_slice).collect();
        assert_eq!(has_header(&rows[0], &below), expected, "{rows:?}");
    }

    #[test]
    fn column_names_are_told_from_rows() {
        check(&["id,address,parcels", "1,Street 3,2"], true);
        check(&["Kundnummer,Adress", "1,Gatan 3"], true);
        check(&["foo,bar", "1,2", "3,4"], true);
        check(&["address,window 1", "Street 3,9-12"], true);
        check(&["1,Street 3,2", "2,Street 4,1"], false);
        check(&["Annankatu 18", "Bulevardi 13"], false);
        check(&["Anna,Turku", "Eero,Espoo"], false);
        check(&["a@example.com,x", "b@example.com,y"], false);
    }
}
