//! The timetable of one route, its sums, and the limits that it breaks.

use super::cargo::check_load;
use super::leg;
use super::limits::check_stops;
use super::rests::{self, Choice, Step};
use crate::breakdown::{Spent, break_down};
use crate::model::{Job, Load, TimeWindow, Vehicle};
use crate::{Problem, Rest, Route, Violation, Visit};

/// Units of cost in a second that is late for a cent a minute.
const LATE_UNITS: i64 = crate::Costs::UNITS_PER_CENT / 60;

/// Drives along a route, and adds what it breaks.
pub(super) fn drive(
    problem: &Problem,
    number: usize,
    vehicle: &Vehicle,
    stops: &[(usize, &Job)],
    shipped: &[Load],
    broken: &mut Vec<Violation>,
) -> Route {
    check_stops((number, vehicle), problem.stops.len(), stops, broken);
    let load = check_load((number, vehicle), problem.stops.len(), stops, shipped, broken);
    let mut visits: Vec<Visit> = Vec::with_capacity(stops.len());
    let all = problem.stops.len();
    // Nobody leaves before everything is ready that is to come along.
    let ready = released(all, stops).max(vehicle.shift.start);
    let choice = rest(problem, number, vehicle, stops, ready, broken);
    let (ready, mut rests) = (choice.ready, Vec::with_capacity(choice.places.len()));
    let (mut now, mut place, mut distance) = (ready, vehicle.start, 0_i64);
    let (mut travel, mut service, mut setup, mut waiting) = (0_i64, 0_i64, 0_i64, 0_i64);
    let mut lateness = 0;
    // How much later the vehicle could leave and still be in time everywhere so far, in the same windows.
    let mut slack = i64::from(TimeWindow::HORIZON);
    let mut take = |stop: usize, before: bool, now: &mut i32, waiting: &mut i64, slack: &mut i64| {
        for it in choice.places.iter().filter(|it| (it.stop, it.before) == (stop, before)) {
            let rest = &vehicle.breaks[it.number];
            let (start, close) = rests::opening(rest, *now).unwrap_or((*now, *now));
            *waiting += i64::from(start - *now);
            *slack = (*slack).min(i64::from(close - start) + *waiting);
            *now = start + rest.duration;
            rests.push(Rest { number: it.number, stop, before, start, end: *now });
        }
    };
    for (at, &(job, stop)) in stops.iter().enumerate() {
        let (metres, seconds) = leg(problem, vehicle, place, Some(stop.location)).unwrap_or_else(|| {
            broken.push(Violation::Unreachable { vehicle: number, job: Some(job) });
            (0, 0)
        });
        let arrival = now + seconds;
        now = arrival;
        take(at, true, &mut now, &mut waiting, &mut slack);
        if job >= all {
            let ready = now.max(released(all, &stops[at + 1..]));
            waiting += i64::from(ready - now);
            now = ready;
        }
        let mut late = 0;
        let (start, close) = opening(stop, now).unwrap_or_else(|late_by| {
            late = late_by;
            match stop.late_per_minute.filter(|_| problem.counts_money()) {
                Some(cents) => lateness += i64::from(late) * i64::from(cents) * LATE_UNITS,
                None => broken.push(Violation::Late { vehicle: number, job, late_by }),
            }
            (now, now)
        });
        waiting += i64::from(start - now);
        slack = slack.min(i64::from(close - start) + waiting);
        let first = if place == Some(stop.location) { 0 } else { stop.setup };
        now = start + first + stop.service;
        travel += i64::from(seconds);
        service += i64::from(first + stop.service);
        setup += i64::from(first);
        distance += i64::from(metres);
        visits.push(Visit {
            job,
            distance: metres,
            travel: seconds,
            arrival,
            start,
            departure: now,
            setup: first,
            late,
        });
        place = Some(stop.location);
        take(at, false, &mut now, &mut waiting, &mut slack);
    }
    let (metres, seconds) = leg(problem, vehicle, place, vehicle.end).unwrap_or_else(|| {
        broken.push(Violation::Unreachable { vehicle: number, job: None });
        (0, 0)
    });
    distance += i64::from(metres);
    travel += i64::from(seconds);
    let arrival = now + seconds;
    let by = slack.min(waiting) as i32;
    rests::leave_late(&mut visits, &mut rests, by);
    let departure = ready + by;
    let duration = i64::from(arrival - departure);
    if arrival > vehicle.shift.end {
        broken.push(Violation::Shift { vehicle: number, over_by: arrival - vehicle.shift.end });
    }
    let done = &vehicle.done;
    let over = |spent: i64, before: i32, most: Option<i32>| {
        let over = spent + i64::from(before) - i64::from(most?);
        (over > 0).then(|| i32::try_from(over).unwrap_or(i32::MAX))
    };
    if let Some(over_by) = over(duration, done.duration, vehicle.max_duration) {
        broken.push(Violation::Duration { vehicle: number, over_by });
    }
    if let Some(over_by) = over(travel, done.driving, vehicle.max_driving) {
        broken.push(Violation::Driving { vehicle: number, over_by });
    }
    if let Some(over_by) = over(distance, done.distance, vehicle.max_distance) {
        broken.push(Violation::Distance { vehicle: number, over_by });
    }
    let rested = rests.iter().map(|rest| i64::from(rest.end - rest.start)).sum::<i64>();
    let waiting = duration - travel - service - rested;
    let spent = Spent { driving: travel, waiting, service, breaks: rested, distance, lateness };
    let costs = break_down(problem.goals(), vehicle, spent);
    Route {
        vehicle: number,
        departure,
        arrival,
        distance,
        duration,
        travel,
        service,
        setup,
        waiting,
        breaks: rests,
        load,
        cost: costs.total(),
        costs,
        visits,
    }
}

