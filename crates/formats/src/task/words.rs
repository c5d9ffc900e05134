//! Why nobody serves a stop, and what would have to give, in words.

use milkrun_solver::{Reason, Relaxation, Remedy};

use super::Task;

/// A reason as part of a sentence: what stands in the way, and by how much. Units are the file's times the scale.
#[must_use]
pub fn reason(reason: &Reason) -> String {
    match *reason {
        Reason::NoVehicle => "there is no vehicle".to_owned(),
        Reason::NotYetPlanned => "the search has not come to it".to_owned(),
        Reason::Skills { missing } => {
            format!("no vehicle has the skills it needs, {} are missing at best", missing.count_ones())
        }
        Reason::Fixed => "every place on every route is fixed".to_owned(),
        Reason::Unreachable => "no road leads there and on".to_owned(),
        Reason::Capacity { dimension, over_by } => {
            format!("every vehicle is too full, by {over_by} in load {dimension} at best")
        }
        Reason::MaxStops { limit } => format!("every route has its most stops, {limit}"),
        Reason::MaxReloads { limit } => {
            format!("every vehicle already reloads as often as it may, {limit} times")
        }
        Reason::TimeWindow { late_by } => format!("every vehicle comes too late, by {late_by} s at best"),
        Reason::LaterStop { late_by, .. } => {
            format!("a later stop would be served {late_by} s too late at best")
        }
        Reason::Shift { over_by } => format!("the shift is too short, by {over_by} s at best"),
        Reason::Duration { over_by } => format!("the working time is too short, by {over_by} s at best"),
        Reason::Break { number, late_by } => {
            format!("break {} would be missed, by {late_by} s at best", number + 1)
        }
        Reason::Driving { over_by } => {
            format!("the longest time on the road is too short, by {over_by} s at best")
        }
        Reason::Distance { over_by } => format!("the longest way is too short, by {over_by} m at best"),
        _ => "a limit stands in the way".to_owned(),
    }
}

/// What would have to give for a stop to be served, as a sentence. Units are the file's times the scale.
#[must_use]
pub fn remedy(task: &Task, remedy: &Remedy) -> String {
    let id = |job: usize| task.stops.get(job).map_or(0, |stop| stop.id);
    let mut another = "";
    let mut parts = Vec::new();
    for relaxation in &remedy.relaxations {
        parts.push(match *relaxation {
            Relaxation::Window { job, by } => {
                format!("the last window of stop {} closes {by} s later", id(job))
            }
            Relaxation::Shift { by } => format!("its shift ends {by} s later"),
            Relaxation::Duration { by } => format!("it may work {by} s longer"),
            Relaxation::Break { number, by } => {
                format!("the last window of its break {} closes {by} s later", number + 1)
            }
            Relaxation::Driving { by } => format!("it may be on the road {by} s longer"),
            Relaxation::Distance { by } => format!("it may drive {by} m farther"),
            Relaxation::Capacity { dimension, by } => format!("it holds {by} more of load {dimension}"),
            Relaxation::MaxStops { by } => format!("it makes {by} more stops"),
            Relaxation::MaxReloads { by } => format!("it reloads {by} more times"),
            Relaxation::Skills { missing } => {
                format!("it has {} more of the skills that are needed", missing.count_ones())
            }
            Relaxation::Lock { job } => format!("stop {} may be served by any vehicle", id(job)),
            Relaxation::Position { job } => format!("stop {} may come at any place", id(job)),
            Relaxation::Closed => "its route is not closed".to_owned(),
            Relaxation::AnotherVehicle => {
                another = "another vehicle like ";
                continue;
            }
            _ => "a limit is eased".to_owned(),
        });
    }
    let vehicle = task.vehicles.get(remedy.vehicle).map_or(0, |van| van.id);
    let place = remedy.position + 1;
    let reload = match remedy.reload {
        Some(_) if remedy.behind => ", before a reload",
        Some(_) => ", after a reload",
        None => "",
    };
    let condition = if parts.is_empty() { String::new() } else { format!(" if {}", parts.join(" and ")) };
    format!("{another}vehicle {vehicle} could serve it as stop {place} of its route{reload}{condition}")
}
