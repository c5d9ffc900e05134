//! The sandbox's clock, which the portal may turn while stand-ins are in use.

use serde::{Deserialize, Serialize};

/// The sandbox clock.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clock {
    /// RFC 3339 time in the sandbox's world.
    pub now: String,
    /// Sandbox seconds a real second; 0 when it only moves by steps.
    pub speed: u32,
}

/// A turn of the sandbox clock.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClockChange {
    /// New speed: 0 (by steps), 1, 60 or 3600.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub speed: Option<u32>,
    /// Move forward at once by so many seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub step_seconds: Option<u32>,
}