/// When everything is ready that comes along on the trip to these stops, up to the next reload.
fn released(all: usize, stops: &[(usize, &Job)]) -> i32 {
    let trip = stops.iter().take_while(|(job, _)| *job < all);
    trip.map(|(_, stop)| stop.release).max().unwrap_or(0)
}

/// When a stop can begin for a vehicle that is there then, and the end of that window; or by how much that is too late.
pub(super) fn opening(stop: &Job, now: i32) -> Result<(i32, i32), i32> {
    match stop.windows.iter().filter(|window| window.end >= now).min_by_key(|window| window.start) {
        Some(window) => Ok((now.max(window.start), window.end)),
        None => match stop.windows.iter().map(|window| window.end).max() {
            Some(last) => Err(now - last),
            None => Ok((now, TimeWindow::HORIZON)),
        },
    }
}

/// Where the driver's breaks are taken.
fn rest(
    problem: &Problem,
    number: usize,
    vehicle: &Vehicle,
    stops: &[(usize, &Job)],
    ready: i32,
    broken: &mut Vec<Violation>,
) -> Choice {
    if vehicle.breaks.is_empty() {
        return Choice { places: Vec::new(), ready };
    }
    let drive = |from, to| leg(problem, vehicle, from, to).map_or(0, |(_, seconds)| seconds);
    let mut place = vehicle.start;
    let all = problem.stops.len();
    let mut steps = Vec::with_capacity(stops.len());
    for (at, &(job, stop)) in stops.iter().enumerate() {
        let here = Some(stop.location);
        let setup = if place == here { 0 } else { stop.setup };
        let drive = drive(std::mem::replace(&mut place, here), here);
        let soft = problem.counts_money() && stop.late_per_minute.is_some();
        let ready = if job >= all { released(all, &stops[at + 1..]) } else { 0 };
        steps.push(Step { drive, work: setup + stop.service, ready, stop, soft });
    }
    let home = drive(place, vehicle.end);
    rests::choose(number, vehicle, ready, (&steps, home), broken)
}
