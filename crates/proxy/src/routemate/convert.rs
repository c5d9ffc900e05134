//! Between the portal's words and RouteMate's.

use milkrun_wire::api::dispatch::{DispatchRequest, DispatchWarning, StopProgress};
use milkrun_wire::routemate::{FieldError, ImportReply, ImportRequest, ImportStop, Job, JobStop, StopStatus};
use serde::Serialize;

use crate::store::dispatches::Progress;

/// An import, with its intent named in the body where the settings want that.
#[derive(Serialize)]
pub(crate) struct ImportBody<'a> {
    #[serde(flatten)]
    import: ImportRequest,
    #[serde(skip_serializing_if = "Option::is_none")]
    idempotency_key: Option<&'a str>,
}

/// The import of a dispatch. The plan's stop ids are the external ones, so that replies can be matched.
pub(crate) fn import_body<'a>(it: &DispatchRequest, key: Option<&'a str>) -> ImportBody<'a> {
    ImportBody { import: import(it), idempotency_key: key }
}

fn import(it: &DispatchRequest) -> ImportRequest {
    let stop = |it: &milkrun_wire::api::dispatch::DispatchStop| ImportStop {
        external_stop_id: it.stop_id.clone(),
        address: it.address.clone(),
        label: it.label.clone(),
        parcel_count: it.parcel_count,
    };
    ImportRequest {
        external_job_id: it.external_job_id.clone(),
        title: it.title.clone(),
        driver_email: Some(it.driver_email.clone()).filter(|it| !it.is_empty()),
        stops: it.stops.iter().map(stop).collect(),
    }
}

/// What an accepted import says.
pub(super) fn accepted(request: &DispatchRequest, reply: &ImportReply) -> Progress {
    let warning = |it: &milkrun_wire::routemate::Warning| DispatchWarning {
        stop_id: it.external_stop_id.clone(),
        message: it.message.clone(),
    };
    Progress {
        total_distance_km: reply.optimization.total_distance_km,
        total_duration_minutes: reply.optimization.total_duration_minutes,
        job_status: None,
        stops: stops(request, &reply.stops),
        warnings: reply.warnings.iter().map(warning).collect(),
    }
}

/// What a job says now, over what was known before.
pub(super) fn followed(request: &DispatchRequest, before: &Progress, job: &Job) -> Progress {
    let stops = stops(request, &job.stops);
    Progress {
        job_status: Some(job.status.as_str().to_owned()),
        stops: if stops.is_empty() { before.stops.clone() } else { stops },
        ..before.clone()
    }
}

/// The stops whose word is another than before.
pub(super) fn changed(before: &Progress, now: &Progress) -> Vec<StopProgress> {
    let same = |it: &StopProgress| {
        before.stops.iter().any(|old| old.stop_id == it.stop_id && old.status == it.status)
    };
    now.stops.iter().filter(|it| !same(it)).cloned().collect()
}

/// What a refusal says beside the stops it concerns, which it names by our id, or by their place in a pointer such
/// as `/stops/3/address`.
pub(super) fn refused(request: &DispatchRequest, errors: &[FieldError]) -> Progress {
    let warning = |it: &FieldError| {
        let place = it.pointer.trim_start_matches("/stops/").split('/').next().and_then(|it| it.parse().ok());
        let placed = || {
            place.filter(|_| it.pointer.starts_with("/stops/")).and_then(|at: usize| request.stops.get(at))
        };
        let named = request.stops.iter().find(|own| it.external_stop_id.as_ref() == Some(&own.stop_id));
        let stop = named.or_else(placed);
        let message = if it.detail.is_empty() { it.code.clone() } else { it.detail.clone() };
        DispatchWarning { stop_id: stop.map(|it| it.stop_id.clone()), message }
    };
    Progress { warnings: errors.iter().map(warning).collect(), ..Progress::default() }
}

fn stops(request: &DispatchRequest, stops: &[JobStop]) -> Vec<StopProgress> {
    let one = |it: &JobStop| {
        let plan_id = it.external_stop_id.clone().or_else(|| {
            // Without our id only the address can tell, and only when no other stop has it.
            let mut same =
                request.stops.iter().filter(|own| it.address.as_deref() == Some(own.address.as_str()));
            same.next().filter(|_| same.next().is_none()).map(|own| own.stop_id.clone())
        })?;
        let status = it.status.clone().unwrap_or(StopStatus::Pending);
        Some(StopProgress { stop_id: plan_id, sequence: it.sequence, status: status.as_str().to_owned() })
    };
    let mut all: Vec<StopProgress> = stops.iter().filter_map(one).collect();
    // The list comes in RouteMate's order; where it counts the stops as well, the numbers win.
    all.sort_by_key(|it| it.sequence.unwrap_or(u32::MAX));
    all
}

#[cfg(test)]
mod tests {
    use milkrun_wire::api::dispatch::DispatchStop;

    use super::*;

    fn request() -> DispatchRequest {
        let stop = |id: &str, address: &str| DispatchStop {
            stop_id: id.to_owned(),
            address: address.to_owned(),
            label: String::new(),
            parcel_count: 1,
            ..DispatchStop::default()
        };
        DispatchRequest {
            date: String::new(),
            external_job_id: "J".to_owned(),
            title: "T".to_owned(),
            driver_email: String::new(),
            stops: vec![stop("a", "A 1"), stop("b", "B 2"), stop("c", "C 3"), stop("d", "C 3")],
        }
    }

    #[test]
    fn stops_are_matched_by_id_or_by_an_address_nobody_shares() {
        let reply: ImportReply = serde_json::from_str(
            r#"{"stops":[{"external_stop_id":"b","sequence":2},{"address":"A 1","sequence":1,"status":"completed"},
                {"address":"C 3","sequence":3}]}"#,
        )
        .unwrap();
        let it = accepted(&request(), &reply);
        let found: Vec<_> = it.stops.iter().map(|it| (it.stop_id.as_str(), it.status.as_str())).collect();
        assert_eq!(found, [("a", "completed"), ("b", "pending")]);
    }

    #[test]
    fn only_changes_are_history() {
        let stop = |id: &str, status: &str| StopProgress {
            stop_id: id.to_owned(),
            sequence: None,
            status: status.to_owned(),
        };
        let before =
            Progress { stops: vec![stop("a", "pending"), stop("b", "pending")], ..Progress::default() };
        let now =
            Progress { stops: vec![stop("a", "pending"), stop("b", "completed")], ..Progress::default() };
        assert_eq!(changed(&before, &now), [stop("b", "completed")]);
    }

    #[test]
    fn a_refusal_stands_beside_its_stop() {
        let error = |pointer: &str| FieldError {
            pointer: pointer.to_owned(),
            code: "required".to_owned(),
            ..FieldError::default()
        };
        let named = FieldError { external_stop_id: Some("c".to_owned()), ..error("/stops/0") };
        let it =
            refused(&request(), &[error("/stops/1/address"), error("/title"), error("/stops/99"), named]);
        let found: Vec<_> = it.warnings.iter().map(|it| it.stop_id.as_deref()).collect();
        assert_eq!(found, [Some("b"), None, None, Some("c")]);
    }

    #[test]
    fn a_job_without_a_driver_names_none() {
        assert_eq!(import(&request()).driver_email, None);
        let text = |key| serde_json::to_string(&import_body(&request(), key)).unwrap();
        assert!(
            text(Some("k")).ends_with(r#","idempotency_key":"k"}"#) && !text(None).contains("idempotency")
        );
    }
}
