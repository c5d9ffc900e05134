//! Stops as the search sees them, and what they do to the load.

use super::{Cargo, NONE, Stop};
use crate::model::{Job, Problem, TimeWindow};
use crate::order;

pub(super) fn stop(job: &Job, windows: &mut Vec<TimeWindow>) -> Stop {
    let from = windows.len() as u32;
    if job.windows.len() > 1 {
        windows.extend(&job.windows);
        order::few_by_key(&mut windows[from as usize..], |window| i64::from(window.start));
    }
    Stop {
        service: job.service,
        demand: job.demand,
        open: job.windows.iter().map(|window| window.start).min().unwrap_or(0),
        close: job.windows.iter().map(|window| window.end).max().unwrap_or(TimeWindow::HORIZON),
        split: (from, windows.len() as u32),
        weight: 1 + i64::from(job.priority),
        skills: job.skills,
        locked: job.vehicle.map_or(NONE, |vehicle| vehicle as u32),
        remote: 0,
    }
}

/// What stops do to the load, if any of it comes aboard on the way. The ends of a shipment ask for the same vehicles, and
/// what they weigh, weighs at the pickup.
pub(super) fn cargo(problem: &Problem, stops: &mut [Stop]) -> Vec<Cargo> {
    if problem.shipments.is_empty() && problem.stops.iter().all(|job| job.pickup.is_none()) {
        return Vec::new();
    }
    let plain = |job: &Job| {
        let mut change = job.pickup;
        change -= job.demand;
        Cargo { pickup: job.pickup, change, ..Cargo::NONE }
    };
    let mut cargo: Vec<Cargo> = problem.stops.iter().map(plain).collect();
    for shipment in &problem.shipments {
        let (pickup, delivery) = (shipment.pickup, shipment.delivery);
        cargo[pickup].amount = shipment.load;
        cargo[pickup].change += shipment.load;
        cargo[delivery].change -= shipment.load;
        for (end, mate, opens) in [(pickup, delivery, 1), (delivery, pickup, -1)] {
            cargo[end].mate = mate as u32;
            cargo[end].opens = opens;
        }
        let (first, second) = (stops[pickup], stops[delivery]);
        for end in [pickup, delivery] {
            stops[end].skills = first.skills | second.skills;
            stops[end].locked = if first.locked == NONE { second.locked } else { first.locked };
        }
        stops[pickup].remote = first.remote.max(second.remote);
        (stops[pickup].weight, stops[delivery].weight) = (first.weight + second.weight, 0);
    }
    cargo
}
