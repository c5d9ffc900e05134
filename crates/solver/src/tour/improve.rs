//! Local search on a tour: sequential exchanges of two and three legs (Lin, 1965), with neighbour lists.
//!
//! A move takes a leg `t1 t2` off, joins `t2` to a near node `t3`, takes off a leg `t3 t4` beside it, and either joins
//! `t4` to `t1` or does the same once more from `t4`. As long as what has been taken off exceeds what has been added
//! the rest is worth looking at. Every way to close three legs that gives one tour again is tried, short pieces moved
//! elsewhere (Or, 1976) among them. A move is only made once it is known to pay: turning a piece round is what costs.

use super::Tour;
use crate::prepared::Prepared;

/// How many near nodes are tried for the second added leg.
const SECOND: usize = 5;

/// How a move is closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    /// Two legs: what lies between is turned round.
    Turn,
    /// Three legs, as two such moves one after the other.
    TwoTurns,
    /// Three legs: two neighbouring pieces change places.
    Exchange,
    /// Three legs: two neighbouring pieces are turned round where they are.
    BothTurned,
}

#[derive(Debug, Clone, Copy)]
struct Move {
    gain: i64,
    shape: Shape,
    nodes: [u32; 6],
}

impl Tour {
    /// Makes all moves that pay around the queued nodes, but looks no more often than so many times: on a tour of which much
    /// is out of place, move after move pays around the same node.
    pub(super) fn improve(&mut self, problem: &Prepared, most: usize) {
        let mut looks = 0;
        while looks < most
            && let Some(node) = self.queue.pop()
        {
            self.queued[node as usize] = false;
            looks += 1;
            // A move queues the node again.
            while self.exchange(problem, node) && looks < most {
                looks += 1;
            }
        }
    }

    /// Makes the best move that begins by taking off either leg of a node.
    pub(super) fn exchange(&mut self, problem: &Prepared, first: u32) -> bool {
        let none = Move { gain: 0, shape: Shape::Turn, nodes: [first; 6] };
        let best = self.look(problem, first, true, none);
        let best = self.look(problem, first, false, best);
        if best.gain <= 0 {
            return false;
        }
        self.cost -= best.gain;
        self.make(best);
        for node in best.nodes {
            self.enqueue(node);
        }
        true
    }

    #[inline]
    fn after(&self, node: u32, forwards: bool) -> u32 {
        if forwards { self.ring.next(node) } else { self.ring.prev(node) }
    }

    /// The best of the moves that take off the leg from `t1` in one direction, and of `best`.
    fn look(&self, problem: &Prepared, t1: u32, forwards: bool, mut best: Move) -> Move {
        let t2 = self.after(t1, forwards);
        let off = self.leg(problem, t1, t2);
        for &(on, t3) in self.near(t2) {
            let open = off - on;
            if open <= 0 {
                break;
            }
            if t3 == t1 || t3 == self.after(t2, forwards) {
                continue;
            }
            // t1 t2 … t4 t3
            let t4 = self.after(t3, !forwards);
            let open_four = open + self.leg(problem, t3, t4);
            let gain = open_four - self.leg(problem, t4, t1);
            if gain > best.gain {
                best = Move { gain, shape: Shape::Turn, nodes: [t1, t2, t3, t4, t4, t1] };
            }
            for &(on, t5) in &self.near(t4)[..SECOND.min(self.width)] {
                let open = open_four - on;
                if open <= best.gain {
                    break;
                }
                if t5 == t3 || t5 == t1 {
                    continue;
                }
                let t6 = self.after(t5, self.is_between(t2, t5, t4, forwards) == forwards);
                let gain = open + self.leg(problem, t5, t6) - self.leg(problem, t6, t1);
                if t6 != t4 && gain > best.gain {
                    best = Move { gain, shape: Shape::TwoTurns, nodes: [t1, t2, t3, t4, t5, t6] };
                }
            }
            // t1 t2 … t3 t4
            let t4 = self.after(t3, forwards);
            let open_four = open + self.leg(problem, t3, t4);
            for &(on, t5) in &self.near(t4)[..SECOND.min(self.width)] {
                let open = open_four - on;
                if open <= best.gain {
                    break;
                }
                if t5 == t3 || !self.is_between(t2, t5, t3, forwards) {
                    continue;
                }
                for (ahead, shape) in [(true, Shape::Exchange), (false, Shape::BothTurned)] {
                    let t6 = self.after(t5, ahead == forwards);
                    let gain = open + self.leg(problem, t5, t6) - self.leg(problem, t6, t1);
                    if gain > best.gain && (ahead || t5 != t2) {
                        best = Move { gain, shape, nodes: [t1, t2, t3, t4, t5, t6] };
                    }
                }
            }
        }
        best
    }

    #[inline]
    fn is_between(&self, a: u32, b: u32, c: u32, forwards: bool) -> bool {
        if forwards { self.ring.between(a, b, c) } else { self.ring.between(c, b, a) }
    }

    fn make(&mut self, Move { shape, nodes: [t1, t2, t3, t4, t5, t6], .. }: Move) {
        match shape {
            Shape::Turn => self.turn_round(t1, (t2, t4)),
            Shape::TwoTurns => {
                self.turn_round(t1, (t2, t4));
                self.turn_round(t1, (t4, t6));
            }
            Shape::Exchange => {
                self.turn_round(t1, (t2, t3));
                self.turn_round(t1, (t3, t6));
                self.turn_round(t3, (t5, t2));
            }
            Shape::BothTurned => {
                self.turn_round(t1, (t2, t6));
                self.turn_round(t2, (t5, t3));
            }
        }
    }

    /// Turns round the piece from `first` to `last` that follows `before`, whichever way the ring lies.
    pub(super) fn turn_round(&mut self, before: u32, (first, last): (u32, u32)) {
        if self.ring.next(before) == first {
            self.turn(first, last);
        } else {
            self.turn(last, first);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::prepared::Prepared;
    use crate::rng::Rng;
    use crate::tour::found::Founding;
    use crate::{Vehicle, fixture};

    #[test]
    fn so_many_looks_are_so_many_moves_at_most() {
        let mut problem = fixture::city(600, 1, false);
        problem.vehicles = vec![Vehicle::based_at(0)];
        let prepared = Prepared::new(&problem);
        let mut tour = Founding::whole(&prepared, &(0..600).collect::<Vec<u32>>());
        let mut rng = Rng::new(1);
        for _ in 0..300 {
            tour.kick(&prepared, &mut rng);
        }
        let mut moves = 0;
        while !tour.queue.is_empty() {
            tour.log.clear();
            tour.improve(&prepared, 4);
            // A move turns up to three pieces.
            assert!(tour.log.len() <= 4 * 3, "{}", tour.log.len());
            moves += tour.log.len();
        }
        assert!(moves > 600 && tour.cost == tour.measure(&prepared), "{moves}");
    }
}
