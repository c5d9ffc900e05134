//! A problem laid out for the search: flat arrays, one kind of node, checks that cost nothing when nothing asks for
//! them.
//!
//! Nodes are numbered: stops first, then reloads, then for each vehicle its start and its end. A route is a chain from a start to
//! an end, so that no move has to treat the ends of a route differently.

mod preparing;
mod reloads;
mod stops;
mod vans;

use crate::model::{Break, DIMENSIONS, Goals, Load, Objective, Problem, TimeWindow};
use crate::neighbours::Neighbours;
use crate::rng::Rng;
use crate::rules::More;
use crate::travel::{Leg, Table};
pub(crate) use preparing::Preparing;
use stops::stop;

/// No node, no route, no vehicle.
pub(crate) const NONE: u32 = u32::MAX;

#[derive(Debug)]
pub(crate) struct Prepared {
    pub(crate) jobs: usize,
    /// How many nodes are on the way of routes: stops, and behind them reloads.
    visits: usize,
    /// The kinds of reloads that each list of a vehicle names, by [`Van::refills`]; the first list is empty. Each kind
    /// has as many nodes as there are stops.
    pub(crate) refills: Vec<Vec<u32>>,
    /// Whether any vehicle may reload on the way.
    pub(crate) reloading: bool,
    pub(crate) table: Table,
    /// Legs of vehicles that drive by other times than `table`.
    tables: Vec<Table>,
    /// Whether routes are driven through to price a place, because it depends on more than the two stops around it;
    /// see [`rules`](crate::rules).
    pub(crate) driven: bool,
    /// Whether any stop is ready at the depot only later on.
    pub(crate) released: bool,
    /// The breaks of vehicles, by [`Van::rests`].
    pub(crate) rests: Vec<Vec<Break>>,
    /// Whether any stop is locked to a position.
    pub(crate) positioned: bool,
    /// The stops fixed at the beginning of each vehicle's route; empty where none is on any.
    pub(crate) first: Vec<Vec<u32>>,
    /// What only matters to those who drive through routes, for each stop.
    pub(crate) more: Vec<More>,
    /// The place of each node.
    pub(crate) place: Vec<u32>,
    pub(crate) stops: Vec<Stop>,
    pub(crate) vans: Vec<Van>,
    /// What each stop has to do with the load, besides what it gets from the start; empty unless `mixed`.
    pub(crate) cargo: Vec<Cargo>,
    /// Whether load comes aboard on the way, in pickups or shipments.
    pub(crate) mixed: bool,
    /// Whether the number of vehicles counts before everything else.
    pub(crate) fewest: bool,
    /// Whether even days count before something else.
    pub(crate) evened: bool,
    /// Whether there are shipments.
    pub(crate) paired: bool,
    /// What has to be placed: stops, and shipments as one.
    pub(crate) tasks: usize,
    /// All windows of all stops, each stop's in order of their start.
    pub(crate) windows: Vec<TimeWindow>,
    /// Vehicles that differ in nothing, next to each other: `order[kinds[k].0..kinds[k].1]`.
    pub(crate) order: Vec<u32>,
    pub(crate) kinds: Vec<(u32, u32)>,
    /// The rank of each vehicle in `order`.
    pub(crate) rank: Vec<u32>,
    pub(crate) near: Neighbours,
    /// The stops around which plans are changed, if not all, where other searches see to the rest.
    pub(crate) own: Vec<u32>,
    /// Which vehicles are left to other searches; empty if none is.
    pub(crate) foreign: Vec<bool>,
    /// Whether any stop has a window: only then does the search keep timetables.
    pub(crate) windowed: bool,
    /// Whether windows are so short that they say in which order most stops come.
    pub(crate) ordered: bool,
    /// Whether the length of a working day matters, for its cost or its limit.
    pub(crate) timed: bool,
    /// What leaving out a stop of priority 0 counts: more than any plan costs.
    pub(crate) penalty: i64,
}

/// A stop as the search sees it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stop {
    pub(crate) service: i32,
    pub(crate) demand: Load,
    /// The first second of the first window and the last of the last.
    pub(crate) open: i32,
    pub(crate) close: i32,
    /// Which of [`Prepared::windows`] are its own; none when there are fewer than two.
    split: (u32, u32),
    pub(crate) weight: i64,
    pub(crate) skills: u64,
    pub(crate) locked: u32,
    /// Cost of the way from the nearest start: the stops that are hardest to reach go first in some of the orders.
    pub(crate) remote: i64,
}

/// What a stop does to the load.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cargo {
    /// What is taken along from here to the end.
    pub(crate) pickup: Load,
    /// What comes aboard less what goes.
    pub(crate) change: Load,
    /// The other end of the shipment, or [`NONE`].
    pub(crate) mate: u32,
    /// How many shipments begin here, less those that end.
    pub(crate) opens: i32,
    /// What a shipment takes from its pickup to its delivery; nothing at other stops.
    pub(crate) amount: Load,
}

impl Cargo {
    const NONE: Self = Self {
        pickup: Load([0; DIMENSIONS]),
        change: Load([0; DIMENSIONS]),
        mate: NONE,
        opens: 0,
        amount: Load([0; DIMENSIONS]),
    };

