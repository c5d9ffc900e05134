//! RouteMate's order beside ours. RouteMate may drive the stops in another order than was planned; what matters is
//! which stops it moved, not that all those between them shifted by one.

use milkrun_wire::api::dispatch::Dispatch;

/// One stop in the order it is driven.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) label: String,
    pub(super) address: String,
    /// Place in the plan, from 1.
    pub(super) planned: usize,
    /// Place in RouteMate's order, from 1, once it has said so.
    pub(super) driven: Option<usize>,
    /// Whether RouteMate took it out of the planned order.
    pub(super) moved: bool,
    /// RouteMate's word for its status.
    pub(super) status: String,
    pub(super) parcels: u32,
}

impl Row {
    /// What to call the stop.
    pub(super) fn name(&self) -> String {
        if self.label.is_empty() { self.address.clone() } else { self.label.clone() }
    }
}

/// The stops in RouteMate's order; those it has not spoken of come last, as planned.
pub(super) fn compare(dispatch: &Dispatch) -> Vec<Row> {
    let mut told: Vec<(u32, usize)> = Vec::new();
    for (at, stop) in dispatch.stops.iter().enumerate() {
        let known = dispatch.request.stops.iter().position(|ours| ours.stop_id == stop.stop_id);
        if let Some(planned) = known.filter(|planned| !told.iter().any(|(_, seen)| seen == planned)) {
            told.push((stop.sequence.unwrap_or(at as u32 + 1), planned));
        }
    }
    milkrun_plan::sorted::sort_by(&mut told, |a, b| a.0.cmp(&b.0));
    let driven: Vec<usize> = told.into_iter().map(|(_, planned)| planned).collect();
    let stayed = longest_rising(&driven);
    let silent = (0..dispatch.request.stops.len()).filter(|planned| !driven.contains(planned));
    let all = driven.iter().copied().enumerate().map(|(at, planned)| (Some(at), planned));
    let all = all.chain(silent.map(|planned| (None, planned)));
    let row = |(at, planned): (Option<usize>, usize)| {
        let stop = dispatch.request.stops.get(planned)?;
        let progress = dispatch.stops.iter().find(|progress| progress.stop_id == stop.stop_id);
        Some(Row {
            label: stop.label.clone(),
            address: stop.address.clone(),
            planned: planned + 1,
            driven: at.map(|at| at + 1),
            moved: at.is_some_and(|_| !stayed.contains(&planned)),
            status: progress.map_or_else(|| "pending".to_owned(), |progress| progress.status.clone()),
            parcels: stop.parcel_count,
        })
    };
    all.filter_map(row).collect()
}

/// The longest run of values, not necessarily neighbours, that rises: the stops that kept their order.
fn longest_rising(values: &[usize]) -> Vec<usize> {
    // For each value the length of the best run that ends with it, and where that run comes from.
    let mut best: Vec<(usize, Option<usize>)> = Vec::with_capacity(values.len());
    for (at, value) in values.iter().enumerate() {
        let from = (0..at).filter(|before| values[*before] < *value).max_by_key(|before| best[*before].0);
        best.push((from.map_or(1, |from| best[from].0 + 1), from));
    }
    let mut run = Vec::new();
    let mut at = (0..values.len()).max_by_key(|at| best[*at].0);
    while let Some(here) = at {
        run.push(values[here]);
        at = best[here].1;
    }
    run.reverse();
    run
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(driven: &[usize], moved: &[usize]) {
        let stayed = longest_rising(driven);
        let found: Vec<usize> = driven.iter().copied().filter(|value| !stayed.contains(value)).collect();
        assert_eq!(found, moved, "{driven:?}");
    }

    #[test]
    fn only_stops_that_left_the_order_are_moved() {
        check(&[], &[]);
        check(&[0, 1, 2, 3], &[]);
        check(&[3, 0, 1, 2], &[3]);
        check(&[0, 2, 3, 4, 1], &[1]);
        check(&[0, 4, 2, 3, 1, 5], &[4, 1]);
    }
}
