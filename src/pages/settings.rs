//! What this installation uses, and the way out.

use leptos::prelude::*;

/// The settings page.
#[component]
pub fn SettingsPage() -> impl IntoView {
    view! { <div class="page"><h1>"Settings"</h1></div> }
}
