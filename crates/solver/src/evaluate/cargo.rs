//! What is aboard along a route, and whether shipments stay whole.

use crate::model::{DIMENSIONS, Job, Load, Vehicle};
use crate::{Problem, Route, Violation};

/// What each stop's shipment adds to the load: less than nothing where it is handed over. Empty without shipments.
pub(super) fn shipped(problem: &Problem) -> Vec<Load> {
    if problem.shipments.is_empty() {
        return Vec::new();
    }
    let mut shipped = vec![Load::default(); problem.stops.len()];
    for shipment in &problem.shipments {
        shipped[shipment.pickup] += shipment.load;
        shipped[shipment.delivery] -= shipment.load;
    }
    shipped
}

/// Both ends of a shipment are on one route, the pickup first, or on none.
pub(super) fn check_shipments(problem: &Problem, routes: &[Route], broken: &mut Vec<Violation>) {
    if problem.shipments.is_empty() {
        return;
    }
    let mut place = vec![None; problem.stops.len()];
    for route in routes {
        for (at, visit) in route.visits.iter().enumerate() {
            // What is no stop is a reload.
            if let Some(place) = place.get_mut(visit.job) {
                *place = Some((route.vehicle, at));
            }
        }
    }
    for shipment in &problem.shipments {
        let (pickup, delivery) = (shipment.pickup, shipment.delivery);
        match (place[pickup], place[delivery]) {
            (Some((first, before)), Some((second, after))) if first == second => {
                if before > after {
                    broken.push(Violation::Order { vehicle: first, job: delivery, pickup });
                }
            }
            (first, second) => {
                let alone = [(first, pickup, delivery), (second, delivery, pickup)];
                broken.extend(alone.into_iter().filter_map(|(place, job, partner)| {
                    place.map(|(vehicle, _)| Violation::Alone { vehicle, job, partner })
                }));
            }
        }
    }
}

/// Follows the load along a route, trip by trip; the most that is aboard at one time. Of the visits those from `all` on
/// are reloads.
pub(super) fn check_load(
    (number, vehicle): (usize, &Vehicle),
    all: usize,
    visits: &[(usize, &Job)],
    shipped: &[Load],
    broken: &mut Vec<Violation>,
) -> Load {
    let mut most = Load::default();
    for dimension in 0..DIMENSIONS {
        let amount = |load: &Load| i64::from(load.0[dimension]);
        let (mut peak, mut under_way) = (0, 0);
        for trip in visits.split(|(job, _)| *job >= all) {
            let mut aboard = under_way + trip.iter().map(|(_, stop)| amount(&stop.demand)).sum::<i64>();
            peak = peak.max(aboard);
            for &(job, stop) in trip {
                let shipped = shipped.get(job).map_or(0, amount);
                aboard += amount(&stop.pickup) - amount(&stop.demand) + shipped;
                under_way += shipped;
                peak = peak.max(aboard);
            }
        }
        let over = peak - amount(&vehicle.capacity);
        if over > 0 {
            let over_by = i32::try_from(over).unwrap_or(i32::MAX);
            broken.push(Violation::Capacity { vehicle: number, dimension, over_by });
        }
        most.0[dimension] = i32::try_from(peak).unwrap_or(i32::MAX);
    }
    most
}
