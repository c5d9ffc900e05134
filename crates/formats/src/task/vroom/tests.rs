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
    let remedy = solution.unserved[0].remedy.as_ref().unwrap();
    let told = crate::task::remedy(&it, remedy);
    assert_eq!(told, "vehicle 5 could serve it as stop 2 of its route if it holds 8 more of load 0");
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

#[test]
fn times_on_steps_narrow_the_windows() {
    let with = |times: &str| {
        let step = format!("\"id\": 6, \"steps\": [{{\"type\": \"job\", \"id\": 101, {times}}}],");
        task(&SMALL.replacen("\"id\": 6,", &step, 1))
    };
    let window = |times: &str| with(times).unwrap().problem.stops[1].windows.clone();
    assert_eq!(window("\"service_at\": 1700010100"), [TimeWindow::new(3_700, 3_700)]);
    assert_eq!(window("\"service_after\": 1700010100"), [TimeWindow::new(3_700, 7_200)]);
    assert_eq!(window("\"service_before\": 1700010100"), [TimeWindow::new(3_600, 3_700)]);
    assert_eq!(
        with("\"service_at\": 1700000000").unwrap_err().to_string(),
        "vehicles[1].steps[0]: its time is outside the visit's windows; widen one of them"
    );
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
    check(
        "\"id\": 6,",
        "\"id\": 6, \"profile\": \"bike\",",
        "matrices: there is none for the profile `bike`; add it, or name another profile",
    );
    check(
        "\"id\": 6,",
        "\"id\": 6, \"speed_factor\": 0,",
        "vehicles[1].speed_factor: it is 0; write 0.1 to 10",
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
    check(
        "\"id\": 6,",
        "\"id\": 6, \"breaks\": [{\"id\": 1, \"max_load\": [1]}],",
        "vehicles[1].breaks[0].max_load: it is not planned with; remove it, or set the break's windows so that the van is \
         empty enough by then",
    );
    check(
        "\"id\": 6,",
        "\"id\": 6, \"costs\": {\"per_task_hour\": 9},",
        "vehicles[1].costs.per_task_hour: it is not planned with; remove it; `per_hour` counts service and setup as well \
         as the road",
    );
    check(
        "\"id\": 6,",
        "\"id\": 6, \"steps\": [{\"type\": \"start\", \"service_at\": 9}],",
        "vehicles[1].steps[0]: it is not planned with; give the time in the vehicle's time_window, or in the break's \
         time_windows",
    );
    check(
        "\"id\": 6,",
        "\"id\": 6, \"breaks\": [{\"id\": 1}, {\"id\": 2}, {\"id\": 3}, {\"id\": 4}],",
        "vehicles[1].breaks: it has 4 breaks; 3 are the most; join some, or end the shift before the last",
    );
}

#[test]
fn times_by_type_are_taken_where_all_vehicles_agree() {
    let task = |types: [&str; 2], job: &str| {
        task(&format!(
            r#"{{"vehicles": [{{"id": 1, "start_index": 0, "type": "{}", "skills": [4]}},
                 {{"id": 2, "start_index": 0, "type": "{}"}}],
               "jobs": [{{"id": 7, "location_index": 0, "service": 60{job}}}],
               "matrices": {{"car": {{"durations": [[0]]}}}}}}"#,
            types[0], types[1]
        ))
    };
    let service = |types, job: &str| task(types, job).map(|it| it.problem.stops[0].service);
    let by_type = r#", "service_per_type": {"bike": 90, "foot": 90}"#;
    assert_eq!(service(["bike", "bike"], by_type), Ok(90));
    assert_eq!(service(["bike", "foot"], by_type), Ok(90));
    assert_eq!(service(["van", "van"], by_type), Ok(60));
    // Only the first has the skill.
    assert_eq!(service(["bike", "van"], &format!(r#"{by_type}, "skills": [4]"#)), Ok(90));
    let told = service(["bike", "van"], by_type).unwrap_err().to_string();
    assert_eq!(
        told,
        "jobs[0].service_per_type: vehicle 1 takes 90 s and vehicle 2 takes 60 s, and a visit is planned with one time; \
         give both the same time, or ask for a skill that only one of them has"
    );
    let setup = task(["bike", "bike"], r#", "setup_per_type": {"bike": 30}"#).unwrap();
    assert_eq!(setup.problem.stops[0].setup, 30);
    let ends = r#"{"vehicles": [{"id": 1, "start_index": 0}, {"id": 2, "start_index": 0, "type": "bike"}],
        "shipments": [{"pickup": {"id": 1, "location_index": 0, "setup_per_type": {"bike": 4}},
          "delivery": {"id": 2, "location_index": 0}}], "matrices": {"car": {"durations": [[0]]}}}"#;
    let told = Task::from_vroom(&read_input(ends).unwrap()).unwrap_err().to_string();
    assert!(
        told.starts_with("shipments[0].pickup.setup_per_type: vehicle 1 takes 0 s and vehicle 2"),
        "{told}"
    );
}

#[test]
fn a_matrix_of_costs_says_what_ways_cost() {
    // By time the way round is 0 1 2 0, by costs it is 0 2 1 0.
    let text = |vehicle: &str, matrix: &str| {
        format!(
            r#"{{"vehicles": [{{"id": 1, "start_index": 0, "end_index": 0{vehicle}}}],
              "jobs": [{{"id": 7, "location_index": 1}}, {{"id": 8, "location_index": 2}}],
              "matrices": {{"car": {{"durations": [[0, 10, 90], [90, 0, 10], [10, 90, 0]]{matrix}}}}}}}"#
        )
    };
    let costs = r#", "costs": [[0, 500, 3], [3, 0, 500], [500, 3, 0]]"#;
    let numbers = |text: &str| {
        let it = task(text).unwrap();
        let solution = solve(&it);
        let output = it.to_vroom(&solution);
        let steps = output.routes[0].steps.iter().filter_map(|step| step.id).collect::<Vec<_>>();
        (steps, output.summary.cost, output.summary.duration, output.summary.distance)
    };
    assert_eq!(numbers(&text("", "")), (vec![7, 8], 30, 30, None));
    assert_eq!(numbers(&text("", costs)), (vec![8, 7], 9, 270, None));
    assert_eq!(numbers(&text(r#", "costs": {"fixed": 40}"#, costs)).1, 49);
    let told = |vehicle: &str, matrix: &str| task(&text(vehicle, matrix)).unwrap_err().to_string();
    assert_eq!(
        told(r#", "costs": {"per_km": 4}"#, costs),
        "vehicles[0].costs: there is a matrix of costs, which says what a way costs; leave out per_hour and per_km, or the \
         matrix"
    );
    assert_eq!(
        told(r#", "max_distance": 4"#, costs),
        "vehicles[0].max_distance: ways have costs in place of distances; remove it, or the matrix of costs"
    );
    assert_eq!(
        told("", r#", "costs": [[0]]"#),
        "matrices.car.costs: it has 1 rows, there are 3 places; give both for the same places"
    );
}

#[test]
fn each_vehicle_drives_by_its_profile_and_factor() {
    let text = r#"{"vehicles": [
        {"id": 1, "start_index": 0, "profile": "bike", "speed_factor": 1.25, "max_travel_time": 4000},
        {"id": 2, "start_index": 0, "profile": "van", "max_tasks": 1}],
      "jobs": [{"id": 7, "location_index": 1, "setup": 90, "service": 60},
               {"id": 8, "location_index": 1, "setup": 90, "service": 60}],
      "matrices": {"van": {"durations": [[0, 900], [900, 0]]}, "bike": {"durations": [[0, 500], [500, 0]]}}}"#;
    let it = task(text).unwrap();
    assert_eq!(it.problem.vehicles.iter().map(|van| van.profile).collect::<Vec<_>>(), [0, 1]);
    assert_eq!((it.problem.vehicles[0].speed, it.problem.vehicles[0].max_driving), (125, Some(4_000)));
    let output = it.to_vroom(&solve(&it));
    let route = &output.routes[0];
    assert_eq!((output.routes.len(), route.vehicle, route.duration), (1, 1, 400));
    assert_eq!((route.setup, route.service, output.summary.setup), (90, 120, 90));
    assert_eq!(route.steps.iter().map(|step| step.setup).collect::<Vec<_>>(), [0, 90, 0]);
    let bare = text
        .replace("_index", "")
        .replace(": 0,", ": [24.9, 60.1],")
        .replace(": 1, \"setup", ": [24.9, 60.2], \"setup");
    let bare = format!("{}}}", &bare[..bare.find(",\n      \"matrices").unwrap()]);
    assert_eq!(
        task(&bare).unwrap_err().to_string(),
        "vehicles[1].profile: times of different profiles are not estimated from coordinates; add matrices, or write `bike`"
    );
}

#[test]
fn breaks_are_taken_at_stops_and_come_out_as_steps() {
    let text = r#"{"vehicles": [{"id": 1, "start_index": 0, "end_index": 0, "time_window": [0, 9000], "breaks": [
        {"id": 5, "description": "tea", "service": 60, "time_windows": [[2000, 3000]]},
        {"id": 4, "service": 600, "time_windows": [[100, 1200]]}]}],
      "jobs": [{"id": 7, "location_index": 1, "service": 60}, {"id": 8, "location_index": 1, "service": 700}],
      "matrices": {"car": {"durations": [[0, 1000], [1000, 0]]}}}"#;
    let it = task(text).unwrap();
    assert_eq!(it.vehicles[0].breaks, [(4, String::new()), (5, "tea".to_owned())]);
    let output = it.to_vroom(&solve(&it));
    let route = &output.routes[0];
    let steps =
        route.steps.iter().map(|step| (step.kind, step.id, step.arrival, step.service, step.waiting_time));
    // The second break may begin from 2,000 s on, and the way home would end too late without it.
    let rests: Vec<_> = steps.filter(|step| step.0 == StepKind::Break).collect();
    assert_eq!(rests, [(StepKind::Break, Some(4), 1_000, 600, 0), (StepKind::Break, Some(5), 2_360, 60, 0)]);
    assert_eq!((route.service, route.waiting_time, route.steps.last().unwrap().arrival), (1_420, 0, 3_420));
    assert_eq!(it.plan_of(&output).unwrap()[0].stops.len(), 2);
}

#[test]
fn visits_to_one_position_are_set_up_once() {
    let text = r#"{"vehicles": [{"id": 1, "start": [24.9, 60.1], "end": [24.9, 60.1]}],
      "jobs": [{"id": 7, "location": [24.95, 60.15], "setup": 90}, {"id": 8, "location": [24.95, 60.15], "setup": 90},
               {"id": 9, "location": [24.9, 60.1], "setup": 90}]}"#;
    let it = task(text).unwrap();
    assert_eq!(it.problem.travel.size(), 2);
    assert_eq!(it.to_vroom(&solve(&it)).summary.setup, 90);
}
