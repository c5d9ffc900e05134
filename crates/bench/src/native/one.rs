//! The native contestant: one search in this process.

use std::time::Instant;

use crate::Search;
use crate::native::contestant::Answer;

/// Searches for so many seconds of wall time, from the file's text on.
#[must_use]
pub fn run(text: &str, routes: usize, seconds: f64, seed: u64) -> Answer {
    let begun = Instant::now();
    let clock = || begun.elapsed().as_secs_f64() * 1_000.0;
    let mut search = match Search::new(text, routes, seed, seconds, clock()) {
        Ok(search) => search,
        Err(why) => return Answer::Skip { skip: why },
    };
    let (mut first_s, mut longest) = (None, 0.0_f64);
    loop {
        let before = clock();
        let step = search.slice(clock);
        let after = clock();
        longest = longest.max(after - before);
        if step.planned {
            first_s.get_or_insert(after / 1_000.0);
        }
        if step.done {
            break;
        }
    }
    let (routes, wall_s) = (search.routes(), begun.elapsed().as_secs_f64());
    let slice_s = Some(longest / 1_000.0);
    Answer::Routes { routes, wall_s, first_s, cold_s: None, slice_s, memory_mb: None }
}
