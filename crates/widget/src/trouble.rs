//! Why there is no answer, and what the shopper and the shop's scripts are told about it.
//!
//! That the portal cannot be reached is the loader's to tell: without a network this module may be missing too.

use crate::texts::Text;

/// Why there is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// What was typed cannot be a number.
    BadNumber,
    /// Too many lookups.
    Busy,
    /// The portal answered with an error, or with something else than a lookup.
    Unavailable,
}

impl Trouble {
    /// The trouble with a reply of an HTTP status; 0 stands for a question that was never asked.
    ///
    /// `is_object` is whether its body was a JSON object.
    #[must_use]
    pub fn of(status: u16, is_object: bool) -> Option<Self> {
        match status {
            0 => Some(Self::BadNumber),
            429 => Some(Self::Busy),
            200 if is_object => None,
            _ => Some(Self::Unavailable),
        }
    }

    /// The `reason` in the detail of `milkrun:error`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::BadNumber => "bad-number",
            Self::Busy => "busy",
            Self::Unavailable => "unavailable",
        }
    }

    /// What the shopper is told.
    #[must_use]
    pub fn text(self) -> Text {
        match self {
            Self::BadNumber => Text::BadNumber,
            Self::Busy => Text::Busy,
            Self::Unavailable => Text::Unavailable,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replies_are_judged_by_status_and_body() {
        for (status, is_object, expected) in [
            (200, true, None),
            (200, false, Some(Trouble::Unavailable)),
            (0, false, Some(Trouble::BadNumber)),
            (429, true, Some(Trouble::Busy)),
            (403, true, Some(Trouble::Unavailable)),
            (502, false, Some(Trouble::Unavailable)),
        ] {
            assert_eq!(Trouble::of(status, is_object), expected, "{status} {is_object}");
        }
    }
}
