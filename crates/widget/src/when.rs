//! How to say a day or an age: which unit, and whether "tomorrow", a weekday or a date reads best.

/// The way a day is best named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DayStyle {
    /// Yesterday, today or tomorrow; the number of days from today.
    Near(i32),
    /// Within a week: the weekday alone.
    Weekday,
    /// Any other: weekday and date.
    Date,
}

impl DayStyle {
    /// The style for a day so many days from today.
    #[must_use]
    pub fn of(days: i32) -> Self {
        match days {
            -1..=1 => Self::Near(days),
            -6..=6 => Self::Weekday,
            _ => Self::Date,
        }
    }
}

/// An age as `Intl.RelativeTimeFormat` takes it: a value, which is negative, and its unit.
///
/// `None` for what is still to come: carriers' clocks may be ahead, and "in 49 minutes" would promise something.
/// Whole numbers throughout: reading and writing others would bring more code than all the rest here.
#[must_use]
pub fn age(seconds: i32) -> Option<(i32, &'static str)> {
    /// A unit and its seconds.
    const UNITS: [(i32, &str); 6] = [
        (365 * 86_400, "year"),
        (2_629_800, "month"),
        (7 * 86_400, "week"),
        (86_400, "day"),
        (3600, "hour"),
        (60, "minute"),
    ];
    for (size, unit) in UNITS {
        // Rounded, and the larger unit is taken where rounding fills it.
        if seconds >= size - size / 120 {
            return Some((-((seconds + size / 2) / size), unit));
        }
    }
    // "Now" for all within a minute: seconds are noise on a parcel's way.
    (seconds > -60).then_some((0, "second"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_named_as_people_do() {
        for (days, expected) in [
            (-7, DayStyle::Date),
            (-2, DayStyle::Weekday),
            (-1, DayStyle::Near(-1)),
            (0, DayStyle::Near(0)),
            (1, DayStyle::Near(1)),
            (6, DayStyle::Weekday),
            (7, DayStyle::Date),
        ] {
            assert_eq!(DayStyle::of(days), expected, "{days}");
        }
    }

    #[test]
    fn ages_take_the_largest_unit_that_fits() {
        const HOUR: i32 = 3600;
        for (seconds, expected) in [
            (0, Some((0, "second"))),
            (59, Some((0, "second"))),
            (60, Some((-1, "minute"))),
            (3599, Some((-1, "hour"))),
            (5 * HOUR, Some((-5, "hour"))),
            (24 * HOUR, Some((-1, "day"))),
            (8 * 24 * HOUR, Some((-1, "week"))),
            (62 * 24 * HOUR, Some((-2, "month"))),
            (800 * 24 * HOUR, Some((-2, "year"))),
            (-59, Some((0, "second"))),
            (-60, None),
            (-2 * HOUR, None),
            (i32::MIN, None),
        ] {
            assert_eq!(age(seconds), expected, "{seconds}");
        }
    }
}
