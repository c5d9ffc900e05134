//! One run of the optimiser, watched: its best so far is what every view shows, and one undo takes it back.

use std::sync::Arc;

use milkrun_lean::prelude::*;
use milkrun_plan::edit::{Edit, History, Slot};
use milkrun_plan::price::{best_slots, slots_on};
use milkrun_plan::schedule::Totals;
use milkrun_plan::{DriverId, Plan, StopId};
use milkrun_solver::Solution;
use milkrun_solver_worker::protocol::DoneReason;

use super::solve::{Names, pose};
use super::{Missing, PlanStore, UnservedStop};
use crate::optimise::{Optimiser, OptimiserState};
use crate::ui::format;

/// The seed of every search: with the same stops and the same time a plan comes out much the same.
const SEED: u64 = 1;

/// The optimiser's run, its settings and what came of the last one.
#[derive(Clone, Copy)]
pub struct Run {
    optimiser: Optimiser,
    task: StoredValue<Option<Task>>,
    /// The question about stops left out that is to be answered next.
    asked: StoredValue<Option<(u64, Names, Arc<Plan>)>>,
    /// Why stops are on no route, and what would help.
    pub advice: RwSignal<Advised>,
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
    /// How many stops it left out; [`Run::advice`] says why.
    pub unserved: usize,
    /// Whether the user stopped it.
    pub stopped: bool,
}

/// Why stops are on no route, and the plan of which that is true.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Advised {
    plan: Option<Arc<Plan>>,
    /// The stops.
    pub stops: Vec<UnservedStop>,
}

impl Advised {
    /// Whether this is true of a plan. The same plan may have been put together anew meanwhile.
    fn is_of(&self, plan: &Arc<Plan>) -> bool {
        self.plan.as_ref().is_some_and(|it| Arc::ptr_eq(it, plan) || it == plan)
    }

    /// What is known of a stop.
    #[must_use]
    pub fn of(&self, stop: &StopId) -> Option<&UnservedStop> {
        self.stops.iter().find(|it| it.stop == *stop)
    }
}

impl Default for Run {
    fn default() -> Self {
        Self {
            optimiser: Optimiser::new(),
            task: StoredValue::new(None),
            asked: StoredValue::new(None),
            advice: RwSignal::new(Advised::default()),
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

    /// Has the optimiser loaded and warmed up, because somebody is about to use it.
    pub fn prepare(self) {
        self.optimiser.prepare();
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
        match pose(&base, &self.travel_now()) {
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
        Effect::new(move |_| {
            let Some((turn, left_out)) = run.optimiser.explained.get() else { return };
            let asked = run.asked.try_update_value(|asked| asked.take_if(|it| it.0 == turn)).flatten();
            if let Some((_, names, plan)) = asked {
                let stops = names.unserved(&plan, &left_out);
                run.advice.set(Advised { plan: Some(plan), stops });
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
        let run = self.run;
        let Some(task) = run.task.try_update_value(Option::take).flatten() else { return };
        let best = run.optimiser.best.get_untracked();
        if let Some(best) = best {
            let edit = task.names.edit(&task.base, &best);
            if let Err(error) = self.change(|history| history.apply(edit)) {
                self.toaster.fail(super::capitalised(&error.to_string()));
            }
            self.preview.set(None);
            let plan = self.plan_now();
            let outcome = Outcome {
                before: task.before,
                after: self.totals.get_untracked(),
                unserved: task.names.unserved(&plan, &best.unserved).len(),
                stopped,
            };
            // Why they fit nowhere is asked once somebody looks: searching, nobody has time for it.
            run.asked.set_value(None);
            run.advice.set(Advised::default());
            self.say(summary(&outcome));
            // Good news passes by itself; what does not fit stays until somebody has looked at it.
            if outcome.unserved == 0 {
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

    /// Moves a stop to where it costs least on the route of a driver, or out of all routes.
    pub fn assign(self, stop: &StopId, driver: Option<&DriverId>) {
        let plan = self.plan_now();
        let best = driver.and_then(|driver| {
            let slots = slots_on(&plan, &self.travel_now(), stop, plan.route(driver)?)?;
            Some(slots.into_iter().min_by_key(|(_, price)| price.rank())?.0)
        });
        self.edit(Edit::move_stop(stop, best.unwrap_or_else(Slot::unassigned)));
    }

    /// Asks the optimiser why stops are on no route, as the plan is now; [`Run::advice`] tells once it has answered.
    pub fn ask_for_advice(self) {
        let run = self.run;
        let (plan, totals) = (self.plan_now(), self.totals.get_untracked());
        if run.advice.with_untracked(|it| it.is_of(&plan)) {
            return;
        }
        // While nothing has been planned yet there is nothing to explain.
        let is_planned = totals.assigned > 0 || run.outcome.with_untracked(Option::is_some);
        let posed = (is_planned && totals.unassigned > 0).then(|| pose(&plan, &self.travel_now()));
        match posed {
            Some(Ok(task)) => {
                let turn = run.optimiser.explain(task.problem, task.start);
                run.asked.set_value(turn.map(|turn| (turn, task.names, plan)));
            }
            _ => run.advice.set(Advised { plan: Some(plan), stops: Vec::new() }),
        }
    }

    /// Does what was advised for a stop, as one step.
    pub fn take_advice(self, stop: &StopId) {
        let plan = self.plan_now();
        let advised = self.run.advice.get_untracked();
        let edits = advised.of(stop).and_then(|it| it.remedy.as_ref()).map(|it| it.edits.clone());
        match edits {
            Some(edits) if edits.is_empty() => self.serve_anyway(stop),
            Some(edits) if advised.is_of(&plan) => {
                self.edit_together(edits);
            }
            _ => self.toaster.say("The plan has changed since; this is being looked at again"),
        }
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
    let distance = format::distance(after.distance as i64);
    let driving = format::duration(after.driving as i64);
    let (stops, routes) = (format::count(after.assigned, "stop"), format::count(after.routes, "route"));
    let served = format!("{stops} on {routes}, {distance}, {driving} of driving");
    match unserved {
        0 => format!("{served}; every stop is served"),
        1 => format!("{served}; 1 stop does not fit"),
        n => format!("{served}; {n} stops do not fit"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn advice_holds_for_the_same_plan_however_it_was_put_together() {
        let plan = |name: &str| Arc::new(Plan::new(name, "2026-03-03"));
        let advised = Advised { plan: Some(plan("a")), stops: Vec::new() };
        assert!(advised.is_of(&plan("a")));
        assert!(!advised.is_of(&plan("b")));
        assert!(!Advised::default().is_of(&plan("a")));
    }
}
