//! Token buckets: how fast somebody may ask us, and how fast we may ask others.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// One bucket; it holds at most `burst` tokens and gains `per_second` of them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bucket {
    tokens: f64,
    filled: Instant,
    per_second: f64,
    burst: f64,
}

impl Bucket {
    pub(crate) fn new(per_second: f64, burst: f64, now: Instant) -> Self {
        Self { tokens: burst, filled: now, per_second, burst }
    }

    fn fill(&mut self, now: Instant) {
        let gained = now.saturating_duration_since(self.filled).as_secs_f64() * self.per_second;
        self.tokens = (self.tokens + gained).min(self.burst);
        self.filled = self.filled.max(now);
    }

    /// Takes a token, or says how long until there is one.
    pub(crate) fn take(&mut self, now: Instant) -> Result<(), Duration> {
        let wait = self.book(now);
        if wait.is_zero() {
            return Ok(());
        }
        self.tokens += 1.0;
        Err(wait)
    }

    /// Takes the next token, be it there or not, and says how long to wait for it: callers queue by debt.
    pub(crate) fn book(&mut self, now: Instant) -> Duration {
        self.fill(now);
        self.tokens -= 1.0;
        if self.tokens >= 0.0 {
            Duration::ZERO
        } else {
            Duration::from_secs_f64(-self.tokens / self.per_second)
        }
    }

    /// Takes some tokens if one of them is there, or says how long until there is one.
    pub(crate) fn spend(&mut self, cost: f64, now: Instant) -> Result<(), Duration> {
        self.take(now)?;
        self.tokens -= cost - 1.0;
        Ok(())
    }

    /// Takes tokens, be they there or not, down to a debt of a whole burst.
    pub(crate) fn charge(&mut self, cost: f64, now: Instant) {
        self.fill(now);
        self.tokens = (self.tokens - cost).max(-self.burst);
    }

    fn is_full(&mut self, now: Instant) -> bool {
        self.fill(now);
        self.tokens >= self.burst
    }
}

/// Buckets by key, such as an address. Full ones are forgotten, so that strangers cannot fill the memory.
#[derive(Debug)]
pub(crate) struct Limiter<K> {
    per_second: f64,
    burst: f64,
    buckets: Mutex<HashMap<K, Bucket>>,
}

/// Above so many keys the full buckets are swept.
const SWEEP_ABOVE: usize = 10_000;

impl<K: Eq + Hash> Limiter<K> {
    pub(crate) fn new(per_second: f64, burst: f64) -> Self {
        Self { per_second, burst, buckets: Mutex::default() }
    }

    /// Lets the key through, or says how long it must wait.
    pub(crate) fn check(&self, key: K) -> Result<(), Duration> {
        self.check_at(key, Instant::now())
    }

    /// The same for a request that counts as several.
    pub(crate) fn spend(&self, key: K, cost: f64) -> Result<(), Duration> {
        let now = Instant::now();
        self.with(key, now, |it| it.spend(cost, now))
    }

    /// Makes a request that was let through count as more.
    pub(crate) fn charge(&self, key: K, cost: f64) {
        let now = Instant::now();
        self.with(key, now, |it| it.charge(cost, now));
    }

    fn check_at(&self, key: K, now: Instant) -> Result<(), Duration> {
        self.with(key, now, |it| it.take(now))
    }

    fn with<T>(&self, key: K, now: Instant, act: impl FnOnce(&mut Bucket) -> T) -> T {
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.len() >= SWEEP_ABOVE {
            buckets.retain(|_, it| !it.is_full(now));
        }
        act(buckets.entry(key).or_insert_with(|| Bucket::new(self.per_second, self.burst, now)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_passes_and_then_the_rate_holds() {
        let start = Instant::now();
        let limiter = Limiter::new(2.0, 3.0);
        let at =
            |key: &'static str, ms: u64| limiter.check_at(key, start + Duration::from_millis(ms)).is_ok();
        assert!(at("a", 0) && at("a", 0) && at("a", 0));
        assert!(!at("a", 0));
        assert!(at("b", 0), "another key has its own bucket");
        assert!(!at("a", 499) && at("a", 501) && !at("a", 501));
    }

    #[test]
    fn what_costs_more_is_paid_later() {
        let start = Instant::now();
        let mut bucket = Bucket::new(1.0, 4.0, start);
        assert!(bucket.spend(6.0, start).is_ok(), "one of them was there");
        assert_eq!(bucket.spend(1.0, start), Err(Duration::from_secs(3)));
        bucket.charge(100.0, start);
        assert_eq!(bucket.spend(1.0, start), Err(Duration::from_secs(5)), "no debt is larger than a burst");
    }

    #[test]
    fn booked_tokens_queue() {
        let start = Instant::now();
        let mut bucket = Bucket::new(2.0, 1.0, start);
        let waits: Vec<u128> = (0..3).map(|_| bucket.book(start).as_millis()).collect();
        assert_eq!(waits, [0, 500, 1000]);
    }

    #[test]
    fn strangers_do_not_fill_the_memory() {
        let start = Instant::now();
        let limiter = Limiter::new(1.0, 1.0);
        for key in 0..SWEEP_ABOVE {
            let _ = limiter.check_at(key, start);
        }
        let _ = limiter.check_at(usize::MAX, start + Duration::from_secs(2));
        assert_eq!(limiter.buckets.lock().unwrap().len(), 1);
    }
}
