//! What an edit is called in the history: "Undo: Move stop S-12 to Aino".

use super::{Edit, ImportMode};
use crate::driver::DriverId;
use crate::plan::Plan;
use crate::stop::StopId;

/// A short name for the edit, in the words of the plan as it is before.
pub(super) fn label(plan: &Plan, edit: &Edit) -> String {
    let name = |id: &DriverId| plan.driver(id).map_or_else(|| id.to_string(), |it| it.name.clone());
    match edit {
        Edit::Rename(to) => format!("Rename plan to {to}"),
        Edit::SetDate(to) => format!("Move plan to {to}"),
        Edit::SetDepot(Some(place)) => format!("Set depot to {}", place.address),
        Edit::SetDepot(None) => "Clear depot".to_owned(),
        Edit::SetSettings(_) => "Change settings".to_owned(),
        Edit::ImportStops { stops, mode: ImportMode::Replace } => {
            format!("Import {}", count(stops.len(), "stop"))
        }
        Edit::ImportStops { stops, mode: ImportMode::Merge } => {
            format!("Import {} into the plan", count(stops.len(), "stop"))
        }
        Edit::AddStop(stop) => format!("Add stop {}", stop.id),
        Edit::UpdateStop(stop) => format!("Change stop {}", stop.id),
        Edit::RemoveStops(ids) => format!("Remove {}", stops(ids)),
        Edit::SetPositions(list) => match list.as_slice() {
            [(id, Some(_))] => format!("Place stop {id} on the map"),
            [(id, None)] => format!("Take stop {id} off the map"),
            _ => format!("Place {} on the map", count(list.len(), "stop")),
        },
        Edit::MoveStops { stops: ids, to } => {
            let same = |id: &StopId| plan.route_of(id).map(|it| &it.0.driver) == to.driver.as_ref();
            match (&to.driver, ids.as_slice()) {
                (None, _) => format!("Unassign {}", stops(ids)),
                (Some(driver), [one]) if same(one) => {
                    format!("Reorder stop {one} on {}'s route", name(driver))
                }
                (Some(driver), _) => format!("Move {} to {}", stops(ids), name(driver)),
            }
        }
        Edit::ReverseRoute(driver) => format!("Reverse {}'s route", name(driver)),
        Edit::AddDriver(driver) => format!("Add driver {}", driver.name),
        Edit::UpdateDriver(driver) => format!("Change driver {}", driver.name),
        Edit::RemoveDriver(driver) => format!("Remove driver {}", name(driver)),
        Edit::ApplySolution(routes) => format!("Optimise {}", count(routes.len(), "route")),
        Edit::LockRoute { driver, locked: true } => format!("Lock {}'s route", name(driver)),
        Edit::LockRoute { driver, locked: false } => format!("Unlock {}'s route", name(driver)),
        Edit::KeepTo { driver, stop: Some(stop) } => format!("Keep {}'s route up to {stop}", name(driver)),
        Edit::KeepTo { driver, stop: None } => format!("Free {}'s whole route", name(driver)),
        Edit::MarkDispatched { driver, .. } => format!("Dispatch {}'s route", name(driver)),
        Edit::ClearDispatch(driver) => format!("Withdraw the dispatch of {}'s route", name(driver)),
    }
}

fn stops(ids: &[StopId]) -> String {
    match ids {
        [one] => format!("stop {one}"),
        _ => count(ids.len(), "stop"),
    }
}

fn count(n: usize, thing: &str) -> String {
    if n == 1 { format!("1 {thing}") } else { format!("{n} {thing}s") }
}
