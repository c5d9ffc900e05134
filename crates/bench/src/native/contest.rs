//! The whole measurement: every instance, every budget, every contestant, one after the other.
#![allow(clippy::print_stdout, reason = "its table is what a reader waits for")]

use std::path::Path;

use anyhow::Result;
use milkrun_referee::{Fault, judge};

use crate::native::contestant::{Answer, Contestant, processor};
use crate::native::instances::{Known, Task, load};
use crate::native::peer;
use crate::native::report::{Means, Row, gap, shown};

/// What came of it.
#[derive(Debug, Default)]
pub struct Outcome {
    /// One row a measurement.
    pub rows: Vec<Row>,
    /// Plans that the referee refuses and contestants that broke, in words.
    pub failures: Vec<String>,
}

/// Measures everything, and prints as it goes.
///
/// # Errors
/// When an instance's file cannot be read, or a contestant's process cannot be started.
pub fn run(
    folder: &Path,
    instances: Vec<Known>,
    budgets: &[f64],
    contestants: &[Contestant],
    seed: u32,
) -> Result<Outcome> {
    let pin = processor();
    let place = pin.as_ref().map_or_else(
        || "not pinned, because `taskset` cannot be used here".to_owned(),
        |processor| format!("on processor {processor}"),
    );
    println!("Each contestant runs alone, {place}, with seed {seed}.");
    let name = |it: &Contestant| match it {
        Contestant::Peer { name, .. } => name.clone(),
        _ => format!("{} {}", it.solver(), it.target()),
    };
    println!(
        "\nGap to the best known value in percent; `!` marks who took half as long again as it was given.\n\
         Behind them, when Milkrun's first plan stood, and its memory in WebAssembly.\n"
    );
    let heads: String = contestants.iter().map(|it| format!(" {:>14}", name(it))).collect();
    println!("{:<36} {:>6} {:>7}{heads}", "instance", "size", "budget");
    let (mut outcome, mut means, mut notes) = (Outcome::default(), Means::default(), Vec::new());
    for known in instances {
        let task = load(folder, known)?;
        for &budget in budgets {
            let (mut gaps, mut cells, mut asides) = (Vec::new(), Vec::new(), String::new());
            for contestant in contestants {
                let answer = contestant.run(&task, budget, seed, pin.as_deref())?;
                match verdict(&task, contestant, budget, answer) {
                    Ok(row) => {
                        gaps.push(row.gap_pct);
                        cells.push(cell(row.gap_pct, row.wall_s > budget * OVERRUN));
                        asides += &aside(&row);
                        outcome.rows.push(row);
                    }
                    Err(trouble) => {
                        gaps.push(None);
                        cells.push(cell(None, false));
                        // What a contestant cannot do, it cannot do on the next instance of the kind either.
                        let where_to = if trouble.is_failure { &task.known.name } else { &task.known.kind };
                        let told = format!("{} on {where_to}: {}", name(contestant), trouble.why);
                        let list = if trouble.is_failure { &mut outcome.failures } else { &mut notes };
                        if !list.contains(&told) {
                            list.push(told);
                        }
                    }
                }
            }
            println!("{:<36} {:>6} {budget:>5} s{}{asides}", task.known.name, task.known.n, cells.concat());
            means.add(&task.known.cls, budget, &gaps);
        }
    }
    peer::clear();
    println!("\nMeans over each class, with the number of instances.\n");
    for (class, budget, columns) in means.rows() {
        let cell = |&(mean, count): &(Option<f64>, usize)| format!(" {:>9} ({count:>2})", shown(mean));
        println!("{class:<36} {:>6} {budget:>5} s{}", "", columns.iter().map(cell).collect::<String>());
    }
    for (heading, list) in [("Left out", &notes), ("FAILED", &outcome.failures)] {
        if !list.is_empty() {
            println!("\n{heading}:\n  {}", list.join("\n  "));
        }
    }
    Ok(outcome)
}

/// By how much a contestant may exceed its budget before the table says so.
const OVERRUN: f64 = 1.5;

fn cell(gap: Option<f64>, overran: bool) -> String {
    format!(" {:>13}{}", shown(gap), if overran { '!' } else { ' ' })
}

/// When the first plan stood, how long the longest slice took and what memory the search took, as far as that was told.
fn aside(row: &Row) -> String {
    let milliseconds = |name: &str, seconds: Option<f64>| {
        seconds.map(|seconds| format!("{name} {:.0} ms", seconds * 1_000.0))
    };
    let times = [("first", row.first_s), ("cold", row.cold_s), ("longest slice", row.slice_s)];
    let memory = row.memory_mb.map(|megabytes| format!("memory {megabytes:.0} MB"));
    let times = times.into_iter().filter_map(|(name, seconds)| milliseconds(name, seconds));
    let told: Vec<String> = times.chain(memory).collect();
    if told.is_empty() { String::new() } else { format!("  {} {}", row.target, told.join(", ")) }
}

