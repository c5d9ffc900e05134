//! The clock along a route: when each stop is reached, and what goes wrong on the way.
//!
//! A schedule never forbids anything. A stop reached too late is served and flagged, a full van drives on
//! and is flagged, a stop whose address was not found yet is kept in its place and takes no driving.

mod astray;
mod rests;

pub use self::astray::Astray;
pub use self::rests::Rest;

use crate::cost::Cost;
use crate::driver::Driver;
use crate::plan::Plan;
use crate::route::Route;
use crate::stop::{Stop, StopId};
use crate::travel::{Leg, TravelTimes};
use std::collections::HashMap;

/// One stop of a schedule, with the drive that leads to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScheduledStop {
    /// Which stop.
    pub stop: StopId,
    /// The drive from the place before; zero when either end has no position.
    pub leg: Leg,
    /// When the driver gets there, in seconds after midnight.
    pub arrival: u32,
    /// How long the driver waits for the window to open, in seconds.
    pub waiting: u32,
    /// When service starts.
    pub start: u32,
    /// When the driver leaves.
    pub departure: u32,
    /// Seconds by which service starts after the window closed; 0 when in time.
    pub late_by: u32,
    /// Parcels delivered so far, this stop included.
    pub load_after: u32,
    /// Whether the stop has no position yet, so that its times are too good.
    pub unplaced: bool,
    /// What the dispatcher asked of this stop and the route does not keep.
    pub astray: Option<Astray>,
}

/// A route with its times, lengths and flags.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RouteSchedule {
    /// When the driver leaves the depot: the shift's start, or as much later as only shortens the waiting at doors.
    pub departure: u32,
    /// When the driver is done: back at the depot, or leaving the last stop of an open route.
    pub finish: u32,
    /// The stops in order.
    pub legs: Vec<ScheduledStop>,
    /// How many stops there are, which is known even where the legs are not.
    pub stops: usize,
    /// The driver's break, if one is taken.
    pub rest: Option<Rest>,
    /// The drive home, for a route that returns to a depot.
    pub return_leg: Option<Leg>,
    /// Total length in metres.
    pub distance: u32,
    /// Total driving in seconds.
    pub driving: u32,
    /// Total waiting in seconds.
    pub waiting: u32,
    /// Total service in seconds.
    pub service: u32,
    /// Total of breaks in seconds.
    pub resting: u32,
    /// Seconds by which the route goes on after a missed break should have begun; 0 when none is missed.
    pub break_missed: u32,
    /// Sum of lateness over all stops, in seconds.
    pub lateness: u32,
    /// How many stops are late.
    pub late_stops: usize,
    /// How many stops are not on the driver's route or at the place that was asked for.
    pub astray: usize,
    /// Seconds worked after the shift's end.
    pub overtime: u32,
    /// Parcels on board at the depot.
    pub load: u32,
    /// Parcels more than the vehicle holds; 0 when they fit.
    pub over_capacity: u32,
}

impl RouteSchedule {
    /// Time from departure to finish, in seconds.
    pub fn duration(&self) -> u32 {
        self.finish - self.departure
    }

    /// Whether the dispatcher should look: something late, too long or too full.
    pub fn has_trouble(&self) -> bool {
        self.lateness > 0
            || self.overtime > 0
            || self.over_capacity > 0
            || self.break_missed > 0
            || self.astray > 0
    }
}

/// The sums over a whole plan.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// Routes with at least one stop.
    pub routes: usize,
    /// Stops in a route.
    pub assigned: usize,
    /// Stops in no route.
    pub unassigned: usize,
    /// Stops without a position.
    pub unplaced: usize,
    /// Metres driven.
    pub distance: u64,
    /// Seconds driven.
    pub driving: u64,
    /// Seconds from departure to finish, over all routes.
    pub duration: u64,
    /// Seconds late, over all stops.
    pub lateness: u64,
    /// Stops served late.
    pub late_stops: usize,
    /// Seconds worked after shifts' ends.
    pub overtime: u64,
    /// Parcels on routes.
    pub load: u64,
    /// Parcels beyond the capacity of their vehicles.
    pub over_capacity: u64,
    /// What it all costs, in units (see [`crate::cost`]).
    pub cost: i64,
}

/// Schedules one route of the plan. A route whose driver is unknown comes back empty.
pub fn schedule(plan: &Plan, route: &Route, travel: &TravelTimes) -> RouteSchedule {
    schedule_one(plan, &plan.lookup(), route, travel)
}

