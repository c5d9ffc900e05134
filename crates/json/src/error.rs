//! What can be wrong with a text.

use std::fmt;

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

    pub(crate) fn missing_field(name: &str) -> Self {
        Self::new(&["missing field `", name, "`"].concat())
    }

    pub(crate) fn unknown_variant(name: &str) -> Self {
        Self::new(&["unknown variant `", name, "`"].concat())
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
