//! What searches that run side by side tell each other, and when.

use crate::RoutePlan;

/// How often with each of the others. Taking single routes over leaves each search its own plan, so it can begin early.
const TIMES: f64 = 20.0;

/// How many of those points a search has passed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Exchange {
    passed: usize,
}

impl Exchange {
    /// Whose best plan search `number` of `count` should learn from now that it has spent this much of its budget (0.0
    /// to 1.0); none if it is not time again yet. The others take turns.
    pub fn partner(&mut self, fraction: f64, number: usize, count: usize) -> Option<usize> {
        let passed = (fraction * TIMES * (count.max(2) - 1) as f64) as usize;
        if count < 2 || std::mem::replace(&mut self.passed, passed) >= passed {
            return None;
        }
        Some((number + 1 + passed % (count - 1)) % count)
    }
}

/// What one of several searches has made of its part of a plan that is shared out between them, see
/// [`Solver::divide`](crate::Solver::divide).
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Part {
    /// In which round, from 0.
    pub round: u32,
    /// Which search.
    pub from: usize,
    /// The routes that it saw to.
    pub routes: Vec<RoutePlan>,
}

impl Part {
    /// In how many rounds to share a plan out in so many seconds: short ones move borders often, but what is found while the
    /// parts are under way is lost.
    #[must_use]
    pub fn rounds(seconds: f64) -> u32 {
        (seconds * 16.0).clamp(4.0, 48.0) as u32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(number: usize, count: usize, fractions: &[f64], expected: &[Option<usize>]) {
        let mut exchange = Exchange::default();
        let partners: Vec<Option<usize>> =
            fractions.iter().map(|&fraction| exchange.partner(fraction, number, count)).collect();
        assert_eq!(partners, expected);
    }

    #[test]
    fn each_point_is_due_once_and_the_others_take_turns() {
        check(
            0,
            2,
            &[0.0, 0.04, 0.05, 0.06, 0.31, 1.0, 1.0],
            &[None, None, Some(1), None, Some(1), Some(1), None],
        );
        check(1, 3, &[0.02, 0.03, 0.06, 0.08], &[None, Some(0), Some(2), Some(0)]);
        check(3, 4, &[0.02, 0.04, 0.06, 0.07], &[Some(1), Some(2), Some(0), Some(1)]);
        check(0, 1, &[0.5, 1.0], &[None, None]);
    }
}
