//! Short messages about what just happened, read out by screen readers.

use std::time::Duration;

use milkrun_lean::prelude::*;
use milkrun_wire::api::problem::Problem;

use super::icon::{Icon, IconView};

/// How long good news stays; bad news stays until it is closed.
const GOOD_NEWS_STAYS: Duration = Duration::from_secs(5);

/// Where messages are put; take it with [`Toaster::get`].
#[derive(Clone, Copy, Default)]
pub struct Toaster {
    shown: RwSignal<Vec<Toast>>,
    next: StoredValue<u32>,
}

#[derive(Clone, PartialEq)]
struct Toast {
    id: u32,
    good: bool,
    text: String,
}

impl Toaster {
    /// The running portal's toaster.
    #[must_use]
    pub fn get() -> Self {
        expect_context()
    }

    /// Says that something worked.
    pub fn say(self, text: impl Into<String>) {
        let id = self.push(true, text.into());
        set_timeout(move || self.close(id), GOOD_NEWS_STAYS);
    }

    /// Says what went wrong; stays until closed.
    pub fn fail(self, text: impl Into<String>) {
        self.push(false, text.into());
    }

    /// Says what a reply complained of.
    pub fn problem(self, problem: &Problem) {
        self.fail(problem.to_string());
    }

    fn push(self, good: bool, text: String) -> u32 {
        let id = self.next.get_value();
        self.next.set_value(id.wrapping_add(1));
        self.shown.update(|shown| {
            // The same complaint twice is one complaint.
            shown.retain(|toast| toast.text != text);
            shown.push(Toast { id, good, text });
        });
        id
    }

    fn close(self, id: u32) {
        self.shown.update(|shown| shown.retain(|toast| toast.id != id));
    }
}

/// The corner in which messages appear.
#[component]
pub fn Toasts() -> View {
    let toaster = Toaster::get();
    view! {
        <div class="toasts" role="status" aria-live="polite">
            <For each=move || toaster.shown.get() key=|toast| toast.id let(toast)>
                <div class=if toast.good { "toast toast--ok" } else { "toast toast--bad" }>
                    <IconView icon=if toast.good { Icon::Check } else { Icon::Warn }/>
                    <span>{toast.text.clone()}</span>
                    <button class="button button--quiet button--icon toast__close" aria-label="Close this message"
                        on:click=move |_| toaster.close(toast.id)>
                        <IconView icon=Icon::Close/>
                    </button>
                </div>
            </For>
        </div>
    }
}
