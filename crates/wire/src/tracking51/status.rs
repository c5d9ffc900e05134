//! The nine delivery statuses and the meaning of their substatuses.

use crate::lenient::open_words;

open_words! {
    /// Where a parcel stands. Some replies write a capital here and there, so words are compared without
    /// regard to case; null and blank read as [`Pending`](Self::Pending), which is what they mean.
    DeliveryStatus, default Pending {
        /// New: the courier has not been asked or has not answered.
        Pending = "pending",
        /// The courier knows nothing about the number.
        NotFound = "notfound",
        /// The courier has the order data and not the parcel.
        InfoReceived = "inforeceived",
        /// On the way.
        Transit = "transit",
        /// Out for delivery, or waiting at a collection point; not "picked up by the courier".
        Pickup = "pickup",
        /// A delivery was tried and failed.
        Undelivered = "undelivered",
        /// Delivered.
        Delivered = "delivered",
        /// Returned, lost, damaged, refused or held by customs.
        Exception = "exception",
        /// No news for 30 days.
        Expired = "expired",
    }
}

impl DeliveryStatus {
    /// Whether the courier is done with the parcel.
    pub fn is_final(&self) -> bool {
        matches!(self, Self::Delivered | Self::Expired)
    }
}

/// What a substatus means, in plain words, or `None` for a code no document names.
///
/// The codes are those of version 4; `transit006` and `transit007` are described differently by the vendor's
/// two brands, and this table holds what both have in common.
pub fn substatus_meaning(code: &str) -> Option<&'static str> {
    Some(match code.trim().to_ascii_lowercase().as_str() {
        "notfound001" | "inforeceived001" => "Waiting to be handed to the courier",
        "notfound002" => "The courier has no information yet",
        "transit001" => "On the way",
        "transit002" => "At a sorting centre",
        "transit003" => "At the delivery depot near the recipient",
        "transit004" => "Arrived in the destination country",
        "transit005" => "Cleared customs",
        "transit006" => "Packed and about to leave",
        "transit007" => "With the airline",
        "pickup001" => "Out for delivery",
        "pickup002" => "Ready at a collection point",
        "pickup003" => "The courier has contacted the recipient",
        "delivered001" => "Delivered",
        "delivered002" => "Collected by the recipient",
        "delivered003" => "Signed for by the recipient",
        "delivered004" => "Left in a locker, at the door or with a neighbour",
        "undelivered001" => "Delivery failed: a problem with the address",
        "undelivered002" => "Delivery failed: nobody was home",
        "undelivered003" => "Delivery failed: the recipient could not be reached",
        "undelivered004" => "Delivery failed",
        "exception004" => "Nobody claimed the parcel",
        "exception005" => "Something went wrong on the way",
        "exception006" => "Held by customs",
        "exception007" => "Damaged, lost or discarded",
        "exception008" => "Cancelled before the courier had it",
        "exception009" => "The recipient refused the parcel",
        "exception010" => "Returned to the sender",
        "exception011" => "On the way back to the sender",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statuses_are_read_in_any_case_and_unknown_ones_are_kept() {
        for it in DeliveryStatus::KNOWN {
            assert_eq!(&DeliveryStatus::from_word(&it.as_str().to_uppercase()), it);
        }
        assert_eq!(DeliveryStatus::KNOWN.len(), 9);
        assert_eq!(DeliveryStatus::from_word("InfoReceived"), DeliveryStatus::InfoReceived);
        assert_eq!(DeliveryStatus::from_word("Teleported").as_str(), "Teleported");
        assert_eq!(serde_json::from_str::<DeliveryStatus>("null").unwrap(), DeliveryStatus::Pending);
    }

    #[test]
    fn substatuses_have_meanings() {
        assert_eq!(substatus_meaning("Transit002"), Some("At a sorting centre"));
        assert_eq!(substatus_meaning("exception001"), None);
    }
}
