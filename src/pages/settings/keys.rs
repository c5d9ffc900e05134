//! What the keyboard can do.

use milkrun_lean::prelude::*;

/// The keys, page by page.
const KEYS: [(&str, &str); 10] = [
    ("Ctrl K", "Open the command palette (on a Mac: Cmd K)"),
    ("?", "Show the keys of the Plan page"),
    ("J, K", "Go down and up a list"),
    ("Alt ↑, Alt ↓", "Move the selected stop within its route"),
    ("Ctrl Z", "Undo the last change of the plan"),
    ("Ctrl Shift Z", "Redo it"),
    ("Enter", "Open what is selected"),
    ("Esc", "Close what is open"),
    ("+, -", "Zoom the map that has the focus"),
    ("← ↑ → ↓", "Move the map that has the focus"),
];

/// The keys.
#[component]
pub(super) fn KeysCard() -> View {
    view! {
        <section class="card" aria-label="Keyboard">
            <div class="card__head"><h2>"Keyboard"</h2></div>
            <dl class="card__body settings__keys">
                {KEYS.map(|(key, does)| view! { <div><dt><kbd>{key}</kbd></dt><dd>{does}</dd></div> }).collect_view()}
            </dl>
        </section>
    }
}
