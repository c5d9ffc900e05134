//! The plan: one day's stops, drivers and routes, and the questions everyone asks of it.

use crate::clock::{HOUR, MINUTE, TimeWindow};
use crate::cost::Rates;
use crate::driver::{Driver, DriverId};
use crate::geo::LatLon;
use crate::route::{Route, SentStop};
use crate::stop::{Stop, StopId, is_same};
use serde::{Deserialize, Serialize};
use std::collections::{HashMap, HashSet};

/// A named place, such as the depot.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Place {
    /// Degrees north (WGS 84).
    pub lat: f64,
    /// Degrees east (WGS 84).
    pub lon: f64,
    /// The address as one line.
    pub address: String,
}

impl Place {
    /// The point alone.
    pub fn point(&self) -> LatLon {
        LatLon::new(self.lat, self.lon)
    }
}

/// What an optimisation is to strive for, after serving as many stops as it can.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Aim {
    /// The least money by the plan's [`Rates`].
    #[default]
    Cheapest,
    /// The least working time.
    Fastest,
    /// The fewest kilometres.
    Shortest,
    /// The fewest vans.
    FewestVans,
    /// Working days as short and as even as they can be.
    EvenDays,
}

/// What new stops and drivers start with, what driving costs and what to strive for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// Service time of a stop whose file says nothing, in seconds.
    pub default_service_s: u32,
    /// Shift of a new driver; its start is the departure from the depot.
    pub default_shift: TimeWindow,
    /// Capacity of a new driver's vehicle, in parcels.
    pub default_capacity: u32,
    /// Whether a new driver returns to the depot.
    pub default_returns: bool,
    /// What driving costs.
    pub rates: Rates,
    /// What to strive for.
    pub aim: Aim,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            default_service_s: 3 * MINUTE,
            default_shift: TimeWindow::new(8 * HOUR, 16 * HOUR),
            default_capacity: 100,
            default_returns: true,
            rates: Rates::default(),
            aim: Aim::default(),
        }
    }
}

/// One day's deliveries. Kept as JSON by [`crate::file`]; changed through [`crate::edit`].
///
/// Invariants, held by every edit and restored by [`Plan::mend`]: stop ids and driver ids are unique;
/// `routes` holds exactly one route per driver, in the order of `drivers`; each stop is in at most one route,
/// once; no route names a stop that is not in `stops`. The unassigned stops are those in no route.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// What the dispatcher calls it.
    pub name: String,
    /// The day as `YYYY-MM-DD`.
    pub date: String,
    /// Where routes start, once set.
    #[serde(default)]
    pub depot: Option<Place>,
    /// Every stop, in the file's order.
    #[serde(default)]
    pub stops: Vec<Stop>,
    /// Every driver.
    #[serde(default)]
    pub drivers: Vec<Driver>,
    /// One route per driver, in the same order.
    #[serde(default)]
    pub routes: Vec<Route>,
    /// What new stops and drivers start with.
    #[serde(default)]
    pub settings: Settings,
}

impl Plan {
    /// An empty plan for a day.
    pub fn new(name: impl Into<String>, date: impl Into<String>) -> Self {
        Plan { name: name.into(), date: date.into(), ..Plan::default() }
    }

    /// The stop with this id. One look costs a walk over all stops: use [`Plan::lookup`] for many.
    pub fn stop(&self, id: &StopId) -> Option<&Stop> {
        self.stops.iter().find(|it| it.id == *id)
    }

    /// All stops by id, built once for many questions.
    pub fn lookup(&self) -> HashMap<&StopId, &Stop> {
        self.stops.iter().map(|it| (&it.id, it)).collect()
    }

    /// The driver with this id.
    pub fn driver(&self, id: &DriverId) -> Option<&Driver> {
        self.drivers.iter().find(|it| it.id == *id)
    }

    /// The route of this driver.
    pub fn route(&self, driver: &DriverId) -> Option<&Route> {
        self.routes.iter().find(|it| it.driver == *driver)
    }

    /// The route a stop is in, with its place there counted from 0; `None` when unassigned.
    pub fn route_of(&self, stop: &StopId) -> Option<(&Route, usize)> {
        self.routes
            .iter()
            .find_map(|route| route.stops.iter().position(|it| it == stop).map(|place| (route, place)))
    }

