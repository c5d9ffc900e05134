//! The benchmark in small, for the tests: generated instances, a second each, in WebAssembly and natively.

use std::{collections::BTreeSet, fmt::Write, fs};

use anyhow::{Context, Result};
use serde_json::{Value, json};

use super::{
    solver::{build_native, order_of},
    wasm,
};
use crate::{
    exec::{self, Show},
    project::Project,
};

/// Runs it; says how many rows came out as they must, and what is wrong with the others.
pub(crate) fn smoke(project: &Project) -> Result<(u32, Vec<String>)> {
    let folder = project.var("bench/smoke")?;
    let write = |name: &str, text: String| {
        let path = folder.join(name);
        fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))
    };
    write("grid.vrp", capacitated())?;
    write("hours.txt", windows())?;
    write("pairs.txt", pairs())?;
    // Nobody knows the best value, so the gap is unknown, too.
    let table = "kind,cls,name,n,file,bks,routes\ncvrp,generated,grid,80,grid.vrp,0,0\n\
                 vrptw,generated,hours,60,hours.txt,0,0\npdptw,generated,pairs,60,pairs.txt,0,0\n";
    write("bks.csv", table.to_owned())?;
    let (program, glue) = (build_native(project)?, wasm::build(project)?);
    let json = folder.join("rows.json");
    fs::remove_file(&json).ok();
    let order = json!({
        "instances": folder,
        "list": "grid.vrp\nhours.txt\npairs.txt\n",
        "budgets": [1.0],
        "native": true,
        "wasm": glue,
        "peers": [],
        "scripts": project.root.join("crates/bench"),
        "json": json,
        "seed": 1,
    });
    let output = exec::capture("a small benchmark", &mut order_of(project, &program, &order)?, Show::Lines)?;
    let rows = fs::read_to_string(&json).context("the benchmark wrote no rows")?;
    let rows: Vec<Value> = serde_json::from_str(&rows).context("the benchmark's rows are malformed")?;
    let mut wrong = faults(&rows);
    if !output.success {
        wrong.push("the benchmark failed; its output stands above".to_owned());
    }
    Ok((6_u32.saturating_sub(wrong.len() as u32), wrong))
}

/// The instances, of one kind each.
const NAMES: [&str; 3] = ["grid", "hours", "pairs"];

/// What is wrong with the rows: there must be one for each instance and target, with a whole plan in its time.
fn faults(rows: &[Value]) -> Vec<String> {
    let mut missing: BTreeSet<(&str, &str)> =
        NAMES.into_iter().flat_map(|name| [(name, "native"), (name, "wasm")]).collect();
    let mut wrong = Vec::new();
    for row in rows {
        let text = |key: &str| row[key].as_str().unwrap_or_default();
        missing.remove(&(text("instance"), text("target")));
        let cost = row["cost"].as_f64().unwrap_or(0.0);
        let wall = row["wall_s"].as_f64().unwrap_or(0.0);
        // A shared machine may be late, but not by this much.
        if cost <= 0.0 || !(1.0..4.0).contains(&wall) || text("solver") != "milkrun" {
            wrong.push(format!("this row is no whole plan after a second: {row}"));
        }
    }
    wrong.extend(missing.into_iter().map(|(name, target)| format!("there is no row for {name} on {target}")));
    wrong
}

/// Whole numbers from 0 to 99 that look random, the same on every machine.
fn numbers() -> impl FnMut() -> u64 {
    let mut state = 0x2545_F491_4F6C_DD1D_u64;
    move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % 100
    }
}

fn capacitated() -> String {
    let mut next = numbers();
    let (mut places, mut demands) = ("1 50 50\n".to_owned(), "1 0\n".to_owned());
    for node in 2..=81 {
        // Writing to a string cannot fail.
        _ = writeln!(places, "{node} {} {}", next(), next());
        _ = writeln!(demands, "{node} {}", 1 + next() % 20);
    }
    format!(
        "NAME : grid\nTYPE : CVRP\nDIMENSION : 81\nEDGE_WEIGHT_TYPE : EUC_2D\nCAPACITY : 100\n\
         NODE_COORD_SECTION\n{places}DEMAND_SECTION\n{demands}DEPOT_SECTION\n1\n-1\nEOF\n"
    )
}

fn windows() -> String {
    let mut next = numbers();
    let mut text =
        "hours\n\nVEHICLE\nNUMBER CAPACITY\n30 200\n\nCUSTOMER\nCUST NO. XCOORD. YCOORD. DEMAND READY \
                    TIME DUE DATE SERVICE TIME\n0 50 50 0 0 1000 0\n"
            .to_owned();
    for customer in 1..=60 {
        let ready = next() * 6;
        _ = writeln!(text, "{customer} {} {} {} {ready} {} 10", next(), next(), 1 + next() % 30, ready + 200);
    }
    text
}

/// Pickups, each before its delivery in the file, in windows that leave an hour for the way.
fn pairs() -> String {
    let mut next = numbers();
    let mut text = "30 200 1\n0 50 50 0 0 1000 0 0 0\n".to_owned();
    for pickup in (1..=60).step_by(2) {
        let (ready, amount, delivery) = (next() * 5, 1 + next() % 40, pickup + 1);
        _ = writeln!(text, "{pickup} {} {} {amount} {ready} {} 10 0 {delivery}", next(), next(), ready + 200);
        _ = writeln!(
            text,
            "{delivery} {} {} -{amount} {ready} {} 10 {pickup} 0",
            next(),
            next(),
            ready + 400
        );
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_that_are_missing_or_hollow_are_told() {
        let row = |instance: &str, target: &str, cost: Value, wall: f64| json!({ "instance": instance, "target": target, "solver": "milkrun", "cost": cost, "wall_s": wall });
        let mut rows = vec![
            row("grid", "wasm", json!(10.0), 1.01),
            row("grid", "native", json!(10.0), 1.01),
            row("hours", "wasm", json!(10.0), 1.01),
            row("pairs", "wasm", json!(10.0), 1.01),
            row("pairs", "native", json!(10.0), 1.01),
        ];
        assert_eq!(faults(&rows), ["there is no row for hours on native"]);
        rows.push(row("hours", "native", Value::Null, 1.0));
        assert_eq!(faults(&rows).len(), 1);
        rows[5] = row("hours", "native", json!(5.0), 0.2);
        assert_eq!(faults(&rows).len(), 1);
        rows[5] = row("hours", "native", json!(5.0), 1.0);
        assert_eq!(faults(&rows), Vec::<String>::new());
    }
}
