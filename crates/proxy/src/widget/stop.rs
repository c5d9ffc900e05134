//! What a shopper may see of a stop of the shop's own drivers: where it stands in the queue, and when it is its turn.

use jiff::Timestamp;
use milkrun_wire::api::lookup::{Kind, Lookup, LookupEvent};
use milkrun_wire::api::parcel::ParcelStatus;
use milkrun_wire::routemate::{JobStatus, StopStatus};

use crate::clock::rfc3339;
use crate::store::dispatches::DispatchRow;

const MINUTE_MS: i64 = 60 * 1000;
/// How far a planned time lies from either end of its window.
const PLANNED_MS: i64 = 30 * MINUTE_MS;
/// The same once the tour is under way, when more is known.
const ESTIMATED_MS: i64 = 15 * MINUTE_MS;
/// Windows begin and end at such steps: more would be more than anybody knows.
const STEP_MS: i64 = 5 * MINUTE_MS;

/// A change of one stop: which one, RouteMate's word, and when it was heard, milliseconds.
pub(super) type Change = (String, String, i64);

/// The stop of a tour, told field by field, so that nothing a shopper must not see gets in by itself.
pub(super) fn of(row: &DispatchRow, stop_id: &str, history: &[Change], now_ms: i64) -> Lookup {
    let job = JobStatus::from_word(row.progress.job_status.as_deref().unwrap_or_default());
    let stops = &row.progress.stops;
    let place = stops.iter().position(|it| it.stop_id == stop_id);
    let stop = StopStatus::from_word(place.map_or("pending", |at| stops[at].status.as_str()));
    let before =
        place.map(|at| stops[..at].iter().filter(|it| !StopStatus::from_word(&it.status).is_final()).count());
    let over = stop.is_final() || job.is_final();
    let planned = planned_at(row, stop_id);
    let (planned_from, planned_until) = window(planned.map(|it| (it - PLANNED_MS, it + PLANNED_MS)));
    let under_way = !over && job == JobStatus::InProgress;
    let estimated = planned.filter(|_| under_way).map(|it| {
        let at = (it + delay(row, history).unwrap_or_default()).max(now_ms);
        ((at - ESTIMATED_MS).max(now_ms), at + ESTIMATED_MS)
    });
    let (estimated_from, estimated_until) = window(estimated);
    let delivered = |it: &&Change| it.0 == stop_id && StopStatus::from_word(&it.1) == StopStatus::Completed;
    let delivered = history.iter().find(delivered).filter(|_| stop == StopStatus::Completed);
    Lookup {
        number: stop_id.to_owned(),
        found: true,
        kind: Kind::Driver,
        status: status(&job, &stop),
        at_collection_point: false,
        substatus: String::new(),
        carrier: String::new(),
        carrier_code: String::new(),
        expected_at: String::new(),
        planned_from,
        planned_until,
        estimated_from,
        estimated_until,
        delivered_at: delivered.map(|it| rfc3339(it.2)).unwrap_or_default(),
        stops_before: before.filter(|_| !over).and_then(|it| i32::try_from(it).ok()).unwrap_or(-1),
        stale: false,
        page: String::new(),
        events: events(row, stop_id, history),
    }
}

fn events(row: &DispatchRow, stop_id: &str, history: &[Change]) -> Vec<LookupEvent> {
    let event = |at_ms: i64, text: &str, status: ParcelStatus| LookupEvent {
        at: rfc3339(at_ms),
        text: text.to_owned(),
        place: String::new(),
        status: super::word(status),
    };
    let told = history.iter().rev().filter(|it| it.0 == stop_id).filter_map(|(_, word, at_ms)| {
        let stop = StopStatus::from_word(word);
        Some(event(*at_ms, sentence(&stop)?, status(&JobStatus::InProgress, &stop)))
    });
    let first = event(row.created_ms, "Planned for delivery", ParcelStatus::InfoReceived);
    told.chain([first]).collect()
}

/// When the driver was planned to be there, milliseconds.
fn planned_at(row: &DispatchRow, stop_id: &str) -> Option<i64> {
    let stop = row.request.stops.iter().find(|it| it.stop_id == stop_id)?;
    stop.planned_at.as_deref()?.parse::<Timestamp>().ok().map(Timestamp::as_millisecond)
}

/// How late the tour was at the stop it ended last, milliseconds; negative when it was early.
fn delay(row: &DispatchRow, history: &[Change]) -> Option<i64> {
    let ended = history
        .iter()
        .rev()
        .filter(|it| matches!(StopStatus::from_word(&it.1), StopStatus::Completed | StopStatus::Failed));
    ended.filter_map(|(stop, _, at_ms)| Some(at_ms - planned_at(row, stop)?)).next()
}

fn window(it: Option<(i64, i64)>) -> (String, String) {
    let down = |it: i64| it.div_euclid(STEP_MS) * STEP_MS;
    it.map(|(from, until)| (rfc3339(down(from)), rfc3339(down(until + STEP_MS - 1)))).unwrap_or_default()
}

