//! Numbers and times in a dispatcher's words.

use js_sys::Date;
use milkrun_plan::cost::{self, Currency};
use wasm_bindgen::JsValue;

/// Metres as `850 m` or `12.4 km`.
#[must_use]
pub fn distance(metres: i64) -> String {
    match metres.abs() {
        0..1000 => format!("{metres} m"),
        1000..100_000 => {
            let tenths = (metres + metres.signum() * 50) / 100;
            format!("{}{}.{} km", if tenths < 0 { "-" } else { "" }, (tenths / 10).abs(), (tenths % 10).abs())
        }
        _ => format!("{} km", (metres + metres.signum() * 500) / 1000),
    }
}

/// Seconds as `4 min` or `2 h 05`.
#[must_use]
pub fn duration(seconds: i64) -> String {
    let minutes = (seconds.abs() + 30) / 60;
    let sign = if seconds < 0 && minutes > 0 { "-" } else { "" };
    if minutes < 60 {
        format!("{sign}{minutes} min")
    } else {
        format!("{sign}{} h {:02}", minutes / 60, minutes % 60)
    }
}

/// An amount in a plan's units of cost as `€12.30`, or from a thousand on as `€1,234`.
#[must_use]
pub fn money(units: i64, currency: Currency) -> String {
    let cents = cost::cents(units);
    let (sign, whole) = (if cents < 0 { "-" } else { "" }, cents.abs() / 100);
    let amount = match whole {
        0..1_000 => format!("{whole}.{:02}", cents.abs() % 100),
        _ => grouped((cents.abs() + 50) / 100),
    };
    format!("{sign}{}{amount}", currency.sign())
}

/// A number of things, such as `1 stop` or `3 stops`.
#[must_use]
pub fn count(number: usize, one: &str) -> String {
    format!("{number} {one}{}", if number == 1 { "" } else { "s" })
}

/// A number with its thousands apart.
fn grouped(number: i64) -> String {
    match number {
        0..1_000 => number.to_string(),
        _ => format!("{},{:03}", grouped(number / 1_000), number % 1_000),
    }
}

/// Seconds after midnight as `09:05`; past midnight it goes on as `25:10`, so that a late route shows as one.
#[must_use]
pub fn clock(seconds: i64) -> String {
    let minutes = seconds.div_euclid(60);
    format!("{:02}:{:02}", minutes.div_euclid(60), minutes.rem_euclid(60))
}

/// A difference with its sign: `+1.2 km`, `-4 min`; nothing when there is none, or none worth a word.
#[must_use]
pub fn signed(text: &str, value: i64) -> String {
    match value.signum() {
        1 if !text.is_empty() => format!("+{text}"),
        -1 => text.to_owned(),
        _ => String::new(),
    }
}

/// An RFC 3339 time in the reader's language and zone, such as `22 Nov, 14:05`; the text itself if it is no time.
#[must_use]
pub fn moment(rfc3339: &str) -> String {
    let date = Date::new(&JsValue::from_str(rfc3339));
    if date.get_time().is_nan() {
        return rfc3339.to_owned();
    }
    let options = js_sys::Object::new();
    for (key, value) in [("day", "numeric"), ("month", "short"), ("hour", "2-digit"), ("minute", "2-digit")] {
        // Setting a property of a fresh plain object cannot fail.
        let _ = js_sys::Reflect::set(&options, &key.into(), &value.into());
    }
    date.to_locale_string("default", &options).into()
}

/// Today in the reader's zone, `YYYY-MM-DD`.
#[must_use]
pub fn today() -> String {
    now().0
}

/// Today and the seconds since midnight on its clocks, in the reader's zone.
#[must_use]
pub fn now() -> (String, u32) {
    let now = Date::new_0();
    let day = format!("{:04}-{:02}-{:02}", now.get_full_year(), now.get_month() + 1, now.get_date());
    (day, (now.get_hours() * 60 + now.get_minutes()) * 60 + now.get_seconds())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances() {
        for (metres, text) in [
            (0, "0 m"),
            (999, "999 m"),
            (1000, "1.0 km"),
            (12_449, "12.4 km"),
            (12_450, "12.5 km"),
            (123_500, "124 km"),
            (-850, "-850 m"),
            (-1500, "-1.5 km"),
        ] {
            assert_eq!(distance(metres), text, "{metres}");
        }
    }

    #[test]
    fn counts() {
        for (number, text) in [(0, "0 stops"), (1, "1 stop"), (2, "2 stops")] {
            assert_eq!(count(number, "stop"), text);
        }
    }

    #[test]
    fn differences() {
        for (text, value, expected) in
            [("4 min", 240, "+4 min"), ("-4 min", -240, "-4 min"), ("0 min", 0, ""), ("", 20, "")]
        {
            assert_eq!(signed(text, value), expected);
        }
    }

    #[test]
    fn amounts() {
        for (cents, currency, text) in [
            (0, Currency::Euro, "€0.00"),
            (1_234, Currency::Dollar, "$12.34"),
            (-5, Currency::Pound, "-£0.05"),
            (99_999, Currency::None, "999.99"),
            (123_450, Currency::Euro, "€1,235"),
            (-123_456_789, Currency::Sek, "-SEK\u{A0}1,234,568"),
        ] {
            assert_eq!(money(cents * cost::UNITS_PER_CENT, currency), text, "{cents}");
        }
    }

    #[test]
    fn durations_and_clocks() {
        for (seconds, text) in
            [(0, "0 min"), (29, "0 min"), (240, "4 min"), (7500, "2 h 05"), (-120, "-2 min")]
        {
            assert_eq!(duration(seconds), text, "{seconds}");
        }
        for (seconds, text) in [(0, "00:00"), (32_700, "09:05"), (90_600, "25:10")] {
            assert_eq!(clock(seconds), text, "{seconds}");
        }
    }
}
