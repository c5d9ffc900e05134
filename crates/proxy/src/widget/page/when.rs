//! Times as people of a language read them, in a site's time zone.

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
            Some(it) => format!("{}, {}", day(texts, it.date()), clock(&it)),
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
                format!("{}, {}–{}", day(texts, from.date()), clock(&from), clock(&until))
            }
            _ => format!("{} – {}", self.moment(texts, from), self.moment(texts, until)),
        }
    }

    fn read(&self, text: &str) -> Option<Zoned> {
        text.parse::<Timestamp>().ok().map(|it| it.to_zoned(self.0.clone()))
    }
}

fn day(texts: &Texts, it: civil::Date) -> String {
    let month = usize::try_from(it.month()).ok().and_then(|at| texts.months.get(at.wrapping_sub(1)));
    let text = texts.date.replace("{d}", &it.day().to_string());
    text.replace("{m}", month.copied().unwrap_or_default()).replace("{y}", &it.year().to_string())
}

fn clock(it: &Zoned) -> String {
    format!("{:02}:{:02}", it.hour(), it.minute())
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
    fn times_are_the_sites_own() {
        let en = Texts::of("en").unwrap();
        let (utc, helsinki) = (zone(""), zone("Europe/Helsinki"));
        for (zone, text, expected) in [
            (&utc, "2026-11-22T21:30:00Z", "22 Nov 2026, 21:30"),
            (&helsinki, "2026-11-22T22:30:00Z", "23 Nov 2026, 00:30"),
            (&helsinki, "2026-11-22T12:30:00+02:00", "22 Nov 2026, 12:30"),
            (&helsinki, "2026-11-22", "22 Nov 2026"),
            (&helsinki, "soon <b>", "soon <b>"),
        ] {
            assert_eq!(zone.moment(en, text), expected);
        }
        let (from, until) = ("2026-11-22T09:30:00Z", "2026-11-22T10:30:00Z");
        assert_eq!(helsinki.window(en, from, until), "22 Nov 2026, 11:30–12:30");
        let de = Texts::of("de").unwrap();
        assert_eq!(
            utc.window(de, from, "2026-11-23T00:10:00Z"),
            "22. Nov. 2026, 09:30 – 23. Nov. 2026, 00:10"
        );
    }
}
