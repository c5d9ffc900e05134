//! From what the dispatcher means to what is done: checks an edit against the plan and breaks it down.

use super::op::Op;
use super::{Edit, EditError, ImportMode, Slot};
use crate::driver::DriverId;
use crate::plan::Plan;
use crate::route::Route;
use crate::stop::{PositionSource, Stop, StopId};
use std::collections::{HashMap, HashSet};

/// Removing up to this many stops keeps each of them for undo; more keep the whole list, which is cheaper
/// than closing as many gaps one by one.
const SINGLE_REMOVALS: usize = 8;

/// The operations an edit comes to, none when it changes nothing.
pub(super) fn compile(plan: &Plan, edit: Edit) -> Result<Vec<Op>, EditError> {
    Ok(match edit {
        Edit::Rename(it) if it == plan.name => vec![],
        Edit::Rename(it) => vec![Op::Name(it)],
        Edit::SetDate(it) if it == plan.date => vec![],
        Edit::SetDate(it) => vec![Op::Date(it)],
        Edit::SetDepot(it) if it == plan.depot => vec![],
        Edit::SetDepot(it) => vec![Op::Depot(it)],
        Edit::SetSettings(it) if it == plan.settings => vec![],
        Edit::SetSettings(it) => vec![Op::Settings(it)],
        Edit::ImportStops { stops, mode } => import(plan, stops, mode)?,
        Edit::AddStop(stop) => {
            check_new(plan, &stop)?;
            vec![Op::PutStop { at: plan.stops.len(), stop: Box::new(stop) }]
        }
        Edit::UpdateStop(stop) => {
            let at = stop_index(plan, &stop.id)?;
            let stop = updated(&plan.stops[at], stop);
            if stop == plan.stops[at] { vec![] } else { vec![Op::Stop { at, stop: Box::new(stop) }] }
        }
        Edit::RemoveStops(ids) => remove(plan, ids)?,
        Edit::SetPositions(positions) => {
            let index: HashMap<_, _> = plan.stops.iter().enumerate().map(|(at, it)| (&it.id, at)).collect();
            let known = positions.into_iter().filter_map(|(id, it)| Some((*index.get(&id)?, it)));
            let news: Vec<_> = known.filter(|(at, it)| plan.stops[*at].position != *it).collect();
            if news.is_empty() { vec![] } else { vec![Op::Positions(news)] }
        }
        Edit::MoveStops { stops, to } => move_stops(plan, stops, &to)?,
        Edit::ReverseRoute(driver) => {
            let at = route_index(plan, &driver)?;
            route_ops(plan, vec![(at, plan.routes[at].stops.iter().rev().cloned().collect())])?
        }
        Edit::AddDriver(driver) => {
            if driver.id.as_str().is_empty() {
                return Err(EditError::EmptyId);
            }
            if plan.driver(&driver.id).is_some() {
                return Err(EditError::DuplicateDriver(driver.id));
            }
            let route = Box::new(Route::new(driver.id.clone()));
            vec![Op::PutDriver { at: plan.drivers.len(), driver, route }]
        }
        Edit::UpdateDriver(driver) => {
            let at = route_index(plan, &driver.id)?;
            if plan.drivers[at] == driver { vec![] } else { vec![Op::Driver { at, driver }] }
        }
        Edit::RemoveDriver(driver) => {
            let at = route_index(plan, &driver)?;
            if plan.routes[at].dispatched.is_some() {
                return Err(EditError::Dispatched(plan.drivers[at].name.clone()));
            }
            let mut ops = route_ops(plan, vec![(at, vec![])])?;
            ops.push(Op::TakeDriver { at });
            ops
        }
        Edit::ApplySolution(routes) => apply_solution(plan, routes)?,
        Edit::LockRoute { driver, locked } => {
            let at = route_index(plan, &driver)?;
            if plan.routes[at].locked == locked { vec![] } else { vec![Op::RouteLocked { at, locked }] }
        }
        Edit::KeepTo { driver, stop } => {
            let at = route_index(plan, &driver)?;
            if let Some(stop) = stop.as_ref().filter(|it| !plan.routes[at].stops.contains(it)) {
                return Err(EditError::UnknownStop(stop.clone()));
            }
            if plan.routes[at].kept_to == stop { vec![] } else { vec![Op::RouteKept { at, to: stop }] }
        }
        Edit::MarkDispatched { driver, info } => {
            let at = route_index(plan, &driver)?;
            vec![Op::RouteDispatch { at, info: Some(Box::new(info)) }]
        }
        Edit::ClearDispatch(driver) => {
            vec![Op::RouteDispatch { at: route_index(plan, &driver)?, info: None }]
        }
    })
}

fn stop_index(plan: &Plan, id: &StopId) -> Result<usize, EditError> {
    plan.stops.iter().position(|it| it.id == *id).ok_or_else(|| EditError::UnknownStop(id.clone()))
}

/// Routes and drivers share their order, so one index serves both.
fn route_index(plan: &Plan, id: &DriverId) -> Result<usize, EditError> {
    plan.drivers.iter().position(|it| it.id == *id).ok_or_else(|| EditError::UnknownDriver(id.clone()))
}

fn check_new(plan: &Plan, stop: &Stop) -> Result<(), EditError> {
    if stop.id.as_str().is_empty() {
        return Err(EditError::EmptyId);
    }
    if plan.stop(&stop.id).is_some() {
        return Err(EditError::DuplicateStop(stop.id.clone()));
    }
    Ok(())
}

