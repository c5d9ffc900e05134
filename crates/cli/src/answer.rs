//! The solution in the form that was asked for.

use std::time::Duration;

use anyhow::{Context, Result};
use milkrun_formats::task::{Task, reason, remedy};
use milkrun_formats::vroom::{self, ComputingTimes};
use milkrun_solver::{Breakdown, Route};
use serde_json::{Value, json};

use crate::arguments::Output;
use crate::search::Found;

/// The text to print, with its last line's end.
pub(crate) fn text(task: &Task, found: &Found, output: Output, loading: Duration) -> Result<String> {
    let mut text = match output {
        Output::Json => serde_json::to_string_pretty(&own(task, found))?,
        Output::Geojson => task.to_geojson(&found.solution).context("no map can be drawn")?,
        Output::Vroom => {
            let mut answer = task.to_vroom(&found.solution);
            let millis = |time: Duration| u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
            let (loading, solving) = (millis(loading), millis(found.elapsed));
            answer.summary.computing_times = Some(ComputingTimes { loading, solving, routing: 0 });
            vroom::write_output(&answer)
        }
    };
    text.push('\n');
    Ok(text)
}

/// Milkrun's own form. Stops and vehicles bear their file's numbers; costs are in the file's unit, times are in the
/// problem's (tenths, where a Solomon file is counted in tenths).
fn own(task: &Task, found: &Found) -> Value {
    let solution = &found.solution;
    let number = |stop: usize| task.stops.get(stop).map(|stop| stop.id);
    let unserved: Vec<Value> = (solution.unserved.iter())
        .map(|it| {
            let remedy = it.remedy.as_ref().map(|found| remedy(task, found));
            json!({ "stop": number(it.job), "reason": reason(&it.reason), "remedy": remedy })
        })
        .collect();
    let objectives: Vec<Value> = (task.values(solution.cost).into_iter())
        .map(|(objective, value)| json!({ "objective": objective, "value": value }))
        .collect();
    json!({
        "name": task.name,
        "cost": task.cost(solution.cost),
        "objectives": objectives,
        "distance": solution.distance,
        "duration": solution.duration,
        "units_per_cost": task.scale,
        "routes": solution.routes.iter().map(|it| route(task, it)).collect::<Vec<_>>(),
        "unserved": unserved,
        "search": {
            "seed": found.seed,
            "iterations": found.iterations,
            "seconds": found.elapsed.as_secs_f64(),
        },
    })
}

/// What a route's cost is made of, in the file's unit.
fn parts(task: &Task, costs: &Breakdown) -> Value {
    json!({
        "fixed": task.cost(costs.fixed),
        "driving": task.cost(costs.driving),
        "waiting": task.cost(costs.waiting),
        "service": task.cost(costs.service),
        "breaks": task.cost(costs.breaks),
        "distance": task.cost(costs.distance),
        "overtime": task.cost(costs.overtime),
        "lateness": task.cost(costs.lateness),
        "balance": task.cost(costs.balance),
    })
}

fn route(task: &Task, route: &Route) -> Value {
    let visits: Vec<Value> = (route.visits.iter())
        .map(|visit| {
            json!({
                "stop": task.stops.get(visit.job).map(|stop| stop.id),
                "reload": visit.job.checked_sub(task.stops.len()),
                "arrival": task.clock(visit.arrival),
                "start": task.clock(visit.start),
                "departure": task.clock(visit.departure),
                "setup": visit.setup,
                "late": visit.late,
            })
        })
        .collect();
    let breaks: Vec<Value> = (route.breaks.iter())
        .map(|rest| {
            json!({
                "number": rest.number,
                "at": rest.stop,
                "before": rest.before,
                "start": task.clock(rest.start),
                "end": task.clock(rest.end),
            })
        })
        .collect();
    json!({
        "vehicle": task.vehicles.get(route.vehicle).map(|van| van.id),
        "cost": task.cost(route.cost),
        "costs": parts(task, &route.costs),
        "distance": route.distance,
        "duration": route.duration,
        "travel": route.travel,
        "service": route.service,
        "waiting": route.waiting,
        "breaks": breaks,
        "departure": task.clock(route.departure),
        "arrival": task.clock(route.arrival),
        "load": route.load.0,
        "visits": visits,
    })
}
