//! A job's state: who has it, which stops are done and how each ended.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::lenient::{self, open_words};

open_words! {
    /// Where a job stands. Only `assigned` is documented; the rest is the ordinary life of such a job.
    JobStatus, default Unassigned {
        /// Being prepared.
        Draft = "draft",
        /// No driver has it.
        Unassigned = "unassigned",
        /// A driver has it and has not set out.
        Assigned = "assigned",
        /// The driver is on the way.
        InProgress = "in_progress",
        /// Every stop has ended.
        Completed = "completed",
        /// Called off.
        Cancelled = "cancelled",
    }
}

open_words! {
    /// How a stop stands. `pending` and `completed` are documented; the rest is the ordinary life of a stop.
    StopStatus, default Pending {
        /// Not reached yet.
        Pending = "pending",
        /// The driver is on the way to it or at it.
        InProgress = "in_progress",
        /// Delivered.
        Completed = "completed",
        /// Tried and not delivered.
        Failed = "failed",
        /// Passed over.
        Skipped = "skipped",
    }
}

impl JobStatus {
    /// Whether nothing more will change.
    pub fn is_final(&self) -> bool {
        matches!(self, Self::Completed | Self::Cancelled)
    }
}

impl StopStatus {
    /// Whether nothing more will change.
    pub fn is_final(&self) -> bool {
        matches!(self, Self::Completed | Self::Failed | Self::Skipped)
    }
}

/// Reply of `GET /v1/integration-jobs`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Job {
    /// RouteMate's id for the job.
    #[serde(deserialize_with = "lenient::plain_text")]
    pub job_id: String,
    /// Where the job stands.
    pub status: JobStatus,
    /// How many stops it has.
    #[serde(deserialize_with = "lenient::count")]
    pub stop_count: u32,
    /// How many stops stand how, keyed by the word on the wire; the counts sum to `stop_count`.
    #[serde(deserialize_with = "counts")]
    pub status_counts: BTreeMap<String, u32>,
    /// The stops in the order RouteMate chose.
    #[serde(deserialize_with = "lenient::or_default")]
    pub stops: Vec<JobStop>,
    /// Keys this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// A stop as RouteMate returns it. No field is documented, so all are optional; those the caller sent are
/// expected back.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct JobStop {
    /// RouteMate's id for the stop.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "lenient::text")]
    pub stop_id: Option<String>,
    /// Place in the route, from 1.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "sequence")]
    pub sequence: Option<u32>,
    /// WGS 84 degrees north.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "lenient::measure")]
    pub latitude: Option<f64>,
    /// WGS 84 degrees east.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "lenient::measure")]
    pub longitude: Option<f64>,
    /// How the stop stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<StopStatus>,
    /// The caller's id, as sent.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "lenient::text")]
    pub external_stop_id: Option<String>,
    /// The address, as sent.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "lenient::text")]
    pub address: Option<String>,
    /// The label, as sent.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "lenient::text")]
    pub label: Option<String>,
    /// The number of parcels, as sent.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "sequence")]
    pub parcel_count: Option<u32>,
    /// Keys this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

fn sequence<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<u32>, D::Error> {
    Ok(lenient::measure(deserializer)?
        .filter(|it| *it >= 0.0 && *it <= f64::from(u32::MAX))
        .map(|it| it as u32))
}

fn counts<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<BTreeMap<String, u32>, D::Error> {
    let raw: Map<String, Value> = lenient::or_default(deserializer)?;
    let count = |it: &Value| it.as_u64().and_then(|it| u32::try_from(it).ok()).unwrap_or_default();
    Ok(raw.iter().map(|(word, it)| (word.clone(), count(it))).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_vendors_sample_reads() {
        let job: Job = serde_json::from_str(
            r#"{"job_id":"e7ad097b","status":"assigned","stop_count":3,
                "status_counts":{"pending":2,"completed":1},"stops":[{"stop_id":"s","eta":"09:30"}]}"#,
        )
        .unwrap();
        assert_eq!(job.status, JobStatus::Assigned);
        assert_eq!(job.status_counts.values().sum::<u32>(), job.stop_count);
        assert_eq!(job.stops[0].extra["eta"], "09:30");
    }

    #[test]
    fn nulls_and_unknown_words_are_read() {
        let job: Job = serde_json::from_str(
            r#"{"job_id":"a","status":"Paused_By_Driver","stop_count":null,"status_counts":null,
                "stops":[{"sequence":"2","latitude":null,"longitude":"24.9","status":null,"parcel_count":null}]}"#,
        )
        .unwrap();
        assert_eq!(job.status, JobStatus::Other("Paused_By_Driver".to_owned()));
        assert_eq!((job.stops[0].sequence, job.stops[0].longitude), (Some(2), Some(24.9)));
        assert_eq!(serde_json::to_value(&job).unwrap()["status"], "Paused_By_Driver");
    }

    #[test]
    fn known_words_round_trip_in_any_case() {
        for it in StopStatus::KNOWN {
            assert_eq!(&StopStatus::from_word(&it.as_str().to_uppercase()), it);
        }
        assert!(StopStatus::Failed.is_final() && !StopStatus::InProgress.is_final());
        assert!(JobStatus::Cancelled.is_final() && !JobStatus::Assigned.is_final());
    }
}
