use super::*;

const INPUT: &str = r#"{
  "jobs": [{"id": 7, "description": "shop", "location": [24.9, 60.2], "setup": 60, "service": 300,
    "delivery": [1, 2], "pickup": [3], "skills": [1, 14], "priority": 10, "time_windows": [[0, 3600], [7200, 9000]],
    "location_index": 1, "service_per_type": {"van": 100}, "setup_per_type": {"van": 1}}],
  "shipments": [{"pickup": {"id": 1, "location_index": 1, "service": 5}, "delivery": {"id": 2, "location_index": 0},
    "amount": [4], "skills": [2], "priority": 3}],
  "vehicles": [{"id": 1, "profile": "bike", "type": "van", "start_index": 0, "end": [24.8, 60.1], "capacity": [4, 5],
    "costs": {"fixed": 100, "per_km": 5, "per_task_hour": 1}, "skills": [1], "time_window": [0, 28800],
    "breaks": [{"id": 1, "time_windows": [[100, 200]], "service": 300, "max_load": [0]}], "speed_factor": 1.5,
    "max_tasks": 4, "max_travel_time": 900, "max_distance": 10000,
    "steps": [{"type": "start"}, {"type": "job", "id": 7, "service_after": 100}, {"type": "end"}]}],
  "matrices": {"bike": {"durations": [[0, 1], [2, 0]], "distances": [[0, 3], [4, 0]], "costs": [[0, 5], [6, 0]]}}
}"#;

#[test]
fn every_documented_key_of_the_input_survives() {
    let input = read_input(INPUT).unwrap();
    assert_eq!(
        input.vehicles[0].costs,
        Some(Costs { fixed: 100, per_hour: 3_600, per_task_hour: 1, per_km: 5 })
    );
    assert_eq!(input.jobs[0].time_windows[1], TimeWindow(7_200, 9_000));
    let written = write_input(&input);
    assert_eq!(read_input(&written).unwrap(), input);
    let keys = |text: &str| -> std::collections::BTreeSet<String> {
        text.split('"').skip(1).step_by(2).map(str::to_owned).collect()
    };
    let (before, after) = (keys(INPUT), keys(&written));
    assert!(after.is_superset(&before), "{:?}", before.difference(&after).collect::<Vec<_>>());
}

#[track_caller]
fn check(from: &str, to: &str, expected: &str) {
    let spoilt = INPUT.replacen(from, to, 1);
    assert_ne!(spoilt, INPUT);
    let told = read_input(&spoilt).unwrap_err().to_string();
    assert!(told.starts_with(expected), "{told}");
}

#[test]
fn unknown_keys_are_named_with_their_path() {
    check(
        "\"priority\": 10",
        "\"prio\": 10",
        "jobs[0].prio: the key `prio` is unknown; known here are `id`, `des",
    );
    check(
        "\"service\": 5",
        "\"servise\": 5",
        "shipments[0].pickup.servise: the key `servise` is unknown; known",
    );
    check("\"max_load\"", "\"max_laod\"", "vehicles[0].breaks[0].max_laod: the key `max_laod` is unknown");
    check(
        "\"jobs\"",
        "\"orders\"",
        "orders: the key `orders` is unknown; known here are `jobs`, `shipments`",
    );
}

#[test]
fn wrong_values_are_named_with_their_path() {
    check(
        "\"service\": 300,\n",
        "\"service\": -300,\n",
        "jobs[0].service: it is `-300`; write a whole number from 0 to 4,294,967,295",
    );
    check("[0, 3600]", "[0]", "jobs[0].time_windows[0]: invalid length 1");
    check("\"type\": \"job\"", "\"type\": \"dance\"", "vehicles[0].steps[1].type: unknown variant `dance`");
    check(
        "\"matrices\": {",
        "\"matrices\": ",
        "matrices: invalid type: string \"bike\", expected a map; correct it",
    );
    check("\"matrices\": {", "\"matrices\" {", "line 12: expected `:`");
    let told = read_input(&format!("{INPUT} x")).unwrap_err().to_string();
    assert_eq!(
        told,
        "line 13: there is more after the end of the JSON; remove what follows the last bracket"
    );
}

#[test]
fn outputs_are_read_and_written() {
    let text = r#"{"code":0,"summary":{"cost":5461,"routes":1,"unassigned":1,"delivery":[1],"amount_":0}}"#;
    let told = read_output(text).unwrap_err().to_string();
    assert!(told.starts_with("summary.amount_: the key `amount_` is unknown"), "{told}");
    let text = r#"{"code":0,"summary":{"cost":5461,"routes":1,"unassigned":1,"setup":0,"service":300,"duration":5461,
        "waiting_time":0,"priority":0,"violations":[],"computing_times":{"loading":1,"solving":2,"routing":3}},
        "unassigned":[{"id":3,"type":"job","location":[2.0,3.0]}],
        "routes":[{"vehicle":1,"cost":5461,"setup":0,"service":300,"duration":5461,"waiting_time":0,"priority":0,
        "steps":[{"type":"start","location":[2.0,48.0],"setup":0,"service":0,"waiting_time":0,"load":[4],
        "arrival":28800,"duration":0,"violations":[]},{"type":"job","id":1,"location":[1.9,48.6],"setup":0,
        "service":300,"waiting_time":0,"load":[3],"arrival":31000,"duration":2200,
        "violations":[{"cause":"delay","duration":15}]}],"violations":[],"geometry":"xyz"}]}"#;
    let output = read_output(text).unwrap();
    assert_eq!(read_output(&write_output(&output)), Ok(output));
}
