//! What happens to a parcel on its way, decided when it is registered and revealed as the clock moves.
//!
//! A story is a list of events with the time after registration at which each happens. Which story a number
//! gets follows from the number alone, so that a demonstration shown twice looks the same twice.

use milkrun_wire::tracking51::DeliveryStatus::{self, *};

const MINUTE: i64 = 60;
const HOUR: i64 = 3600;
const DAY: i64 = 24 * HOUR;

/// One event of a story.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Event {
    /// Seconds after registration; negative for what happened before it.
    pub(crate) after: i64,
    pub(crate) status: DeliveryStatus,
    pub(crate) substatus: &'static str,
    pub(crate) detail: &'static str,
    pub(crate) city: &'static str,
    pub(crate) zip: &'static str,
}

const fn event(
    after: i64,
    status: DeliveryStatus,
    substatus: &'static str,
    detail: &'static str,
    (city, zip): (&'static str, &'static str),
) -> Event {
    Event { after, status, substatus, detail, city, zip }
}

const TAMPERE: (&str, &str) = ("Tampere", "33800");
const VANTAA: (&str, &str) = ("Vantaa", "01530");
const HELSINKI: (&str, &str) = ("Helsinki", "00100");
const NOWHERE: (&str, &str) = ("", "");

/// The way every parcel goes, up to the depot near its recipient.
fn way() -> Vec<Event> {
    vec![
        event(
            5 * MINUTE,
            InfoReceived,
            "inforeceived001",
            "The courier has received the order data",
            NOWHERE,
        ),
        event(3 * HOUR, Transit, "transit001", "The parcel has been collected from the sender", TAMPERE),
        event(9 * HOUR, Transit, "transit002", "Sorted at the Tampere sorting centre", TAMPERE),
        event(15 * HOUR, Transit, "transit002", "Arrived at the Vantaa sorting centre", VANTAA),
        event(19 * HOUR, Transit, "transit002", "Left the Vantaa sorting centre", VANTAA),
        event(22 * HOUR, Transit, "transit003", "Arrived at the delivery depot in Helsinki", HELSINKI),
    ]
}

/// The story of an ordinary number: most are delivered at the door, some at the second attempt, some at a
/// collection point. `seed` picks which, and shifts everything by up to half an hour.
pub(crate) fn ordinary(seed: u64) -> Vec<Event> {
    let mut events = way();
    events.push(event(26 * HOUR, Pickup, "pickup001", "Out for delivery", HELSINKI));
    match seed % 8 {
        0 => events.extend([
            event(
                29 * HOUR,
                Undelivered,
                "undelivered002",
                "Nobody was home; a new attempt follows",
                HELSINKI,
            ),
            event(50 * HOUR, Pickup, "pickup001", "Out for delivery again", HELSINKI),
            event(
                53 * HOUR,
                Delivered,
                "delivered003",
                "Delivered and signed for by the recipient",
                HELSINKI,
            ),
        ]),
        1 => {
            events.pop();
            events.extend([
                event(
                    25 * HOUR,
                    Pickup,
                    "pickup002",
                    "Ready at the collection point, Mannerheimintie 10",
                    HELSINKI,
                ),
                event(44 * HOUR, Delivered, "delivered002", "Collected by the recipient", HELSINKI),
            ]);
        }
        2 => events.push(event(29 * HOUR, Delivered, "delivered004", "Left in the parcel locker", HELSINKI)),
        _ => {
            let detail = "Delivered and signed for by the recipient";
            events.push(event(29 * HOUR, Delivered, "delivered003", detail, HELSINKI));
        }
    }
    // The first event stays where it is: who has just registered a number is waiting for it.
    let shift = (seed / 8 % 30) as i64 * MINUTE;
    events.iter_mut().skip(1).for_each(|it| it.after += shift);
    events
}

/// The story of a number that forces a status: all of it lies in the past and nothing follows.
pub(crate) fn forced(status: &DeliveryStatus) -> Vec<Event> {
    let mut events = match status {
        Pending | Other(_) => return Vec::new(),
        NotFound => {
            return vec![event(0, NotFound, "notfound002", "The courier has no information yet", NOWHERE)];
        }
        InfoReceived => way()[..1].to_vec(),
        Transit => way()[..4].to_vec(),
        Expired => way()[..2].to_vec(),
        Pickup | Undelivered | Delivered | Exception => way(),
    };
    let last = match status {
        Pickup => Some(event(26 * HOUR, Pickup, "pickup001", "Out for delivery", HELSINKI)),
        Undelivered => Some(event(29 * HOUR, Undelivered, "undelivered002", "Nobody was home", HELSINKI)),
        Delivered => {
            let detail = "Delivered and signed for by the recipient";
            Some(event(29 * HOUR, Delivered, "delivered003", detail, HELSINKI))
        }
        Exception => {
            let detail = "Refused by the recipient, on the way back to the sender";
            Some(event(29 * HOUR, Exception, "exception011", detail, HELSINKI))
        }
        Expired => Some(event(34 * DAY, Expired, "expired001", "No news for 30 days", NOWHERE)),
        _ => None,
    };
    events.extend(last);
    let end = events.last().map_or(0, |it| it.after) + 10 * MINUTE;
    events.iter_mut().for_each(|it| it.after -= end);
    events
}

/// A number that spreads tracking numbers over stories (FNV-1a, 64 bits).
pub(crate) fn seed_of(number: &str) -> u64 {
    number
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325, |hash, it| (hash ^ u64::from(it)).wrapping_mul(0x0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use milkrun_wire::tracking51::substatus_meaning;

    use super::*;

    fn check(events: &[Event]) {
        assert!(events.is_sorted_by_key(|it| it.after), "{events:?}");
        for it in events {
            assert!(it.substatus.starts_with(it.status.as_str()), "{it:?}");
            assert!(substatus_meaning(it.substatus).is_some() || it.status == Expired, "{it:?}");
        }
    }

    #[test]
    fn ordinary_stories_end_with_a_delivery() {
        for seed in 0..500 {
            let events = ordinary(seed);
            check(&events);
            assert_eq!((events[0].after, &events[0].status), (5 * MINUTE, &InfoReceived));
            assert_eq!(events.last().unwrap().status, Delivered);
        }
    }

    #[test]
    fn forced_stories_are_over_and_end_as_told() {
        for status in DeliveryStatus::KNOWN {
            let events = forced(status);
            check(&events);
            assert!(events.iter().all(|it| it.after <= 0), "{events:?}");
            assert_eq!(events.last().map_or(&Pending, |it| &it.status), status);
        }
    }

    #[test]
    fn numbers_spread_over_stories() {
        let kinds: std::collections::HashSet<u64> =
            (0..100).map(|it| seed_of(&format!("JJFI{it}")) % 8).collect();
        assert_eq!(kinds.len(), 8);
    }
}
