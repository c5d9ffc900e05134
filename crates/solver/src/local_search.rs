//! Straightens the routes of a fresh plan: 2-opt and Or-opt within a route, until nothing helps.
//!
//! Insertion and savings leave crossings, and on a long route the search by ruin takes its time to come by each of
//! them. Only for routes whose order costs nothing but the way: with windows, with load that comes aboard on the way, or where the way back is another than
//! the way there, the search itself does better.

use crate::plan::Plan;
use crate::prepared::Prepared;

/// Rounds over a route; each starts only if the one before has found something.
const ROUNDS: usize = 50;
/// The longest piece that Or-opt moves.
const PIECE: usize = 3;

/// Straightens all routes of a plan, some stops at a time.
#[derive(Debug)]
pub(crate) struct Straightening {
    route: u32,
    line: Line,
    /// The next stop of the route that is looked at, in which round, and whether anything helped in this one and before.
    at: usize,
    round: usize,
    helped: bool,
    improved: bool,
}

/// How many stops are looked at in a piece of work.
const LOOKS: usize = 4;

impl Straightening {
    pub(crate) fn new(problem: &Prepared, plan: &Plan) -> Self {
        let off = problem.driven || problem.windowed || problem.mixed || !problem.table.is_symmetric();
        let position = vec![0; problem.place.len()];
        let line = match off || problem.vans.is_empty() {
            true => Line { route: problem.vans.len() as u32, nodes: Vec::new(), position },
            false => Line::new(problem, plan, 0, position),
        };
        let route = line.route;
        Self { route, line, at: 1, round: 0, helped: false, improved: false }
    }

    /// Looks at some more stops; `false` when no route is left.
    pub(crate) fn step(&mut self, problem: &Prepared, plan: &mut Plan) -> bool {
        if self.route as usize >= problem.vans.len() {
            return false;
        }
        let last = self.line.nodes.len() - 1;
        if last < 4 {
            self.next_route(problem, plan);
            return true;
        }
        let to = last.min(self.at + LOOKS);
        for at in self.at..to {
            let job = self.line.nodes[at];
            while self.line.improve(problem, job) {
                self.helped = true;
            }
        }
        self.at = to;
        if to < last {
            return true;
        }
        self.improved |= self.helped;
        self.round += 1;
        self.at = 1;
        if !std::mem::replace(&mut self.helped, false) || self.round == ROUNDS {
            self.next_route(problem, plan);
        }
        true
    }

    /// Puts the route in its new order and turns to the next.
    fn next_route(&mut self, problem: &Prepared, plan: &mut Plan) {
        let route = self.route;
        if self.improved {
            let before = reorder(problem, plan, route, &self.line.nodes);
            // The shorter way may be the slower one, and too slow.
            if !plan.refresh(problem, route) {
                reorder(problem, plan, route, &before);
                plan.refresh(problem, route);
            }
        }
        let position = std::mem::take(&mut self.line.position);
        self.route += 1;
        if (self.route as usize) < problem.vans.len() {
            self.line = Line::new(problem, plan, self.route, position);
        }
        (self.at, self.round, self.helped, self.improved) = (1, 0, false, false);
    }
}

/// Puts the stops of a route in another order (start and end of the vehicle included); gives the one before.
fn reorder(problem: &Prepared, plan: &mut Plan, route: u32, order: &[u32]) -> Vec<u32> {
    let follow = |&at: &u32| (at != problem.end(route)).then(|| plan.node(at).next);
    let before: Vec<u32> = std::iter::successors(Some(problem.start(route)), follow).collect();
    let stops = 1..order.len() - 1;
    for &job in &before[stops.clone()] {
        plan.unlink(problem, job);
    }
    for &job in &order[stops] {
        plan.link(problem, job, plan.node(problem.end(route)).prev);
    }
    before
}

