//! Whether what is fixed on routes can be so.

use super::ProblemError;
use crate::{Break, Objective, Problem, TimeWindow, Vehicle};

/// Each objective comes once, where it can decide something, and their weights fit together into a number.
pub(super) fn check_objectives(problem: &Problem, errors: &mut Vec<ProblemError>) {
    let all = problem.objectives();
    let name = |objective: Objective| match objective {
        Objective::Cheapest => "cheapest".to_owned(),
        Objective::Fastest => "fastest".to_owned(),
        Objective::Shortest => "shortest".to_owned(),
        Objective::Balanced => "balanced".to_owned(),
        Objective::FewestVehicles => "fewest_vehicles".to_owned(),
    };
    for (at, &objective) in all.iter().enumerate() {
        let misplaced = match objective {
            Objective::Balanced => at > 0 && all[..at] != [Objective::FewestVehicles],
            Objective::Cheapest => at + 1 < all.len(),
            _ => false,
        };
        if all[..at].contains(&objective) {
            errors.push(ProblemError::ObjectiveTwice { objective: name(objective) });
        } else if misplaced {
            errors.push(ProblemError::ObjectiveOrder { objective: name(objective) });
        }
    }
    if errors.is_empty() && !problem.is_countable() {
        let (count, stops, vehicles) = (all.len(), problem.stops.len(), problem.vehicles.len());
        errors.push(ProblemError::Objectives { count, stops, vehicles });
    }
}

/// Each stop is fixed at most once, on the vehicle that it is locked to, and with the other end of its shipment.
pub(super) fn check_fixed(problem: &Problem, errors: &mut Vec<ProblemError>) {
    let mut place = vec![None; problem.stops.len()];
    for (vehicle, van) in problem.vehicles.iter().enumerate() {
        for (at, &job) in van.first.iter().enumerate() {
            let Some(stop) = problem.stops.get(job) else {
                let last = problem.stops.len().checked_sub(1);
                errors.push(ProblemError::FirstStop { vehicle, job, last });
                continue;
            };
            if place[job].replace((vehicle, at)).is_some() {
                errors.push(ProblemError::FirstTwice { job });
            }
            if let Some(locked) = stop.vehicle.filter(|&locked| locked != vehicle) {
                errors.push(ProblemError::FirstLocked { vehicle, job, locked });
            }
        }
        check_breaks(vehicle, van, errors);
        check_reloads(problem, vehicle, errors);
        let done = &van.done;
        for (what, value) in
            [("seconds", done.duration), ("seconds on the road", done.driving), ("metres", done.distance)]
        {
            if !super::is_time(value) {
                errors.push(ProblemError::Done { vehicle, what: what.into(), value });
            }
        }
    }
    for (shipment, it) in problem.shipments.iter().enumerate() {
        let ends = [it.pickup, it.delivery].map(|job| place.get(job).copied().flatten());
        let whole = match ends {
            [None, None] => true,
            [Some((first, before)), Some((second, after))] => first == second && before < after,
            _ => false,
        };
        if !whole {
            errors.push(ProblemError::FirstShipment { shipment });
        }
    }
}

fn check_reloads(problem: &Problem, vehicle: usize, errors: &mut Vec<ProblemError>) {
    let places = problem.travel.size();
    for (number, reload) in problem.vehicles[vehicle].reloads.iter().enumerate() {
        let location = reload.location;
        if location >= places {
            let last = places.checked_sub(1);
            errors.push(ProblemError::ReloadLocation { vehicle, number, location, last });
        }
        check_halt("reload", (vehicle, number), reload.duration, &reload.windows, errors);
    }
}

fn check_breaks(vehicle: usize, van: &Vehicle, errors: &mut Vec<ProblemError>) {
    let count = van.breaks.len();
    if count > Break::MOST {
        errors.push(ProblemError::Breaks { vehicle, count });
    }
    for (number, rest) in van.breaks.iter().enumerate() {
        check_halt("break", (vehicle, number), rest.duration, &rest.windows, errors);
    }
}

/// The times of a vehicle's break or reload.
fn check_halt(
    what: &str,
    (vehicle, number): (usize, usize),
    seconds: i32,
    windows: &[TimeWindow],
    errors: &mut Vec<ProblemError>,
) {
    if !super::is_time(seconds) {
        errors.push(ProblemError::HaltDuration { what: what.into(), vehicle, number, seconds });
    }
    for &TimeWindow { start, end } in windows {
        if !super::is_time(start) || !super::is_time(end) || end < start {
            errors.push(ProblemError::HaltWindow { what: what.into(), vehicle, number, start, end });
        }
    }
}

/// A road leads along all that is fixed on a vehicle.
pub(super) fn check_roads(problem: &Problem, errors: &mut Vec<ProblemError>) {
    for vehicle in 0..problem.vehicles.len() {
        if let Some(job) = cut_off(problem, vehicle) {
            errors.push(ProblemError::FirstUnreachable { vehicle, job });
        }
    }
}

/// The first of a vehicle's fixed stops that no road leads to from the one before, or its end (`None`).
pub(crate) fn cut_off(problem: &Problem, vehicle: usize) -> Option<Option<usize>> {
    let van = &problem.vehicles[vehicle];
    let (last, travel) = (van.first.last()?, problem.travel_of(van));
    let mut place = van.start;
    let mut is_cut_off = |to: usize| {
        let from = place.replace(to).filter(|&from| from != to);
        from.is_some_and(|from| travel.leg(from, to).is_none())
    };
    if let Some(&job) = van.first.iter().find(|&&job| is_cut_off(problem.stops[job].location)) {
        return Some(Some(job));
    }
    let last = problem.stops[*last].location;
    let end = van.end.filter(|&end| end != last)?;
    travel.leg(last, end).is_none().then_some(None)
}
