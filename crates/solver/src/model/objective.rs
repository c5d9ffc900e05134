//! What makes one plan better than another: one objective, or several of which each decides between the equals of those
//! before it.
//!
//! The search knows one number, the cost. In it a unit of an objective weighs more than all that the objectives after it
//! can come to, so that several cost the search no more than one.

use super::{Costs, Problem};

/// What a plan is judged by, after the number (and priority) of the stops it serves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum Objective {
    /// The least money by each vehicle's [`Costs`]; [`Solution::cost`](crate::Solution::cost) is in cents / 18,000
    /// (see [`Costs::UNITS_PER_CENT`]).
    #[default]
    Cheapest,
    /// The least working time, from leaving the start to arriving at the end, waiting included; the cost is seconds.
    Fastest,
    /// The least distance; the cost is metres.
    Shortest,
    /// Working days as short and as even as they can be: each counts by its square, so that an hour more weighs the
    /// more the longer the day is already. The cost is seconds; of a day of four hours as many as it has
    /// ([`Objective::EVEN_DAY`]), of one twice as long four times as many. Where something else decides between equals,
    /// days count in begun quarters of an hour ([`Objective::STEP`]), so that there are equals.
    Balanced,
    /// The fewest vehicles first, then the least distance unless [`Problem::then`] says something else. The cost is metres
    /// plus a weight for each vehicle used.
    FewestVehicles,
}

impl Objective {
    /// What one more vehicle weighs in metres for [`Objective::FewestVehicles`]: more than any plan is long.
    pub const VEHICLE: i64 = 10_000_000_000;
    /// The length of the day that costs its own seconds under [`Objective::Balanced`].
    pub const EVEN_DAY: i64 = 14_400;
    /// What days are counted in under [`Objective::Balanced`] where another objective comes after it, in seconds.
    pub const STEP: i64 = 900;

    /// More than the route of one vehicle comes to in a day.
    const fn most(self) -> i64 {
        match self {
            Self::Cheapest => 300_000 * Costs::UNITS_PER_CENT,
            Self::Fastest => 300_000,
            Self::Shortest => 3_000_000,
            Self::Balanced => LONGEST_DAY * LONGEST_DAY,
            Self::FewestVehicles => 1,
        }
    }
}

/// The longest day that [`Objective::Balanced`] is sure to weigh more than what comes after it, in steps.
const LONGEST_DAY: i64 = 100;

/// How much a unit of each objective counts in the cost; nothing where it does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Goals {
    /// For each vehicle.
    pub(crate) vehicles: i64,
    /// For a unit of money, a second and a metre.
    pub(crate) money: i64,
    pub(crate) seconds: i64,
    pub(crate) metres: i64,
    /// Whether days count by their squares in place of their seconds.
    pub(crate) squared: bool,
    /// For the square of a day in steps.
    pub(crate) steps: i64,
}

impl Goals {
    /// What a day of so many seconds counts for being long where days count in steps.
    #[inline]
    pub(crate) fn steps(weight: i64, seconds: i64) -> i64 {
        let steps = ((seconds + Objective::STEP - 1) / Objective::STEP).min(10 * LONGEST_DAY);
        weight * steps * steps
    }
}

impl Problem {
    /// The objectives in the order in which they count.
    #[must_use]
    pub fn objectives(&self) -> Vec<Objective> {
        let mut all = vec![self.objective];
        all.extend(&self.then);
        if all == [Objective::FewestVehicles] {
            all.push(Objective::Shortest);
        }
        all
    }

    /// How much a unit of each objective counts: more than all that comes after it can make up for. `None` when that is
    /// more than a number holds.
    pub(crate) fn weights(&self) -> Option<Vec<(Objective, i64)>> {
        let mut weight = Some(1_i64);
        let mut weights = Vec::new();
        for objective in self.objectives().into_iter().rev() {
            weights.push((objective, weight?));
            let most = objective.most().checked_mul(self.vehicles.len().max(1) as i64)?;
            weight = weight?.checked_mul(most + 1);
            // As it always was where nothing is said about what comes after it.
            if self.then.is_empty() {
                weight = Some(Objective::VEHICLE);
            }
        }
        weights.reverse();
        Some(weights)
    }

    /// Whether costs by these weights stay within what numbers hold, whatever is left out.
    pub(crate) fn is_countable(&self) -> bool {
        let Some(weights) = self.weights() else { return false };
        let unit = |&(objective, weight): &(Objective, i64)| match objective {
            Objective::FewestVehicles => true,
            Objective::Balanced => weight <= 1_000_000_000_000,
            Objective::Cheapest => weight == 1,
            Objective::Fastest | Objective::Shortest => weight <= 1_000_000_000,
        };
        let &(first, weight) = &weights[0];
        let plan = i128::from(first.most()) * i128::from(weight) * (self.vehicles.len() as i128 + 1);
        let left_out: i128 = self.stops.iter().map(|stop| 1 + i128::from(stop.priority)).sum();
        self.then.is_empty() || weights.iter().all(unit) && plan * left_out * 16 <= i128::from(i64::MAX)
    }

