//! How close the solver comes to the best known value of a published instance, and how fast.
//!
//! ```text
//! cargo run --release -p milkrun-solver --example quality -- FILE BEST_KNOWN SECONDS [SEED]
//! ```
//!
//! Reads VRPLIB and TSPLIB files with EUC_2D coordinates (rounded to the nearest integer) or a full matrix, and
//! Solomon files (tenths, cut off, as the DIMACS challenge counts). Prints cost, gap, iterations and speed.
#![expect(clippy::print_stdout, reason = "printing is what this program is for")]

use std::error::Error;
use std::time::Instant;

use milkrun_solver::{Job, Load, Objective, Params, Problem, Solver, Travel, Vehicle, evaluate};

type Outcome<T> = Result<T, Box<dyn Error>>;

fn main() -> Outcome<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [file, best_known, seconds, rest @ ..] = &arguments[..] else {
        return Err("usage: quality FILE BEST_KNOWN SECONDS [SEED]".into());
    };
    let (best_known, limit): (f64, f64) = (best_known.parse()?, seconds.parse()?);
    let seed = rest.first().map_or(Ok(1), |seed| seed.parse())?;
    let text = std::fs::read_to_string(file)?;
    let (problem, scale) =
        if text.contains("CUSTOMER") { (solomon(&text)?, 10.0) } else { (vrplib(&text)?, 1.0) };
    let begun = Instant::now();
    let mut solver = Solver::new(&problem, Params::elapsed(seed))?;
    let prepared = begun.elapsed();
    let (mut first, mut slice) = (None, 100);
    let progress = loop {
        let slice_begun = Instant::now();
        let progress = solver.step(slice);
        if progress.improved {
            first.get_or_insert_with(|| begun.elapsed());
        }
        if progress.done {
            break progress;
        }
        if progress.improved {
            println!("{:.2} {} it {}", begun.elapsed().as_secs_f64(), progress.cost, progress.iteration);
        }
        slice = if slice_begun.elapsed().as_millis() < 4 { slice * 2 } else { slice * 3 / 4 + 1 };
        solver.set_elapsed(begun.elapsed().as_secs_f64() / limit);
    };
    let spent = begun.elapsed().as_secs_f64();
    let best = solver.best();
    let checked = evaluate(&problem, &best.plans());
    if !checked.violations.is_empty() || checked.cost != progress.cost {
        return Err(format!("the plan does not hold: {:?}", checked.violations).into());
    }
    let cost = best.cost as f64 / scale;
    println!(
        "{} cost {cost} gap {:.2} % routes {} unserved {} prepared {prepared:.0?} first {:.0?} {:.0}k it/s {spent:.2} s",
        file.rsplit('/').next().unwrap_or(file),
        (cost / best_known - 1.0) * 100.0,
        best.routes.len(),
        best.unserved.len(),
        first.unwrap_or_default(),
        progress.iteration as f64 / spent / 1_000.0,
    );
    Ok(())
}

fn matrix(points: &[(f64, f64)], round: impl Fn(f64) -> i32) -> Travel {
    let mut cells = Vec::with_capacity(points.len() * points.len());
    for from in points {
        cells.extend(
            points.iter().map(|to| round(((from.0 - to.0).powi(2) + (from.1 - to.1).powi(2)).sqrt())),
        );
    }
    Travel::matrix(points.len(), cells.clone(), cells)
}

fn vrplib(text: &str) -> Outcome<Problem> {
    let (mut section, mut capacity) = (String::new(), i32::MAX);
    let (mut points, mut weights, mut rows) = (Vec::new(), Vec::new(), Vec::<(String, Vec<i32>)>::new());
    for line in text.lines().map(str::trim) {
        let words: Vec<&str> = line.split_whitespace().collect();
        let Some(&first) = words.first() else { continue };
        if first.starts_with(|letter: char| letter.is_ascii_alphabetic()) {
            section = first.trim_end_matches(':').to_owned();
            if section == "CAPACITY" {
                capacity = words[words.len() - 1].parse()?;
            }
        } else if section == "NODE_COORD_SECTION" {
            points.push((words[1].parse()?, words[2].parse()?));
        } else if section == "EDGE_WEIGHT_SECTION" {
            weights.extend(words.iter().map(|word| word.parse::<i32>()).collect::<Result<Vec<_>, _>>()?);
        } else {
            rows.push((section.clone(), words.iter().filter_map(|word| word.parse().ok()).collect()));
        }
    }
    let travel = if weights.is_empty() {
        matrix(&points, |length| (length + 0.5) as i32)
    } else {
        Travel::matrix(weights.len().isqrt(), weights.clone(), weights)
    };
    let size = travel.size();
    let mut jobs: Vec<Job> = (1..size).map(Job::at).collect();
    for (section, row) in &rows {
        let job = row.first().and_then(|id| usize::try_from(id - 2).ok()).and_then(|at| jobs.get_mut(at));
        match (section.as_str(), job) {
            ("DEMAND_SECTION", Some(job)) => job.demand = Load::one(row[1]),
            ("SERVICE_TIME_SECTION", Some(job)) => job.service = row[1],
            ("TIME_WINDOW_SECTION", Some(job)) => {
                job.windows = vec![milkrun_solver::TimeWindow::new(row[1], row[2])];
            }
            _ => {}
        }
    }
    let vehicles = if capacity == i32::MAX { 1 } else { size / 2 + 1 };
    let vehicle = Vehicle::based_at(0).with_capacity(Load::one(capacity));
    Ok(fleet(travel, jobs, &vehicle, vehicles))
}

fn solomon(text: &str) -> Outcome<Problem> {
    let rows: Vec<Vec<i32>> = (text.lines())
        .map(|line| line.split_whitespace().map_while(|word| word.parse().ok()).collect())
        .collect();
    let fleet_row = rows.iter().find(|row| row.len() == 2).ok_or("no vehicles")?;
    let customers: Vec<&Vec<i32>> = rows.iter().filter(|row| row.len() == 7).collect();
    let points: Vec<_> = customers.iter().map(|row| (f64::from(row[1]), f64::from(row[2]))).collect();
    let travel = matrix(&points, |length| (length * 10.0) as i32);
    let jobs = customers[1..].iter().enumerate().map(|(at, row)| {
        Job::at(at + 1)
            .with_demand(Load::one(row[3]))
            .with_window(row[4] * 10, row[5] * 10)
            .with_service(row[6] * 10)
    });
    let day = (customers[0][4] * 10, customers[0][5] * 10);
    let vehicle = Vehicle::based_at(0).with_capacity(Load::one(fleet_row[1])).with_shift(day.0, day.1);
    Ok(fleet(travel, jobs.collect(), &vehicle, usize::try_from(fleet_row[0])?))
}

fn fleet(travel: Travel, jobs: Vec<Job>, vehicle: &Vehicle, count: usize) -> Problem {
    let mut problem = Problem::new(travel).with_objective(Objective::Shortest);
    problem.stops = jobs;
    problem.vehicles = vec![vehicle.clone(); count];
    problem
}
