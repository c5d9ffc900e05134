//! How fast each endpoint may be called, and which of them rest.
//!
//! The vendor limits each endpoint by itself and asks whoever was refused with 429 to wait two minutes.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::clock::{millis, now_ms};
use crate::config::upstreams::TrackingAccess;
use crate::rate::Bucket;
use crate::store::{Backend, Store};

/// Longest wait for a turn; whoever would wait longer is told so at once.
const PATIENCE: Duration = Duration::from_secs(20);

/// An endpoint, by what it does in every version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Endpoint {
    Couriers,
    Detect,
    Create,
    Batch,
    Get,
    Update,
    Delete,
    Retrack,
    Awb,
}

impl Endpoint {
    /// What it is called in counts and shared limits.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Couriers => "couriers",
            Self::Detect => "detect",
            Self::Create => "create",
            Self::Batch => "batch",
            Self::Get => "get",
            Self::Update => "update",
            Self::Delete => "delete",
            Self::Retrack => "retrack",
            Self::Awb => "awb",
        }
    }
}

/// The limits of one account.
#[derive(Debug)]
pub(super) struct Limits {
    rate: HashMap<Endpoint, f64>,
    other: f64,
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
        let rate = HashMap::from([
            (Endpoint::Create, access.create_per_second),
            (Endpoint::Get, access.get_per_second),
        ]);
        let other = access.other_per_second;
        Self { rate, other, pause: access.pause, endpoints: Mutex::default() }
    }

    fn per_second(&self, endpoint: Endpoint) -> f64 {
        self.rate.get(&endpoint).copied().unwrap_or(self.other)
    }

    /// Waits for a turn, or says for how long there is none. Where several proxies share a database they share
    /// their turns as well, because the vendor counts them as one account.
    pub(super) async fn wait(&self, store: &Store, endpoint: Endpoint) -> Result<(), Duration> {
        let wait = if store.backend() == Backend::Postgres {
            // At most a few times a second; a limit below one in a thousand seconds is none.
            let every = Duration::try_from_secs_f64(1.0 / self.per_second(endpoint)).unwrap_or(PATIENCE);
            let limits = store.rate_limits();
            let booked = limits.book(endpoint.as_str(), millis(every), 1, millis(PATIENCE), now_ms()).await;
            let ms = |it: i64| Duration::from_millis(it.unsigned_abs());
            booked.map_or(Err(PATIENCE), |it| it.map(ms).map_err(ms))?
        } else {
            self.turn(endpoint, Instant::now())?
        };
        tokio::time::sleep(wait).await;
        Ok(())
    }

    /// Lets an endpoint rest, for every proxy of this database.
    pub(super) async fn rest(&self, store: &Store, endpoint: Endpoint) {
        self.pause(endpoint, Instant::now());
        if store.backend() == Backend::Postgres {
            let until = now_ms() + millis(self.pause);
            if let Err(it) = store.rate_limits().rest(endpoint.as_str(), until).await {
                tracing::error!(error = %it, "a rest could not be shared");
            }
        }
    }

    /// How long to wait for a turn, or for how long there is none.
    fn turn(&self, endpoint: Endpoint, now: Instant) -> Result<Duration, Duration> {
        let mut endpoints = self.endpoints.lock().unwrap_or_else(PoisonError::into_inner);
        let per_second = self.per_second(endpoint);
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
    fn pause(&self, endpoint: Endpoint, now: Instant) {
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
