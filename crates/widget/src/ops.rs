//! What the page's script shall build, one operation a line, its fields parted by tabs.
//!
//! | line | meaning |
//! | --- | --- |
//! | `!id` | go on in the widget's element of this id, emptied |
//! | `+tag part class` | open an element; `-` closes it |
//! | `@name value` | set an attribute of the open element |
//! | `=name key` | set one to a text of the language |
//! | `$text` | append a text from outside, as text |
//! | `:key kind …` | append a text of the language, its gap filled; without a key what would fill it |
//!
//! Kinds of fillings: `n count`, `d style time` (a day), `r from until` (a window), `a value unit` (an age).
//! Text, never markup: the script builds elements and text nodes, and whatever came from outside arrives as `$`.
//! One call instead of hundreds of small ones keeps imports, guards and their glue out of the download.

use crate::texts::Text;

/// What fills the gap of a text.
#[derive(Clone, Copy, Debug)]
pub enum Filling<'a> {
    /// Nothing.
    Nothing,
    /// A count, by which the text's plural form is chosen too.
    Count(i32),
    /// A time in a style: `n` for a near day, `w` for a weekday, `d` for a date, `t` for date and hour.
    Time(&'static str, &'a str),
    /// From one time until another of the same day.
    Window(&'a str, &'a str),
    /// How long ago, or how many days from today: a value and its unit.
    Age(i32, &'static str),
}

/// Operations in the making.
#[derive(Debug, Default)]
pub struct Ops(String);

impl Ops {
    /// Goes on in another part of the widget.
    pub fn go(&mut self, id: &str) {
        self.line(&["!", id]);
    }

    /// Opens an element with a part's name and a class.
    pub fn open(&mut self, tag: &str, part: &str, class: &str) {
        self.line(&["+", tag, "\t", part, "\t", class]);
    }

    /// Closes the open element.
    pub fn close(&mut self) {
        self.line(&["-"]);
    }

    /// Sets an attribute of the open element.
    pub fn set(&mut self, name: &str, value: &str) {
        self.line(&["@", name, "\t", value]);
    }

    /// Sets an attribute to a text of the language.
    pub fn label(&mut self, name: &str, text: Text) {
        self.line(&["=", name, "\t", text.key()]);
    }

    /// Appends a text from outside, which comes with a direction of its own.
    pub fn raw(&mut self, text: &str) {
        self.line(&["$", text]);
    }

    /// Appends a text of the language, or the filling alone.
    pub fn text(&mut self, text: Option<Text>, filling: Filling<'_>) {
        let key = text.map(Text::key).unwrap_or_default();
        match filling {
            Filling::Nothing => self.line(&[":", key]),
            Filling::Count(count) => self.line(&[":", key, "\tn\t", &digits(count)]),
            Filling::Time(style, at) => self.line(&[":", key, "\td\t", style, "\t", at]),
            Filling::Window(from, until) => self.line(&[":", key, "\tr\t", from, "\t", until]),
            Filling::Age(value, unit) => self.line(&[":", key, "\ta\t", &digits(value), "\t", unit]),
        }
    }

    /// An element with nothing but a text of the language in it.
    pub fn leaf(&mut self, tag: &str, part: &str, class: &str, text: Text, filling: Filling<'_>) {
        self.open(tag, part, class);
        self.text(Some(text), filling);
        self.close();
    }

    /// All of them.
    #[must_use]
    pub fn finish(self) -> String {
        self.0
    }

    fn line(&mut self, pieces: &[&str]) {
        for it in pieces {
            self.0.push_str(it);
        }
        self.0.push('\n');
    }
}

/// Decimal digits, without `core::fmt`, whose machinery weighs more than this file.
fn digits(count: i32) -> String {
    let mut text = String::new();
    if count < 0 {
        text.push('-');
    }
    push_digits(&mut text, count.unsigned_abs());
    text
}

fn push_digits(text: &mut String, count: u32) {
    if count > 9 {
        push_digits(text, count / 10);
    }
    text.push(char::from(b'0' + (count % 10) as u8));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_in_full() {
        for it in [0, 7, 10, 2048, -1, -90, i32::MAX, i32::MIN] {
            assert_eq!(digits(it), it.to_string());
        }
    }

    #[test]
    fn lines_say_what_to_build() {
        let mut ops = Ops::default();
        ops.go("status");
        ops.leaf("p", "headline", "now", Text::Stops, Filling::Count(4));
        ops.open("time", "event-time", "");
        ops.set("datetime", "2026-11-05");
        ops.text(None, Filling::Time("t", "2026-11-05"));
        ops.close();
        assert_eq!(
            ops.finish(),
            "!status\n+p\theadline\tnow\n:stops\tn\t4\n-\n+time\tevent-time\t\n@datetime\t2026-11-05\n:\td\tt\t2026-11-05\n-\n"
        );
    }
}
