//! From a plan with one route to a search on its tour, in pieces of bounded work: what legs cost, which nodes are near
//! which, and a first go over all nodes, after which no single move helps.

use super::kick::{FEWEST, TourSearch, order};
use super::ring::Ring;
use super::{LAID_OUT, NEAR, Tour};
use crate::TimeWindow;
use crate::order::Key;
use crate::plan::Plan;
use crate::prepared::Prepared;

/// How often a node is looked at in a piece of work.
const LOOKS: usize = 4;

/// A tour in the making.
#[derive(Debug)]
pub(crate) struct Founding {
    tour: Tour,
    /// The longest way in metres and the longest working time in seconds, where the vehicle has such limits.
    limits: Option<(i64, i64)>,
    /// The node of each stop of the problem.
    node_of: Vec<u32>,
    /// The tour as it was given, once it is being improved, and what it cost.
    given: Option<(Ring, i64)>,
    /// Whether legs are (still) being laid out.
    laid_out: bool,
    pool: Vec<Key>,
}

impl Founding {
    /// Begins with the one route of a plan, if it has only one that may go to all stops in any order.
    pub(crate) fn new(problem: &Prepared, plan: &Plan) -> Option<Self> {
        let [van] = problem.vans[..] else { return None };
        if problem.driven
            || problem.windowed
            || problem.mixed
            || !problem.table.is_symmetric()
            || problem.jobs + 1 < FEWEST
        {
            return None;
        }
        let limited = van.span < TimeWindow::HORIZON || van.reach < i32::MAX;
        let limits = limited.then(|| (i64::from(van.reach), i64::from(van.span)));
        Some(Self::of(problem, &order(problem, plan), limits))
    }

    fn of(problem: &Prepared, stops: &[u32], limits: Option<(i64, i64)>) -> Self {
        let mut tour = Tour::blank(problem, 0, stops);
        let all = tour.place.len();
        tour.width = NEAR.min(all - 1);
        tour.near.reserve_exact(all * tour.width);
        let laid_out = all <= LAID_OUT;
        if laid_out {
            tour.costs.reserve_exact(all * all);
        }
        let node_of = tour.node_of(problem);
        Self { tour, limits, node_of, given: None, laid_out, pool: Vec::new() }
    }

    /// Does the next piece; `false` when there is none left.
    pub(crate) fn step(&mut self, problem: &Prepared) -> bool {
        let all = self.tour.place.len();
        if self.laid_out && self.tour.costs.len() < all * all {
            self.lay_out(problem);
        } else if self.tour.near.len() < all * self.tour.width {
            self.find_near(problem);
        } else if self.given.is_none() {
            let tour = &mut self.tour;
            tour.cost = tour.measure(problem);
            self.given = Some((tour.ring.clone(), tour.cost));
            for at in (0..all).rev() {
                tour.enqueue(tour.ring.nodes()[at]);
            }
        } else {
            self.tour.improve(problem, LOOKS);
            self.tour.log.clear();
            return !self.tour.queue.is_empty();
        }
        true
    }

    /// The search, when all is done.
    pub(crate) fn finish(self, problem: &Prepared) -> TourSearch {
        let given = self.given.unwrap_or_else(|| (self.tour.ring.clone(), self.tour.cost));
        TourSearch::new(problem, self.tour, &given, self.limits)
    }

    /// Lays out what the legs from one more node cost, if all of them are cheap enough. In the order of the first tour the
    /// cells that a move looks at lie close together, and half as wide as those of the problem's table twice as many are
    /// at hand.
    fn lay_out(&mut self, problem: &Prepared) {
        let tour = &mut self.tour;
        let all = tour.place.len();
        let from = (tour.costs.len() / all) as u32;
        for to in 0..all as u32 {
            match i32::try_from(tour.reckon(problem, from, to)) {
                Ok(cost) => tour.costs.push(cost),
                Err(_) => {
                    tour.costs = Vec::new();
                    self.laid_out = false;
                    return;
                }
            }
        }
    }

    /// Finds the nearest nodes of one more, from the problem's lists where they reach.
    fn find_near(&mut self, problem: &Prepared) {
        let Self { tour, node_of, pool, .. } = self;
        let all = tour.place.len() as u32;
        let node = (tour.near.len() / tour.width) as u32;
        pool.clear();
        let ends = tour.start..all;
        let mut offer = |other: u32| {
            if other != node && other != u32::MAX {
                pool.push((tour.leg(problem, node, other), u64::from(other)));
            }
        };
        if let Some(&stop) = tour.stop.get(node as usize) {
            problem.near.around(stop).iter().for_each(|&other| offer(node_of[other as usize]));
            ends.for_each(&mut offer);
        }
        if pool.len() < tour.width {
            pool.clear();
            pool.extend(
                (0..all)
                    .filter(|&other| other != node)
                    .map(|other| (tour.leg(problem, node, other), u64::from(other))),
            );
        }
        tour.pick(problem, pool);
        tour.near.extend(pool.iter().map(|&(cost, node)| (cost, node as u32)));
    }

    /// A tour with all that its moves need, in the order given.
    #[cfg(test)]
    pub(super) fn whole(problem: &Prepared, stops: &[u32]) -> Tour {
        let mut founding = Self::of(problem, stops, None);
        while founding.given.is_none() {
            founding.step(problem);
        }
        let mut tour = founding.tour;
        tour.queue.clear();
        tour.queued.fill(false);
        tour
    }
}
