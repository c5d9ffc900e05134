//! One limit that gives: what it is of what is broken, how much it asks for, and how a problem is eased by it.

use crate::{Job, Problem, TimeWindow, Vehicle, Violation};

/// One limit that is eased, and by how much. What is named is the vehicle of the [`Remedy`](super::Remedy) unless a stop is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum Relaxation {
    /// The last window of a stop, this one or another on the route, closes later.
    Window {
        /// The stop's index.
        job: usize,
        /// Seconds later.
        by: i32,
    },
    /// The driver's shift ends later.
    Shift {
        /// Seconds later.
        by: i32,
    },
    /// The longest working time is longer.
    Duration {
        /// Seconds longer.
        by: i32,
    },
    /// The last window of a break closes later.
    Break {
        /// Which of the vehicle's breaks.
        number: usize,
        /// Seconds later.
        by: i32,
    },
    /// The longest time on the road is longer.
    Driving {
        /// Seconds longer.
        by: i32,
    },
    /// The longest way is longer.
    Distance {
        /// Metres longer.
        by: i32,
    },
    /// The vehicle holds more.
    Capacity {
        /// Which of the loads, 0 to [`DIMENSIONS`](crate::DIMENSIONS) - 1.
        dimension: usize,
        /// Units more.
        by: i32,
    },
    /// The vehicle may make more stops.
    MaxStops {
        /// Stops more.
        by: u32,
    },
    /// The vehicle may reload more often.
    MaxReloads {
        /// Reloads more.
        by: u32,
    },
    /// The vehicle has these skills as well.
    Skills {
        /// The bits that it lacks.
        missing: u64,
    },
    /// Any vehicle may serve a stop that is locked to another.
    Lock {
        /// The stop's index.
        job: usize,
    },
    /// A stop, this one or another on the route, may come at any place.
    Position {
        /// The stop's index.
        job: usize,
    },
    /// The route is not closed: more may come behind what is fixed on it.
    Closed,
    /// There is one more vehicle, like the one named.
    AnotherVehicle,
}

impl Relaxation {
    /// What eases the limit that is broken; `None` when nothing does.
    pub(crate) fn of(violation: &Violation) -> Option<Self> {
        Some(match *violation {
            Violation::Late { job, late_by, .. } => Self::Window { job, by: late_by },
            Violation::Shift { over_by, .. } => Self::Shift { by: over_by },
            Violation::Duration { over_by, .. } => Self::Duration { by: over_by },
            // One without windows is missed only because of another before it.
            Violation::Break { number, late_by, .. } if late_by < TimeWindow::HORIZON => {
                Self::Break { number, by: late_by }
            }
            Violation::Driving { over_by, .. } => Self::Driving { by: over_by },
            Violation::Distance { over_by, .. } => Self::Distance { by: over_by },
            Violation::Capacity { dimension, over_by, .. } => Self::Capacity { dimension, by: over_by },
            Violation::MaxStops { over_by, .. } => Self::MaxStops { by: over_by },
            Violation::MaxReloads { over_by, .. } => Self::MaxReloads { by: over_by },
            Violation::Skills { missing, .. } => Self::Skills { missing },
            Violation::Locked { job, .. } => Self::Lock { job },
            Violation::Position { job, .. } => Self::Position { job },
            Violation::Closed { .. } => Self::Closed,
            _ => return None,
        })
    }

