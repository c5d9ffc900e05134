//! The output, key by key as VROOM's `docs/API.md` has it.

use serde::{Deserialize, Serialize};

use super::StepKind;

/// A solution.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Output {
    /// 0 for success, 1 for an internal error, 2 for a bad input, 3 for trouble with the router.
    pub code: u32,
    /// What went wrong, unless the code is 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// Sums over all routes.
    #[serde(default)]
    pub summary: Summary,
    /// What no route serves.
    #[serde(default)]
    pub unassigned: Vec<Unassigned>,
    /// The routes.
    #[serde(default)]
    pub routes: Vec<Route>,
}

/// Sums over all routes.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Summary {
    /// What the vehicles cost.
    pub cost: i64,
    /// Number of routes.
    pub routes: usize,
    /// Number of unserved visits.
    pub unassigned: usize,
    /// What is delivered.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub delivery: Vec<i64>,
    /// What is picked up.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub pickup: Vec<i64>,
    /// Seconds of preparation.
    pub setup: i64,
    /// Seconds of service.
    pub service: i64,
    /// Seconds on the road.
    pub duration: i64,
    /// Seconds of waiting.
    pub waiting_time: i64,
    /// Priorities of what is served.
    pub priority: i64,
    /// Metres, where they are known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub distance: Option<i64>,
    /// Broken limits.
    pub violations: Vec<Violation>,
    /// Milliseconds it took.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub computing_times: Option<ComputingTimes>,
}

/// Milliseconds that each part of the work took.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ComputingTimes {
    /// Reading.
    pub loading: u64,
    /// Searching.
    pub solving: u64,
    /// Asking a router for geometry.
    pub routing: u64,
}

/// A visit that no route serves.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Unassigned {
    /// Its number.
    pub id: u64,
    /// What kind of visit.
    #[serde(rename = "type")]
    pub kind: StepKind,
    /// What it is called; here with the reason why nobody serves it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// Where.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<[f64; 2]>,
    /// Where in the matrices.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location_index: Option<usize>,
}

/// A vehicle's route.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Route {
    /// The vehicle's number.
    pub vehicle: u64,
    /// What it costs.
    pub cost: i64,
    /// What is delivered.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub delivery: Vec<i64>,
    /// What is picked up.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub pickup: Vec<i64>,
    /// Seconds of preparation.
    pub setup: i64,
    /// Seconds of service.
    pub service: i64,
    /// Seconds on the road.
    pub duration: i64,
    /// Seconds of waiting.
    pub waiting_time: i64,
    /// Priorities of what is served.
    pub priority: i64,
    /// Metres, where they are known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub distance: Option<i64>,
    /// The steps, from start to end.
    pub steps: Vec<Step>,
    /// Broken limits.
    pub violations: Vec<Violation>,
    /// What the vehicle is called.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// The way as an encoded polyline, if a router was asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub geometry: Option<String>,
}

/// One step of a route.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// What kind of step.
    #[serde(rename = "type")]
    pub kind: StepKind,
    /// The number of the job, pickup, delivery or break.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<u64>,
    /// What it is called.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// Where.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<[f64; 2]>,
    /// Where in the matrices.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location_index: Option<usize>,
    /// Seconds of preparation.
    #[serde(default)]
    pub setup: i64,
    /// Seconds of service.
    #[serde(default)]
    pub service: i64,
    /// Seconds of waiting before it.
    #[serde(default)]
    pub waiting_time: i64,
    /// When the vehicle gets there.
    pub arrival: i64,
    /// Seconds on the road up to there.
    #[serde(default)]
    pub duration: i64,
    /// Metres up to there, where they are known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub distance: Option<i64>,
    /// What is aboard afterwards.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub load: Vec<i64>,
    /// Broken limits.
    #[serde(default)]
    pub violations: Vec<Violation>,
}

/// A broken limit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Violation {
    /// Which limit, for instance `delay` or `load`.
    pub cause: String,
    /// By how many seconds, if it is a limit of time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duration: Option<i64>,
}