    /// What a shipment adds to the load here; less than nothing where it is handed over.
    pub(crate) fn shipped(&self, demand: Load) -> Load {
        let mut shipped = self.change;
        shipped += demand;
        shipped -= self.pickup;
        shipped
    }
}

/// A vehicle as the search sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Van {
    start: u32,
    end: u32,
    /// What all of its stops together may ask for; no limit where it may reload.
    pub(crate) capacity: Load,
    /// What it holds at one time.
    pub(crate) holds: Load,
    /// Which of the lists of reloads is its own, and how many it may make.
    pub(crate) refills: u32,
    pub(crate) max_reloads: u32,
    pub(crate) shift: TimeWindow,
    /// The longest day, by limit or by shift.
    pub(crate) span: i32,
    /// Which of the lists of breaks is its own.
    pub(crate) rests: u32,
    /// Whose legs it drives by, see [`Prepared::legs`].
    pub(crate) table: u32,
    /// The longest day by limit alone, and the longest time on the road.
    pub(crate) longest: i32,
    pub(crate) driving: i32,
    /// The most stops as far as they count for [`faults`](crate::drive::Faults): below zero where more are done already.
    pub(crate) stops_left: i64,
    /// What a second of overtime costs more, and after how many seconds it begins.
    pub(crate) overtime: (i64, i32),
    /// Whether days count by their squares.
    pub(crate) squared: bool,
    /// What the square of a day in steps counts besides.
    pub(crate) steps: i64,
    /// Whether nothing is added to what is fixed.
    pub(crate) closed: bool,
    /// The vehicle's own number if no other is like it, for what is fixed on it.
    own: u32,
    /// The longest way in metres.
    pub(crate) reach: i32,
    pub(crate) max_stops: u32,
    pub(crate) skills: u64,
    pub(crate) fixed: i64,
    pub(crate) per_metre: i64,
    pub(crate) per_second: i64,
}

impl Van {
    /// What driving a leg costs.
    #[inline]
    pub(crate) fn cost(&self, leg: Leg) -> i64 {
        self.per_metre * i64::from(leg.dist) + self.per_second * i64::from(leg.dur)
    }
}

impl Prepared {
    /// Lays out a problem that has been validated, all at once.
    #[cfg(test)]
    pub(crate) fn new(problem: &Problem) -> Self {
        Preparing::new(problem, true).all(problem)
    }

    /// Lays out what it takes to drive given routes, but not to search for better ones: in a moment even for
    /// thousands of stops.
    pub(crate) fn bare(problem: &Problem) -> Self {
        Preparing::new(problem, false).all(problem)
    }

    /// Puts down which stops are fixed.
    fn fix(&mut self, problem: &Problem) {
        if problem.vehicles.iter().all(|vehicle| vehicle.first.is_empty()) {
            return;
        }
        self.first = vec![Vec::new(); self.vans.len()];
        for (first, vehicle) in self.first.iter_mut().zip(&problem.vehicles) {
            first.extend(vehicle.first.iter().map(|&job| job as u32));
        }
        for &job in self.first.iter().flatten() {
            self.more[job as usize].fixed = true;
        }
        self.tasks -= self.first.iter().flatten().filter(|&&job| self.task(job) == job).count();
    }

    /// A random stop to change a plan around.
    #[inline(never)]
    pub(crate) fn draw(&self, rng: &mut Rng) -> u32 {
        match self.own[..] {
            [] => rng.below(self.jobs as u32),
            _ => self.own[rng.below(self.own.len() as u32) as usize],
        }
    }

    /// Whether another search sees to a vehicle.
    #[inline]
    pub(crate) fn is_foreign(&self, vehicle: u32) -> bool {
        self.foreign.get(vehicle as usize) == Some(&true)
    }

    /// Which of [`Prepared::kinds`] a vehicle is of.
    pub(crate) fn kind_of(&self, vehicle: u32) -> usize {
        self.kinds.partition_point(|&(_, to)| to <= self.rank[vehicle as usize])
    }

    /// The legs of a vehicle.
    #[inline]
    pub(crate) fn legs(&self, vehicle: u32) -> &Table {
        self.table_of(&self.vans[vehicle as usize])
    }

    #[inline]
    fn table_of(&self, van: &Van) -> &Table {
        match van.table {
            0 => &self.table,
            other => &self.tables[other as usize - 1],
        }
    }

    /// The breaks of a vehicle.
    #[inline]
    pub(crate) fn rests(&self, vehicle: u32) -> &[Break] {
        &self.rests[self.vans[vehicle as usize].rests as usize]
    }

    pub(crate) fn start(&self, vehicle: u32) -> u32 {
        self.visits as u32 + 2 * vehicle
    }

    pub(crate) fn end(&self, vehicle: u32) -> u32 {
        self.visits as u32 + 2 * vehicle + 1
    }

    /// The vehicle that starts at a node.
    pub(crate) fn vehicle_at(&self, start: u32) -> u32 {
        (start - self.visits as u32) / 2
    }

