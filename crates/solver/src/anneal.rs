//! Simulated annealing: worse plans are accepted often at first and hardly at the end of the budget.
//!
//! Logarithms and powers differ in their last bit between targets, which is enough to send two runs different ways.
//! The few values needed are computed once from additions, multiplications and square roots, which do not.

use crate::rng::Rng;

/// The whole budget: how much of it is spent is told in parts of this.
pub(crate) const ALL: u32 = 1 << 16;

const STEPS: usize = 1_024;

#[derive(Debug)]
pub(crate) struct Anneal {
    /// -ln of the middle of each of `STEPS` equal parts of 0..1, times 2¹⁶.
    slack: Vec<i64>,
    /// The temperature after each of 256 equal parts of the budget.
    temperature: Vec<i64>,
}

impl Anneal {
    /// Cools from `hot` to `cold`, both in units of cost.
    pub(crate) fn new(hot: i64, cold: i64) -> Self {
        let slack = (0..STEPS).map(|at| (minus_ln((at as f64 + 0.5) / STEPS as f64) * 65_536.0) as i64);
        let (hot, cold) = (hot.max(1) as f64, cold.max(1) as f64);
        let temperature = (0..=256).map(|at| (hot * power(cold / hot, at)) as i64);
        Self { slack: slack.collect(), temperature: temperature.collect() }
    }

    /// The temperature once so much of the budget is spent, in 1/65,536.
    pub(crate) fn heat(&self, spent: u32) -> i64 {
        self.temperature[(spent as usize / 256).min(256)]
    }

    /// By how much a plan may be worse to be accepted, this time. `spent` is the part of the budget in 1/65,536.
    pub(crate) fn tolerance(&self, spent: u32, rng: &mut Rng) -> i64 {
        let heat = self.heat(spent);
        // Temperatures can be as large as costs: divide first what would overflow.
        let slack = self.slack[rng.below(STEPS as u32) as usize];
        if heat < 1 << 40 { (heat * slack) >> 16 } else { (heat >> 16) * slack }
    }
}

/// -ln(x) for 0 < x < 1, through the series of 2·artanh((1-x)/(1+x)) after halving into 1/√2..√2.
fn minus_ln(mut x: f64) -> f64 {
    let mut halvings = 0.0;
    while x < std::f64::consts::FRAC_1_SQRT_2 {
        x *= 2.0;
        halvings += 1.0;
    }
    let y = (1.0 - x) / (1.0 + x);
    let (mut term, mut sum) = (y, 0.0);
    for k in 0..12 {
        sum += term / f64::from(2 * k + 1);
        term *= y * y;
    }
    2.0 * sum + halvings * std::f64::consts::LN_2
}

/// `base` to the power of `n` / 256, one square root for each binary digit.
fn power(base: f64, n: u32) -> f64 {
    let (mut root, mut product) = (base, 1.0);
    for bit in (0..=8).rev() {
        if n >> bit & 1 == 1 {
            product *= root;
        }
        root = root.sqrt();
    }
    product
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_logarithm_and_power_agree_with_the_library() {
        for at in 1..1_000 {
            let x = f64::from(at) / 1_000.0;
            assert!((minus_ln(x) + x.ln()).abs() < 1e-12, "{x}");
        }
        for n in 0..=256 {
            let exact = 0.01_f64.powf(f64::from(n) / 256.0);
            assert!((power(0.01, n) - exact).abs() < 1e-12, "{n}");
        }
    }

    #[test]
    fn tolerance_shrinks_as_the_budget_is_spent() {
        let anneal = Anneal::new(1_000_000, 1_000);
        let mean = |spent| {
            let mut rng = Rng::new(1);
            (0..10_000).map(|_| anneal.tolerance(spent, &mut rng)).sum::<i64>() / 10_000
        };
        // The mean of -ln of a uniform draw is 1.
        assert!((970_000..1_030_000).contains(&mean(0)), "{}", mean(0));
        assert!((970..1_030).contains(&mean(65_536)), "{}", mean(65_536));
        assert!((30_000..33_000).contains(&mean(32_768)), "{}", mean(32_768));
    }

    #[test]
    fn huge_costs_do_not_overflow() {
        let anneal = Anneal::new(i64::MAX / 1_000_000, 1);
        assert!(anneal.tolerance(0, &mut Rng::new(5)) > 0);
    }
}
