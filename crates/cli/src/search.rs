//! The search: one seed a thread, paced by the clock or by a number of iterations. Threads paced by the clock take over
//! the best plan of all a few times; those that count iterations stay alone, so that they can be repeated.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow};
use milkrun_formats::task::Task;
use milkrun_solver::{Exchange, Params, Progress, RoutePlan, Solution, Solver};

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

/// The longest a slice should take.
const SLICE: Duration = Duration::from_millis(8);

/// Searches on as many threads as were asked for and returns the best plan found.
pub(crate) fn run(task: &Task, options: &Solve) -> Result<Found> {
    let begun = Instant::now();
    let failed = AtomicBool::new(false);
    let threads = options.threads.get() as u64;
    let shared = Shared::default();
    let results: Vec<Result<Found>> = thread::scope(|scope| {
        let one = |number: u64| {
            let (failed, shared) = (&failed, (threads > 1).then_some(&shared));
            move || {
                // One thread speaks for all: they are at the same point of the same budget.
                let reporter = (number == 0 && !options.quiet).then(|| Reporter::new(task));
                let result =
                    search(task, options, options.seed.wrapping_add(number), begun, reporter, shared, failed);
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

/// The best plan of all threads, with its weight.
#[derive(Debug, Default)]
struct Shared(Mutex<Option<(Weight, Vec<RoutePlan>)>>);

impl Shared {
    /// Leaves a search's best plan here if it is better than the one that is, else has the search go on from that.
    fn exchange(&self, task: &Task, solver: &mut Solver) {
        let mine = weight(task, solver.best());
        // A thread that panicked has left a whole plan or none.
        let mut best = self.0.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        match &*best {
            Some((weight, routes)) if *weight < mine => {
                solver.adopt(routes);
            }
            _ => *best = Some((mine, solver.best().plans())),
        }
    }
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
    seed: u64,
    begun: Instant,
    mut reporter: Option<Reporter<'_>>,
    shared: Option<&Shared>,
    failed: &AtomicBool,
) -> Result<Found> {
    let params = match options.iterations {
        Some(count) => Params::iterations(count, seed),
        None => Params::elapsed(seed),
    };
    let mut solver = Solver::new(&task.problem, params)?;
    if !task.start.is_empty() {
        solver.start_from(&task.start);
    }
    let spent = || begun.elapsed().as_secs_f64();
    let mut slice = 64_u32;
    let mut exchange = Exchange::default();
    let progress: Progress = loop {
        // Without any time a plan is constructed, and that is all.
        solver.set_elapsed(if options.time > 0.0 { spent() / options.time } else { 1.0 });
        let slice_begun = Instant::now();
        let progress = solver.step(slice);
        let factor = SLICE.as_secs_f64() / slice_begun.elapsed().as_secs_f64().max(1e-5);
        slice = ((f64::from(slice) * factor.clamp(0.25, 2.0)) as u32).clamp(1, 1_000_000);
        if let Some(reporter) = &mut reporter {
            reporter.tell(&progress, spent());
        }
        if let Some(shared) =
            shared.filter(|_| options.iterations.is_none() && exchange.is_due(progress.fraction))
        {
            shared.exchange(task, &mut solver);
        }
        if progress.done || failed.load(Ordering::Relaxed) {
            break progress;
        }
    };
    let solution = solver.best().clone();
    Ok(Found { solution, seed, iterations: progress.iteration, elapsed: begun.elapsed() })
}
