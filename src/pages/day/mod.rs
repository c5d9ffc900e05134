//! The Day page.

use leptos::prelude::*;

/// The Day page.
#[component]
pub fn DayPage() -> impl IntoView {
    view! { <div class="page"><h1>"Day"</h1></div> }
}
