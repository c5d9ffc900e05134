//! Times of day without a clock or a calendar.
//!
//! A plan covers one day in one place, so a time is a number of seconds after that day's midnight. Reading
//! and writing such times is needed by the import, the exports and the screens alike, hence one home for it.

use serde::{Deserialize, Serialize};

/// Seconds in an hour.
pub const HOUR: u32 = 3_600;
/// Seconds in a minute.
pub const MINUTE: u32 = 60;

/// A span of the day, both ends included, in seconds after midnight.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct TimeWindow {
    /// The earliest moment.
    pub start: u32,
    /// The latest moment, not before `start`.
    pub end: u32,
}

impl TimeWindow {
    /// A window between two times given in seconds after midnight.
    pub const fn new(start: u32, end: u32) -> Self {
        TimeWindow { start, end }
    }

    /// A window between two full hours, `hours(8, 16)` being 08:00 to 16:00.
    pub const fn hours(start: u32, end: u32) -> Self {
        TimeWindow { start: start * HOUR, end: end * HOUR }
    }

    /// The window as people write it: `09:00-12:00`.
    pub fn label(self) -> String {
        format!("{}-{}", format_time(self.start), format_time(self.end))
    }
}

/// Writes a time as `HH:MM`, cutting off seconds; a time past midnight goes on counting (`25:10`).
pub fn format_time(seconds: u32) -> String {
    format!("{:02}:{:02}", seconds / HOUR, seconds % HOUR / MINUTE)
}

/// Reads a time of day as people and spreadsheets write it, in seconds after midnight.
///
/// Understood are `9`, `9:00`, `09.00`, `9h30`, `0930`, `9:00:00`, `9 am`, `12:15 p.m.`, `9 Uhr`, `klo 9` and
/// `kl. 9`. Returns `None` for anything else, and for times past `24:00`.
pub fn parse_time(text: &str) -> Option<u32> {
    let mut text = milkrun_host::lower(text.trim());
    for prefix in ["klo", "kl.", "kl"] {
        if let Some(rest) = text.strip_prefix(prefix) {
            text = rest.trim().to_owned();
            break;
        }
    }
    let (text, half) = split_half_of_day(&text);
    let text = text.strip_suffix("uhr").or_else(|| text.strip_suffix('h')).unwrap_or(text).trim();

    let parts: Vec<&str> = text.split([':', '.', 'h']).collect();
    let (hours, minutes, seconds) = match parts.as_slice() {
        [compact] if compact.len() == 4 => (number(compact.get(..2)?)?, number(compact.get(2..)?)?, 0),
        [hours] => (number(hours)?, 0, 0),
        [hours, minutes] => (number(hours)?, two_digits(minutes)?, 0),
        [hours, minutes, seconds] => (number(hours)?, two_digits(minutes)?, two_digits(seconds)?),
        _ => return None,
    };
    let hours = match half {
        Some(_) if !(1..=12).contains(&hours) => return None,
        Some(Half::Morning) => hours % 12,
        Some(Half::Afternoon) => hours % 12 + 12,
        None => hours,
    };
    let total = hours * HOUR + minutes * MINUTE + seconds;
    (minutes < 60 && seconds < 60 && total <= 24 * HOUR).then_some(total)
}

/// Reads a window such as `9:00-12:00`, `9–12`, `09:00 to 12:00`, `9.00 bis 12.00` or `9 am - 1 pm`.
///
/// Returns `None` when the text is not two times with something between them. The end may lie before the
/// start: that is a mistake to show to its owner, and only the caller knows where.
pub fn parse_window(text: &str) -> Option<TimeWindow> {
    let lower = milkrun_host::lower(text.trim());
    let words = [" to ", " until ", " bis ", " till ", " à ", " a ", "..", "/", "–", "—", "-"];
    words.iter().find_map(|word| {
        let (start, end) = lower.split_once(word)?;
        Some(TimeWindow::new(parse_time(start)?, parse_time(end)?))
    })
}

enum Half {
    Morning,
    Afternoon,
}

fn split_half_of_day(text: &str) -> (&str, Option<Half>) {
    for (suffix, afternoon) in [("a.m.", false), ("am", false), ("p.m.", true), ("pm", true)] {
        if let Some(rest) = text.strip_suffix(suffix) {
            return (rest.trim(), Some(if afternoon { Half::Afternoon } else { Half::Morning }));
        }
    }
    (text, None)
}

/// A number of one or two digits and nothing else.
fn number(text: &str) -> Option<u32> {
    let text = text.trim();
    let sound = (1..=2).contains(&text.len()) && text.bytes().all(|it| it.is_ascii_digit());
    sound.then(|| text.parse().ok()).flatten()
}

fn two_digits(text: &str) -> Option<u32> {
    (text.trim().len() == 2).then(|| number(text)).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Option<&str>) {
        assert_eq!(parse_time(text).map(format_time).as_deref(), expected, "{text:?}");
    }

    #[test]
    fn times_are_read_as_people_write_them() {
        check("9", Some("09:00"));
        check(" 09:30 ", Some("09:30"));
        check("9.05", Some("09:05"));
        check("9h30", Some("09:30"));
        check("9h", Some("09:00"));
        check("0930", Some("09:30"));
        check("13:45:59", Some("13:45"));
        check("9 AM", Some("09:00"));
        check("12 am", Some("00:00"));
        check("12:15 p.m.", Some("12:15"));
        check("1pm", Some("13:00"));
        check("9 Uhr", Some("09:00"));
        check("klo 9.15", Some("09:15"));
        check("kl. 8", Some("08:00"));
        check("24:00", Some("24:00"));
    }

    #[test]
    fn what_is_no_time_is_refused() {
        for text in
            ["", "noon", "24:01", "9:60", "9:5", "13 pm", "0 am", "-1", "930", "9:00:00:00", "٩:٠٠", "+9"]
        {
            check(text, None);
        }
    }

    #[test]
    fn windows_are_read_with_any_word_between() {
        for text in [
            "9:00-12:00",
            "9–12",
            "09.00 — 12.00",
            "9 to 12",
            "9 bis 12 Uhr",
            "9am - 12pm",
            "9h/12h",
            "9..12",
        ] {
            assert_eq!(parse_window(text), Some(TimeWindow::hours(9, 12)), "{text:?}");
        }
        for text in ["", "9", "9-", "-12", "morning", "9-12-15"] {
            assert_eq!(parse_window(text), None, "{text:?}");
        }
        assert_eq!(
            parse_window("12-9"),
            Some(TimeWindow::hours(12, 9)),
            "the caller complains, not the reader"
        );
    }

    #[test]
    fn a_window_reads_back_as_it_was_written() {
        assert_eq!(TimeWindow::hours(8, 16).label(), "08:00-16:00");
        assert_eq!(format_time(25 * HOUR + 10 * MINUTE), "25:10");
    }
}
