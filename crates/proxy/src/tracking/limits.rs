//! How fast each endpoint may be called, and which of them rest.
//!
//! The vendor limits each endpoint by itself and asks whoever was refused with 429 to wait two minutes.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::config::upstreams::TrackingAccess;
use crate::rate::Bucket;

/// Longest wait for a turn; whoever would wait longer is told so at once.
const PATIENCE: Duration = Duration::from_secs(20);

/// An endpoint of version 4.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Endpoint {
    Couriers,
    Detect,
    Create,
    Batch,
    Get,
    Delete,
}

/// The limits of one account.
#[derive(Debug)]
pub(super) struct Limits {
    rate: HashMap<Endpoint, f64>,
    pause: Duration,
    endpoints: Mutex<HashMap<Endpoint, Turns>>,
}

#[derive(Debug)]
struct Turns {
    bucket: Bucket,
    rests_until: Option<Instant>,
}

impl Limits {
    pub(super) fn new(access: &TrackingAccess) -> Self {
        let other = access.other_per_second;
        let rate = HashMap::from([
            (Endpoint::Couriers, other),
            (Endpoint::Detect, other),
            (Endpoint::Create, access.create_per_second),
            (Endpoint::Batch, other),
            (Endpoint::Get, access.get_per_second),
            (Endpoint::Delete, other),
        ]);
        Self { rate, pause: access.pause, endpoints: Mutex::default() }
    }

    /// How long to wait for a turn, or for how long there is none.
    pub(super) fn turn(&self, endpoint: Endpoint, now: Instant) -> Result<Duration, Duration> {
        let mut endpoints = self.endpoints.lock().unwrap_or_else(PoisonError::into_inner);
        let per_second = self.rate.get(&endpoint).copied().unwrap_or(1.0);
        let turns = endpoints
            .entry(endpoint)
            .or_insert_with(|| Turns { bucket: Bucket::new(per_second, 1.0, now), rests_until: None });
        if let Some(rest) =
            turns.rests_until.map(|it| it.saturating_duration_since(now)).filter(|it| !it.is_zero())
        {
            return Err(rest);
        }
        let mut bucket = turns.bucket;
        let wait = bucket.book(now);
        if wait > PATIENCE {
            return Err(wait);
        }
        turns.bucket = bucket;
        Ok(wait)
    }

    /// Lets an endpoint rest.
    pub(super) fn pause(&self, endpoint: Endpoint, now: Instant) {
        let mut endpoints = self.endpoints.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(it) = endpoints.get_mut(&endpoint) {
            it.rests_until = Some(now + self.pause);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    #[test]
    fn turns_come_at_the_rate_and_an_endpoint_rests_alone() {
        let limits = Limits::new(&Config::from_parts("", "", |_| None).unwrap().tracking);
        let start = Instant::now();
        let ms = |endpoint| limits.turn(endpoint, start).map(|it| it.as_millis()).map_err(|it| it.as_secs());
        assert_eq!((ms(Endpoint::Get), ms(Endpoint::Get)), (Ok(0), Ok(500)));
        limits.pause(Endpoint::Get, start);
        assert_eq!(ms(Endpoint::Get), Err(120));
        assert_eq!(ms(Endpoint::Create), Ok(0));
        assert!(limits.turn(Endpoint::Get, start + Duration::from_secs(121)).is_ok());
    }

    #[test]
    fn nobody_waits_for_ever() {
        let limits = Limits::new(&Config::from_parts("", "", |_| None).unwrap().tracking);
        let start = Instant::now();
        let turns = (0..100).filter(|_| limits.turn(Endpoint::Get, start).is_ok()).count();
        assert_eq!(turns, 41);
    }
}
