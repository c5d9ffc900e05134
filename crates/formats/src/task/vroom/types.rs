//! Times by the vehicle's type. The solver knows one time of a visit, so all vehicles that may serve it must agree.

use std::collections::BTreeMap;

use crate::error::FormatError;
use crate::vroom::{Input, Job, Shipment, ShipmentStep, Vehicle};

/// How long a visit takes, in seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Times {
    pub(super) service: u32,
    pub(super) setup: u32,
}

/// The times of a job.
pub(super) fn times(input: &Input, job: &Job, path: &str) -> Result<Times, FormatError> {
    let agreed = |key: &str, plain, by_type| agreed(input, &job.skills, (key, plain, by_type), path);
    Ok(Times {
        service: agreed("service_per_type", job.service, &job.service_per_type)?,
        setup: agreed("setup_per_type", job.setup, &job.setup_per_type)?,
    })
}

/// The times of an end of a shipment.
pub(super) fn times_of_end(
    input: &Input,
    shipment: &Shipment,
    end: &ShipmentStep,
    path: &str,
) -> Result<Times, FormatError> {
    let agreed = |key: &str, plain, by_type| agreed(input, &shipment.skills, (key, plain, by_type), path);
    Ok(Times {
        service: agreed("service_per_type", end.service, &end.service_per_type)?,
        setup: agreed("setup_per_type", end.setup, &end.setup_per_type)?,
    })
}

/// The time that all vehicles with the skills take.
fn agreed(
    input: &Input,
    skills: &[u32],
    (key, plain, by_type): (&str, u32, &BTreeMap<String, u32>),
    path: &str,
) -> Result<u32, FormatError> {
    if by_type.is_empty() {
        return Ok(plain);
    }
    let time = |vehicle: &Vehicle| {
        vehicle.kind.as_ref().and_then(|kind| by_type.get(kind)).copied().unwrap_or(plain)
    };
    let has_skills = |vehicle: &&Vehicle| skills.iter().all(|skill| vehicle.skills.contains(skill));
    let mut able = input.vehicles.iter().filter(has_skills);
    let Some(first) = able.next() else { return Ok(plain) };
    match able.find(|other| time(other) != time(first)) {
        None => Ok(time(first)),
        Some(other) => {
            let what = format!(
                "vehicle {} takes {} s and vehicle {} takes {} s, and a visit is planned with one time",
                first.id,
                time(first),
                other.id,
                time(other)
            );
            let mend = "give both the same time, or ask for a skill that only one of them has";
            Err(FormatError::path(format!("{path}.{key}"), what, mend))
        }
    }
}
