//! Reading without serde, for what a page reads.
//!
//! serde's code for a struct holds each field apart until all are there, and drops what it has wherever something can
//! fail. Here a value begins blank and is filled in place, and a failure is noted in the reader and asked for once, at
//! the end: a field costs a comparison and a call.

use std::borrow::Cow;

use crate::Error;
use crate::scan::{Number, Scanner};

/// Reads a value from a text that holds nothing else.
///
/// # Errors
/// When the text is no JSON, or not that of such a value.
pub fn read<T: Read>(text: &str) -> Result<T, Error> {
    let mut reader = Reader { scanner: Scanner::new(text), wrong: None };
    let value = T::read(&mut reader);
    reader.finish().map(|()| value)
}

/// What can be read. [`object!`](crate::object) and [`words!`](crate::words) write it for structs and for enums of words.
pub trait Read: Sized {
    /// A value to begin with; nobody sees it unless it is filled.
    fn blank() -> Self;

    /// Reads a value. When that fails, the reader knows and the value says nothing.
    fn read(reader: &mut Reader<'_>) -> Self;
}

/// A text that is being read, and what was wrong with it first.
pub struct Reader<'a> {
    scanner: Scanner<'a>,
    wrong: Option<Error>,
}

impl<'a> Reader<'a> {
    fn finish(mut self) -> Result<(), Error> {
        if let Some(wrong) = self.wrong {
            return Err(wrong);
        }
        if self.scanner.peek() == 0 && self.scanner.is_at_end() {
            Ok(())
        } else {
            Err(Error::new("something follows behind the end").at(self.scanner.at()))
        }
    }

    /// Notes what is wrong; only the first counts, since the rest follows from it.
    #[inline(never)]
    fn fail(&mut self, wrong: Error) {
        if self.wrong.is_none() {
            self.wrong = Some(wrong.at(self.scanner.at()));
        }
        self.scanner.leave();
    }

    fn take<T>(&mut self, it: Result<T, Error>) -> Option<T> {
        it.map_err(|wrong| self.fail(wrong)).ok()
    }

    /// Reads an object: `field` is called with each name and reads the value, or says that it does not know the name.
    #[inline(never)]
    pub fn object(&mut self, required: &[&'static str], field: &mut dyn FnMut(&str, &mut Self) -> bool) {
        let entered = self.scanner.enter(b'{');
        let mut first = self.take(entered).is_some();
        let mut seen = 0_u64;
        loop {
            let another = self.scanner.another(&mut first, b'}');
            if self.wrong.is_some() || self.take(another) != Some(true) {
                break;
            }
            let Some(name) = self.name() else { break };
            if let Some(at) = required.iter().position(|it| *it == name) {
                seen |= 1 << at;
            }
            if !field(&name, self) {
                let skipped = self.scanner.skip();
                self.take(skipped);
            }
        }
        if let Some((_, name)) = required.iter().enumerate().find(|(at, _)| seen & (1 << at) == 0) {
            self.fail(Error::missing_field(name));
        }
    }

    fn name(&mut self) -> Option<Cow<'a, str>> {
        let name = self.scanner.string().and_then(|name| self.scanner.expect(b':').map(|()| name));
        self.take(name)
    }

    /// Reads a list, `item` reads each item.
    #[inline(never)]
    pub fn list(&mut self, item: &mut dyn FnMut(&mut Self)) {
        let entered = self.scanner.enter(b'[');
        let mut first = self.take(entered).is_some();
        loop {
            let another = self.scanner.another(&mut first, b']');
            if self.wrong.is_some() || self.take(another) != Some(true) {
                break;
            }
            item(self);
        }
    }

