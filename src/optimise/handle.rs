//! The handle that pages hold, and the little state machine behind it.

use std::time::Duration;

use milkrun_lean::prelude::*;
use milkrun_solver::{Problem, RoutePlan, Solution, Unserved};
use milkrun_solver_worker::protocol::{DoneReason, FromWorker, ToWorker};
use wasm_bindgen::JsValue;

use super::islands::{self, Islands};
use super::link::{Heard, Link};

/// How long the workers may take to answer a stop before they are ended by force.
const PATIENCE: Duration = Duration::from_secs(2);

/// A cost curve longer than this loses every second point, so that a long search stays cheap to draw.
const CURVE: usize = 400;

/// Where the optimiser stands.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum OptimiserState {
    /// Nothing has been asked of it, or the search was stopped before it began.
    #[default]
    Idle,
    /// The worker is loading or has not said anything about this search yet.
    Starting,
    /// Searching.
    Running {
        /// How much of the time is spent, 0.0 to 1.0.
        fraction: f64,
        /// Seconds since the search began.
        elapsed: f64,
        /// Cost of the best plan so far, in the objective's unit.
        cost: i64,
        /// How many stops the best plan so far leaves out.
        unserved: usize,
        /// The cost curve: seconds since the search began, and the cost then.
        history: Vec<(f64, i64)>,
    },
    /// The search is over and [`Optimiser::best`] holds its answer.
    Done {
        /// Why it is over.
        reason: DoneReason,
    },
    /// It did not work; the sentence says why and what to do.
    Failed {
        /// The sentence.
        why: String,
    },
}

impl OptimiserState {
    /// Whether a search is under way.
    #[must_use]
    pub fn is_busy(&self) -> bool {
        matches!(self, Self::Starting | Self::Running { .. })
    }
}

/// Starts, watches and stops searches, each on as many workers as the machine has processors to spare. A handle to
/// copy; the workers end with the owner it was made under.
#[derive(Clone, Copy)]
pub struct Optimiser {
    /// Where it stands.
    pub state: RwSignal<OptimiserState>,
    /// The best plan of the current or last search, renewed at most once an animation frame.
    pub best: RwSignal<Option<Solution>>,
    /// The answer to the last question of [`Optimiser::explain`], with the question's number.
    pub explained: RwSignal<Option<(u64, Vec<Unserved>)>>,
    inner: StoredValue<Inner>,
}

#[derive(Default)]
struct Inner {
    workers: Vec<Worker>,
    /// What the first worker has compiled, for the others.
    module: Option<JsValue>,
    islands: Islands,
    /// Why the first worker to end has ended.
    reason: Option<DoneReason>,
    /// A plan that waits for the next animation frame.
    pending: Option<Solution>,
    frame_asked: bool,
    /// Rises with every search and every forced end, so that old timers and frames know they are old.
    turn: u64,
    /// Counts the questions.
    asked: u64,
    /// No worker could be had for a question: nobody asks again before a search says what is wrong.
    mute: bool,
}

/// One worker, and what it is to be told once it is ready.
struct Worker {
    link: Link,
    ready: bool,
    waiting: Option<ToWorker>,
}

impl Worker {
    fn tell(&mut self, ask: ToWorker) -> Result<(), String> {
        if self.ready {
            return self.link.send(&ask);
        }
        self.waiting = Some(ask);
        Ok(())
    }
}

impl Optimiser {
    /// An optimiser at rest; nothing is loaded before [`Optimiser::prepare`] or the first
    /// [`Optimiser::start`].
    #[must_use]
    pub fn new() -> Self {
        let this = Self {
            state: RwSignal::new(OptimiserState::Idle),
            best: RwSignal::new(None),
            explained: RwSignal::new(None),
            inner: StoredValue::new(Inner::default()),
        };
        on_cleanup(move || {
            let _ = this.inner.try_update_value(|inner| inner.workers.clear());
        });
        this
    }

