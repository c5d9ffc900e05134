//! Draws an answer: which parts there are and which words stand in them, as operations for the page's script.

use crate::facts::{Facts, Status};
use crate::flat::{Event, Parcel};
use crate::headline::{self, Fill, Headline};
use crate::ops::{Filling, Ops};
use crate::steps::{self, Step};
use crate::texts::Text;
use crate::when::{DayStyle, age};

/// Parts two facts in a line; it never begins one.
const BETWEEN: &str = "\u{a0}· ";

/// The whole answer: one parcel in full, or several folded below their headlines.
#[must_use]
pub fn draw(parcels: &[Parcel<'_>]) -> String {
    let mut ops = Ops::default();
    ops.go("status");
    match parcels {
        [] => {
            ops.leaf("p", "headline", "trouble", Text::NoOrder, Filling::Nothing);
            ops.go("answer");
        }
        [parcel] => {
            headline_of(&mut ops, "p", "headline", parcel);
            ops.go("answer");
            body(&mut ops, parcel);
        }
        _ => {
            ops.leaf("p", "headline", "", Text::Parcels, Filling::Count(parcels.len() as i32));
            ops.go("answer");
            ops.open("div", "list", "");
            for parcel in parcels {
                ops.open("details", "item", "");
                ops.open("summary", "item-summary", "");
                headline_of(&mut ops, "span", "item-headline", parcel);
                named(&mut ops, "span", parcel);
                ops.close();
                body(&mut ops, parcel);
                ops.close();
            }
            ops.close();
        }
    }
    ops.finish()
}

fn facts<'a>(parcel: &Parcel<'a>) -> Facts<'a> {
    let newest = parcel.events.first().and_then(|it| it.at.days);
    Facts {
        status: Status::from_word(parcel.status),
        substatus: parcel.substatus,
        at_collection_point: parcel.at_collection_point,
        stops_before: parcel.stops_before.map(i32::unsigned_abs),
        expected_in: parcel.window.0.days.or(parcel.expected.days),
        happened_in: parcel.delivered.days.or(newest),
    }
}

/// The one sentence that answers "where is my parcel", in the colour of the step the parcel is at.
fn headline_of(ops: &mut Ops, tag: &str, part: &str, parcel: &Parcel<'_>) {
    if !parcel.found {
        return ops.leaf(tag, part, "trouble", Text::NotFound, Filling::Nothing);
    }
    let facts = facts(parcel);
    let Headline { text, fill } = headline::choose(&facts);
    let newest = parcel.events.first().map(|it| it.at.at).unwrap_or_default();
    let filling = match fill {
        Fill::Nothing => Filling::Nothing,
        Fill::Count(count) => Filling::Count(count as i32),
        Fill::Expected(style) => day(style, either(parcel.window.0.at, parcel.expected.at)),
        Fill::Event(style) => day(style, either(parcel.delivered.at, newest)),
    };
    let steps = steps::choose(&facts);
    let tone = steps.iter().find(|it| it.mark.is_current()).map_or("", |it| it.mark.class());
    ops.leaf(tag, part, tone, text, filling);
}

fn body(ops: &mut Ops, parcel: &Parcel<'_>) {
    ops.open("div", "body", "");
    if parcel.found {
        let facts = facts(parcel);
        expected(ops, parcel, &facts);
        named(ops, "p", parcel);
        bar(ops, &steps::choose(&facts));
        if let Some(event) = parcel.events.first() {
            let time = match age(event.age) {
                Some((value, unit)) if has_hour(event.at.at) => Filling::Age(value, unit),
                _ => time_of(event),
            };
            event_line(ops, "p", "newest", event, time);
        }
        if parcel.events.len() > 1 {
            timeline(ops, &parcel.events);
        }
        if !parcel.page.is_empty() {
            actions(ops, parcel.page);
        }
    } else {
        named(ops, "p", parcel);
        ops.leaf("p", "hint", "", Text::NotFoundHint, Filling::Nothing);
    }
    ops.close();
}

