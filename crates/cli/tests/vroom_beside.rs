//! The same problems to Milkrun and to VROOM itself: each takes the other's plan and finds nothing wrong with it.
//!
//! VROOM comes from the Python environment that `cargo xtask bench solver` makes; where there is none, or
//! `MILKRUN_VROOM_PYTHON` names none, the test says that it was skipped.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::{Value, json};

/// Runs a program on an input; what it prints, as JSON.
fn run(command: &mut Command, input: &Value) -> Value {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    child.stdin.take().expect("its input").write_all(input.to_string().as_bytes()).expect("it listens");
    let output = child.wait_with_output().expect("the program ends");
    serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|_| panic!("{input}\n{}", String::from_utf8_lossy(&output.stderr)))
}

fn milkrun(input: &Value, iterations: u32) -> Value {
    let mut command = Command::new(env!("CARGO_BIN_EXE_milkrun"));
    command.args(["solve", "-", "--quiet", "--output", "vroom", "--iterations", &iterations.to_string()]);
    run(&mut command, input)
}

/// VROOM's answer; with `check` it only says what a given plan comes to, and what it breaks.
fn vroom(python: &Path, input: &Value, check: bool) -> Value {
    let call = "import sys, vroom; vroom.main(['vroom', *sys.argv[1:], sys.stdin.read()])";
    let mut command = Command::new(python);
    command.args(["-c", call]).args(check.then_some("-c"));
    run(&mut command, input)
}

/// An interpreter that has VROOM.
fn python() -> Option<PathBuf> {
    let named = std::env::var_os("MILKRUN_VROOM_PYTHON").map(PathBuf::from);
    let cache = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
    let cache = cache.or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".cache")))?;
    let made = std::fs::read_dir(cache.join("milkrun/python")).into_iter().flatten().flatten();
    let made = made.map(|folder| folder.path().join("bin/python"));
    let has_vroom = |python: &PathBuf| {
        let mut command = Command::new(python);
        command.args(["-c", "import vroom"]).stdout(Stdio::null()).stderr(Stdio::null());
        command.status().is_ok_and(|status| status.success())
    };
    named.into_iter().chain(made).find(has_vroom)
}

/// A problem with some of everything that both plan with.
fn problem(seed: u32) -> Value {
    let mut state = seed.wrapping_mul(2_654_435_761) | 1;
    let mut below = |most: u32| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 16) % most
    };
    let places = 24_usize;
    let points: Vec<[u32; 2]> = (0..places).map(|_| [below(3_000), below(3_000)]).collect();
    let table = |by: u32| -> Vec<Vec<u32>> {
        let leg = |a: [u32; 2], b: [u32; 2]| (a[0].abs_diff(b[0]) + a[1].abs_diff(b[1])) * by;
        points.iter().map(|&a| points.iter().map(|&b| leg(a, b)).collect()).collect()
    };
    let mut window = |width: u32| {
        let start = below(20_000);
        json!([[start, start + width + below(4_000)]])
    };
    let mut jobs = Vec::new();
    for id in 1..16 {
        let mut job = json!({"id": id, "location_index": id, "service": 60 + id, "priority": id % 4});
        job[if id % 5 == 0 { "pickup" } else { "delivery" }] = json!([1 + id % 3, 2]);
        if id % 3 == 0 {
            job["time_windows"] = window(3_000);
        }
        if id % 7 == 0 {
            (job["skills"], job["setup"]) = (json!([1]), json!(45));
        }
        jobs.push(job);
    }
    let shipment = |at: usize| {
        json!({
            "amount": [1, 1],
            "pickup": {"id": 100 + at, "location_index": 15 + at, "service": 30},
            "delivery": {"id": 200 + at, "location_index": 19 + at, "service": 30},
        })
    };
    let vehicle = |id: u32| {
        let mut vehicle = json!({
            "id": id, "start_index": 0, "capacity": [12, 16], "time_window": [0, 28_000],
            "skills": if id == 1 { vec![1] } else { vec![] }, "max_tasks": 14,
        });
        if id < 3 {
            vehicle["end_index"] = json!(0);
        }
        if id == 2 {
            vehicle["breaks"] =
                json!([{"id": 9, "service": 900, "time_windows": [[6_000, 12_000]], "description": "lunch"}]);
            vehicle["max_travel_time"] = json!(20_000);
        }
        vehicle
    };
    json!({
        "jobs": jobs,
        "shipments": (0..4).map(shipment).collect::<Vec<_>>(),
        "vehicles": (1..4).map(vehicle).collect::<Vec<_>>(),
        "matrices": {"car": {"durations": table(1), "distances": table(8)}},
    })
}

/// The problem with a plan in it, as steps of the vehicles.
fn with_plan(problem: &Value, plan: &Value) -> Value {
    let mut problem = problem.clone();
    for route in plan["routes"].as_array().expect("routes") {
        let step = |step: &Value| match step["id"].as_u64() {
            Some(id) => json!({"type": step["type"], "id": id}),
            None => json!({"type": step["type"]}),
        };
        let steps: Vec<Value> = route["steps"].as_array().expect("steps").iter().map(step).collect();
        let vehicles = problem["vehicles"].as_array_mut().expect("vehicles");
        let own = vehicles.iter_mut().find(|it| it["id"] == route["vehicle"]).expect("its vehicle");
        own["steps"] = json!(steps);
    }
    problem
}

/// What a plan comes to, in figures that both count alike.
fn sums(plan: &Value) -> Vec<(&'static str, i64)> {
    let summary = &plan["summary"];
    ["unassigned", "duration", "distance", "service", "setup", "priority"]
        .map(|key| (key, summary[key].as_i64().unwrap_or(-1)))
        .to_vec()
}

#[test]
fn each_takes_the_others_plan() {
    let Some(python) = python() else {
        eprintln!("skipped: there is no Python with pyvroom; `cargo xtask bench solver` installs it");
        return;
    };
    for seed in 1..=5 {
        let problem = problem(seed);
        let (ours, theirs) = (milkrun(&problem, 4_000), vroom(&python, &problem, false));
        assert_eq!((&ours["code"], &theirs["code"]), (&json!(0), &json!(0)), "{theirs}");
        // VROOM finds our plan sound, and counts it as we do.
        let judged = vroom(&python, &with_plan(&problem, &ours), true);
        assert_eq!(judged["summary"]["violations"], json!([]), "seed {seed}: {judged}");
        assert_eq!(sums(&judged), sums(&ours), "seed {seed}");
        // We find theirs sound: as a plan to start from it loses no stop, and neither is less served.
        let kept = milkrun(&with_plan(&problem, &theirs), 1);
        let unserved = |plan: &Value| plan["summary"]["unassigned"].as_u64().expect("a number");
        assert!(unserved(&kept) <= unserved(&theirs), "seed {seed}: {kept}");
        assert!(unserved(&ours) <= unserved(&theirs), "seed {seed}: {ours}");
    }
}