fn status(job: &JobStatus, stop: &StopStatus) -> ParcelStatus {
    match (stop, job) {
        (StopStatus::Completed, _) => ParcelStatus::Delivered,
        (StopStatus::Failed, _) => ParcelStatus::Undelivered,
        (StopStatus::Skipped, _) | (_, JobStatus::Cancelled) => ParcelStatus::Exception,
        (StopStatus::InProgress, _) | (StopStatus::Pending, JobStatus::InProgress) => ParcelStatus::Pickup,
        (StopStatus::Pending, _) => ParcelStatus::InfoReceived,
        (StopStatus::Other(_), _) => ParcelStatus::Unknown,
    }
}

fn sentence(stop: &StopStatus) -> Option<&'static str> {
    match stop {
        StopStatus::InProgress => Some("The driver is on the way to you"),
        StopStatus::Completed => Some("Delivered"),
        StopStatus::Failed => Some("The delivery failed"),
        StopStatus::Skipped => Some("Not delivered on this tour"),
        StopStatus::Pending | StopStatus::Other(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use milkrun_wire::api::dispatch::{DispatchRequest, DispatchState, DispatchStop, StopProgress};

    use super::*;
    use crate::store::dispatches::Progress;

    const HOUR_MS: i64 = 60 * MINUTE_MS;

    fn row(job: &str, words: [&str; 3]) -> DispatchRow {
        let stop = |(id, word): (&str, &str)| StopProgress {
            stop_id: id.to_owned(),
            sequence: None,
            status: word.to_owned(),
        };
        let asked = |(at, id): (i64, &str)| DispatchStop {
            stop_id: id.to_owned(),
            address: "secret".to_owned(),
            label: "secret".to_owned(),
            planned_at: Some(rfc3339((10 + at) * HOUR_MS)),
            order_number: Some("secret".to_owned()),
            ..DispatchStop::default()
        };
        DispatchRow {
            id: "secret".to_owned(),
            request: DispatchRequest {
                date: String::new(),
                external_job_id: "secret".to_owned(),
                title: "secret".to_owned(),
                driver_email: "secret".to_owned(),
                stops: [(0, "a"), (1, "b"), (2, "c")].map(asked).to_vec(),
            },
            body: "secret".to_owned(),
            state: DispatchState::Accepted,
            attempts: 0,
            conflicts: 0,
            delay_ms: 0,
            job_id: Some("secret".to_owned()),
            progress: Progress {
                job_status: Some(job.to_owned()),
                stops: ["a", "b", "c"].into_iter().zip(words).map(stop).collect(),
                ..Progress::default()
            },
            error: None,
            created_ms: 0,
            updated_ms: 0,
        }
    }

    fn check(job: &str, words: [&str; 3], expected: (ParcelStatus, i32)) {
        let history = [("c".to_owned(), "completed".to_owned(), 1000)];
        let it = of(&row(job, words), "c", &history, 0);
        assert_eq!((it.status, it.stops_before), expected, "{job} {words:?}");
        assert!(!serde_json::to_string(&it).unwrap().contains("secret"));
        assert_eq!(it.events.len(), 2);
        assert_eq!(it.delivered_at.is_empty(), expected.0 != ParcelStatus::Delivered);
    }

    #[test]
    fn a_stop_says_how_many_come_before_it() {
        check("assigned", ["pending"; 3], (ParcelStatus::InfoReceived, 2));
        check("in_progress", ["completed", "in_progress", "pending"], (ParcelStatus::Pickup, 1));
        check("in_progress", ["completed", "failed", "in_progress"], (ParcelStatus::Pickup, 0));
        check("completed", ["completed", "completed", "completed"], (ParcelStatus::Delivered, -1));
        check("completed", ["completed", "completed", "failed"], (ParcelStatus::Undelivered, -1));
        check("cancelled", ["pending"; 3], (ParcelStatus::Exception, -1));
    }

    #[test]
    fn the_estimate_moves_with_the_tour_and_never_lies_behind() {
        let windows = |job: &str, words, ended_ms: i64, now_ms: i64| {
            let history = [("a".to_owned(), "completed".to_owned(), ended_ms)];
            let it = of(&row(job, words), "c", &history, now_ms);
            let hours = |it: &str| it.get(11..16).unwrap_or_default().to_owned();
            [it.planned_from, it.planned_until, it.estimated_from, it.estimated_until].map(|it| hours(&it))
        };
        let open = ["completed", "in_progress", "pending"];
        assert_eq!(windows("assigned", ["pending"; 3], 0, 0), ["11:30", "12:30", "", ""]);
        let late = 10 * HOUR_MS + 20 * MINUTE_MS;
        assert_eq!(windows("in_progress", open, late, late), ["11:30", "12:30", "12:05", "12:35"]);
        let now = 13 * HOUR_MS;
        assert_eq!(windows("in_progress", open, late, now), ["11:30", "12:30", "13:00", "13:15"]);
        assert_eq!(windows("completed", ["completed"; 3], late, now), ["11:30", "12:30", "", ""]);
    }
}