/// The stop as it shall be, with the old pin kept or dropped as [`Edit::UpdateStop`] promises.
fn updated(old: &Stop, mut new: Stop) -> Stop {
    let by_hand = old.position.as_ref().is_some_and(|it| it.source == PositionSource::Hand);
    if new.address != old.address && new.position == old.position && !by_hand {
        new.position = None;
    }
    new
}

/// New lists of stops for some routes; refuses to touch a locked one and skips those that stay the same.
fn route_ops(plan: &Plan, lists: Vec<(usize, Vec<StopId>)>) -> Result<Vec<Op>, EditError> {
    let mut ops = Vec::new();
    for (at, stops) in lists {
        if plan.routes[at].stops == stops {
            continue;
        }
        if plan.routes[at].locked {
            return Err(EditError::Locked(plan.drivers[at].name.clone()));
        }
        ops.push(Op::RouteStops { at, stops });
    }
    Ok(ops)
}

/// Every route without the stops that `gone` says.
fn routes_without(plan: &Plan, gone: impl Fn(&StopId) -> bool) -> Vec<(usize, Vec<StopId>)> {
    let rest = |it: &Route| it.stops.iter().filter(|id| !gone(id)).cloned().collect();
    plan.routes.iter().map(rest).enumerate().collect()
}

fn import(plan: &Plan, stops: Vec<Stop>, mode: ImportMode) -> Result<Vec<Op>, EditError> {
    let mut seen = HashSet::new();
    for stop in &stops {
        if stop.id.as_str().is_empty() {
            return Err(EditError::EmptyId);
        }
        if !seen.insert(stop.id.clone()) {
            return Err(EditError::DuplicateStop(stop.id.clone()));
        }
    }
    let known = plan.lookup();
    let with_old_pin = |mut new: Stop| {
        new.driver = plan.locked_to(&new).map(|it| it.id.clone()).or(new.driver);
        if let (None, Some(old)) = (&new.position, known.get(&new.id))
            && old.address == new.address
        {
            new.position.clone_from(&old.position);
        }
        new
    };
    let (mut ops, all) = match mode {
        ImportMode::Replace => {
            let ops = route_ops(plan, routes_without(plan, |id| !seen.contains(id)))?;
            (ops, stops.into_iter().map(with_old_pin).collect())
        }
        ImportMode::Merge => {
            let mut all = plan.stops.clone();
            let index: HashMap<_, _> = plan.stops.iter().enumerate().map(|(at, it)| (&it.id, at)).collect();
            for stop in stops {
                let at = index.get(&stop.id).copied();
                let stop = with_old_pin(stop);
                match at {
                    Some(at) => all[at] = updated(&plan.stops[at], stop),
                    None => all.push(stop),
                }
            }
            (vec![], all)
        }
    };
    if all != plan.stops {
        ops.push(Op::AllStops(all));
    }
    Ok(ops)
}

fn remove(plan: &Plan, ids: Vec<StopId>) -> Result<Vec<Op>, EditError> {
    let known = plan.lookup();
    if let Some(id) = ids.iter().find(|it| !known.contains_key(it)) {
        return Err(EditError::UnknownStop(id.clone()));
    }
    let gone: HashSet<StopId> = ids.into_iter().collect();
    let mut ops = route_ops(plan, routes_without(plan, |id| gone.contains(id)))?;
    if gone.len() > SINGLE_REMOVALS {
        ops.push(Op::AllStops(plan.stops.iter().filter(|it| !gone.contains(&it.id)).cloned().collect()));
    } else {
        // From the back, so that the indexes before stay true.
        let at = plan.stops.iter().enumerate().rev().filter(|(_, it)| gone.contains(&it.id));
        ops.extend(at.map(|(at, _)| Op::TakeStop { at }));
    }
    Ok(ops)
}

fn move_stops(plan: &Plan, stops: Vec<StopId>, to: &Slot) -> Result<Vec<Op>, EditError> {
    let target = to.driver.as_ref().map(|it| route_index(plan, it)).transpose()?;
    let mut moved = HashSet::new();
    for id in &stops {
        stop_index(plan, id)?;
        if !moved.insert(id.clone()) {
            return Err(EditError::DuplicateStop(id.clone()));
        }
    }
    let mut lists = routes_without(plan, |id| moved.contains(id));
    if let Some(target) = target {
        let list = &mut lists[target].1;
        let place = to.place.min(list.len());
        list.splice(place..place, stops);
    }
    route_ops(plan, lists)
}

fn apply_solution(plan: &Plan, routes: Vec<(DriverId, Vec<StopId>)>) -> Result<Vec<Op>, EditError> {
    let known = plan.lookup();
    let mut covered = HashSet::new();
    let mut served = HashSet::new();
    for (driver, stops) in &routes {
        if !covered.insert(route_index(plan, driver)?) {
            return Err(EditError::DuplicateDriver(driver.clone()));
        }
        for id in stops {
            if !known.contains_key(id) {
                return Err(EditError::UnknownStop(id.clone()));
            }
            if !served.insert(id) {
                return Err(EditError::DuplicateStop(id.clone()));
            }
        }
    }
    for (at, route) in plan.routes.iter().enumerate().filter(|(at, _)| !covered.contains(at)) {
        if let Some(id) = route.stops.iter().find(|it| served.contains(it)) {
            return Err(EditError::Foreign(id.clone(), plan.drivers[at].name.clone()));
        }
    }
    let mut lists = Vec::new();
    for (driver, stops) in routes {
        let at = route_index(plan, &driver)?;
        if plan.routes[at].dispatched.is_some() && plan.routes[at].stops != stops {
            return Err(EditError::Dispatched(plan.drivers[at].name.clone()));
        }
        lists.push((at, stops));
    }
    route_ops(plan, lists)
}
