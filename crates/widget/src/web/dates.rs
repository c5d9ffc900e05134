//! Days and ages in the shopper's language and time zone, by the browser's own `Intl`.

use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::when::{DayStyle, age};

const MINUTE: f64 = 60_000.0;
const DAY: f64 = 1440.0 * MINUTE;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = JSON, js_name = parse)]
    fn options(json: &str) -> JsValue;

    type Date;
    #[wasm_bindgen(constructor)]
    fn new(moment: f64) -> Date;
    #[wasm_bindgen(method, js_name = getTimezoneOffset)]
    fn offset(this: &Date) -> f64;
    #[wasm_bindgen(js_namespace = Date)]
    fn now() -> f64;
    #[wasm_bindgen(js_namespace = Date)]
    fn parse(text: &str) -> f64;

    #[wasm_bindgen(js_namespace = Intl, js_name = getCanonicalLocales, catch)]
    fn canonical(locale: &str) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(js_namespace = Intl)]
    type DateTimeFormat;
    #[wasm_bindgen(constructor, js_namespace = Intl)]
    fn new(locale: &str, options: &JsValue) -> DateTimeFormat;
    #[wasm_bindgen(method)]
    fn format(this: &DateTimeFormat, moment: f64) -> String;

    #[wasm_bindgen(js_namespace = Intl)]
    type RelativeTimeFormat;
    #[wasm_bindgen(constructor, js_namespace = Intl)]
    fn new(locale: &str, options: &JsValue) -> RelativeTimeFormat;
    #[wasm_bindgen(method)]
    fn format(this: &RelativeTimeFormat, value: f64, unit: &str) -> String;
}

/// Milliseconds since 1970, UTC.
pub(crate) type Moment = f64;

/// The moment of an RFC 3339 time, or midnight here of an RFC 3339 day; `None` for anything else.
pub(crate) fn parse(text: &str) -> Option<Moment> {
    // JavaScript reads a bare day as UTC, which is the day before in America; with an hour it is local.
    let moment = if has_time(text) { Date::parse(text) } else { Date::parse(&[text, "T00:00"].concat()) };
    (!moment.is_nan()).then_some(moment)
}

/// Whether an RFC 3339 text tells more than a day.
pub(crate) fn has_time(text: &str) -> bool {
    text.len() > "2026-11-05".len()
}

/// Writes times for one answer.
pub(crate) struct Dates<'a> {
    locale: &'a str,
    now: Moment,
}

impl<'a> Dates<'a> {
    /// Dates as seen now, in a locale.
    pub(crate) fn new(locale: &'a str) -> Self {
        // A page may carry a malformed `lang`, at which the formatters would throw.
        Self { locale: if canonical(locale).is_ok() { locale } else { "en" }, now: Date::now() }
    }

    /// Days from today, as the calendar here counts them.
    pub(crate) fn days_to(&self, moment: Moment) -> i32 {
        (local_day(moment) - local_day(self.now)) as i32
    }

    /// "tomorrow", "Thursday" or "Thursday 12 November".
    pub(crate) fn day(&self, moment: Moment, style: DayStyle) -> String {
        match style {
            DayStyle::Near(days) => self.relative(f64::from(days), "day"),
            DayStyle::Weekday => self.format(moment, r#"{"weekday":"long"}"#),
            DayStyle::Date => self.format(moment, r#"{"weekday":"long","day":"numeric","month":"long"}"#),
        }
    }

    /// Weekday, date, hour and minute.
    pub(crate) fn time(&self, moment: Moment) -> String {
        self.format(
            moment,
            r#"{"weekday":"short","day":"numeric","month":"short","hour":"numeric","minute":"2-digit"}"#,
        )
    }

    /// How long ago, as "2 hours ago".
    pub(crate) fn age(&self, moment: Moment) -> String {
        let (value, unit) = age((self.now - moment) / 1000.0);
        self.relative(value, unit)
    }

    fn format(&self, moment: Moment, json: &str) -> String {
        DateTimeFormat::new(self.locale, &options(json)).format(moment)
    }

    fn relative(&self, value: f64, unit: &str) -> String {
        RelativeTimeFormat::new(self.locale, &options(r#"{"numeric":"auto"}"#)).format(value, unit)
    }
}

/// Days since 1970 of a moment's date here.
fn local_day(moment: Moment) -> f64 {
    ((moment - Date::new(moment).offset() * MINUTE) / DAY).floor()
}