/// Why there is no row.
struct Trouble {
    why: String,
    /// Not a thing that a contestant cannot do, but one that went wrong.
    is_failure: bool,
}

fn verdict(task: &Task, contestant: &Contestant, budget: f64, answer: Answer) -> Result<Row, Trouble> {
    let row = |cost, gap_pct, wall_s| Row {
        instance: task.known.name.clone(),
        kind: task.known.kind.clone(),
        n: task.known.n,
        solver: contestant.solver().to_owned(),
        target: contestant.target().to_owned(),
        budget_s: budget,
        cost,
        gap_pct,
        wall_s,
        first_s: None,
        cold_s: None,
        slice_s: None,
        memory_mb: None,
    };
    match answer {
        Answer::Routes { routes, wall_s, first_s, cold_s, slice_s, memory_mb } => {
            let verdict = judge(&task.instance, &routes, task.fleet());
            // A plan that serves only some is no plan yet, and no lie either.
            let whole = !verdict.faults.iter().any(|fault| matches!(fault, Fault::Missing { .. }));
            let fault = verdict.faults.iter().find(|fault| !matches!(fault, Fault::Missing { .. }));
            match fault {
                Some(fault) => {
                    Err(Trouble { why: format!("the plan is invalid: {fault}"), is_failure: true })
                }
                None if whole => {
                    let row = row(Some(verdict.cost), gap(task, &verdict), wall_s);
                    Ok(Row { first_s, cold_s, slice_s, memory_mb, ..row })
                }
                None => Ok(row(None, None, wall_s)),
            }
        }
        Answer::Nothing { wall_s, .. } => Ok(row(None, None, wall_s)),
        Answer::Skip { skip } => Err(Trouble { why: skip, is_failure: false }),
        Answer::Error { error } => Err(Trouble { why: error, is_failure: true }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::native::one;

    /// Customers on a line, two of which fill a vehicle.
    fn task() -> Task {
        let mut text =
            "line\nVEHICLE\nNUMBER CAPACITY\n9 20\nCUSTOMER\nCUST NO.\n0 0 0 0 0 1000 0\n".to_owned();
        for customer in 1..=8 {
            text.push_str(&format!("{customer} {} 0 10 0 900 5\n", customer * 5));
        }
        let known = Known {
            kind: "vrptw".into(),
            cls: "lines".into(),
            name: "line".into(),
            n: 8,
            file: "line.txt".into(),
            // Pairs from the far end: 80, 60, 40 and 20 there and back.
            bks: 200.0,
            routes: 4,
        };
        let instance = milkrun_formats::read_instance(&text).unwrap();
        Task { known, path: "line.txt".into(), text, instance }
    }

    #[test]
    fn the_search_finds_what_is_best_and_the_referee_agrees() {
        let task = task();
        let answer = one::run(&task.text, 4, 0.2, 1);
        let row = verdict(&task, &Contestant::Native, 0.2, answer)
            .unwrap_or_else(|trouble| panic!("{}", trouble.why));
        assert_eq!((row.cost, row.gap_pct), (Some(200.0), Some(0.0)));
        assert!((0.2..2.0).contains(&row.wall_s), "{}", row.wall_s);
    }

    #[test]
    fn lies_are_failures_and_half_a_plan_is_none() {
        let task = task();
        let judged = |routes: &[&[usize]]| {
            let routes = routes.iter().map(|route| route.to_vec()).collect();
            verdict(
                &task,
                &Contestant::Native,
                1.0,
                Answer::Routes {
                    routes,
                    wall_s: 1.0,
                    first_s: None,
                    cold_s: None,
                    slice_s: None,
                    memory_mb: None,
                },
            )
        };
        let Err(trouble) = judged(&[&[1, 2, 3], &[4, 5], &[6, 7], &[8]]) else { panic!("too much load") };
        assert!(trouble.is_failure && trouble.why.contains("10 over the limit"), "{}", trouble.why);
        let row = judged(&[&[1, 2]]).unwrap_or_else(|trouble| panic!("{}", trouble.why));
        assert_eq!((row.cost, row.gap_pct), (None, None));
        let Err(trouble) = verdict(&task, &Contestant::Native, 1.0, Answer::Skip { skip: "no".into() })
        else {
            panic!("nothing was measured")
        };
        assert!(!trouble.is_failure);
    }
}