    /// Starts a search of `seconds` seconds, from `start` if it is given; a search that is under way is dropped.
    pub fn start(self, problem: &Problem, start: Option<&[RoutePlan]>, seed: u64, seconds: f64) {
        // A worker in the middle of another search may still have messages of it on their way: it is replaced.
        if self.state.with_untracked(OptimiserState::is_busy) {
            self.end();
        }
        self.best.set(None);
        self.state.set(OptimiserState::Starting);
        let count = islands::count(window().navigator().hardware_concurrency(), problem);
        let sent = self.inner.try_update_value(|inner| {
            inner.turn += 1;
            inner.mute = false;
            inner.pending = None;
            inner.reason = None;
            inner.islands = Islands::new(count, problem);
            inner.workers.truncate(count);
            for number in 0..count {
                self.have_worker(inner, number)?;
                let (problem, start) = (Box::new(problem.clone()), start.map(<[RoutePlan]>::to_vec));
                let seed = seed.wrapping_add(number as u64);
                inner.workers[number].tell(ToWorker::Solve {
                    problem,
                    start,
                    seed,
                    seconds,
                    number,
                    count,
                })?;
            }
            Ok(())
        });
        if let Some(Err(why)) = sent {
            self.fail(why);
        }
    }

    /// Asks why a plan leaves stops out and what would have to give; gives the number under which
    /// [`Optimiser::explained`] tells. None while a search is on, which will tell by itself, and where no worker can be
    /// had.
    pub fn explain(self, problem: Problem, routes: Vec<RoutePlan>) -> Option<u64> {
        if self.state.with_untracked(OptimiserState::is_busy) {
            return None;
        }
        let asked = self.inner.try_update_value(|inner| {
            if inner.mute {
                return None;
            }
            inner.asked += 1;
            let turn = inner.asked;
            let ask = ToWorker::Explain { problem: Box::new(problem), routes, turn };
            let told = self.have_worker(inner, 0).and_then(|()| inner.workers[0].tell(ask));
            inner.mute = told.is_err();
            told.is_ok().then_some(turn)
        });
        asked.flatten()
    }

    /// Starts the first worker, so that it is loaded and warm when a search is started; for when a search is likely.
    /// Should it not start, that is told only to who really wants it.
    pub fn prepare(self) {
        let _ = self.inner.try_update_value(|inner| {
            if inner.workers.is_empty() && !inner.mute {
                inner.mute = self.have_worker(inner, 0).is_err();
            }
        });
    }

    /// Starts the next worker if that is the one that is wanted.
    fn have_worker(self, inner: &mut Inner, number: usize) -> Result<(), String> {
        if number == inner.workers.len() {
            let follows = number > 0 || inner.module.is_some();
            let link = Link::start(follows, move |heard| self.hear(number, heard))?;
            if let Some(module) = &inner.module {
                link.share(module)?;
            }
            inner.workers.push(Worker { link, ready: false, waiting: None });
        }
        Ok(())
    }

    /// Asks the search to stop; its best plan so far stays. A worker that does not answer is ended.
    pub fn stop(self) {
        let asked = self.inner.try_update_value(|inner| {
            let asked = stop_all(inner);
            (asked > 0).then_some(inner.turn)
        });
        match asked.flatten() {
            Some(turn) if self.state.with_untracked(OptimiserState::is_busy) => {
                set_timeout(move || self.lose_patience(turn), PATIENCE);
            }
            // It was still loading: nothing has begun, so there is nothing to wait for.
            _ if self.state.with_untracked(OptimiserState::is_busy) => {
                self.end();
                self.state.set(OptimiserState::Idle);
            }
            _ => {}
        }
    }

    fn lose_patience(self, turn: u64) {
        let same = self.inner.try_with_value(|inner| inner.turn == turn).unwrap_or(false);
        if same && self.state.try_with_untracked(OptimiserState::is_busy).unwrap_or(false) {
            self.flush();
            let reason = self.inner.try_with_value(|inner| inner.reason).flatten();
            self.end();
            self.state.set(OptimiserState::Done { reason: reason.unwrap_or(DoneReason::Stopped) });
        }
    }

    /// Ends the worker by force.
    fn end(self) {
        let _ = self.inner.try_update_value(|inner| {
            inner.turn += 1;
            inner.pending = None;
            // Dropped a moment later, since this may run inside one of the workers' own callbacks.
            let workers = std::mem::take(&mut inner.workers);
            set_timeout(move || drop(workers), Duration::ZERO);
        });
    }

