//! One run of the optimiser, watched: its best so far is what every view shows, and one undo takes it back.

use std::sync::Arc;

use milkrun_lean::prelude::*;
use milkrun_plan::edit::{Edit, History, Slot};
use milkrun_plan::price::best_slots;
use milkrun_plan::schedule::Totals;
use milkrun_plan::{Plan, StopId};
use milkrun_solver::Solution;
use milkrun_solver_worker::protocol::DoneReason;

use super::solve::{Names, pose};
use super::{Aim, Missing, PlanStore};
use crate::optimise::{Optimiser, OptimiserState};

/// The seed of every search: with the same stops and the same time a plan comes out much the same.
const SEED: u64 = 1;

/// The optimiser's run, its settings and what came of the last one.
#[derive(Clone, Copy)]
pub struct Run {
    optimiser: Optimiser,
    task: StoredValue<Option<Task>>,
    /// What to strive for.
    pub aim: RwSignal<Aim>,
    /// How long to search, in seconds.
    pub seconds: RwSignal<u32>,
    /// What came of the last run that left stops out, until it is closed or the next one starts.
    pub outcome: RwSignal<Option<Outcome>>,
    /// Rises whenever a run has ended with routes.
    pub finished: RwSignal<u32>,
    /// What the last attempt lacked.
    pub missing: RwSignal<Option<Missing>>,
}

#[derive(Clone)]
struct Task {
    names: Names,
    base: Arc<Plan>,
    before: Totals,
}

/// What came of a run.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// The sums before.
    pub before: Totals,
    /// The sums after.
    pub after: Totals,
    /// The stops it left out, with the reasons.
    pub unserved: Vec<UnservedStop>,
    /// Whether the user stopped it.
    pub stopped: bool,
}

/// A stop that the optimiser left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnservedStop {
    /// Which.
    pub stop: StopId,
    /// What stands in the way, in a sentence.
    pub why: String,
}

impl Default for Run {
    fn default() -> Self {
        Self {
            optimiser: Optimiser::new(),
            task: StoredValue::new(None),
            aim: RwSignal::new(Aim::default()),
            seconds: RwSignal::new(10),
            outcome: RwSignal::new(None),
            finished: RwSignal::new(0),
            missing: RwSignal::new(None),
        }
    }
}

impl Run {
    /// Where the optimiser stands. Reactive.
    #[must_use]
    pub fn state(self) -> OptimiserState {
        self.optimiser.state.get()
    }

    /// Whether a search is under way. Reactive.
    #[must_use]
    pub fn is_busy(self) -> bool {
        self.optimiser.state.with(OptimiserState::is_busy)
    }

    /// Ends the search and keeps its best so far.
    pub fn stop(self) {
        self.optimiser.stop();
    }
}

impl PlanStore {
    /// Starts a search over the free routes; what it lacks is said in [`Run::missing`].
    pub fn optimise(self) {
        if self.run.optimiser.state.with_untracked(OptimiserState::is_busy) {
            return;
        }
        let run = self.run;
        let base = self.plan_now();
        match pose(&base, &self.travel_now(), run.aim.get_untracked()) {
            Ok(it) => {
                let before = self.totals.get_untracked();
                self.baseline.set(before);
                run.outcome.set(None);
                run.missing.set(None);
                run.task.set_value(Some(Task { names: it.names, base, before }));
                let start = Some(it.start.as_slice()).filter(|it| !it.is_empty());
                run.optimiser.start(&it.problem, start, SEED, f64::from(run.seconds.get_untracked()));
                self.say("Optimising");
            }
            Err(missing) => {
                self.say(missing.sentence());
                run.missing.set(Some(missing));
            }
        }
    }

    /// Shows what the optimiser finds and keeps it in the end.
    pub(super) fn follow_run(self) {
        let run = self.run;
        Effect::new(move |_| {
            let best = run.optimiser.best.get();
            if let (Some(best), Some(task)) = (best, run.task.get_value()) {
                self.preview.set(after(&task, &best).map(Arc::new));
            }
        });
        Effect::new(move |_| match run.optimiser.state.get() {
            OptimiserState::Done { reason } => self.finish_run(reason == DoneReason::Stopped),
            OptimiserState::Failed { why } => {
                self.drop_run();
                self.toaster.fail(why);
            }
            OptimiserState::Idle => self.drop_run(),
            OptimiserState::Starting | OptimiserState::Running { .. } => {}
        });
    }

    /// Ends a run that is still on and takes its best so far as a step of its own.
    pub(super) fn accept_run(self) {
        if self.run.task.with_value(Option::is_some) {
            self.run.optimiser.stop();
            self.finish_run(true);
        }
    }

    fn drop_run(self) {
        self.run.task.set_value(None);
        if self.preview.with_untracked(Option::is_some) {
            self.preview.set(None);
        }
    }

    fn finish_run(self, stopped: bool) {
        let Some(task) = self.run.task.try_update_value(Option::take).flatten() else { return };
        let best = self.run.optimiser.best.get_untracked();
        if let Some(best) = best {
            let edit = task.names.edit(&task.base, &best);
            if let Err(error) = self.change(|history| history.apply(edit)) {
                self.toaster.fail(super::capitalised(&error.to_string()));
            }
            self.preview.set(None);
            let unserved = task.names.unserved(&task.base, &best);
            let unserved = unserved.into_iter().map(|(stop, why)| UnservedStop { stop, why }).collect();
            let outcome =
                Outcome { before: task.before, after: self.totals.get_untracked(), unserved, stopped };
            self.say(summary(&outcome));
            // Good news passes by itself; what does not fit stays until somebody has looked at it.
            if outcome.unserved.is_empty() {
                self.toaster.say(summary(&outcome));
            } else {
                self.run.outcome.set(Some(outcome));
            }
            self.run.finished.update(|finished| *finished += 1);
        }
        self.preview.set(None);
    }

    /// Puts a stop where it costs least, late or not: flagged is better than forgotten.
    pub fn serve_anyway(self, stop: &StopId) {
        let plan = self.plan_now();
        match best_slots(&plan, &self.travel_now(), stop, 1).pop() {
            Some((slot, _)) => {
                self.edit(Edit::move_stop(stop, slot));
            }
            None => self.toaster.fail("No route is free for this stop; unlock one or add a driver"),
        }
    }

    /// Moves a stop to the end of the route of a driver, or out of all routes.
    pub fn assign(self, stop: &StopId, driver: Option<&milkrun_plan::DriverId>) {
        let slot = driver.map_or_else(Slot::unassigned, Slot::end_of);
        self.edit(Edit::move_stop(stop, slot));
    }
}

fn after(task: &Task, best: &Solution) -> Option<Plan> {
    let mut history = History::new((*task.base).clone());
    history.apply(task.names.edit(&task.base, best)).ok()?;
    Some(history.plan().clone())
}

/// What came of a run, in a sentence.
pub(crate) fn summary(outcome: &Outcome) -> String {
    let Outcome { after, unserved, .. } = outcome;
    let distance = crate::ui::format::distance(after.distance as i64);
    let driving = crate::ui::format::duration(after.driving as i64);
    let served =
        format!("{} stops on {} routes, {distance}, {driving} of driving", after.assigned, after.routes);
    match unserved.len() {
        0 => format!("{served}; every stop is served"),
        1 => format!("{served}; 1 stop does not fit"),
        n => format!("{served}; {n} stops do not fit"),
    }
}