    /// How much a unit of each objective counts in the cost.
    pub(crate) fn goals(&self) -> Goals {
        let mut goals = Goals::default();
        let weights = self.weights().unwrap_or_default();
        let last = weights.len().saturating_sub(1);
        for (at, (objective, weight)) in weights.into_iter().enumerate() {
            match objective {
                Objective::Cheapest => goals.money = weight,
                Objective::Fastest => goals.seconds = weight,
                Objective::Shortest => goals.metres = weight,
                Objective::FewestVehicles => goals.vehicles = weight,
                Objective::Balanced if at == last => goals.squared = true,
                Objective::Balanced => goals.steps = weight,
            }
        }
        goals
    }

    /// Whether money is among what counts: only then do lateness and overtime have a price.
    pub(crate) fn counts_money(&self) -> bool {
        self.objective == Objective::Cheapest || self.then.contains(&Objective::Cheapest)
    }

    /// What a cost says of each objective, in the order in which they count: vehicles, units of money (see
    /// [`Costs::UNITS_PER_CENT`]), seconds, metres, or what [`Objective::Balanced`] adds up.
    #[must_use]
    pub fn values(&self, cost: i64) -> Vec<(Objective, i64)> {
        let mut rest = cost;
        let value = |(objective, weight): (Objective, i64)| {
            let value = rest / weight;
            rest %= weight;
            (objective, value)
        };
        self.weights().unwrap_or_default().into_iter().map(value).collect()
    }
}

#[cfg(test)]
mod tests {
    use crate::{Costs, Job, Load, Objective, Params, Problem, Solver, Travel, Vehicle};
    use Objective::{Balanced, Cheapest, Fastest, FewestVehicles, Shortest};

    /// A street with places at minutes 0 to 8, but 100 metres apart on one side of its middle and 1,000 on the other.
    fn street(order: &[Objective], vehicles: usize) -> Problem {
        let metres = |place: i32| if place < 4 { 100 * place } else { 400 + 1_000 * (place - 4) };
        let cells = |far: &dyn Fn(i32) -> i32| (0..81).map(|at| (far(at / 9) - far(at % 9)).abs()).collect();
        let mut problem = Problem::new(Travel::matrix(9, cells(&|place| 60 * place), cells(&metres)));
        problem.stops =
            (0..9).filter(|&place| place != 4).map(|place| Job::at(place).with_service(600)).collect();
        problem.vehicles = vec![Vehicle::based_at(4).with_costs(Costs::new(100, 600, 10)); vehicles];
        (problem.objective, problem.then) = (order[0], order[1..].to_vec());
        problem
    }

    /// What the best plan comes to, objective by objective.
    #[track_caller]
    fn check(problem: &Problem, expected: &[i64]) {
        let mut solver = Solver::new(problem, Params::iterations(4_000, 1)).unwrap();
        while !solver.step(100).done {}
        let best = solver.best();
        assert_eq!(best.unserved, []);
        let values = problem.values(best.cost);
        assert_eq!(values.iter().map(|it| it.1).collect::<Vec<_>>(), expected, "{best:?}");
        for (objective, value) in values {
            let sum = match objective {
                FewestVehicles => best.routes.len() as i64,
                Shortest => best.distance,
                Fastest => best.duration,
                Balanced | Cheapest => value,
            };
            assert_eq!(value, sum);
        }
    }

    #[test]
    fn the_first_objective_decides_and_the_next_between_its_equals() {
        // One vehicle on both sides of the street, in 8 visits and 16 minutes on the road.
        check(&street(&[Shortest], 2), &[8_800]);
        check(&street(&[FewestVehicles], 2), &[1, 8_800]);
        check(&street(&[FewestVehicles, Fastest], 2), &[1, 5_760]);
        check(&street(&[FewestVehicles, Cheapest], 2), &[1, (100 + 960 + 88) * Costs::UNITS_PER_CENT]);
        // Of eight visits five fill an hour to the second, and three are done in three begun quarters: the square of four
        // and of three. No metre more than that takes, with a visit on the side where they are short.
        check(&street(&[Balanced, Shortest], 2), &[25, 9_000]);
        check(&street(&[FewestVehicles, Balanced, Shortest], 2), &[1, 49, 8_800]);
        check(&street(&[Fastest, Shortest], 1), &[5_760, 8_800]);
        // One cannot take all, and the two that are needed stay the fewest.
        let mut problem = street(&[FewestVehicles, Shortest], 4);
        problem.stops.iter_mut().for_each(|stop| stop.demand = Load::one(1));
        problem.vehicles.iter_mut().for_each(|vehicle| vehicle.capacity = Load::one(4));
        check(&problem, &[2, 8_800]);
    }

    #[test]
    fn orders_that_decide_nothing_or_cannot_be_counted_are_named() {
        let told =
            |order: &[Objective], vehicles| street(order, vehicles).validate().unwrap_err().to_string();
        assert_eq!(told(&[Fastest, Fastest], 1), "the objective fastest is named twice; name it once");
        assert!(told(&[Shortest, Balanced], 1).starts_with("the objective balanced stands where"));
        assert!(told(&[Cheapest, Shortest], 1).starts_with("the objective cheapest stands where"));
        assert_eq!(
            told(&[Fastest, Shortest], 5_000),
            "2 objectives in order need larger numbers than there are for 8 stops and 5000 vehicles; name fewer, or lower \
             the priorities"
        );
    }
}
