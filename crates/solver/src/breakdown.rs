//! What a route costs, part by part.

use crate::model::{Costs, Objective, Vehicle};

/// The parts of a cost, each in the objective's unit (see [`Objective`]); together they are the cost to the unit.
///
/// Parts that an objective does not count are zero: under [`Objective::Shortest`] only `distance` is not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Breakdown {
    /// For using the vehicle at all.
    pub fixed: i64,
    /// For the time on the road.
    pub driving: i64,
    /// For the time spent waiting for windows to open.
    pub waiting: i64,
    /// For the time of service.
    pub service: i64,
    /// For the metres.
    pub distance: i64,
}

impl Breakdown {
    /// The parts together: the cost.
    #[must_use]
    pub fn total(&self) -> i64 {
        self.fixed + self.driving + self.waiting + self.service + self.distance
    }
}

impl std::ops::AddAssign for Breakdown {
    fn add_assign(&mut self, other: Self) {
        self.fixed += other.fixed;
        self.driving += other.driving;
        self.waiting += other.waiting;
        self.service += other.service;
        self.distance += other.distance;
    }
}

/// What a route that is driven is made of.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Spent {
    /// Seconds of each.
    pub(crate) driving: i64,
    pub(crate) waiting: i64,
    pub(crate) service: i64,
    /// Metres.
    pub(crate) distance: i64,
}

/// What a used vehicle costs for what it has spent.
pub(crate) fn break_down(objective: Objective, vehicle: &Vehicle, spent: Spent) -> Breakdown {
    let Spent { driving, waiting, service, distance } = spent;
    match objective {
        Objective::Cheapest => {
            let costs = &vehicle.costs;
            let (hour, km) = (i64::from(costs.per_hour) * 5, i64::from(costs.per_km) * 18);
            Breakdown {
                fixed: i64::from(costs.fixed) * Costs::UNITS_PER_CENT,
                driving: hour * driving,
                waiting: hour * waiting,
                service: hour * service,
                distance: km * distance,
            }
        }
        Objective::Fastest => Breakdown { driving, waiting, service, ..Breakdown::default() },
        Objective::Shortest => Breakdown { distance, ..Breakdown::default() },
        Objective::FewestVehicles => {
            Breakdown { fixed: Objective::VEHICLE, distance, ..Breakdown::default() }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_objective_counts_its_own_parts_and_they_add_up() {
        let vehicle = Vehicle::based_at(0).with_costs(Costs::new(1_000, 3_000, 30));
        let spent = Spent { driving: 60, waiting: 10, service: 5, distance: 100 };
        let parts = |objective| {
            let it = break_down(objective, &vehicle, spent);
            assert_eq!(it.total(), it.fixed + it.driving + it.waiting + it.service + it.distance);
            [it.fixed, it.driving, it.waiting, it.service, it.distance]
        };
        let cents = |cents: i64| cents * Costs::UNITS_PER_CENT;
        // 30.00 an hour is 50 cents a minute, 0.30 a kilometre is 3 cents for 100 metres.
        assert_eq!(
            parts(Objective::Cheapest),
            [cents(1_000), cents(50), cents(50) / 6, cents(50) / 12, cents(3)]
        );
        assert_eq!(parts(Objective::Fastest), [0, 60, 10, 5, 0]);
        assert_eq!(parts(Objective::Shortest), [0, 0, 0, 0, 100]);
        assert_eq!(parts(Objective::FewestVehicles), [Objective::VEHICLE, 0, 0, 0, 100]);
    }
}
