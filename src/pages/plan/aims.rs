//! What Optimise strives for, and for how long.

use milkrun_lean::prelude::*;

use crate::store::{AIMS, PlanStore};

/// The sheet of the menu beside the Optimise button.
#[component]
pub(crate) fn Aims() -> View {
    let store = PlanStore::get();
    let run = store.run;
    let aim = Memo::new(move |_| store.with(|plan| plan.settings.aim));
    view! {
        <fieldset class="menu__group">
            <legend class="label">"Strive for"</legend>
            {AIMS.map(|(it, text)| view! {
                <label class="menu__choice">
                    <input type="radio" name="aim" prop:checked=move || aim.get() == it
                        on:change=move |_| store.set(|settings| settings.aim = it)/>
                    {text}
                </label>
            }).collect_view()}
        </fieldset>
        <fieldset class="menu__group">
            <legend class="label">"Search for"</legend>
            {[5, 10, 30].map(|seconds| view! {
                <label class="menu__choice">
                    <input type="radio" name="seconds" prop:checked=move || run.seconds.get() == seconds
                        on:change=move |_| run.seconds.set(seconds)/>
                    {format!("{seconds} seconds")}
                </label>
            }).collect_view()}
        </fieldset>
    }
}
