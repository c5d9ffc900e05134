//! Token buckets, one a key: the sandbox refuses what the vendors would refuse.

use std::collections::{BTreeMap, HashMap};

/// How many calls fit in how long.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Rate {
    /// Calls that may come at once.
    pub(crate) burst: f64,
    /// Calls that are forgiven each second.
    pub(crate) per_second: f64,
}

/// Buckets on the wall clock. They are not kept over a restart, as the vendors' are not either.
#[derive(Debug, Default)]
pub(crate) struct Limits {
    buckets: HashMap<String, Bucket>,
    calls: BTreeMap<String, u64>,
}

#[derive(Debug)]
struct Bucket {
    level: f64,
    at_ms: i64,
}

impl Limits {
    /// Counts a call, whether or not it is taken.
    pub(crate) fn count(&mut self, key: &str) {
        *self.calls.entry(key.to_owned()).or_default() += 1;
    }

    /// The calls since the start, by key.
    pub(crate) fn calls(&self) -> &BTreeMap<String, u64> {
        &self.calls
    }

    /// Takes one call from the bucket of `key`. When it is empty, gives the whole seconds until it is not.
    pub(crate) fn take(&mut self, key: &str, rate: Rate, wall_ms: i64) -> Result<(), u64> {
        let fresh = || Bucket { level: rate.burst, at_ms: wall_ms };
        let bucket = self.buckets.entry(key.to_owned()).or_insert_with(fresh);
        let elapsed = (wall_ms - bucket.at_ms).max(0) as f64 / 1000.0;
        bucket.level = (bucket.level + elapsed * rate.per_second).min(rate.burst);
        bucket.at_ms = wall_ms;
        if bucket.level < 1.0 {
            return Err(((1.0 - bucket.level) / rate.per_second).ceil().max(1.0) as u64);
        }
        bucket.level -= 1.0;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_empties_and_fills() {
        let rate = Rate { burst: 3.0, per_second: 0.5 };
        let mut limits = Limits::default();
        for _ in 0..3 {
            assert_eq!(limits.take("a", rate, 0), Ok(()));
        }
        assert_eq!(limits.take("a", rate, 0), Err(2));
        assert_eq!(limits.take("b", rate, 0), Ok(()), "each key has its own bucket");
        assert_eq!(limits.take("a", rate, 1000), Err(1));
        assert_eq!(limits.take("a", rate, 2000), Ok(()));
        assert_eq!(limits.take("a", rate, 2000), Err(2));
    }
}
