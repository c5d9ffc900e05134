//! What is aboard where, in problems in which load comes aboard on the way.
//!
//! Where everything is loaded at the start, the load of a route is one sum and nothing of this is kept. Here each node
//! of a route knows the most that is aboard up to it and from it on, so that a stop is judged by its place alone.

use super::Plan;
use crate::model::{DIMENSIONS, Load};
use crate::prepared::Prepared;

/// What is aboard around a node.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Aboard {
    /// On leaving it.
    pub(crate) load: Load,
    /// The most from the start up to leaving it.
    before: Load,
    /// The most from leaving it up to the end.
    after: Load,
    /// Shipments that are under way on leaving it.
    pub(crate) open: i32,
}

impl Plan {
    /// Renews what is aboard along a route; whether the vehicle holds it everywhere.
    pub(super) fn carry(&mut self, problem: &Prepared, route: u32) -> bool {
        let (start, end) = (problem.start(route), problem.end(route));
        let mut load = self.routes[route as usize].load;
        let (mut most, mut open, mut at) = (load, 0, start);
        loop {
            self.aboard[at as usize] = Aboard { load, before: most, after: load, open };
            if at == end {
                break;
            }
            at = self.nodes[at as usize].next;
            if problem.is_job(at) {
                let cargo = &problem.cargo[at as usize];
                load += cargo.change;
                open += cargo.opens;
                most = most.max(load);
            }
        }
        let fits = most.fits(&problem.vans[route as usize].capacity);
        most = load;
        while at != start {
            at = self.nodes[at as usize].prev;
            let here = &mut self.aboard[at as usize];
            most = most.max(here.load);
            here.after = most;
        }
        fits
    }

    /// Whether there is room for a stop right after `after`: for what it hands over up to there, for what it takes
    /// along from there on.
    #[inline]
    pub(crate) fn carries(&self, problem: &Prepared, job: u32, after: u32) -> bool {
        let aboard = &self.aboard[after as usize];
        let capacity = &problem.vans[self.nodes[after as usize].route as usize].capacity;
        let (demand, pickup) = (&problem.stops[job as usize].demand, &problem.cargo[job as usize].pickup);
        (0..DIMENSIONS).all(|d| {
            aboard.before.0[d] + demand.0[d] <= capacity.0[d]
                && aboard.after.0[d] + pickup.0[d] <= capacity.0[d]
        })
    }

    /// The most that is aboard along a route at one time.
    #[cfg(test)]
    pub(crate) fn most_aboard(&self, problem: &Prepared, route: u32) -> Load {
        self.aboard[problem.start(route) as usize].after
    }

    /// Whether a shipment is under way between this node and the next.
    pub(crate) fn is_shipping(&self, problem: &Prepared, node: u32) -> bool {
        problem.paired && self.aboard[node as usize].open != 0
    }

    /// How many stops are on no route: an absent shipment is known by its pickup and counts as both its ends.
    pub(crate) fn unserved(&self, problem: &Prepared) -> usize {
        let paired = self.absent.iter().filter(|&&job| problem.mate(job).is_some());
        self.absent.len() + if problem.paired { paired.count() } else { 0 }
    }
}
