//! Times as people of a language read them (CLDR), in a site's time zone.

use icu_datetime::fieldsets::{T, YMD};
use icu_datetime::input::{Date, Time};
use icu_datetime::{DateTimeFormatter, NoCalendarFormatter};
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned, civil};

use super::texts::Texts;
use crate::widget::KnownSite;

/// A time zone and what it is called.
pub(super) struct Zone(TimeZone, String);

impl Zone {
    /// The zone of a site; UTC where none is set.
    pub(super) fn of(site: &KnownSite) -> Self {
        let name = site.settings.time_zone.as_str();
        match TimeZone::get(name) {
            Ok(it) if !name.is_empty() => Self(it, name.replace('_', " ")),
            _ => Self(TimeZone::UTC, "UTC".to_owned()),
        }
    }

    pub(super) fn name(&self) -> &str {
        &self.1
    }

    /// A day, or a day and a time; as it came when it is neither.
    pub(super) fn moment(&self, texts: &Texts, text: &str) -> String {
        match self.read(text) {
            Some(it) => format!("{}, {}", day(texts, it.date()), clock(texts, &it)),
            None => match text.parse::<civil::Date>() {
                Ok(it) => day(texts, it),
                Err(_) => text.to_owned(),
            },
        }
    }

    /// From one time to another, on one day mostly.
    pub(super) fn window(&self, texts: &Texts, from: &str, until: &str) -> String {
        match (self.read(from), self.read(until)) {
            (Some(from), Some(until)) if from.date() == until.date() => {
                format!("{}, {}–{}", day(texts, from.date()), clock(texts, &from), clock(texts, &until))
            }
            _ => format!("{} – {}", self.moment(texts, from), self.moment(texts, until)),
        }
    }

    fn read(&self, text: &str) -> Option<Zoned> {
        text.parse::<Timestamp>().ok().map(|it| it.to_zoned(self.0.clone()))
    }
}

/// The international form where a language has no data.
fn day(texts: &Texts, it: civil::Date) -> String {
    let month = u8::try_from(it.month()).unwrap_or_default();
    let date = Date::try_new_iso(i32::from(it.year()), month, u8::try_from(it.day()).unwrap_or_default());
    let formatter = DateTimeFormatter::try_new((&texts.locale).into(), YMD::medium());
    match (date, formatter) {
        (Ok(date), Ok(formatter)) => formatter.format(&date).to_string(),
        _ => it.to_string(),
    }
}

fn clock(texts: &Texts, it: &Zoned) -> String {
    let part = |it: i8| u8::try_from(it).unwrap_or_default();
    let time = Time::try_new(part(it.hour()), part(it.minute()), 0, 0);
    let formatter = NoCalendarFormatter::try_new((&texts.locale).into(), T::hm());
    match (time, formatter) {
        (Ok(time), Ok(formatter)) => formatter.format(&time).to_string(),
        _ => format!("{:02}:{:02}", it.hour(), it.minute()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::sites::tests::settings;

    fn zone(name: &str) -> Zone {
        let mut settings = settings("Shop");
        settings.time_zone = name.to_owned();
        Zone::of(&KnownSite { key: String::new(), settings, fixed: false })
    }

    #[test]
    fn times_are_the_sites_own_in_the_words_of_the_reader() {
        let (utc, helsinki) = (zone(""), zone("Europe/Helsinki"));
        for (tag, zone, text, expected) in [
            ("de", &utc, "2026-11-22T21:30:00Z", "22.11.2026, 21:30"),
            ("de", &helsinki, "2026-11-22T22:30:00Z", "23.11.2026, 00:30"),
            ("fi", &helsinki, "2026-11-22T12:30:00+02:00", "22.11.2026, 12.30"),
            ("de", &helsinki, "2026-11-22", "22.11.2026"),
            ("en", &helsinki, "2026-11-22", "Nov 22, 2026"),
            ("en", &helsinki, "soon <b>", "soon <b>"),
        ] {
            assert_eq!(zone.moment(Texts::of(tag).unwrap(), text), expected);
        }
        let de = Texts::of("de").unwrap();
        let (from, until) = ("2026-11-22T09:30:00Z", "2026-11-22T10:30:00Z");
        assert_eq!(helsinki.window(de, from, until), "22.11.2026, 11:30–12:30");
        assert_eq!(utc.window(de, from, "2026-11-23T00:10:00Z"), "22.11.2026, 09:30 – 23.11.2026, 00:10");
    }
}
