//! Days, times and ages in the reader's language and zone.

use js_sys::Date;
use wasm_bindgen::JsValue;

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// Seconds as an age: `just now`, `5 min`, `3 h`, `2 days`, `5 weeks`.
#[must_use]
pub fn age(seconds: i64) -> String {
    match seconds {
        ..MINUTE => "just now".to_owned(),
        MINUTE..HOUR => format!("{} min", seconds / MINUTE),
        HOUR..DAY => format!("{} h", seconds / HOUR),
        DAY..1_209_600 => format!("{} {}", seconds / DAY, if seconds < 2 * DAY { "day" } else { "days" }),
        _ => format!("{} weeks", seconds / (7 * DAY)),
    }
}

/// Milliseconds since 1970 of an RFC 3339 time; `None` if it is none.
#[must_use]
pub fn millis(rfc3339: &str) -> Option<f64> {
    Some(Date::new(&JsValue::from_str(rfc3339)).get_time()).filter(|time| time.is_finite())
}

/// The instant of so many seconds after midnight of a day (`YYYY-MM-DD`) in the browser's zone, RFC 3339.
#[must_use]
pub fn instant(day: &str, seconds: u32) -> Option<String> {
    // Without a zone behind it, a time is the browser's own.
    let midnight = Date::new(&JsValue::from_str(&format!("{day}T00:00:00")));
    if midnight.get_time().is_nan() {
        return None;
    }
    // By the clock on the wall, so that a day with a shifted hour keeps its times.
    midnight.set_seconds(seconds);
    midnight.to_iso_string().as_string()
}

/// The IANA name of the browser's time zone; empty when it does not say.
#[must_use]
pub fn zone() -> String {
    let options =
        js_sys::Intl::DateTimeFormat::new(&js_sys::Array::new(), &js_sys::Object::new()).resolved_options();
    js_sys::Reflect::get(&options, &"timeZone".into()).ok().and_then(|it| it.as_string()).unwrap_or_default()
}

/// How long before `now` (milliseconds since 1970) an RFC 3339 time was; nothing if it is no time.
#[must_use]
pub fn since(rfc3339: &str, now: f64) -> String {
    millis(rfc3339).map(|then| age(((now - then) / 1000.0) as i64)).unwrap_or_default()
}

/// The day of an RFC 3339 time, such as `Sunday 22 Nov`; the text itself if it is no time.
#[must_use]
pub fn day(rfc3339: &str) -> String {
    local(rfc3339, &[("weekday", "long"), ("day", "numeric"), ("month", "short")])
}

/// The time of day of an RFC 3339 time, such as `14:05`; the text itself if it is no time.
#[must_use]
pub fn time_of_day(rfc3339: &str) -> String {
    local(rfc3339, &[("hour", "2-digit"), ("minute", "2-digit")])
}

/// A day alone as a day, a time as day and time.
#[must_use]
pub fn day_or_moment(rfc3339: &str) -> String {
    if rfc3339.contains('T') { super::format::moment(rfc3339) } else { day(rfc3339) }
}

fn local(rfc3339: &str, parts: &[(&str, &str)]) -> String {
    let date = Date::new(&JsValue::from_str(rfc3339));
    if date.get_time().is_nan() {
        return rfc3339.to_owned();
    }
    let options = js_sys::Object::new();
    for (key, value) in parts {
        // Setting a property of a fresh plain object cannot fail.
        let _ = js_sys::Reflect::set(&options, &(*key).into(), &(*value).into());
    }
    date.to_locale_string("default", &options).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_are_short() {
        for (seconds, text) in [
            (-500, "just now"),
            (59, "just now"),
            (60, "1 min"),
            (3_599, "59 min"),
            (7_200, "2 h"),
            (86_400, "1 day"),
            (172_800, "2 days"),
            (1_209_600, "2 weeks"),
        ] {
            assert_eq!(age(seconds), text, "{seconds}");
        }
    }
}
