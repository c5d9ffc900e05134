//! What a change would cost before it is made: the number under the pointer while a stop is dragged.
//!
//! Only the routes a move touches are scheduled anew, so that a price is ready within a frame.

use crate::cost::Cost;
use crate::driver::Driver;
use crate::edit::Slot;
use crate::geo::LatLon;
use crate::plan::Plan;
use crate::route::Route;
use crate::schedule::{RouteSchedule, run};
use crate::sorted::sort_by;
use crate::stop::{Position, PositionSource, Stop, StopId};
use crate::travel::TravelTimes;
use std::collections::HashMap;

/// The difference a change makes; negative numbers are savings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Delta {
    /// Metres driven.
    pub metres: i64,
    /// Seconds driven.
    pub seconds: i64,
    /// Seconds late, over all stops.
    pub late_s: i64,
    /// Seconds worked after the shifts' ends.
    pub overtime_s: i64,
    /// Parcels beyond the vehicles' capacities.
    pub over_capacity: i64,
    /// Seconds that routes go on after a missed break should have begun.
    pub break_missed: i64,
    /// Stops that are not on the route or at the place that was asked for.
    pub astray: i64,
    /// What all of this costs, in units (see [`crate::cost`]).
    pub cost: i64,
}

impl Delta {
    fn add(&mut self, plan: &Plan, it: &RouteSchedule, sign: i64) {
        self.metres += sign * i64::from(it.distance);
        self.seconds += sign * i64::from(it.driving);
        self.late_s += sign * i64::from(it.lateness);
        self.overtime_s += sign * i64::from(it.overtime);
        self.over_capacity += sign * i64::from(it.over_capacity);
        self.break_missed += sign * i64::from(it.break_missed);
        self.astray += sign * it.astray as i64;
        self.cost += sign * Cost::of(&plan.settings.rates, it).total();
    }

    /// The order of slots for "best first": where it is wanted, fit in the van, then in time, then short.
    pub fn rank(&self) -> (i64, i64, i64, i64, i64) {
        let late = self.late_s + self.overtime_s + self.break_missed;
        (self.astray, self.over_capacity, late, self.seconds, self.metres)
    }
}

/// What moving one stop to a slot would change; `None` when the stop or the driver is unknown.
pub fn price_move(plan: &Plan, travel: &TravelTimes, stop: &StopId, to: &Slot) -> Option<Delta> {
    let pricer = Pricer::new(plan, travel, stop)?;
    let Some(driver) = &to.driver else { return Some(pricer.leave) };
    Some(pricer.insert(&pricer.target(plan.route(driver)?)?, to.place))
}

/// The best slots for a stop in routes that are neither locked nor dispatched, best first, at most `count`.
/// The slot it is in now is left out.
pub fn best_slots(plan: &Plan, travel: &TravelTimes, stop: &StopId, count: usize) -> Vec<(Slot, Delta)> {
    let Some(pricer) = Pricer::new(plan, travel, stop) else { return Vec::new() };
    let now = plan.route_of(stop).map(|(route, place)| (&route.driver, place));
    let mut slots = Vec::new();
    for route in plan.routes.iter().filter(|it| !it.is_fixed()) {
        let Some(target) = pricer.target(route) else { continue };
        let places = (0..=target.stops.len()).filter(|place| now != Some((&route.driver, *place)));
        slots.extend(places.map(|it| (Slot::of(&route.driver, it), pricer.insert(&target, it))));
    }
    sort_by(&mut slots, |(_, a), (_, b)| a.rank().cmp(&b.rank()));
    slots.truncate(count);
    slots
}

/// The best slot for a stop on one route with what it changes, and all others in their order: what a menu of places
/// shows. None when the stop or the route's driver is unknown.
pub fn slots_on(
    plan: &Plan,
    travel: &TravelTimes,
    stop: &StopId,
    route: &Route,
) -> Option<Vec<(Slot, Delta)>> {
    let pricer = Pricer::new(plan, travel, stop)?;
    let target = pricer.target(route)?;
    let places = 0..=target.stops.len();
    Some(places.map(|it| (Slot::of(&route.driver, it), pricer.insert(&target, it))).collect())
}

/// What it would change if a stop lay elsewhere. Both ways are estimated, since nobody has measured the roads to a place
/// that is only pointed at; `None` when the stop is on no route or unknown.
pub fn price_position(plan: &Plan, stop: &StopId, to: LatLon) -> Option<Delta> {
    let (travel, stops) = (TravelTimes::estimated(), plan.lookup());
    let (route, _) = plan.route_of(stop)?;
    let driver = plan.driver(&route.driver)?;
    let mut moved = (*stops.get(stop)?).clone();
    moved.position =
        Some(Position { lat: to.lat, lon: to.lon, source: PositionSource::Hand, confidence: 1.0 });
    let order = || route.stops.iter().filter_map(|id| stops.get(id).copied());
    let elsewhere = order().map(|it| if it.id == *stop { &moved } else { it });
    let mut delta = Delta::default();
    delta.add(plan, &run(plan, driver, order(), &travel, None), -1);
    delta.add(plan, &run(plan, driver, elsewhere, &travel, None), 1);
    Some(delta)
}

/// What all prices of one stop share.
struct Pricer<'a> {
    plan: &'a Plan,
    travel: &'a TravelTimes,
    stops: HashMap<&'a StopId, &'a Stop>,
    stop: &'a Stop,
    /// What leaving its present route changes.
    leave: Delta,
}

/// A route without the stop, ready to take it in.
struct Target<'a> {
    driver: &'a Driver,
    stops: Vec<&'a Stop>,
    before: RouteSchedule,
}