    /// The stops in no route, in the file's order.
    pub fn unassigned(&self) -> Vec<&Stop> {
        let assigned: HashSet<&StopId> = self.routes.iter().flat_map(|it| &it.stops).collect();
        self.stops.iter().filter(|it| !assigned.contains(&it.id)).collect()
    }

    /// The driver a stop is locked to, by id or, as files know drivers, by name; none when there is no such driver.
    pub fn locked_to(&self, stop: &Stop) -> Option<&Driver> {
        let wanted = stop.driver.as_ref()?;
        let same = |it: &&Driver| is_same(&it.name, wanted.as_str());
        self.driver(wanted).or_else(|| self.drivers.iter().find(same))
    }

    /// The stops whose address has no position yet.
    pub fn unplaced(&self) -> impl Iterator<Item = &Stop> {
        self.stops.iter().filter(|it| it.position.is_none())
    }

    /// A driver to add: the defaults of the settings, an unused id and the first unused of the twelve colours.
    pub fn new_driver(&self, name: impl Into<String>, email: impl Into<String>) -> Driver {
        let name = name.into();
        let words = name.split(|it: char| !it.is_alphanumeric()).filter(|it| !it.is_empty());
        let mut base = milkrun_host::lower(&words.collect::<Vec<_>>().join("-"));
        if base.is_empty() {
            "driver".clone_into(&mut base);
        }
        let free = |id: &DriverId| self.driver(id).is_none();
        let numbered = (2..).map(|n| DriverId(format!("{base}-{n}")));
        let id = std::iter::once(DriverId(base.clone())).chain(numbered).find(free);
        let colour = (0..12).find(|it| self.drivers.iter().all(|driver| driver.colour != *it));
        Driver {
            id: id.unwrap_or(DriverId(base)),
            name,
            email: email.into(),
            capacity: self.settings.default_capacity,
            shift: self.settings.default_shift,
            returns_to_depot: self.settings.default_returns,
            can: Vec::new(),
            pause: None,
            colour: colour.unwrap_or((self.drivers.len() % 12) as u8),
        }
    }

    /// As [`Plan::new_driver`], named by the first number that is free: `Driver 1`, `Driver 2` and so on.
    pub fn next_driver(&self) -> Driver {
        let is_free = |n: &usize| self.driver(&DriverId(format!("driver-{n}"))).is_none();
        self.new_driver(format!("Driver {}", (1..).find(is_free).unwrap_or(1)), "")
    }

    /// An id for a stop added by hand: `M1`, `M2` and so on, the first unused one.
    pub fn new_stop_id(&self) -> StopId {
        let known = self.lookup();
        let mut ids = (1..).map(|n| StopId(format!("M{n}")));
        ids.find(|it| !known.contains_key(it)).unwrap_or_else(|| "M".into())
    }

    /// What a dispatch of this route carries now; keep it in [`crate::DispatchInfo::sent`] when sending.
    pub fn sendable(&self, route: &Route) -> Vec<SentStop> {
        let stops = self.lookup();
        route.stops.iter().filter_map(|id| stops.get(id)).map(|it| SentStop::from(*it)).collect()
    }

    /// Whether a dispatched route no longer is what its driver was sent: stops, their order, address, label
    /// or parcels differ. Always false for a route that was not dispatched.
    pub fn changed_since_dispatch(&self, route: &Route) -> bool {
        route.dispatched.as_ref().is_some_and(|it| it.sent != self.sendable(route))
    }

