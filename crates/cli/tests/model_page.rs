//! The page that lists the model: its examples are solved, and the answers have what it says.

use std::io::Write;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

const PAGE: &str = include_str!("../../../docs/solver-model.md");

/// The street that all examples are on.
fn street() -> Value {
    let cells = |by: i64| (0..81).map(|at: i64| (at / 9 - at % 9).abs() * by).collect::<Vec<_>>();
    json!({ "matrix": { "size": 9, "durations": cells(60), "distances": cells(100) } })
}

fn solve(problem: &Value) -> Value {
    let mut child = Command::new(env!("CARGO_BIN_EXE_milkrun"))
        .args(["solve", "-", "--iterations", "2000", "--quiet"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("milkrun starts");
    child.stdin.take().expect("its input").write_all(problem.to_string().as_bytes()).expect("it reads");
    let output = child.wait_with_output().expect("milkrun ends");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("JSON")
}

#[test]
fn every_example_gives_what_the_page_says() {
    let (mut claims, mut wrong) = (0, Vec::new());
    for example in PAGE.split("```json\n").skip(1) {
        let (problem, after) = example.split_once("```").expect("the example ends");
        let mut problem: Value = serde_json::from_str(problem).expect("JSON");
        problem["travel"] = street();
        let answer = solve(&problem);
        let said = after.lines().take_while(|line| !line.starts_with('#'));
        for line in said.filter_map(|line| line.strip_prefix("- `/")) {
            let (pointer, value) = line.split_once("` is `").expect("a pointer and a value");
            let value: Value = serde_json::from_str(value.trim_end_matches('`')).expect("a value");
            let found = answer.pointer(&format!("/{pointer}"));
            claims += 1;
            if found != Some(&value) {
                wrong.push(format!("/{pointer} is {found:?}, not {value}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(claims >= 30, "{claims}");
}