impl<'a> Pricer<'a> {
    fn new(plan: &'a Plan, travel: &'a TravelTimes, stop: &StopId) -> Option<Self> {
        let stops = plan.lookup();
        let stop = *stops.get(stop)?;
        let mut pricer = Pricer { plan, travel, stops, stop, leave: Delta::default() };
        if let Some((route, _)) = plan.route_of(&stop.id) {
            let rest = pricer.target(route)?;
            let order = route.stops.iter().filter_map(|id| pricer.stops.get(id).copied());
            let present = run(plan, rest.driver, order, travel, None);
            pricer.leave.add(plan, &present, -1);
            pricer.leave.add(plan, &rest.before, 1);
        }
        Some(pricer)
    }

    fn target(&self, route: &Route) -> Option<Target<'a>> {
        let driver = self.plan.driver(&route.driver)?;
        let others = route.stops.iter().filter(|id| **id != self.stop.id);
        let stops: Vec<&Stop> = others.filter_map(|id| self.stops.get(id).copied()).collect();
        let before = run(self.plan, driver, stops.iter().copied(), self.travel, None);
        Some(Target { driver, stops, before })
    }

    fn insert(&self, target: &Target<'a>, place: usize) -> Delta {
        let (head, tail) = target.stops.split_at(place.min(target.stops.len()));
        let order = head.iter().copied().chain([self.stop]).chain(tail.iter().copied());
        let after = run(self.plan, target.driver, order, self.travel, None);
        let mut delta = self.leave;
        delta.add(self.plan, &target.before, -1);
        delta.add(self.plan, &after, 1);
        delta
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::DriverId;
    use crate::clock::TimeWindow;
    use crate::edit::{Edit, History};
    use crate::fixture;
    use crate::schedule::totals;
    use proptest::prelude::*;

    fn check(stop: &str, driver: Option<&str>, place: usize, expected: (i64, i64, i64)) {
        let mut plan = fixture::plan();
        plan.stops[0].window = Some(TimeWindow::hours(8, 9));
        let to = Slot { driver: driver.map(DriverId::from), place };
        let delta = price_move(&plan, &fixture::line(), &stop.into(), &to).unwrap();
        assert_eq!((delta.metres, delta.seconds, delta.late_s), expected, "{stop} to {driver:?} {place}");
    }

    #[test]
    fn a_move_costs_what_the_routes_differ() {
        check("S2", Some("aino"), 1, (0, 0, 0));
        check("S3", None, 0, (-10_000, -1_200, 0));
        check("S5", Some("aino"), 3, (20_000, 2_400, 0));
        check("S5", Some("aino"), 0, (40_000, 4_800, 2_100));
        check("S3", Some("eero"), 0, (-10_000, -1_200, 0));
        check("S1", Some("aino"), 9, (0, 0, 0));
    }

    #[test]
    fn the_best_slots_come_first_and_fixed_routes_are_left_alone() {
        let mut plan = fixture::plan();
        let best = best_slots(&plan, &fixture::line(), &"S3".into(), 3);
        assert_eq!(best[0].0.driver, Some("eero".into()));
        assert_eq!(best.len(), 3);
        plan.routes[1].locked = true;
        let best = best_slots(&plan, &fixture::line(), &"S3".into(), 9);
        assert_eq!(best.iter().map(|it| it.0.place).collect::<Vec<_>>(), [1, 0], "its own place is no news");
    }

    #[test]
    fn a_full_van_is_the_last_choice() {
        let mut plan = fixture::plan();
        plan.drivers[1].capacity = 2;
        let best = best_slots(&plan, &fixture::line(), &"S5".into(), 1);
        assert_eq!(best[0].0.driver, Some("aino".into()), "though Eero passes by");
    }

    #[test]
    fn a_stop_for_one_driver_goes_to_that_driver() {
        let mut plan = fixture::plan();
        plan.stops[4].driver = Some("aino".into());
        let best = best_slots(&plan, &fixture::line(), &"S5".into(), 1);
        assert_eq!(best[0].0.driver, Some("aino".into()), "though Eero passes by");
        let slots = slots_on(&plan, &fixture::line(), &"S5".into(), &plan.routes[1]).unwrap();
        assert_eq!(slots.iter().map(|it| it.1.astray).collect::<Vec<_>>(), [1, 1]);
    }

    #[test]
    fn another_place_is_priced_by_estimates() {
        let mut plan = fixture::plan();
        plan.routes[0].stops.truncate(1);
        let price = |east| price_position(&plan, &"S1".into(), fixture::east(east)).unwrap();
        assert_eq!(price(1), Delta::default());
        assert!(price(2).metres > 0 && price(2).cost > 0 && price(0).metres < 0);
        assert_eq!(price_position(&plan, &"S6".into(), fixture::DEPOT), None, "it is on no route");
    }

    #[test]
    fn an_unknown_stop_has_no_price() {
        assert_eq!(price_move(&fixture::plan(), &fixture::line(), &"X".into(), &Slot::unassigned()), None);
    }

    proptest! {
        #[test]
        fn the_price_is_what_the_totals_say_afterwards(n in 1..=6u32, who in 0..3usize, place in 0..5usize) {
            let plan = fixture::plan();
            let stop = StopId(format!("S{n}"));
            let to = Slot { driver: plan.drivers.get(who).map(|it| it.id.clone()), place };
            let travel = fixture::line();
            let delta = price_move(&plan, &travel, &stop, &to).unwrap();
            let before = totals(&plan, &travel);
            let mut history = History::new(plan);
            history.apply(Edit::move_stop(&stop, to)).unwrap();
            let after = totals(history.plan(), &travel);
            prop_assert_eq!(delta.metres, after.distance as i64 - before.distance as i64);
            prop_assert_eq!(delta.seconds, after.driving as i64 - before.driving as i64);
            prop_assert_eq!(delta.cost, after.cost - before.cost);
        }
    }
}
