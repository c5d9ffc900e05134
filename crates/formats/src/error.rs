//! What is wrong with a file, where, and how to mend it.

use std::fmt;

/// A file that cannot be read (or a problem that a format cannot hold).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {what}; {mend}")]
pub struct FormatError {
    /// Where in the file.
    pub place: Place,
    /// What is wrong there.
    pub what: String,
    /// How to mend it.
    pub mend: String,
}

/// Where something is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Place {
    /// In this line, counted from 1.
    Line(usize),
    /// At this path of a JSON file, for instance `jobs[3].skills`.
    Path(String),
    /// In the file as a whole: something is missing, or two parts contradict each other.
    File,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Line(number) => write!(f, "line {number}"),
            Self::Path(path) => f.write_str(path),
            Self::File => f.write_str("the file"),
        }
    }
}

impl FormatError {
    pub(crate) fn line(number: usize, what: impl Into<String>, mend: impl Into<String>) -> Self {
        Self { place: Place::Line(number), what: what.into(), mend: mend.into() }
    }

    #[cfg(feature = "solver")]
    pub(crate) fn path(path: String, what: impl Into<String>, mend: impl Into<String>) -> Self {
        Self { place: Place::Path(path), what: what.into(), mend: mend.into() }
    }

    pub(crate) fn file(what: impl Into<String>, mend: impl Into<String>) -> Self {
        Self { place: Place::File, what: what.into(), mend: mend.into() }
    }
}

/// A word of the file as it is quoted in an error: no control characters, and not longer than a line.
pub(crate) fn quoted(word: &str) -> String {
    let mut shown: String = word.chars().filter(|letter| !letter.is_control()).take(40).collect();
    if shown.len() < word.trim().len() {
        shown.push('…');
    }
    format!("`{shown}`")
}
