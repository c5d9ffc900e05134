//! What comes out: routes with their timetable, and what was left out and why.

use crate::Load;
use crate::breakdown::Breakdown;
use crate::remedy::Remedy;

/// A route by its bare bones: which vehicle, which stops in which order. The form plans go in and out.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct RoutePlan {
    /// The vehicle's index.
    pub vehicle: usize,
    /// The stops' indices in visiting order. A number from that of the problem's stops on is a reload in between: with
    /// n stops, n is the first of the vehicle's [`reloads`](crate::Vehicle::reloads), n + 1 the second.
    pub stops: Vec<usize>,
}

/// A plan with its timetable.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Solution {
    /// One route for each vehicle that is used, by ascending vehicle.
    pub routes: Vec<Route>,
    /// The stops nobody serves, by ascending index.
    pub unserved: Vec<Unserved>,
    /// What the objective counts, in its own unit (see [`Objective`](crate::Objective)). Unserved stops add nothing.
    pub cost: i64,
    /// All routes together, in metres.
    pub distance: i64,
    /// The working time of all routes together, in seconds.
    pub duration: i64,
}

impl Solution {
    /// The bare routes, to start another search from or to evaluate.
    #[must_use]
    pub fn plans(&self) -> Vec<RoutePlan> {
        self.routes.iter().map(Route::plan).collect()
    }

    /// What the cost of all routes is made of; adds up to `cost`.
    #[must_use]
    pub fn costs(&self) -> Breakdown {
        self.routes.iter().fold(Breakdown::default(), |mut sum, route| {
            sum += route.costs;
            sum
        })
    }
}

/// One vehicle's day.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Route {
    /// The vehicle's index.
    pub vehicle: usize,
    /// Its stops in visiting order, with the reloads in between (see [`RoutePlan::stops`]).
    pub visits: Vec<Visit>,
    /// When it leaves its start, in seconds after midnight: as late as it can and still finish as early as possible.
    pub departure: i32,
    /// When it arrives at its end (an open route: when the last stop is served), in seconds after midnight.
    pub arrival: i32,
    /// Metres, with the way to the end.
    pub distance: i64,
    /// Seconds from departure to arrival.
    pub duration: i64,
    /// Seconds of driving.
    pub travel: i64,
    /// Seconds of service, set-up and reloads included.
    pub service: i64,
    /// Seconds of set-up.
    #[cfg_attr(feature = "serde", serde(default))]
    pub setup: i64,
    /// Seconds of waiting for windows to open.
    pub waiting: i64,
    /// The driver's breaks, in their order.
    #[cfg_attr(feature = "serde", serde(default))]
    pub breaks: Vec<Rest>,
    /// The most it has aboard at one time, in each dimension.
    pub load: Load,
    /// Its share of the plan's cost.
    pub cost: i64,
    /// What that is made of; adds up to `cost`.
    #[cfg_attr(feature = "serde", serde(default))]
    pub costs: Breakdown,
}

impl Route {
    /// Vehicle and stops alone.
    #[must_use]
    pub fn plan(&self) -> RoutePlan {
        RoutePlan { vehicle: self.vehicle, stops: self.visits.iter().map(|visit| visit.job).collect() }
    }
}

/// A break that is taken on a route. Times are in seconds after midnight.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Rest {
    /// Which of the vehicle's breaks.
    pub number: usize,
    /// At which of the route's visits, counted from 0.
    pub stop: usize,
    /// Whether it comes before the stop's service, on arriving there.
    pub before: bool,
    /// When it begins.
    pub start: i32,
    /// When it is over.
    pub end: i32,
}

/// One stop on a route. Times are in seconds after midnight.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Visit {
    /// The stop's index, or a reload's number as in [`RoutePlan::stops`].
    pub job: usize,
    /// Metres of the leg that leads here.
    pub distance: i32,
    /// Seconds of driving on the leg that leads here.
    pub travel: i32,
    /// When the vehicle gets here.
    pub arrival: i32,
    /// When service begins, once the window is open and a break taken here before it is over.
    pub start: i32,
    /// When service is done.
    pub departure: i32,
    /// How much of that was for set-up, in seconds; it comes first.
    #[cfg_attr(feature = "serde", serde(default))]
    pub setup: i32,
    /// How long after its last window has closed service begins, in seconds.
    #[cfg_attr(feature = "serde", serde(default))]
    pub late: i32,
}

/// A stop that no route serves.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Unserved {
    /// The stop's index.
    pub job: usize,
    /// What stands in the way at the place where it would fit best.
    pub reason: Reason,
    /// The least that would have to give for it to be served; `None` when nothing that is counted would do, as where
    /// no road leads there.
    #[cfg_attr(feature = "serde", serde(default))]
    pub remedy: Option<Remedy>,
}

impl Unserved {
    /// One of which nobody knows yet why.
    pub(crate) const fn unplanned(job: usize) -> Self {
        Self { job, reason: Reason::NotYetPlanned, remedy: None }
    }
}

