//! One spelling for a number that people type in many.

/// Letters and digits in capitals; blanks, hyphens and whatever else was typed fall away.
pub(crate) fn normalised(number: &str) -> String {
    number.chars().filter(|it| it.is_alphanumeric()).flat_map(char::to_uppercase).take(100).collect()
}

/// The digits alone.
pub(crate) fn digits(number: &str) -> String {
    number.chars().filter(char::is_ascii_digit).take(100).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_meet() {
        for (typed, expected) in
            [(" jjfi 6432-1000 ", "JJFI64321000"), ("stop_7", "STOP7"), ("<script>", "SCRIPT"), ("---", "")]
        {
            assert_eq!(normalised(typed), expected);
        }
        assert_eq!(digits("+358 (0)40-1"), "3580401");
    }
}
