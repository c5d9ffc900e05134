//! Errors as problem details (RFC 9457), so that every failure reads the same way in the browser.

use serde::{Deserialize, Serialize};

/// An error reply; media type `application/problem+json`.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// A stable word for programs, such as `not-signed-in` or `routemate-down`.
    #[serde(rename = "type")]
    pub kind: String,
    /// What happened, in a few words for a person.
    pub title: String,
    /// The HTTP status, repeated.
    pub status: u16,
    /// What exactly, where, and how to mend it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub detail: String,
    /// The parts of the request at fault, if they can be named.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<ProblemAt>,
}

/// One fault inside a request.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProblemAt {
    /// JSON pointer to the part at fault, such as `/stops/3/address`.
    pub pointer: String,
    /// What is wrong with it.
    pub detail: String,
}

impl Problem {
    /// A problem with a stable word, a status and a title.
    #[must_use]
    pub fn new(kind: &str, status: u16, title: &str) -> Self {
        Self { kind: kind.into(), title: title.into(), status, ..Self::default() }
    }

    /// The same problem with what exactly went wrong.
    #[must_use]
    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = detail.into();
        self
    }

    /// The same problem with one part of the request named as at fault.
    #[must_use]
    pub fn at(mut self, pointer: impl Into<String>, detail: impl Into<String>) -> Self {
        self.errors.push(ProblemAt { pointer: pointer.into(), detail: detail.into() });
        self
    }
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(if self.detail.is_empty() { &self.title } else { &self.detail })
    }
}
