//! The one plan that list, map and timeline show, and the only way to change it.
//!
//! Every change goes through [`PlanStore::edit`], so that undo covers all of them and no two views can
//! disagree. Times, lengths and totals are computed from the plan when it changes, never stored beside it.

mod advice;
mod dispatching;
mod keep;
mod key;
mod locate;
mod run;
mod solve;
mod travelling;

use std::cell::OnceCell;
use std::sync::Arc;

use milkrun_lean::prelude::*;
use milkrun_plan::edit::{Change, Edit, EditError, History};
use milkrun_plan::schedule::{RouteSchedule, Totals, schedule_all, totals_of};
use milkrun_plan::travel::TravelTimes;
use milkrun_plan::{Plan, Settings, StopId};

use crate::app::Portal;
use crate::ui::format;
use crate::ui::toast::Toaster;

pub use advice::{Advice, UnservedStop};
pub use dispatching::Dispatching;
pub(crate) use key::random_key;
pub use locate::{Located, locate, locate_one};
pub(crate) use run::summary;
pub use run::{Advised, Outcome, Run};
pub use solve::{AIMS, Missing};
pub use travelling::{TravelState, Travelling};

/// The plan of the running portal: a handle that is cheap to copy; take it with [`PlanStore::get`].
#[derive(Clone, Copy)]
pub struct PlanStore(&'static Parts);

/// What a [`PlanStore`] is made of. There is one for as long as the page lives, and every closure of the page holds
/// it: a reference costs each of them a word, where the handles themselves would cost it fifty.
pub struct Parts {
    history: RwSignal<History>,
    preview: RwSignal<Option<Arc<Plan>>>,
    plan: Memo<Arc<Plan>>,
    schedules: Memo<Arc<Vec<RouteSchedule>>>,
    totals: Memo<Totals>,
    baseline: RwSignal<Totals>,
    /// What a screen reader is to say about the last step.
    said: RwSignal<String>,
    /// The stop that list, map and timeline show as selected.
    pub selected: RwSignal<Option<StopId>>,
    /// Whether the kept plan was read; before that nothing is shown and nothing is written.
    pub ready: RwSignal<bool>,
    /// Where travel times come from and how fetching them went.
    pub travelling: Travelling,
    /// The optimiser's run, if one is on.
    pub run: Run,
    /// What is known of routes that were sent.
    pub dispatching: Dispatching,
    toaster: Toaster,
}

impl PlanStore {
    /// Makes the store and begins to read the plan kept in this browser.
    fn new() -> Self {
        let history = RwSignal::new(History::default());
        let preview = RwSignal::new(None::<Arc<Plan>>);
        let plan = Memo::new(move |_| {
            preview.get().unwrap_or_else(|| history.with(|history| Arc::new(history.plan().clone())))
        });
        let travelling = Travelling::default();
        let schedules = Memo::new(move |_| {
            let travel = travelling.times();
            Arc::new(plan.with(|plan| schedule_all(plan, &travel)))
        });
        let totals =
            Memo::new(move |_| plan.with(|plan| schedules.with(|schedules| totals_of(plan, schedules))));
        let parts = Parts {
            history,
            preview,
            plan,
            schedules,
            totals,
            baseline: RwSignal::new(Totals::default()),
            said: RwSignal::new(String::new()),
            selected: RwSignal::new(None),
            ready: RwSignal::new(false),
            travelling,
            run: Run::default(),
            dispatching: Dispatching::default(),
            toaster: Toaster::get(),
        };
        let store = Self(Box::leak(Box::new(parts)));
        store.keep();
        store.follow_places();
        store.follow_dispatches();
        store.follow_run();
        store
    }

    /// The running portal's store. Whoever asks first has it made, and it outlives the page that did.
    #[must_use]
    pub fn get() -> Self {
        thread_local! {
            static STORE: OnceCell<PlanStore> = const { OnceCell::new() };
        }
        // Whoever happens to ask first does not depend on what is read while the store is made.
        let make = || untrack(|| expect_context::<Portal>().0.with(Self::new));
        STORE.with(|store| *store.get_or_init(make))
    }

    /// The plan as it is to be shown: while the optimiser runs, its best so far. Reactive.
    #[must_use]
    pub fn plan(self) -> Arc<Plan> {
        self.plan.get()
    }

    /// The plan as it is shown, without subscribing to it.
    #[must_use]
    pub fn plan_now(self) -> Arc<Plan> {
        self.plan.get_untracked()
    }

    /// A question to the plan, without copying it. Reactive.
    pub fn with<T>(self, question: impl FnOnce(&Plan) -> T) -> T {
        self.plan.with(|plan| question(plan))
    }

    /// The schedules of the plan's routes, in their order. Reactive.
    #[must_use]
    pub fn schedules(self) -> Arc<Vec<RouteSchedule>> {
        self.schedules.get()
    }

    /// The sums over all routes. Reactive.
    #[must_use]
    pub fn totals(self) -> Totals {
        self.totals.get()
    }

    /// The sums before the last step, to show what it changed. Reactive.
    #[must_use]
    pub fn baseline(self) -> Totals {
        self.baseline.get()
    }

    /// Travel times, without subscribing to them.
    #[must_use]
    pub fn travel_now(self) -> Arc<TravelTimes> {
        self.travelling.times_now()
    }

    /// What a screen reader is to say about the last step. Reactive.
    #[must_use]
    pub fn said(self) -> String {
        self.said.get()
    }

    /// Has a screen reader say something.
    pub fn say(self, text: impl Into<String>) {
        self.said.set(text.into());
    }

    /// Changes the plan as a new step of undo; a refusal is told to the user. Gives whether it was taken.
    pub fn edit(self, edit: Edit) -> bool {
        self.told(|history| history.apply(edit))
    }

    /// Changes what the whole plan is made by.
    pub fn set(self, write: impl FnOnce(&mut Settings)) {
        let mut settings = self.plan_now().settings;
        write(&mut settings);
        self.edit(Edit::SetSettings(settings));
    }

    /// Changes the plan by several edits that are one step of undo, called as the first is; a refusal of any leaves the
    /// plan as it was.
    pub fn edit_together(self, edits: Vec<Edit>) -> bool {
        self.told(|history| {
            // Tried on a copy, so that a refusal leaves nothing to undo or do again either.
            let mut next = history.clone();
            let mut edits = edits.into_iter();
            let Some(first) = edits.next() else { return Ok(Change::default()) };
            let change = next.apply(first)?;
            edits.try_for_each(|edit| next.apply_joined(edit).map(drop))?;
            *history = next;
            Ok(change)
        })
    }

    /// Changes the plan as part of the step before, so that one undo takes both back.
    pub fn edit_joined(self, edit: Edit) -> bool {
        self.told(|history| history.apply_joined(edit))
    }

    /// Takes the last step back.
    pub fn undo(self) {
        if self.history.with_untracked(History::can_undo) && self.told(History::undo) {
            self.said.update(|said| *said = format!("Undone: {said}"));
        }
    }

    /// Does the last undone step again.
    pub fn redo(self) {
        if self.history.with_untracked(History::can_redo) && self.told(History::redo) {
            self.said.update(|said| *said = format!("Done again: {said}"));
        }
    }

    /// What undo would take back. Reactive.
    #[must_use]
    pub fn undo_label(self) -> Option<String> {
        self.history.with(|history| history.undo_label().map(str::to_owned))
    }

    /// What redo would do again. Reactive.
    #[must_use]
    pub fn redo_label(self) -> Option<String> {
        self.history.with(|history| history.redo_label().map(str::to_owned))
    }

    /// Replaces the plan by one from outside, with nothing to undo.
    pub(crate) fn open(self, plan: Plan) {
        self.selected.set(None);
        self.history.set(History::new(plan));
        self.baseline.set(self.totals.get_untracked());
    }

    fn told(self, change: impl FnOnce(&mut History) -> Result<Change, EditError>) -> bool {
        // Whoever takes the plan in hand while it is being optimised accepts what was found so far.
        self.accept_run();
        let before = self.totals.get_untracked();
        match self.change(change) {
            Ok(change) => {
                if change.changed {
                    self.baseline.set(before);
                    self.said.set(sentence(&change, before, self.totals.get_untracked()));
                }
                true
            }
            Err(error) => {
                self.toaster.fail(capitalised(&error.to_string()));
                false
            }
        }
    }

    fn change(
        self,
        change: impl FnOnce(&mut History) -> Result<Change, EditError>,
    ) -> Result<Change, EditError> {
        self.history.try_update(change).unwrap_or(Err(EditError::NothingToUndo))
    }
}

impl std::ops::Deref for PlanStore {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        self.0
    }
}

