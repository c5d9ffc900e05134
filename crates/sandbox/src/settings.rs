//! What can be chosen when a sandbox starts.

use std::path::PathBuf;

use milkrun_wire::tracking51::webhook;
use serde::{Deserialize, Serialize};

use crate::clock::Speed;

/// Choices of a sandbox. The defaults are the strict reading of both vendors' documents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Where the snapshot is kept; without it nothing outlives the process.
    pub data_dir: Option<PathBuf>,
    /// Where 51Tracking pushes to; without it nothing is pushed.
    pub webhook: Option<WebhookTarget>,
    /// How fast sandbox time runs.
    pub speed: Speed,
    /// Whether a RouteMate token serves one call only, as one sentence of its documents says.
    pub single_use_tokens: bool,
    /// Whether RouteMate's job lookup without a parameter lists all jobs instead of refusing.
    pub lenient_lookup: bool,
    /// Whether an unknown driver gives a warning and an unassigned job instead of a refusal.
    pub warn_unknown_driver: bool,
    /// Whether calls are limited as the vendors limit them.
    pub rate_limits: bool,
    /// How long a slow answer takes, in wall-clock milliseconds.
    pub slow_ms: u64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            data_dir: None,
            webhook: None,
            speed: Speed::RealTime,
            single_use_tokens: false,
            lenient_lookup: false,
            warn_unknown_driver: false,
            rate_limits: true,
            slow_ms: 15_000,
        }
    }
}

/// Where pushes go and which form they have.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WebhookTarget {
    /// An `http` address.
    pub url: String,
    /// Form and signature of the pushes.
    #[serde(default)]
    pub version: webhook::Version,
}
