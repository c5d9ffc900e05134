//! The portal's reply as the page's script hands it over: lines of fields, parted by tabs.
//!
//! The browser has parsed the JSON already, and a second parser would weigh more than the whole rest of the core.
//! The script has also turned each time into days from today and seconds of age, by the shopper's own calendar.
//! It takes control characters out of every text, so that none can add a field; an absent field is empty.

/// What is known of a parcel.
#[derive(Debug, Default)]
pub struct Parcel<'a> {
    /// The number.
    pub number: &'a str,
    /// Whether anything is known of it.
    pub found: bool,
    /// Whether the shop's own driver brings it.
    pub is_ours: bool,
    /// The word for its status.
    pub status: &'a str,
    /// 51Tracking's finer code; empty when the portal does not tell.
    pub substatus: &'a str,
    /// Whether it waits at a collection point.
    pub at_collection_point: bool,
    /// The carrier's name; empty for the shop's own drivers.
    pub carrier: &'a str,
    /// Stops before this one.
    pub stops_before: Option<i32>,
    /// Path of its public page; empty when there is none.
    pub page: &'a str,
    /// RFC 3339 day or time of the expected delivery, and its day from today.
    pub expected: Moment<'a>,
    /// RFC 3339 time from which, and until which, the driver is expected.
    pub window: (Moment<'a>, &'a str),
    /// RFC 3339 time of the delivery.
    pub delivered: Moment<'a>,
    /// Events, newest first.
    pub events: Vec<Event<'a>>,
}

/// A time, and how many days from today it is; no days when it is unknown.
#[derive(Clone, Copy, Debug, Default)]
pub struct Moment<'a> {
    /// RFC 3339 day or time.
    pub at: &'a str,
    /// Days from today.
    pub days: Option<i32>,
}

/// One event.
#[derive(Debug, Default)]
pub struct Event<'a> {
    /// When.
    pub at: Moment<'a>,
    /// How long ago, in seconds.
    pub age: i32,
    /// What happened, in the carrier's words.
    pub text: &'a str,
    /// Where; empty when unknown.
    pub place: &'a str,
}

/// The parcels of a reply: a line that begins with `p` each, and lines that begin with `e` for its events.
#[must_use]
pub fn read(lines: &str) -> Vec<Parcel<'_>> {
    let mut parcels: Vec<Parcel<'_>> = Vec::new();
    for line in lines.split('\n') {
        let mut fields = line.split('\t');
        let kind = fields.next();
        let mut text = || fields.next().unwrap_or_default();
        match (kind, parcels.last_mut()) {
            (Some("p"), _) => parcels.push(Parcel {
                number: text(),
                found: text() == "1",
                is_ours: text() == "driver",
                status: text(),
                substatus: text(),
                at_collection_point: text() == "1",
                carrier: text(),
                // -1 says that the position is not known.
                stops_before: text().parse().ok().filter(|it| *it >= 0),
                page: page(text()),
                expected: Moment { at: text(), days: text().parse().ok() },
                window: (Moment { at: text(), days: text().parse().ok() }, text()),
                delivered: Moment { at: text(), days: text().parse().ok() },
                events: Vec::new(),
            }),
            (Some("e"), Some(parcel)) => parcel.events.push(Event {
                at: Moment { at: text(), days: text().parse().ok() },
                age: text().parse().unwrap_or_default(),
                text: text(),
                place: text(),
            }),
            _ => {}
        }
    }
    parcels
}

/// The path if it is one of a public parcel page: it becomes a link, so nothing else may pass.
fn page(path: &str) -> &str {
    let token = path.strip_prefix("/t/").unwrap_or_default();
    let plain = |it: u8| it.is_ascii_alphanumeric() || matches!(it, b'-' | b'_');
    if !token.is_empty() && token.bytes().all(plain) { path } else { "" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parcels_keep_their_events_and_missing_fields_are_empty() {
        let all = read(
            "p\tAB12\t1\tdriver\ttransit\t\t0\t\t4\t/t/x_Y-1\t2026-11-05\t2\nbroken\ne\t2026-11-03T10:00:00Z\t-1\t90\tLeft\tTurku\np\tCD34",
        );
        assert_eq!(all.len(), 2);
        assert_eq!((all[0].number, all[0].found, all[0].is_ours), ("AB12", true, true));
        assert_eq!((all[0].stops_before, all[0].page, all[0].expected.days), (Some(4), "/t/x_Y-1", Some(2)));
        assert_eq!((all[0].events[0].age, all[0].events[0].place), (90, "Turku"));
        assert_eq!((all[1].number, all[1].found, all[1].stops_before), ("CD34", false, None));
        assert!(read("").is_empty() && read("e\tx").is_empty());
    }

    #[test]
    fn only_a_parcels_page_becomes_a_link() {
        for (path, expected) in [
            ("/t/abc", "/t/abc"),
            ("javascript:alert(1)", ""),
            ("//evil.example/t/abc", ""),
            ("/t/../x", ""),
            ("/t/", ""),
            ("", ""),
        ] {
            assert_eq!(page(path), expected, "{path}");
        }
    }
}
