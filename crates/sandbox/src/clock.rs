//! The sandbox's own time, which may run faster than the wall clock or stand still.
//!
//! A parcel takes days and a round takes hours; nobody who tries the product waits for either. Whatever the
//! outside world would time, the sandbox times by this clock. What a client times (token life, rate limits,
//! the age of a signature) stays on the wall clock.

use std::time::{SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

/// How fast sandbox time runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Speed {
    /// Only when told to step.
    Manual,
    /// As the wall clock does.
    #[default]
    RealTime,
    /// Sixty times as fast: an hour a minute.
    Times60,
    /// As fast as it gets: an hour a second.
    Times3600,
}

impl Speed {
    /// Sandbox seconds in a wall-clock second.
    pub fn factor(self) -> i64 {
        match self {
            Self::Manual => 0,
            Self::RealTime => 1,
            Self::Times60 => 60,
            Self::Times3600 => 3600,
        }
    }

    /// Reads `1`, `60`, `3600` or `manual`.
    pub fn from_word(word: &str) -> Option<Self> {
        match word {
            "manual" | "0" => Some(Self::Manual),
            "1" => Some(Self::RealTime),
            "60" => Some(Self::Times60),
            "3600" => Some(Self::Times3600),
            _ => None,
        }
    }

    /// The word that [`Speed::from_word`] reads.
    pub fn as_word(self) -> &'static str {
        match self {
            Self::Manual => "manual",
            Self::RealTime => "1",
            Self::Times60 => "60",
            Self::Times3600 => "3600",
        }
    }
}

/// Sandbox time as a line through one known point. All moments are milliseconds since 1970.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Clock {
    sandbox_ms: i64,
    wall_ms: i64,
    #[serde(with = "speed_word")]
    speed: Speed,
}

impl Clock {
    pub(crate) fn starting(wall_ms: i64, speed: Speed) -> Self {
        Self { sandbox_ms: wall_ms, wall_ms, speed }
    }

    /// Sandbox time in unix seconds.
    pub(crate) fn now(&self, wall_ms: i64) -> i64 {
        self.now_ms(wall_ms) / 1000
    }

    pub(crate) fn speed(&self) -> Speed {
        self.speed
    }

    pub(crate) fn set_speed(&mut self, wall_ms: i64, speed: Speed) {
        *self = Self { sandbox_ms: self.now_ms(wall_ms), wall_ms, speed };
    }

    pub(crate) fn step(&mut self, wall_ms: i64, seconds: i64) {
        let sandbox_ms = self.now_ms(wall_ms).saturating_add(seconds.saturating_mul(1000));
        *self = Self { sandbox_ms, wall_ms, speed: self.speed };
    }

    /// Goes on after a restart. Fast time does not pass while the sandbox is off, but no time lags the wall
    /// clock: a job started today must not carry yesterday's date.
    pub(crate) fn resume(&mut self, wall_ms: i64, speed: Speed) {
        let sandbox_ms = if self.is_fast() { self.sandbox_ms } else { self.now_ms(wall_ms) };
        *self = Self { sandbox_ms: sandbox_ms.max(wall_ms), wall_ms, speed };
    }

    /// Moves the known point to now when time runs fast, so that a snapshot holds the time it was taken. At
    /// other speeds the point says as much wherever it is, and a quiet sandbox's snapshot stays the same.
    pub(crate) fn settle(&mut self, wall_ms: i64) {
        if self.is_fast() {
            self.set_speed(wall_ms, self.speed);
        }
    }

    fn is_fast(&self) -> bool {
        self.speed.factor() > 1
    }

    fn now_ms(&self, wall_ms: i64) -> i64 {
        // A wall clock that is set back must not take sandbox time with it.
        let elapsed = (wall_ms - self.wall_ms).max(0);
        self.sandbox_ms.saturating_add(elapsed.saturating_mul(self.speed.factor()))
    }
}

/// The wall clock, in milliseconds since 1970.
pub(crate) fn wall_ms() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

/// Unix seconds as RFC 3339 with a numeric offset, which is how 51Tracking writes time.
pub(crate) fn rfc3339(seconds: i64) -> String {
    let moment = jiff::Timestamp::from_second(seconds).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    moment.strftime("%Y-%m-%dT%H:%M:%S+00:00").to_string()
}

mod speed_word {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    use super::Speed;

    pub(super) fn serialize<S: Serializer>(speed: &Speed, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(speed.as_word())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Speed, D::Error> {
        let word = String::deserialize(deserializer)?;
        Speed::from_word(&word).ok_or_else(|| D::Error::custom(format!("{word:?} is no speed")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_runs_at_the_speed_set() {
        let mut clock = Clock::starting(1_000_000, Speed::Times60);
        assert_eq!(clock.now(1_000_000), 1000);
        assert_eq!(clock.now(1_002_000), 1120);
        clock.set_speed(1_002_000, Speed::Manual);
        assert_eq!(clock.now(9_000_000), 1120);
        clock.step(9_000_000, 30);
        assert_eq!(clock.now(9_999_000), 1150);
        clock.set_speed(10_000_000, Speed::Times3600);
        assert_eq!(clock.now(10_000_500), 1150 + 1800);
        assert_eq!(clock.now(9_000_000), 1150, "a wall clock set back changes nothing");
    }

    #[test]
    fn a_restart_goes_on_and_never_lags() {
        let mut ahead = Clock { sandbox_ms: 900_000, wall_ms: 100_000, speed: Speed::Times3600 };
        ahead.resume(200_000, Speed::RealTime);
        assert_eq!(ahead.now(201_000), 901);
        let mut behind = Clock { sandbox_ms: 100_000, wall_ms: 100_000, speed: Speed::Manual };
        behind.resume(200_000, Speed::Manual);
        assert_eq!(behind.now(205_000), 200);
    }

    #[test]
    fn moments_are_written_with_an_offset() {
        assert_eq!(rfc3339(1_698_217_372), "2023-10-25T07:02:52+00:00");
    }

    #[test]
    fn speeds_are_read_back() {
        for it in [Speed::Manual, Speed::RealTime, Speed::Times60, Speed::Times3600] {
            assert_eq!(Speed::from_word(it.as_word()), Some(it));
        }
        assert_eq!(Speed::from_word("2"), None);
    }
}
