//! A vehicle with its driver: where it starts, what it holds, when it works and what that costs.

use super::{Load, Reload, TimeWindow};

/// What using a vehicle costs, in cents (of any currency).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Costs {
    /// For using the vehicle at all.
    pub fixed: i32,
    /// For each hour from leaving the start to arriving at the end, waiting and service included.
    pub per_hour: i32,
    /// For each kilometre.
    pub per_km: i32,
    /// For each hour of overtime, on top of `per_hour`.
    #[cfg_attr(feature = "serde", serde(default))]
    pub per_overtime_hour: i32,
    /// After how many seconds of working time overtime begins.
    #[cfg_attr(feature = "serde", serde(default))]
    pub overtime_after: i32,
}

impl Costs {
    /// How many cost units make one cent: the smallest number that lets both a cent an hour (5 units a second) and
    /// a cent a kilometre (18 units a metre) be whole, so that costs add up exactly.
    pub const UNITS_PER_CENT: i64 = 18_000;

    /// Costs in cents for using the vehicle, for an hour and for a kilometre.
    #[must_use]
    pub const fn new(fixed: i32, per_hour: i32, per_km: i32) -> Self {
        Self { fixed, per_hour, per_km, per_overtime_hour: 0, overtime_after: 0 }
    }

    /// Working time beyond so many seconds costs so many cents an hour more.
    #[must_use]
    pub const fn with_overtime(mut self, after: i32, per_hour: i32) -> Self {
        (self.overtime_after, self.per_overtime_hour) = (after, per_hour);
        self
    }
}

impl Default for Costs {
    /// 30 an hour, 0.30 a kilometre, nothing for using the vehicle.
    fn default() -> Self {
        Self::new(0, 3_000, 30)
    }
}

/// What a vehicle has spent already today, before the route that is planned begins. It counts towards the vehicle's
/// limits and costs nothing any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(default))]
#[non_exhaustive]
pub struct Done {
    /// Seconds of working time.
    pub duration: i32,
    /// Seconds of those on the road.
    pub driving: i32,
    /// Metres.
    pub distance: i32,
    /// Stops served.
    pub stops: u32,
}

impl Done {
    /// So many seconds of working time, of which so many on the road, metres and stops.
    #[must_use]
    pub const fn new(duration: i32, driving: i32, distance: i32, stops: u32) -> Self {
        Self { duration, driving, distance, stops }
    }
}

/// A break of the driver, taken at a stop: on arriving there, before service, or after it.
///
/// A route that is over before the last window closes needs no such break, and one that begins after it has had it
/// before, unless it is taken [`always`](Self::always). Without windows it may be taken at any time and is always taken.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Break {
    /// When it may begin.
    #[cfg_attr(feature = "serde", serde(default))]
    pub windows: Vec<TimeWindow>,
    /// How long it is, in seconds.
    pub duration: i32,
    /// Whether it is taken on any route, however early that could be over and however late it could begin.
    #[cfg_attr(feature = "serde", serde(default))]
    pub always: bool,
}

impl Break {
    /// The most breaks that a vehicle may have.
    pub const MOST: usize = 3;

    /// A break of so many seconds that may begin at any time.
    #[must_use]
    pub const fn of(seconds: i32) -> Self {
        Self { windows: Vec::new(), duration: seconds, always: false }
    }

    /// Adds one span in which it may begin, in seconds after midnight.
    #[must_use]
    pub fn with_window(mut self, start: i32, end: i32) -> Self {
        self.windows.push(TimeWindow::new(start, end));
        self
    }

    /// Has it taken on any route.
    #[must_use]
    pub fn taken_always(mut self) -> Self {
        self.always = true;
        self
    }

    /// When the last window closes, outside of which a route needs no such break; `None` where it is always taken.
    pub(crate) fn close(&self) -> Option<i32> {
        self.windows.iter().map(|window| window.end).max().filter(|_| !self.always)
    }

