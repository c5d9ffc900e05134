//! A tour that takes legs over from another: one cycle of [`Cycles`](super::cycles::Cycles) exchanged, and the rings that
//! it comes apart into joined again, each time where that costs least.
//!
//! Between the legs that are given up the tour stays as it is. Only those pieces are followed, not their nodes, so that
//! a small change takes as long on a large tour as on a small one.

use super::Tour;
use super::links::{Links, change, other, walk};
use crate::order::{self, Key};
use crate::prepared::Prepared;

/// No ring.
const NONE: u32 = u32::MAX;

/// A node, the neighbour it had, and the one it has now.
type Change = [u32; 3];

/// What making a child of a tour needs.
#[derive(Debug)]
pub(super) struct Assembly {
    /// What has changed from the mother.
    log: Vec<Change>,
    /// The positions on the mother's ring behind which a leg is given up: each ends a piece.
    cuts: Vec<Key>,
    /// The ring that each piece is on.
    on: Vec<u32>,
    /// A node of each ring and how many are on it; none on one that has been joined to another.
    rings: Vec<(u32, u32)>,
    /// Whether a node is on the ring that is being joined.
    small: Vec<bool>,
}

impl Assembly {
    /// For tours with so many nodes.
    pub(super) fn new(all: usize) -> Self {
        Self {
            log: Vec::with_capacity(4 * all),
            cuts: Vec::with_capacity(all),
            on: Vec::with_capacity(all),
            rings: Vec::with_capacity(all),
            small: vec![false; all],
        }
    }

    /// Makes a child of a tour by its legs, `tour` being that tour itself: what it gains. None if it stays in pieces, or if
    /// what was done to the tour since the cycle was found has changed its legs.
    pub(super) fn assemble(
        &mut self,
        (problem, tour): (&Prepared, &Tour),
        links: &mut Links,
        cycle: &[u32],
    ) -> Option<i64> {
        self.log.clear();
        self.cuts.clear();
        let follow = |at: usize| cycle[if at + 1 == cycle.len() { 0 } else { at + 1 }];
        if (0..cycle.len()).any(|at| links[cycle[at] as usize].contains(&follow(at)) != (at % 2 == 0)) {
            return None;
        }
        let (mut gain, mut before) = (0, cycle[cycle.len() - 1]);
        for (at, &node) in cycle.iter().enumerate() {
            let after = follow(at);
            let leg = tour.leg(problem, node, after);
            if at % 2 == 0 {
                gain += leg;
                let first = if tour.ring.next(node) == after { node } else { after };
                self.cuts.push((i64::from(tour.ring.position(first)), 0));
                self.change(links, [node, after, before]);
            } else {
                gain -= leg;
                self.change(links, [node, before, after]);
            }
            before = node;
        }
        order::sort(&mut self.cuts);
        self.find_rings(tour, links);
        for _ in 1..self.rings.len() {
            gain += self.join(problem, tour, links)?;
        }
        Some(gain)
    }

    /// Takes a child back.
    pub(super) fn take_back(&self, links: &mut Links) {
        for &[node, old, new] in self.log.iter().rev() {
            change(links, [node, new, old]);
        }
    }

    fn change(&mut self, links: &mut Links, it: Change) {
        self.log.push(it);
        change(links, it);
    }

    /// The piece that a node is on: all behind the last cut are on the first one again.
    fn piece(&self, tour: &Tour, node: u32) -> usize {
        let position = i64::from(tour.ring.position(node));
        let piece = self.cuts.partition_point(|&(cut, _)| cut < position);
        if piece == self.cuts.len() { 0 } else { piece }
    }

    /// Finds which pieces are on a ring together.
    fn find_rings(&mut self, tour: &Tour, links: &Links) {
        let (all, pieces) = (links.len() as u32, self.cuts.len());
        self.on.clear();
        self.on.resize(pieces, NONE);
        self.rings.clear();
        for first in 0..pieces {
            if self.on[first] != NONE {
                continue;
            }
            let ring = self.rings.len() as u32;
            let start = tour.ring.nodes()[self.cuts[first].0 as usize];
            let (mut node, mut before, mut count) = (start, NONE, 0);
            loop {
                let piece = self.piece(tour, node);
                self.on[piece] = ring;
                let last = self.cuts[piece].0 as u32;
                let cut = self.cuts[if piece == 0 { pieces } else { piece } - 1].0 as u32;
                let begin = if cut + 1 == all { 0 } else { cut + 1 };
                count += if last >= begin { last - begin } else { last + all - begin } + 1;
                let [begin, last] = [begin, last].map(|at| tour.ring.nodes()[at as usize]);
                // From the end where the ring comes in to the other one, and out there.
                let (out, inside) = match (begin == last, node == begin) {
                    (true, _) if before == NONE => (node, links[node as usize][0]),
                    (true, _) => (node, before),
                    (_, true) => (last, tour.ring.prev(last)),
                    (_, false) => (begin, tour.ring.next(begin)),
                };
                (before, node) = (out, other(links[out as usize], inside));
                if node == start {
                    break;
                }
            }
            self.rings.push((start, count));
        }
    }

