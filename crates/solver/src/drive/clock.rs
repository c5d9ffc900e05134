//! What time it is for a vehicle on its way, by how many of its breaks it has had.

use crate::model::{Break, TimeWindow};
use crate::prepared::Prepared;

/// A vehicle's time after some of its stops, with some of its breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Clock {
    /// Whether it can have had so many breaks.
    pub(super) runs: bool,
    /// When it can leave, having left its start as early as it may.
    pub(super) now: i32,
    /// When it leaves its start at the earliest.
    pub(super) ready: i32,
    /// Driving, service and breaks so far.
    pub(super) plain: i64,
    /// The latest it may leave its start so that nothing is later than it is, nor in another window.
    leave: i64,
    /// Seconds of lateness, of all stops together.
    pub(super) late: i64,
    /// As far as it is not allowed, and what it costs where it is.
    pub(super) hard: i64,
    pub(super) lateness: i64,
    /// The stop that is latest where it is not allowed, and by how much.
    pub(super) latest: (u32, i32),
}

/// The clocks of a vehicle that is ready then. One that leaves after a break could begin has had it before.
pub(super) fn start(ready: i32, rests: &[Break]) -> [Clock; 1 + Break::MOST] {
    let mut clock = Clock {
        runs: true,
        now: ready,
        ready,
        plain: 0,
        leave: i64::from(ready) + i64::from(TimeWindow::HORIZON),
        late: 0,
        hard: 0,
        lateness: 0,
        latest: (0, 0),
    };
    let mut clocks = [clock; 1 + Break::MOST];
    for (at, next) in clocks.iter_mut().skip(1).enumerate() {
        match rests.get(at).and_then(Break::close) {
            Some(close) if clock.runs => {
                clock.ready = clock.ready.max(close);
                clock.now = clock.ready;
                clock.leave = i64::from(clock.ready) + i64::from(TimeWindow::HORIZON);
            }
            _ => clock.runs = false,
        }
        *next = clock;
    }
    clocks
}

impl Clock {
    pub(super) fn drive(&mut self, seconds: i32) {
        self.now = self.now.saturating_add(seconds);
        self.plain += i64::from(seconds);
    }

    /// Serves a stop, not before it is ready.
    pub(super) fn serve_from(&mut self, problem: &Prepared, job: u32, work: i32, ready: i32) {
        self.now = self.now.max(ready);
        self.serve(problem, job, work);
    }

    /// Serves a stop.
    pub(super) fn serve(&mut self, problem: &Prepared, job: u32, work: i32) {
        let close = match problem.opening(job, self.now) {
            Some((begin, close)) => {
                self.now = begin;
                close
            }
            None => {
                let late = self.now - problem.stops[job as usize].close;
                self.late += i64::from(late);
                if let Some(price) = problem.more[job as usize].late {
                    self.lateness += price * i64::from(late);
                } else {
                    self.hard += i64::from(late);
                    if late > self.latest.1 {
                        self.latest = (job, late);
                    }
                }
                self.now
            }
        };
        self.leave = self.leave.min(i64::from(close) - self.plain);
        self.drive(work);
    }

    /// The length of the day so far, when it leaves as late as it may.
    pub(super) fn day(&self) -> i64 {
        self.plain.max(i64::from(self.now) - self.leave.max(i64::from(self.ready)))
    }

    fn key(&self) -> (i64, i32, i64) {
        (self.hard, self.now, self.day())
    }

    /// After a break that begins as soon as it may.
    fn rest(mut self, rest: &Break) -> Option<Self> {
        let (begin, close) = match rest.windows.iter().find(|window| window.end >= self.now) {
            Some(window) => (self.now.max(window.start), window.end),
            None if rest.windows.is_empty() => (self.now, i32::MAX),
            None => return None,
        };
        self.leave = self.leave.min(i64::from(close) - self.plain);
        self.now = begin;
        self.drive(rest.duration);
        Some(self)
    }
}

/// Serves a stop, not before it is ready, with each number of breaks: the best of having had some before and taking the
/// others on arriving.
pub(super) fn arrive(
    clocks: &mut [Clock],
    rests: &[Break],
    problem: &Prepared,
    (job, work, ready): (u32, i32, i32),
) {
    // From the most breaks down, as those with fewer are still needed as they are.
    for all in (0..=rests.len()).rev() {
        let mut best: Option<Clock> = None;
        for had in (0..=all).rev().filter(|&had| clocks[had].runs) {
            let taken = rests[had..all].iter().try_fold(clocks[had], |clock, rest| clock.rest(rest));
            let Some(mut taken) = taken else { continue };
            taken.serve_from(problem, job, work, ready);
            if best.is_none_or(|best| taken.key() < best.key()) {
                best = Some(taken);
            }
        }
        match best {
            Some(best) => clocks[all] = best,
            None => clocks[all].runs = false,
        }
    }
}

/// Takes each break where the vehicle is if that is better than to have had it before.
pub(super) fn rest(clocks: &mut [Clock], rests: &[Break]) {
    for (at, rest) in rests.iter().enumerate() {
        if !clocks[at].runs {
            continue;
        }
        let other = clocks[at + 1];
        if let Some(after) = clocks[at].rest(rest)
            && (!other.runs || after.key() < other.key())
        {
            clocks[at + 1] = after;
        }
    }
}

/// How many breaks the vehicle has had that is back then, and its clock: nothing late or missed if that can be, and then
/// the one that is back first.
pub(super) fn choose(clocks: &[Clock], rests: &[Break]) -> (usize, Clock) {
    let mut best = (0, clocks[0]);
    let mut least = (i64::MAX, i32::MAX, i64::MAX);
    for (had, clock) in clocks.iter().enumerate().take(rests.len() + 1).filter(|(_, clock)| clock.runs) {
        let (hard, now, day) = clock.key();
        let key = (hard + missed(&rests[had..], now), now, day);
        if key < least {
            (least, best) = (key, (had, *clock));
        }
    }
    best
}

/// How long a vehicle that is back then has been under way after breaks should have begun.
pub(super) fn missed(rests: &[Break], back: i32) -> i64 {
    rests.iter().map(|rest| rest.missed_by(back)).sum()
}

/// The break not among the first `had` that is missed by the most, and by how much.
pub(super) fn worst(rests: &[Break], had: usize, back: i32) -> (u32, i32) {
    let worst = Break::missed(rests, had, back).max_by_key(|&(at, late_by)| (late_by, at));
    worst.map_or((0, 0), |(at, late_by)| (at as u32, late_by))
}
