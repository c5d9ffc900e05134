use milkrun_solver::{Params, Solution, Solver};

use super::*;
use crate::vroom::{StepKind, read_input, read_output, write_output};

const SMALL: &str = r#"{
  "vehicles": [
    {"id": 5, "description": "Ana", "start_index": 0, "end_index": 0, "capacity": [4], "skills": [9],
     "time_window": [1700006400, 1700042400], "start": [24.9, 60.1], "end": [24.9, 60.1]},
    {"id": 6, "start_index": 0, "capacity": [4], "start": [24.9, 60.1]}],
  "jobs": [
    {"id": 100, "location_index": 1, "location": [24.91, 60.1], "service": 60, "delivery": [3], "skills": [9]},
    {"id": 101, "location_index": 2, "location": [24.92, 60.1], "delivery": [3], "priority": 7,
     "time_windows": [[1700010000, 1700013600]]},
    {"id": 102, "location_index": 1, "location": [24.91, 60.1], "delivery": [9], "description": "piano"}],
  "matrices": {"car": {"durations": [[0, 100, 200], [100, 0, 150], [200, 150, 0]],
    "distances": [[0, 1000, 2000], [1000, 0, 1500], [2000, 1500, 0]]}}
}"#;

fn task(text: &str) -> Result<Task, crate::FormatError> {
    Task::read(text)
}

fn solve(task: &Task) -> Solution {
    let mut solver = Solver::new(&task.problem, Params::iterations(2_000, 1)).unwrap();
    while !solver.step(500).done {}
    solver.best().clone()
}

#[test]
fn a_problem_comes_in_with_its_numbers() {
    let it = task(SMALL).unwrap();
    // Midnight of the day that begins with the earliest window.
    assert_eq!(it.epoch, 1_699_920_000 + DAY);
    assert_eq!(it.problem.vehicles[0].shift, TimeWindow::new(0, 36_000));
    assert_eq!(it.problem.stops[1].windows, [TimeWindow::new(3_600, 7_200)]);
    assert_eq!(
        (it.problem.stops[0].skills, it.problem.vehicles[0].skills, it.problem.vehicles[1].skills),
        (1, 1, 0)
    );
    assert_eq!((it.problem.vehicles[1].end, it.problem.stops[1].priority), (None, 7));
    assert_eq!(it.problem.vehicles[0].capacity.0[0], 4);
    assert_eq!(it.problem.validate(), Ok(()));
}

#[test]
fn a_solution_goes_out_and_comes_back() {
    let it = task(SMALL).unwrap();
    let solution = solve(&it);
    let output = it.to_vroom(&solution);
    assert_eq!(read_output(&write_output(&output)).as_ref(), Ok(&output));
    assert_eq!(it.plan_of(&output), Ok(solution.plans()));
    assert_eq!((output.code, output.summary.routes, output.summary.unassigned), (0, 2, 1));
    assert_eq!((output.unassigned[0].id, output.unassigned[0].location_index), (102, Some(1)));
    assert!(output.unassigned[0].description.contains("too full, by "), "{:?}", output.unassigned);
    let ana = &output.routes[0];
    assert_eq!((ana.vehicle, ana.duration, ana.distance, ana.service), (5, 200, Some(2_000), 60));
    let kinds: Vec<StepKind> = ana.steps.iter().map(|step| step.kind).collect();
    assert_eq!(kinds, [StepKind::Start, StepKind::Job, StepKind::End]);
    let loads: Vec<&[i64]> = ana.steps.iter().map(|step| step.load.as_slice()).collect();
    assert_eq!(loads, [[3], [0], [0]]);
    assert_eq!(ana.steps[2].arrival, 1_700_006_400 + 260);
    // The other one is open, so it has no end.
    assert_eq!(output.routes[1].steps.len(), 2);
    assert_eq!(output.routes[1].steps[1].arrival, 1_700_010_000);
}

#[test]
fn a_map_has_a_line_for_each_route_and_a_point_for_each_stop() {
    let it = task(SMALL).unwrap();
    let map: serde_json::Value = serde_json::from_str(&it.to_geojson(&solve(&it)).unwrap()).unwrap();
    let features = map["features"].as_array().unwrap();
    let kinds: Vec<&str> = features.iter().filter_map(|it| it["properties"]["kind"].as_str()).collect();
    assert_eq!(kinds, ["route", "job", "route", "job", "unserved"]);
    assert_eq!(
        features[0]["geometry"]["coordinates"],
        serde_json::json!([[24.9, 60.1], [24.91, 60.1], [24.9, 60.1]])
    );
    let bare = SMALL.replace("\"location\": [24.91, 60.1],", "");
    let it = task(&bare).unwrap();
    assert!(it.to_geojson(&solve(&it)).unwrap_err().to_string().contains("no coordinates to draw"));
}