    /// Joins the smallest ring to another: what that gains, if a near node of it is on another.
    fn join(&mut self, problem: &Prepared, tour: &Tour, links: &mut Links) -> Option<i64> {
        let rings = self.rings.iter().enumerate().filter(|(_, ring)| ring.1 > 0);
        let (small, &(start, count)) = rings.min_by_key(|(_, ring)| ring.1)?;
        let (mut best, mut legs) = (i64::MIN, [0; 4]);
        walk(links, start, |node| self.small[node as usize] = true);
        walk(links, start, |node| {
            let beside = links[node as usize];
            let off = beside.map(|beside| tour.leg(problem, node, beside));
            for &(on, near) in tour.near(node) {
                if self.small[near as usize] {
                    continue;
                }
                for behind in links[near as usize] {
                    let open = tour.leg(problem, near, behind) - on;
                    for (beside, off) in beside.into_iter().zip(off) {
                        let gain = off + open - tour.leg(problem, beside, behind);
                        if gain > best {
                            (best, legs) = (gain, [node, beside, near, behind]);
                        }
                    }
                }
            }
        });
        walk(links, start, |node| self.small[node as usize] = false);
        if best == i64::MIN {
            return None;
        }
        let [node, beside, near, behind] = legs;
        let large = self.on[self.piece(tour, near)];
        self.on.iter_mut().filter(|on| **on == small as u32).for_each(|on| *on = large);
        self.rings[small].1 = 0;
        self.rings[large as usize].1 += count;
        for it in [[node, beside, near], [beside, node, behind], [near, behind, node], [behind, near, beside]]
        {
            self.change(links, it);
        }
        Some(best)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture;
    use crate::rng::Rng;
    use crate::tour::cycles::Cycles;
    use crate::tour::found::Founding;

    #[test]
    fn a_child_is_one_tour_cheaper_by_what_it_gains_and_can_be_taken_back() {
        let (mut whole, mut joined) = (0, 0);
        for seed in 0..30 {
            let problem = fixture::city(20 + seed as usize * 5, seed, false);
            let prepared = Prepared::new(&problem);
            let stops: Vec<u32> = (0..prepared.jobs as u32).collect();
            let mut tour = Founding::whole(&prepared, &stops);
            let mut rng = Rng::new(seed);
            let mut local = || {
                for _ in 0..stops.len() {
                    tour.kick(&prepared, &mut rng);
                }
                tour.improve(&prepared, usize::MAX);
                (tour.links().collect(), tour.cost)
            };
            let mut tours: Vec<(Vec<[u32; 2]>, i64)> = (0..9).map(|_| local()).collect();
            let (mut mother, cost) = tours.swap_remove(8);
            let before = mother.clone();
            let (mut cycles, mut assembly) = (Cycles::new(before.len()), Assembly::new(before.len()));
            tour.lay_links(&mother, cost);
            for (father, _) in tours {
                cycles.find(&mother, &father, &mut rng);
                for at in 0..cycles.len() {
                    if let Some(gain) = assembly.assemble((&prepared, &tour), &mut mother, cycles.cycle(at)) {
                        let mut child = Founding::whole(&prepared, &stops);
                        child.lay_links(&mother, 0);
                        let mut nodes = child.ring.nodes().to_vec();
                        nodes.sort_unstable();
                        assert!(nodes.into_iter().eq(0..mother.len() as u32), "seed {seed}");
                        assert_eq!(child.measure(&prepared), cost - gain, "seed {seed}");
                        *(if assembly.rings.len() > 1 { &mut joined } else { &mut whole }) += 1;
                    }
                    assembly.take_back(&mut mother);
                    assert_eq!(mother, before, "seed {seed}");
                }
            }
        }
        assert!(whole > 100 && joined > 100, "{whole} whole, {joined} joined");
    }
}
