//! A dialog over the page: a question, or a form that is worth leaving the page for.

use milkrun_lean::prelude::*;

use super::icon::{Icon, IconView};

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

/// A question before something is gone for good.
#[component]
pub fn LossSheet(
    /// Whether it is open.
    open: RwSignal<bool>,
    /// The id of its heading, unique on the page.
    id: &'static str,
    /// The question.
    title: Signal<String>,
    /// What goes with it.
    text: &'static str,
    /// What the way back is called.
    keep: &'static str,
    /// What the deed is called.
    lose: &'static str,
    /// What tests find the deed by.
    test: &'static str,
    /// The deed; the dialog is closed by then.
    on_lose: Callback<()>,
) -> View {
    let run = move |_| {
        open.set(false);
        on_lose.run(());
    };
    view! {
        <Sheet open id title>
            <div class="sheet__body"><p>{text}</p></div>
            <div class="sheet__foot">
                <button class="button" on:click=move |_| open.set(false)>{keep}</button>
                <button class="button button--danger" data-test=test on:click=run><IconView icon=Icon::Trash/>{lose}</button>
            </div>
        </Sheet>
    }
}