/// The line under the headline about the expected delivery.
fn expected(ops: &mut Ops, parcel: &Parcel<'_>, facts: &Facts<'_>) {
    let (from, until) = parcel.window;
    let has_window = !from.at.is_empty() && !until.is_empty();
    let has_time = has_window || has_hour(parcel.expected.at);
    let Some(text) = headline::expectation(facts, headline::choose(facts), has_time) else { return };
    let filling = match facts.expected_in {
        _ if has_window => Filling::Window(from.at, until),
        Some(days) if !has_time => day(DayStyle::of(days), parcel.expected.at),
        _ => Filling::Time("t", parcel.expected.at),
    };
    ops.leaf("p", "expected", "", text, filling);
}

/// The number, and whose it is.
fn named(ops: &mut Ops, tag: &str, parcel: &Parcel<'_>) {
    ops.open(tag, "parcel", "");
    if parcel.is_ours {
        ops.text(Some(Text::Driver), Filling::Nothing);
    } else {
        ops.raw(parcel.carrier);
    }
    if parcel.is_ours || !parcel.carrier.is_empty() {
        ops.raw(BETWEEN);
    }
    ops.open("bdi", "number", "");
    ops.raw(parcel.number);
    ops.close();
    ops.close();
}

/// The four steps; the word of each says what its colour and mark say.
fn bar(ops: &mut Ops, steps: &[Step; 4]) {
    ops.open("ol", "bar", "");
    // Safari forgets that a list without bullets is a list.
    ops.set("role", "list");
    ops.label("aria-label", Text::Progress);
    for step in steps {
        ops.open("li", "step", step.mark.class());
        if step.mark.is_current() {
            ops.set("aria-current", "step");
        }
        ops.text(Some(step.name), Filling::Nothing);
        ops.close();
    }
    ops.close();
}

/// All events, folded.
fn timeline(ops: &mut Ops, events: &[Event<'_>]) {
    ops.open("details", "timeline", "");
    ops.leaf("summary", "summary", "", Text::Events, Filling::Count(events.len() as i32));
    ops.open("ol", "events", "");
    ops.set("role", "list");
    for event in events {
        event_line(ops, "li", "event", event, time_of(event));
    }
    ops.close();
    ops.close();
}

/// An event's words, which come with a direction of their own, and its time.
fn event_line(ops: &mut Ops, tag: &str, part: &str, event: &Event<'_>, time: Filling<'_>) {
    ops.open(tag, part, "");
    ops.open("span", "event-text", "");
    ops.set("dir", "auto");
    ops.raw(event.text);
    if !event.text.is_empty() && !event.place.is_empty() {
        ops.raw(BETWEEN);
    }
    ops.raw(event.place);
    ops.close();
    if event.at.days.is_some() {
        ops.open("time", "event-time", "");
        ops.set("datetime", event.at.at);
        ops.text(None, time);
        ops.close();
    }
    ops.close();
}

/// An event's day, with the hour where the carrier tells it.
fn time_of<'a>(event: &Event<'a>) -> Filling<'a> {
    Filling::Time(if has_hour(event.at.at) { "t" } else { "d" }, event.at.at)
}

/// Whether a time tells the hour: a day alone is ten characters.
fn has_hour(at: &str) -> bool {
    at.len() > 10
}

/// What can be done with the parcel's public page.
fn actions(ops: &mut Ops, page: &str) {
    ops.open("div", "actions", "");
    ops.open("a", "page", "");
    ops.set("href", page);
    ops.text(Some(Text::Page), Filling::Nothing);
    ops.close();
    for (part, text) in [("copy", Text::Copy), ("share", Text::Share)] {
        ops.open("button", part, "");
        ops.set("type", "button");
        ops.set("value", page);
        ops.text(Some(text), Filling::Nothing);
        ops.close();
    }
    ops.close();
}

fn day(style: DayStyle, at: &str) -> Filling<'_> {
    match style {
        DayStyle::Near(days) => Filling::Age(days, "day"),
        DayStyle::Weekday => Filling::Time("w", at),
        DayStyle::Date => Filling::Time("d", at),
    }
}

