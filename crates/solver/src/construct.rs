//! The first plan: joins stops to chains where driving on saves most over going home in between.
//!
//! The savings of Clarke and Wright (1964), for each stop with its neighbours only, as if all vehicles were of the
//! most common kind. It leaves routes with some slack and stops that lie together on one route, which the search
//! mends far faster than the full and tangled routes that inserting one stop after the other gives. Chains then go
//! to real vehicles, longest first; what does not fit as it is, is inserted one by one, and so are shipments.
//!
//! All of it in pieces, so that a plan of ten thousand stops can be put aside at any time.

mod runs;

use crate::model::Load;
use crate::order;
use crate::prepared::{NONE, Prepared};
use runs::Runs;

/// Chains of stops in the making.
#[derive(Debug)]
pub(crate) struct Chains {
    vehicle: u32,
    prev: Vec<u32>,
    next: Vec<u32>,
    /// Union-find over stops; the sums are valid at the root.
    root: Vec<u32>,
    sums: Vec<Sums>,
    early: Vec<i32>,
    late: Vec<i32>,
    /// What joining saves, negative, with the two stops in the halves of a number; dearest first.
    savings: Runs,
    /// The next stop whose savings are reckoned.
    at: u32,
}

#[derive(Debug, Clone, Copy)]
struct Sums {
    load: Load,
    count: u32,
    /// Driving between the stops, and service.
    dur: i32,
    /// The ends of the chain.
    first: u32,
    last: u32,
}

/// More stops than this are joined only with so many partners each: sixty for ten thousand would take 20 MB, and for a
/// thousand a tenth of the time that the first plan has.
const MANY: usize = 500;
const PAIRS: usize = 24;
/// How many savings are tried in a piece of work, and for how many stops they are reckoned.
const TRIED: usize = 64;
const RECKONED: u32 = 4;

impl Chains {
    /// None without vehicles.
    pub(crate) fn new(problem: &Prepared) -> Option<Self> {
        let &(first, _) = problem.kinds.iter().max_by_key(|(from, to)| to - from)?;
        let vehicle = problem.order[first as usize];
        let jobs = problem.jobs;
        let sums = |(job, stop): (usize, &crate::prepared::Stop)| {
            let mut load = stop.demand;
            // What is delivered and what is picked up are never more aboard at one time than both together.
            load += problem.cargo.get(job).map_or(Load::default(), |cargo| cargo.pickup);
            Sums { load, count: 1, dur: stop.service, first: job as u32, last: job as u32 }
        };
        let mut chains = Self {
            vehicle,
            prev: vec![NONE; jobs],
            next: vec![NONE; jobs],
            root: (0..jobs as u32).collect(),
            sums: problem.stops[..jobs].iter().enumerate().map(sums).collect(),
            early: vec![0; jobs],
            late: vec![0; jobs],
            savings: Runs::default(),
            at: 0,
        };
        let pairs = (0..jobs as u32).map(|job| 2 * partners(problem, job).len()).sum();
        chains.savings.reserve(pairs);
        Some(chains)
    }

    /// Does the next piece of work; `false` when there is none left.
    pub(crate) fn step(&mut self, problem: &Prepared) -> bool {
        if (self.at as usize) < problem.jobs {
            for job in self.at..(self.at + RECKONED).min(problem.jobs as u32) {
                self.time_forwards(problem, job);
                self.time_backwards(problem, job);
                self.reckon(problem, job);
            }
            self.at += RECKONED;
            return true;
        }
        if self.savings.sort() {
            return true;
        }
        for _ in 0..TRIED {
            let Some((_, pair)) = self.savings.next() else { return false };
            self.join(problem, (pair >> 32) as u32, pair as u32);
        }
        true
    }

    /// Chains of stops, longest first, that one vehicle of the most common kind could serve.
    pub(crate) fn finish(self, problem: &Prepared) -> Vec<Vec<u32>> {
        let mut found: Vec<Vec<u32>> = Vec::new();
        let alone = |job: u32| self.prev[job as usize] == NONE && problem.mate(job).is_none();
        for job in (0..problem.jobs as u32).filter(|&job| alone(job)) {
            let follow = |&at: &u32| Some(self.next[at as usize]).filter(|&next| next != NONE);
            found.push(std::iter::successors(Some(job), follow).collect());
        }
        order::by_key(&mut found, |chain| -(chain.len() as i64));
        found
    }

