//! When the breaks of a driver are taken.
//!
//! They may be taken on arriving at a stop and after its service. For each number of breaks that have been had, the way
//! that leaves each stop the earliest is followed; in the end the number is chosen with which the route is over first,
//! and nothing is late and no break missed if that can be.

use crate::model::{Break, Job, TimeWindow, Vehicle};
use crate::{Rest, Violation, Visit};

/// A break at a stop, before its service or after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) number: usize,
    pub(super) stop: usize,
    pub(super) before: bool,
}

/// Where the breaks are taken, and when the vehicle leaves at the earliest.
pub(super) struct Choice {
    pub(super) places: Vec<Place>,
    pub(super) ready: i32,
}

/// A vehicle that has had some of its breaks.
#[derive(Clone)]
struct Clock {
    ready: i32,
    now: i32,
    /// Driving, service and breaks.
    plain: i64,
    /// How late it could leave.
    leave: i64,
    /// Seconds late where that is not allowed.
    hard: i64,
    places: Vec<Place>,
}

impl Clock {
    /// The earlier is the better, after what is late; then the shorter day.
    fn key(&self) -> (i64, i32, i64) {
        let day = self.plain.max(i64::from(self.now) - self.leave.max(self.ready.into()));
        (self.hard, self.now, day)
    }

    fn rest(&self, number: usize, rest: &Break, stop: usize, before: bool) -> Option<Self> {
        let (start, end) = opening(rest, self.now)?;
        let mut after = self.clone();
        after.leave = after.leave.min(i64::from(end) - after.plain);
        after.now = start + rest.duration;
        after.plain += i64::from(rest.duration);
        after.places.push(Place { number, stop, before });
        Some(after)
    }
}

/// When a break can begin at `now` or later, and the end of that window.
pub(super) fn opening(rest: &Break, now: i32) -> Option<(i32, i32)> {
    if rest.windows.is_empty() {
        return Some((now, i32::MAX));
    }
    let window = rest.windows.iter().filter(|window| window.end >= now).min_by_key(|window| window.start)?;
    Some((now.max(window.start), window.end))
}

fn last_close(rest: &Break) -> Option<i32> {
    rest.windows.iter().map(|window| window.end).max()
}

/// A stop with the seconds it takes to get there and those of its service.
pub(super) struct Step<'a> {
    pub(super) drive: i32,
    pub(super) work: i32,
    pub(super) stop: &'a Job,
    /// Whether it may be late.
    pub(super) soft: bool,
}

/// Chooses where the breaks are taken on a route that ends after driving `home` seconds more, and says which are missed.
pub(super) fn choose(
    number: usize,
    vehicle: &Vehicle,
    ready: i32,
    (steps, home): (&[Step<'_>], i32),
    broken: &mut Vec<Violation>,
) -> Choice {
    let breaks = &vehicle.breaks;
    let late = i64::from(ready) + i64::from(TimeWindow::HORIZON);
    let first = Clock { ready, now: ready, plain: 0, leave: late, hard: 0, places: Vec::new() };
    let mut clocks = vec![Some(first)];
    for rest in breaks {
        // One that begins after the break has had it before.
        let before = clocks.last().cloned().flatten().zip(last_close(rest));
        clocks.push(before.map(|(mut clock, close)| {
            clock.ready = clock.ready.max(close);
            clock.now = clock.ready;
            clock.leave = i64::from(clock.ready) + i64::from(TimeWindow::HORIZON);
            clock
        }));
    }
    for (at, step) in steps.iter().enumerate() {
        clocks.iter_mut().flatten().for_each(|clock| {
            clock.now += step.drive;
            clock.plain += i64::from(step.drive);
        });
        take(breaks, &mut clocks, at, true);
        clocks.iter_mut().flatten().for_each(|clock| serve(clock, step));
        take(breaks, &mut clocks, at, false);
    }
    let mut best: Option<((i64, i32, i64), usize, Clock)> = None;
    for (had, clock) in clocks.into_iter().enumerate() {
        let Some(mut clock) = clock else { continue };
        clock.now += home;
        clock.plain += i64::from(home);
        clock.hard += breaks[had..].iter().map(|rest| missed(rest, clock.now)).sum::<i64>();
        if best.as_ref().is_none_or(|(key, ..)| clock.key() < *key) {
            best = Some((clock.key(), had, clock));
        }
    }
    let Some((_, had, clock)) = best else { return Choice { places: Vec::new(), ready } };
    for (at, rest) in breaks.iter().enumerate().skip(had) {
        let late_by = missed(rest, clock.now) as i32;
        if late_by > 0 {
            broken.push(Violation::Break { vehicle: number, number: at, late_by });
        }
    }
    Choice { places: clock.places, ready: clock.ready }
}

/// How long a route that ends then is under way after a break should have begun.
fn missed(rest: &Break, arrival: i32) -> i64 {
    match last_close(rest) {
        Some(close) => i64::from(arrival - close).max(0),
        None => TimeWindow::HORIZON.into(),
    }
}

/// Takes each break where that is better than to have had it before.
fn take(breaks: &[Break], clocks: &mut [Option<Clock>], stop: usize, before: bool) {
    for (number, rest) in breaks.iter().enumerate() {
        let Some(after) = clocks[number].as_ref().and_then(|it| it.rest(number, rest, stop, before)) else {
            continue;
        };
        if clocks[number + 1].as_ref().is_none_or(|other| after.key() < other.key()) {
            clocks[number + 1] = Some(after);
        }
    }
}

fn serve(clock: &mut Clock, step: &Step<'_>) {
    let (start, close) = super::opening(step.stop, clock.now).unwrap_or_else(|late| {
        clock.hard += if step.soft { 0 } else { i64::from(late) };
        (clock.now, clock.now)
    });
    clock.leave = clock.leave.min(i64::from(close) - clock.plain);
    clock.now = start + step.work;
    clock.plain += i64::from(step.work);
}

/// Moves the departure and all that follows `by` seconds later, as far as the waiting on the way does not swallow it.
pub(super) fn leave_late(visits: &mut [Visit], rests: &mut [Rest], by: i32) {
    let mut later = by;
    let shift = |rests: &mut [Rest], stop: usize, before: bool, at: &mut i32, later: &mut i32| {
        for rest in rests.iter_mut().filter(|rest| (rest.stop, rest.before) == (stop, before)) {
            let (start, end) = (rest.start, rest.end);
            *later = (*later - (start - *at)).max(0);
            (rest.start, rest.end) = (start + *later, end + *later);
            *at = end;
        }
    };
    for (stop, visit) in visits.iter_mut().enumerate() {
        let (mut at, mut after) = (visit.arrival, visit.departure);
        visit.arrival += later;
        shift(rests, stop, true, &mut at, &mut later);
        later = (later - (visit.start - at)).max(0);
        visit.start += later;
        visit.departure += later;
        shift(rests, stop, false, &mut after, &mut later);
    }
}
