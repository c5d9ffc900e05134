//! What changes on the server, heard as it happens: one stream of events for the whole page.
//!
//! An event says that something changed and not what, so that whoever hears of it reads it again.

use milkrun_lean::prelude::*;
use wasm_bindgen::JsCast as _;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::app::{Gate, GateState};

#[wasm_bindgen(module = "/src/ui/live.js")]
extern "C" {
    fn follow(path: &str, told: &js_sys::Function, state: &js_sys::Function) -> js_sys::Function;
}

/// The event that says that so much was missed that everything is to be read again.
const RESET: &str = "reset";

/// The stream. A handle to copy.
#[derive(Clone, Copy)]
pub struct Live {
    up: RwSignal<bool>,
    /// Who wants to hear of which kind of event.
    listeners: StoredValue<Vec<(u32, &'static str, Callback<()>)>>,
    next: StoredValue<u32>,
}

impl Live {
    /// Follows the server's events while somebody is signed in.
    #[must_use]
    pub fn start(gate: Gate) -> Self {
        let this = Self {
            up: RwSignal::new(false),
            listeners: StoredValue::new(Vec::new()),
            next: StoredValue::new(0),
        };
        // Credentials that an owner entered elsewhere change which services there are.
        this.listen("credentials", Callback::new(move |()| gate.refresh()));
        // One pair for good: another sign-in follows with the same.
        let told = Closure::<dyn Fn(String)>::new(move |kind: String| this.tell(&kind)).into_js_value();
        let state = Closure::<dyn Fn(bool)>::new(move |up| {
            let _ = this.up.try_set(up);
        })
        .into_js_value();
        let signed_in = Memo::new(move |_| gate.0.with(|it| matches!(it, Some(GateState::Open(_)))));
        let end = StoredValue::new(None::<js_sys::Function>);
        Effect::new(move |_| {
            let signed_in = signed_in.get();
            let before = end.try_update_value(Option::take).flatten();
            if let Some(end) = before {
                let _ = end.call0(&wasm_bindgen::JsValue::NULL);
            }
            if signed_in {
                let stop = follow("/api/v1/events", told.unchecked_ref(), state.unchecked_ref());
                end.set_value(Some(stop));
            }
        });
        this
    }

    /// Whether changes are heard as they happen. Reactive.
    #[must_use]
    pub fn is_up(self) -> bool {
        self.up.get()
    }

    /// The same without being told of a change.
    #[must_use]
    pub fn is_up_untracked(self) -> bool {
        self.up.try_get_untracked() == Some(true)
    }

    /// Calls back at each event of a kind, and when so much was missed that anything may have changed; until the
    /// owner goes.
    pub fn listen(self, kind: &'static str, call: Callback<()>) {
        let id = self.next.get_value();
        self.next.set_value(id + 1);
        self.listeners.update_value(|all| all.push((id, kind, call)));
        on_cleanup(move || {
            let _ = self.listeners.try_update_value(|all| all.retain(|it| it.0 != id));
        });
    }

    fn tell(self, kind: &str) {
        let Some(all) = self.listeners.try_get_value() else { return };
        for (_, wanted, call) in all {
            if wanted == kind || kind == RESET {
                call.run(());
            }
        }
    }
}

/// A mark that says that changes show at once.
#[component]
pub fn LiveMark() -> View {
    let live = use_context::<Live>();
    let up = Memo::new(move |_| live.is_some_and(Live::is_up));
    view! {
        <Show when=move || up.get()>
            <span class="live" data-test="live" title="Changes show here at once">"Live"</span>
        </Show>
    }
}
