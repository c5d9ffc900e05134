//! Two orders of the same stops side by side: which of them were moved.

use std::collections::{HashMap, HashSet};

use milkrun_plan::StopId;

/// The fewest stops that have to be picked out of `ours` and put elsewhere to get `theirs`: all but a longest run of
/// stops that both have in the same order. Stops that only one side has count as moved.
pub(super) fn moved(ours: &[StopId], theirs: &[StopId]) -> HashSet<StopId> {
    let place: HashMap<&StopId, usize> = ours.iter().enumerate().map(|(at, it)| (it, at)).collect();
    let both: Vec<(&StopId, usize)> = theirs.iter().filter_map(|it| Some((it, *place.get(it)?))).collect();
    // For each stop the longest run that ends with it, and the stop before it in that run.
    let mut runs: Vec<(usize, Option<usize>)> = Vec::with_capacity(both.len());
    for (at, (_, here)) in both.iter().enumerate() {
        let before = (0..at).filter(|it| both[*it].1 < *here).max_by_key(|it| runs[*it].0);
        runs.push((before.map_or(1, |it| runs[it].0 + 1), before));
    }
    let mut moved: HashSet<StopId> = ours.iter().chain(theirs).cloned().collect();
    let mut next = (0..runs.len()).max_by_key(|it| runs[*it].0);
    while let Some(at) = next {
        moved.remove(both[at].0);
        next = runs[at].1;
    }
    moved
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(ours: &str, theirs: &str, expected: &str) {
        let ids = |text: &str| text.split_whitespace().map(StopId::from).collect::<Vec<_>>();
        let mut found: Vec<StopId> = moved(&ids(ours), &ids(theirs)).into_iter().collect();
        found.sort();
        assert_eq!(found, ids(expected), "{ours} / {theirs}");
    }

    #[test]
    fn only_what_was_moved_is_marked() {
        check("a b c d", "a b c d", "");
        check("a b c d", "b c d a", "a");
        check("a b c d e", "a d b c e", "d");
        check("a b", "b", "a");
        check("a", "a x", "x");
        check("", "", "");
        assert_eq!(
            moved(&["a".into(), "b".into(), "c".into()], &["c".into(), "b".into(), "a".into()]).len(),
            2
        );
    }
}
