//! A labelled field of a form.

use milkrun_lean::prelude::*;

/// A line of text with its label above it.
#[component]
pub fn Field(
    /// The field's id, unique on the page; tests find it by this name as well.
    id: &'static str,
    /// What it is for.
    label: &'static str,
    /// What stands in it.
    value: RwSignal<String>,
    /// `text`, `email` or `password`.
    kind: &'static str,
    /// What a browser may fill in, such as `username` or `off`.
    complete: &'static str,
    /// What an entry looks like.
    #[prop(optional)]
    example: &'static str,
) -> View {
    view! {
        <div class="field">
            <label for=id>{label}</label>
            <input class="input" id=id data-test=id type=kind autocomplete=complete placeholder=example spellcheck="false" autocapitalize="none"
                prop:value=value on:input=move |event| value.set(event_target_value(&event))/>
        </div>
    }
}
