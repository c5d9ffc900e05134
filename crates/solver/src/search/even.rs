//! Even days before short ways, where both count in this order.
//!
//! A step of a day outweighs any way, so one cooling would either never leave the first days it comes by or never look
//! at ways. The first half of the budget cools over what days count, the second half over ways, from the best plan on.

use super::Search;
use crate::anneal::Anneal;
use crate::model::Objective;

/// The part of the budget, in 1/65,536, after which days stand.
const UNTIL: u32 = 1 << 15;
/// First and last temperature, in thousandths of what one stop more or less counts for a day.
const HOT: i64 = 1_500;
const COLD: i64 = 10;

impl Search {
    pub(super) fn begin_evening(&mut self) {
        let typical = self.typical_step();
        self.even = Some(Anneal::new(typical * HOT / 1_000, typical * COLD / 1_000));
    }

    /// What one stop more or less counts for an average day.
    fn typical_step(&self) -> i64 {
        let (plan, problem) = (&self.plan, &self.problem);
        let used = plan.routes.iter().zip(&problem.vans).filter(|(sums, _)| sums.count > 0);
        let (mut days, mut stops, mut count, mut weight) = (0, 0, 0, 0);
        for (sums, van) in used {
            days += i64::from(sums.dur);
            stops += i64::from(sums.count);
            count += 1;
            weight = van.steps;
        }
        let (day, stop) = (days / i64::max(count, 1), days / i64::max(stops, 1));
        weight.saturating_mul(2 * day / Objective::STEP * stop / Objective::STEP + 1).min(1 << 50)
    }

    /// Goes back to the best plan when days stand, to shorten its ways.
    pub(super) fn end_evening(&mut self, spent: u32) {
        if spent >= UNTIL && self.even.take().is_some() {
            let plan = self.rebuild(&self.routes());
            self.score = plan.score(&self.problem);
            self.replace(plan);
        }
    }

    pub(super) fn tolerance_evening(&mut self, spent: u32) -> i64 {
        let (anneal, spent) = match &self.even {
            Some(even) => (Some(even), 2 * spent),
            None => (self.anneal.as_ref(), 2 * spent.saturating_sub(UNTIL)),
        };
        anneal.map_or(0, |anneal| anneal.tolerance(spent, &mut self.rng))
    }
}
