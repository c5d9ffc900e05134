//! When a driver takes the break of the day.
//!
//! It may be taken on arriving at a stop and after its service. Two clocks run along the route, one that has had the
//! break and one that has not, each by the way that leaves every stop the earliest; in the end the one is chosen that
//! is over first, and that makes no stop late and misses no break if that can be. The optimiser chooses alike.

use crate::clock::TimeWindow;
use crate::driver::Pause;

/// A stop with the seconds it takes to get there and those of its service.
pub(crate) struct Step {
    pub(crate) drive: u32,
    pub(crate) work: u32,
    pub(crate) window: Option<TimeWindow>,
}

/// What becomes of the break.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Choice {
    /// The stop at which it is taken, and whether before its service.
    pub(crate) place: Option<(usize, bool)>,
    /// When the route can begin at the earliest.
    pub(crate) ready: u32,
    /// How many seconds the route goes on after a break that is missed should have begun.
    pub(crate) missed: u32,
}

#[derive(Clone, Copy)]
struct Clock {
    ready: i64,
    now: i64,
    /// Driving, service and the break.
    plain: i64,
    /// How late the driver could leave.
    leave: i64,
    late: i64,
    place: Option<(usize, bool)>,
}

impl Clock {
    fn at(ready: i64) -> Self {
        Clock { ready, now: ready, plain: 0, leave: i64::from(u32::MAX), late: 0, place: None }
    }

    /// The less the better: what is late, then the end, then the length of the day.
    fn key(&self) -> (i64, i64, i64) {
        (self.late, self.now, self.plain.max(self.now - self.leave.max(self.ready)))
    }

    fn drive(&mut self, seconds: u32) {
        self.now += i64::from(seconds);
        self.plain += i64::from(seconds);
    }

    fn serve(mut self, step: &Step) -> Self {
        if let Some(window) = step.window {
            let (start, end) = (i64::from(window.start), i64::from(window.end));
            self.late += (self.now - end).max(0);
            self.leave = self.leave.min(end.max(self.now) - self.plain);
            self.now = self.now.max(start);
        }
        self.drive(step.work);
        self
    }

    fn rest(mut self, pause: &Pause, stop: usize, before: bool) -> Option<Self> {
        let end = i64::from(pause.window.end);
        if self.now > end {
            return None;
        }
        self.leave = self.leave.min(end - self.plain);
        self.now = self.now.max(i64::from(pause.window.start));
        self.drive(pause.seconds);
        self.place = Some((stop, before));
        Some(self)
    }
}

/// Chooses where the break is taken on a route that begins at `ready` and ends after driving `home` seconds more.
pub(crate) fn choose(pause: &Pause, ready: u32, steps: impl Iterator<Item = Step>, home: u32) -> Choice {
    let better = |a: Option<Clock>, b: Option<Clock>| match (a, b) {
        (Some(a), Some(b)) => Some(if a.key() < b.key() { a } else { b }),
        (a, b) => a.or(b),
    };
    let mut without = Clock::at(ready.into());
    // One that begins after the break has had it before.
    let mut with = Some(Clock::at(ready.max(pause.window.end).into()));
    for (at, step) in steps.enumerate() {
        without.drive(step.drive);
        if let Some(it) = &mut with {
            it.drive(step.drive);
        }
        let before = without.rest(pause, at, true).map(|it| it.serve(&step));
        let had = better(before, with.map(|it| it.serve(&step)));
        without = without.serve(&step);
        with = better(without.rest(pause, at, false), had);
    }
    without.drive(home);
    let missed = (without.now - i64::from(pause.window.end)).max(0);
    without.late += missed;
    if let Some(it) = &mut with {
        it.drive(home);
    }
    let best = match with {
        Some(with) if with.key() < without.key() => with,
        _ => return Choice { place: None, ready, missed: missed as u32 },
    };
    Choice { place: best.place, ready: best.ready as u32, missed: 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Stops<'a> = &'a [(u32, Option<(u32, u32)>)];

    /// Stops two minutes apart and two from the depot, each with its service and window, and a break of five minutes.
    fn check((start, end): (u32, u32), stops: Stops<'_>, expected: (Option<(usize, bool)>, u32, u32)) {
        let pause = Pause { window: TimeWindow::new(start, end), seconds: 300 };
        let steps = stops.iter().map(|&(work, window)| {
            let window = window.map(|(start, end)| TimeWindow::new(start, end));
            Step { drive: 120, work, window }
        });
        let Choice { place, ready, missed } = choose(&pause, 0, steps, 120);
        assert_eq!((place, ready, missed), expected, "{start} to {end}, {stops:?}");
    }

    #[test]
    fn a_break_is_taken_where_the_route_is_over_first() {
        // Back before it has to begin.
        check((60, 600), &[(10, None)], (None, 0, 0));
        // Before a long visit, as it would begin too late after it.
        check((60, 600), &[(1_000, None)], (Some((0, true)), 0, 0));
        // While waiting for the customer's window.
        check((60, 600), &[(1_000, Some((500, 900)))], (Some((0, true)), 0, 0));
        // At the second stop, where there is less to wait for it, and after the first, where there is nothing.
        check((400, 600), &[(100, None), (1_000, None)], (Some((1, true)), 0, 0));
        check((200, 400), &[(100, None), (1_000, None)], (Some((0, false)), 0, 0));
        // A morning off leaves no need for it.
        check((60, 600), &[(100, Some((5_000, 6_000)))], (None, 600, 0));
    }

    #[test]
    fn a_break_that_would_make_more_late_than_missing_it_is_missed() {
        check((290, 300), &[(300, Some((0, 120)))], (None, 0, 240));
    }
}
