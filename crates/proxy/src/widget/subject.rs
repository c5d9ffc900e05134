//! What a public page shows: one parcel of a carrier, or one stop of one tour.
//!
//! A stop is named with its tour, because shops give the same numbers to other people's stops the next day.

use std::fmt;

/// Something that can be shown to a shopper.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Subject {
    /// A parcel, by the proxy's id.
    Parcel(String),
    /// A stop, by its dispatch and its id in the plan.
    Stop {
        /// The proxy's id of the dispatch.
        dispatch: String,
        /// The stop's id in the plan.
        stop: String,
    },
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Parcel(id) => write!(f, "parcel {id}"),
            Self::Stop { dispatch, stop } => write!(f, "stop {dispatch} {stop}"),
        }
    }
}

impl Subject {
    /// A subject from its words.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let (kind, rest) = text.split_once(' ')?;
        match kind {
            "parcel" => Some(Self::Parcel(rest.to_owned())),
            "stop" => {
                let (dispatch, stop) = rest.split_once(' ')?;
                Some(Self::Stop { dispatch: dispatch.to_owned(), stop: stop.to_owned() })
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_come_back() {
        let stop = Subject::Stop { dispatch: "d".to_owned(), stop: "S 1 b".to_owned() };
        for it in [Subject::Parcel("p".to_owned()), stop] {
            assert_eq!(Subject::read(&it.to_string()), Some(it));
        }
        assert_eq!((Subject::read("stop d"), Subject::read("x y"), Subject::read("")), (None, None, None));
    }
}
