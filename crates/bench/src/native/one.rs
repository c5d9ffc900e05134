//! The native contestant: one search in this process.

use std::time::Instant;

use crate::Search;
use crate::native::contestant::Answer;

/// The longest a slice should take, in seconds; the worker has the same.
const SLICE: f64 = 0.008;

/// Searches for so many seconds of wall time, from the file's text on.
#[must_use]
pub fn run(text: &str, routes: usize, seconds: f64, seed: u64) -> Answer {
    let begun = Instant::now();
    let mut search = match Search::new(text, routes, seed) {
        Ok(search) => search,
        Err(why) => return Answer::Skip { skip: why },
    };
    let (mut iterations, mut first_s) = (64_u32, None);
    loop {
        let before = begun.elapsed().as_secs_f64();
        let step = search.slice(before / seconds, iterations);
        let after = begun.elapsed().as_secs_f64();
        if step.planned {
            first_s.get_or_insert(after);
        }
        if step.done {
            break;
        }
        let factor = (SLICE / (after - before).max(1e-4)).clamp(0.25, 2.0);
        iterations = ((f64::from(iterations) * factor) as u32).clamp(1, 1_000_000);
    }
    let routes = search.routes();
    Answer::Routes { routes, wall_s: begun.elapsed().as_secs_f64(), first_s, memory_mb: None }
}
