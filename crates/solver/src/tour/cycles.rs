//! Where two tours differ: cycles of legs that are by turns one tour's and the other's (Nagata and Kobayashi, 2013).
//!
//! A tour that gives up its own legs of such a cycle for the other's has two legs at every node again, though it may have
//! come apart into several rings.

use super::links::{Links, change};
use crate::rng::Rng;

/// No node, or no place on the path.
const NONE: u32 = u32::MAX;

/// The cycles of a pair of tours, and what finding them needs.
#[derive(Debug)]
pub(super) struct Cycles {
    /// The nodes of all cycles, one cycle after the other; the first leg of each is the first tour's.
    nodes: Vec<u32>,
    /// Where each ends.
    ends: Vec<u32>,
    /// The legs of either tour that are in no cycle yet.
    left: [Vec<[u32; 2]>; 2],
    path: Vec<u32>,
    /// Where on the path a node stands, at an even place and at an odd one.
    seen: [Vec<u32>; 2],
}

impl Cycles {
    /// None yet, of tours with so many nodes.
    pub(super) fn new(all: usize) -> Self {
        Self {
            nodes: Vec::with_capacity(2 * all),
            ends: Vec::with_capacity(all),
            left: [(); 2].map(|()| Vec::with_capacity(all)),
            path: Vec::with_capacity(2 * all),
            seen: [(); 2].map(|()| vec![NONE; all]),
        }
    }

    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    /// The nodes of one cycle.
    pub(super) fn cycle(&self, at: usize) -> &[u32] {
        let first = if at == 0 { 0 } else { self.ends[at - 1] };
        &self.nodes[first as usize..self.ends[at] as usize]
    }

    /// Takes all legs that only one of the tours has apart into cycles. Where a node has two such legs of a tour, chance
    /// says which comes first.
    pub(super) fn find(&mut self, one: &Links, other: &Links, rng: &mut Rng) {
        for (left, (own, other)) in self.left.iter_mut().zip([(one, other), (other, one)]) {
            left.clear();
            let alone = |(own, other): (&[u32; 2], &[u32; 2])| {
                own.map(|node| if other.contains(&node) { NONE } else { node })
            };
            left.extend(own.iter().zip(other).map(alone));
        }
        self.nodes.clear();
        self.ends.clear();
        for start in 0..one.len() as u32 {
            while self.left[0][start as usize] != [NONE; 2] {
                self.walk(start, rng);
            }
        }
    }

    /// Walks along the legs of both tours by turns, and cuts each cycle off that closes, until it is back for good.
    fn walk(&mut self, start: u32, rng: &mut Rng) {
        self.path.clear();
        self.path.push(start);
        self.seen[0][start as usize] = 0;
        while let Some(next) = self.step(rng) {
            let (place, side) = (self.path.len(), self.path.len() % 2);
            let before = std::mem::replace(&mut self.seen[side][next as usize], place as u32) as usize;
            if before >= place {
                self.path.push(next);
                continue;
            }
            // The piece from there to here is a cycle. It begins with a leg of the first tour if it begins at an even place.
            self.nodes.extend(&self.path[before + side..place]);
            if side == 1 {
                self.nodes.push(next);
            }
            self.ends.push(self.nodes.len() as u32);
            for (at, &node) in self.path.iter().enumerate().skip(before + 1) {
                self.seen[at % 2][node as usize] = NONE;
            }
            self.seen[side][next as usize] = before as u32;
            self.path.truncate(before + 1);
        }
        self.seen[0][start as usize] = NONE;
    }

    /// Takes a leg from the end of the path; where it leads, or none where there is no more.
    fn step(&mut self, rng: &mut Rng) -> Option<u32> {
        let end = self.path[self.path.len() - 1];
        let left = &mut self.left[(self.path.len() - 1) % 2];
        let next = match left[end as usize] {
            [NONE, node] | [node, NONE] => node,
            two => two[rng.below(2) as usize],
        };
        (next != NONE).then(|| {
            change(left, [end, next, NONE]);
            change(left, [next, end, NONE]);
            next
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shuffled(all: u32, rng: &mut Rng) -> Vec<[u32; 2]> {
        let mut nodes: Vec<u32> = (0..all).collect();
        rng.shuffle(&mut nodes);
        let mut links = vec![[0; 2]; all as usize];
        for (at, &node) in nodes.iter().enumerate() {
            let beside = |steps: usize| nodes[(at + steps) % nodes.len()];
            links[node as usize] = [beside(nodes.len() - 1), beside(1)];
        }
        links
    }

    #[test]
    fn each_leg_that_one_tour_has_alone_is_in_one_cycle_by_turns_with_the_others() {
        let mut rng = Rng::new(1);
        for all in (5..60).chain(5..60) {
            let mut cycles = Cycles::new(all as usize);
            let tours = [(); 2].map(|()| shuffled(all, &mut rng));
            cycles.find(&tours[0], &tours[1], &mut rng);
            let mut legs: [Vec<[u32; 2]>; 2] = Default::default();
            for cycle in (0..cycles.len()).map(|at| cycles.cycle(at)) {
                assert!(cycle.len() >= 4 && cycle.len() % 2 == 0, "{cycle:?}");
                for (at, &node) in cycle.iter().enumerate() {
                    let next = cycle[(at + 1) % cycle.len()];
                    legs[at % 2].push([node.min(next), node.max(next)]);
                }
            }
            for (side, found) in legs.iter_mut().enumerate() {
                let (own, other) = (&tours[side], &tours[1 - side]);
                let mut alone: Vec<[u32; 2]> = (0..all)
                    .flat_map(|node| own[node as usize].map(|next| [node, next]))
                    .filter(|&[node, next]| node < next && !other[node as usize].contains(&next))
                    .collect();
                alone.sort_unstable();
                found.sort_unstable();
                assert_eq!(*found, alone, "{all} nodes");
            }
        }
    }
}
