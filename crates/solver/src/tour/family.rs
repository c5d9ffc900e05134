//! Many tours of the same stops that take legs over from each other: edge assembly crossover (Nagata and Kobayashi, 2013).
//!
//! A single search ends some tenths of a percent above the shortest tour, and three times the time hardly brings it closer.
//! Yet of many tours that no single move improves each has most legs of the shortest one, and not all the same ones. Each
//! gets what it has wrong from its fellows, until all are the same.

use super::Tour;
use super::assembly::Assembly;
use super::cycles::Cycles;
use crate::anneal::ALL;
use crate::prepared::Prepared;
use crate::rng::Rng;

/// How much of the rest of the budget goes into the first tours, in percent.
const FOUNDING: usize = 33;
/// How much of the whole budget shows how many there will be by then.
const MEASURED: u32 = 4_000;
/// The fewest tours that are worth it, the most that there are, and how many nodes they have together: 8 MB.
const FEWEST: usize = 16;
const MOST: usize = 300;
const NODES: usize = 1_000_000;
/// How often a first tour is kicked in an iteration, how often a node of it is looked at, or how many cycles of two tours are
/// tried. All that takes about as long as a kick with what mends it: how many iterations fit into a slice is judged by the
/// last ones.
const KICKS: usize = 96;
const LOOKS: usize = 24;
const CHILDREN: usize = 3;

/// The most tours of such a length that there are.
fn most_of(tour: &Tour) -> usize {
    MOST.min(NODES / tour.place.len())
}

/// The tours, and which of them are being crossed.
#[derive(Debug)]
pub(super) struct Family {
    /// The tours by the neighbours of each node, one after the other, and what they cost.
    links: Vec<[u32; 2]>,
    costs: Vec<i64>,
    /// How many there are to be.
    size: usize,
    /// When the first tour was begun.
    begun: Option<u32>,
    /// The tour that all first ones are made from, and what it costs.
    origin: (Vec<u32>, i64),
    /// How often the next one is still to be kicked before it is mended.
    kicks: usize,
    /// The members in the order in which each is mother to the children of the next one, and which one's turn is next.
    order: Vec<u32>,
    at: usize,
    /// Whether any member has changed since the order was drawn.
    changed: bool,
    mother: usize,
    /// Where mother and father differ, and the first cycle that has not been tried.
    cycles: Cycles,
    next: usize,
    assembly: Assembly,
}

impl Family {
    /// Begins to make tours from one that no single move improves.
    pub(super) fn new(tour: &Tour) -> Self {
        let (all, size) = (tour.place.len(), most_of(tour));
        Self {
            links: Vec::with_capacity(size * all),
            costs: Vec::with_capacity(size),
            size,
            begun: None,
            origin: (tour.ring.nodes().to_vec(), tour.cost),
            kicks: 0,
            order: Vec::with_capacity(size),
            at: 0,
            changed: true,
            mother: 0,
            cycles: Cycles::new(all),
            next: 0,
            assembly: Assembly::new(all),
        }
    }

    /// Works on a first tour or makes a few children, in `tour`; whether it is another one now. None when no more is to
    /// be had.
    pub(super) fn turn(
        &mut self,
        (problem, tour): (&Prepared, &mut Tour),
        spent: u32,
        rng: &mut Rng,
    ) -> Option<bool> {
        if !self.is_whole() {
            return self.found((problem, tour), spent, rng);
        }
        if self.next == self.cycles.len() {
            self.pair(tour, spent, rng)?;
        }
        Some(self.cross(problem, tour))
    }

    /// Forgets all tours, to begin again with one that is better than those they were made from.
    pub(super) fn begin_again(&mut self, tour: &Tour) {
        self.links.clear();
        self.costs.clear();
        self.order.clear();
        self.origin.0.copy_from_slice(tour.ring.nodes());
        (self.origin.1, self.begun, self.at, self.changed) = (tour.cost, None, 0, true);
    }

    /// Whether all first tours have been made.
    pub(super) fn is_whole(&self) -> bool {
        !self.order.is_empty()
    }

    /// Takes a tour in that has been found elsewhere.
    pub(super) fn welcome(&mut self, tour: &Tour) {
        if let Some(&place) = self.order.get(self.at) {
            let all = tour.place.len();
            self.costs[place as usize] = tour.cost;
            let links = self.links[place as usize * all..].iter_mut();
            links.zip(tour.links()).for_each(|(old, new)| *old = new);
            self.next = self.cycles.len();
            self.changed = true;
        }
    }

