//! What the choice of words depends on, taken out of the portal's reply and freed of dates.

/// Where a parcel stands: the nine statuses of 51Tracking V4, and one for words not known yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// New: the carrier has not answered yet.
    Pending,
    /// The carrier knows nothing of it.
    NotFound,
    /// The carrier has the data, not the parcel.
    InfoReceived,
    /// On the way.
    Transit,
    /// Out for delivery, or waiting at a collection point.
    Pickup,
    /// A delivery attempt failed.
    Undelivered,
    /// Delivered.
    Delivered,
    /// Returned, lost, damaged, at customs, refused.
    Exception,
    /// No news for 30 days.
    Expired,
    /// A word this version does not know.
    Unknown,
}

impl Status {
    /// The status of a word in the portal's reply.
    #[must_use]
    pub fn from_word(word: &str) -> Self {
        match word {
            "pending" => Self::Pending,
            "notfound" => Self::NotFound,
            "inforeceived" => Self::InfoReceived,
            "transit" => Self::Transit,
            "pickup" => Self::Pickup,
            "undelivered" => Self::Undelivered,
            "delivered" => Self::Delivered,
            "exception" => Self::Exception,
            "expired" => Self::Expired,
            _ => Self::Unknown,
        }
    }
}

/// The facts of one parcel. Days are counted from today: 0 today, 1 tomorrow, -1 yesterday.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    /// Where it stands.
    pub status: Status,
    /// 51Tracking's finer code, such as `exception006`; empty when the portal does not tell.
    pub substatus: &'a str,
    /// Whether it waits at a collection point.
    pub at_collection_point: bool,
    /// Stops the driver makes before this one.
    pub stops_before: Option<u32>,
    /// Day of the expected delivery.
    pub expected_in: Option<i32>,
    /// Day of the delivery, else of the newest event.
    pub happened_in: Option<i32>,
}

impl Facts<'_> {
    /// The number in the substatus, 0 without one; it only means something beside its status.
    #[must_use]
    pub fn code(&self) -> u8 {
        let digits = self.substatus.bytes().filter(u8::is_ascii_digit);
        digits.fold(0, |code, it| code.wrapping_mul(10).wrapping_add(it - b'0'))
    }

    /// Whether it waits to be collected, which either the flag or `pickup002` tells.
    #[must_use]
    pub fn is_collectable(&self) -> bool {
        self.status == Status::Pickup && (self.at_collection_point || self.code() == 2)
    }

    /// Whether customs holds it.
    #[must_use]
    pub fn is_at_customs(&self) -> bool {
        self.status == Status::Exception && self.code() == 6
    }

    /// Facts of a parcel of which only the status is known.
    #[must_use]
    pub fn of(status: Status) -> Self {
        Facts {
            status,
            substatus: "",
            at_collection_point: false,
            stops_before: None,
            expected_in: None,
            happened_in: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_become_statuses() {
        assert_eq!(Status::from_word("inforeceived"), Status::InfoReceived);
        assert_eq!(Status::from_word("teleported"), Status::Unknown);
    }

    #[test]
    fn codes_are_read_from_the_substatus() {
        for (substatus, expected) in [("exception006", 6), ("exception011", 11), ("", 0), ("odd", 0)] {
            assert_eq!(Facts { substatus, ..Facts::of(Status::Exception) }.code(), expected, "{substatus}");
        }
    }
}
