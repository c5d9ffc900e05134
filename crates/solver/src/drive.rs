//! Drives along a route stop by stop, in time or not, and sums up what that costs and what it breaks.
//!
//! Where the search prices a place from the two stops around it, this goes through all that follow, and so takes any
//! rule and any plan. A state can be kept after each stop: whoever changes a route only drives on from there.

mod clock;

use crate::model::{Break, DIMENSIONS, Goals, Load, Objective};
use crate::prepared::{Prepared, Van};
use crate::travel::FAR;
use clock::Clock;

/// A vehicle after some of its stops.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct State {
    /// The node it is at.
    at: u32,
    /// When it can leave, by how many of its breaks it has had; the first where it has none.
    clocks: [Clock; 1 + Break::MOST],
    driving: i64,
    dist: i64,
    /// What is handed over, and how much more than at the start is aboard now and was aboard at most.
    load: Load,
    aboard: Load,
    most: Load,
    /// The most that has been aboard before the last reload, what shipments have under way, and how many reloads there
    /// have been; the three sums above count from the last one.
    peak: Load,
    shipped: Load,
    reloads: u32,
    count: u32,
    /// A node that no road leads to.
    cut_off: Option<u32>,
    /// How far stops are from their locked positions, and one that is not at its own.
    misplaced: u32,
    strayed: u32,
    /// The position of a stop that has come before it, and so must be the last one, and that stop.
    early: (u32, u32),
    /// A fixed stop that is not where it is fixed.
    unfixed: Option<u32>,
}

/// What a route comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Outcome {
    pub(crate) cost: i64,
    pub(crate) dist: i64,
    pub(crate) dur: i64,
    /// Of that, driving and service, and driving alone.
    pub(crate) plain: i64,
    pub(crate) driving: i64,
    /// Seconds of lateness of all stops together, allowed or not.
    pub(crate) late: i64,
    pub(crate) faults: Faults,
}

/// By how much a route breaks the limits; all zero when it can be driven.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Faults {
    /// Seconds of lateness of all stops together, and the latest of them.
    pub(crate) late: i64,
    pub(crate) latest: (u32, i32),
    /// Seconds that breaks are missed by, all together.
    pub(crate) missed: i64,
    /// The break that is missed by the most.
    pub(crate) break_missed: (u32, i32),
    /// Seconds, seconds, seconds, metres, loads, stops and reloads too many.
    pub(crate) shift: i64,
    pub(crate) duration: i64,
    pub(crate) driving: i64,
    pub(crate) distance: i64,
    pub(crate) load: [i64; DIMENSIONS],
    pub(crate) stops: u32,
    pub(crate) reloads: u32,
    pub(crate) cut_off: Option<u32>,
    pub(crate) misplaced: u32,
    /// One of those stops, and where it should be.
    pub(crate) strayed: (u32, u32),
    pub(crate) unfixed: Option<u32>,
}

impl State {
    /// A vehicle at its start, ready to leave as soon as its shift begins, but not before `release`.
    pub(crate) fn start(problem: &Prepared, vehicle: u32, release: i32) -> Self {
        let van = &problem.vans[vehicle as usize];
        let ready = release.max(van.shift.start);
        Self {
            at: problem.start(vehicle),
            clocks: clock::start(ready, problem.rests(vehicle)),
            driving: 0,
            dist: 0,
            load: Load::default(),
            aboard: Load::default(),
            most: Load::default(),
            peak: Load::default(),
            shipped: Load::default(),
            reloads: 0,
            count: 0,
            cut_off: None,
            misplaced: 0,
            strayed: 0,
            early: (0, 0),
            unfixed: None,
        }
    }

    /// Drives on to a stop and serves it, or to a reload for stops that are all ready.
    pub(crate) fn visit(&mut self, problem: &Prepared, vehicle: u32, job: u32) {
        if problem.is_reload(job) {
            return self.reload(problem, vehicle, job, 0);
        }
        let moved = problem.place[self.at as usize] != problem.place[job as usize];
        self.go(problem, vehicle, job);
        let (stop, more) = (&problem.stops[job as usize], &problem.more[job as usize]);
        let rests = problem.rests(vehicle);
        let work = stop.service + if moved { more.setup } else { 0 };
        if rests.is_empty() {
            self.clocks[0].serve(problem, job, work);
        } else {
            clock::arrive(&mut self.clocks, rests, problem, (job, work, 0));
            clock::rest(&mut self.clocks, rests);
        }
        self.load += stop.demand;
        if problem.mixed {
            self.aboard += problem.cargo[job as usize].change;
            self.most = self.most.max(self.aboard);
            if problem.reloading {
                self.shipped += problem.cargo[job as usize].shipped(stop.demand);
            }
        }
        if problem.positioned {
            self.take_position(problem, job);
        }
        if let Some(first) = problem.first.get(vehicle as usize)
            && first.get(self.count as usize).is_some_and(|&due| due != job)
        {
            self.unfixed = self.unfixed.or(first.get(self.count as usize).copied());
        }
        self.count += 1;
    }

