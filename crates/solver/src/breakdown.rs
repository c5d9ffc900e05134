//! What a route costs, part by part.

use crate::model::{Costs, Goals, Objective, Vehicle};

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
    /// For the time of breaks.
    #[cfg_attr(feature = "serde", serde(default))]
    pub breaks: i64,
    /// For the metres.
    pub distance: i64,
    /// For working time beyond the regular one, on top of what the time costs.
    #[cfg_attr(feature = "serde", serde(default))]
    pub overtime: i64,
    /// For coming late where that has a price.
    #[cfg_attr(feature = "serde", serde(default))]
    pub lateness: i64,
    /// What the day counts more than its seconds for being long, or less for being short, under
    /// [`Objective::Balanced`]; where another objective comes after that, all that it counts for its length.
    #[cfg_attr(feature = "serde", serde(default))]
    pub balance: i64,
}

impl Breakdown {
    /// The parts together: the cost.
    #[must_use]
    pub fn total(&self) -> i64 {
        let time = self.driving + self.waiting + self.service + self.breaks + self.overtime + self.lateness;
        self.fixed + time + self.distance + self.balance
    }
}

impl std::ops::AddAssign for Breakdown {
    fn add_assign(&mut self, other: Self) {
        self.fixed += other.fixed;
        self.driving += other.driving;
        self.waiting += other.waiting;
        self.service += other.service;
        self.breaks += other.breaks;
        self.distance += other.distance;
        self.overtime += other.overtime;
        self.lateness += other.lateness;
        self.balance += other.balance;
    }
}

/// What a route that is driven is made of.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Spent {
    /// Seconds of each.
    pub(crate) driving: i64,
    pub(crate) waiting: i64,
    pub(crate) service: i64,
    pub(crate) breaks: i64,
    /// Metres.
    pub(crate) distance: i64,
    /// The price of lateness, in units of money.
    pub(crate) lateness: i64,
}

/// What a used vehicle costs for what it has spent.
pub(crate) fn break_down(goals: Goals, vehicle: &Vehicle, spent: Spent) -> Breakdown {
    let Spent { driving, waiting, service, breaks, distance, lateness } = spent;
    let duration = driving + waiting + service + breaks;
    let costs = &vehicle.costs;
    let done = i64::from(vehicle.done.duration);
    let regular = (i64::from(costs.overtime_after) - done).max(0);
    let overtime = i64::from(costs.per_overtime_hour) * 5 * (duration - regular).max(0);
    let second = if goals.squared { 1 } else { goals.seconds + goals.money * i64::from(costs.per_hour) * 5 };
    let square = if goals.squared { duration * duration / Objective::EVEN_DAY - duration } else { 0 };
    Breakdown {
        fixed: goals.vehicles + goals.money * i64::from(costs.fixed) * Costs::UNITS_PER_CENT,
        driving: second * driving,
        waiting: second * waiting,
        service: second * service,
        breaks: second * breaks,
        distance: (goals.metres + goals.money * i64::from(costs.per_km) * 18) * distance,
        overtime: goals.money * overtime,
        lateness: goals.money * lateness,
        balance: square + Goals::steps(goals.steps, duration),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Problem, Travel};

    fn goals(objective: Objective) -> Goals {
        Problem::new(Travel::matrix(0, vec![], vec![])).with_objective(objective).goals()
    }

    #[test]
    fn each_objective_counts_its_own_parts_and_they_add_up() {
        let vehicle = Vehicle::based_at(0).with_costs(Costs::new(1_000, 3_000, 30));
        let spent = Spent { driving: 60, waiting: 10, service: 5, breaks: 0, distance: 100, lateness: 7 };
        let parts = |objective| {
            let it = break_down(goals(objective), &vehicle, spent);
            let parts = [it.fixed, it.driving, it.waiting, it.service, it.distance];
            let more = [it.overtime, it.lateness, it.balance];
            assert_eq!(it.total(), parts.iter().chain(&more).sum::<i64>());
            (parts, more)
        };
        let cents = |cents: i64| cents * Costs::UNITS_PER_CENT;
        // 30.00 an hour is 50 cents a minute, 0.30 a kilometre is 3 cents for 100 metres.
        assert_eq!(
            parts(Objective::Cheapest),
            ([cents(1_000), cents(50), cents(50) / 6, cents(50) / 12, cents(3)], [0, 7, 0])
        );
        assert_eq!(parts(Objective::Fastest), ([0, 60, 10, 5, 0], [0; 3]));
        assert_eq!(parts(Objective::Shortest), ([0, 0, 0, 0, 100], [0; 3]));
        assert_eq!(parts(Objective::FewestVehicles), ([Objective::VEHICLE, 0, 0, 0, 100], [0; 3]));
    }

    #[test]
    fn overtime_costs_more_and_long_days_count_more() {
        let hours = |driving: i64| Spent { driving: 3_600 * driving, ..Spent::default() };
        let overtime = |done, driving| {
            let costs = Costs::new(0, 1_000, 0).with_overtime(8 * 3_600, 500);
            let mut vehicle = Vehicle::based_at(0).with_costs(costs);
            vehicle.done.duration = done * 3_600;
            break_down(goals(Objective::Cheapest), &vehicle, hours(driving)).overtime / Costs::UNITS_PER_CENT
        };
        assert_eq!([overtime(0, 7), overtime(0, 8), overtime(0, 10)], [0, 0, 1_000]);
        // What was overtime before costs nothing any more.
        assert_eq!([overtime(6, 3), overtime(9, 3)], [500, 1_500]);
        let total =
            |driving| break_down(goals(Objective::Balanced), &Vehicle::based_at(0), hours(driving)).total();
        assert_eq!([total(2), total(4), total(8)], [3_600, 14_400, 57_600]);
    }
}
