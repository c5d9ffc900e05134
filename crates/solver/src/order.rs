//! Sorting, compiled once.
//!
//! The standard library's sorting is laid out anew for every type and every way to compare, some five kilobytes of
//! WebAssembly each time. Everything here is sorted by one kind of key instead.

/// What is sorted by, and what tells equal ones apart: mostly the number of what is sorted.
pub(crate) type Key = (i64, u64);

/// Sorts in ascending order.
#[inline(never)]
pub(crate) fn sort(keys: &mut [Key]) {
    keys.sort_unstable();
}

/// Sorts in ascending order of a key; equal ones stay in their order.
pub(crate) fn by_key<T>(items: &mut Vec<T>, key: impl Fn(&T) -> i64) {
    arrange(items, items.iter().enumerate().map(|(at, item)| (key(item), at as u64)).collect());
}

/// Sorts by keys that say of each item by its number where it belongs: the same for all ways to come by those.
#[inline(never)]
fn arrange<T>(items: &mut Vec<T>, mut keys: Vec<Key>) {
    sort(&mut keys);
    let mut taken: Vec<Option<T>> = items.drain(..).map(Some).collect();
    items.extend(keys.iter().filter_map(|&(_, at)| taken[at as usize].take()));
}

/// Sorts a few in ascending order of a key; equal ones stay in their order.
pub(crate) fn few_by_key<T>(items: &mut [T], key: impl Fn(&T) -> i64) {
    for end in 1..items.len() {
        let mut at = end;
        while at > 0 && key(&items[at]) < key(&items[at - 1]) {
            items.swap(at, at - 1);
            at -= 1;
        }
    }
}

/// The smallest of many keys.
///
/// A heap of those found so far, the largest on top: nearly all the others are compared with that one and left.
#[derive(Debug, Default)]
pub(crate) struct Smallest {
    keys: Vec<Key>,
    count: usize,
}

impl Smallest {
    /// Begins anew, to find so many.
    pub(crate) fn begin(&mut self, count: usize) {
        self.keys.clear();
        self.count = count;
    }

    /// Whether one that is at least as large as this could be among the smallest.
    #[inline]
    pub(crate) fn takes(&self, least: i64) -> bool {
        self.keys.len() < self.count || self.keys.first().is_some_and(|largest| least <= largest.0)
    }

    #[inline]
    pub(crate) fn offer(&mut self, key: Key) {
        if self.keys.len() < self.count {
            self.fill(key);
        } else if self.keys.first().is_some_and(|&largest| key < largest) {
            self.keys[0] = key;
            sink(&mut self.keys, 0, Key::gt);
        }
    }

    #[inline(never)]
    fn fill(&mut self, key: Key) {
        self.keys.push(key);
        if self.keys.len() == self.count {
            for at in (0..self.count / 2).rev() {
                sink(&mut self.keys, at, Key::gt);
            }
        }
    }

    /// Those found, in ascending order; the next ones need a new beginning.
    pub(crate) fn sorted(&mut self) -> &[Key] {
        sort(&mut self.keys);
        &self.keys
    }
}

/// Has an item of a heap sink below all that belong above it.
pub(crate) fn sink<T>(heap: &mut [T], mut at: usize, is_above: impl Fn(&T, &T) -> bool) {
    loop {
        let mut child = 2 * at + 1;
        if child + 1 < heap.len() && is_above(&heap[child + 1], &heap[child]) {
            child += 1;
        }
        if child >= heap.len() || !is_above(&heap[child], &heap[at]) {
            return;
        }
        heap.swap(at, child);
        at = child;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn everything_is_sorted_as_the_library_does(keys: Vec<(i8, u8)>, count in 0_usize..300) {
            let keys: Vec<Key> = keys.iter().map(|&(a, b)| (i64::from(a), u64::from(b))).collect();
            let mut sorted = keys.clone();
            sorted.sort_unstable();
            let mut front = Smallest::default();
            front.begin(count);
            keys.iter().for_each(|&key| front.offer(key));
            prop_assert_eq!(front.sorted(), &sorted[..count.min(keys.len())]);

            let mut stable = keys.clone();
            stable.sort_by_key(|key| key.0);
            let (mut all, mut few) = (keys.clone(), keys);
            by_key(&mut all, |key| key.0);
            few_by_key(&mut few, |key| key.0);
            prop_assert_eq!(&all, &stable);
            prop_assert_eq!(&few, &stable);
        }
    }
}
