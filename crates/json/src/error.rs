//! What can be wrong with a text.

use std::fmt;

use serde::de::{Expected, Unexpected};

/// Why a text could not be read, and where.
#[derive(Debug)]
pub struct Error {
    what: Box<str>,
    at: usize,
}

impl Error {
    pub(crate) fn new(what: &str) -> Self {
        Self { what: what.into(), at: 0 }
    }

    /// Says where, unless that is known already.
    #[must_use]
    pub(crate) fn at(mut self, at: usize) -> Self {
        if self.at == 0 {
            self.at = at;
        }
        self
    }

    fn named(before: &str, name: &str, after: &str) -> Self {
        Self::new(&[before, name, after].concat())
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)?;
        if self.at > 0 { write!(f, " at character {}", self.at) } else { Ok(()) }
    }
}

impl std::error::Error for Error {}

impl serde::ser::Error for Error {
    fn custom<T: fmt::Display>(what: T) -> Self {
        Self::new(&what.to_string())
    }
}

// Each of these would otherwise format what was found and what was expected, for every type there is.
impl serde::de::Error for Error {
    fn custom<T: fmt::Display>(what: T) -> Self {
        Self::new(&what.to_string())
    }

    fn invalid_type(_: Unexpected<'_>, _: &dyn Expected) -> Self {
        Self::new("something of another kind was expected")
    }

    fn invalid_value(_: Unexpected<'_>, _: &dyn Expected) -> Self {
        Self::new("a value is out of range")
    }

    fn invalid_length(_: usize, _: &dyn Expected) -> Self {
        Self::new("a list has the wrong length")
    }

    fn unknown_variant(variant: &str, _: &'static [&'static str]) -> Self {
        Self::named("unknown variant `", variant, "`")
    }

    fn unknown_field(field: &str, _: &'static [&'static str]) -> Self {
        Self::named("unknown field `", field, "`")
    }

    fn missing_field(field: &'static str) -> Self {
        Self::named("missing field `", field, "`")
    }

    fn duplicate_field(field: &'static str) -> Self {
        Self::named("duplicate field `", field, "`")
    }
}