    /// Drives on to a reload for stops that are ready there then, and begins another trip.
    pub(crate) fn reload(&mut self, problem: &Prepared, vehicle: u32, node: u32, ready: i32) {
        self.go(problem, vehicle, node);
        let (rests, work) = (problem.rests(vehicle), problem.stops[node as usize].service);
        if rests.is_empty() {
            self.clocks[0].serve_from(problem, node, work, ready);
        } else {
            clock::arrive(&mut self.clocks, rests, problem, (node, work, ready));
            clock::rest(&mut self.clocks, rests);
        }
        self.peak = self.most_aboard();
        (self.load, self.aboard, self.most) = (Load::default(), self.shipped, self.shipped);
        self.reloads += 1;
    }

    /// The most that has been aboard at one time.
    fn most_aboard(&self) -> Load {
        let mut trip = self.load;
        trip += self.most;
        self.peak.max(trip)
    }

    /// What the stops since the last reload have asked for, and how many reloads there have been.
    pub(crate) fn trip(&self) -> (Load, u32) {
        (self.load, self.reloads)
    }

    /// Looks whether the next position is the stop's own, and whether one before it had to be the last.
    fn take_position(&mut self, problem: &Prepared, job: u32) {
        let at = self.count;
        if at > 0 && at <= self.early.0 {
            self.misplaced += 1;
            self.strayed = self.early.1;
        }
        let more = &problem.more[job as usize];
        if let Some(due) = more.position.filter(|_| !more.fixed) {
            if at > due {
                self.misplaced += at - due;
                self.strayed = job;
            } else if at < due && due >= self.early.0 {
                self.early = (due, job);
            }
        }
    }

    /// Drives on to a node.
    fn go(&mut self, problem: &Prepared, vehicle: u32, to: u32) {
        let mut leg = problem.legs(vehicle).out(problem.place[self.at as usize], problem.place[to as usize]);
        if leg.dist.max(leg.dur) >= FAR {
            self.cut_off = self.cut_off.or(Some(to));
            leg = Default::default();
        }
        self.at = to;
        for clock in &mut self.clocks[..=problem.rests(vehicle).len()] {
            clock.drive(leg.dur);
        }
        self.driving += i64::from(leg.dur);
        self.dist += i64::from(leg.dist);
    }

    /// Drives to the vehicle's end and sums up. A vehicle without stops stays at home.
    pub(crate) fn finish(mut self, problem: &Prepared, vehicle: u32) -> Outcome {
        if self.count == 0 {
            return Outcome::default();
        }
        if let Some(first) = problem.first.get(vehicle as usize) {
            self.unfixed = self.unfixed.or(first.get(self.count as usize).copied());
        }
        self.go(problem, vehicle, problem.end(vehicle));
        let van = &problem.vans[vehicle as usize];
        let rests = problem.rests(vehicle);
        let (had, clock) = clock::choose(&self.clocks, rests);
        let dur = clock.day();
        Outcome {
            late: clock.late,
            plain: clock.plain,
            driving: self.driving,
            cost: cost(van, self.dist, dur) + clock.lateness,
            dist: self.dist,
            dur,
            faults: self.faults(problem, van, (rests, had), &clock),
        }
    }

    /// Where the strayed stop should be.
    fn due(&self, problem: &Prepared) -> u32 {
        problem.more[self.strayed as usize].position.unwrap_or(0).min(self.count - 1)
    }

    fn faults(
        &self,
        problem: &Prepared,
        van: &Van,
        (rests, had): (&[Break], usize),
        clock: &Clock,
    ) -> Faults {
        let over = |value: i64, most: i32| (value - i64::from(most)).max(0);
        Faults {
            late: clock.hard,
            latest: clock.latest,
            missed: clock::missed(&rests[had..], clock.now),
            break_missed: clock::worst(rests, had, clock.now),
            shift: over(clock.now.into(), van.shift.end),
            duration: over(clock.day(), van.longest),
            driving: over(self.driving, van.driving),
            distance: over(self.dist, van.reach),
            load: std::array::from_fn(|d| over(self.most_aboard().0[d].into(), van.holds.0[d])),
            reloads: self.reloads.saturating_sub(van.max_reloads),
            stops: (i64::from(self.count).saturating_sub(van.stops_left)).max(0) as u32,
            cut_off: self.cut_off,
            misplaced: self.misplaced,
            strayed: if self.misplaced > 0 { (self.strayed, self.due(problem)) } else { (0, 0) },
            unfixed: self.unfixed,
        }
    }
}

/// What a used vehicle costs.
pub(crate) fn cost(van: &Van, dist: i64, dur: i64) -> i64 {
    let overtime = van.overtime.0 * (dur - i64::from(van.overtime.1)).max(0);
    let day = if van.squared { dur * dur / Objective::EVEN_DAY } else { van.per_second * dur };
    van.fixed + van.per_metre * dist + day + overtime + Goals::steps(van.steps, dur)
}

impl Outcome {
    /// Whether every limit is kept but for locked positions, which changes together may keep.
    pub(crate) fn is_drivable(&self) -> bool {
        Faults { misplaced: 0, strayed: (0, 0), ..self.faults } == Faults::default()
    }
}

impl State {
    /// When it leaves at the earliest.
    pub(crate) fn ready(&self) -> i32 {
        self.clocks[0].ready
    }

    /// Whether nothing is late and no road is missing so far.
    pub(crate) fn is_sound(&self) -> bool {
        self.clocks.iter().any(|clock| clock.runs && clock.hard == 0) && self.cut_off.is_none()
    }
}
