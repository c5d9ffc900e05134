//! The Plan page.

use leptos::prelude::*;

/// The Plan page.
#[component]
pub fn PlanPage() -> impl IntoView {
    view! { <div class="page"><h1>"Plan"</h1></div> }
}
