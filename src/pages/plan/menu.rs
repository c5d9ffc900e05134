//! Menus whose sheets are fetched when they are opened.

use milkrun_lean::prelude::*;
use wasm_bindgen::JsCast;

use crate::parts::{Lazy, Part};

/// A button, as a `summary`, that opens a sheet.
#[component]
pub(super) fn Menu(part: &'static Part, summary: View) -> View {
    let opened = RwSignal::new(false);
    view! {
        <details class="menu" on:keydown=|event| close_on_escape(&event) on:toggle=move |_| opened.set(true)>
            {summary}
            <div class="menu__sheet">{move || opened.get().then(|| view! { <Lazy part/> })}</div>
        </details>
    }
}

/// Folds the menu an event came from and gives the focus back to its button.
fn close_on_escape(event: &web_sys::KeyboardEvent) {
    if event.key() != "Escape" {
        return;
    }
    if let Some(menu) = crate::ui::around(event, "details") {
        event.stop_propagation();
        let _ = menu.remove_attribute("open");
        if let Ok(Some(summary)) = menu.query_selector("summary")
            && let Some(summary) = summary.dyn_ref::<web_sys::HtmlElement>()
        {
            let _ = summary.focus();
        }
    }
}
