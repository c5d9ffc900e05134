//! The reader's hands: everything that does not depend on what is read.

use std::borrow::Cow;

use crate::Error;

/// Lists and objects in one another beyond this depth are refused, before the stack ends.
const DEPTH: u32 = 128;

/// A text and where in it reading has come to.
#[derive(Clone)]
pub(crate) struct Scanner<'de> {
    text: &'de str,
    at: usize,
    depth: u32,
}

/// A number as it stands in the text.
#[derive(Clone, Copy)]
pub(crate) enum Number {
    Natural(u64),
    Negative(i64),
    Fraction(f64),
}

impl<'de> Scanner<'de> {
    pub(crate) fn new(text: &'de str) -> Self {
        Self { text, at: 0, depth: 0 }
    }

    pub(crate) fn at(&self) -> usize {
        self.at
    }

    pub(crate) fn is_at_end(&self) -> bool {
        self.at == self.text.len()
    }

    /// Goes to the end, where nothing more is found.
    pub(crate) fn leave(&mut self) {
        self.at = self.text.len();
    }

    fn byte(&self) -> u8 {
        self.text.as_bytes().get(self.at).copied().unwrap_or_default()
    }

    fn wrong<T>(&self, what: &str) -> Result<T, Error> {
        Err(Error::new(what).at(self.at + 1))
    }

    /// The next byte that is no blank; 0 at the end.
    #[inline(never)]
    pub(crate) fn peek(&mut self) -> u8 {
        while matches!(self.byte(), b' ' | b'\n' | b'\t' | b'\r') {
            self.at += 1;
        }
        self.byte()
    }

    /// Goes past a byte, if it is the next.
    #[inline(never)]
    pub(crate) fn eat(&mut self, byte: u8) -> bool {
        let there = self.peek() == byte;
        self.at += usize::from(there);
        there
    }

    #[inline(never)]
    pub(crate) fn expect(&mut self, byte: u8) -> Result<(), Error> {
        if self.eat(byte) { Ok(()) } else { self.wrong(&format!("`{}` was expected", char::from(byte))) }
    }

    /// Goes into a list or an object.
    #[inline(never)]
    pub(crate) fn enter(&mut self, byte: u8) -> Result<(), Error> {
        self.expect(byte)?;
        self.depth += 1;
        if self.depth > DEPTH { self.wrong("the text is nested too deeply") } else { Ok(()) }
    }

    /// Whether another item follows in a list or an object; goes past the comma before it, or past the end.
    #[inline(never)]
    pub(crate) fn another(&mut self, first: &mut bool, close: u8) -> Result<bool, Error> {
        if self.eat(close) {
            self.depth -= 1;
            return Ok(false);
        }
        if !std::mem::take(first) {
            self.expect(b',')?;
        }
        Ok(true)
    }

