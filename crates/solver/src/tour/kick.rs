//! The search on a tour: kick a short stretch of it, mend it by local search, keep it if it is hardly worse.
//!
//! A kick changes four legs that lie close together on the tour, in a way that no move of the local search takes back
//! at once. It and what follows stay within a few dozen nodes, so that an iteration takes as long on ten thousand
//! stops as on a hundred.

use super::family::Family;
use super::ring::Ring;
use super::{NEVER, Tour};
use crate::anneal::Anneal;
use crate::plan::Plan;
use crate::prepared::Prepared;
use crate::rng::Rng;

/// The longest of the three pieces whose order a kick turns round.
const PIECE: u32 = 50;
/// Fewer nodes than this have no three pieces to speak of.
pub(super) const FEWEST: usize = 8;
/// The first and last temperature, in thousandths of the mean leg.
const HOT: i64 = 100;
const COLD: i64 = 3;

/// A tour, the best one so far, and what the search needs in between.
#[derive(Debug)]
pub(crate) struct TourSearch {
    tour: Tour,
    anneal: Anneal,
    best: Vec<u32>,
    best_cost: i64,
    /// The longest way in metres and the longest working time in seconds, where the vehicle has such limits.
    limits: Option<(i64, i64)>,
    /// Tours that are crossed, as long as there is anything to be had from that.
    family: Option<Box<Family>>,
}

impl TourSearch {
    /// Begins with a tour that no single move improves, and the one that it was made from.
    pub(super) fn new(
        problem: &Prepared,
        tour: Tour,
        given: &(Ring, i64),
        limits: Option<(i64, i64)>,
    ) -> Self {
        let mean = tour.way_cost() / tour.place.len() as i64;
        let anneal = Anneal::new(mean * HOT / 1_000, mean * COLD / 1_000);
        let (best, best_cost) = (given.0.nodes().to_vec(), given.1);
        let family = Some(Box::new(Family::new(&tour)));
        let mut search = Self { best, best_cost, anneal, tour, limits, family };
        search.remember(problem);
        search
    }

    /// Goes on from another plan of the same stops if it is better than the best tour; whether it is.
    pub(crate) fn adopt(&mut self, problem: &Prepared, plan: &Plan) -> bool {
        let before = (self.tour.ring.clone(), self.tour.cost);
        self.tour.lay(problem, &order(problem, plan));
        let better = self.remember(problem);
        if !better {
            (self.tour.ring, self.tour.cost) = before;
        } else if let Some(family) = &mut self.family {
            family.welcome(&self.tour);
        }
        better
    }

    /// Goes back to the best tour. Another family begins with it if the last one has come to an end, unless that may have
    /// been a tour beyond the vehicle's limits.
    fn begin_again(&mut self) {
        self.tour.ring.copy(&self.best);
        self.tour.cost = self.best_cost;
        match &mut self.family {
            Some(family) if family.is_whole() && self.limits.is_none() => family.begin_again(&self.tour),
            _ => self.family = None,
        }
    }

    /// Crosses some tours, or kicks and mends one; whether that gave a new best tour.
    #[inline(never)]
    pub(crate) fn iterate(&mut self, problem: &Prepared, spent: u32, rng: &mut Rng) -> bool {
        if let Some(family) = &mut self.family {
            let Some(is_new) = family.turn((problem, &mut self.tour), spent, rng) else {
                self.begin_again();
                return false;
            };
            return is_new && self.remember(problem);
        }
        let tour = &mut self.tour;
        let before = tour.cost;
        if !tour.kick(problem, rng) {
            return false;
        }
        tour.improve(problem, usize::MAX);
        if tour.cost - before > self.anneal.tolerance(spent, rng) {
            tour.take_back();
            tour.cost = before;
            return false;
        }
        tour.log.clear();
        self.remember(problem)
    }

    /// Keeps the tour if it is better than the best and within the vehicle's limits; whether it is.
    fn remember(&mut self, problem: &Prepared) -> bool {
        let nodes = self.tour.ring.nodes();
        if self.tour.cost >= self.best_cost {
            return false;
        }
        if let Some((most_metres, most_seconds)) = self.limits {
            let (metres, seconds) = self.tour.way(problem, nodes);
            if metres > most_metres || seconds > most_seconds {
                return false;
            }
        }
        self.best_cost = self.tour.cost;
        self.best.copy_from_slice(nodes);
        true
    }

    /// The stops of the best tour in visiting order.
    pub(crate) fn stops(&self) -> Vec<usize> {
        self.tour.stops(&self.best)
    }

    /// Cost, metres and seconds of the best tour, and that it leaves no stop out.
    pub(crate) fn sums(&self, problem: &Prepared) -> (i64, i64, i64, usize) {
        let van = &problem.vans[0];
        let (metres, seconds) = self.tour.way(problem, &self.best);
        (van.fixed + van.per_metre * metres + van.per_second * seconds, metres, seconds, 0)
    }
}

/// The stops of the first vehicle in visiting order.
pub(super) fn order(problem: &Prepared, plan: &Plan) -> Vec<u32> {
    let follow = |&at: &u32| Some(plan.node(at).next);
    std::iter::successors(Some(plan.node(problem.start(0)).next), follow)
        .take_while(|&node| problem.is_job(node))
        .collect()
}

impl Tour {
    /// The cost of the legs that are driven.
    fn way_cost(&self) -> i64 {
        self.cost + if self.end.is_some() { NEVER } else { 0 }
    }

    /// Puts three neighbouring pieces of random length into the opposite order, each as it is: the double bridge of
    /// Martin, Otto and Felten (1991). `false` when the leg between start and end would go.
    pub(super) fn kick(&mut self, problem: &Prepared, rng: &mut Rng) -> bool {
        let all = self.place.len() as u32;
        let longest = PIECE.min(all / 3 - 1);
        // before [a … b] [c … d] [e … f] behind becomes before [e … f] [c … d] [a … b] behind.
        let before = rng.below(all);
        let mut ends = [(0, 0); 3];
        let mut last = before;
        for piece in &mut ends {
            let first = self.ring.next(last);
            last = self.ring.ahead(first, rng.below(longest));
            *piece = (first, last);
        }
        let [(a, b), (c, d), (e, f)] = ends;
        let behind = self.ring.next(f);
        let gone = [(before, a), (b, c), (d, e), (f, behind)].map(|(from, to)| self.leg(problem, from, to));
        if gone.iter().any(|&leg| leg < 0) {
            return false;
        }
        let new = [(before, e), (f, c), (d, a), (b, behind)].map(|(from, to)| self.leg(problem, from, to));
        self.cost += new.iter().sum::<i64>() - gone.iter().sum::<i64>();
        self.turn_round(before, (a, f));
        self.turn_round(before, (f, e));
        self.turn_round(f, (d, c));
        self.turn_round(d, (b, a));
        for node in [before, a, b, c, d, e, f, behind] {
            self.enqueue(node);
        }
        true
    }
}
