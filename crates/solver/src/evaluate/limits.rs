//! What keeps stops off a vehicle whenever it comes to them.

use crate::Violation;
use crate::model::{Job, Vehicle};

/// How many stops and reloads there are, and whether the vehicle may serve each stop. Of the visits those from `all` on
/// are reloads.
pub(super) fn check_stops(
    (number, vehicle): (usize, &Vehicle),
    all: usize,
    visits: &[(usize, &Job)],
    broken: &mut Vec<Violation>,
) {
    let stops = visits.iter().filter(|(job, _)| *job < all);
    let count = stops.clone().count() as u32;
    let reloads = visits.len() as u32 - count;
    let count = count + vehicle.done.stops;
    if let Some(most) = vehicle.max_stops.filter(|&most| count > most) {
        broken.push(Violation::MaxStops { vehicle: number, over_by: count - most });
    }
    if let Some(most) = vehicle.max_reloads.filter(|&most| reloads > most) {
        broken.push(Violation::MaxReloads { vehicle: number, over_by: reloads - most });
    }
    for &(job, stop) in stops {
        let missing = stop.skills & !vehicle.skills;
        if missing != 0 {
            broken.push(Violation::Skills { vehicle: number, job, missing });
        }
        if stop.vehicle.is_some_and(|locked| locked != number) {
            broken.push(Violation::Locked { vehicle: number, job });
        }
    }
}
