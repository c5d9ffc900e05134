//! The Track page.

use leptos::prelude::*;

/// The Track page.
#[component]
pub fn TrackPage() -> impl IntoView {
    view! { <div class="page"><h1>"Track"</h1></div> }
}
