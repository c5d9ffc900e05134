//! One dispatched route as the page tells it: numbers counted, words chosen, trouble weighed.

use milkrun_wire::api::dispatch::{Dispatch, DispatchState};

use super::order::{Row, compare};
use crate::ui::icon::Icon;

/// A dispatched route, ready to show.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct JobView {
    pub(super) id: String,
    pub(super) title: String,
    pub(super) driver: String,
    pub(super) rank: Rank,
    /// Status in words, its icon and tone.
    pub(super) status: (String, Icon, &'static str),
    pub(super) counts: Counts,
    /// The stop the driver is at or goes to next.
    pub(super) next: Option<String>,
    pub(super) rows: Vec<Row>,
    pub(super) error: Option<String>,
    /// Warnings, with the stop's name before them when they speak of one.
    pub(super) warnings: Vec<String>,
    /// RouteMate's own totals: kilometres and minutes.
    pub(super) totals: (Option<f64>, Option<f64>),
    pub(super) updated_at: String,
}

/// How much help a route needs; routes are listed in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Rank {
    Refused,
    Failing,
    Warned,
    Waiting,
    OnTheRoad,
    Ready,
    Over,
}

/// How many stops stand how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Counts {
    pub(super) all: usize,
    pub(super) done: usize,
    pub(super) failed: usize,
    pub(super) under_way: usize,
}

impl JobView {
    pub(super) fn of(dispatch: &Dispatch) -> Self {
        let rows = compare(dispatch);
        let counts = Counts::of(&rows);
        let job = dispatch.job_status.as_deref().unwrap_or_default();
        let name_of = |id: &str| {
            let stop = dispatch.request.stops.iter().find(|stop| stop.stop_id == id);
            stop.map(|stop| if stop.label.is_empty() { stop.address.clone() } else { stop.label.clone() })
        };
        let warnings = dispatch.warnings.iter().map(|warning| {
            let stop = warning.stop_id.as_deref().and_then(name_of);
            stop.map_or_else(|| warning.message.clone(), |stop| format!("{stop}: {}", warning.message))
        });
        let warnings: Vec<String> = warnings.collect();
        let rank = match (dispatch.state, job) {
            (DispatchState::Refused, _) => Rank::Refused,
            (DispatchState::Sending, _) => Rank::Waiting,
            (_, "cancelled") => Rank::Failing,
            _ if counts.failed > 0 => Rank::Failing,
            (_, "completed") => Rank::Over,
            _ if !warnings.is_empty() => Rank::Warned,
            (_, "in_progress") => Rank::OnTheRoad,
            _ => Rank::Ready,
        };
        let next = rows.iter().find(|row| row.status == "in_progress");
        let next = next.or_else(|| rows.iter().find(|row| row.status == "pending"));
        Self {
            id: dispatch.id.clone(),
            title: dispatch.request.title.clone(),
            driver: dispatch.request.driver_email.clone(),
            rank,
            status: status_of(dispatch.state, job),
            counts,
            next: next.filter(|_| job != "completed").map(Row::name),
            rows,
            error: dispatch.error.clone(),
            warnings,
            totals: (dispatch.total_distance_km, dispatch.total_duration_minutes),
            updated_at: dispatch.updated_at.clone(),
        }
    }

    /// Changes whenever the card must be drawn anew; being asked again alone does not count.
    pub(super) fn key(&self) -> String {
        format!("{} {:?} {:?} {:?}", self.id, self.status.0, self.rows, self.error)
    }
}

impl Counts {
    fn of(rows: &[Row]) -> Self {
        let count = |words: &[&str]| rows.iter().filter(|row| words.contains(&row.status.as_str())).count();
        Self {
            all: rows.len(),
            done: count(&["completed"]),
            failed: count(&["failed", "skipped"]),
            under_way: count(&["in_progress"]),
        }
    }
}