    /// Reads one of several kinds: its name alone, or an object whose only field has its name. `kind` is called with
    /// the name, and reads what is in it; it says whether it knows the name.
    #[inline(never)]
    pub fn variant(&mut self, kind: &mut dyn FnMut(&str, &mut Self) -> bool) {
        let alone = self.scanner.peek() == b'"';
        if !alone {
            let entered = self.scanner.enter(b'{');
            self.take(entered);
        }
        let name = if alone { self.text() } else { self.name() };
        let Some(name) = name.filter(|_| self.wrong.is_none()) else { return };
        if !kind(&name, self) {
            self.fail(Error::unknown_variant(&name));
        }
        if !alone && self.wrong.is_none() {
            let closed = self.scanner.another(&mut false, b'}');
            if self.take(closed) == Some(true) {
                self.fail(Error::new("an object names two kinds"));
            }
        }
    }

    /// Looks for a field of the object that comes next, without going past anything; empty when it has none.
    #[inline(never)]
    pub fn tag(&mut self, name: &str) -> String {
        let mut ahead = Reader { scanner: self.scanner.clone(), wrong: None };
        let mut tag = String::new();
        ahead.object(&[], &mut |field, ahead| {
            if field == name {
                tag = Read::read(ahead);
            }
            field == name
        });
        tag
    }

    /// Says that a word is none of those that could stand here.
    pub fn unknown(&mut self, word: &str) {
        self.fail(Error::unknown_variant(word));
    }

    #[inline(never)]
    fn text(&mut self) -> Option<Cow<'a, str>> {
        let text = self.scanner.string();
        self.take(text)
    }

    /// Reads a word, empty when there is none.
    pub fn word(&mut self) -> Cow<'a, str> {
        self.text().unwrap_or_default()
    }

    #[inline(never)]
    fn whole(&mut self, least: i64, most: u64) -> u64 {
        let number = self.scanner.number();
        match self.take(number) {
            Some(Number::Natural(it)) if it <= most => it,
            Some(Number::Negative(it)) if it >= least => it as u64,
            _ => {
                self.fail(Error::new("a value is out of range"));
                0
            }
        }
    }

    #[inline(never)]
    fn fraction(&mut self) -> f64 {
        let number = self.scanner.number();
        match self.take(number) {
            Some(Number::Natural(it)) => it as f64,
            Some(Number::Negative(it)) => it as f64,
            Some(Number::Fraction(it)) => it,
            None => 0.0,
        }
    }
}

macro_rules! whole {
    ($($type:ty)*) => {$(
        impl Read for $type {
            fn blank() -> Self {
                0
            }

            fn read(reader: &mut Reader<'_>) -> Self {
                // What is negative comes as its two's complement, which the cast takes back.
                reader.whole(<$type>::MIN as i64, <$type>::MAX as u64) as $type
            }
        }
    )*};
}

whole!(u8 u16 u32 u64 usize i32 i64);

impl Read for f64 {
    fn blank() -> Self {
        0.0
    }

    fn read(reader: &mut Reader<'_>) -> Self {
        reader.fraction()
    }
}

impl Read for f32 {
    fn blank() -> Self {
        0.0
    }

    fn read(reader: &mut Reader<'_>) -> Self {
        reader.fraction() as f32
    }
}

impl Read for bool {
    fn blank() -> Self {
        false
    }

    fn read(reader: &mut Reader<'_>) -> Self {
        let flag = reader.scanner.flag();
        reader.take(flag).unwrap_or_default()
    }
}

impl Read for String {
    fn blank() -> Self {
        String::new()
    }

    #[inline(never)]
    fn read(reader: &mut Reader<'_>) -> Self {
        reader.word().into_owned()
    }
}

impl<T: Read> Read for Option<T> {
    fn blank() -> Self {
        None
    }

    fn read(reader: &mut Reader<'_>) -> Self {
        if reader.scanner.word("null") { None } else { Some(T::read(reader)) }
    }
}

impl<T: Read> Read for Box<T> {
    fn blank() -> Self {
        Self::new(T::blank())
    }

    fn read(reader: &mut Reader<'_>) -> Self {
        Self::new(T::read(reader))
    }
}

