//! The referee and the solver's own reckoning agree on every published instance that is at hand; the folder is named
//! by `MILKRUN_INSTANCES`.

use std::fs;
use std::path::{Path, PathBuf};

use milkrun_formats::{Instance, Kind, Rounding, Weights, read_instance};
use milkrun_referee::{Fault, judge};
use milkrun_solver::{RoutePlan, evaluate};

/// The instances' folder, unless it is not there.
fn folder() -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/instances");
    let folder = std::env::var_os("MILKRUN_INSTANCES").map_or(beside, PathBuf::from);
    folder.join("bks.csv").is_file().then_some(folder)
}

/// Larger instances say nothing that smaller ones do not, and take long.
const LARGEST: usize = 450;

#[test]
fn the_referee_agrees_with_the_solver_about_cost() {
    let Some(folder) = folder() else {
        println!("skipped: MILKRUN_INSTANCES names no folder with a bks.csv");
        return;
    };
    let table = fs::read_to_string(folder.join("bks.csv")).expect("the table");
    let mut judged = 0;
    for row in table.lines().skip(1) {
        let columns: Vec<&str> = row.split(',').collect();
        let file = columns[4];
        let instance =
            read_instance(&fs::read_to_string(folder.join(file)).expect("a file")).expect("an instance");
        if instance.nodes.len() > LARGEST {
            continue;
        }
        check(&instance, file);
        judged += 1;
    }
    println!("{judged} instances judged");
    assert!(judged > 0);
}

/// Serves everybody alone (pairs together, and a tour in one go), which every sound instance allows.
fn check(instance: &Instance, file: &str) {
    let routes: Vec<Vec<usize>> = match instance.kind {
        Kind::Tsp => vec![instance.customers().collect()],
        Kind::Pdptw => instance.pairs.iter().map(|pair| pair.to_vec()).collect(),
        Kind::Cvrp | Kind::Vrptw => instance.customers().map(|customer| vec![customer]).collect(),
    };
    let verdict = judge(instance, &routes, usize::MAX);
    assert_eq!(verdict.faults, [], "{file}");
    assert_eq!(verdict.vehicles, routes.len(), "{file}");
    let mut problem = instance.to_problem(None).expect("a problem");
    problem.vehicles = vec![problem.vehicles[0].clone(); routes.len()];
    let stops = instance.stops();
    let stop = |customer: &usize| stops.iter().position(|other| other == customer).expect("a stop");
    let plans: Vec<RoutePlan> = (routes.iter().enumerate())
        .map(|(vehicle, route)| RoutePlan { vehicle, stops: route.iter().map(stop).collect() })
        .collect();
    let evaluation = evaluate(&problem, &plans);
    assert_eq!(evaluation.violations, [], "{file}");
    if instance.kind == Kind::Pdptw {
        // Each leg is rounded up in thousandths, and the depot's own is none.
        let distance = evaluation.distance as f64 / f64::from(instance.scale());
        let rounded = verdict.cost..=verdict.cost + (instance.nodes.len() + routes.len()) as f64 / 1_000.0;
        assert!(rounded.contains(&distance), "{file}: {distance} and {}", verdict.cost);
        let turned: Vec<Vec<usize>> = routes.iter().map(|pair| vec![pair[1], pair[0]]).collect();
        let faults = judge(instance, &turned, usize::MAX).faults;
        let wrong = faults.iter().filter(|fault| matches!(fault, Fault::Pair { .. })).count();
        assert_eq!(wrong, routes.len(), "{file}");
        return;
    }
    let cost = evaluation.cost as f64 / f64::from(instance.scale());
    assert!((cost - verdict.cost).abs() < 1e-6 * cost.max(1.0), "{file}: {cost} and {}", verdict.cost);
    if instance.weights == Weights::Plane(Rounding::Tenths) {
        let all = vec![instance.customers().collect::<Vec<_>>()];
        let late = judge(instance, &all, 1).faults;
        assert!(late.iter().any(|fault| matches!(fault, Fault::Late { .. } | Fault::Load { .. })), "{file}");
    }
}