/// Schedules every route, in the order of [`Plan::routes`].
pub fn schedule_all(plan: &Plan, travel: &TravelTimes) -> Vec<RouteSchedule> {
    let stops = plan.lookup();
    plan.routes.iter().map(|it| schedule_one(plan, &stops, it, travel)).collect()
}

fn schedule_one(
    plan: &Plan,
    stops: &HashMap<&StopId, &Stop>,
    route: &Route,
    travel: &TravelTimes,
) -> RouteSchedule {
    let Some(driver) = plan.driver(&route.driver) else { return RouteSchedule::default() };
    let mut legs = Vec::with_capacity(route.stops.len());
    let order = route.stops.iter().filter_map(|id| stops.get(id).copied());
    let sums = run(plan, driver, order, travel, Some(&mut legs));
    RouteSchedule { legs, ..sums }
}

/// The sums over all routes of the plan.
pub fn totals(plan: &Plan, travel: &TravelTimes) -> Totals {
    totals_of(plan, &schedule_all(plan, travel))
}

/// The sums over schedules that were made already (by [`schedule_all`] for this same plan).
pub fn totals_of(plan: &Plan, schedules: &[RouteSchedule]) -> Totals {
    let mut totals = Totals { unplaced: plan.unplaced().count(), ..Totals::default() };
    for it in schedules.iter().filter(|it| !it.legs.is_empty()) {
        totals.routes += 1;
        totals.assigned += it.legs.len();
        totals.distance += u64::from(it.distance);
        totals.driving += u64::from(it.driving);
        totals.duration += u64::from(it.duration());
        totals.lateness += u64::from(it.lateness);
        totals.late_stops += it.late_stops;
        totals.overtime += u64::from(it.overtime);
        totals.load += u64::from(it.load);
        totals.over_capacity += u64::from(it.over_capacity);
        totals.cost += Cost::of(&plan.settings.rates, it).total();
    }
    totals.unassigned = plan.stops.len() - totals.assigned.min(plan.stops.len());
    totals
}