    /// Which of the breaks from number `had` on are missed on a route that is over then, and by how much: how long it has
    /// been under way after the break should have begun. One that is always taken comes after those before it, which may
    /// be what keeps it from beginning in time.
    pub(crate) fn missed(breaks: &[Self], had: usize, over: i32) -> impl Iterator<Item = (usize, i32)> {
        let mut now = i64::from(over);
        breaks.iter().enumerate().skip(had).filter_map(move |(number, rest)| {
            let windows = || rest.windows.iter().map(|it| (i64::from(it.start), i64::from(it.end)));
            let horizon = i64::from(TimeWindow::HORIZON);
            let close = windows().map(|(_, end)| end).max();
            let late_by = close.map_or(horizon, |close| match rest.always {
                true => (now - close).max(1),
                false => i64::from(over) - close,
            });
            let open = windows().filter(|&(_, end)| end >= now).map(|(start, _)| start).min();
            now = now.max(open.unwrap_or(now)) + i64::from(rest.duration);
            (late_by > 0).then_some((number, late_by.min(horizon) as i32))
        })
    }

    /// How much it weighs against other faults that a route that is over then misses it: one that is always taken is never
    /// left out while it can be had.
    pub(crate) fn missed_by(&self, over: i32) -> i64 {
        self.close().map_or(TimeWindow::HORIZON.into(), |close| (i64::from(over) - i64::from(close)).max(0))
    }
}

/// One vehicle, which drives at most one route.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Vehicle {
    /// Where it starts, an index into the problem's [`Travel`](crate::Travel); `None` starts at its first stop.
    #[cfg_attr(feature = "serde", serde(default))]
    pub start: Option<usize>,
    /// Where it must end; `None` is an open route that ends at its last stop.
    #[cfg_attr(feature = "serde", serde(default))]
    pub end: Option<usize>,
    /// Which travel times it drives by: 0 is the problem's [`travel`](crate::Problem::travel), n the n-th of its
    /// [`profiles`](crate::Problem::profiles).
    #[cfg_attr(feature = "serde", serde(default))]
    pub profile: usize,
    /// How fast it drives beside those times, in percent: 100 takes them as they are, 50 twice the time.
    #[cfg_attr(feature = "serde", serde(default = "as_it_is"))]
    pub speed: i32,
    /// The most it can carry.
    #[cfg_attr(feature = "serde", serde(default = "unlimited"))]
    pub capacity: Load,
    /// When the driver works: leaves at or after the start, is back at or before the end.
    #[cfg_attr(feature = "serde", serde(default))]
    pub shift: TimeWindow,
    /// The longest working time, in seconds, when it is shorter than the shift.
    #[cfg_attr(feature = "serde", serde(default))]
    pub max_duration: Option<i32>,
    /// The longest time on the road, in seconds.
    #[cfg_attr(feature = "serde", serde(default))]
    pub max_driving: Option<i32>,
    /// The longest way, in metres.
    #[cfg_attr(feature = "serde", serde(default))]
    pub max_distance: Option<i32>,
    /// The most stops on the route.
    #[cfg_attr(feature = "serde", serde(default))]
    pub max_stops: Option<u32>,
    /// The driver's breaks, at most [`Break::MOST`], in the order they are taken. They count as working time.
    #[cfg_attr(feature = "serde", serde(default))]
    pub breaks: Vec<Break>,
    /// Where it may reload on the way, as often as it pays; none unless said.
    #[cfg_attr(feature = "serde", serde(default))]
    pub reloads: Vec<Reload>,
    /// How often it may do so at most.
    #[cfg_attr(feature = "serde", serde(default))]
    pub max_reloads: Option<u32>,
    /// The stops that it serves first, by their index and in this order, whatever comes: what is under way, or what a
    /// dispatcher has settled. They are not judged: a limit that they break by themselves is held to be eased until
    /// they just do not. For a day under way the vehicle starts where it is now, its shift begins now, and what it has
    /// already spent is [`done`](Vehicle::done).
    #[cfg_attr(feature = "serde", serde(default))]
    pub first: Vec<usize>,
    /// Whether its route is settled: it serves what is [`first`](Vehicle::first) and nothing else.
    #[cfg_attr(feature = "serde", serde(default))]
    pub closed: bool,
    /// What it has spent already today.
    #[cfg_attr(feature = "serde", serde(default))]
    pub done: Done,
    /// What it can do, one bit for each skill.
    #[cfg_attr(feature = "serde", serde(default))]
    pub skills: u64,
    /// What it costs.
    #[cfg_attr(feature = "serde", serde(default))]
    pub costs: Costs,
}

#[cfg(feature = "serde")]
const fn unlimited() -> Load {
    Load::UNLIMITED
}

#[cfg(feature = "serde")]
const fn as_it_is() -> i32 {
    Vehicle::AS_IT_IS
}

