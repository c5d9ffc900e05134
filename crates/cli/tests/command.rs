//! The program as a shell sees it.

mod support;

use std::process::Output;

use milkrun_formats::{read_instance, vroom};
use support::{milkrun, text};

const CVRP: &str = include_str!("../../../fuzz/corpus/vrplib/cvrp.vrp");
const VROOM: &str = include_str!("../../../fuzz/corpus/vroom_input/small.json");

fn json(output: &Output) -> serde_json::Value {
    assert!(output.status.success(), "{}", text(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("JSON")
}

/// The customers of each route, checked by the referee.
fn routes(answer: &serde_json::Value) -> Vec<Vec<usize>> {
    let stop = |visit: &serde_json::Value| visit["stop"].as_u64().expect("a number") as usize;
    let visits =
        |route: &serde_json::Value| route["visits"].as_array().expect("visits").iter().map(stop).collect();
    answer["routes"].as_array().expect("routes").iter().map(visits).collect()
}

#[test]
fn a_plan_holds_and_costs_what_it_says() {
    let answer = json(&milkrun("solve - --iterations 500", CVRP));
    let instance = read_instance(CVRP).expect("an instance");
    let verdict = milkrun_referee::judge(&instance, &routes(&answer), instance.fleet(None));
    assert_eq!(verdict.faults, []);
    assert_eq!(answer["cost"].as_f64(), Some(verdict.cost));
    assert_eq!(answer["unserved"], serde_json::json!([]));
}

#[test]
fn seed_and_iterations_repeat_and_threads_do_not_make_it_worse() {
    let plan = |arguments: &str| routes(&json(&milkrun(arguments, CVRP)));
    let first = plan("solve - --iterations 300 --seed 7");
    assert_eq!(plan("solve - --iterations 300 --seed 7 --quiet"), first);
    let cost = |arguments: &str| json(&milkrun(arguments, CVRP))["cost"].as_f64().expect("a cost");
    assert!(cost("solve - --iterations 300 --threads 3") <= cost("solve - --iterations 300"));
}

#[test]
fn time_is_kept_and_progress_stays_apart() {
    let begun = std::time::Instant::now();
    let output = milkrun("solve - --time 0.3", CVRP);
    assert!(begun.elapsed().as_secs_f64() >= 0.3);
    json(&output);
    assert!(text(&output.stderr).contains("100 %"), "{}", text(&output.stderr));
    assert_eq!(text(&milkrun("solve - --time 0 --quiet", CVRP).stderr), "");
}

#[test]
fn each_output_has_its_form() {
    let answer = text(&milkrun("solve - --iterations 500 --output vroom", VROOM).stdout);
    let answer = vroom::read_output(&answer).expect("VROOM's output");
    assert_eq!((answer.code, answer.summary.routes, answer.summary.unassigned), (0, 2, 1));
    let map = json(&milkrun("solve - --iterations 500 --output geojson", VROOM));
    assert_eq!(map["type"], "FeatureCollection");
}

#[test]
fn bad_input_is_one_sentence_and_a_status_of_two() {
    let check = |arguments: &str, input: &str, expected: &str| {
        let output = milkrun(arguments, input);
        assert_eq!(output.status.code(), Some(2), "{arguments}");
        assert_eq!(text(&output.stdout), "");
        let told = text(&output.stderr);
        assert!(told.contains(expected), "{told}");
    };
    check("solve -", &CVRP.replace("CAPACITY", "CAPACTIY"), "line 6: the key `CAPACTIY` is unknown");
    check("solve -", &VROOM.replace("\"skills\"", "\"skils\""), ".skils: the key `skils` is unknown");
    check("solve -", "hello", "its format is not recognised");
    check("solve no-such-file.vrp", "", "no-such-file.vrp cannot be read");
    check("solve - --time x", CVRP, "--time");
}
