//! The best plan of a search, kept while the search itself goes on to worse ones.

use crate::plan::Plan;
use crate::prepared::Prepared;

/// The best plan so far, kept as the successor of each node. Only what has changed since is copied.
#[derive(Debug)]
pub(crate) struct Best {
    pub(crate) score: i64,
    /// Cost, metres, seconds, unserved stops.
    pub(super) sums: (i64, i64, i64, usize),
    next: Vec<u32>,
    changed: Vec<u32>,
    is_changed: Vec<bool>,
}

impl Best {
    /// Before there is a plan, what of it has been made: any plan is better.
    pub(super) fn new(problem: &Prepared, plan: &Plan) -> Self {
        Self {
            score: i64::MAX,
            sums: sums(problem, plan),
            next: plan.nodes.iter().map(|node| node.next).collect(),
            changed: Vec::with_capacity(plan.nodes.len()),
            is_changed: vec![false; plan.nodes.len()],
        }
    }

    /// The node after another, or what stands for none.
    pub(super) fn next(&self, node: u32) -> u32 {
        self.next[node as usize]
    }

    /// These nodes have changed.
    pub(super) fn mark(&mut self, nodes: impl Iterator<Item = u32>) {
        for node in nodes {
            if !std::mem::replace(&mut self.is_changed[node as usize], true) {
                self.changed.push(node);
            }
        }
    }

    /// Every node may have changed.
    pub(super) fn mark_all(&mut self) {
        self.changed.clear();
        self.changed.extend(0..self.next.len() as u32);
        self.is_changed.fill(true);
    }

    /// Takes a plan over of which all that has changed is marked.
    pub(super) fn remember(&mut self, problem: &Prepared, plan: &Plan) {
        self.score = plan.score(problem);
        self.sums = sums(problem, plan);
        for node in self.changed.drain(..) {
            self.is_changed[node as usize] = false;
            self.next[node as usize] = plan.node(node).next;
        }
    }
}

/// Cost, metres and seconds of a plan, and how many stops it has not taken up.
fn sums(problem: &Prepared, plan: &Plan) -> (i64, i64, i64, usize) {
    let (mut distance, mut duration, mut served) = (0, 0, 0);
    for sums in &plan.routes {
        distance += i64::from(sums.dist);
        duration += i64::from(sums.dur);
        served += sums.count as usize;
    }
    (plan.cost, distance, duration, problem.jobs - served)
}
