//! What a worker does before anybody asks it for anything: it searches on made-up days, so that the browser compiles the
//! search before the first plan waits for it.
//!
//! A browser compiles a function when it is first called, quickly and badly, and well only when it has been called often.
//! Unprepared, the first plan of a hundred stops takes eight times as long, of a thousand three times.

use std::fmt::Write;

use crate::protocol::{ToWorker, decode, encode};
use crate::run::Run;

/// Stops of each of the days.
const STOPS: usize = 350;
/// How many kinds of days there are: deliveries in any order, with windows, and on one long route.
const DAYS: usize = 3;

/// A worker that is warming up.
#[derive(Debug, Default)]
pub struct Warming {
    run: Option<Run>,
    /// How many days are done.
    done: usize,
}

impl Warming {
    /// Works for one slice; whether there is more to do.
    pub fn slice(&mut self, clock: impl Fn() -> f64) -> bool {
        let Some(run) = &mut self.run else {
            // As a page would ask, so that the reading is compiled, too.
            let Ok(ToWorker::Solve { problem, seed, seconds, .. }) = decode(&day(self.done)) else {
                return false;
            };
            self.run = Run::new(&problem, None, seed, seconds, clock()).ok();
            return self.run.is_some();
        };
        run.slice(clock, |message| {
            std::hint::black_box(encode(message));
        });
        if run.is_over() {
            self.run = None;
            self.done += 1;
        }
        self.done < DAYS
    }
}

/// The message that asks for a day.
fn day(number: usize) -> String {
    let mut seed = 1_u32;
    let mut below = |most: u32| {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (seed >> 16) % most
    };
    let mut text = r#"{"type":"solve","seed":1,"seconds":0.1,"problem":{"objective":"shortest","travel":{"plane":{"scale":1.0,"rounding":"nearest","points":[[1,1]"#.to_owned();
    // Writing to a string does not fail.
    for _ in 0..STOPS {
        let _ = write!(text, ",[{},{}]", below(9_999), below(9_999));
    }
    text.push_str(r#"]}},"stops":["#);
    for stop in 1..=STOPS {
        let comma = if stop > 1 { "," } else { "" };
        let _ = write!(text, r#"{comma}{{"location":{stop},"demand":[{},0,0]"#, 1 + below(9));
        if number == 1 {
            let start = below(60_000);
            let _ = write!(text, r#","windows":[{{"start":{start},"end":{}}}]"#, start + 20_000);
        }
        text.push('}');
    }
    text.push_str(r#"],"vehicles":["#);
    for vehicle in 0..if number == 2 { 1 } else { STOPS / 8 } {
        let comma = if vehicle > 0 { "," } else { "" };
        let load = if number == 2 { 9_999 } else { 100 };
        let _ = write!(text, r#"{comma}{{"start":0,"end":0,"capacity":[{load},0,0]}}"#);
    }
    text.push_str("]}}");
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use milkrun_solver::{Params, Solver};
    use std::cell::Cell;

    #[test]
    fn every_day_can_be_planned_whole() {
        for number in 0..DAYS {
            let Ok(ToWorker::Solve { problem, .. }) = decode(&day(number)) else { panic!("{}", day(number)) };
            let mut solver = Solver::new(&problem, Params::iterations(100, 1)).unwrap();
            while !solver.step(100).done {}
            assert_eq!(solver.best().unserved, []);
            assert_eq!(solver.best().routes.len() == 1, number == 2);
        }
    }

    #[test]
    fn warming_up_comes_to_an_end() {
        let (time, mut warming, mut slices) = (Cell::new(0.0), Warming::default(), 1);
        while warming.slice(|| time.replace(time.get() + 0.75)) {
            slices += 1;
        }
        assert!((2 * DAYS..500).contains(&slices), "{slices}");
    }
}
