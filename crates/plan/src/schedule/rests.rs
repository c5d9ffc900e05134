//! The driver's break in a timetable.

use super::{RouteSchedule, ScheduledStop};
use crate::driver::Driver;
use crate::geo::LatLon;
use crate::pause::{self, Choice, Step};
use crate::stop::Stop;
use crate::travel::TravelTimes;

/// A break that is taken on a route, in seconds after midnight.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Rest {
    /// At which stop of the route, counted from 0.
    pub stop: usize,
    /// Whether it comes before that stop's service, on arriving there.
    pub before: bool,
    /// When it begins.
    pub start: u32,
    /// When it is over.
    pub end: u32,
}

/// Where the driver's break is taken.
pub(super) fn choose<'a>(
    driver: &Driver,
    depot: Option<LatLon>,
    order: impl Iterator<Item = &'a Stop> + Clone,
    travel: &TravelTimes,
) -> Choice {
    let ready = driver.shift.start;
    let Some(pause) = &driver.pause else { return Choice { ready, ..Choice::default() } };
    let drive = |from: Option<LatLon>, to: Option<LatLon>| match (from, to) {
        (Some(a), Some(b)) => travel.leg(a, b).seconds,
        _ => 0,
    };
    let last = order.clone().filter_map(Stop::point).last();
    let home = if driver.returns_to_depot { drive(last.or(depot), depot) } else { 0 };
    let mut here = depot;
    let steps = order.map(|stop| {
        let drive = drive(here, stop.point());
        here = stop.point().or(here);
        Step { drive, work: stop.service_s, window: stop.window }
    });
    pause::choose(pause, ready, steps, home)
}

/// Takes the break now, or once it may begin.
pub(super) fn take(
    driver: &Driver,
    stop: usize,
    before: bool,
    now: &mut u32,
    slack: &mut u32,
    out: &mut RouteSchedule,
) {
    let Some(pause) = &driver.pause else { return };
    let start = (*now).max(pause.window.start);
    out.waiting += start - *now;
    *slack = (*slack).min(out.waiting.saturating_add(pause.window.end.saturating_sub(start)));
    *now = start.saturating_add(pause.seconds);
    out.resting = pause.seconds;
    out.rest = Some(Rest { stop, before, start, end: *now });
}

/// Moves a timetable back by `delay` seconds, until waiting has taken it up: at doors, and for a break to begin.
pub(super) fn leave_later(legs: &mut [ScheduledStop], rest: &mut Option<Rest>, mut delay: u32) {
    let mut pause = |at: usize, before: bool, free: u32, delay: &mut u32| {
        if let Some(rest) = rest.as_mut().filter(|it| (it.stop, it.before) == (at, before)) {
            *delay = delay.saturating_sub(rest.start - free);
            rest.start += *delay;
            rest.end += *delay;
        }
    };
    for (at, leg) in legs.iter_mut().enumerate() {
        let (arrival, departure) = (leg.arrival, leg.departure);
        leg.arrival += delay;
        pause(at, true, arrival, &mut delay);
        let taken_up = leg.waiting.min(delay);
        leg.waiting -= taken_up;
        delay -= taken_up;
        leg.start += delay;
        leg.departure += delay;
        pause(at, false, departure, &mut delay);
        if delay == 0 {
            return;
        }
    }
}