fn either<'a>(first: &'a str, second: &'a str) -> &'a str {
    if first.is_empty() { second } else { first }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flat;

    /// What is drawn for the lines of a reply.
    fn drawn(lines: &str) -> String {
        draw(&flat::read(lines))
    }

    #[track_caller]
    fn check(lines: &str, has: &[&str], has_not: &[&str]) {
        let ops = drawn(lines);
        for it in has {
            assert!(ops.contains(it), "no {it:?} in\n{ops}");
        }
        for it in has_not {
            assert!(!ops.contains(it), "{it:?} in\n{ops}");
        }
    }

    #[test]
    fn elements_are_closed_and_attributes_come_first() {
        let parcel = "p\tAB12\t1\t\ttransit\t\t0\tPosti\t-1\t/t/x\t2026-11-05T10:00:00Z\t1\t\t\t\t\t\ne\tx\t-1\t90\tLeft\tTurku\ne\ty\t-2\t9000\tCame\t";
        for lines in ["", parcel, &format!("{parcel}\n{parcel}"), "p\tAB12\t0"] {
            let ops = drawn(lines);
            let count = |sign| ops.lines().filter(|it| it.starts_with(sign)).count();
            assert_eq!(count('+'), count('-'), "{ops}");
            assert_eq!(count('!'), 2, "{ops}");
        }
    }

    #[test]
    fn a_driver_on_the_way_tells_stops_and_window() {
        check(
            "p\tHEL-1\t1\tdriver\tpickup\t\t0\t\t4\t/t/x\t\t\t2026-11-05T13:00:00Z\t0\t2026-11-05T14:30:00Z\t\t",
            &[
                "+p\theadline\tnow\n:stops\tn\t4\n",
                ":expected\tr\t2026-11-05T13:00:00Z\t2026-11-05T14:30:00Z",
                ":driver",
                "@href\t/t/x",
            ],
            &["timeline"],
        );
    }

    #[test]
    fn a_delivered_parcel_tells_its_day() {
        check(
            "p\tAB12\t1\tcarrier\tdelivered\t\t0\tPosti\t-1\t\t\t\t\t\t\t2026-11-04T09:00:00Z\t-1",
            &[":deliveredNear\ta\t-1\tday", "+li\tstep\tdone\n:delivered"],
            &[":expected", "actions"],
        );
        check(
            "p\tAB12\t1\tcarrier\tdelivered\t\t0\tPosti\t-1\t\ne\t2020-11-03T12:00:00Z\t-2000\t99\tx\t",
            &[":deliveredOn\td\td\t2020-11-03T12:00:00Z"],
            &[],
        );
    }

    #[test]
    fn what_is_still_to_come_has_a_time_and_no_age() {
        let event = |at: &str, age: i32| format!("p\tAB12\t1\t\ttransit\ne\t{at}\t0\t{age}\tLeft\t");
        let at = "2026-11-05T10:00:00Z";
        check(&event(at, 2940), &[":\ta\t-49\tminute"], &[]);
        check(&event(at, -20), &[":\ta\t0\tsecond"], &[]);
        check(&event(at, -2940), &[":\td\tt\t2026-11-05T10:00:00Z"], &[":\ta\t"]);
        check(&event("2026-11-05", 2940), &[":\td\td\t2026-11-05\n"], &[":\ta\t"]);
    }

    #[test]
    fn several_parcels_are_folded_and_unknown_ones_are_told() {
        check(
            "p\tAB12\t1\t\ttransit\np\tCD34\t0",
            &[":parcels\tn\t2", "+details\titem", ":onTheWay", ":notFound\n", ":notFoundHint"],
            &["@open"],
        );
        check("", &[":noOrder"], &["+div"]);
        check("p\tCD34\t0", &["!status\n+p\theadline\ttrouble\n:notFound\n", "$CD34"], &["+ol"]);
    }

    #[test]
    fn words_from_outside_stay_texts() {
        let hostile = "<img src=x onerror=alert(1)>";
        check(
            &format!(
                "p\t{hostile}\t1\t\ttransit\t\t0\t{hostile}\t-1\t{hostile}\ne\t\t\t0\t{hostile}\t{hostile}"
            ),
            &["$<img"],
            &["+img", "href", "+time"],
        );
    }
}