    fn leg(&self, problem: &Prepared, from: u32, to: u32) -> crate::travel::Leg {
        problem.table.out(problem.place[from as usize], problem.place[to as usize])
    }

    /// What driving right on between a stop and its neighbours saves.
    fn reckon(&mut self, problem: &Prepared, job: u32) {
        let van = &problem.vans[self.vehicle as usize];
        let (start, end) = (problem.start(self.vehicle), problem.end(self.vehicle));
        let cost = |from, to| van.cost(self.leg(problem, from, to));
        let (out, home) = (cost(start, job), cost(job, end));
        let mut found = Vec::with_capacity(2 * partners(problem, job).len());
        for &other in partners(problem, job) {
            for (tail, head) in [(job, other), (other, job)] {
                let saving = if tail == job { home + cost(start, head) } else { cost(tail, end) + out };
                let saving = saving - cost(tail, head);
                found.push((-saving, u64::from(tail) << 32 | u64::from(head)));
            }
        }
        self.savings.extend(&found);
    }

    fn join(&mut self, problem: &Prepared, tail: u32, head: u32) {
        if self.next[tail as usize] != NONE || self.prev[head as usize] != NONE {
            return;
        }
        let (a, b) = (self.find(tail), self.find(head));
        if a == b
            || ![tail, head].iter().all(|&job| {
                problem.allowed(job, self.vehicle) && !problem.locked(job) && problem.mate(job).is_none()
            })
        {
            return;
        }
        let van = &problem.vans[self.vehicle as usize];
        let (mut sums, other) = (self.sums[a as usize], self.sums[b as usize]);
        let leg = self.leg(problem, tail, head).dur;
        sums.load += other.load;
        sums.count += other.count;
        sums.dur = sums.dur.saturating_add(leg).saturating_add(other.dur);
        sums.last = other.last;
        if !sums.load.fits(&van.capacity) || sums.count > van.max_stops {
            return;
        }
        if problem.windowed {
            if self.early[tail as usize] + leg > self.late[head as usize] {
                return;
            }
        } else {
            let first = self.leg(problem, problem.start(self.vehicle), sums.first).dur;
            let last = self.leg(problem, sums.last, problem.end(self.vehicle)).dur;
            if i64::from(sums.dur) + i64::from(first) + i64::from(last) > i64::from(van.span) {
                return;
            }
        }
        (self.next[tail as usize], self.prev[head as usize]) = (head, tail);
        self.root[b as usize] = a;
        self.sums[a as usize] = sums;
        if problem.windowed {
            self.time_forwards(problem, head);
            self.time_backwards(problem, tail);
        }
    }

    fn find(&mut self, mut job: u32) -> u32 {
        while self.root[job as usize] != job {
            let up = self.root[self.root[job as usize] as usize];
            self.root[job as usize] = up;
            job = up;
        }
        job
    }

    /// Renews how early each stop from here on can be left.
    fn time_forwards(&mut self, problem: &Prepared, mut job: u32) {
        while job != NONE {
            let prev = self.prev[job as usize];
            let (from, left) = if prev == NONE {
                (problem.start(self.vehicle), problem.vans[self.vehicle as usize].shift.start)
            } else {
                (prev, self.early[prev as usize])
            };
            let arrival = left + self.leg(problem, from, job).dur;
            // A stop that is out of reach joins nothing.
            let begin = problem.opening(job, arrival).map_or(crate::travel::FAR, |(begin, _)| begin);
            self.early[job as usize] = begin + problem.stops[job as usize].service;
            job = self.next[job as usize];
        }
    }

    /// Renews how late each stop up to here may be arrived at.
    fn time_backwards(&mut self, problem: &Prepared, mut job: u32) {
        while job != NONE {
            let next = self.next[job as usize];
            let (to, due) = if next == NONE {
                (problem.end(self.vehicle), problem.vans[self.vehicle as usize].shift.end)
            } else {
                (next, self.late[next as usize])
            };
            let bound = due - self.leg(problem, job, to).dur - problem.stops[job as usize].service;
            self.late[job as usize] = problem.last_opening(job, bound);
            job = self.prev[job as usize];
        }
    }
}

/// The neighbours that a stop is joined with.
fn partners(problem: &Prepared, job: u32) -> &[u32] {
    let beside = problem.near.beside(job);
    let most = if problem.jobs > MANY { PAIRS } else { usize::MAX };
    &beside[..beside.len().min(most)]
}
