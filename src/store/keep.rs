//! The plan outlives the page: written to the browser's storage a moment after each change, read at the start.

use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;
use milkrun_plan::{Plan, file};
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;

use super::PlanStore;
use crate::persist;
use crate::ui::format;

/// Under which name the plan is kept.
const KEY: &str = "plan";

/// A burst of edits is written once.
const SETTLE: Duration = Duration::from_millis(300);

impl PlanStore {
    /// Reads the kept plan, and from then on keeps what becomes of it.
    pub(super) fn keep(self) {
        spawn_local(async move {
            let plan = self.read().await;
            self.open(plan.unwrap_or_else(|| Plan::new("Deliveries", format::today())));
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
        // Whoever leaves within that moment loses nothing either.
        let leave = Closure::<dyn Fn()>::new(move || {
            if document().hidden() && self.ready.get_untracked() {
                spawn_local(self.write_now());
            }
        });
        let _ =
            document().add_event_listener_with_callback("visibilitychange", leave.as_ref().unchecked_ref());
        // The store lives as long as the page does, and so does its listener.
        leave.forget();
    }

    async fn read(self) -> Option<Plan> {
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
            Ok(text) => persist::save(KEY, &text).await.map_err(|why| why.to_string()),
            Err(why) => Err(why.to_string()),
        };
        if let Err(why) = written {
            self.toaster.fail(why);
        }
    }
}
