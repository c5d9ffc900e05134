//! What is to be pushed, and how each attempt went.

use std::collections::BTreeMap;

use milkrun_wire::tracking51::{DeliveryStatus, Tracking};
use serde::{Deserialize, Serialize};

use crate::clock::wall_ms;
use crate::store::World;

/// Most attempts at one push.
const MAX_ATTEMPTS: u32 = 14;
/// Sandbox seconds before the second attempt; each later one waits twice as long.
const FIRST_WAIT: i64 = 30;
/// How long the history is kept, in wall-clock milliseconds, as long as the vendor's.
const KEPT_MS: i64 = 3 * 24 * 3600 * 1000;

/// A push and its attempts.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct PushRecord {
    pub(crate) serial: u64,
    /// The parcel as it was when its status changed.
    pub(crate) tracking: Tracking,
    pub(crate) state: PushState,
    pub(crate) attempts: Vec<Attempt>,
    /// When the next attempt is due, sandbox seconds.
    pub(crate) due_at: i64,
    noted_ms: i64,
}

/// How a push stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum PushState {
    /// Not accepted yet.
    Pending,
    /// Accepted with a status of 200 to 299.
    Delivered,
    /// Given up after the last attempt.
    Failed,
}

/// One attempt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Attempt {
    /// When, sandbox seconds.
    pub(crate) at: i64,
    /// What came back, absent when nothing did.
    pub(crate) http_status: Option<u16>,
}

impl PushRecord {
    fn new(serial: u64, tracking: Tracking, now: i64) -> Self {
        let (state, attempts) = (PushState::Pending, Vec::new());
        Self { serial, tracking, state, attempts, due_at: now, noted_ms: wall_ms() }
    }

    /// Notes how an attempt went and when the next one is due.
    pub(crate) fn note_attempt(&mut self, at: i64, http_status: Option<u16>) {
        self.attempts.push(Attempt { at, http_status });
        let made = u32::try_from(self.attempts.len()).unwrap_or(MAX_ATTEMPTS);
        if http_status.is_some_and(|it| (200..300).contains(&it)) {
            self.state = PushState::Delivered;
        } else if made >= MAX_ATTEMPTS {
            self.state = PushState::Failed;
        } else {
            self.due_at = at + FIRST_WAIT * 2_i64.pow(made - 1);
        }
    }
}

/// Notes every parcel whose status is not the one last pushed. Without a webhook the change is noted and not
/// kept, so that one set later does not hear of the past.
pub(crate) fn note_changes(world: &mut World, is_wanted: bool) {
    let now = world.now();
    world.pushes.retain(|it| it.noted_ms + KEPT_MS > wall_ms());
    let mut changed: Vec<(u64, Tracking)> = Vec::new();
    for it in world.parcels.values_mut() {
        let status = it.status_at(now);
        if status != it.pushed {
            it.pushed = status;
            changed.push((it.serial, it.at(now)));
        }
    }
    if is_wanted {
        changed.sort_by_key(|(serial, _)| *serial);
        for (_, tracking) in changed {
            let serial = world.next_serial();
            world.pushes.push(PushRecord::new(serial, tracking, now));
        }
    }
}

/// Notes a push of a parcel that is not registered.
pub(crate) fn note_trial(world: &mut World) {
    let now = world.now();
    let tracking = Tracking {
        id: "0".repeat(32),
        tracking_number: "MR-WEBHOOK-TRIAL".to_owned(),
        courier_code: "posti".to_owned(),
        delivery_status: DeliveryStatus::Transit,
        substatus: Some("transit001".to_owned()),
        latest_event: Some("A trial of the webhook".to_owned()),
        ..Tracking::default()
    };
    let serial = world.next_serial();
    world.pushes.push(PushRecord::new(serial, tracking, now));
}

/// How many pushes stand how.
pub(crate) fn counts(world: &World) -> BTreeMap<PushState, usize> {
    let mut counts = BTreeMap::new();
    for it in &world.pushes {
        *counts.entry(it.state).or_insert(0) += 1;
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attempts_wait_twice_as_long_each_time_and_end() {
        let mut push = PushRecord::new(1, Tracking::default(), 1000);
        let mut waits = Vec::new();
        while push.state == PushState::Pending {
            let at = push.due_at;
            push.note_attempt(at, Some(500));
            waits.push(push.due_at - at);
        }
        assert_eq!(push.state, PushState::Failed);
        assert_eq!(push.attempts.len(), 14);
        assert_eq!(waits[..7], [30, 60, 120, 240, 480, 960, 1920]);
        assert_eq!(waits[12], 122_880);
    }

    #[test]
    fn any_2xx_is_success_and_silence_is_not() {
        let check = |status, state| {
            let mut push = PushRecord::new(1, Tracking::default(), 0);
            push.note_attempt(0, status);
            assert_eq!(push.state, state, "{status:?}");
        };
        check(Some(200), PushState::Delivered);
        check(Some(204), PushState::Delivered);
        check(Some(302), PushState::Pending);
        check(None, PushState::Pending);
    }
}
