//! Vehicles as the search sees them, and which of them are alike.

use super::{NONE, Van};
use crate::model::{Load, Problem};

/// A vehicle as the search sees it; an open end is at the place `nowhere`.
pub(super) fn van(problem: &Problem, at: usize, nowhere: u32) -> Van {
    let vehicle = &problem.vehicles[at];
    let place = |location: Option<usize>| location.map_or(nowhere, |location| location as u32);
    let costs = &vehicle.costs;
    let goals = problem.goals();
    let fixed = goals.vehicles + goals.money * i64::from(costs.fixed) * crate::Costs::UNITS_PER_CENT;
    let per_metre = goals.metres + goals.money * i64::from(costs.per_km) * 18;
    let per_second = goals.seconds + i64::from(goals.squared) + goals.money * i64::from(costs.per_hour) * 5;
    let (shift, done) = (vehicle.shift, &vehicle.done);
    let left = |most: Option<i32>, spent: i32| most.map_or(i32::MAX, |most| most.saturating_sub(spent));
    let longest = left(vehicle.max_duration, done.duration);
    let stops_left = vehicle.max_stops.map_or(i64::MAX, |most| i64::from(most) - i64::from(done.stops));
    let most_stops = u32::try_from(stops_left.max(0)).unwrap_or(u32::MAX);
    let settled = if vehicle.closed { vehicle.first.len() as u32 } else { u32::MAX };
    Van {
        start: place(vehicle.start),
        end: place(vehicle.end),
        capacity: if vehicle.reloads.is_empty() { vehicle.capacity } else { Load::UNLIMITED },
        holds: vehicle.capacity,
        refills: 0,
        max_reloads: vehicle.max_reloads.unwrap_or(u32::MAX),
        shift,
        rests: 0,
        table: 0,
        longest,
        driving: left(vehicle.max_driving, done.driving),
        overtime: match goals.money {
            0 => (0, 0),
            money => {
                let after = costs.overtime_after.saturating_sub(done.duration).max(0);
                (money * i64::from(costs.per_overtime_hour) * 5, after)
            }
        },
        squared: goals.squared,
        steps: goals.steps,
        stops_left,
        closed: vehicle.closed,
        own: if vehicle.first.is_empty() { NONE } else { at as u32 },
        reach: left(vehicle.max_distance, done.distance),
        span: longest.min(shift.end - shift.start),
        max_stops: most_stops.min(settled),
        skills: vehicle.skills,
        fixed,
        per_metre,
        per_second,
    }
}

/// Groups vehicles that differ in nothing, so that only one empty one of each kind is ever tried.
pub(super) fn kinds(vans: &[Van]) -> (Vec<u32>, Vec<(u32, u32)>) {
    let mut groups: Vec<Vec<u32>> = Vec::new();
    for (at, van) in vans.iter().enumerate() {
        match groups.iter_mut().find(|group| vans[group[0] as usize] == *van) {
            Some(group) => group.push(at as u32),
            None => groups.push(vec![at as u32]),
        }
    }
    let mut from = 0;
    let kinds = groups.iter().map(|group| {
        let to = from + group.len() as u32;
        (std::mem::replace(&mut from, to), to)
    });
    let kinds = kinds.collect();
    (groups.concat(), kinds)
}