    /// The text from there up to here. Both lie between characters; a slice that could fail would bring three kilobytes of
    /// words about that into every module.
    #[inline(never)]
    fn since(&self, start: usize) -> &'de str {
        self.text.get(start..self.at).unwrap_or_default()
    }

    /// Whether the text goes on like this.
    fn follows(&self, word: &str) -> bool {
        self.text.as_bytes().get(self.at..).is_some_and(|rest| rest.starts_with(word.as_bytes()))
    }

    /// Goes past a word such as `null`, if it is the next.
    #[inline(never)]
    pub(crate) fn word(&mut self, word: &str) -> bool {
        self.peek();
        let there = self.follows(word);
        self.at += if there { word.len() } else { 0 };
        there
    }

    pub(crate) fn flag(&mut self) -> Result<bool, Error> {
        if self.word("true") {
            Ok(true)
        } else if self.word("false") {
            Ok(false)
        } else {
            self.wrong("`true` or `false` was expected")
        }
    }

    /// Reads a string; one without escapes is not copied.
    #[inline(never)]
    pub(crate) fn string(&mut self) -> Result<Cow<'de, str>, Error> {
        self.expect(b'"')?;
        let start = self.at;
        loop {
            match self.byte() {
                b'"' => {
                    let text = self.since(start);
                    self.at += 1;
                    return Ok(Cow::Borrowed(text));
                }
                b'\\' => break,
                0..0x20 => return self.wrong("a string does not end, or holds a control character"),
                _ => self.at += 1,
            }
        }
        let mut text = self.since(start).to_owned();
        loop {
            let start = self.at;
            while !matches!(self.byte(), b'"' | b'\\' | 0..0x20) {
                self.at += 1;
            }
            text.push_str(self.since(start));
            let byte = self.byte();
            self.at += 1;
            match byte {
                b'"' => return Ok(Cow::Owned(text)),
                b'\\' => text.push(self.escape()?),
                _ => return self.wrong("a string does not end, or holds a control character"),
            }
        }
    }

    fn escape(&mut self) -> Result<char, Error> {
        let byte = self.byte();
        self.at += 1;
        Ok(match byte {
            b'"' | b'\\' | b'/' => char::from(byte),
            b'n' => '\n',
            b't' => '\t',
            b'r' => '\r',
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'u' => {
                let mut code = self.hex()?;
                // A character beyond the first plane stands as two halves.
                if (0xd800..0xdc00).contains(&code) && self.follows("\\u") {
                    self.at += 2;
                    let low = self.hex()?;
                    if !(0xdc00..0xe000).contains(&low) {
                        return self.wrong("half a character stands alone");
                    }
                    code = 0x1_0000 + ((code - 0xd800) << 10) + (low - 0xdc00);
                }
                match char::from_u32(code) {
                    Some(it) => it,
                    None => return self.wrong("half a character stands alone"),
                }
            }
            _ => return self.wrong("an escape is not known"),
        })
    }

    fn hex(&mut self) -> Result<u32, Error> {
        let digits =
            self.text.get(self.at..self.at + 4).filter(|it| it.bytes().all(|it| it.is_ascii_hexdigit()));
        let code = digits.and_then(|it| u32::from_str_radix(it, 16).ok());
        self.at += 4;
        code.ok_or_else(|| Error::new("four hexadecimal digits were expected").at(self.at))
    }

    #[inline(never)]
    pub(crate) fn number(&mut self) -> Result<Number, Error> {
        self.peek();
        let start = self.at;
        while matches!(self.byte(), b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E') {
            self.at += 1;
        }
        let text = self.since(start);
        let digits = text.strip_prefix('-').unwrap_or(text);
        let whole = digits.bytes().position(|it| matches!(it, b'.' | b'e' | b'E')).unwrap_or(digits.len());
        let part = digits.get(whole + 1..).unwrap_or("0");
        // JSON is stricter than most: no leading zero, plus or point, and none behind.
        let sound = whole > 0
            && (whole == 1 || !digits.starts_with('0'))
            && !digits.starts_with('+')
            && !part.starts_with(['e', 'E'])
            && !part.is_empty();
        let value = || {
            if whole < digits.len() {
                return milkrun_host::number(text).map(Number::Fraction);
            }
            let whole = match text.starts_with('-') {
                false => digits.parse().ok().map(Number::Natural),
                // Zero has a sign as a fraction only.
                true => text.parse().ok().filter(|it| *it < 0).map(Number::Negative),
            };
            whole.or_else(|| milkrun_host::number(text).map(Number::Fraction))
        };
        match sound.then(value).flatten() {
            Some(Number::Fraction(it)) if !it.is_finite() => self.wrong("a number is too large"),
            Some(it) => Ok(it),
            None => self.wrong("a number was expected"),
        }
    }

    /// Goes past a value of any kind.
    #[inline(never)]
    pub(crate) fn skip(&mut self) -> Result<(), Error> {
        let (close, has_keys) = match self.peek() {
            b'"' => return self.string().map(drop),
            b'{' => (b'}', true),
            b'[' => (b']', false),
            b't' | b'f' => return self.flag().map(drop),
            b'n' if self.word("null") => return Ok(()),
            _ => return self.number().map(drop),
        };
        self.enter(self.byte())?;
        let mut first = true;
        while self.another(&mut first, close)? {
            if has_keys {
                self.string()?;
                self.expect(b':')?;
            }
            self.skip()?;
        }
        Ok(())
    }
}