    /// Changes the origin in many places at once, and mends that some nodes a turn.
    fn found(&mut self, (problem, tour): (&Prepared, &mut Tour), spent: u32, rng: &mut Rng) -> Option<bool> {
        let begun = *self.begun.get_or_insert(spent);
        if tour.queue.is_empty() {
            tour.ring.copy(&self.origin.0);
            tour.cost = self.origin.1;
            self.kicks = tour.place.len() / 2;
        }
        let kicks = self.kicks.min(KICKS);
        self.kicks -= kicks;
        for _ in 0..kicks {
            tour.kick(problem, rng);
        }
        if self.kicks == 0 {
            tour.improve(problem, LOOKS);
        }
        tour.log.clear();
        if !tour.queue.is_empty() {
            return Some(false);
        }
        self.links.extend(tour.links());
        self.costs.push(tour.cost);
        let (made, taken) = (self.costs.len(), spent.saturating_sub(begun));
        let time = ALL.saturating_sub(begun) as usize * FOUNDING / 100;
        let fit = time * made / taken.max(1) as usize;
        // The engine makes the code faster as it runs, so that each time more of them may fit.
        let least = if taken >= MEASURED { FEWEST } else { FEWEST / 2 };
        if fit < least {
            return None;
        }
        if taken >= MEASURED {
            self.size = fit.clamp(made, most_of(tour).max(made));
        }
        if made >= self.size {
            self.order.extend(0..made as u32);
        }
        Some(true)
    }

    /// Goes on to the next mother and father, unless none of them has changed since the order was drawn.
    fn pair(&mut self, tour: &mut Tour, spent: u32, rng: &mut Rng) -> Option<()> {
        if self.at == 0 {
            if !std::mem::take(&mut self.changed) {
                return None;
            }
            // From the middle of the budget on the dearest ones leave, so that the others come to an end in time.
            let most = self.size * 2 * (ALL.saturating_sub(spent) as usize) / ALL as usize;
            while self.order.len() > most.max(2) {
                let dearest = (0..self.order.len()).max_by_key(|&at| self.costs[self.order[at] as usize]);
                self.order.swap_remove(dearest?);
            }
            rng.shuffle(&mut self.order);
        }
        let mother = self.order[self.at] as usize;
        self.at = (self.at + 1) % self.order.len();
        let all = tour.place.len();
        let [one, other] = [mother, self.order[self.at] as usize].map(|at| &self.links[at * all..][..all]);
        self.cycles.find(one, other, rng);
        tour.lay_links(one, self.costs[mother]);
        (self.mother, self.next) = (mother, 0);
        Some(())
    }

    /// Tries some cycles on the mother, one after the other, and keeps each that pays; whether any does.
    fn cross(&mut self, problem: &Prepared, tour: &mut Tour) -> bool {
        let all = tour.place.len();
        let (links, cost) = (&mut self.links[self.mother * all..][..all], &mut self.costs[self.mother]);
        let before = *cost;
        let end = self.cycles.len().min(self.next + CHILDREN);
        for at in std::mem::replace(&mut self.next, end)..end {
            match self.assembly.assemble((problem, tour), links, self.cycles.cycle(at)) {
                Some(gain) if gain > 0 => {
                    *cost -= gain;
                    tour.lay_links(links, *cost);
                }
                _ => self.assembly.take_back(links),
            }
        }
        self.changed |= *cost < before;
        *cost < before
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tour::found::Founding;
    use crate::{Problem, Vehicle, fixture};

    fn city() -> Problem {
        let mut problem = fixture::city(150, 1, false);
        problem.vehicles = vec![Vehicle::based_at(0)];
        problem
    }

    #[test]
    fn a_family_ends_better_on_average_than_its_best_tour_began() {
        let problem = city();
        let prepared = Prepared::new(&problem);
        let mut tour = Founding::whole(&prepared, &(0..150).collect::<Vec<u32>>());
        let (mut family, mut rng) = (Family::new(&tour), Rng::new(1));
        let mut founded = None;
        while let Some(is_new) = family.turn((&prepared, &mut tour), 0, &mut rng) {
            if is_new {
                assert_eq!(tour.cost, tour.measure(&prepared));
            }
            if founded.is_none() && !family.order.is_empty() {
                founded = family.costs.iter().copied().min();
            }
        }
        assert_eq!(family.costs.len(), MOST);
        let mean = family.costs.iter().sum::<i64>() / MOST as i64;
        assert!(Some(mean) < founded, "{mean} on average, the best began with {founded:?}");
    }

    #[test]
    fn there_is_none_where_too_few_tours_can_be_made() {
        let problem = city();
        let prepared = Prepared::new(&problem);
        let check = |each: u32, expected: Option<usize>| {
            let mut tour = Founding::whole(&prepared, &(0..150).collect::<Vec<u32>>());
            let (mut family, mut rng, mut spent) = (Family::new(&tour), Rng::new(1), 0);
            while family.order.is_empty() {
                match family.turn((&prepared, &mut tour), spent, &mut rng) {
                    Some(is_new) => spent += if is_new { each } else { 0 },
                    None => break,
                }
            }
            assert_eq!((!family.order.is_empty()).then_some(family.costs.len()), expected, "{each}");
        };
        check(10, Some(MOST));
        check(1_000, Some(22));
        check(5_000, None);
    }
}
