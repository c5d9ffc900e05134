//! A closed tour as an array that knows where each node is: neighbours in one look, a piece turned round in time
//! proportional to its length (or to that of the rest, if that is shorter).

use super::links::{Links, walk};

/// A piece of the ring that has been turned round, by its first and last position. Turning it again takes it back.
pub(super) type Turn = (u32, u32);

#[derive(Debug, Clone, Default)]
pub(super) struct Ring {
    nodes: Vec<u32>,
    position: Vec<u32>,
}

impl Ring {
    /// A ring through `nodes`, each of `0..nodes.len()` once.
    pub(super) fn new(nodes: &[u32]) -> Self {
        let mut ring = Self { position: vec![0; nodes.len()], nodes: vec![0; nodes.len()] };
        ring.copy(nodes);
        ring
    }

    /// Lays the ring anew, through the same nodes in another order.
    pub(super) fn copy(&mut self, nodes: &[u32]) {
        self.nodes.copy_from_slice(nodes);
        for (at, &node) in nodes.iter().enumerate() {
            self.position[node as usize] = at as u32;
        }
    }

    /// Lays the ring anew, along the two neighbours of each node.
    pub(super) fn follow(&mut self, links: &Links) {
        let mut at = 0;
        walk(links, 0, |node| {
            self.nodes[at] = node;
            self.position[node as usize] = at as u32;
            at += 1;
        });
    }

    pub(super) fn nodes(&self) -> &[u32] {
        &self.nodes
    }

    #[inline]
    pub(super) fn position(&self, node: u32) -> u32 {
        self.position[node as usize]
    }

    #[inline]
    pub(super) fn next(&self, node: u32) -> u32 {
        let at = self.position[node as usize] as usize + 1;
        self.nodes[if at == self.nodes.len() { 0 } else { at }]
    }

    #[inline]
    pub(super) fn prev(&self, node: u32) -> u32 {
        let at = self.position[node as usize] as usize;
        self.nodes[if at == 0 { self.nodes.len() } else { at } - 1]
    }

    /// The node `steps` (fewer than there are nodes) behind another.
    #[inline]
    pub(super) fn ahead(&self, node: u32, steps: u32) -> u32 {
        let at = (self.position[node as usize] + steps) as usize;
        self.nodes[if at >= self.nodes.len() { at - self.nodes.len() } else { at }]
    }

    /// Whether going forwards from `a` one meets `b` no later than `c`.
    #[inline]
    pub(super) fn between(&self, a: u32, b: u32, c: u32) -> bool {
        let [a, b, c] = [a, b, c].map(|node| self.position[node as usize]);
        if a <= c { a <= b && b <= c } else { b >= a || b <= c }
    }

    /// Turns round the piece that leads forwards from `first` to `last`, or the rest, which is the same ring.
    #[inline]
    pub(super) fn turn(&mut self, first: u32, last: u32) -> Turn {
        let (i, j) = (self.position[first as usize], self.position[last as usize]);
        let all = self.nodes.len() as u32;
        let inside = if j >= i { j - i } else { j + all - i } + 1;
        let turn = if 2 * inside <= all {
            (i, j)
        } else {
            (if j + 1 == all { 0 } else { j + 1 }, if i == 0 { all - 1 } else { i - 1 })
        };
        self.turn_again(turn);
        turn
    }

    /// Turns round the piece between two positions.
    pub(super) fn turn_again(&mut self, (first, last): Turn) {
        let all = self.nodes.len();
        let (mut i, mut j) = (first as usize, last as usize);
        let length = if j >= i { j - i } else { j + all - i } + 1;
        for _ in 0..length / 2 {
            let (a, b) = (self.nodes[i], self.nodes[j]);
            (self.nodes[i], self.nodes[j]) = (b, a);
            (self.position[b as usize], self.position[a as usize]) = (i as u32, j as u32);
            i = if i + 1 == all { 0 } else { i + 1 };
            j = if j == 0 { all } else { j } - 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The ring read forwards from node 0, in the direction in which node 1's side comes first.
    fn read(ring: &Ring) -> Vec<u32> {
        let walk = |step: &dyn Fn(u32) -> u32| {
            let mut nodes = vec![0];
            while nodes.len() < ring.nodes().len() {
                nodes.push(step(nodes[nodes.len() - 1]));
            }
            nodes
        };
        walk(&|node| ring.next(node)).min(walk(&|node| ring.prev(node)))
    }

    #[track_caller]
    fn check(first: u32, last: u32, expected: [u32; 7]) {
        let mut ring = Ring::new(&[0, 1, 2, 3, 4, 5, 6]);
        let before = ring.nodes().to_vec();
        let turn = ring.turn(first, last);
        assert_eq!(read(&ring), expected);
        ring.turn_again(turn);
        assert_eq!(ring.nodes(), before);
    }

    #[test]
    fn a_piece_is_turned_round_and_back() {
        check(1, 2, [0, 2, 1, 3, 4, 5, 6]);
        check(2, 5, [0, 1, 5, 4, 3, 2, 6]);
        check(1, 6, [0, 1, 2, 3, 4, 5, 6]);
        check(5, 1, [0, 1, 4, 3, 2, 5, 6]);
        check(3, 3, [0, 1, 2, 3, 4, 5, 6]);
    }

    #[test]
    fn betweenness_goes_round_the_end() {
        let ring = Ring::new(&[3, 1, 4, 0, 2]);
        let check = |a, b, c, expected| assert_eq!(ring.between(a, b, c), expected, "{a} {b} {c}");
        check(3, 1, 4, true);
        check(3, 0, 4, false);
        check(2, 3, 1, true);
        check(2, 4, 1, false);
        check(4, 4, 4, true);
        assert_eq!((ring.ahead(0, 2), ring.next(2), ring.prev(3)), (3, 3, 2));
    }
}