    fn fail(self, why: String) {
        self.end();
        self.state.set(OptimiserState::Failed { why });
    }

    fn hear(self, number: usize, heard: Heard) {
        match heard {
            // Somebody only wanted to know why: that is no failure to tell of.
            Heard::Broken(_) if !self.state.try_with_untracked(OptimiserState::is_busy).unwrap_or(false) => {
                self.end();
                let _ = self.inner.try_update_value(|inner| inner.mute = true);
            }
            Heard::Broken(why) => self.fail(why),
            Heard::Module(module) => self.share(module),
            Heard::Message(FromWorker::Ready) => self.begin(number),
            Heard::Message(FromWorker::Explained { left_out, turn }) => {
                self.explained.try_set(Some((turn, left_out)));
            }
            // A search that is over here may still have messages on their way.
            Heard::Message(_) if !self.state.try_with_untracked(OptimiserState::is_busy).unwrap_or(false) => {
            }
            Heard::Message(FromWorker::Progress { elapsed_ms, cost, unserved, fraction, .. }) => {
                self.exchange(number, fraction);
                // One speaks for all: they are at about the same point of the same time.
                if number == 0 {
                    self.progress(fraction, elapsed_ms / 1000.0, cost, unserved);
                }
            }
            Heard::Message(FromWorker::Part { round, from, routes }) => {
                self.hand_on(number, &ToWorker::Join { round, from, routes });
            }
            Heard::Message(FromWorker::Improved { solution }) => self.found(number, *solution),
            Heard::Message(FromWorker::Done { solution, reason }) => {
                self.found(number, *solution);
                self.finish(number, reason);
            }
            Heard::Message(FromWorker::Failed { message }) => {
                // The worker itself is well: it stays for the next search.
                self.state.set(OptimiserState::Failed { why: message });
            }
            // A word of a newer worker; this page can do without it.
            Heard::Message(_) => {}
        }
    }

    /// Hands the code that the first worker has compiled to the others, which wait for it.
    fn share(self, module: JsValue) {
        let sent = self.inner.try_update_value(|inner| {
            let mut followers = inner.workers.iter().skip(1).filter(|worker| !worker.ready);
            let sent = followers.try_for_each(|follower| follower.link.share(&module));
            inner.module = Some(module);
            sent
        });
        if let Some(Err(why)) = sent {
            self.fail(why);
        }
    }

    fn begin(self, number: usize) {
        let sent = self.inner.try_update_value(|inner| {
            let Some(worker) = inner.workers.get_mut(number) else { return Ok(()) };
            worker.ready = true;
            worker.waiting.take().map_or(Ok(()), |ask| worker.link.send(&ask))
        });
        if let Some(Err(why)) = sent {
            self.fail(why);
        }
    }

    /// Has a worker learn from another's plan when it is time for that.
    fn exchange(self, number: usize, fraction: f64) {
        let _ = self.inner.try_update_value(|inner| {
            let routes = inner.islands.lesson_for(number, fraction)?;
            inner.workers.get_mut(number)?.tell(ToWorker::Adopt { routes }).ok()
        });
    }

    /// Hands what a worker has made of its part on to all others that have begun.
    fn hand_on(self, number: usize, ask: &ToWorker) {
        let _ = self.inner.try_update_value(|inner| {
            for other in inner.islands.share(number) {
                if let Some(worker) = inner.workers.get(other).filter(|worker| worker.ready) {
                    // One that cannot be told any more goes on alone.
                    worker.link.send(ask).ok();
                }
            }
        });
    }

