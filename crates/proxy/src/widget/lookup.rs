//! One number: a parcel some carrier has, or a stop of the shop's own drivers.

use milkrun_wire::api::lookup::{Lookup, LookupEvent};
use milkrun_wire::api::parcel::{Parcel, ParcelStatus};
use milkrun_wire::routemate::{JobStatus, StopStatus};

use super::number::normalised;
use crate::clock::rfc3339;
use crate::problem::Answer;
use crate::state::State;
use crate::store::dispatches::DispatchRow;

/// Answers for a number as it was typed. An unknown one is an answer like any other.
pub(super) async fn find(state: &State, typed: &str) -> Answer<Lookup> {
    let number = normalised(typed);
    if number.is_empty() {
        return Ok(unknown(typed));
    }
    if let Some(row) = state.store.parcels().by_number(&number).await?.into_iter().next() {
        return Ok(of_parcel(row.document));
    }
    let stops = state.store.stop_numbers();
    let Some(stop) = stops.find(&number).await? else { return Ok(unknown(typed)) };
    let Some(row) = state.store.dispatches().find(&stop.dispatch_id).await? else {
        return Ok(unknown(typed));
    };
    let history = stops.history(&stop).await?;
    Ok(of_stop(typed, &row, &stop.stop_id, &history))
}

fn unknown(typed: &str) -> Lookup {
    Lookup {
        number: typed.chars().take(100).collect(),
        found: false,
        status: ParcelStatus::NotFound,
        at_collection_point: false,
        substatus: String::new(),
        carrier: String::new(),
        expected_at: String::new(),
        stops_before: -1,
        events: Vec::new(),
    }
}

/// Field by field, so that nothing a shopper must not see gets in by itself.
fn of_parcel(it: Parcel) -> Lookup {
    let event = |it: milkrun_wire::api::parcel::Checkpoint| LookupEvent {
        at: it.at,
        text: it.detail,
        place: it.place.unwrap_or_default(),
    };
    Lookup {
        number: it.tracking_number,
        found: true,
        status: it.status,
        at_collection_point: it.substatus.as_deref() == Some("pickup002"),
        substatus: it.substatus.unwrap_or_default(),
        carrier: it.courier_name.unwrap_or(it.courier_code),
        expected_at: it.expected_at.unwrap_or_default(),
        stops_before: -1,
        events: it.checkpoints.into_iter().map(event).collect(),
    }
}

fn of_stop(typed: &str, row: &DispatchRow, stop_id: &str, history: &[(String, i64)]) -> Lookup {
    let job = JobStatus::from_word(row.progress.job_status.as_deref().unwrap_or_default());
    let stops = &row.progress.stops;
    let place = stops.iter().position(|it| it.stop_id == stop_id);
    let word = place.map_or("pending", |at| stops[at].status.as_str());
    let stop = StopStatus::from_word(word);
    let before =
        place.map(|at| stops[..at].iter().filter(|it| !StopStatus::from_word(&it.status).is_final()).count());
    let event = |word: &str, at_ms: i64| {
        let text = sentence(&StopStatus::from_word(word))?;
        Some(LookupEvent { at: rfc3339(at_ms), text: text.to_owned(), place: String::new() })
    };
    let mut events: Vec<LookupEvent> =
        history.iter().filter_map(|(word, at_ms)| event(word, *at_ms)).collect();
    events.push(LookupEvent {
        at: rfc3339(row.created_ms),
        text: "Planned for delivery".to_owned(),
        place: String::new(),
    });
    Lookup {
        found: true,
        status: status(&job, &stop),
        stops_before: before.filter(|_| !stop.is_final()).and_then(|it| i32::try_from(it).ok()).unwrap_or(-1),
        events,
        ..unknown(typed)
    }
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
    use milkrun_wire::api::dispatch::{DispatchRequest, DispatchState, StopProgress};

    use super::*;
    use crate::store::dispatches::Progress;
    use crate::store::parcels::tests::row;

    #[test]
    fn nothing_of_the_account_reaches_a_shopper() {
        let mut parcel = row("secret-id", "A").document;
        parcel.title = Some("secret-title".to_owned());
        parcel.order_number = Some("secret-order".to_owned());
        let text = serde_json::to_string(&of_parcel(parcel)).unwrap();
        assert!(!text.contains("secret"), "{text}");
    }

    fn check(job: &str, words: [&str; 3], expected: (ParcelStatus, i32)) {
        let stop = |(id, word): (&str, &str)| StopProgress {
            stop_id: id.to_owned(),
            sequence: None,
            status: word.to_owned(),
        };
        let row = DispatchRow {
            id: "secret".to_owned(),
            request: DispatchRequest {
                date: String::new(),
                external_job_id: "secret".to_owned(),
                title: "secret".to_owned(),
                driver_email: "secret".to_owned(),
                stops: Vec::new(),
            },
            body: "secret".to_owned(),
            state: DispatchState::Accepted,
            attempts: 0,
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
        };
        let it = of_stop("c", &row, "c", &[("completed".to_owned(), 1000)]);
        assert_eq!((it.status, it.stops_before), expected, "{job} {words:?}");
        assert!(!serde_json::to_string(&it).unwrap().contains("secret"));
        assert_eq!(it.events.len(), 2);
    }

    #[test]
    fn a_stop_says_how_many_come_before_it() {
        check("assigned", ["pending"; 3], (ParcelStatus::InfoReceived, 2));
        check("in_progress", ["completed", "in_progress", "pending"], (ParcelStatus::Pickup, 1));
        check("in_progress", ["completed", "failed", "in_progress"], (ParcelStatus::Pickup, 0));
        check("completed", ["completed", "completed", "completed"], (ParcelStatus::Delivered, -1));
        check("completed", ["completed", "completed", "failed"], (ParcelStatus::Undelivered, -1));
        check("cancelled", ["pending"; 3], (ParcelStatus::Exception, 2));
    }
}
