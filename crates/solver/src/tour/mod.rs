//! One long route: its stops and the way home as a closed tour, improved by kicks and exchanges of legs.
//!
//! Where one vehicle serves everything and no window says when, only the order of the stops counts, and moves that
//! exchange legs of a tour beat taking stops out and putting them back by far. A start and an end in different places
//! become two nodes whose leg is worth so much that no move gives it up.

mod assembly;
mod cycles;
mod family;
mod found;
mod improve;
mod kick;
mod links;
mod ring;

use crate::order::{self, Key};
use crate::prepared::Prepared;
use links::Links;
use ring::{Ring, Turn};

pub(crate) use found::Founding;
pub(crate) use kick::TourSearch;

/// What the leg between start and end is worth. Moves weigh at most some six legs against each other.
const NEVER: i64 = i64::MAX / 32;

/// The most nodes whose legs are laid out: 9 MB.
const LAID_OUT: usize = 1_500;
/// How many nodes are tried as new neighbours of a node.
const NEAR: usize = 9;
/// How many of them lie in the open, with no other node in the circle over the leg there (Gabriel and Sokal, 1969): the
/// nearest ones alone would all lie in the same row or cluster, and no move would ever join it to the next.
const OPEN: usize = 6;

/// A tour and what its moves need.
#[derive(Debug)]
pub(crate) struct Tour {
    ring: Ring,
    /// The place of each node: the stops of the route in the order they were given, then one or two for the vehicle.
    place: Vec<u32>,
    /// The stop that each node is, as far as it is one.
    stop: Vec<u32>,
    /// The node of the vehicle's start, and that of its end if it is another.
    start: u32,
    end: Option<u32>,
    per_metre: i64,
    per_second: i64,
    /// The cost of each leg, as far as they are laid out; the row of a node is as long as there are nodes.
    costs: Vec<i32>,
    /// The nearest nodes of each, nearest first, with the cost of the leg.
    near: Vec<(i64, u32)>,
    width: usize,
    /// What has been turned since the log was cleared.
    log: Vec<Turn>,
    /// Nodes whose legs have changed since they were last looked at.
    queue: Vec<u32>,
    queued: Vec<bool>,
    cost: i64,
}

impl Tour {
    /// The tour of one vehicle through `stops` in the order given, without what its moves need.
    fn blank(problem: &Prepared, vehicle: u32, stops: &[u32]) -> Self {
        let van = &problem.vans[vehicle as usize];
        let jobs = stops.len() as u32;
        let (from, to) = (problem.start(vehicle), problem.end(vehicle));
        let place_of = |node: u32| problem.place[node as usize];
        let mut place: Vec<u32> = stops.iter().map(|&stop| place_of(stop)).collect();
        place.push(place_of(from));
        let end = (place_of(from) != place_of(to)).then(|| {
            place.push(place_of(to));
            jobs + 1
        });
        let mut nodes: Vec<u32> = vec![jobs];
        nodes.extend(0..jobs);
        nodes.extend(end);
        Self {
            queued: vec![false; place.len()],
            ring: Ring::new(&nodes),
            place,
            stop: stops.to_vec(),
            start: jobs,
            end,
            per_metre: van.per_metre,
            per_second: van.per_second,
            costs: Vec::new(),
            near: Vec::new(),
            width: 0,
            log: Vec::new(),
            queue: Vec::new(),
            cost: 0,
        }
    }

    /// Lays the ring through the same stops in another order.
    fn lay(&mut self, problem: &Prepared, stops: &[u32]) {
        let node_of = self.node_of(problem);
        let mut nodes = vec![self.start];
        nodes.extend(stops.iter().map(|&stop| node_of[stop as usize]));
        nodes.extend(self.end);
        self.ring.copy(&nodes);
        self.cost = self.measure(problem);
    }

    /// The two neighbours of each node.
    fn links(&self) -> impl Iterator<Item = [u32; 2]> {
        (0..self.place.len() as u32).map(|node| [self.ring.prev(node), self.ring.next(node)])
    }