    /// Takes note that a worker has ended its search. The first has the others end theirs, the last shows the best
    /// plan of all.
    fn finish(self, number: usize, reason: DoneReason) {
        let ended = self.inner.try_update_value(|inner| {
            let (first, mut last) = inner.islands.end(number);
            if first {
                inner.reason = Some(reason);
                stop_all(inner);
                // A worker that has not even begun ends without a word.
                for silent in (0..inner.workers.len()).filter(|&at| !inner.workers[at].ready) {
                    last = inner.islands.end(silent).1;
                }
            }
            if !last {
                return None;
            }
            inner.pending = None;
            Some((inner.islands.best().cloned(), inner.reason.unwrap_or(reason)))
        });
        match ended.flatten() {
            Some((best, reason)) => {
                self.best.set(best);
                self.state.set(OptimiserState::Done { reason });
            }
            None => {
                let turn = self.inner.try_with_value(|inner| inner.turn).unwrap_or_default();
                set_timeout(move || self.lose_patience(turn), PATIENCE);
            }
        }
    }

    fn progress(self, fraction: f64, elapsed: f64, cost: i64, unserved: usize) {
        let known = |inner: &Inner| inner.islands.best().map(|best| (best.unserved.len(), best.cost));
        let best = self.inner.try_with_value(known).flatten().unwrap_or((usize::MAX, i64::MAX));
        let (unserved, cost) = (unserved, cost).min(best);
        let mut history = match self.state.get_untracked() {
            OptimiserState::Running { history, .. } => history,
            _ => Vec::new(),
        };
        extend_curve(&mut history, elapsed, cost);
        self.state.set(OptimiserState::Running { fraction, elapsed, cost, unserved, history });
    }

    /// Keeps a plan, if it is the best of all, for the next animation frame; a later one before that replaces it.
    fn found(self, number: usize, solution: Solution) {
        let first = self.inner.try_update_value(|inner| {
            let best = inner.islands.found(number, solution)?.clone();
            inner.pending = Some(best);
            Some(!std::mem::replace(&mut inner.frame_asked, true))
        });
        let first = first.flatten();
        if first == Some(true) {
            request_animation_frame(move || {
                let _ = self.inner.try_update_value(|inner| inner.frame_asked = false);
                self.flush();
            });
        }
    }

    fn flush(self) {
        if let Some(solution) = self.inner.try_update_value(|inner| inner.pending.take()).flatten() {
            self.best.set(Some(solution));
        }
    }
}

/// Has all workers stop that search, and forgets what the others were to begin; how many were asked.
fn stop_all(inner: &mut Inner) -> usize {
    let mut asked = 0;
    for worker in &mut inner.workers {
        worker.waiting = None;
        if worker.ready && worker.link.send(&ToWorker::Stop).is_ok() {
            asked += 1;
        }
    }
    asked
}

impl Default for Optimiser {
    fn default() -> Self {
        Self::new()
    }
}

/// Adds a point to the cost curve. Points that only repeat the cost are replaced by their last, and a long curve
/// is thinned.
fn extend_curve(curve: &mut Vec<(f64, i64)>, elapsed: f64, cost: i64) {
    let flat = matches!(curve.as_slice(), [.., (_, a), (_, b)] if *a == cost && *b == cost);
    if flat {
        curve.pop();
    }
    curve.push((elapsed, cost));
    if curve.len() > CURVE {
        let last = curve.len() - 1;
        let mut at = 0;
        curve.retain(|_| {
            at += 1;
            at % 2 == 1 || at > last
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn curve(costs: &[i64]) -> Vec<(f64, i64)> {
        let mut curve = Vec::new();
        for (at, cost) in costs.iter().enumerate() {
            extend_curve(&mut curve, f64::from(u32::try_from(at).unwrap()), *cost);
        }
        curve
    }

    #[test]
    fn a_flat_stretch_keeps_its_two_ends() {
        assert_eq!(curve(&[9, 9, 9, 9, 5]), [(0.0, 9), (3.0, 9), (4.0, 5)]);
        assert_eq!(curve(&[9, 7, 7]), [(0.0, 9), (1.0, 7), (2.0, 7)]);
    }

    #[test]
    fn a_long_curve_is_thinned_and_keeps_its_ends() {
        let costs: Vec<i64> = (0..=2_000).rev().collect();
        let curve = curve(&costs);
        assert!(curve.len() <= CURVE + 1, "{}", curve.len());
        assert_eq!(curve.first(), Some(&(0.0, 2_000)));
        assert_eq!(curve.last().map(|point| point.1), Some(0));
    }
}
