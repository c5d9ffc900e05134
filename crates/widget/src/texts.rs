//! Every word the core says, one table a language.
//!
//! The form's own words stand in `loader/v1.js`, because they are painted before this module arrives.
//! `@` is where a day or a count goes; a language may leave it out where its grammar asks for that.
//! Adding a language is adding a table: the order is that of [`Text`], and a test holds the tables to it.

/// The name of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Text {
    /// Expected today or tomorrow.
    ArrivesNear,
    /// Expected on a weekday of the coming week.
    ArrivesWeekday,
    /// Expected later.
    ArrivesDate,
    /// Delivered today or yesterday.
    DeliveredNear,
    /// Delivered before that.
    DeliveredDate,
    /// Delivered, day unknown; also the last step.
    Delivered,
    /// The driver comes here next.
    YouAreNext,
    /// One stop before this one.
    OneStop,
    /// Several stops before this one.
    ManyStops,
    /// Held by customs; also a step.
    AtCustoms,
    /// Held by customs since a day.
    AtCustomsSince,
    /// On the way; also the second step.
    OnTheWay,
    /// Out for delivery; also the third step.
    OutForDelivery,
    /// Waits at a collection point.
    ReadyToCollect,
    /// That step's short name.
    CollectStep,
    /// The carrier has the data, not the parcel.
    AnnouncedToCarrier,
    /// The carrier has not answered yet.
    WaitingForCarrier,
    /// Nobody was at home.
    NobodyHome,
    /// The address is wrong.
    AddressProblem,
    /// Not delivered for another reason; also a step.
    DeliveryFailed,
    /// On its way back.
    GoingBack,
    /// Back at the sender.
    Returned,
    /// The recipient refused it.
    Refused,
    /// Damaged or lost.
    DamagedOrLost,
    /// Cancelled before the carrier had it; also a step.
    Cancelled,
    /// Nobody collected it.
    NotCollected,
    /// Something else is wrong.
    Problem,
    /// That step's short name.
    ProblemStep,
    /// No news for 30 days.
    NoNews,
    /// That step's short name.
    NoNewsStep,
    /// A status this version does not know.
    Unknown,
    /// The first step.
    Announced,
    /// The expected day or time, under a headline which does not tell it.
    Expected,
    /// The same once that day is over.
    WasExpected,
    /// What opens the timeline.
    AllEvents,
    /// Name of the progress bar for those who hear it.
    Progress,
    /// Nobody knows the number.
    NotFound,
    /// What to do about that.
    NotFoundHint,
    /// The number cannot be one.
    BadNumber,
    /// Too many lookups.
    Busy,
    /// The portal answered with an error.
    Unavailable,
}

/// How many texts a language has.
pub const COUNT: usize = Text::Unavailable as usize + 1;

/// The texts of one language.
pub type Texts = [&'static str; COUNT];

/// English.
pub static ENGLISH: Texts = [
    "Arrives @",
    "Arrives @",
    "Arrives on @",
    "Delivered @",
    "Delivered on @",
    "Delivered",
    "You are the next stop",
    "1 stop before you",
    "@ stops before you",
    "At customs",
    "At customs since @",
    "On the way",
    "Out for delivery",
    "Ready to collect",
    "Ready to collect",
    "Announced to the carrier",
    "Waiting for the carrier",
    "Nobody was at home",
    "The address could not be found",
    "Delivery failed",
    "On its way back to the sender",
    "Returned to the sender",
    "Delivery was refused",
    "Damaged or lost",
    "Cancelled",
    "Not collected in time",
    "There is a problem with this parcel",
    "Problem",
    "No news for 30 days",
    "No news",
    "Status not known yet",
    "Announced",
    "Expected @",
    "Was expected @",
    "All events (@)",
    "Progress",
    "Nothing known of this number yet",
    "New parcels can take a day to appear. Check the number against your order.",
    "Enter a number of 4 to 40 letters, digits and hyphens",
    "Too many lookups just now. Try again in a minute.",
    "Tracking is not available right now. Try again later.",
];

/// Finnish.
pub static FINNISH: Texts = [
    "Saapuu @",
    "Saapuu: @",
    "Saapuu: @",
    "Toimitettu @",
    "Toimitettu: @",
    "Toimitettu",
    "Olet seuraava pysähdys",
    "1 pysähdys ennen sinua",
    "@ pysähdystä ennen sinua",
    "Tullissa",
    "Tullin käsittelyssä",
    "Matkalla",
    "Jakelussa",
    "Noudettavissa",
    "Nouto",
    "Ilmoitettu kuljetusyhtiölle",
    "Odotetaan kuljetusyhtiötä",
    "Kukaan ei ollut kotona",
    "Osoitetta ei löytynyt",
    "Toimitus epäonnistui",
    "Matkalla takaisin lähettäjälle",
    "Palautettu lähettäjälle",
    "Vastaanotosta kieltäydyttiin",
    "Vahingoittunut tai kadonnut",
    "Peruttu",
    "Ei noudettu ajoissa",
    "Lähetyksessä on ongelma",
    "Ongelma",
    "Ei tietoja 30 päivään",
    "Ei tietoja",
    "Tila ei ole vielä tiedossa",
    "Ilmoitettu",
    "Arvioitu saapuminen: @",
    "Arvioitu saapuminen oli: @",
    "Kaikki tapahtumat (@)",
    "Eteneminen",
    "Tästä numerosta ei ole vielä tietoja",
    "Uusi lähetys voi näkyä vasta seuraavana päivänä. Vertaa numeroa tilaukseesi.",
    "Anna numero: 4–40 kirjainta, numeroa tai yhdysmerkkiä",
    "Liian monta hakua juuri nyt. Yritä uudelleen minuutin kuluttua.",
    "Seuranta ei ole nyt käytettävissä. Yritä myöhemmin uudelleen.",
];

/// A language: its texts, and the locale in which `Intl` writes dates beside them.
#[derive(Clone, Copy)]
pub struct Language<'a> {
    texts: &'static Texts,
    /// A BCP 47 tag.
    pub locale: &'a str,
}

