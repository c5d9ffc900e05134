//! Chooses the headline: the one sentence that answers "where is my parcel".

use crate::facts::{Facts, Status};
use crate::texts::Text;
use crate::when::DayStyle;

/// A sentence to be said, with what goes into its gap.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Headline {
    /// The sentence.
    pub text: Text,
    /// What fills it.
    pub fill: Fill,
}

/// What fills a headline's gap.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fill {
    /// Nothing.
    Nothing,
    /// A count.
    Count(u32),
    /// The expected day.
    Expected(DayStyle),
    /// The day it happened.
    Event(DayStyle),
}

/// The headline for a parcel of which something is known.
#[must_use]
pub fn choose(facts: &Facts<'_>) -> Headline {
    match facts.status {
        Status::Delivered => delivered(facts),
        Status::Undelivered => plain(undelivered(facts.code())),
        Status::Exception if facts.is_at_customs() => plain(Text::Customs),
        Status::Exception => plain(exception(facts.code())),
        Status::Expired => plain(Text::NoNews),
        Status::Pickup if facts.is_collectable() => plain(Text::Collect),
        Status::Pending | Status::NotFound | Status::InfoReceived | Status::Transit | Status::Pickup => {
            coming(facts)
        }
        Status::Unknown => plain(Text::Unknown),
    }
}

/// For a parcel still to come: its place in the driver's queue, else the day, else where it stands.
fn coming(facts: &Facts<'_>) -> Headline {
    match facts.stops_before {
        Some(0) => return plain(Text::YouAreNext),
        Some(count) => return Headline { text: Text::Stops, fill: Fill::Count(count) },
        None => {}
    }
    match facts.expected_in {
        Some(days) if days >= 0 => {
            let style = DayStyle::of(days);
            let text = match style {
                DayStyle::Near(_) => Text::ArrivesNear,
                DayStyle::Weekday | DayStyle::Date => Text::Arrives,
            };
            Headline { text, fill: Fill::Expected(style) }
        }
        _ => plain(match facts.status {
            Status::Pickup => Text::OutForDelivery,
            Status::Transit => Text::OnTheWay,
            Status::InfoReceived => Text::AnnouncedToCarrier,
            _ => Text::Waiting,
        }),
    }
}

fn delivered(facts: &Facts<'_>) -> Headline {
    match facts.happened_in {
        Some(days @ -1..=0) => {
            Headline { text: Text::DeliveredNear, fill: Fill::Event(DayStyle::Near(days)) }
        }
        Some(_) => Headline { text: Text::DeliveredOn, fill: Fill::Event(DayStyle::Date) },
        None => plain(Text::Delivered),
    }
}

fn undelivered(code: u8) -> Text {
    match code {
        1 => Text::AddressProblem,
        2 => Text::NobodyHome,
        _ => Text::Failed,
    }
}

fn exception(code: u8) -> Text {
    match code {
        4 => Text::NotCollected,
        7 => Text::Damaged,
        8 => Text::Cancelled,
        9 => Text::Refused,
        10 => Text::Returned,
        11 => Text::GoingBack,
        _ => Text::Problem,
    }
}

fn plain(text: Text) -> Headline {
    Headline { text, fill: Fill::Nothing }
}

/// The line under the headline about the expected delivery; `None` where it would say nothing new.
///
/// `has_time` is whether an hour is known and not only the day.
#[must_use]
pub fn expectation(facts: &Facts<'_>, headline: Headline, has_time: bool) -> Option<Text> {
    let days = facts.expected_in?;
    let says_day = matches!(headline.fill, Fill::Expected(_));
    let over = matches!(facts.status, Status::Delivered | Status::Exception | Status::Expired);
    if over || facts.is_collectable() || (says_day && !has_time) {
        return None;
    }
    Some(if days < 0 { Text::WasExpected } else { Text::Expected })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(facts: Facts<'_>, text: Text, fill: Fill) {
        assert_eq!(choose(&facts), Headline { text, fill }, "{facts:?}");
    }

    #[test]
    fn a_parcel_to_come_tells_when() {
        let transit = Facts::of(Status::Transit);
        check(transit, Text::OnTheWay, Fill::Nothing);
        let on = |days| Facts { expected_in: Some(days), ..transit };
        check(on(0), Text::ArrivesNear, Fill::Expected(DayStyle::Near(0)));
        check(on(3), Text::Arrives, Fill::Expected(DayStyle::Weekday));
        check(on(12), Text::Arrives, Fill::Expected(DayStyle::Date));
        check(on(-1), Text::OnTheWay, Fill::Nothing);
        check(Facts::of(Status::InfoReceived), Text::AnnouncedToCarrier, Fill::Nothing);
        check(Facts::of(Status::Pending), Text::Waiting, Fill::Nothing);
    }

    #[test]
    fn the_drivers_queue_comes_before_the_day() {
        let at =
            |stops| Facts { stops_before: Some(stops), expected_in: Some(0), ..Facts::of(Status::Pickup) };
        check(at(0), Text::YouAreNext, Fill::Nothing);
        check(at(1), Text::Stops, Fill::Count(1));
        check(at(4), Text::Stops, Fill::Count(4));
    }

    #[test]
    fn substatuses_sharpen_the_words() {
        let with = |status, substatus| Facts { substatus, ..Facts::of(status) };
        check(with(Status::Pickup, "pickup001"), Text::OutForDelivery, Fill::Nothing);
        check(with(Status::Pickup, "pickup002"), Text::Collect, Fill::Nothing);
        check(with(Status::Undelivered, "undelivered002"), Text::NobodyHome, Fill::Nothing);
        check(with(Status::Undelivered, ""), Text::Failed, Fill::Nothing);
        check(with(Status::Exception, "exception011"), Text::GoingBack, Fill::Nothing);
        check(with(Status::Exception, "exception006"), Text::Customs, Fill::Nothing);
    }

    #[test]
    fn a_delivered_parcel_tells_the_day_whatever_was_expected() {
        let on = |happened_in| Facts {
            happened_in,
            expected_in: Some(2),
            stops_before: Some(3),
            ..Facts::of(Status::Delivered)
        };
        check(on(None), Text::Delivered, Fill::Nothing);
        check(on(Some(-1)), Text::DeliveredNear, Fill::Event(DayStyle::Near(-1)));
        check(on(Some(-4)), Text::DeliveredOn, Fill::Event(DayStyle::Date));
    }

    #[test]
    fn the_expectation_never_repeats_the_headline() {
        let check = |facts: Facts<'_>, has_time, expected| {
            assert_eq!(expectation(&facts, choose(&facts), has_time), expected, "{facts:?}");
        };
        let transit = Facts { expected_in: Some(2), ..Facts::of(Status::Transit) };
        check(transit, false, None);
        check(transit, true, Some(Text::Expected));
        check(Facts { stops_before: Some(4), ..transit }, false, Some(Text::Expected));
        check(Facts { expected_in: Some(-2), ..transit }, false, Some(Text::WasExpected));
        check(Facts { status: Status::Delivered, ..transit }, true, None);
        check(Facts::of(Status::Transit), true, None);
    }
}
