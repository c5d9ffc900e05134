//! The first plan: joins stops to chains where driving on saves most over going home in between.
//!
//! The savings of Clarke and Wright (1964), for each stop with its neighbours only, as if all vehicles were of the
//! most common kind. It leaves routes with some slack and stops that lie together on one route, which the search
//! mends far faster than the full and tangled routes that inserting one stop after the other gives. Chains then go
//! to real vehicles, longest first; what does not fit as it is, is inserted one by one, and so are shipments.

use crate::model::Load;
use crate::order::{self, Key};
use crate::prepared::{NONE, Prepared};

struct Chains<'a> {
    problem: &'a Prepared,
    vehicle: u32,
    prev: Vec<u32>,
    next: Vec<u32>,
    /// Union-find over stops; the sums are valid at the root.
    root: Vec<u32>,
    sums: Vec<Sums>,
    early: Vec<i32>,
    late: Vec<i32>,
}

#[derive(Clone, Copy)]
struct Sums {
    load: Load,
    count: u32,
    /// Driving between the stops, and service.
    dur: i32,
}

/// More stops than this are joined only with so many partners each: sixty for ten thousand would take 20 MB.
const MANY: usize = 2_000;
const PAIRS: usize = 24;

/// Chains of stops, longest first, that one vehicle of the most common kind could serve.
pub(crate) fn chains(problem: &Prepared) -> Vec<Vec<u32>> {
    let Some(&(first, _)) = problem.kinds.iter().max_by_key(|(from, to)| to - from) else {
        return Vec::new();
    };
    let mut chains = Chains::new(problem, problem.order[first as usize]);
    for (_, pair) in chains.savings() {
        chains.join((pair >> 32) as u32, pair as u32);
    }
    let mut found: Vec<Vec<u32>> = Vec::new();
    let alone = |job: u32| chains.prev[job as usize] == NONE && problem.mate(job).is_none();
    for job in (0..problem.jobs as u32).filter(|&job| alone(job)) {
        let follow = |&at: &u32| Some(chains.next[at as usize]).filter(|&next| next != NONE);
        found.push(std::iter::successors(Some(job), follow).collect());
    }
    order::by_key(&mut found, |chain| -(chain.len() as i64));
    found
}

impl<'a> Chains<'a> {
    fn new(problem: &'a Prepared, vehicle: u32) -> Self {
        let jobs = problem.jobs;
        let sums = |(job, stop): (usize, &crate::prepared::Stop)| {
            let mut load = stop.demand;
            // What is delivered and what is picked up are never more aboard at one time than both together.
            load += problem.cargo.get(job).map_or(Load::default(), |cargo| cargo.pickup);
            Sums { load, count: 1, dur: stop.service }
        };
        let mut chains = Self {
            problem,
            vehicle,
            prev: vec![NONE; jobs],
            next: vec![NONE; jobs],
            root: (0..jobs as u32).collect(),
            sums: problem.stops.iter().enumerate().map(sums).collect(),
            early: vec![0; jobs],
            late: vec![0; jobs],
        };
        for job in 0..jobs as u32 {
            chains.time_forwards(job);
            chains.time_backwards(job);
        }
        chains
    }

    fn leg(&self, from: u32, to: u32) -> crate::travel::Leg {
        self.problem.table.out(self.problem.place[from as usize], self.problem.place[to as usize])
    }