/// A route as an array, from the vehicle's start to its end.
#[derive(Debug)]
struct Line {
    route: u32,
    nodes: Vec<u32>,
    /// Where each node is on this line; of nodes elsewhere, anything.
    position: Vec<u32>,
}

impl Line {
    fn new(problem: &Prepared, plan: &Plan, route: u32, position: Vec<u32>) -> Self {
        let follow = |&at: &u32| (at != problem.end(route)).then(|| plan.node(at).next);
        let nodes: Vec<u32> = std::iter::successors(Some(problem.start(route)), follow).collect();
        let mut line = Self { route, nodes, position };
        line.renumber(0, line.nodes.len());
        line
    }

    fn renumber(&mut self, from: usize, to: usize) {
        for at in from..to {
            self.position[self.nodes[at] as usize] = at as u32;
        }
    }

    fn cost(&self, problem: &Prepared, a: u32, b: u32) -> i64 {
        let van = &problem.vans[self.route as usize];
        let leg = problem.table.out(problem.place[a as usize], problem.place[b as usize]);
        van.per_metre * i64::from(leg.dist) + van.per_second * i64::from(leg.dur)
    }

    /// Makes the first move that helps among those that put the stop next to one of its neighbours.
    fn improve(&mut self, problem: &Prepared, job: u32) -> bool {
        for &near in problem.near.around(job).iter().take(10) {
            let (i, j) = (self.position[job as usize] as usize, self.position[near as usize] as usize);
            if self.nodes.get(j) == Some(&near) && (self.uncross(problem, i, j) || self.carry(problem, i, j))
            {
                return true;
            }
        }
        false
    }

    /// 2-opt: makes the nodes at `i` and `j` neighbours by turning round what lies between them.
    fn uncross(&mut self, problem: &Prepared, i: usize, j: usize) -> bool {
        let (low, high) = (i.min(j), i.max(j));
        // Either both keep what is before them, or both what is behind.
        for (from, to) in [(low + 1, high), (low, high - 1)] {
            if from >= to {
                continue;
            }
            let (before, first, last, after) =
                (self.nodes[from - 1], self.nodes[from], self.nodes[to], self.nodes[to + 1]);
            let gain = self.cost(problem, before, first) + self.cost(problem, last, after)
                - self.cost(problem, before, last)
                - self.cost(problem, first, after);
            if gain > 0 {
                self.nodes[from..=to].reverse();
                self.renumber(from, to + 1);
                return true;
            }
        }
        false
    }

