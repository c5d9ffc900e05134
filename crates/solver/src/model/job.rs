//! A stop, and the small values it is made of.

/// How many kinds of load are counted side by side, for instance kilograms, litres and crates.
pub const DIMENSIONS: usize = 3;

/// An amount of load in each dimension, in whole units the caller chooses (the same for stops and vehicles).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Load(pub [i32; DIMENSIONS]);

impl Load {
    /// More than anything holds: the capacity of a vehicle that has no limit.
    pub const UNLIMITED: Self = Self([i32::MAX; DIMENSIONS]);

    /// A load that is counted in one dimension only.
    #[must_use]
    pub const fn one(amount: i32) -> Self {
        Self([amount, 0, 0])
    }

    /// Whether it is nothing at all.
    #[must_use]
    pub fn is_none(&self) -> bool {
        self.0 == [0; DIMENSIONS]
    }

    /// The larger of both in each dimension.
    #[must_use]
    pub(crate) fn max(self, other: Self) -> Self {
        Self(std::array::from_fn(|d| self.0[d].max(other.0[d])))
    }

    /// Whether this load fits into `capacity` in every dimension.
    #[must_use]
    pub fn fits(&self, capacity: &Self) -> bool {
        self.0.iter().zip(&capacity.0).all(|(have, room)| have <= room)
    }
}

impl std::ops::AddAssign for Load {
    fn add_assign(&mut self, other: Self) {
        for (sum, more) in self.0.iter_mut().zip(other.0) {
            *sum = sum.saturating_add(more);
        }
    }
}

impl std::ops::SubAssign for Load {
    fn sub_assign(&mut self, other: Self) {
        for (sum, less) in self.0.iter_mut().zip(other.0) {
            *sum -= less;
        }
    }
}

/// A span of time in seconds after midnight of the planning day; values past 86,400 are the next day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct TimeWindow {
    /// The first second inside.
    pub start: i32,
    /// The last second inside.
    pub end: i32,
}

impl TimeWindow {
    /// The latest time the solver works with (a bit over three years), so that sums never overflow.
    pub const HORIZON: i32 = 100_000_000;
    /// No limit at all.
    pub const ANY: Self = Self { start: 0, end: Self::HORIZON };

    /// From `start` to `end`, both in seconds after midnight and both inside.
    #[must_use]
    pub const fn new(start: i32, end: i32) -> Self {
        Self { start, end }
    }
}

impl Default for TimeWindow {
    fn default() -> Self {
        Self::ANY
    }
}

/// One stop: a visit to a place that one vehicle makes once.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Job {
    /// Where: an index into the problem's [`Travel`](crate::Travel).
    pub location: usize,
    /// How long the visit takes, in seconds.
    #[cfg_attr(feature = "serde", serde(default))]
    pub service: i32,
    /// How long it takes to get started at the place, in seconds; only where the vehicle has not been at the same place
    /// just before (its start included), as for the second parcel at one door.
    #[cfg_attr(feature = "serde", serde(default))]
    pub setup: i32,
    /// When it is ready at the depot, in seconds after midnight: the vehicle that serves it does not leave its start
    /// before.
    #[cfg_attr(feature = "serde", serde(default))]
    pub release: i32,
    /// What is handed over here, brought along from the vehicle's start: it takes capacity up to this stop.
    #[cfg_attr(feature = "serde", serde(default))]
    pub demand: Load,
    /// What is taken along from here to the vehicle's end: it takes capacity from this stop on.
    #[cfg_attr(feature = "serde", serde(default))]
    pub pickup: Load,
    /// When the visit may begin. Empty means at any time; a vehicle that comes early waits.
    #[cfg_attr(feature = "serde", serde(default))]
    pub windows: Vec<TimeWindow>,
    /// What each minute after the last window has closed costs, in cents; `None` keeps the windows as they are. Only
    /// [`Objective::Cheapest`](crate::Objective::Cheapest) knows prices: under any other the windows are kept.
    #[cfg_attr(feature = "serde", serde(default))]
    pub late_per_minute: Option<i32>,
    /// How much it matters when not all stops can be served: one of priority p counts as much as p + 1 of priority 0.
    #[cfg_attr(feature = "serde", serde(default))]
    pub priority: u8,
    /// What the vehicle must be able to do, one bit for each skill; zero asks for nothing.
    #[cfg_attr(feature = "serde", serde(default))]
    pub skills: u64,
    /// The only vehicle that may serve this stop, when the dispatcher has locked it.
    #[cfg_attr(feature = "serde", serde(default))]
    pub vehicle: Option<usize>,
    /// Its position on the route of whichever vehicle serves it, counted from 0, when the dispatcher has locked it; on a
    /// route with fewer stops it comes last.
    #[cfg_attr(feature = "serde", serde(default))]
    pub position: Option<u32>,
}

impl Job {
    /// A stop at a place, with nothing to unload or load and no limits.
    #[must_use]
    pub const fn at(location: usize) -> Self {
        Self {
            location,
            service: 0,
            setup: 0,
            release: 0,
            demand: Load([0; DIMENSIONS]),
            pickup: Load([0; DIMENSIONS]),
            windows: Vec::new(),
            late_per_minute: None,
            priority: 0,
            skills: 0,
            vehicle: None,
            position: None,
        }
    }

    /// Sets how long the visit takes, in seconds.
    #[must_use]
    pub fn with_service(mut self, seconds: i32) -> Self {
        self.service = seconds;
        self
    }

    /// Sets how long it takes to get started at the place, in seconds.
    #[must_use]
    pub fn with_setup(mut self, seconds: i32) -> Self {
        self.setup = seconds;
        self
    }

    /// Sets when it is ready at the depot, in seconds after midnight.
    #[must_use]
    pub fn with_release(mut self, seconds: i32) -> Self {
        self.release = seconds;
        self
    }

    /// Sets what is handed over.
    #[must_use]
    pub fn with_demand(mut self, demand: Load) -> Self {
        self.demand = demand;
        self
    }

    /// Sets what is taken along.
    #[must_use]
    pub fn with_pickup(mut self, pickup: Load) -> Self {
        self.pickup = pickup;
        self
    }

    /// Adds one span in which the visit may begin, in seconds after midnight.
    #[must_use]
    pub fn with_window(mut self, start: i32, end: i32) -> Self {
        self.windows.push(TimeWindow::new(start, end));
        self
    }

    /// Lets the visit begin after the last window has closed, for so many cents a minute.
    #[must_use]
    pub fn late_for(mut self, cents_per_minute: i32) -> Self {
        self.late_per_minute = Some(cents_per_minute);
        self
    }

    /// Sets the priority.
    #[must_use]
    pub fn with_priority(mut self, priority: u8) -> Self {
        self.priority = priority;
        self
    }

    /// Sets the skills a vehicle needs for this stop.
    #[must_use]
    pub fn with_skills(mut self, skills: u64) -> Self {
        self.skills = skills;
        self
    }

    /// Locks the stop to a position on its route, counted from 0.
    #[must_use]
    pub fn at_position(mut self, position: u32) -> Self {
        self.position = Some(position);
        self
    }

    /// Locks the stop to one vehicle.
    #[must_use]
    pub fn locked_to(mut self, vehicle: usize) -> Self {
        self.vehicle = Some(vehicle);
        self
    }
}