/// The step and what it did to the totals, as a screen reader is to say it.
fn sentence(change: &Change, before: Totals, after: Totals) -> String {
    let difference = |a: u64, b: u64| b as i64 - a as i64;
    let mut text = change.label.clone();
    // Half a minute is the least that does not read as nothing.
    for (value, least, unit) in [
        (difference(before.distance, after.distance), 1, format::distance as fn(i64) -> String),
        (difference(before.driving, after.driving), 30, format::duration),
    ] {
        if value.abs() >= least {
            let more = if value > 0 { "more" } else { "less" };
            text.push_str(&format!(", {} {more}", unit(value.abs())));
        }
    }
    match after.late_stops {
        0 if before.late_stops > 0 => text.push_str(", no stop is late any more"),
        late if late != before.late_stops => text.push_str(&format!(", {late} late")),
        _ => {}
    }
    text
}

/// Error texts begin small, so that they can stand inside a sentence; alone they begin one.
pub(crate) fn capitalised(text: &str) -> String {
    let (first, rest) = text.split_at(text.chars().next().map_or(0, char::len_utf8));
    milkrun_host::upper(first) + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(before: (u64, u64, usize), after: (u64, u64, usize), expected: &str) {
        let totals = |(distance, driving, late_stops): (u64, u64, usize)| Totals {
            distance,
            driving,
            late_stops,
            ..Totals::default()
        };
        let change = Change { label: "Move".into(), ..Change::default() };
        assert_eq!(sentence(&change, totals(before), totals(after)), expected);
    }

    #[test]
    fn a_step_is_told_with_what_it_cost() {
        check((0, 0, 0), (0, 0, 0), "Move");
        check((1_000, 600, 0), (2_500, 540, 0), "Move, 1.5 km more, 1 min less");
        check((1_000, 600, 0), (1_000, 629, 0), "Move");
        check((1_000, 600, 2), (1_000, 600, 0), "Move, no stop is late any more");
        check((1_000, 600, 0), (1_000, 600, 3), "Move, 3 late");
    }
}