/// The schedule of any stops for a driver, whether or not the plan has it so: the ground under pricing a
/// change that has not happened. The legs are only written down where they are asked for, which is what
/// makes a price cheap.
pub(crate) fn run<'a>(
    plan: &Plan,
    driver: &Driver,
    order: impl Iterator<Item = &'a Stop> + Clone,
    travel: &TravelTimes,
    mut legs: Option<&mut Vec<ScheduledStop>>,
) -> RouteSchedule {
    let depot = plan.depot.as_ref().map(|it| it.point());
    let choice = rests::choose(driver, depot, order.clone(), travel);
    let mut out = RouteSchedule {
        departure: choice.ready,
        break_missed: choice.missed,
        stops: order.clone().count(),
        ..RouteSchedule::default()
    };
    let (mut here, mut now) = (depot, choice.ready);
    // How much later the driver could leave without making any stop late that is not: the forward time slack.
    let mut slack = u32::MAX;
    for (at, stop) in order.enumerate() {
        let leg = match (here, stop.point()) {
            (Some(a), Some(b)) => travel.leg(a, b),
            _ => Leg::default(),
        };
        let opens = stop.window.map_or(0, |it| it.start);
        let arrival = now.saturating_add(leg.seconds);
        now = arrival;
        if choice.place == Some((at, true)) {
            rests::take(driver, at, true, &mut now, &mut slack, &mut out);
        }
        let (here_at, start) = (now, now.max(opens));
        let late_by = stop.window.map_or(0, |it| start.saturating_sub(it.end));
        now = start.saturating_add(stop.service_s);
        here = stop.point().or(here);

        out.distance = out.distance.saturating_add(leg.metres);
        out.driving = out.driving.saturating_add(leg.seconds);
        out.waiting = out.waiting.saturating_add(start - here_at);
        if let Some(window) = stop.window {
            slack = slack.min(out.waiting.saturating_add(window.end.saturating_sub(start)));
        }
        out.service = out.service.saturating_add(stop.service_s);
        out.lateness = out.lateness.saturating_add(late_by);
        out.late_stops += usize::from(late_by > 0);
        out.load = out.load.saturating_add(stop.parcels);
        let astray = astray::astray(plan, driver, stop, at, out.stops);
        out.astray += usize::from(astray.is_some());
        if choice.place == Some((at, false)) {
            rests::take(driver, at, false, &mut now, &mut slack, &mut out);
        }
        if let Some(legs) = &mut legs {
            legs.push(ScheduledStop {
                stop: stop.id.clone(),
                leg,
                arrival,
                waiting: start - here_at,
                start,
                departure: start.saturating_add(stop.service_s),
                late_by,
                load_after: out.load,
                unplaced: stop.position.is_none(),
                astray,
            });
        }
    }
    if let (true, true, Some(a), Some(b)) = (driver.returns_to_depot, out.stops > 0, here, depot) {
        let leg = travel.leg(a, b);
        now = now.saturating_add(leg.seconds);
        out.distance = out.distance.saturating_add(leg.metres);
        out.driving = out.driving.saturating_add(leg.seconds);
        out.return_leg = Some(leg);
    }
    // Nobody leaves the depot only to wait at a door: what waiting can be spent at home is.
    let delay = slack.min(out.waiting);
    out.departure += delay;
    out.waiting -= delay;
    if let Some(legs) = legs {
        rests::leave_later(legs, &mut out.rest, delay);
    }
    out.finish = now;
    out.overtime = now.saturating_sub(driver.shift.end);
    out.over_capacity = out.load.saturating_sub(driver.capacity);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::{TimeWindow, format_time};
    use crate::driver::Pause;
    use crate::fixture;
    use crate::stop::Turn;

    /// Aino's route in the fixture when nothing holds it up.
    const PLAIN: &str = "leave 08:00
        S1 08:10 08:10 load 2
        S2 08:25 08:25 load 4
        S3 08:40 08:40 load 6
        done 09:15 30000 m 3600 s late 0 over 0 extra 0";

    /// The schedule of Aino's route in the fixture after a change, as one line per stop.
    fn check(change: impl Fn(&mut Plan), expected: &str) {
        let mut plan = fixture::plan();
        change(&mut plan);
        let it = schedule(&plan, &plan.routes[0], &fixture::line());
        let mut lines = vec![format!("leave {}", format_time(it.departure))];
        for leg in &it.legs {
            let (arrival, start) = (format_time(leg.arrival), format_time(leg.start));
            let mut line = format!("{} {arrival} {start} load {}", leg.stop, leg.load_after);
            if leg.late_by > 0 {
                line += &format!(" late {}", leg.late_by);
            }
            if leg.unplaced {
                line += " unplaced";
            }
            if let Some(astray) = leg.astray {
                line += &format!(" astray {astray:?}");
            }
            lines.push(line);
        }
        if let Some(rest) = it.rest {
            let (start, end) = (format_time(rest.start), format_time(rest.end));
            let side = if rest.before { "before" } else { "after" };
            lines.push(format!("break {side} {} {start} {end}", it.legs[rest.stop].stop));
        }
        if it.break_missed > 0 {
            lines.push(format!("no break {}", it.break_missed));
        }
        assert_eq!(it.duration(), it.driving + it.waiting + it.service + it.resting);
        lines.push(format!(
            "done {} {} m {} s late {} over {} extra {}",
            format_time(it.finish),
            it.distance,
            it.driving,
            it.lateness,
            it.overtime,
            it.over_capacity
        ));
        let expected: Vec<&str> = expected.lines().map(str::trim).filter(|it| !it.is_empty()).collect();
        assert_eq!(lines, expected);
    }

    #[test]
    fn a_plain_round_trip() {
        check(|_| {}, PLAIN);
    }

    #[test]
    fn an_open_route_ends_at_its_last_stop() {
        check(
            |plan| plan.drivers[0].returns_to_depot = false,
            "leave 08:00
             S1 08:10 08:10 load 2
             S2 08:25 08:25 load 4
             S3 08:40 08:40 load 6
             done 08:45 15000 m 1800 s late 0 over 0 extra 0",
        );
    }

    #[test]
    fn waiting_lateness_overtime_and_overload_are_flagged_not_forbidden() {
        check(
            |plan| {
                plan.stops[0].window = Some(TimeWindow::hours(9, 10));
                plan.stops[1].window = Some(TimeWindow::hours(10, 11));
                plan.stops[2].window = Some(TimeWindow::hours(8, 9));
                plan.drivers[0].shift.end = 10 * 3_600;
                plan.drivers[0].capacity = 5;
            },
            "leave 09:35
             S1 09:45 09:45 load 2
             S2 10:00 10:00 load 4
             S3 10:15 10:15 load 6 late 4500
             done 10:50 30000 m 3600 s late 4500 over 3000 extra 1",
        );
    }

    #[test]
    fn leaving_later_makes_no_stop_late() {
        check(
            |plan| {
                plan.stops[0].window = Some(TimeWindow::hours(8, 9));
                plan.stops[1].window = Some(TimeWindow::hours(10, 11));
            },
            "leave 08:50
             S1 09:00 09:00 load 2
             S2 09:15 10:00 load 4
             S3 10:15 10:15 load 6
             done 10:50 30000 m 3600 s late 0 over 0 extra 0",
        );
    }

    #[test]
    fn a_stop_without_a_position_keeps_its_place() {
        check(
            |plan| plan.stops[1].position = None,
            "leave 08:00
             S1 08:10 08:10 load 2
             S2 08:15 08:15 load 4 unplaced
             S3 08:40 08:40 load 6
             done 09:15 30000 m 3600 s late 0 over 0 extra 0",
        );
    }

    #[test]
    fn without_a_depot_the_route_starts_at_its_first_stop() {
        check(
            |plan| plan.depot = None,
            "leave 08:00
             S1 08:00 08:00 load 2
             S2 08:15 08:15 load 4
             S3 08:30 08:30 load 6
             done 08:35 10000 m 1200 s late 0 over 0 extra 0",
        );
    }

    #[test]
    fn a_break_is_taken_within_its_window() {
        let pause = |start, end, minutes: u32| {
            Some(Pause { window: TimeWindow::new(start, end), seconds: minutes * 60 })
        };
        let hour = 3_600;
        for (start, end, minutes, expected) in [
            (
                8 * hour + 1_800,
                9 * hour,
                15,
                "leave 08:00
                 S1 08:10 08:10 load 2
                 S2 08:25 08:25 load 4
                 S3 08:55 08:55 load 6
                 break after S2 08:30 08:45
                 done 09:30 30000 m 3600 s late 0 over 0 extra 0",
            ),
            // Nobody waits for it at a door who can leave later.
            (
                8 * hour + 3_000,
                9 * hour,
                15,
                "leave 08:05
                 S1 08:15 08:15 load 2
                 S2 08:30 08:30 load 4
                 S3 08:45 08:45 load 6
                 break after S3 08:50 09:05
                 done 09:35 30000 m 3600 s late 0 over 0 extra 0",
            ),
            // Whoever is back before it has to begin needs none.
            (10 * hour, 11 * hour, 30, PLAIN),
        ] {
            check(|plan| plan.drivers[0].pause = pause(start, end, minutes), expected);
        }
        // A single long visit leaves no room for it.
        check(
            |plan| {
                plan.routes[0].stops.truncate(1);
                plan.stops[0].service_s = 3 * hour;
                plan.stops[0].window = Some(TimeWindow::new(8 * hour, 8 * hour + 600));
                plan.drivers[0].pause = pause(9 * hour, 10 * hour, 30);
            },
            "leave 08:00
             S1 08:10 08:10 load 2
             no break 4800
             done 11:20 10000 m 1200 s late 0 over 0 extra 0",
        );
    }

    #[test]
    fn what_a_route_does_not_keep_is_flagged() {
        check(
            |plan| {
                plan.stops[0].turn = Turn::Last;
                plan.stops[1].driver = Some("eero".into());
                plan.stops[2].needs = vec!["Tail lift".to_owned()];
            },
            "leave 08:00
             S1 08:10 08:10 load 2 astray Last
             S2 08:25 08:25 load 4 astray Driver
             S3 08:40 08:40 load 6 astray Needs
             done 09:15 30000 m 3600 s late 0 over 0 extra 0",
        );
        check(
            |plan| {
                plan.stops[0].turn = Turn::First;
                plan.stops[1].driver = Some("aino".into());
                plan.stops[2].turn = Turn::Last;
                plan.stops[1].needs = vec!["Tail lift".to_owned()];
                plan.drivers[0].can = vec!["cold".to_owned(), "tail LIFT".to_owned()];
                // A driver who is gone keeps nobody from serving it.
                plan.stops[2].driver = Some("nobody".into());
            },
            PLAIN,
        );
    }

    #[test]
    fn an_empty_route_costs_nothing() {
        check(|plan| plan.routes[0].stops.clear(), "leave 08:00\ndone 08:00 0 m 0 s late 0 over 0 extra 0");
    }

    #[test]
    fn totals_are_the_sums_of_used_routes() {
        let mut plan = fixture::plan();
        plan.stops[5].position = None;
        let all = totals(&plan, &fixture::line());
        assert_eq!((all.routes, all.assigned, all.unassigned, all.unplaced), (2, 4, 2, 1));
        assert_eq!((all.distance, all.driving, all.load), (70_000, 8_400, 8));
        plan.routes[1].stops.clear();
        let less = totals(&plan, &fixture::line());
        assert_eq!((less.routes, less.distance, less.unassigned), (1, 30_000, 3));
    }
}