fn status_of(state: DispatchState, job: &str) -> (String, Icon, &'static str) {
    let (words, icon, tone) = match (state, job) {
        (DispatchState::Sending, _) => ("Being sent", Icon::Send, "info"),
        (DispatchState::Refused, _) => ("Refused by RouteMate", Icon::Warn, "bad"),
        (_, "draft" | "") => ("Being prepared", Icon::Clock, "plain"),
        (_, "unassigned") => ("Waiting for a driver", Icon::Clock, "warn"),
        (_, "assigned") => ("With the driver", Icon::Driver, "info"),
        (_, "in_progress") => ("On the road", Icon::Van, "info"),
        (_, "completed") => ("Completed", Icon::Check, "ok"),
        (_, "cancelled") => ("Cancelled", Icon::Close, "bad"),
        (_, other) => return (other.replace('_', " "), Icon::Info, "plain"),
    };
    (words.to_owned(), icon, tone)
}

/// A stop's status in words, its icon and tone.
pub(super) fn stop_status(word: &str) -> (String, Icon, &'static str) {
    let (words, icon, tone) = match word {
        "pending" | "" => ("Ahead", Icon::Clock, "plain"),
        "in_progress" => ("Next", Icon::Van, "info"),
        "completed" => ("Done", Icon::Check, "ok"),
        "failed" => ("Failed", Icon::Warn, "bad"),
        "skipped" => ("Skipped", Icon::Warn, "warn"),
        other => return (other.replace('_', " "), Icon::Info, "plain"),
    };
    (words.to_owned(), icon, tone)
}

#[cfg(test)]
mod tests {
    use milkrun_wire::api::dispatch::{DispatchRequest, DispatchStop, StopProgress};

    use super::*;

    fn dispatch(state: DispatchState, job: &str, stops: &[&str]) -> Dispatch {
        let stop = |at: usize| DispatchStop {
            stop_id: at.to_string(),
            address: format!("Street {at}"),
            label: String::new(),
            parcel_count: 1,
            ..DispatchStop::default()
        };
        let progress = |(at, word): (usize, &&str)| StopProgress {
            stop_id: at.to_string(),
            sequence: Some(at as u32 + 1),
            status: (*word).to_owned(),
        };
        Dispatch {
            id: "d".into(),
            request: DispatchRequest {
                date: "2026-11-22".into(),
                external_job_id: "x".into(),
                title: "Route A".into(),
                driver_email: "a@example.org".into(),
                stops: (0..stops.len()).map(stop).collect(),
            },
            state,
            job_id: None,
            total_distance_km: None,
            total_duration_minutes: None,
            job_status: Some(job.to_owned()),
            stops: stops.iter().enumerate().map(progress).collect(),
            warnings: Vec::new(),
            error: None,
            created_at: String::new(),
            updated_at: String::new(),
        }
    }

    fn check(state: DispatchState, job: &str, stops: &[&str], rank: Rank, next: Option<&str>) {
        let view = JobView::of(&dispatch(state, job, stops));
        assert_eq!((view.rank, view.next.as_deref()), (rank, next), "{job} {stops:?}");
    }

    #[test]
    fn trouble_comes_first() {
        use DispatchState::{Accepted, Refused, Sending};
        check(Refused, "", &["pending"], Rank::Refused, Some("Street 0"));
        check(Sending, "", &["pending"], Rank::Waiting, Some("Street 0"));
        check(Accepted, "in_progress", &["completed", "failed", "pending"], Rank::Failing, Some("Street 2"));
        check(
            Accepted,
            "in_progress",
            &["completed", "pending", "in_progress"],
            Rank::OnTheRoad,
            Some("Street 2"),
        );
        check(Accepted, "assigned", &["pending"], Rank::Ready, Some("Street 0"));
        check(Accepted, "completed", &["completed"], Rank::Over, None);
        assert!(Rank::Refused < Rank::Failing && Rank::Failing < Rank::OnTheRoad && Rank::Ready < Rank::Over);
    }

    #[test]
    fn unknown_words_are_shown_as_they_are() {
        assert_eq!(stop_status("half_done").0, "half done");
    }
}