    /// Lays the ring along the neighbours of each node.
    fn lay_links(&mut self, links: &Links, cost: i64) {
        self.ring.follow(links);
        self.cost = cost;
    }

    /// The node of each stop of the problem, or `u32::MAX` for a stop that is not on the tour.
    fn node_of(&self, problem: &Prepared) -> Vec<u32> {
        let mut node_of = vec![u32::MAX; problem.jobs];
        for (node, &stop) in self.stop.iter().enumerate() {
            node_of[stop as usize] = node as u32;
        }
        node_of
    }

    /// Keeps the best of a node's possible neighbours (cost of the leg, node), nearest first.
    fn pick(&self, problem: &Prepared, pool: &mut Vec<Key>) {
        order::sort(pool);
        let square = |cost: i64| cost as f64 * cost as f64;
        let (mut at, mut open) = (0, 0);
        while at < pool.len() && open < OPEN {
            let (cost, node) = pool[at];
            // Closer ones, those found open in front.
            let hidden = pool[..at].iter().any(|&(closer, other)| {
                square(closer) + square(self.leg(problem, other as u32, node as u32)) < square(cost)
            });
            if !hidden {
                pool[open..=at].rotate_right(1);
                open += 1;
            }
            at += 1;
        }
        pool.truncate(self.width);
        order::sort(pool);
    }

    fn near(&self, node: u32) -> &[(i64, u32)] {
        &self.near[node as usize * self.width..][..self.width]
    }

    /// The cost of a leg between two nodes, the same both ways.
    #[inline]
    fn leg(&self, problem: &Prepared, a: u32, b: u32) -> i64 {
        if self.end.is_some() && a.min(b) == self.start && a != b {
            return -NEVER;
        }
        match self.costs.get(a as usize * self.place.len() + b as usize) {
            Some(&cost) => i64::from(cost),
            None => self.reckon(problem, a, b),
        }
    }

    fn reckon(&self, problem: &Prepared, a: u32, b: u32) -> i64 {
        let leg = problem.table.out(self.place[a as usize], self.place[b as usize]);
        self.per_metre * i64::from(leg.dist) + self.per_second * i64::from(leg.dur)
    }

    /// The cost of all legs, from scratch.
    fn measure(&self, problem: &Prepared) -> i64 {
        let nodes = self.ring.nodes();
        let legs = nodes.windows(2).map(|pair| self.leg(problem, pair[0], pair[1]));
        legs.sum::<i64>() + self.leg(problem, nodes[nodes.len() - 1], nodes[0])
    }

    /// The stops of a ring of this tour's nodes, from the vehicle's start to its end.
    fn stops(&self, nodes: &[u32]) -> Vec<usize> {
        let is_stop = |node: &u32| *node < self.start;
        let start = nodes.iter().position(|&node| node == self.start).unwrap_or(0);
        let round = nodes[start..].iter().chain(&nodes[..start]).copied().filter(is_stop);
        let mut stops: Vec<usize> = round.map(|node| self.stop[node as usize] as usize).collect();
        if self.end == Some(nodes[(start + 1) % nodes.len()]) {
            stops.reverse();
        }
        stops
    }

    /// Metres and seconds of the way along a ring of this tour's nodes, service included.
    fn way(&self, problem: &Prepared, nodes: &[u32]) -> (i64, i64) {
        let (mut metres, mut seconds) = (0, 0);
        for (at, &node) in nodes.iter().enumerate() {
            let next = nodes[if at + 1 == nodes.len() { 0 } else { at + 1 }];
            if self.end.is_none() || node.min(next) != self.start {
                let leg = problem.table.out(self.place[node as usize], self.place[next as usize]);
                metres += i64::from(leg.dist);
                seconds += i64::from(leg.dur);
            }
            if let Some(&stop) = self.stop.get(node as usize) {
                seconds += i64::from(problem.stops[stop as usize].service);
            }
        }
        (metres, seconds)
    }

    fn enqueue(&mut self, node: u32) {
        if !std::mem::replace(&mut self.queued[node as usize], true) {
            self.queue.push(node);
        }
    }