    /// Whether a node is on the way of a route: a stop or a reload, no start or end.
    pub(crate) fn is_job(&self, node: u32) -> bool {
        (node as usize) < self.visits
    }

    /// The other end of the shipment that begins or ends at a stop.
    #[inline]
    pub(crate) fn mate(&self, job: u32) -> Option<u32> {
        if !self.paired {
            return None;
        }
        Some(self.cargo[job as usize].mate).filter(|&mate| mate != NONE)
    }

    /// The stop that stands for it where it is absent: of a shipment its pickup.
    pub(crate) fn task(&self, job: u32) -> u32 {
        if self.paired && self.cargo[job as usize].opens < 0 { self.cargo[job as usize].mate } else { job }
    }

    /// How much a stop or the shipment that begins there takes, in the first dimension.
    pub(crate) fn size(&self, job: u32) -> i32 {
        let demand = self.stops[job as usize].demand.0[0];
        let Some(cargo) = self.cargo.get(job as usize) else { return demand };
        demand.max(cargo.pickup.0[0]).max(cargo.amount.0[0])
    }

    /// Whether the stop is fixed at the beginning of a route.
    #[inline]
    pub(crate) fn is_fixed(&self, job: u32) -> bool {
        !self.first.is_empty() && self.is_job(job) && self.more[job as usize].fixed
    }

    /// Whether the vehicle may serve the stop at all.
    pub(crate) fn allowed(&self, job: u32, vehicle: u32) -> bool {
        let stop = &self.stops[job as usize];
        (stop.locked == NONE || stop.locked == vehicle)
            && stop.skills & !self.vans[vehicle as usize].skills == 0
            && !self.is_foreign(vehicle)
    }

    pub(crate) fn locked(&self, job: u32) -> bool {
        self.stops[job as usize].locked != NONE
    }

    /// The first moment at or after `arrival` at which the stop may begin, with the end of that window.
    #[inline]
    pub(crate) fn opening(&self, job: u32, arrival: i32) -> Option<(i32, i32)> {
        let stop = &self.stops[job as usize];
        if arrival > stop.close {
            return None;
        }
        if stop.split.0 == stop.split.1 {
            return Some((arrival.max(stop.open), stop.close));
        }
        let own = &self.windows[stop.split.0 as usize..stop.split.1 as usize];
        own.iter().find(|window| window.end >= arrival).map(|window| (arrival.max(window.start), window.end))
    }

    /// The last moment at or before `bound` at which the stop may begin; negative when there is none.
    pub(crate) fn last_opening(&self, job: u32, bound: i32) -> i32 {
        let stop = &self.stops[job as usize];
        if bound < stop.open {
            return -1;
        }
        if stop.split.0 == stop.split.1 {
            return bound.min(stop.close);
        }
        let own = &self.windows[stop.split.0 as usize..stop.split.1 as usize];
        own.iter().filter(|w| w.start <= bound).map(|w| bound.min(w.end)).max().unwrap_or(-1)
    }

    /// The vehicles whose costs differ; of a kind, and there may be thousands, all have the same.
    fn sample(&self, kind: usize) -> &Van {
        &self.vans[self.order[self.kinds[kind].0 as usize] as usize]
    }

    /// More than serving any stop costs a kind of vehicle.
    fn dearest_stop(&self, kind: usize) -> i64 {
        let van = self.sample(kind);
        let cost = |(at, stop): (usize, &Stop)| {
            let leg = self.table_of(van).out(self.place[0], self.place[at]);
            let across = van.per_metre * i64::from(leg.dist) + van.per_second * i64::from(leg.dur);
            let work = i64::from(stop.service) + i64::from(self.more[at].setup);
            across.max(stop.remote) + van.per_second * work
        };
        // Between two stops there may be a reload.
        let legs = if self.reloading { 8 } else { 4 };
        (self.stops.iter().enumerate().map(cost).max().unwrap_or(0)).saturating_mul(legs)
            + 1_000 * (1 + van.per_metre + van.per_second)
    }

    /// More than any plan costs, but small enough that all stops together stay far from overflowing.
    fn dearest_plan(&self, stop: i64) -> i64 {
        let fixed: i64 = self.vans.iter().map(|van| van.fixed).sum();
        let day = self.vans.iter().map(|van| {
            let seconds = i64::from(van.span.clamp(0, 200_000));
            let squared = if van.squared { seconds * seconds / Objective::EVEN_DAY } else { 0 };
            let squared = squared.saturating_add(Goals::steps(van.steps, seconds));
            van.per_second * seconds + van.overtime.0 * seconds + squared
        });
        let day = day.max().unwrap_or(0);
        let late: i64 = self.more.iter().filter_map(|more| more.late).fold(0, i64::saturating_add);
        let plan = stop.saturating_mul(self.jobs as i64 + 1);
        let weight: i64 = self.stops.iter().map(|stop| stop.weight).sum::<i64>().max(1);
        plan.saturating_add(fixed)
            .saturating_add(late.saturating_mul(200_000))
            .saturating_add(day.saturating_mul(self.vans.len() as i64))
            .min(i64::MAX / 8 / weight)
    }
}
