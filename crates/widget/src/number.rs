//! Checks a number before anybody is asked about it: a typing error costs no request and no waiting.

/// Fewest characters of a number.
pub const MIN_LENGTH: usize = 4;

/// Most characters of a number.
pub const MAX_LENGTH: usize = 40;

/// The number as it is asked for: blanks, which carriers print between groups of digits, are dropped.
///
/// `None` unless 4 to 40 ASCII letters, digits or hyphens remain, with a letter or digit among them.
#[must_use]
pub fn clean(typed: &str) -> Option<String> {
    // Pasted numbers bring invisible marks along: zero-width blanks, direction marks, byte order marks.
    let invisible = |it: char| it.is_whitespace() || matches!(it, '\u{200b}'..='\u{200f}' | '\u{feff}');
    let mut number = String::new();
    for it in typed.chars().filter(|it| !invisible(*it)) {
        if !(it.is_ascii_alphanumeric() || it == '-') || number.len() == MAX_LENGTH {
            return None;
        }
        number.push(it);
    }
    let fits = number.len() >= MIN_LENGTH && number.bytes().any(|it| it != b'-');
    fits.then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(typed: &str, expected: Option<&str>) {
        assert_eq!(clean(typed).as_deref(), expected, "{typed:?}");
    }

    #[test]
    fn good_numbers_pass() {
        check("RR123456789FI", Some("RR123456789FI"));
        check("  jjfi 6000 1234 5678 ", Some("jjfi600012345678"));
        check("\u{200e}AB-12\u{200b}", Some("AB-12"));
        check("1234", Some("1234"));
        check(&"9".repeat(40), Some(&"9".repeat(40)));
    }

    #[test]
    fn bad_numbers_are_refused() {
        check("", None);
        check("   ", None);
        check("123", None);
        check(&"9".repeat(41), None);
        check("----", None);
        check("<img src=x>", None);
        check("AB_12", None);
        check("ÄÄKKÖSET", None);
        check("1234&site=other", None);
    }
}
