//! Why nobody serves a stop, in words.

use milkrun_solver::Reason;

/// A reason as part of a sentence: what stands in the way, and by how much. Units are the file's times the scale.
#[must_use]
pub fn reason(reason: &Reason) -> String {
    match *reason {
        Reason::NoVehicle => "there is no vehicle".to_owned(),
        Reason::NotYetPlanned => "the search has not come to it".to_owned(),
        Reason::Skills { missing } => {
            format!("no vehicle has the skills it needs, {} are missing at best", missing.count_ones())
        }
        Reason::Unreachable => "no road leads there and on".to_owned(),
        Reason::Capacity { dimension, over_by } => {
            format!("every vehicle is too full, by {over_by} in load {dimension} at best")
        }
        Reason::MaxStops { limit } => format!("every route has its most stops, {limit}"),
        Reason::TimeWindow { late_by } => format!("every vehicle comes too late, by {late_by} s at best"),
        Reason::LaterStop { late_by, .. } => {
            format!("a later stop would be served {late_by} s too late at best")
        }
        Reason::Shift { over_by } => format!("the shift is too short, by {over_by} s at best"),
        Reason::Duration { over_by } => format!("the working time is too short, by {over_by} s at best"),
        Reason::Distance { over_by } => format!("the longest way is too short, by {over_by} m at best"),
        _ => "a limit stands in the way".to_owned(),
    }
}
