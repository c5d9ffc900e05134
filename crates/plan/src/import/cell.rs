//! Reading single cells: numbers, times and coordinates as spreadsheets of several countries write them.

use crate::clock::{TimeWindow, parse_time, parse_window};
use crate::stop::{Stop, Turn};

/// How formulas begin, in both widths.
const GUARDED: [char; 8] = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];

/// The cell without the apostrophes that an export put before what a spreadsheet would run as a formula.
pub(super) fn unguarded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut letters = text.chars().peekable();
    let mut begins = false;
    while let Some(it) = letters.next() {
        let guard = begins && it == '\'' && letters.peek().is_some_and(|next| GUARDED.contains(next));
        if !guard {
            out.push(it);
        }
        begins = matches!(it, ';' | '\t' | '\n' | '\r') || begins && matches!(it, ' ' | '"');
    }
    match out.strip_prefix('\'') {
        Some(rest) if rest.trim_start().starts_with(GUARDED) => rest.to_owned(),
        _ => out,
    }
}

/// A count such as `2`, `2.0`, `2,0`, `2 pcs` or `3 kpl`.
pub(super) fn count(text: &str) -> Option<u32> {
    let text = text.trim().trim_end_matches(|it: char| it.is_alphabetic() || it == '.').trim();
    let whole = match text.split_once(['.', ',']) {
        Some((whole, zeros)) if !zeros.is_empty() && zeros.bytes().all(|it| it == b'0') => whole,
        Some(_) => return None,
        None => text,
    };
    let sound = whole.len() <= 6 && whole.bytes().all(|it| it.is_ascii_digit());
    sound.then(|| whole.parse().ok()).flatten()
}

/// A duration in minutes such as `4`, `4.5`, `4 min` or `0:04`, in seconds; at most a day.
pub(super) fn minutes(text: &str) -> Option<u32> {
    let text = text.trim();
    if text.contains(':') {
        return parse_time(text);
    }
    let number = text.trim_end_matches(|it: char| it.is_alphabetic() || it == '.').trim();
    let minutes = decimal(number)?;
    (0.0..=1440.0).contains(&minutes).then(|| (minutes * 60.0).round() as u32)
}

/// A number with a decimal point or a decimal comma.
pub(super) fn decimal(text: &str) -> Option<f64> {
    let plain = text.trim().replace(',', ".");
    let sound = !plain.is_empty() && plain.bytes().all(|it| it.is_ascii_digit() || b".-+".contains(&it));
    sound.then(|| milkrun_host::number(&plain)).flatten()
}

/// Degrees such as `60.17`, `60,17`, `60.17°` or `24.94° W`, southern and western ones negative.
pub(super) fn degrees(text: &str) -> Option<f64> {
    let text = text.trim();
    let negative = text.ends_with(['S', 's', 'W', 'w']);
    let number = text.trim_end_matches(['N', 'n', 'E', 'e', 'S', 's', 'W', 'w', '°', ' ']);
    decimal(number).map(|it| if negative { -it } else { it })
}

/// A time of day, also as the second half of a date and time.
pub(super) fn time(text: &str) -> Option<u32> {
    parse_time(text).or_else(|| {
        let (date, time) = text.trim().split_once([' ', 'T'])?;
        let is_date = date.len() >= 6 && date.matches(['-', '.', '/']).count() == 2;
        is_date.then(|| parse_time(time.trim_end_matches('Z'))).flatten()
    })
}

/// A time window in one cell.
pub(super) fn window(text: &str) -> Option<TimeWindow> {
    parse_window(text)
}

/// A priority: a word, or a number up to 255 of which a larger one matters more.
pub(super) fn priority(text: &str) -> Option<u8> {
    const NORMAL: [&str; 9] = ["normal", "low", "no", "none", "niedrig", "nein", "normaali", "ei", "nej"];
    const HIGH: [&str; 12] =
        ["high", "yes", "x", "express", "prio", "hoch", "ja", "korkea", "kylla", "hog", "haute", "alta"];
    const URGENT: [&str; 9] = [
        "urgent",
        "must",
        "critical",
        "highest",
        "dringend",
        "kiireellinen",
        "akut",
        "urgente",
        "brådskande",
    ];
    let word = milkrun_host::lower(text.trim());
    let is = |words: &[&str]| words.contains(&word.as_str());
    match () {
        () if is(&NORMAL) => Some(0),
        () if is(&HIGH) => Some(Stop::HIGH),
        () if is(&URGENT) => Some(Stop::URGENT),
        () => word.parse().ok(),
    }
}

/// Whether a stop comes first or last.
pub(super) fn turn(text: &str) -> Option<Turn> {
    const FIRST: [&str; 8] = ["first", "1", "start", "zuerst", "erster", "ensin", "först", "premier"];
    const LAST: [&str; 7] = ["last", "end", "zuletzt", "letzter", "viimeinen", "sist", "dernier"];
    const ANY: [&str; 3] = ["any", "no", "-"];
    let word = milkrun_host::lower(text.trim());
    let is = |words: &[&str]| words.contains(&word.as_str());
    match () {
        () if is(&FIRST) => Some(Turn::First),
        () if is(&LAST) => Some(Turn::Last),
        () if is(&ANY) => Some(Turn::Any),
        () => None,
    }
}

