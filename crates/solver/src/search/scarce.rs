//! Which stops to leave out, where not all can be served.
//!
//! A stop left out outweighs every way, so that no plan is given up for one that serves fewer. Where there are too few
//! vans for a day that is a trap: nine stops close to each other have no room before five far ones have gone. So for a
//! part of the budget a stop left out costs no more than part of a leg, and then more and more; after that the search
//! goes on from the best plan, and each stop outweighs every way again.

use std::ops::Range;

use super::Search;
use crate::recreate::Effort;

/// The part of the budget, in 1/65,536, in which stops left out have a price: before it, many a plan finds room for all.
const PRICED: Range<u32> = 6_500..22_000;
/// What leaving a stop out costs, in tenths of a leg: at first, and how much is added until the end.
const FIRST: i64 = 2;
const ADDED: i64 = 18;

/// How far that has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scarce {
    /// Not yet, or all stops are served.
    Ahead,
    /// A tenth of a leg, for each unit of what the stops weigh that are left out.
    Priced(i64),
    Over,
}

impl Search {
    /// What a unit of what is left out costs while plans are compared, beginning and ending the time in which that has a
    /// price.
    pub(super) fn price_left_out(&mut self, spent: u32) -> i64 {
        if !self.plan.absent.is_empty() {
            match self.scarce {
                Scarce::Ahead if PRICED.contains(&spent) => self.scarce = self.price_of_a_tenth(),
                Scarce::Priced(_) if spent >= PRICED.end => {
                    self.scarce = Scarce::Over;
                    self.go_back();
                }
                _ => {}
            }
        }
        let Scarce::Priced(tenth) = self.scarce else { return self.problem.penalty };
        let [spent, start, end] = [spent, PRICED.start, PRICED.end].map(i64::from);
        let (far, all) = (spent - start, end - start);
        (tenth * (FIRST + ADDED * far / all * far / all)).clamp(1, self.problem.penalty)
    }

    /// A tenth of a leg for a stop that is among those left out now; no price if none of them could ever be served.
    fn price_of_a_tenth(&mut self) -> Scarce {
        let mut empty = self.rebuild(&[]);
        let Self { problem, plan, recreate, rng, .. } = self;
        let mut fits = |&job: &u32| recreate.place(problem, &mut empty, rng, job, Effort::Everywhere);
        let is_meant = !problem.fewest && !problem.evened && plan.absent.iter().any(&mut fits);
        recreate.forget();
        if !is_meant {
            return Scarce::Over;
        }
        let weight = (plan.priced(problem, 1) - plan.cost) / plan.absent.len() as i64;
        Scarce::Priced(self.typical_leg() / 10 / weight.max(1))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::anneal::ALL;
    use crate::prepared::Prepared;
    use crate::rng::Rng;
    use crate::{Load, Objective, Point, Problem, Travel, Vehicle, fixture};

    /// A day of small towns around a depot, with more stops than two vans can come by in their time on the road.
    fn day(seed: u64) -> Problem {
        let mut problem = fixture::city(80, seed, false);
        let mut rng = Rng::new(seed);
        let mut offset =
            |most: u32| f64::from(rng.below(2 * most + 1)) / 10_000.0 - f64::from(most) / 10_000.0;
        let towns: Vec<_> = (0..8).map(|_| (offset(1_000), offset(2_000))).collect();
        let points = (0..=80).map(|at| {
            let (north, east) = if at == 0 { (0.0, 0.0) } else { towns[at % 8] };
            Point { lat: 60.2 + north + offset(50), lon: 24.95 + east + offset(100) }
        });
        problem.travel = Travel::points(points.collect());
        let van = Vehicle::based_at(0).with_capacity(Load([1_000; 3])).with_max_driving(3_600);
        problem.vehicles = vec![van; 2];
        problem
    }

    /// How many stops a search leaves out that begins in this state.
    fn left_out(problem: &Problem, scarce: Scarce) -> usize {
        const ITERATIONS: u32 = 4_000;
        let mut search = Search::built(&Arc::new(Prepared::new(problem)), 1);
        search.scarce = scarce;
        for at in 0..ITERATIONS {
            search.iterate(at * (ALL / ITERATIONS));
        }
        search.sums().3
    }

    #[test]
    fn more_stops_are_served_where_not_all_can_be() {
        let sum = |scarce| (4..=6).map(|seed| left_out(&day(seed), scarce)).sum::<usize>();
        let (priced, outweighing) = (sum(Scarce::Ahead), sum(Scarce::Over));
        assert!(priced + 20 <= outweighing, "{priced} {outweighing}");
    }

    #[test]
    fn what_is_left_out_has_a_price_for_a_while_where_some_of_it_could_be_served() {
        let prices = |problem: &Problem| {
            let mut search = Search::built(&Arc::new(Prepared::new(problem)), 1);
            assert!(!search.plan.absent.is_empty());
            let penalty = search.problem.penalty;
            let times = [0, PRICED.start, PRICED.end - 1, PRICED.end, ALL];
            (times.map(|spent| search.price_left_out(spent)), penalty)
        };
        let ([before, first, last, after, end], penalty) = prices(&day(4));
        assert!(first * 9 <= last && last <= first * 10 && last < penalty, "{first} {last}");
        assert_eq!([before, after, end], [penalty; 3]);

        let fewest = day(4).with_objective(Objective::FewestVehicles);
        let mut hopeless = fixture::city(30, 1, false);
        hopeless.stops[7].demand = Load([100_000, 0, 0]);
        for problem in [fewest, hopeless] {
            let (prices, penalty) = prices(&problem);
            assert_eq!(prices, [penalty; 5]);
        }
    }
}
