//! The search: one seed a thread, paced by the clock or by a number of iterations. Threads paced by the clock learn
//! from each other's plans now and then; those that count iterations stay alone, so that they can be repeated.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow};
use milkrun_formats::task::Task;
use milkrun_solver::{Exchange, Pace, Params, Part, Progress, RoutePlan, Solution, Solver};

use crate::arguments::Solve;
use crate::progress::Reporter;

/// What a search came to.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) solution: Solution,
    pub(crate) seed: u64,
    pub(crate) iterations: u64,
    pub(crate) elapsed: Duration,
}

/// The longest a slice should take, in milliseconds.
const SLICE: f64 = 8.0;

/// Searches on as many threads as were asked for and returns the best plan found.
pub(crate) fn run(task: &Task, options: &Solve) -> Result<Found> {
    let begun = Instant::now();
    let failed = AtomicBool::new(false);
    let threads = options.threads.get();
    let shared = Shared::new(threads);
    let results: Vec<Result<Found>> = thread::scope(|scope| {
        let one = |number: usize| {
            let (failed, shared) = (&failed, &shared);
            move || {
                // One thread speaks for all: they are at the same point of the same budget.
                let reporter = (number == 0 && !options.quiet).then(|| Reporter::new(task));
                let result = search(task, options, number, begun, reporter, shared, failed);
                if result.is_err() {
                    failed.store(true, Ordering::Relaxed);
                }
                result
            }
        };
        let handles: Vec<_> = (0..threads).map(|number| scope.spawn(one(number))).collect();
        let joined = handles.into_iter().map(|handle| handle.join());
        joined.map(|result| result.unwrap_or_else(|_| Err(anyhow!("the search has panicked")))).collect()
    });
    let found: Vec<Found> = results.into_iter().collect::<Result<_>>()?;
    found.into_iter().min_by_key(|found| weight(task, &found.solution)).context("no thread has searched")
}

/// What threads tell each other.
#[derive(Debug)]
struct Shared {
    /// The best plan of each, as it was when it last exchanged it.
    plans: Mutex<Vec<Vec<RoutePlan>>>,
    /// What all have made of their parts, in the order in which it came.
    parts: Mutex<Vec<Part>>,
}

impl Shared {
    fn new(threads: usize) -> Self {
        Self { plans: Mutex::new(vec![Vec::new(); threads]), parts: Mutex::default() }
    }

    /// Hands out what a search has made of its part, and has it go on from those of the others that it has not heard of;
    /// `heard` counts those it has.
    fn join(&self, solver: &mut Solver, number: usize, heard: &mut usize) -> bool {
        let own = solver.part();
        let theirs: Vec<Part> = {
            let mut parts = lock(&self.parts);
            parts.extend(own);
            let new = std::mem::replace(heard, parts.len());
            parts[new..].iter().filter(|part| part.from != number).cloned().collect()
        };
        let mut better = false;
        for part in &theirs {
            better |= solver.join(part);
        }
        better
    }

    /// Leaves a search's best plan here and has the search learn from another's.
    fn exchange(&self, solver: &mut Solver, number: usize, partner: usize) {
        let mine = solver.draft().plans();
        let theirs = {
            let mut plans = lock(&self.plans);
            plans[number] = mine;
            plans[partner].clone()
        };
        if !theirs.is_empty() {
            solver.adopt(&theirs);
        }
    }
}

/// A thread that panicked has left something whole or nothing.
fn lock<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
}

/// What makes one plan better than another: the stops it leaves out by their weight, then its cost.
type Weight = (u64, i64);

fn weight(task: &Task, solution: &Solution) -> Weight {
    let weight = |stop: usize| task.problem.stops.get(stop).map_or(1, |stop| 1 + u64::from(stop.priority));
    (solution.unserved.iter().map(|unserved| weight(unserved.job)).sum(), solution.cost)
}

fn search(
    task: &Task,
    options: &Solve,
    number: usize,
    begun: Instant,
    mut reporter: Option<Reporter<'_>>,
    shared: &Shared,
    failed: &AtomicBool,
) -> Result<Found> {
    let seed = options.seed.wrapping_add(number as u64);
    let params = match options.iterations {
        Some(count) => Params::iterations(count, seed),
        None => Params::elapsed(seed),
    };
    let mut solver = Solver::new(&task.problem, params)?;
    let threads = options.threads.get();
    if options.iterations.is_none() {
        solver.divide(number, threads, Part::rounds(options.time));
    }
    if !task.start.is_empty() {
        solver.start_from(&task.start);
    }
    let spent = || begun.elapsed().as_secs_f64();
    let mut pace = Pace::new(SLICE);
    let (mut exchange, mut heard) = (Exchange::default(), 0);
    let progress: Progress = loop {
        // Without any time a plan is constructed, and that is all.
        solver.set_elapsed(if options.time > 0.0 { spent() / options.time } else { 1.0 });
        let mut progress = pace.slice(&mut solver, || spent() * 1_000.0);
        progress.improved |= shared.join(&mut solver, number, &mut heard);
        if let Some(reporter) = &mut reporter {
            reporter.tell(&progress, spent());
        }
        if options.iterations.is_none()
            && let Some(partner) = exchange.partner(progress.fraction, number, threads)
        {
            shared.exchange(&mut solver, number, partner);
        }
        if progress.done || failed.load(Ordering::Relaxed) {
            break progress;
        }
    };
    let solution = solver.best().clone();
    Ok(Found { solution, seed, iterations: progress.iteration, elapsed: begun.elapsed() })
}
