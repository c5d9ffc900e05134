//! Many keys in ascending order, sorted in pieces: runs of some hundred each, which a heap then reads side by side.

use crate::order::{self, Key};
use crate::travel::count;

/// How many keys are sorted at a time.
const RUN: usize = 1_024;

/// Keys to be read in ascending order, each once however often it was put in.
#[derive(Debug, Default)]
pub(super) struct Runs {
    keys: Vec<Key>,
    sorted: usize,
    /// The next key of each run and where it lies, the smallest on top.
    heap: Vec<(Key, u32)>,
    last: Option<Key>,
}

impl Runs {
    /// Makes room for so many: a list that grows is twice as large for a moment, and WebAssembly's memory never shrinks.
    pub(super) fn reserve(&mut self, count: usize) {
        self.keys.reserve_exact(count);
        self.heap.reserve_exact(count.div_ceil(RUN));
    }

    pub(super) fn extend(&mut self, keys: &[Key]) {
        self.keys.extend(keys);
    }

    /// Sorts one more run; `false` when all are.
    pub(super) fn sort(&mut self) -> bool {
        if self.sorted >= self.keys.len() {
            return false;
        }
        let run = self.sorted..self.keys.len().min(self.sorted + RUN);
        order::sort(&mut self.keys[run.clone()]);
        count(run.len());
        self.sorted = run.end;
        self.heap.push((self.keys[run.start], run.start as u32));
        let mut at = self.heap.len() - 1;
        while at > 0 && self.heap[at].0 < self.heap[(at - 1) / 2].0 {
            self.heap.swap(at, (at - 1) / 2);
            at = (at - 1) / 2;
        }
        true
    }

    /// The next key, once all runs are sorted.
    pub(super) fn next(&mut self) -> Option<Key> {
        loop {
            let (key, at) = *self.heap.first()?;
            let next = at as usize + 1;
            if next.is_multiple_of(RUN) || next == self.keys.len() {
                self.heap.swap_remove(0);
            } else {
                self.heap[0] = (self.keys[next], next as u32);
            }
            self.sink();
            count(1);
            if self.last.replace(key) != Some(key) {
                return Some(key);
            }
        }
    }

    /// Has the run on top sink below all whose next key is smaller.
    fn sink(&mut self) {
        order::sink(&mut self.heap, 0, |one, other| one.0 < other.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn all_keys_come_in_order_and_once(seed: u64, count in 0_usize..5_000, spread in 1_u32..10_000) {
            let mut rng = crate::rng::Rng::new(seed);
            let keys: Vec<Key> =
                (0..count).map(|_| (i64::from(rng.below(spread)), u64::from(rng.below(4)))).collect();
            let mut runs = Runs::default();
            runs.reserve(count);
            keys.chunks(7).for_each(|some| runs.extend(some));
            while runs.sort() {}
            let found: Vec<Key> = std::iter::from_fn(|| runs.next()).collect();
            let mut expected = keys;
            expected.sort_unstable();
            expected.dedup();
            prop_assert_eq!(found, expected);
        }
    }
}
