//! What was asked of a stop and its route does not keep.

use crate::driver::Driver;
use crate::plan::Plan;
use crate::stop::{Stop, Turn};

/// What a stop's route does not keep of what was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Astray {
    /// It is for another driver.
    Driver,
    /// It needs what the driver has not.
    Needs,
    /// It was to come first.
    First,
    /// It was to come last.
    Last,
}

/// What was asked of the `at`-th of `count` stops and is not kept.
pub(super) fn astray(plan: &Plan, driver: &Driver, stop: &Stop, at: usize, count: usize) -> Option<Astray> {
    if stop.driver.is_some() && plan.locked_to(stop).is_some_and(|it| it.id != driver.id) {
        return Some(Astray::Driver);
    }
    if driver.lacks(stop).next().is_some() {
        return Some(Astray::Needs);
    }
    match stop.turn {
        turn if turn.is_kept(at, count) => None,
        Turn::Last => Some(Astray::Last),
        _ => Some(Astray::First),
    }
}
