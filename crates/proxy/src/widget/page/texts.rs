//! What the pages say: the widget's own words, in every language it has, and a few of their own.

use std::collections::HashMap;
use std::sync::LazyLock;

use icu_locale_core::Locale;
use icu_plurals::{PluralCategory, PluralRules};
use milkrun_wire::api::lookup::Lookup;
use milkrun_wire::api::parcel::ParcelStatus;
use serde_json::Value;

macro_rules! languages {
    ($($tag:literal)*) => {
        /// The widget's files by their tags; the first is spoken to whoever understands none of them.
        const FILES: &[(&str, &str)] =
            &[$(($tag, include_str!(concat!("../../../../widget/languages/", $tag, ".json")))),*];
    };
}

languages! {
    "en" "ar" "bg" "ca" "cs" "da" "de" "el" "es" "et" "fa" "fi" "fr" "he" "hi" "hr" "hu" "id" "it" "ja" "ko" "lt" "lv"
    "ms" "nb" "nl" "pl" "pt" "ro" "ru" "sk" "sl" "sv" "th" "tr" "uk" "vi" "zh" "zh-Hant"
}

/// What only pages say that cannot refresh themselves: a list for each language, in the order of [`Fresh`].
const OWN: &str = include_str!("../../../assets/page-words.json");

/// The links of a page that is to be read again.
#[derive(Clone, Copy, Debug)]
pub(super) enum Fresh {
    /// Once, now.
    Now,
    /// Every minute, until told otherwise.
    EveryMinute,
    /// Not any more.
    Stop,
}

/// Languages that are written from right to left.
const LEFTWARDS: [&str; 3] = ["ar", "fa", "he"];

static ALL: LazyLock<Vec<Texts>> = LazyLock::new(|| {
    let mut own: HashMap<String, Vec<String>> = serde_json::from_str(OWN).unwrap_or_default();
    FILES.iter().map(|(tag, text)| Texts::read(tag, text, own.remove(*tag).unwrap_or_default())).collect()
});

/// One language.
#[derive(Debug)]
pub(super) struct Texts {
    /// BCP 47 tag.
    pub(super) tag: &'static str,
    /// The same for the rules of its numbers and dates.
    pub(super) locale: Locale,
    words: HashMap<String, Value>,
    fresh: Vec<String>,
}

impl Texts {
    fn read(tag: &'static str, text: &str, fresh: Vec<String>) -> Self {
        let locale: Locale = tag.parse().unwrap_or(Locale::UNKNOWN);
        Self { tag, locale, words: serde_json::from_str(text).unwrap_or_default(), fresh }
    }

    /// The words of a link that reads the page again.
    pub(super) fn fresh(&self, it: Fresh) -> &str {
        self.fresh.get(it as usize).map_or("", String::as_str)
    }