    /// What driving from one stop right on to another saves, negative, and these two in the halves of a number; dearest
    /// first.
    fn savings(&self) -> Vec<Key> {
        let problem = self.problem;
        let van = &problem.vans[self.vehicle as usize];
        let (start, end) = (problem.start(self.vehicle), problem.end(self.vehicle));
        let cost = |from, to| {
            let leg = self.leg(from, to);
            van.per_metre * i64::from(leg.dist) + van.per_second * i64::from(leg.dur)
        };
        let jobs = problem.jobs as u32;
        let most = if problem.jobs > MANY { PAIRS } else { usize::MAX };
        let partners = |job: u32| problem.near.beside(job).iter().take(most);
        // All at once: a list that grows is twice as large for a moment, and WebAssembly's memory never shrinks.
        let mut savings = Vec::with_capacity((0..jobs).map(|job| 2 * partners(job).len()).sum());
        for job in 0..jobs {
            for &other in partners(job) {
                for (tail, head) in [(job, other), (other, job)] {
                    let saving = cost(tail, end) + cost(start, head) - cost(tail, head);
                    savings.push((-saving, u64::from(tail) << 32 | u64::from(head)));
                }
            }
        }
        order::sort(&mut savings);
        savings.dedup();
        savings
    }

    fn join(&mut self, tail: u32, head: u32) {
        if self.next[tail as usize] != NONE || self.prev[head as usize] != NONE {
            return;
        }
        let (a, b) = (self.find(tail), self.find(head));
        let problem = self.problem;
        if a == b
            || ![tail, head].iter().all(|&job| {
                problem.allowed(job, self.vehicle) && !problem.locked(job) && problem.mate(job).is_none()
            })
        {
            return;
        }
        let van = &problem.vans[self.vehicle as usize];
        let (mut sums, other) = (self.sums[a as usize], self.sums[b as usize]);
        let leg = self.leg(tail, head).dur;
        sums.load += other.load;
        sums.count += other.count;
        sums.dur = sums.dur.saturating_add(leg).saturating_add(other.dur);
        if !sums.load.fits(&van.capacity) || sums.count > van.max_stops {
            return;
        }
        if problem.windowed {
            if self.early[tail as usize] + leg > self.late[head as usize] {
                return;
            }
        } else {
            let first = self.leg(problem.start(self.vehicle), self.first(tail)).dur;
            let last = self.leg(self.last(head), problem.end(self.vehicle)).dur;
            if i64::from(sums.dur) + i64::from(first) + i64::from(last) > i64::from(van.span) {
                return;
            }
        }
        (self.next[tail as usize], self.prev[head as usize]) = (head, tail);
        self.root[b as usize] = a;
        self.sums[a as usize] = sums;
        if problem.windowed {
            self.time_forwards(head);
            self.time_backwards(tail);
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

    fn first(&self, mut job: u32) -> u32 {
        while self.prev[job as usize] != NONE {
            job = self.prev[job as usize];
        }
        job
    }

    fn last(&self, mut job: u32) -> u32 {
        while self.next[job as usize] != NONE {
            job = self.next[job as usize];
        }
        job
    }

    /// Renews how early each stop from here on can be left.
    fn time_forwards(&mut self, mut job: u32) {
        let problem = self.problem;
        while job != NONE {
            let prev = self.prev[job as usize];
            let (from, left) = if prev == NONE {
                (problem.start(self.vehicle), problem.vans[self.vehicle as usize].shift.start)
            } else {
                (prev, self.early[prev as usize])
            };
            let arrival = left + self.leg(from, job).dur;
            // A stop that is out of reach joins nothing.
            let begin = problem.opening(job, arrival).map_or(crate::travel::FAR, |(begin, _)| begin);
            self.early[job as usize] = begin + problem.stops[job as usize].service;
            job = self.next[job as usize];
        }
    }

    /// Renews how late each stop up to here may be arrived at.
    fn time_backwards(&mut self, mut job: u32) {
        let problem = self.problem;
        while job != NONE {
            let next = self.next[job as usize];
            let (to, due) = if next == NONE {
                (problem.end(self.vehicle), problem.vans[self.vehicle as usize].shift.end)
            } else {
                (next, self.late[next as usize])
            };
            let bound = due - self.leg(job, to).dur - problem.stops[job as usize].service;
            self.late[job as usize] = problem.last_opening(job, bound);
            job = self.prev[job as usize];
        }
    }
}
