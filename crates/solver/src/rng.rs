//! A small random number generator of our own, so that a seed means the same sequence on every target and for ever.
//!
//! It is xoroshiro128++ (Blackman and Vigna), seeded through SplitMix64.

#[derive(Debug, Clone)]
pub(crate) struct Rng {
    s: [u64; 2],
}

impl Rng {
    pub(crate) fn new(seed: u64) -> Self {
        let mut state = seed;
        let mut next = || {
            state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut z = state;
            z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            z ^ (z >> 31)
        };
        Self { s: [next(), next()] }
    }

    fn next(&mut self) -> u64 {
        let [s0, mut s1] = self.s;
        let result = s0.wrapping_add(s1).rotate_left(17).wrapping_add(s0);
        s1 ^= s0;
        self.s = [s0.rotate_left(49) ^ s1 ^ (s1 << 21), s1.rotate_left(28)];
        result
    }

    /// Uniform in `0..bound`; 0 for a bound of 0. The bias of the multiplication is below 2⁻³² times the bound.
    pub(crate) fn below(&mut self, bound: u32) -> u32 {
        ((u64::from((self.next() >> 32) as u32) * u64::from(bound)) >> 32) as u32
    }

    /// Puts what there is into random order.
    pub(crate) fn shuffle<T>(&mut self, items: &mut [T]) {
        for at in (1..items.len()).rev() {
            items.swap(at, self.below(at as u32 + 1) as usize);
        }
    }

    pub(crate) fn one_in(&mut self, n: u32) -> bool {
        self.below(n) == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_means_one_sequence() {
        let draw = |seed| {
            let mut rng = Rng::new(seed);
            [rng.below(1_000), rng.below(1_000), rng.below(1_000)]
        };
        assert_eq!(draw(1), draw(1));
        assert_ne!(draw(1), draw(2));
    }

    #[test]
    fn draws_are_even_and_within_bounds() {
        let mut rng = Rng::new(7);
        let mut hits = [0_u32; 10];
        for _ in 0..100_000 {
            hits[rng.below(10) as usize] += 1;
        }
        assert!(hits.iter().all(|hit| (9_500..10_500).contains(hit)), "{hits:?}");
        assert_eq!((rng.below(0), rng.below(1)), (0, 0));
    }
}
