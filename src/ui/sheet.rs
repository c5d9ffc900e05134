//! A dialog over the page: a question, or a form that is worth leaving the page for.

use milkrun_lean::prelude::*;

/// A dialog that is open while the signal says so; Escape closes it.
#[component]
pub fn Sheet(
    /// Whether it is open.
    open: RwSignal<bool>,
    /// The id of its heading, unique on the page.
    id: &'static str,
    /// Its heading.
    title: Signal<String>,
    /// Body and foot.
    children: Children,
) -> View {
    let dialog = NodeRef::<web_sys::HtmlDialogElement>::new();
    Effect::new(move |_| {
        if let Some(dialog) = dialog.get() {
            match (open.get(), dialog.open()) {
                // Fails only when it is open already.
                (true, false) => drop(dialog.show_modal()),
                (false, true) => dialog.close(),
                _ => {}
            }
        }
    });
    view! {
        <dialog class="sheet" node_ref=dialog aria-labelledby=id on:close=move |_| open.set(false)>
            <div class="sheet__head"><h2 id=id>{title}</h2></div>
            {children()}
        </dialog>
    }
}