/// The limit that keeps a stop off every route, and by how much the nearest miss misses it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum Reason {
    /// There is no vehicle at all.
    NoVehicle,
    /// Nobody knows yet: the search has not come to it, or goes on (see [`Solver::draft`](crate::Solver::draft)).
    NotYetPlanned,
    /// No vehicle that may serve it has the skills; these are missing on the one that lacks the fewest.
    Skills {
        /// The bits that are missing.
        missing: u64,
    },
    /// No road leads there, or none leads on from there.
    Unreachable,
    /// Every vehicle that could come is too full.
    Capacity {
        /// Which of the loads, 0 to [`DIMENSIONS`](crate::DIMENSIONS) - 1.
        dimension: usize,
        /// Units too many.
        over_by: i32,
    },
    /// Every route that could come already has its most stops.
    MaxStops {
        /// That limit.
        limit: u32,
    },
    /// It would take another reload, and every vehicle that could come already has its most.
    MaxReloads {
        /// That limit.
        limit: u32,
    },
    /// Every place is taken by what is fixed: on a closed route, before stops that come first, or where it would move a
    /// stop from its locked position.
    Fixed,
    /// The vehicle would come after the last window closes.
    TimeWindow {
        /// Seconds too late.
        late_by: i32,
    },
    /// It fits, but then the route would be late at a later stop.
    LaterStop {
        /// The stop that would be served too late.
        job: usize,
        /// Seconds too late.
        late_by: i32,
    },
    /// The driver would be back after the shift ends.
    Shift {
        /// Seconds too long.
        over_by: i32,
    },
    /// The route would take longer than the vehicle's longest working time.
    Duration {
        /// Seconds too long.
        over_by: i32,
    },
    /// The driver would not come by a break in its time.
    Break {
        /// Which of the vehicle's breaks.
        number: usize,
        /// Seconds that the route is under way after the break should have begun.
        late_by: i32,
    },
    /// The vehicle would be on the road longer than it may.
    Driving {
        /// Seconds too long.
        over_by: i32,
    },
    /// The route would be longer than the vehicle's longest way.
    Distance {
        /// Metres too long.
        over_by: i32,
    },
}

/// What [`evaluate`](crate::evaluate()) finds out about a plan, feasible or not.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Evaluation {
    /// The routes with their timetable, in the order given. A visit that is late begins when the vehicle arrives.
    pub routes: Vec<Route>,
    /// Stops on no route, by ascending index.
    pub missing: Vec<usize>,
    /// Every limit that is broken. Empty means that the plan can be driven.
    pub violations: Vec<Violation>,
    /// What the objective counts, in its own unit.
    pub cost: i64,
    /// Metres.
    pub distance: i64,
    /// Seconds of working time.
    pub duration: i64,
}

/// A hard limit that a plan breaks. `vehicle` and `job` are indices.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
#[non_exhaustive]
#[expect(missing_docs, reason = "vehicle, job, over_by and the like are told by the variant")]
pub enum Violation {
    /// The plan names a vehicle that does not exist.
    UnknownVehicle { vehicle: usize },
    /// The plan names a stop that does not exist.
    UnknownStop { job: usize },
    /// Two routes of the plan use the same vehicle.
    VehicleTwice { vehicle: usize },
    /// A stop is on the plan more than once.
    ServedTwice { job: usize },
    /// A stop is not on the vehicle it is locked to.
    Locked { vehicle: usize, job: usize },
    /// The vehicle lacks skills that the stop needs.
    Skills { vehicle: usize, job: usize, missing: u64 },
    /// No road leads to this stop (`None`: to the vehicle's end).
    Unreachable { vehicle: usize, job: Option<usize> },
    /// More load aboard at one time than the vehicle holds.
    Capacity { vehicle: usize, dimension: usize, over_by: i32 },
    /// One end of a shipment is on the route and the other, `partner`, is not.
    Alone { vehicle: usize, job: usize, partner: usize },
    /// A delivery comes before its pickup.
    Order { vehicle: usize, job: usize, pickup: usize },
    /// A stop that is fixed at the beginning of the route is not there.
    First { vehicle: usize, job: usize },
    /// A stop is on a closed route that is not fixed there.
    Closed { vehicle: usize, job: usize },
    /// A stop is not at its locked position, which on this route is this one.
    Position { vehicle: usize, job: usize, position: usize },
    /// More reloads than the vehicle may make.
    MaxReloads { vehicle: usize, over_by: u32 },
    /// More stops than the vehicle may make.
    MaxStops { vehicle: usize, over_by: u32 },
    /// Service begins after the window closes, by so many seconds.
    Late { vehicle: usize, job: usize, late_by: i32 },
    /// The route ends after the shift, by so many seconds.
    Shift { vehicle: usize, over_by: i32 },
    /// The route takes longer than the vehicle's longest working time, by so many seconds.
    Duration { vehicle: usize, over_by: i32 },
    /// The driver has not had a break, and is still under way so many seconds after it should have begun.
    Break { vehicle: usize, number: usize, late_by: i32 },
    /// The vehicle is on the road longer than it may be, by so many seconds.
    Driving { vehicle: usize, over_by: i32 },
    /// The route is longer than the vehicle's longest way, by so many metres.
    Distance { vehicle: usize, over_by: i32 },
}
