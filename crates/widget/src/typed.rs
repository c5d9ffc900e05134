//! Takes apart what a shopper typed or pasted: several numbers at once, and the contact beside an order number.

use crate::number;

/// Most numbers in one lookup.
pub const MOST: usize = 40;

/// Why what was typed cannot be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// Something in it cannot be a number.
    BadNumber,
    /// More numbers than [`MOST`].
    TooMany,
}

impl Trouble {
    /// The name of the text that says so.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::BadNumber => "badNumber",
            Self::TooMany => "tooMany",
        }
    }
}

/// The numbers in a text, each once, in order.
///
/// Line ends, tabs, commas, semicolons and strokes part numbers.
/// Blanks do so only where each word could stand alone, since carriers print blanks inside numbers.
///
/// # Errors
/// When a part cannot be a number, or there are too many.
pub fn numbers(typed: &str) -> Result<Vec<String>, Trouble> {
    let mut found: Vec<String> = Vec::new();
    let mut add = |part: &str| {
        let number = number::clean(part).ok_or(Trouble::BadNumber)?;
        if !found.contains(&number) {
            if found.len() == MOST {
                return Err(Trouble::TooMany);
            }
            found.push(number);
        }
        Ok(())
    };
    for part in typed.split(['\n', '\r', '\t', ',', ';', '|']) {
        if part.split(' ').filter(|it| !it.is_empty()).all(stands_alone) {
            for word in part.split(' ').filter(|it| !it.is_empty()) {
                add(word)?;
            }
        } else {
            add(part)?;
        }
    }
    if found.is_empty() { Err(Trouble::BadNumber) } else { Ok(found) }
}

/// Whether a word is so long, with a digit in it, that it is no group of a longer number.
fn stands_alone(word: &str) -> bool {
    word.len() >= 8 && word.bytes().any(|it| it.is_ascii_digit())
}

/// Which of the three a contact is, as the lookup by order wants it named; empty for none of them.
#[must_use]
pub fn contact(text: &str) -> &'static str {
    let text = text.trim();
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let is_phone =
        |it: u8| it.is_ascii_digit() || matches!(it, b'+' | b'-' | b' ' | b'(' | b')' | b'.' | b'/');
    if text.is_empty() {
        ""
    } else if text.contains('@') {
        "email"
    } else if text.bytes().all(is_phone)
        && (digits >= 7 && !is_hyphenated_postcode(text) || text.starts_with('+'))
    {
        "phone"
    } else {
        "postcode"
    }
}

/// The hyphenated postcodes that have as many digits as a telephone number: `12345-6789`, `150-0001`, `12345-678`.
fn is_hyphenated_postcode(text: &str) -> bool {
    let hyphen = text.bytes().position(|it| it == b'-');
    let digits = text.bytes().filter(u8::is_ascii_digit).count() + 1 == text.len();
    digits && matches!((hyphen, text.len()), (Some(5), 9 | 10) | (Some(3), 8))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(typed: &str, expected: Result<&[&str], Trouble>) {
        let found = numbers(typed);
        let found = found.as_ref().map(|it| it.iter().map(String::as_str).collect::<Vec<_>>());
        assert_eq!(found, expected.as_ref().map(|it| it.to_vec()), "{typed:?}");
    }

    #[test]
    fn numbers_are_parted_as_people_paste_them() {
        check("RR123456789FI", Ok(&["RR123456789FI"]));
        check("RR123456789FI, RR987654321FI", Ok(&["RR123456789FI", "RR987654321FI"]));
        check("RR123456789FI\r\nRR987654321FI\n", Ok(&["RR123456789FI", "RR987654321FI"]));
        check("RR123456789FI RR987654321FI", Ok(&["RR123456789FI", "RR987654321FI"]));
        check("A1234; B1234 | C1234\tD1234", Ok(&["A1234", "B1234", "C1234", "D1234"]));
        check("A1234,A1234,", Ok(&["A1234"]));
    }

    #[test]
    fn blanks_inside_a_number_do_not_part_it() {
        check("jjfi 6000 1234 5678", Ok(&["jjfi600012345678"]));
        check("RR 123 456 789 FI, CP 1234 5678 9DE", Ok(&["RR123456789FI", "CP123456789DE"]));
    }

    #[test]
    fn what_cannot_be_asked_for_is_refused() {
        check("", Err(Trouble::BadNumber));
        check(" , ; ", Err(Trouble::BadNumber));
        check("RR123456789FI, <b>", Err(Trouble::BadNumber));
        let many = |count: usize| (0..count).map(|it| format!("AB{it:06}")).collect::<Vec<_>>().join("\n");
        assert_eq!(numbers(&many(MOST)).map(|it| it.len()), Ok(MOST));
        check(&many(MOST + 1), Err(Trouble::TooMany));
    }

    #[test]
    fn contacts_are_told_apart() {
        for (text, expected) in [
            ("aino@example.com", "email"),
            ("+358 40 123 4567", "phone"),
            ("040-1234567", "phone"),
            ("(0)30 123456", "phone"),
            ("00100", "postcode"),
            ("12345-6789", "postcode"),
            ("SW1A 1AA", "postcode"),
            ("150-0001", "postcode"),
            ("", ""),
            ("  ", ""),
        ] {
            assert_eq!(contact(text), expected, "{text:?}");
        }
    }
}
