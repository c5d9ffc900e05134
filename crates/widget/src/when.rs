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

/// An age as `Intl.RelativeTimeFormat` takes it: a value, negative in the past, and its unit.
#[must_use]
pub fn age(seconds: f64) -> (f64, &'static str) {
    let units =
        [(60.0, "second"), (60.0, "minute"), (24.0, "hour"), (7.0, "day"), (4.35, "week"), (12.0, "month")];
    let mut value = seconds;
    for (size, unit) in units {
        if value.round().abs() < size {
            // "Now" for all below a minute: seconds are noise on a parcel's way.
            return (if unit == "second" { 0.0 } else { -value.round() }, unit);
        }
        value /= size;
    }
    (-value.round(), "year")
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
        const HOUR: f64 = 3600.0;
        for (seconds, expected) in [
            (0.0, (0.0, "second")),
            (59.0, (0.0, "second")),
            (60.0, (-1.0, "minute")),
            (3599.0, (-1.0, "hour")),
            (5.0 * HOUR, (-5.0, "hour")),
            (24.0 * HOUR, (-1.0, "day")),
            (8.0 * 24.0 * HOUR, (-1.0, "week")),
            (62.0 * 24.0 * HOUR, (-2.0, "month")),
            (800.0 * 24.0 * HOUR, (-2.0, "year")),
            (-2.0 * HOUR, (2.0, "hour")),
        ] {
            assert_eq!(age(seconds), expected, "{seconds}");
        }
    }
}