    /// Asks for that much more if it is the same limit; whether it is. What has no measure gives once.
    pub(super) fn ask_for(&mut self, more: &Self) -> bool {
        match (self, *more) {
            (Self::Window { job: this, .. }, Self::Window { job: that, .. })
            | (Self::Break { number: this, .. }, Self::Break { number: that, .. })
            | (Self::Capacity { dimension: this, .. }, Self::Capacity { dimension: that, .. })
                if *this != that =>
            {
                return false;
            }
            (Self::Window { by, .. }, Self::Window { by: more, .. })
            | (Self::Break { by, .. }, Self::Break { by: more, .. })
            | (Self::Capacity { by, .. }, Self::Capacity { by: more, .. })
            | (Self::Shift { by }, Self::Shift { by: more })
            | (Self::Duration { by }, Self::Duration { by: more })
            | (Self::Driving { by }, Self::Driving { by: more })
            | (Self::Distance { by }, Self::Distance { by: more }) => *by = by.saturating_add(more),
            (Self::MaxStops { by }, Self::MaxStops { by: more })
            | (Self::MaxReloads { by }, Self::MaxReloads { by: more }) => *by = by.saturating_add(more),
            (Self::Skills { missing }, Self::Skills { missing: more }) => *missing |= more,
            (this, more) => return *this == more,
        }
        true
    }

    /// How much it asks for, in seconds of somebody's time: metres at 36 km/h, a stop or reload more is a quarter of an hour,
    /// a load more its share of four hours' capacity, a skill more six hours, a vehicle more a day's work. What a dispatcher
    /// has settled and can settle otherwise: a place half an hour, a closed route an hour, a lock two.
    pub(super) fn weight(&self, problem: &Problem, vehicle: usize) -> i64 {
        match *self {
            Self::Window { by, .. }
            | Self::Shift { by }
            | Self::Duration { by }
            | Self::Break { by, .. }
            | Self::Driving { by } => i64::from(by),
            Self::Distance { by } => i64::from(by) / 10 + 1,
            Self::Capacity { dimension, by } => {
                let holds = i64::from(problem.vehicles[vehicle].capacity.0[dimension]).max(1);
                4 * 3_600 * i64::from(by) / holds + 1
            }
            Self::MaxStops { by } | Self::MaxReloads { by } => 900 * i64::from(by),
            Self::Skills { missing } => 6 * 3_600 * i64::from(missing.count_ones()),
            Self::Position { .. } => 1_800,
            Self::Closed => 3_600,
            Self::Lock { .. } => 2 * 3_600,
            Self::AnotherVehicle => 8 * 3_600,
        }
    }

    /// Eases a limit of a vehicle, or of a stop that is looked up.
    pub(crate) fn ease<'a>(&self, vehicle: &mut Vehicle, stop: impl FnOnce(usize) -> Option<&'a mut Job>) {
        match *self {
            Self::Window { job, by } => {
                let last = stop(job).and_then(|stop| stop.windows.iter_mut().max_by_key(|it| it.end));
                if let Some(last) = last {
                    last.end += by;
                }
            }
            Self::Shift { by } => vehicle.shift.end += by,
            Self::Duration { by } => {
                vehicle.max_duration = vehicle.max_duration.map(|most| most.saturating_add(by));
            }
            Self::Break { number, by } => {
                let windows = vehicle.breaks.get_mut(number).map(|rest| rest.windows.iter_mut());
                if let Some(last) = windows.and_then(|windows| windows.max_by_key(|window| window.end)) {
                    last.end += by;
                }
            }
            Self::Driving { by } => {
                vehicle.max_driving = vehicle.max_driving.map(|most| most.saturating_add(by));
            }
            Self::Distance { by } => {
                vehicle.max_distance = vehicle.max_distance.map(|most| most.saturating_add(by));
            }
            Self::Capacity { dimension, by } => {
                let holds = &mut vehicle.capacity.0[dimension];
                *holds = holds.saturating_add(by);
            }
            Self::MaxStops { by } => {
                vehicle.max_stops = vehicle.max_stops.map(|most| most.saturating_add(by));
            }
            Self::MaxReloads { by } => {
                vehicle.max_reloads = vehicle.max_reloads.map(|most| most.saturating_add(by));
            }
            Self::Skills { missing } => vehicle.skills |= missing,
            Self::Lock { job } => {
                if let Some(stop) = stop(job) {
                    stop.vehicle = None;
                }
            }
            Self::Position { job } => {
                if let Some(stop) = stop(job) {
                    stop.position = None;
                }
            }
            Self::Closed => vehicle.closed = false,
            Self::AnotherVehicle => {}
        }
    }
}