    /// Or-opt: moves a piece that begins or ends at `i` to beside `j`, turned round or not.
    fn carry(&mut self, problem: &Prepared, i: usize, j: usize) -> bool {
        let last_job = self.nodes.len() - 2;
        for length in 1..=PIECE {
            for from in [i, (i + 1).saturating_sub(length)] {
                let to = from + length - 1;
                if from == 0 || to > last_job || (from..=to).contains(&j) {
                    continue;
                }
                let (before, after) = (self.nodes[from - 1], self.nodes[to + 1]);
                let (head, tail) = (self.nodes[from], self.nodes[to]);
                let saved = self.cost(problem, before, head) + self.cost(problem, tail, after)
                    - self.cost(problem, before, after);
                for gap in [j, j - 1] {
                    // The piece goes between the nodes at `gap` and `gap + 1`, which must not be its own ends.
                    if gap + 1 == from || (from..=to).contains(&gap) {
                        continue;
                    }
                    let (left, right) = (self.nodes[gap], self.nodes[gap + 1]);
                    let open = self.cost(problem, left, right);
                    let straight = self.cost(problem, left, head) + self.cost(problem, tail, right) - open;
                    let turned = self.cost(problem, left, tail) + self.cost(problem, head, right) - open;
                    if straight.min(turned) < saved {
                        if turned < straight {
                            self.nodes[from..=to].reverse();
                        }
                        if gap > to {
                            self.nodes[from..=gap].rotate_left(length);
                            self.renumber(from, gap + 1);
                        } else {
                            self.nodes[gap + 1..=to].rotate_right(length);
                            self.renumber(gap + 1, to + 1);
                        }
                        return true;
                    }
                }
            }
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recreate::Recreate;
    use crate::{Job, Objective, Params, Problem, RoutePlan, Solver, Travel, Vehicle, evaluate};

    fn straighten(problem: &Prepared, plan: &mut Plan) {
        let mut straightening = Straightening::new(problem, plan);
        while straightening.step(problem, plan) {}
    }

    /// Straightens one route over places on a street, a minute and 100 metres apart, and compares its length.
    #[track_caller]
    fn check(order: &[usize], vehicle: Vehicle, expected: i32) {
        let size = order.len() + 1;
        let cells: Vec<i32> =
            (0..size * size).map(|at| (at / size).abs_diff(at % size) as i32 * 100).collect();
        let mut problem = Problem::new(Travel::matrix(size, cells.clone(), cells)).with_vehicle(vehicle);
        problem.objective = Objective::Shortest;
        problem.stops = (1..size).map(Job::at).collect();
        let prepared = Prepared::new(&problem);
        let mut plan = Plan::new(&prepared);
        Recreate::adopt(&prepared, &mut plan, 0, order);
        straighten(&prepared, &mut plan);
        assert_eq!((plan.routes[0].dist, plan.routes[0].count as usize), (expected, order.len()));
    }

    #[test]
    fn a_tangled_route_becomes_straight() {
        let there_and_back = Vehicle::based_at(0);
        check(&[2, 0, 4, 1, 3], there_and_back.clone(), 1_000);
        check(&[0, 3, 2, 1, 4, 5, 6, 7], there_and_back, 1_600);
        check(&[3, 1, 0, 2, 5, 4], Vehicle::between(Some(0), None), 600);
        check(&[3, 1, 0, 2, 5, 4], Vehicle::between(None, None), 500);
    }

    #[test]
    fn a_shorter_way_that_takes_too_long_is_not_taken() {
        // Along the street the metres are the least, but each step takes an hour; criss-cross is quick.
        let metres: Vec<i32> = (0..25).map(|at: i32| (at / 5 - at % 5).abs() * 100).collect();
        let seconds =
            (0..25).map(|at: i32| [0, 3_600, 60, 60, 60][(at / 5 - at % 5).unsigned_abs() as usize]);
        let mut problem = Problem::new(Travel::matrix(5, seconds.collect(), metres))
            .with_vehicle(Vehicle::between(None, None).with_max_duration(600));
        problem.objective = Objective::Shortest;
        problem.stops = (0..5).map(Job::at).collect();
        let prepared = Prepared::new(&problem);
        let mut plan = Plan::new(&prepared);
        Recreate::adopt(&prepared, &mut plan, 0, &[1, 3, 0, 2, 4]);
        straighten(&prepared, &mut plan);
        let sums = plan.routes[0];
        assert_eq!((sums.count, sums.dist, sums.dur), (5, 900, 240));
    }

    #[test]
    fn a_city_of_one_route_is_no_longer_after_than_before() {
        let mut problem = crate::fixture::city(200, 9, false);
        problem.vehicles = vec![Vehicle::based_at(0)];
        let prepared = Prepared::new(&problem);
        let mut plan = Plan::new(&prepared);
        let order: Vec<usize> = (0..200).collect();
        Recreate::adopt(&prepared, &mut plan, 0, &order);
        let before = plan.cost;
        straighten(&prepared, &mut plan);
        assert!(plan.cost < before / 3, "{before} to {}", plan.cost);
        let mut solver = Solver::new(&problem, Params::iterations(1, 1)).unwrap();
        solver.start_from(&[RoutePlan { vehicle: 0, stops: order }]);
        while !solver.step(10).done {}
        assert_eq!(evaluate(&problem, &solver.best().plans()).violations, []);
        assert!(solver.best().cost <= plan.cost);
    }
}