impl Vehicle {
    /// The [`speed`](Vehicle::speed) that takes travel times as they are.
    pub const AS_IT_IS: i32 = 100;

    /// A vehicle that leaves from and returns to one depot, without any limit.
    #[must_use]
    pub fn based_at(depot: usize) -> Self {
        Self::between(Some(depot), Some(depot))
    }

    /// A vehicle with its own start and end; `None` leaves that end open.
    #[must_use]
    pub fn between(start: Option<usize>, end: Option<usize>) -> Self {
        Self {
            start,
            end,
            profile: 0,
            speed: Self::AS_IT_IS,
            capacity: Load::UNLIMITED,
            shift: TimeWindow::ANY,
            max_duration: None,
            max_driving: None,
            max_distance: None,
            max_stops: None,
            breaks: Vec::new(),
            reloads: Vec::new(),
            max_reloads: None,
            first: Vec::new(),
            closed: false,
            done: Done::new(0, 0, 0, 0),
            skills: 0,
            costs: Costs::default(),
        }
    }

    /// Chooses the travel times, as [`profile`](Vehicle::profile) says.
    #[must_use]
    pub fn with_profile(mut self, profile: usize) -> Self {
        self.profile = profile;
        self
    }

    /// Sets the speed, in percent of that of the travel times.
    #[must_use]
    pub fn with_speed(mut self, percent: i32) -> Self {
        self.speed = percent;
        self
    }

    /// Sets the capacity.
    #[must_use]
    pub fn with_capacity(mut self, capacity: Load) -> Self {
        self.capacity = capacity;
        self
    }

    /// Sets the shift, in seconds after midnight.
    #[must_use]
    pub fn with_shift(mut self, start: i32, end: i32) -> Self {
        self.shift = TimeWindow::new(start, end);
        self
    }

    /// Limits the working time, in seconds.
    #[must_use]
    pub fn with_max_duration(mut self, seconds: i32) -> Self {
        self.max_duration = Some(seconds);
        self
    }

    /// Limits the time on the road, in seconds.
    #[must_use]
    pub fn with_max_driving(mut self, seconds: i32) -> Self {
        self.max_driving = Some(seconds);
        self
    }

    /// Limits the way, in metres.
    #[must_use]
    pub fn with_max_distance(mut self, metres: i32) -> Self {
        self.max_distance = Some(metres);
        self
    }

    /// Limits the number of stops.
    #[must_use]
    pub fn with_max_stops(mut self, stops: u32) -> Self {
        self.max_stops = Some(stops);
        self
    }

    /// Adds a break, taken after those before it.
    #[must_use]
    pub fn with_break(mut self, rest: Break) -> Self {
        self.breaks.push(rest);
        self
    }

    /// Adds a place where it may reload on the way.
    #[must_use]
    pub fn with_reload(mut self, reload: Reload) -> Self {
        self.reloads.push(reload);
        self
    }

    /// Limits how often it may reload.
    #[must_use]
    pub fn with_max_reloads(mut self, reloads: u32) -> Self {
        self.max_reloads = Some(reloads);
        self
    }

    /// Fixes the stops at the beginning of its route.
    #[must_use]
    pub fn with_first(mut self, stops: impl IntoIterator<Item = usize>) -> Self {
        self.first = stops.into_iter().collect();
        self
    }

    /// Settles the route: nothing is added to what is fixed.
    #[must_use]
    pub fn closed(mut self) -> Self {
        self.closed = true;
        self
    }

    /// Sets what the vehicle has spent already today.
    #[must_use]
    pub fn with_done(mut self, done: Done) -> Self {
        self.done = done;
        self
    }

    /// Sets what the vehicle can do.
    #[must_use]
    pub fn with_skills(mut self, skills: u64) -> Self {
        self.skills = skills;
        self
    }

    /// Sets the costs.
    #[must_use]
    pub fn with_costs(mut self, costs: Costs) -> Self {
        self.costs = costs;
        self
    }

    /// How long a leg takes it that takes the travel times so many seconds, rounded to the nearest.
    pub(crate) fn paced(&self, seconds: i32) -> i32 {
        if self.speed == Self::AS_IT_IS {
            return seconds;
        }
        let speed = i64::from(self.speed);
        let paced = (i64::from(seconds) * i64::from(Self::AS_IT_IS) + speed / 2) / speed;
        paced.min(i64::from(TimeWindow::HORIZON)) as i32
    }
}