/// Whether this could be an e-mail address; the portal does not judge further.
pub(super) fn is_email(text: &str) -> bool {
    let Some((user, host)) = text.split_once('@') else { return false };
    let blank = text.contains(char::is_whitespace);
    !user.is_empty() && !blank && !host.contains('@') && host.contains('.') && !host.ends_with('.')
}

/// Whether this looks like a telephone number.
pub(super) fn is_phone(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let marks = text.bytes().all(|it| it.is_ascii_digit() || b" +-()/.".contains(&it));
    marks && (7..=16).contains(&digits) && text.starts_with(['+', '0', '('])
}

/// Whether this looks like a street with a number, or a whole address.
pub(super) fn is_address(text: &str) -> bool {
    let words: Vec<&str> = text.split([' ', ',']).filter(|it| !it.is_empty()).collect();
    let named = words.iter().any(|it| it.chars().filter(|c| c.is_alphabetic()).count() >= 3);
    let numbered = words.iter().any(|it| it.starts_with(|c: char| c.is_ascii_digit()));
    named && numbered && words.len() >= 2 && !is_city(text)
}

/// Whether this looks like a city behind its postcode.
pub(super) fn is_city(text: &str) -> bool {
    text.split_once(' ').is_some_and(|(code, name)| {
        is_postcode(code)
            && name.starts_with(char::is_alphabetic)
            && !name.bytes().any(|it| it.is_ascii_digit())
    })
}

/// Whether this looks like a postcode of digits.
pub(super) fn is_postcode(text: &str) -> bool {
    (4..=5).contains(&text.len()) && text.bytes().all(|it| it.is_ascii_digit())
}

/// Whether this is a postal item number of the Universal Postal Union's standard S10 (`RR123456785FI`).
pub(super) fn is_item_number(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() == 13
        && bytes[..2].iter().all(u8::is_ascii_uppercase)
        && bytes[2..11].iter().all(u8::is_ascii_digit)
        && bytes[11..].iter().all(u8::is_ascii_uppercase)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts() {
        for (text, expected) in [("2", 2), (" 12 ", 12), ("2.0", 2), ("2,00", 2), ("3 kpl", 3), ("4 pcs.", 4)]
        {
            assert_eq!(count(text), Some(expected), "{text}");
        }
        for text in ["", "-1", "two", "1.5", "1e3", "9999999", "00100 Helsinki 3", "3,"] {
            assert_eq!(count(text), None, "{text}");
        }
    }

    #[test]
    fn service_times() {
        for (text, expected) in
            [("4", 240), ("4.5", 270), ("2,5", 150), ("5 min", 300), ("0:05", 300), ("0", 0)]
        {
            assert_eq!(minutes(text), Some(expected), "{text}");
        }
        for text in ["", "soon", "-3", "2000", "1:75", "NaN"] {
            assert_eq!(minutes(text), None, "{text}");
        }
    }

    #[test]
    fn coordinates() {
        for (text, expected) in
            [("60.17", 60.17), ("60,17", 60.17), ("-24.9", -24.9), ("24.9° W", -24.9), ("60.1N", 60.1)]
        {
            assert_eq!(degrees(text), Some(expected), "{text}");
        }
        for text in ["", "north", "60.1.2", "1,234,5", "inf", "nan"] {
            assert_eq!(degrees(text), None, "{text}");
        }
    }

    #[test]
    fn times_behind_dates() {
        for text in
            ["9:30", "2026-03-03 09:30", "3.3.2026 9.30", "2026-03-03T09:30:00Z", "03/03/2026 9:30 am"]
        {
            assert_eq!(time(text), Some(34_200), "{text}");
        }
        assert_eq!(time("Tuesday 9:30"), None);
    }

    fn check(is: fn(&str) -> bool, yes: &[&str], no: &[&str]) {
        for text in yes {
            assert!(is(text), "{text}");
        }
        for text in no {
            assert!(!is(text), "{text}");
        }
    }

    #[test]
    fn what_a_cell_looks_like() {
        check(
            is_email,
            &["a@b.fi", "aino.k+x@example.co.uk"],
            &["", "a@b", "a b@c.fi", "@b.fi", "a@b@c.fi", "a@b."],
        );
        check(
            is_phone,
            &["+358 40 555 0101", "040-5550101", "(09) 555 0101"],
            &["12", "S-1234567", "60.1699123"],
        );
        check(
            is_address,
            &["Annankatu 18", "12 High Street", "Bulevardi 13, 00120 Helsinki"],
            &["Helsinki", "00120 Helsinki", "18", "S 1"],
        );
        check(is_city, &["00120 Helsinki", "1010 Wien"], &["Helsinki", "00120", "00120 Street 5"]);
        check(is_postcode, &["00120", "1010"], &["123", "S1234", "123456"]);
        check(is_item_number, &["RR123456785FI"], &["rr123456785fi", "RR12345678FI", "HEL-001"]);
    }
}