    /// The language of a tag such as `de-AT`, if it is known.
    pub(super) fn of(tag: &str) -> Option<&'static Self> {
        let tag = tag.trim();
        let mut parts = tag.split(['-', '_']);
        let first = match parts.next()? {
            "no" | "nn" => "nb",
            it => it,
        };
        // Chinese is written in two ways, and the region tells which.
        let hant = parts.any(|it| ["hant", "tw", "hk", "mo"].iter().any(|own| it.eq_ignore_ascii_case(own)));
        let wanted = if first.eq_ignore_ascii_case("zh") && hant { "zh-Hant" } else { first };
        ALL.iter().find(|it| it.tag.eq_ignore_ascii_case(wanted))
    }

    /// The first language that is known, by an `Accept-Language` header (RFC 9110).
    pub(super) fn accepted(header: &str) -> &'static Self {
        let mut best: (f32, &'static Self) = (0.0, &ALL[0]);
        for part in header.split(',').take(20) {
            let (tag, rest) = part.split_once(';').unwrap_or((part, ""));
            let quality = rest.trim().strip_prefix("q=").map_or(1.0, |it| it.parse().unwrap_or(0.0));
            if let Some(it) = Self::of(tag).filter(|_| quality > best.0) {
                best = (quality, it);
            }
        }
        best.1
    }

    /// `rtl` for languages that are written from right to left.
    pub(super) fn direction(&self) -> Option<&'static str> {
        LEFTWARDS.contains(&self.tag).then_some("rtl")
    }

    /// A text by its name.
    pub(super) fn word(&self, name: &str) -> &str {
        self.words.get(name).and_then(Value::as_str).unwrap_or_default()
    }

    /// A text with a day in its gap.
    pub(super) fn day(&self, name: &str, day: &str) -> String {
        self.word(name).replace("{day}", day)
    }

    /// A text with a count in its gap, in the form that goes with the count.
    pub(super) fn count(&self, name: &str, count: usize) -> String {
        let rules = PluralRules::try_new_cardinal((&self.locale).into());
        let category = rules.map_or(PluralCategory::Other, |it| it.category_for(count));
        let form = match category {
            PluralCategory::Zero => "zero",
            PluralCategory::One => "one",
            PluralCategory::Two => "two",
            PluralCategory::Few => "few",
            PluralCategory::Many => "many",
            PluralCategory::Other => "other",
        };
        let forms = self.words.get(name).unwrap_or(&Value::Null);
        let text = forms.get(form).or_else(|| forms.get("other")).unwrap_or(forms);
        text.as_str().unwrap_or_default().replace("{n}", &count.to_string())
    }

    /// The one line that says where a parcel is; 51Tracking's finer code, such as `exception006`, sharpens it.
    pub(super) fn headline(&self, it: &Lookup) -> &str {
        let finer = match (it.status, it.substatus.trim_start_matches(|it: char| it.is_ascii_alphabetic())) {
            (ParcelStatus::Pickup, _) if it.at_collection_point => "collect",
            (ParcelStatus::Undelivered, "001") => "addressProblem",
            (ParcelStatus::Undelivered, "002") => "nobodyHome",
            (ParcelStatus::Exception, "004") => "notCollected",
            (ParcelStatus::Exception, "006") => "customs",
            (ParcelStatus::Exception, "007") => "damaged",
            (ParcelStatus::Exception, "008") => "cancelled",
            (ParcelStatus::Exception, "009") => "refused",
            (ParcelStatus::Exception, "010") => "returned",
            (ParcelStatus::Exception, "011") => "goingBack",
            _ => return self.status(it.status),
        };
        self.word(finer)
    }

    /// A status in words.
    pub(super) fn status(&self, it: ParcelStatus) -> &str {
        self.word(match it {
            ParcelStatus::Pending | ParcelStatus::NotFound => "waiting",
            ParcelStatus::InfoReceived => "announced",
            ParcelStatus::Transit => "onTheWay",
            ParcelStatus::Pickup => "outForDelivery",
            ParcelStatus::Undelivered => "failed",
            ParcelStatus::Delivered => "delivered",
            ParcelStatus::Exception => "problem",
            ParcelStatus::Expired => "noNews",
            ParcelStatus::Unknown => "unknown",
        })
    }

    /// How many stops come before.
    pub(super) fn before(&self, count: i32) -> Option<String> {
        match usize::try_from(count) {
            Err(_) => None,
            Ok(0) => Some(self.word("youAreNext").to_owned()),
            Ok(many) => Some(self.count("stops", many)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_browsers_first_known_language_is_spoken() {
        for (header, expected) in [
            ("", "en"),
            ("de", "de"),
            ("de-AT,en;q=0.5", "de"),
            ("xx, en;q=0.5, de;q=0.9", "de"),
            ("xx", "en"),
            ("de;q=0, en", "en"),
            ("*", "en"),
            ("de;q=x", "en"),
            ("zh-TW", "zh-Hant"),
            ("zh-Hant-HK", "zh-Hant"),
            ("zh-CN", "zh"),
            ("no", "nb"),
        ] {
            assert_eq!(Texts::accepted(header).tag, expected, "{header}");
        }
        assert_eq!(Texts::of("DE_ch").map(|it| it.tag), Some("de"));
    }

    /// Every word the pages use is there in every language, and every language of the widget is here.
    #[test]
    fn no_language_lacks_a_word() {
        let names = [
            "open",
            "number",
            "order",
            "contact",
            "track",
            "byOrder",
            "arrives",
            "deliveredOn",
            "expected",
            "youAreNext",
            "driver",
            "events",
            "progress",
            "notFound",
            "notFoundHint",
            "noOrder",
            "busy",
            "unavailable",
            "collect",
            "addressProblem",
            "nobodyHome",
            "notCollected",
            "customs",
            "damaged",
            "cancelled",
            "refused",
            "returned",
            "goingBack",
        ];
        for it in ALL.iter() {
            for name in names {
                assert!(!it.word(name).is_empty(), "{} lacks {name}", it.tag);
            }
            assert!(
                it.fresh.len() == 3 && it.fresh.iter().all(|it| !it.is_empty()),
                "{} cannot refresh",
                it.tag
            );
            for status in ParcelStatus::ALL {
                assert!(!it.status(status).is_empty(), "{} lacks {status:?}", it.tag);
            }
            for count in [1, 2, 3, 5, 11, 100] {
                assert!(!it.count("stops", count).is_empty() && !it.count("parcels", count).is_empty());
            }
            for name in ["arrives", "deliveredOn", "expected"] {
                assert!(it.day(name, "DAY").contains("DAY"), "{} {name}", it.tag);
            }
        }
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../widget/languages");
        let mut there: Vec<_> = std::fs::read_dir(folder)
            .unwrap()
            .map(|it| it.unwrap().file_name().into_string().unwrap().replace(".json", ""))
            .collect();
        let mut here: Vec<_> = FILES.iter().map(|it| it.0).collect();
        there.sort();
        here.sort_unstable();
        assert_eq!(here, there);
    }

    #[test]
    fn counts_take_their_languages_form() {
        let of = |tag: &str, count| Texts::of(tag).unwrap().before(count);
        assert_eq!(of("en", 1).as_deref(), Some("1 stop before you"));
        assert_eq!(of("en", 2).as_deref(), Some("2 stops before you"));
        assert_eq!(of("en", -1), None);
        let polish =
            [1, 2, 5].map(|it| Texts::of("pl").unwrap().count("stops", it).replace(char::is_numeric, ""));
        assert!(polish[0] != polish[1] && polish[1] != polish[2], "{polish:?}");
    }
}