#[test]
fn shipments_and_pickups_come_in_and_go_out() {
    let text = r#"{
      "vehicles": [{"id": 1, "start_index": 0, "end_index": 0, "capacity": [4], "start": [0, 0], "end": [0, 0]}],
      "jobs": [{"id": 1, "location_index": 1, "location": [1, 0], "delivery": [2], "pickup": [1]}],
      "shipments": [
        {"amount": [2], "priority": 3, "skills": [], "pickup": {"id": 1, "location_index": 2, "location": [2, 0]},
         "delivery": {"id": 1, "location_index": 3, "location": [3, 0], "service": 9, "description": "flowers"}},
        {"amount": [5], "pickup": {"id": 2, "location_index": 2, "location": [2, 0]},
         "delivery": {"id": 2, "location_index": 1, "location": [1, 0]}}],
      "matrices": {"car": {"durations": [[0, 10, 20, 30], [10, 0, 10, 20], [20, 10, 0, 10], [30, 20, 10, 0]]}}
    }"#;
    let it = task(text).unwrap();
    assert_eq!((it.problem.stops[0].demand, it.problem.stops[0].pickup), (Load::one(2), Load::one(1)));
    assert_eq!(it.problem.shipments, [Shipment::new(1, 2, Load::one(2)), Shipment::new(3, 4, Load::one(5))]);
    let solution = solve(&it);
    let output = it.to_vroom(&solution);
    assert_eq!(it.plan_of(&output), Ok(solution.plans()));
    let route = &output.routes[0];
    assert_eq!((&route.delivery, &route.pickup, route.priority), (&vec![4], &vec![3], 6));
    assert_eq!(route.steps[0].load, [2]);
    assert_eq!(route.steps.last().map(|step| step.load.clone()), Some(vec![1]));
    let unassigned: Vec<_> = output.unassigned.iter().map(|it| (it.kind, it.id)).collect();
    assert_eq!(unassigned, [(StepKind::Pickup, 2), (StepKind::Delivery, 2)]);
    assert!(output.unassigned[1].description.contains("too full, by 2 "), "{:?}", output.unassigned);
    let map: serde_json::Value = serde_json::from_str(&it.to_geojson(&solution).unwrap()).unwrap();
    let features = map["features"].as_array().unwrap();
    let mut kinds: Vec<&str> = features.iter().filter_map(|it| it["properties"]["kind"].as_str()).collect();
    kinds.sort_unstable();
    assert_eq!(kinds, ["delivery", "job", "pickup", "route", "unserved", "unserved"]);
}

#[test]
fn without_matrices_the_globe_is_measured() {
    let text = r#"{"vehicles": [{"id": 1, "start": [24.9, 60.1], "steps": [{"type": "start"}, {"type": "job", "id": 8}]}],
        "jobs": [{"id": 7, "location": [24.9, 60.2]}, {"id": 8, "location": [24.9, 60.3]}]}"#;
    let it = task(text).unwrap();
    assert_eq!(it.start, [RoutePlan { vehicle: 0, stops: vec![1] }]);
    assert_eq!(it.problem.travel.size(), 3);
    assert_eq!(solve(&it).unserved, []);
}

#[track_caller]
fn check(from: &str, to: &str, expected: &str) {
    let spoilt = SMALL.replacen(from, to, 1);
    assert_ne!(spoilt, SMALL);
    assert_eq!(task(&spoilt).unwrap_err().to_string(), expected);
}

#[test]
fn contradictions_are_told_with_their_path() {
    check(
        "\"location_index\": 2",
        "\"location_index\": 3",
        "jobs[1].location_index: it is 3, matrices.car.durations has 3 rows; rows are counted from 0",
    );
    check(
        "\"location_index\": 2, ",
        "",
        "jobs[1]: location_index is missing beside location; add it, since there are matrices",
    );
    check(
        "[[1700010000, 1700013600]]",
        "[[1700013600, 1700010000]]",
        "jobs[1].time_windows[0]: it ends 3600 s before it starts; write the earlier time first",
    );
    check(
        "[100, 0, 150]",
        "[100, 0]",
        "matrices.car.durations[1]: it has 2 cells, there are 3 rows; give a cell for each place",
    );
    check(
        "\"car\"",
        "\"bike\"",
        "matrices: there is none for the profile `car`; add it, or name another profile",
    );
    check(
        "\"capacity\": [4]",
        "\"capacity\": [4, 1, 1, 1]",
        "vehicles[0].capacity: it has 4 dimensions; 3 are the most",
    );
    check("\"priority\": 7", "\"priority\": 101", "jobs[1].priority: it is 101; write 0 to 100");
    check(
        "\"id\": 6,",
        "\"id\": 6, \"steps\": [{\"type\": \"job\", \"id\": 3}],",
        "vehicles[1].steps[0].id: it names no job; give the id of one of the problem's",
    );
}

#[test]
fn what_is_not_planned_yet_is_told_with_its_path() {
    check("\"service\": 60", "\"setup\": 60", "jobs[0].setup: it is not planned with yet; remove it");
    check(
        "\"id\": 6,",
        "\"id\": 6, \"profile\": \"bike\",",
        "vehicles[1].profile: vehicles of different profiles are not planned together yet; write `car`",
    );
    check(
        "\"id\": 6,",
        "\"id\": 6, \"max_travel_time\": 5,",
        "vehicles[1].max_travel_time: it is not planned with yet; remove it",
    );
    let setup = r#"{"shipments": [{"pickup": {"id": 1, "setup": 4}, "delivery": {"id": 2}}]}"#;
    let told = Task::from_vroom(&read_input(setup).unwrap()).unwrap_err().to_string();
    assert_eq!(told, "shipments[0].pickup.setup: it is not planned with yet; remove it");
}