impl<T: Read> Read for Vec<T> {
    fn blank() -> Self {
        Self::new()
    }

    fn read(reader: &mut Reader<'_>) -> Self {
        let mut list = Self::new();
        reader.list(&mut |reader| list.push(T::read(reader)));
        list
    }
}

impl<T: Read, const N: usize> Read for [T; N] {
    fn blank() -> Self {
        std::array::from_fn(|_| T::blank())
    }

    fn read(reader: &mut Reader<'_>) -> Self {
        let mut list = Vec::<T>::read(reader).into_iter();
        if list.len() != N {
            reader.fail(Error::new("a list has the wrong length"));
        }
        std::array::from_fn(|_| list.next().unwrap_or_else(T::blank))
    }
}

/// Writes [`Read`] for structs: first the fields that must be there, then those that may be missing, with what they are
/// then unless it is nothing. A field whose name on the wire is another has it behind `as`.
#[macro_export]
macro_rules! object {
    ($($type:ident { $($needed:ident $(as $theirs:literal)?),* ; $($may:ident $(= $default:expr)?),* })*) => {$(
        impl $crate::Read for $type {
            fn blank() -> Self {
                Self {
                    $($needed: $crate::Read::blank(),)*
                    $($may: $crate::object!(@default $($default)?),)*
                }
            }

            fn read(reader: &mut $crate::Reader<'_>) -> Self {
                let mut it = Self::blank();
                reader.object(&[$($crate::object!(@name $needed $($theirs)?)),*], &mut |name, reader| {
                    $(if name == $crate::object!(@name $needed $($theirs)?) {
                        it.$needed = $crate::Read::read(reader);
                        return true;
                    })*
                    $(if name == stringify!($may) {
                        it.$may = $crate::Read::read(reader);
                        return true;
                    })*
                    false
                });
                it
            }
        }
    )*};
    (@default) => { $crate::Read::blank() };
    (@default $default:expr) => { $default };
    (@name $ours:ident) => { stringify!($ours) };
    (@name $ours:ident $theirs:literal) => { $theirs };
}

/// Writes [`Read`] for enums that are a word each; the last one, behind `else`, stands for any other word.
#[macro_export]
macro_rules! words {
    ($($type:ident { $first:literal $variant:ident $(, $word:literal $other:ident)* $(; else $rest:ident)? })*) => {$(
        impl $crate::Read for $type {
            fn blank() -> Self {
                Self::$variant
            }

            fn read(reader: &mut $crate::Reader<'_>) -> Self {
                match &*reader.word() {
                    $first => Self::$variant,
                    $($word => Self::$other,)*
                    $(_ => Self::$rest,)?
                    #[allow(unreachable_patterns)]
                    word => {
                        reader.unknown(word);
                        Self::$variant
                    }
                }
            }
        }
    )*};
}

/// Any value, so that what is read can be held against `serde_json`.
#[cfg(test)]
impl Read for serde_json::Value {
    fn blank() -> Self {
        Self::Null
    }

    fn read(reader: &mut Reader<'_>) -> Self {
        match reader.scanner.peek() {
            b'"' => String::read(reader).into(),
            b'[' => Vec::<Self>::read(reader).into(),
            b't' | b'f' => bool::read(reader).into(),
            b'n' => Option::<bool>::read(reader).into(),
            b'{' => {
                let mut fields = serde_json::Map::new();
                reader.object(&[], &mut |name, reader| {
                    fields.insert(name.to_owned(), Self::read(reader));
                    true
                });
                fields.into()
            }
            _ => {
                let number = reader.scanner.number();
                match reader.take(number) {
                    Some(Number::Natural(it)) => it.into(),
                    Some(Number::Negative(it)) => it.into(),
                    Some(Number::Fraction(it)) => it.into(),
                    None => Self::Null,
                }
            }
        }
    }
}