    /// Turns round the piece from `first` forwards to `last`.
    fn turn(&mut self, first: u32, last: u32) {
        let turn = self.ring.turn(first, last);
        self.log.push(turn);
    }

    /// Takes back all turns of the log.
    fn take_back(&mut self) {
        while let Some(turn) = self.log.pop() {
            self.ring.turn_again(turn);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::Rng;
    use crate::{Params, Problem, RoutePlan, Solver, Vehicle, evaluate, fixture};

    /// One route over 8 and more stops, by turns there and back, from here to there, and open at either end.
    fn routes() -> impl Iterator<Item = Problem> {
        (0..40).map(|seed| {
            let mut problem = fixture::city(8 + seed as usize * 3, seed, false);
            problem.vehicles = vec![match seed % 4 {
                0 => Vehicle::based_at(0),
                1 => Vehicle::between(Some(0), Some(1)),
                2 => Vehicle::between(Some(0), None),
                _ => Vehicle::between(None, None),
            }];
            problem
        })
    }

    #[test]
    fn every_move_changes_the_cost_by_what_it_says_and_can_be_taken_back() {
        for problem in routes() {
            let prepared = Prepared::new(&problem);
            let stops: Vec<u32> = (0..prepared.jobs as u32).collect();
            let mut tour = Founding::whole(&prepared, &stops);
            let mut rng = Rng::new(1);
            for _ in 0..50 {
                let before = (tour.ring.nodes().to_vec(), tour.cost);
                tour.kick(&prepared, &mut rng);
                assert_eq!(tour.cost, tour.measure(&prepared));
                while let Some(node) = tour.queue.pop() {
                    tour.queued[node as usize] = false;
                    while tour.exchange(&prepared, node) {
                        assert_eq!(tour.cost, tour.measure(&prepared), "{:?}", tour.ring.nodes());
                    }
                }
                if rng.one_in(3) {
                    tour.take_back();
                    tour.cost = before.1;
                    assert_eq!(tour.ring.nodes(), before.0);
                }
                tour.log.clear();
            }
            let mut order = tour.stops(tour.ring.nodes());
            order.sort_unstable();
            assert!(order.iter().copied().eq(0..prepared.jobs));
        }
    }

    #[test]
    fn the_sums_are_those_of_the_route_it_gives() {
        for problem in routes() {
            let mut solver = Solver::new(&problem, Params::iterations(300, 1)).unwrap();
            let progress = loop {
                let progress = solver.step(50);
                if progress.done {
                    break progress;
                }
            };
            let scratch = evaluate(&problem, &solver.best().plans());
            assert_eq!(scratch.violations, []);
            assert_eq!(scratch.missing.len(), 0);
            let told = (progress.cost, progress.distance, progress.duration);
            assert_eq!(told, (scratch.cost, scratch.distance, scratch.duration));
        }
    }

    #[test]
    fn a_tour_shorter_in_metres_is_not_taken_where_it_exceeds_the_working_time() {
        // Neighbours on the street are near in metres and an hour apart; every other pair takes a minute.
        let apart = |at: i32| (at / 12 - at % 12).abs();
        let metres: Vec<i32> = (0..144).map(|at| apart(at) * 100).collect();
        let seconds = (0..144).map(|at| [0, 3_600, 60][apart(at).min(2) as usize]).collect();
        let mut problem = Problem::new(crate::Travel::matrix(12, seconds, metres))
            .with_objective(crate::Objective::Shortest)
            .with_vehicle(Vehicle::between(None, None).with_max_duration(1_000));
        problem.stops = (0..12).map(crate::Job::at).collect();
        let quick = RoutePlan { vehicle: 0, stops: vec![0, 2, 4, 6, 8, 10, 1, 3, 5, 7, 9, 11] };
        let mut solver = Solver::new(&problem, Params::iterations(2_000, 1)).unwrap();
        solver.start_from(std::slice::from_ref(&quick));
        while !solver.step(100).done {}
        let best = solver.best();
        assert!(best.unserved.is_empty() && best.duration <= 1_000, "{best:?}");
        assert!(best.distance <= evaluate(&problem, &[quick]).distance);
    }
}
