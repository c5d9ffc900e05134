//! Coming back to a depot in the middle of a route.

use super::{Job, TimeWindow};

/// A place where a vehicle may be emptied and filled again, as often as it pays, before it drives on.
///
/// What was picked up since the last time is left there, what the following stops get is taken along, and what a
/// shipment has under way stays aboard. So the capacity counts from one reload to the next, and a stop's
/// [`release`](Job::release) holds back the trip that it is on. The time spent there is working time.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Reload {
    /// Where: an index into the problem's [`Travel`](crate::Travel), often that of the vehicle's own depot.
    pub location: usize,
    /// How long it takes, in seconds.
    #[cfg_attr(feature = "serde", serde(default))]
    pub duration: i32,
    /// When it may begin. Empty means at any time.
    #[cfg_attr(feature = "serde", serde(default))]
    pub windows: Vec<TimeWindow>,
}

impl Reload {
    /// A place that reloads vehicles in no time, at any time.
    #[must_use]
    pub const fn at(location: usize) -> Self {
        Self { location, duration: 0, windows: Vec::new() }
    }

    /// Sets how long it takes, in seconds.
    #[must_use]
    pub fn taking(mut self, seconds: i32) -> Self {
        self.duration = seconds;
        self
    }

    /// Adds one span in which it may begin, in seconds after midnight.
    #[must_use]
    pub fn with_window(mut self, start: i32, end: i32) -> Self {
        self.windows.push(TimeWindow::new(start, end));
        self
    }

    /// The visit that it is, without any load.
    pub(crate) fn visit(&self) -> Job {
        let mut visit = Job::at(self.location).with_service(self.duration);
        visit.windows.clone_from(&self.windows);
        visit
    }
}
