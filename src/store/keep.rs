//! The plan outlives the page: written to the browser's storage a moment after each change, read at the start.

use std::time::Duration;

use milkrun_lean::prelude::*;
use milkrun_plan::edit::Edit;
use milkrun_plan::{Plan, Route, file};
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;

use super::PlanStore;
use crate::persist;
use crate::ui::format;

/// Under which name the plan is kept.
const KEY: &str = "plan";

/// What a plan is called until somebody names it.
const UNNAMED: &str = "Deliveries";

/// A burst of edits is written once.
const SETTLE: Duration = Duration::from_millis(300);

impl PlanStore {
    /// Reads the kept plan, and from then on keeps what becomes of it.
    pub(super) fn keep(self) {
        spawn_local(async move {
            let plan = self.read().await;
            self.open(plan.unwrap_or_else(|| Plan::new(UNNAMED, format::today())));
            self.ready.set(true);
        });
        let timer = StoredValue::new(None::<TimeoutHandle>);
        Effect::new(move |_| {
            self.history.track();
            if !self.ready.get() {
                return;
            }
            if let Some(timer) = timer.get_value() {
                timer.clear();
            }
            let write = move || spawn_local(self.write_now());
            timer.set_value(set_timeout_with_handle(write, SETTLE).ok());
        });
        // Whoever leaves within that moment loses nothing either: a page being left cannot wait for the database.
        let leave = Closure::<dyn Fn()>::new(move || {
            if document().hidden() && self.ready.get_untracked() {
                if let Ok(text) = self.history.with_untracked(|history| file::to_json(history.plan())) {
                    persist::hold(KEY, &text);
                }
                spawn_local(self.write_now());
            }
        });
        let _ =
            document().add_event_listener_with_callback("visibilitychange", leave.as_ref().unchecked_ref());
        // The store lives as long as the page does, and so does its listener.
        leave.forget();
    }

    /// Begins a new plan with the same depot and drivers. Undo brings the old one back, unless some of it was sent:
    /// then bringing it back could send it twice, so it only stays in this browser's storage.
    pub fn start_new(self) {
        self.accept_run();
        let old = self.plan_now();
        if old.routes.iter().any(|it| it.dispatched.is_some()) {
            self.replace(emptied(&old));
            self.toaster.say("A new plan, with your depot and drivers; the sent routes stay on the Day page");
            return;
        }
        let stops = old.stops.iter().map(|it| it.id.clone()).collect();
        let locked = old.routes.iter().filter(|it| it.locked).map(|it| it.driver.clone());
        let unlock = locked.map(|driver| Edit::LockRoute { driver, locked: false });
        let mut edits = unlock.chain([
            Edit::RemoveStops(stops),
            Edit::Rename(UNNAMED.to_owned()),
            Edit::SetDate(format::today()),
        ]);
        if edits.next().is_some_and(|first| self.edit(first)) && edits.all(|edit| self.edit_joined(edit)) {
            self.toaster.say("A new plan, with your depot and drivers; undo brings the old one back");
        }
        self.selected.set(None);
    }

    /// Opens a plan that was saved as JSON; the present one stays in this browser's storage.
    ///
    /// # Errors
    /// When the text is no plan, with a sentence that says so.
    pub fn open_saved(self, text: &str) -> Result<(), String> {
        let plan = file::from_json(text).map_err(|why| super::capitalised(&why.to_string()))?;
        self.accept_run();
        self.replace(plan);
        Ok(())
    }

    /// Takes another plan in hand and puts the present one by, under its day and name.
    fn replace(self, plan: Plan) {
        let old = self.plan_now();
        if let (false, Ok(text)) = (old.stops.is_empty(), file::to_json(&old)) {
            let name = format!("{KEY} {} {}", old.date, old.name);
            spawn_local(async move {
                if let Err(why) = persist::save(&name, &text).await {
                    self.toaster.fail(why.to_string());
                }
            });
        }
        self.run.outcome.set(None);
        self.open(plan);
    }

    async fn read(self) -> Option<Plan> {
        if let Some(plan) = persist::held(KEY).and_then(|text| file::from_json(&text).ok()) {
            return Some(plan);
        }
        let text = match persist::load(KEY).await {
            Ok(text) => text?,
            Err(why) => {
                self.toaster.fail(why.to_string());
                return None;
            }
        };
        let why = match file::from_json(&text) {
            Ok(plan) => return Some(plan),
            Err(why) => why,
        };
        let kept = match persist::set_aside(KEY, &text).await {
            Ok(name) => format!("It is kept in this browser's storage as \u{201C}{name}\u{201D}."),
            Err(why) => why.to_string(),
        };
        self.toaster.fail(format!("The plan kept in this browser cannot be read: {why}. {kept}"));
        None
    }

    /// Writes the plan as it is, and comes back when it is on the disk.
    pub(super) async fn write_now(self) {
        let Some(text) = self.history.try_with_untracked(|history| file::to_json(history.plan())) else {
            return;
        };
        let written = match text {
            Ok(text) => {
                let saved = persist::save(KEY, &text).await;
                if saved.is_ok() {
                    persist::release(KEY);
                }
                saved.map_err(|why| why.to_string())
            }
            Err(why) => Err(why.to_string()),
        };
        if let Err(why) = written {
            self.toaster.fail(why);
        }
    }
}

/// The same depot and drivers, with nothing to deliver yet.
fn emptied(old: &Plan) -> Plan {
    let routes = old.drivers.iter().map(|it| Route::new(it.id.clone())).collect();
    let name = UNNAMED.to_owned();
    Plan { name, date: format::today(), stops: Vec::new(), routes, ..old.clone() }
}
