//! What a driver has done by now, told from the clock alone.
//!
//! A job remembers when each of its stops ends; everything else follows from what time it is. So nothing has
//! to run for a job to progress, and a clock that steps over hours loses nothing.

use std::collections::BTreeMap;

use milkrun_wire::routemate::{ImportRequest, Job, JobStatus, JobStop, Optimization, StopStatus, Warning};
use serde::{Deserialize, Serialize};
use serde_json::Map;

/// Seconds between the import and the driver setting out.
const BEFORE_START: i64 = 120;
/// Part of a stop's label that makes its delivery fail.
const FAILS: &str = "[fail]";

/// A job as remembered.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct JobRecord {
    pub(crate) job_id: String,
    /// What was asked, to tell a repetition from a contradiction.
    pub(crate) request: ImportRequest,
    pub(crate) assigned: bool,
    /// When it was imported, sandbox seconds.
    pub(crate) imported_at: i64,
    pub(crate) optimization: Optimization,
    pub(crate) warnings: Vec<Warning>,
    /// In RouteMate's order.
    pub(crate) stops: Vec<StopRecord>,
}

/// A stop as remembered.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct StopRecord {
    /// What never changes, `status` left out.
    pub(crate) shown: JobStop,
    /// When it ends, seconds after the driver set out.
    pub(crate) ends_after: i64,
}

impl JobRecord {
    /// The job as it stands at `now`, sandbox seconds.
    pub(crate) fn at(&self, now: i64) -> Job {
        let stops: Vec<JobStop> = self.stops_at(now);
        let mut status_counts = BTreeMap::new();
        for it in stops.iter().filter_map(|it| it.status.as_ref()) {
            *status_counts.entry(it.as_str().to_owned()).or_insert(0) += 1;
        }
        let mut extra = Map::new();
        extra.insert("external_job_id".to_owned(), self.request.external_job_id.clone().into());
        extra.insert("title".to_owned(), self.request.title.clone().into());
        Job {
            job_id: self.job_id.clone(),
            status: self.status_at(now),
            stop_count: u32::try_from(stops.len()).unwrap_or(u32::MAX),
            status_counts,
            stops,
            extra,
        }
    }

    /// The stops as they stand at `now`, sandbox seconds.
    pub(crate) fn stops_at(&self, now: i64) -> Vec<JobStop> {
        let driving = self.driving_for(now);
        let mut reached = self.status_at(now) == JobStatus::InProgress;
        let status = |it: &StopRecord| {
            if driving.is_some_and(|driving| driving >= it.ends_after) {
                it.ending()
            } else if std::mem::take(&mut reached) {
                StopStatus::InProgress
            } else {
                StopStatus::Pending
            }
        };
        let statuses: Vec<StopStatus> = self.stops.iter().map(status).collect();
        let shown =
            |(it, status): (&StopRecord, StopStatus)| JobStop { status: Some(status), ..it.shown.clone() };
        self.stops.iter().zip(statuses).map(shown).collect()
    }

    fn status_at(&self, now: i64) -> JobStatus {
        let end = self.stops.last().map_or(0, |it| it.ends_after);
        match self.driving_for(now) {
            _ if !self.assigned => JobStatus::Unassigned,
            None => JobStatus::Assigned,
            Some(driving) if driving >= end => JobStatus::Completed,
            Some(_) => JobStatus::InProgress,
        }
    }

    /// Seconds since the driver set out, or `None` before that.
    fn driving_for(&self, now: i64) -> Option<i64> {
        let driving = now - self.imported_at - BEFORE_START;
        (self.assigned && driving >= 0).then_some(driving)
    }
}

impl StopRecord {
    fn ending(&self) -> StopStatus {
        let label = self.shown.label.as_deref().unwrap_or_default();
        if self.shown.latitude.is_none() {
            StopStatus::Skipped
        } else if label.contains(FAILS) {
            StopStatus::Failed
        } else {
            StopStatus::Completed
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn job(assigned: bool) -> JobRecord {
        let stop = |label: &str, latitude, ends_after| StopRecord {
            shown: JobStop { label: Some(label.to_owned()), latitude, ..JobStop::default() },
            ends_after,
        };
        JobRecord {
            job_id: "j".to_owned(),
            request: ImportRequest::default(),
            assigned,
            imported_at: 1000,
            optimization: Optimization::default(),
            warnings: Vec::new(),
            stops: vec![stop("a", Some(60.0), 300), stop("b [fail]", Some(60.0), 600), stop("c", None, 600)],
        }
    }

    fn check(now: i64, status: &str, stops: [&str; 3]) {
        let it = job(true).at(now);
        let found: Vec<&str> = it.stops.iter().map(|it| it.status.as_ref().unwrap().as_str()).collect();
        assert_eq!((it.status.as_str(), found.as_slice()), (status, stops.as_slice()), "at {now}");
        assert_eq!(it.status_counts.values().sum::<u32>(), it.stop_count, "at {now}");
    }

    #[test]
    fn a_driver_works_through_the_stops() {
        check(1000, "assigned", ["pending", "pending", "pending"]);
        check(1119, "assigned", ["pending", "pending", "pending"]);
        check(1120, "in_progress", ["in_progress", "pending", "pending"]);
        check(1420, "in_progress", ["completed", "in_progress", "pending"]);
        check(1720, "completed", ["completed", "failed", "skipped"]);
        check(999_999, "completed", ["completed", "failed", "skipped"]);
    }

    #[test]
    fn nobody_drives_an_unassigned_job() {
        let it = job(false).at(999_999);
        assert_eq!(it.status, JobStatus::Unassigned);
        assert_eq!(it.status_counts.get("pending"), Some(&3));
    }
}
