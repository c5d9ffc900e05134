//! Chooses what the four-step bar shows: how far a parcel came, and where it got stuck.

use crate::facts::{Facts, Status};
use crate::texts::Text;

/// One step of the bar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// Its name, which says what went wrong where something did.
    pub name: Text,
    /// How it stands.
    pub mark: Mark,
}

/// How a step stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// Behind us.
    Done,
    /// Where the parcel is.
    Now,
    /// Where the parcel waits for somebody: customs, or the recipient.
    Waiting,
    /// Where it failed.
    Failed,
    /// Ahead.
    Ahead,
}

impl Mark {
    /// The mark's class in the style sheet.
    #[must_use]
    pub fn class(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Now => "now",
            Self::Waiting => "waiting",
            Self::Failed => "failed",
            Self::Ahead => "ahead",
        }
    }

    /// Whether the parcel is at this step.
    #[must_use]
    pub fn is_current(self) -> bool {
        matches!(self, Self::Now | Self::Waiting | Self::Failed)
    }
}

/// The four steps of a parcel of which something is known.
#[must_use]
pub fn choose(facts: &Facts<'_>) -> [Step; 4] {
    let mut names = [Text::Announced, Text::OnTheWay, Text::OutForDelivery, Text::Delivered];
    // The step the parcel is at, its mark, and the name it takes instead of the usual one.
    let (at, mark, name) = match facts.status {
        Status::Pending | Status::NotFound | Status::Unknown => (0, Mark::Ahead, names[0]),
        Status::InfoReceived => (0, Mark::Now, names[0]),
        Status::Transit => (1, Mark::Now, names[1]),
        Status::Pickup if facts.is_collectable() => (2, Mark::Waiting, Text::Collect),
        Status::Pickup => (2, Mark::Now, names[2]),
        Status::Undelivered => (2, Mark::Failed, Text::Failed),
        Status::Delivered => (3, Mark::Done, names[3]),
        Status::Exception if facts.is_at_customs() => (1, Mark::Waiting, Text::Customs),
        Status::Exception if facts.code() == 8 => (0, Mark::Failed, Text::Cancelled),
        Status::Exception => (1, Mark::Failed, Text::ProblemStep),
        Status::Expired => (1, Mark::Failed, Text::NoNewsStep),
    };
    names[at] = name;
    let mut index = 0;
    names.map(|name| {
        let mark = if index < at {
            Mark::Done
        } else if index == at {
            mark
        } else {
            Mark::Ahead
        };
        index += 1;
        Step { name, mark }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(facts: Facts<'_>, expected: [Mark; 4], current: Option<Text>) {
        let steps = choose(&facts);
        assert_eq!(steps.map(|it| it.mark), expected, "{facts:?}");
        let found = steps.iter().find(|it| it.mark.is_current()).map(|it| it.name);
        assert_eq!(found, current, "{facts:?}");
    }

    #[test]
    fn every_status_has_its_place() {
        use Mark::{Ahead, Done, Failed, Now, Waiting};
        let with = |status, substatus| Facts { substatus, ..Facts::of(status) };
        check(Facts::of(Status::Pending), [Ahead; 4], None);
        check(Facts::of(Status::Unknown), [Ahead; 4], None);
        check(Facts::of(Status::InfoReceived), [Now, Ahead, Ahead, Ahead], Some(Text::Announced));
        check(Facts::of(Status::Transit), [Done, Now, Ahead, Ahead], Some(Text::OnTheWay));
        check(Facts::of(Status::Pickup), [Done, Done, Now, Ahead], Some(Text::OutForDelivery));
        check(with(Status::Pickup, "pickup002"), [Done, Done, Waiting, Ahead], Some(Text::Collect));
        check(Facts::of(Status::Undelivered), [Done, Done, Failed, Ahead], Some(Text::Failed));
        check(Facts::of(Status::Delivered), [Done; 4], None);
        check(with(Status::Exception, "exception006"), [Done, Waiting, Ahead, Ahead], Some(Text::Customs));
        check(with(Status::Exception, "exception008"), [Failed, Ahead, Ahead, Ahead], Some(Text::Cancelled));
        check(Facts::of(Status::Exception), [Done, Failed, Ahead, Ahead], Some(Text::ProblemStep));
        check(Facts::of(Status::Expired), [Done, Failed, Ahead, Ahead], Some(Text::NoNewsStep));
    }
}
