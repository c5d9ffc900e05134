//! The map as a component.

use leptos::prelude::*;

use super::scene::MapScene;

/// Shows a scene on a map that fills its parent.
///
/// `on_select` hears the id of the pin that was clicked, or `None` for a click on empty ground; `on_move` hears
/// where a draggable pin was dropped: its id, latitude and longitude.
#[component]
pub fn MapView(
    /// What to show.
    #[prop(into)]
    scene: Signal<MapScene>,
    /// A pin, or the ground, was clicked.
    #[prop(into)]
    on_select: Callback<Option<String>>,
    /// A pin was dropped elsewhere.
    #[prop(into)]
    on_move: Callback<(String, f64, f64)>,
) -> impl IntoView {
    let _ = (scene, on_select, on_move);
    view! { <div class="map" data-test="map"></div> }
}
