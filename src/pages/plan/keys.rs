//! The keyboard: what each key does, and the dialog that lists them.

use milkrun_lean::prelude::*;
use milkrun_plan::StopId;
use wasm_bindgen::JsCast;

use super::{PlanView, Tab};
use crate::store::PlanStore;
use crate::ui::around;
use crate::ui::icon::{Icon, IconView};

const LISTED: [(&str, &str); 13] = [
    ("?", "Show these keys"),
    ("1  2  3", "Stops, routes, drivers"),
    ("/", "Search the stops"),
    ("O", "Optimise, or stop here"),
    ("Ctrl Z", "Undo"),
    ("Ctrl Shift Z", "Redo"),
    ("J  K  or  \u{2193} \u{2191}", "Next or previous stop in the list"),
    ("Enter", "Open the stop's details"),
    ("Alt \u{2191} \u{2193}", "Move the stop earlier or later on its route"),
    ("Alt \u{2190} \u{2192}", "Move the stop to the previous or next driver"),
    ("Delete", "Take the stop off its route"),
    ("F", "Show everything on the map"),
    ("Esc", "Close what is open"),
];

/// How many frames the focus waits for a part that is on its way: some seconds.
pub(super) const PATIENCE: u32 = 200;

/// Listens to the keys that work everywhere on the page.
pub(super) fn listen_to_keys() {
    let store = PlanStore::get();
    let page = PlanView::get();
    window_event_listener("keydown", move |event: web_sys::KeyboardEvent| {
        let writing = is_writing(&event);
        let control = event.ctrl_key() || event.meta_key();
        let done = match event.key().as_str() {
            // In a field Ctrl+Z belongs to the text being written.
            "z" | "Z" if control && !writing => {
                if event.shift_key() {
                    store.redo();
                } else {
                    store.undo();
                }
                true
            }
            "y" if control && !writing => {
                store.redo();
                true
            }
            _ if control || event.alt_key() || writing || page.importing.with_untracked(Option::is_some) => {
                false
            }
            "?" => {
                page.keys.set(true);
                true
            }
            "1" => show(page, Tab::Stops),
            "2" => show(page, Tab::Routes),
            "3" => show(page, Tab::Drivers),
            "/" => {
                show(page, Tab::Stops);
                focus_within(1, "#stop-search".to_owned());
                true
            }
            "o" | "O" => {
                if store.run.is_busy() {
                    store.run.stop();
                } else {
                    store.optimise();
                }
                true
            }
            "f" | "F" => {
                page.fit.update(|fit| *fit += 1);
                true
            }
            "Escape" => match page.editing.get_untracked() {
                Some(stop) => {
                    page.editing.set(None);
                    focus_stop(stop);
                    true
                }
                None => false,
            },
            _ => false,
        };
        if done {
            event.prevent_default();
        }
    });
    // A menu closes when the pointer goes down elsewhere, or an item in it was chosen.
    window_event_listener("click", |event: web_sys::MouseEvent| {
        let target = event.target().and_then(|it| it.dyn_into::<web_sys::Element>().ok());
        let chosen = around(&event, ".menu__item").is_some();
        let Ok(open) = document().query_selector_all("details.menu[open]") else { return };
        for menu in (0..open.length()).filter_map(|at| open.get(at)?.dyn_into::<web_sys::Element>().ok()) {
            let inside = target.as_ref().is_some_and(|it| menu.contains(Some(it)));
            if !inside || chosen {
                let _ = menu.remove_attribute("open");
            }
        }
    });
}

fn show(page: PlanView, tab: Tab) -> bool {
    page.editing.set(None);
    page.tab.set(tab);
    true
}

/// Whether the event comes from a field that takes text.
fn is_writing(event: &web_sys::KeyboardEvent) -> bool {
    let target = event.target().and_then(|it| it.dyn_into::<web_sys::Element>().ok());
    target.is_some_and(|it| {
        let radio = it.get_attribute("type").is_some_and(|it| it == "radio" || it == "checkbox");
        matches!(it.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT") && !radio
    })
}

/// Moves the focus to the first element that fits a selector; says whether there is one.
pub(super) fn focus(selector: &str) -> bool {
    let found = document().query_selector(selector).ok().flatten();
    let found = found.and_then(|it| it.dyn_into::<web_sys::HtmlElement>().ok());
    found.is_some_and(|it| it.focus().is_ok())
}

/// The same once the element is there, within so many frames: the part it is in may be on its way.
pub(super) fn focus_within(frames: u32, selector: String) {
    request_animation_frame(move || {
        if !focus(&selector) && frames > 0 {
            focus_within(frames - 1, selector);
        }
    });
}

/// Moves the focus to the row of a stop, once the list has been drawn anew.
pub(super) fn focus_stop(stop: StopId) {
    request_animation_frame(move || {
        if let Some(row) =
            rows().into_iter().find(|it| it.get_attribute("data-stop").is_some_and(|it| it == stop.0))
        {
            let _ = row.focus();
        }
    });
}

/// Moves the focus to the row after or before the focused one; gives the stop it shows.
pub(super) fn step_row(forward: bool) -> Option<StopId> {
    let rows = rows();
    let now = document().active_element();
    let at = rows.iter().position(|it| now.as_ref().is_some_and(|now| it.is_same_node(Some(now))))?;
    let next = if forward { at + 1 } else { at.checked_sub(1)? };
    let row = rows.get(next)?;
    let _ = row.focus();
    row.get_attribute("data-stop").map(StopId)
}

fn rows() -> Vec<web_sys::HtmlElement> {
    let Ok(list) = document().query_selector_all(".panel [data-stop]") else { return Vec::new() };
    (0..list.length()).filter_map(|at| list.get(at)?.dyn_into().ok()).collect()
}

/// The list of keys.
#[component]
pub(crate) fn KeysDialog() -> View {
    let page = PlanView::get();
    let dialog = NodeRef::<web_sys::HtmlDialogElement>::new();
    Effect::new(move |_| {
        if let Some(dialog) = dialog.get() {
            let _ = dialog.show_modal();
        }
    });
    // Closing it gives the focus back; it leaves the page by what it then tells.
    let close = move || {
        if let Some(dialog) = dialog.get_untracked() {
            dialog.close();
        }
    };
    view! {
        <dialog class="sheet" node_ref=dialog aria-labelledby="keys-title" on:close=move |_| page.keys.set(false)>
            <div class="sheet__head">
                <h2 id="keys-title">"Keys"</h2>
                <span class="toolbar__gap"></span>
                <button class="button button--quiet button--icon" aria-label="Close" on:click=move |_| close()>
                    <IconView icon=Icon::Close/>
                </button>
            </div>
            <dl class="sheet__body keys">
                {LISTED.map(|(keys, what)| view! {
                    <div class="keys__row"><dt><kbd>{keys}</kbd></dt><dd>{what}</dd></div>
                }).collect_view()}
            </dl>
        </dialog>
    }
}
