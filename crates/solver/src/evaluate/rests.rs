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

/// A stop with the seconds it takes to get there and those of its service.
pub(super) struct Step<'a> {
    pub(super) drive: i32,
    pub(super) work: i32,
    /// When it can begin at the earliest, besides its windows.
    pub(super) ready: i32,
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
        let before = clocks.last().cloned().flatten().zip(rest.close());
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
        clocks = (0..clocks.len()).map(|had| arrive(breaks, &clocks[..=had], at, step)).collect();
        take(breaks, &mut clocks, at);
    }
    let mut best: Option<((i64, i32, i64), usize, Clock)> = None;
    for (had, clock) in clocks.into_iter().enumerate() {
        let Some(mut clock) = clock else { continue };
        clock.now += home;
        clock.plain += i64::from(home);
        clock.hard += breaks[had..].iter().map(|rest| rest.missed_by(clock.now)).sum::<i64>();
        if best.as_ref().is_none_or(|(key, ..)| clock.key() < *key) {
            best = Some((clock.key(), had, clock));
        }
    }
    let Some((_, had, clock)) = best else { return Choice { places: Vec::new(), ready } };
    let missed = Break::missed(breaks, had, clock.now);
    broken.extend(missed.map(|(at, late_by)| Violation::Break { vehicle: number, number: at, late_by }));
    Choice { places: clock.places, ready: clock.ready }
}

/// Serves a stop with as many breaks as there are clocks before the last one: the best of having had some of them and
/// taking the others on arriving.
fn arrive(breaks: &[Break], clocks: &[Option<Clock>], stop: usize, step: &Step<'_>) -> Option<Clock> {
    let mut best: Option<Clock> = None;
    for (had, clock) in clocks.iter().enumerate().rev() {
        let mut taken = clock.clone();
        for (number, rest) in breaks.iter().enumerate().take(clocks.len() - 1).skip(had) {
            taken = taken.and_then(|clock| clock.rest(number, rest, stop, true));
        }
        let Some(mut taken) = taken else { continue };
        serve(&mut taken, step);
        if best.as_ref().is_none_or(|best| taken.key() < best.key()) {
            best = Some(taken);
        }
    }
    best
}

/// Takes each break after a stop's service where that is better than to have had it before.
fn take(breaks: &[Break], clocks: &mut [Option<Clock>], stop: usize) {
    for (number, rest) in breaks.iter().enumerate() {
        let Some(after) = clocks[number].as_ref().and_then(|it| it.rest(number, rest, stop, false)) else {
            continue;
        };
        if clocks[number + 1].as_ref().is_none_or(|other| after.key() < other.key()) {
            clocks[number + 1] = Some(after);
        }
    }
}

fn serve(clock: &mut Clock, step: &Step<'_>) {
    clock.now = clock.now.max(step.ready);
    let (start, close) = super::drive::opening(step.stop, clock.now).unwrap_or_else(|late| {
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

#[cfg(test)]
mod tests {
    use crate::{Break, Job, Objective, Problem, Rest, RoutePlan, Travel, Vehicle, Violation, evaluate};

    type Day = (i32, i32, i64, Vec<(usize, usize, bool, i32)>, Vec<Violation>);

    /// Drives to stops two minutes away and back, with these breaks; gives departure, arrival, waiting, and of each
    /// break which it is, at which stop, whether before its service, and when it begins.
    fn drive(jobs: impl IntoIterator<Item = Job>, breaks: impl IntoIterator<Item = Break>) -> Day {
        let mut problem = Problem::new(Travel::matrix(2, vec![0, 120, 120, 0], vec![0; 4]))
            .with_objective(Objective::Fastest);
        problem.stops = jobs.into_iter().collect();
        let vehicle = breaks.into_iter().fold(Vehicle::based_at(0), Vehicle::with_break);
        let problem = problem.with_vehicle(vehicle);
        let plan = RoutePlan { vehicle: 0, stops: (0..problem.stops.len()).collect() };
        let done = evaluate(&problem, &[plan]);
        let route = &done.routes[0];
        assert_eq!(route.costs.total(), route.duration);
        let rest = |rest: &Rest| (rest.number, rest.stop, rest.before, rest.start);
        let breaks = route.breaks.iter().map(rest).collect();
        (route.departure, route.arrival, route.waiting, breaks, done.violations)
    }

    #[test]
    fn a_break_is_taken_where_the_route_is_over_first() {
        let lunch = || Break::of(300).with_window(60, 600);
        let job = |service| Job::at(1).with_service(service);
        // Back before it has to begin.
        assert_eq!(drive([job(10)], [lunch()]), (0, 250, 0, vec![], vec![]));
        // Before a long visit, as it would begin too late after it.
        assert_eq!(drive([job(1_000)], [lunch()]), (0, 1_540, 0, vec![(0, 0, true, 120)], vec![]));
        // While waiting for the window: it leaves 80 s later for what is left of that.
        let late = || job(1_000).with_window(500, 900);
        assert_eq!(drive([late()], [lunch()]), (80, 1_620, 0, vec![(0, 0, true, 200)], vec![]));
        // It waits for the break to begin.
        let soon = Break::of(300).with_window(400, 600);
        assert_eq!(drive([job(100), job(1_000)], [soon]).3, [(0, 0, false, 400)]);
        // A morning off leaves no need for it.
        assert_eq!(drive([job(100).with_window(5_000, 6_000)], [lunch()]).3, []);
        // At any time, but taken.
        assert_eq!(drive([job(10)], [Break::of(50)]), (0, 300, 0, vec![(0, 0, true, 120)], vec![]));
    }

    #[test]
    fn breaks_come_in_their_order_and_a_missed_one_is_told() {
        let two = [Break::of(60).with_window(0, 300), Break::of(60).with_window(200, 900)];
        let jobs = || [Job::at(1).with_service(600), Job::at(1).with_service(900)];
        let (departure, arrival, waiting, breaks, violations) = drive(jobs(), two);
        assert_eq!((departure, arrival, waiting), (0, 1_860, 0));
        assert_eq!(breaks, [(0, 0, true, 120), (1, 0, false, 780)]);
        assert_eq!(violations, []);
        // One that is always taken is missed by a route that is over before, where the one before it ends too late.
        let two = [Break::of(300).with_window(500, 900), Break::of(60).with_window(510, 520).taken_always()];
        let missed = Violation::Break { vehicle: 0, number: 1, late_by: 280 };
        assert_eq!(drive([Job::at(1)], two), (0, 240, 0, vec![], vec![missed]));
        // In the middle of a long visit there is no break.
        let middle = Break::of(2_000).with_window(290, 300);
        let due = Job::at(1).with_service(300).with_window(0, 120);
        let (.., breaks, violations) = drive([due], [middle]);
        assert_eq!(
            (breaks, violations),
            (vec![], vec![Violation::Break { vehicle: 0, number: 0, late_by: 240 }])
        );
    }
}
