//! Remembers the best place for a shipment on each route, for as long as the route stays as it is.
//!
//! Most changes are taken back and most routes are not touched by one, so that the same shipment is tried on the same
//! route again and again. A route's stamp tells whether anything has changed in between.

use super::pair::PairSpot;
use crate::prepared::Prepared;

/// How many places are remembered: 2 MB of them.
const SLOTS: u32 = 1 << 16;

#[derive(Debug, Clone, Copy)]
struct Entry {
    /// Of the route when it was looked at; 0 when it never was.
    stamp: u64,
    pickup: u32,
    /// The best place; where there is none, none costs less than its cost.
    spot: PairSpot,
}

#[derive(Debug)]
pub(super) struct Known(Vec<Entry>);

impl Known {
    pub(super) fn of(problem: &Prepared) -> Self {
        let none = Entry { stamp: 0, pickup: 0, spot: PairSpot::NOWHERE };
        let cells = if problem.paired { problem.jobs.saturating_mul(problem.vans.len()) } else { 0 };
        Self(vec![none; cells.next_power_of_two().min(SLOTS as usize)])
    }

    fn slot(&self, vans: usize, pickup: u32, route: u32) -> usize {
        (pickup as usize).wrapping_mul(vans).wrapping_add(route as usize) & (self.0.len() - 1)
    }

    /// What is known of the places for a shipment on a route that has this stamp.
    pub(super) fn get(&self, vans: usize, pickup: u32, route: u32, stamp: u64) -> Option<PairSpot> {
        let entry = &self.0[self.slot(vans, pickup, route)];
        (entry.stamp == stamp && entry.pickup == pickup).then_some(entry.spot)
    }

    pub(super) fn put(&mut self, vans: usize, pickup: u32, route: u32, stamp: u64, spot: PairSpot) {
        let slot = self.slot(vans, pickup, route);
        self.0[slot] = Entry { stamp, pickup, spot };
    }

    /// Forgets everything: the stamps of another plan mean other routes.
    pub(super) fn clear(&mut self) {
        for entry in &mut self.0 {
            entry.stamp = 0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture;
    use crate::model::Travel;
    use crate::plan::Plan;
    use crate::prepared::NONE;
    use crate::recreate::{Effort, Recreate};
    use crate::rng::Rng;
    use crate::ruin::Ruin;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

        /// What is remembered is what would be found, whatever has been changed and taken back since.
        #[test]
        fn what_is_known_of_a_route_is_what_a_look_would_find(seed: u64) {
            let problem = fixture::mixed(seed);
            let prepared = Prepared::new(&problem);
            if !prepared.paired || problem.vehicles.is_empty() {
                return Ok(());
            }
            // Where a detour may be quicker or shorten the day, what a look finds depends on what it may cost.
            let exact = !prepared.timed && !matches!(problem.travel, Travel::Matrix { .. });
            let (mut plan, mut rng) = (Plan::new(&prepared), Rng::new(seed));
            let (mut recreate, mut ruin) = (Recreate::new(&prepared), Ruin::new(&prepared));
            let pickups: Vec<u32> = (0..prepared.jobs as u32)
                .filter(|&job| prepared.mate(job).is_some() && prepared.task(job) == job)
                .filter(|&job| !prepared.is_fixed(job))
                .collect();
            if pickups.is_empty() {
                return Ok(());
            }
            // This one is tried over and over again, and never placed.
            let tried = pickups[rng.below(pickups.len() as u32) as usize];
            for &job in pickups.iter().filter(|&&job| job != tried) {
                if !recreate.place(&prepared, &mut plan, &mut rng, job, Effort::Everywhere) {
                    plan.absent.push(job);
                }
            }
            plan.keep();
            for _ in 0..20 {
                let kept = ruin.run(&prepared, &mut plan, &mut rng, None)
                    && recreate.run(&prepared, &mut plan, &mut rng, 0);
                if !kept || rng.one_in(2) {
                    plan.undo(&prepared);
                }
                plan.keep();
                for route in 0..prepared.vans.len() as u32 {
                    let bound = [i64::MAX, i64::from(rng.below(20_000))][rng.below(2) as usize];
                    let nothing = PairSpot { cost: bound, ..PairSpot::NOWHERE };
                    let (mut known, mut found) = (nothing, nothing);
                    recreate.recall(&prepared, &plan, route, tried, &mut known);
                    recreate.gaps.scan(&prepared, &plan, route, tried, &mut found, false);
                    if exact {
                        let parts = |spot: PairSpot| (spot.cost, spot.after, spot.then);
                        prop_assert_eq!(parts(known), parts(found));
                    }
                    let is_here = |node: u32| plan.node(node).route == route;
                    prop_assert!(known.after == NONE || known.cost < bound && is_here(known.after));
                    prop_assert!(known.after == NONE || is_here(known.then));
                }
            }
        }
    }
}
