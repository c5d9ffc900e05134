//! The measured rows, and the means over them.

use std::collections::BTreeMap;

use milkrun_formats::Kind;
use milkrun_referee::Verdict;
use serde::{Deserialize, Serialize};

use crate::native::instances::Task;

/// One measurement.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Row {
    /// The instance's name.
    pub instance: String,
    /// `tsp`, `cvrp`, `vrptw` or `pdptw`.
    pub kind: String,
    /// Its size.
    pub n: usize,
    /// `milkrun`, or a peer's name.
    pub solver: String,
    /// `wasm` or `native`.
    pub target: String,
    /// Seconds it was given.
    pub budget_s: f64,
    /// What the plan costs, in the file's own units; nothing if there is no whole plan.
    pub cost: Option<f64>,
    /// How far that is above the best known value, in percent; nothing if one of them is unknown.
    pub gap_pct: Option<f64>,
    /// Seconds it took.
    pub wall_s: f64,
    /// Seconds until its first plan had been told, where it says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_s: Option<f64>,
    /// The same in WebAssembly that has only just been loaded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cold_s: Option<f64>,
    /// Seconds of the longest slice.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub slice_s: Option<f64>,
    /// Megabytes of memory in WebAssembly, the instance's text included.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub memory_mb: Option<f64>,
}

/// How far a plan is above the best known one, in percent. Where vehicles come first, a plan with more vehicles is
/// above by them, and only one with as many by its distance.
#[must_use]
pub fn gap(task: &Task, verdict: &Verdict) -> Option<f64> {
    let over = |found: f64, best: f64| (best > 0.0).then(|| (found / best - 1.0) * 100.0);
    let known = &task.known;
    if task.instance.kind == Kind::Pdptw && known.routes > 0 && verdict.vehicles != known.routes {
        return over(verdict.vehicles as f64, known.routes as f64);
    }
    over(verdict.cost, known.bks)
}

/// A gap as it is printed; a dash for none.
#[must_use]
pub fn shown(gap: Option<f64>) -> String {
    // Half of the last digit below zero would print as -0.00.
    gap.map_or_else(|| "–".to_owned(), |gap| format!("{:.2}", if gap.abs() < 0.005 { 0.0 } else { gap }))
}

/// The mean gap of each class and budget, column by column.
#[derive(Debug, Default)]
pub struct Means {
    /// By class and budget in milliseconds: the sum of gaps and their number, for each column.
    sums: BTreeMap<(String, u64), Vec<(f64, usize)>>,
}

impl Means {
    /// Counts one instance's gaps in.
    pub fn add(&mut self, class: &str, budget: f64, gaps: &[Option<f64>]) {
        let sums = self.sums.entry((class.to_owned(), (budget * 1_000.0) as u64)).or_default();
        sums.resize(sums.len().max(gaps.len()), (0.0, 0));
        for (sum, gap) in sums.iter_mut().zip(gaps) {
            if let Some(gap) = gap {
                *sum = (sum.0 + gap, sum.1 + 1);
            }
        }
    }

    /// Class, budget in seconds, and for each column the mean with the number of instances in it.
    pub fn rows(&self) -> impl Iterator<Item = (&str, f64, Vec<(Option<f64>, usize)>)> {
        self.sums.iter().map(|((class, budget), sums)| {
            let mean = |&(sum, count): &(f64, usize)| ((count > 0).then(|| sum / count as f64), count);
            (class.as_str(), *budget as f64 / 1_000.0, sums.iter().map(mean).collect())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn means_leave_out_what_is_unknown() {
        let mut means = Means::default();
        means.add("X", 1.0, &[Some(1.0), None]);
        means.add("X", 1.0, &[Some(2.0), Some(4.0)]);
        means.add("X", 0.5, &[None, None]);
        let rows: Vec<_> = means.rows().collect();
        assert_eq!(rows[0], ("X", 0.5, vec![(None, 0), (None, 0)]));
        assert_eq!(rows[1], ("X", 1.0, vec![(Some(1.5), 2), (Some(4.0), 1)]));
    }

    #[test]
    fn gaps_are_printed_without_a_negative_nothing() {
        let check = |gap, expected| assert_eq!(shown(gap), expected);
        check(Some(-0.001), "0.00");
        check(Some(1.234), "1.23");
        check(Some(-0.5), "-0.50");
        check(None, "–");
    }

    #[test]
    fn vehicles_come_before_distance_where_pairs_are_planned() {
        let text = "2 30 1\n0 0 0 0 0 100 0 0 0\n1 3 4 20 0 50 5 0 2\n2 6 8 -20 0 90 5 1 0\n";
        let task = Task {
            known: crate::native::instances::Known {
                kind: "pdptw".into(),
                cls: "x".into(),
                name: "x".into(),
                n: 2,
                file: "x".into(),
                bks: 20.0,
                routes: 4,
            },
            path: "x".into(),
            text: text.into(),
            instance: milkrun_formats::read_instance(text).unwrap(),
        };
        let verdict = |vehicles, cost| Verdict { cost, vehicles, faults: Vec::new() };
        assert_eq!(gap(&task, &verdict(4, 21.0)).map(f64::round), Some(5.0));
        assert_eq!(gap(&task, &verdict(5, 18.0)).map(f64::round), Some(25.0));
    }
}
