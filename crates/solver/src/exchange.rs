//! When searches that run side by side look at each other's plans.

/// The parts of the budget after which a search takes over the best plan of all. Early on each explores for itself,
/// since what it would take over melts away again; later they settle together.
const POINTS: [f64; 6] = [0.4, 0.55, 0.7, 0.8, 0.9, 0.96];

/// How many of those points a search has passed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Exchange {
    passed: usize,
}

impl Exchange {
    /// Whether a search that has spent this much of its budget (0.0 to 1.0) has passed such a point since it last
    /// asked. One that has is expected to exchange plans now.
    pub fn is_due(&mut self, fraction: f64) -> bool {
        let passed = POINTS.iter().filter(|&&point| fraction >= point).count();
        std::mem::replace(&mut self.passed, passed) < passed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_point_is_due_once() {
        let mut exchange = Exchange::default();
        let due = [0.0, 0.39, 0.4, 0.41, 0.6, 0.95, 1.0, 1.0].map(|fraction| exchange.is_due(fraction));
        assert_eq!(due, [false, false, true, false, true, true, true, false]);
    }
}
