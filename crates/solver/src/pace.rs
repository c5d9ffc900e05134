//! How much to do at a time, so that whoever runs a search can look up every few milliseconds.

use crate::{Progress, Solver, Stage};

/// How many pieces of work are tried at first, and again whenever the work becomes another.
const FIRST: u32 = 4;
/// A slice consists of about so many batches of pieces: no single one can then spoil its length by much.
const BATCHES: f64 = 8.0;
/// A slice ends after so many batches, even if the clock stands still.
const MOST: u32 = 32;

/// Runs a search in slices of a given length, by a clock that the caller reads.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    /// How long a slice should take at most, in milliseconds.
    slice: f64,
    /// How many pieces take about an eighth of that.
    pieces: u32,
    stage: Stage,
}

impl Pace {
    /// Slices of at most about so many milliseconds.
    #[must_use]
    pub fn new(slice: f64) -> Self {
        Self { slice, pieces: FIRST, stage: Stage::Preparing }
    }

    /// Works for one slice; `clock` tells milliseconds and never goes back. The answer is that of one
    /// [`Solver::advance`] for all that has been done.
    pub fn slice(&mut self, solver: &mut Solver, clock: impl Fn() -> f64) -> Progress {
        let begun = clock();
        let (mut before, mut improved, mut batches) = (begun, false, 0);
        loop {
            batches += 1;
            let progress = solver.advance(self.pieces);
            let after = clock();
            // Clocks in browsers are coarse: what seems to take no time is taken for a little.
            let factor = (self.slice / BATCHES / (after - before).max(0.05)).clamp(0.25, 2.0);
            self.pieces = ((f64::from(self.pieces) * factor) as u32).clamp(1, 1_000_000);
            if std::mem::replace(&mut self.stage, progress.stage) != progress.stage {
                self.pieces = FIRST;
            }
            improved |= progress.improved;
            let is_long = after - begun > self.slice * (1.0 - 1.0 / BATCHES);
            if progress.done || is_long || batches == MOST {
                return Progress { improved, ..progress };
            }
            before = after;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Params, Vehicle, fixture};
    use std::cell::Cell;

    /// A search by a clock that each look moves on, as if every batch took that long; the slices it takes.
    fn run(stops: usize, iterations: u64, look: f64) -> (u32, Solver) {
        let time = Cell::new(0.0);
        let clock = || time.replace(time.get() + look);
        let mut problem = fixture::city(stops, 1, false);
        problem.vehicles.truncate(3);
        let mut solver = Solver::new(&problem, Params::iterations(iterations, 1)).unwrap();
        let (mut pace, mut slices) = (Pace::new(8.0), 0);
        loop {
            let begun = time.get();
            let done = pace.slice(&mut solver, clock).done;
            slices += 1;
            assert!(time.get() - begun <= 8.0 + 2.0 * look, "a long slice");
            if done {
                return (slices, solver);
            }
        }
    }

    #[test]
    fn the_slices_are_as_long_as_they_should_be_and_change_nothing() {
        let (few, fast) = run(80, 3_000, 0.1);
        let (many, slow) = run(80, 3_000, 5.0);
        assert!(few < many, "{few} {many}");
        assert_eq!(fast.best(), slow.best());
        let mut problem = fixture::city(80, 1, false);
        problem.vehicles.truncate(3);
        let mut solver = Solver::new(&problem, Params::iterations(3_000, 1)).unwrap();
        while !solver.step(100).done {}
        assert_eq!(solver.best(), fast.best());
    }

    #[test]
    fn a_clock_that_stands_still_ends_every_slice() {
        let mut problem = fixture::city(20, 1, false);
        problem.vehicles = vec![Vehicle::based_at(0)];
        let mut solver = Solver::new(&problem, Params::iterations(500, 1)).unwrap();
        let mut pace = Pace::new(8.0);
        assert!((0..50).any(|_| pace.slice(&mut solver, || 0.0).done));
        let mut endless = Solver::new(&problem, Params::elapsed(1)).unwrap();
        let progress = Pace::new(8.0).slice(&mut endless, || 0.0);
        assert!(!progress.done && progress.iteration > 0, "{progress:?}");
    }
}
