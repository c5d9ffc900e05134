//! Several searches on one problem, side by side: which has the best plan, and whose plan each should learn from.
//!
//! Each island is a worker with a seed of its own, so no memory is shared and no special headers are needed. Apart
//! from the workers so that it can be tested without a browser.

use milkrun_solver::{Exchange, Problem, RoutePlan, Solution};

/// What makes one plan better than another: the stops it leaves out by their weight, then its cost.
type Rank = (u64, i64);

/// More than this gains little, and every island holds its own copy of the problem.
const MOST: usize = 4;
/// A search over so few stops finds the best plan at once.
const FEW_STOPS: usize = 12;

/// How many islands to search on, on a machine with so many processors. Two find more than one, so both of two are
/// used; of more one is left for the page.
pub(super) fn count(processors: f64, problem: &Problem) -> usize {
    if problem.stops.len() <= FEW_STOPS {
        1
    } else {
        (processors as usize).clamp(1, 2.max((processors as usize).saturating_sub(1))).min(MOST)
    }
}

#[derive(Default)]
struct Island {
    /// The best plan it has told of.
    plans: Vec<RoutePlan>,
    exchange: Exchange,
    over: bool,
}

/// Where the islands of one search stand.
#[derive(Default)]
pub(super) struct Islands {
    /// What leaving out each stop weighs.
    weights: Vec<u64>,
    islands: Vec<Island>,
    best: Option<(Rank, Solution)>,
    /// Whether the plan is shared out between them, so that they learn from each other by that.
    shared_out: bool,
}

impl Islands {
    /// `count` islands that have not found anything yet.
    pub(super) fn new(count: usize, problem: &Problem) -> Self {
        Self {
            weights: problem.stops.iter().map(|stop| 1 + u64::from(stop.priority)).collect(),
            islands: (0..count).map(|_| Island::default()).collect(),
            best: None,
            shared_out: false,
        }
    }

    /// Takes note of an island's plan; gives it back if it is the best of all.
    pub(super) fn found(&mut self, number: usize, solution: Solution) -> Option<&Solution> {
        let weight = |stop: usize| self.weights.get(stop).copied().unwrap_or(1);
        let rank = (solution.unserved.iter().map(|unserved| weight(unserved.job)).sum(), solution.cost);
        if let Some(island) = self.islands.get_mut(number) {
            island.plans = solution.plans();
        }
        if self.best.as_ref().is_some_and(|(best, _)| *best <= rank) {
            return None;
        }
        self.best = Some((rank, solution));
        self.best()
    }

    /// The best plan of all islands.
    pub(super) fn best(&self) -> Option<&Solution> {
        self.best.as_ref().map(|(_, solution)| solution)
    }

    /// Takes note that an island has told its part; all others are to hear it.
    pub(super) fn share(&mut self, number: usize) -> impl Iterator<Item = usize> + use<> {
        self.shared_out = true;
        (0..self.islands.len()).filter(move |&other| other != number)
    }

    /// The plan of another island that one should learn from now that it has spent this much of its time.
    pub(super) fn lesson_for(&mut self, number: usize, fraction: f64) -> Option<Vec<RoutePlan>> {
        let count = self.islands.len();
        let partner = self.islands.get_mut(number)?.exchange.partner(fraction, number, count)?;
        let plans = &self.islands[partner].plans;
        (!plans.is_empty() && !self.shared_out).then(|| plans.clone())
    }

    /// Takes note that an island has ended; whether it is the first, and whether it was the last.
    pub(super) fn end(&mut self, number: usize) -> (bool, bool) {
        let first = self.islands.iter().all(|island| !island.over);
        if let Some(island) = self.islands.get_mut(number) {
            island.over = true;
        }
        (first, self.islands.iter().all(|island| island.over))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use milkrun_solver::{Job, Params, Solver, Travel, Vehicle};

    fn problem() -> Problem {
        let cells: Vec<i32> = (0_i32..25).map(|at| (at / 5 - at % 5).abs() * 600).collect();
        let mut problem =
            Problem::new(Travel::matrix(5, cells.clone(), cells)).with_vehicle(Vehicle::based_at(0));
        problem.stops = (0..5).map(Job::at).collect();
        problem
    }

    /// A real plan, made dearer by `more`.
    fn plan(more: i64) -> Solution {
        let mut solver = Solver::new(&problem(), Params::iterations(50, 1)).unwrap();
        while !solver.step(50).done {}
        let mut solution = solver.best().clone();
        solution.cost += more;
        solution
    }

    #[test]
    fn there_are_as_many_islands_as_the_machine_bears() {
        let mut large = problem();
        large.stops = vec![Job::at(0); 50];
        let check = |processors, expected| assert_eq!(count(processors, &large), expected, "{processors}");
        check(0.0, 1);
        check(1.0, 1);
        check(2.0, 2);
        check(3.0, 2);
        check(4.0, 3);
        check(64.0, MOST);
        assert_eq!(count(64.0, &problem()), 1);
    }

    #[test]
    fn only_the_best_plan_is_shown_and_each_learns_from_the_others() {
        let mut islands = Islands::new(2, &problem());
        assert!(islands.lesson_for(0, 0.5).is_none(), "nobody has a plan");
        assert!(islands.found(0, plan(10)).is_some());
        assert!(islands.found(1, plan(20)).is_none());
        assert_eq!(islands.lesson_for(0, 0.9), Some(plan(20).plans()));
        assert_eq!(islands.lesson_for(1, 0.9), Some(plan(10).plans()));
        assert!(islands.lesson_for(1, 0.91).is_none(), "once is enough");
        assert!(islands.found(1, plan(5)).is_some());
        assert_eq!(islands.share(1).collect::<Vec<_>>(), [0]);
        assert!(islands.lesson_for(0, 1.0).is_none(), "it learns by the parts");
        assert_eq!(islands.best().unwrap().cost, plan(5).cost);
        assert!(Islands::new(1, &problem()).lesson_for(0, 0.9).is_none(), "there is no other");
    }

    #[test]
    fn a_stop_served_is_worth_more_than_any_saving() {
        let mut islands = Islands::new(2, &problem());
        islands.found(0, plan(1_000_000));
        let mut short = Problem::new(problem().travel).with_vehicle(Vehicle::based_at(0).with_max_stops(4));
        short.stops = problem().stops;
        let mut solver = Solver::new(&short, Params::iterations(50, 1)).unwrap();
        while !solver.step(50).done {}
        assert_eq!(solver.best().unserved.len(), 1);
        assert!(islands.found(1, solver.best().clone()).is_none());
    }

    #[test]
    fn the_first_and_the_last_to_end_are_told() {
        let mut islands = Islands::new(3, &problem());
        assert_eq!(islands.end(1), (true, false));
        assert_eq!(islands.end(0), (false, false));
        assert_eq!(islands.end(2), (false, true));
    }
}