impl<'a> Language<'a> {
    /// The language of a BCP 47 tag; English, dates included, when there is no table for it.
    #[must_use]
    pub fn of(tag: &'a str) -> Self {
        // Bytes, not slices of text: those bring the whole of `core::fmt` along for their panics.
        let is = |primary: &[u8; 2]| match tag.as_bytes() {
            [first, second, rest @ ..] => {
                [*first, *second].eq_ignore_ascii_case(primary) && matches!(rest, [] | [b'-', ..])
            }
            _ => false,
        };
        if is(b"fi") {
            Self { texts: &FINNISH, locale: tag }
        } else if is(b"en") && tag.len() > 2 {
            Self { texts: &ENGLISH, locale: tag }
        } else {
            // "3 November" cannot be misread anywhere, so plain English takes the British order.
            Self { texts: &ENGLISH, locale: "en-GB" }
        }
    }

    /// The text as it stands.
    #[must_use]
    pub fn text(&self, text: Text) -> &'static str {
        self.texts[text as usize]
    }

    /// The text with `value` in its gap.
    #[must_use]
    pub fn fill(&self, text: Text, value: &str) -> String {
        let mut filled = String::new();
        for it in self.text(text).chars() {
            match it {
                '@' => filled.push_str(value),
                _ => filled.push(it),
            }
        }
        filled
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_say_the_same_in_the_same_order() {
        for (index, (english, finnish)) in ENGLISH.iter().zip(&FINNISH).enumerate() {
            assert!(!english.is_empty() && !finnish.is_empty(), "text {index} is empty");
            let gap = finnish.contains('@');
            assert!(
                english.contains('@') == gap || (!gap && index == Text::AtCustomsSince as usize),
                "text {index}: {english:?} and {finnish:?} differ in their gap"
            );
        }
        assert_eq!(ENGLISH[Text::Unavailable as usize].split(' ').next(), Some("Tracking"));
        assert_eq!(ENGLISH[Text::Announced as usize], "Announced");
        assert_eq!(FINNISH[Text::Announced as usize], "Ilmoitettu");
    }

    #[test]
    fn languages_are_found_by_tag() {
        for (tag, on_the_way, locale) in [
            ("fi", "Matkalla", "fi"),
            ("fi-FI", "Matkalla", "fi-FI"),
            ("en-US", "On the way", "en-US"),
            ("en", "On the way", "en-GB"),
            ("de-DE", "On the way", "en-GB"),
            ("", "On the way", "en-GB"),
            ("fil", "On the way", "en-GB"),
        ] {
            let language = Language::of(tag);
            assert_eq!((language.text(Text::OnTheWay), language.locale), (on_the_way, locale), "{tag}");
        }
    }

    #[test]
    fn gaps_are_filled() {
        assert_eq!(Language::of("en").fill(Text::ManyStops, "4"), "4 stops before you");
        assert_eq!(Language::of("fi").fill(Text::AtCustomsSince, "eilen"), "Tullin käsittelyssä");
    }
}
