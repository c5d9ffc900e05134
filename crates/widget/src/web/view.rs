//! Draws the answer. Whatever came from outside becomes a text node; there is no markup to escape from.

use super::dates::{self, Dates, Moment};
use super::dom::{Element, Root, element, text};
use super::reply::{Event, Parcel};
use crate::facts::{Facts, Status};
use crate::headline::{self, Fill, Headline};
use crate::steps::{self, Step};
use crate::texts::{Language, Text};
use crate::trouble::Trouble;
use crate::when::DayStyle;

/// A place to draw one answer in: the loader's `#status`, which is read aloud, and `#answer` below it.
pub(crate) struct View<'a> {
    root: &'a Root,
    language: Language<'a>,
    dates: Dates<'a>,
}

impl<'a> View<'a> {
    /// The view in a root painted by the loader.
    pub(crate) fn new(root: &'a Root, language: Language<'a>) -> Self {
        Self { root, language, dates: Dates::new(language.locale) }
    }

    /// Shows why there is no answer.
    pub(crate) fn complain(&self, trouble: Trouble) {
        self.say(self.language.text(trouble.text()), "trouble", trouble == Trouble::BadNumber);
        self.replace(None);
    }

    /// Shows what is known of a parcel, or that nothing is.
    pub(crate) fn answer(&self, parcel: Option<Parcel>) {
        let body = match parcel {
            Some(parcel) => self.parcel(&parcel),
            None => {
                self.say(self.language.text(Text::NotFound), "trouble", false);
                text("p", "hint", self.language.text(Text::NotFoundHint))
            }
        };
        self.replace(Some(&body));
    }

    fn parcel(&self, parcel: &Parcel) -> Element {
        let expected = dates::parse(&parcel.expected_at);
        let newest = parcel.events.first().and_then(|it| dates::parse(&it.at));
        let facts = Facts {
            status: Status::from_word(&parcel.status),
            substatus: &parcel.substatus,
            at_collection_point: parcel.at_collection_point,
            stops_before: parcel.stops_before,
            expected_in: expected.map(|it| self.dates.days_to(it)),
            newest_event_in: newest.map(|it| self.dates.days_to(it)),
        };
        let headline = headline::choose(&facts);
        let steps = steps::choose(&facts);
        let tone = steps.iter().find(|it| it.mark.is_current()).map_or("", |it| it.mark.class());
        self.say(&self.headline(headline, expected, newest), tone, false);

        let body = element("div", "body");
        let has_time = dates::has_time(&parcel.expected_at);
        if let (Some(moment), Some(words)) = (expected, headline::expectation(&facts, headline, has_time)) {
            let day = if has_time {
                self.dates.time(moment)
            } else {
                self.dates.day(moment, DayStyle::of(self.dates.days_to(moment)))
            };
            body.append(&text("p", "expected", &self.language.fill(words, &day)));
        }
        body.append(&text("p", "parcel", &join(&parcel.carrier, &parcel.number)));
        body.append(&self.bar(&steps));
        if let Some(event) = parcel.events.first() {
            let age = newest.map(|it| self.dates.age(it));
            body.append(&event_line("p", "newest", event, age.as_deref()));
        }
        if parcel.events.len() > 1 {
            body.append(&self.timeline(&parcel.events));
        }
        body
    }

    fn headline(&self, headline: Headline, expected: Option<Moment>, newest: Option<Moment>) -> String {
        let day = |moment: Option<Moment>, style| moment.map(|it| self.dates.day(it, style));
        let value = match headline.fill {
            Fill::Nothing => None,
            Fill::Count(count) => Some(digits(count)),
            Fill::Expected(style) => day(expected, style),
            Fill::Event(style) => day(newest, style),
        };
        self.language.fill(headline.text, &value.unwrap_or_default())
    }

    /// The four steps; the word of each says what its colour and mark say.
    fn bar(&self, steps: &[Step; 4]) -> Element {
        let bar = element("ol", "bar");
        bar.set("aria-label", self.language.text(Text::Progress));
        // Safari forgets that a list without bullets is a list.
        bar.set("role", "list");
        for step in steps {
            let item = text("li", "step", self.language.text(step.name));
            item.set("class", step.mark.class());
            if step.mark.is_current() {
                item.set("aria-current", "step");
            }
            bar.append(&item);
        }
        bar
    }

    /// All events, folded.
    fn timeline(&self, events: &[Event]) -> Element {
        let details = element("details", "timeline");
        let title = self.language.fill(Text::AllEvents, &digits(events.len() as u32));
        details.append(&text("summary", "summary", &title));
        let list = element("ol", "events");
        list.set("role", "list");
        for event in events {
            let time = dates::parse(&event.at).map(|it| self.dates.time(it));
            list.append(&event_line("li", "event", event, time.as_deref()));
        }
        details.append(&list);
        details
    }

    /// Sets the line that is read aloud.
    fn say(&self, words: &str, tone: &str, is_input_wrong: bool) {
        if let Some(status) = self.root.find("status") {
            let line = text("p", "headline", words);
            line.set("class", tone);
            status.set_text("");
            status.append(&line);
        }
        if let Some(input) = self.root.find("input") {
            input.set("aria-invalid", if is_input_wrong { "true" } else { "false" });
        }
    }

    fn replace(&self, body: Option<&Element>) {
        if let Some(answer) = self.root.find("answer") {
            answer.set_text("");
            if let Some(body) = body {
                answer.append(body);
            }
        }
    }
}

/// An event's words, which come with a direction of their own, and its time.
fn event_line(tag: &str, part: &str, event: &Event, time: Option<&str>) -> Element {
    let line = element(tag, part);
    let words = text("span", "event-text", &join(&event.text, &event.place));
    words.set("dir", "auto");
    line.append(&words);
    if let Some(time) = time {
        let time = text("time", "event-time", time);
        time.set("datetime", &event.at);
        line.append(&time);
    }
    line
}

/// Both texts, set apart by a middle dot where both have something to say.
fn join(text: &str, more: &str) -> String {
    let dot = if text.is_empty() || more.is_empty() { "" } else { " · " };
    [text, dot, more].concat()
}

/// Decimal digits, without `core::fmt`, whose machinery weighs more than this file.
fn digits(count: u32) -> String {
    let mut text = if count < 10 { String::new() } else { digits(count / 10) };
    text.push(char::from(b'0' + (count % 10) as u8));
    text
}