    /// Restores the invariants in a plan that came from outside, and says in words what was mended.
    ///
    /// No stop or driver is lost: a second stop of the same id gets a new id; routes lose only names that
    /// lead nowhere or that an earlier route already has.
    pub fn mend(&mut self) -> Vec<String> {
        let mut mended = Vec::new();
        let mut known = HashSet::new();
        for stop in &mut self.stops {
            if !known.insert(stop.id.clone()) {
                let old = stop.id.clone();
                let fresh = (2..).map(|n| StopId(format!("{old} ({n})"))).find(|it| !known.contains(it));
                stop.id = fresh.unwrap_or(old.clone());
                known.insert(stop.id.clone());
                mended.push(format!("Stop id {old} was used twice; the second is now {}", stop.id));
            }
        }
        let mut drivers = HashSet::new();
        for driver in &mut self.drivers {
            if !drivers.insert(driver.id.clone()) {
                let old = driver.id.clone();
                let fresh = (2..).map(|n| DriverId(format!("{old}-{n}"))).find(|it| !drivers.contains(it));
                driver.id = fresh.unwrap_or(old.clone());
                drivers.insert(driver.id.clone());
                mended.push(format!("Driver id {old} was used twice; the second is now {}", driver.id));
            }
        }
        let mut loose = std::mem::take(&mut self.routes);
        let mut served = HashSet::new();
        for driver in &self.drivers {
            let mut route = match loose.iter().position(|it| it.driver == driver.id) {
                Some(index) => loose.remove(index),
                None => Route::new(driver.id.clone()),
            };
            let before = route.stops.len();
            route.stops.retain(|it| known.contains(it) && served.insert(it.clone()));
            if route.stops.len() < before {
                let gone = before - route.stops.len();
                mended
                    .push(format!("{gone} entries of {}'s route named no stop or a stop twice", driver.name));
            }
            self.routes.push(route);
        }
        if !loose.is_empty() {
            mended.push(format!("{} routes had no driver; their stops are unassigned", loose.len()));
        }
        mended
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn new_drivers_and_stops_get_names_of_their_own() {
        let mut plan = Plan::new("", "");
        for (name, id, colour) in
            [("Aino Lehto", "aino-lehto", 0), ("Aino  Lehto", "aino-lehto-2", 1), ("--", "driver", 2)]
        {
            let driver = plan.new_driver(name, "");
            assert_eq!((driver.id.as_str(), driver.colour), (id, colour));
            plan.drivers.push(driver);
        }
        plan.drivers.remove(0);
        assert_eq!(plan.new_driver("Eero", "").colour, 0, "a freed colour is used again");
        for number in 1..=3 {
            let driver = plan.next_driver();
            assert_eq!(driver.id.0, format!("driver-{number}"));
            assert_eq!(driver.name, format!("Driver {number}"));
            plan.drivers.push(driver);
        }
        plan.drivers.retain(|it| it.id.as_str() != "driver-2");
        assert_eq!(plan.next_driver().id.as_str(), "driver-2", "a freed number is used again");
        plan.stops.push(Stop::new("M1", ""));
        assert_eq!(plan.new_stop_id().as_str(), "M2");
    }

    #[test]
    fn a_broken_plan_is_mended_without_losing_a_stop() {
        let mut plan = Plan::new("Tuesday", "2026-03-03");
        plan.stops = vec![Stop::new("A", "1"), Stop::new("A", "2"), Stop::new("B", "3")];
        plan.drivers = ["x", "x", "y"]
            .map(|id| Driver {
                id: id.into(),
                name: id.to_owned(),
                email: String::new(),
                capacity: 5,
                shift: TimeWindow::hours(8, 16),
                returns_to_depot: true,
                can: Vec::new(),
                pause: None,
                colour: 0,
            })
            .to_vec();
        plan.routes = vec![
            Route { stops: vec!["B".into(), "A".into(), "B".into(), "Z".into()], ..Route::new("y".into()) },
            Route { stops: vec!["B".into()], ..Route::new("gone".into()) },
        ];
        let mended = plan.mend();
        assert_eq!(mended.len(), 4, "{mended:?}");
        assert_eq!(plan.stops.iter().map(|it| it.id.as_str()).collect::<Vec<_>>(), ["A", "A (2)", "B"]);
        assert_eq!(plan.routes.iter().map(|it| it.driver.as_str()).collect::<Vec<_>>(), ["x", "x-2", "y"]);
        assert_eq!(plan.routes[2].stops, ["B".into(), "A".into()]);
        assert_eq!(plan.unassigned()[0].id.as_str(), "A (2)");
        assert!(plan.mend().is_empty(), "a mended plan needs no mending");
    }
}
