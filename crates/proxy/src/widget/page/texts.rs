//! What the pages say, a language a table.

use milkrun_wire::api::lookup::Lookup;
use milkrun_wire::api::parcel::ParcelStatus;

/// One language.
#[derive(Debug)]
pub(super) struct Texts {
    /// BCP 47 tag.
    pub(super) tag: &'static str,
    pub(super) tracking: &'static str,
    pub(super) pending: &'static str,
    pub(super) notfound: &'static str,
    pub(super) inforeceived: &'static str,
    pub(super) transit: &'static str,
    pub(super) pickup: &'static str,
    pub(super) collect: &'static str,
    pub(super) undelivered: &'static str,
    pub(super) delivered: &'static str,
    pub(super) exception: &'static str,
    pub(super) expired: &'static str,
    pub(super) steps: [&'static str; 4],
    pub(super) progress: &'static str,
    pub(super) expected: &'static str,
    pub(super) planned: &'static str,
    pub(super) estimated: &'static str,
    pub(super) delivered_on: &'static str,
    pub(super) number: &'static str,
    pub(super) carrier: &'static str,
    pub(super) own_driver: &'static str,
    pub(super) next_stop: &'static str,
    pub(super) one_before: &'static str,
    /// `{}` is how many.
    pub(super) many_before: &'static str,
    pub(super) events: &'static str,
    pub(super) no_events: &'static str,
    /// `{}` is the zone's name.
    pub(super) zone: &'static str,
    pub(super) again: &'static str,
    pub(super) another: &'static str,
    pub(super) by_number: &'static str,
    pub(super) by_order: &'static str,
    pub(super) order: &'static str,
    pub(super) contact: &'static str,
    pub(super) track: &'static str,
    pub(super) not_found: &'static str,
    pub(super) check_number: &'static str,
    pub(super) check_order: &'static str,
    pub(super) several: &'static str,
    pub(super) no_such_page: &'static str,
    pub(super) too_many: &'static str,
    pub(super) wait_a_moment: &'static str,
    pub(super) sorry: &'static str,
    pub(super) try_later: &'static str,
    pub(super) months: [&'static str; 12],
    /// Day, month and year in their order: `{d}`, `{m}`, `{y}`.
    pub(super) date: &'static str,
}

/// The languages there are; the first is spoken to whoever understands none of them.
pub(super) const ALL: [&Texts; 2] = [&ENGLISH, &GERMAN];

const ENGLISH: Texts = Texts {
    tag: "en",
    tracking: "Parcel tracking",
    pending: "Waiting for the carrier",
    notfound: "The carrier does not know it yet",
    inforeceived: "Announced",
    transit: "On its way",
    pickup: "Out for delivery",
    collect: "Ready to be collected",
    undelivered: "The delivery failed",
    delivered: "Delivered",
    exception: "Held up",
    expired: "No news for a long time",
    steps: ["Announced", "On its way", "Out for delivery", "Delivered"],
    progress: "Progress",
    expected: "Expected",
    planned: "Planned",
    estimated: "Arrives",
    delivered_on: "Delivered",
    number: "Number",
    carrier: "Carrier",
    own_driver: "The shop's own driver",
    next_stop: "You are the next stop",
    one_before: "One stop before yours",
    many_before: "{} stops before yours",
    events: "What happened so far",
    no_events: "Nothing has been reported yet.",
    zone: "Times are in {}.",
    again: "Look again",
    another: "Track another parcel",
    by_number: "Tracking number",
    by_order: "Or by order",
    order: "Order number",
    contact: "E-mail, telephone number or postcode",
    track: "Track",
    not_found: "Not found",
    check_number: "Nothing is known of this number. Check it for typing errors; a new parcel may take a day to appear.",
    check_order: "No order fits this. Check the number, and use the e-mail, telephone number or postcode you ordered with.",
    several: "Your parcels",
    no_such_page: "There is nothing at this address, or it is no longer shown.",
    too_many: "One moment, please",
    wait_a_moment: "That were many questions at once. Wait a minute and try again.",
    sorry: "Something went wrong",
    try_later: "This page cannot be shown just now. Try again in a while.",
    months: ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"],
    date: "{d} {m} {y}",
};

const GERMAN: Texts = Texts {
    tag: "de",
    tracking: "Sendungsverfolgung",
    pending: "Wartet auf den Zusteller",
    notfound: "Dem Zusteller noch nicht bekannt",
    inforeceived: "Angekündigt",
    transit: "Unterwegs",
    pickup: "In Zustellung",
    collect: "Zur Abholung bereit",
    undelivered: "Zustellung fehlgeschlagen",
    delivered: "Zugestellt",
    exception: "Aufgehalten",
    expired: "Lange keine Nachricht",
    steps: ["Angekündigt", "Unterwegs", "In Zustellung", "Zugestellt"],
    progress: "Fortschritt",
    expected: "Erwartet",
    planned: "Geplant",
    estimated: "Ankunft",
    delivered_on: "Zugestellt",
    number: "Nummer",
    carrier: "Zusteller",
    own_driver: "Eigener Fahrer des Geschäfts",
    next_stop: "Sie sind als Nächstes an der Reihe",
    one_before: "Noch ein Halt vor Ihrem",
    many_before: "Noch {} Halte vor Ihrem",
    events: "Bisheriger Verlauf",
    no_events: "Es liegt noch keine Meldung vor.",
    zone: "Zeiten in {}.",
    again: "Erneut nachsehen",
    another: "Weitere Sendung verfolgen",
    by_number: "Sendungsnummer",
    by_order: "Oder über die Bestellung",
    order: "Bestellnummer",
    contact: "E-Mail, Telefonnummer oder Postleitzahl",
    track: "Verfolgen",
    not_found: "Nicht gefunden",
    check_number: "Zu dieser Nummer ist nichts bekannt. Bitte prüfen Sie die Schreibweise; eine neue Sendung erscheint manchmal erst nach einem Tag.",
    check_order: "Dazu passt keine Bestellung. Bitte prüfen Sie die Nummer und verwenden Sie E-Mail, Telefonnummer oder Postleitzahl der Bestellung.",
    several: "Ihre Sendungen",
    no_such_page: "Unter dieser Adresse gibt es nichts, oder es wird nicht mehr angezeigt.",
    too_many: "Einen Moment, bitte",
    wait_a_moment: "Das waren viele Anfragen auf einmal. Bitte versuchen Sie es in einer Minute noch einmal.",
    sorry: "Etwas ist schiefgegangen",
    try_later: "Diese Seite kann gerade nicht angezeigt werden. Bitte versuchen Sie es später noch einmal.",
    months: ["Jan.", "Feb.", "März", "Apr.", "Mai", "Juni", "Juli", "Aug.", "Sept.", "Okt.", "Nov.", "Dez."],
    date: "{d}. {m} {y}",
};

impl Texts {
    /// The language of a tag such as `de-AT`, if it is known.
    pub(super) fn of(tag: &str) -> Option<&'static Self> {
        let first = tag.trim().split(['-', '_']).next()?;
        ALL.into_iter().find(|it| it.tag.eq_ignore_ascii_case(first))
    }

    /// The first language that is known, by an `Accept-Language` header (RFC 9110).
    pub(super) fn accepted(header: &str) -> &'static Self {
        let mut best: (f32, &'static Self) = (0.0, ALL[0]);
        for part in header.split(',').take(20) {
            let (tag, rest) = part.split_once(';').unwrap_or((part, ""));
            let quality = rest.trim().strip_prefix("q=").map_or(1.0, |it| it.parse().unwrap_or(0.0));
            if let Some(it) = Self::of(tag).filter(|_| quality > best.0) {
                best = (quality, it);
            }
        }
        best.1
    }

    /// The one line that says where a parcel is.
    pub(super) fn headline(&self, it: &Lookup) -> &'static str {
        match it.status {
            ParcelStatus::Pending | ParcelStatus::Unknown => self.pending,
            ParcelStatus::NotFound => self.notfound,
            ParcelStatus::InfoReceived => self.inforeceived,
            ParcelStatus::Transit => self.transit,
            ParcelStatus::Pickup if it.at_collection_point => self.collect,
            ParcelStatus::Pickup => self.pickup,
            ParcelStatus::Undelivered => self.undelivered,
            ParcelStatus::Delivered => self.delivered,
            ParcelStatus::Exception => self.exception,
            ParcelStatus::Expired => self.expired,
        }
    }

    /// How many stops come before.
    pub(super) fn before(&self, count: i32) -> Option<String> {
        match count {
            ..0 => None,
            0 => Some(self.next_stop.to_owned()),
            1 => Some(self.one_before.to_owned()),
            many => Some(self.many_before.replace("{}", &many.to_string())),
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
            ("fr, en;q=0.5, de;q=0.9", "de"),
            ("fr", "en"),
            ("de;q=0, en", "en"),
            ("*", "en"),
            ("de;q=x", "en"),
        ] {
            assert_eq!(Texts::accepted(header).tag, expected, "{header}");
        }
        assert_eq!(Texts::of("DE_ch").map(|it| it.tag), Some("de"));
    }
}
