//! The map as a component: the frame around the live map, its buttons, its scale and its sources.

use std::rc::Rc;

use milkrun_host::pixels;
use milkrun_lean::prelude::*;
use web_sys::HtmlElement;

use super::leaflet::LeafletMap;
use super::load;
use super::scene::MapScene;
use super::sources::Sources;
use super::stage::{Stage, Told};
use crate::app::{Gate, GateState};
use crate::ui::format;
use crate::ui::icon::{Icon, IconView};

/// The live map, once Leaflet is there.
type Live = StoredValue<Option<Rc<Stage>>>;

/// Shows a scene on a map that fills its parent.
///
/// `on_select` hears the id of the pin that was clicked, or `None` for a click on empty ground; `on_move` hears
/// where a draggable pin was dropped: its id, latitude and longitude; `price` says while it is dragged what that would
/// change.
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
    /// What dropping a pin there would change, in words, while it is dragged.
    #[prop(optional)]
    price: Option<Callback<(String, f64, f64), String>>,
) -> View {
    let container = NodeRef::<HtmlElement>::new();
    let probe = NodeRef::<HtmlElement>::new();
    let live: Live = StoredValue::new(None);
    let failure = RwSignal::new(None::<String>);
    let loaded = RwSignal::new(false);
    let tip = RwSignal::new(None::<(f64, f64, String)>);
    let scale = RwSignal::new(None::<(f64, f64)>);

    let tell = move |told: Told| match told {
        Told::Select(id) => on_select.run(id),
        Told::Moved(id, lat, lon) => on_move.run((id, lat, lon)),
        Told::Dragged(id, (lat, lon), (x, y)) => {
            let text = price.map(|price| price.run((id, lat, lon))).unwrap_or_default();
            let over = (!text.is_empty()).then_some((x, y, text));
            if tip.with_untracked(|now| *now != over) {
                tip.set(over);
            }
        }
        Told::Hover(over) => {
            if tip.with_untracked(|now| *now != over) {
                tip.set(over);
            }
        }
        Told::Scale(metres, pixels) => scale.set(Some((metres, pixels))),
    };
    let gate = use_context::<Gate>();
    let build = move || {
        failure.set(None);
        spawn_local(async move {
            let ready = load::leaflet().await;
            // The page may have been left meanwhile.
            let (Some(container), Some(probe)) = (container.get_untracked(), probe.get_untracked()) else {
                return;
            };
            let tiles = configured_tiles(gate);
            let built = ready.and_then(|()| {
                Stage::build(container, probe, tiles.as_deref(), tell).map_err(|_thrown| cannot_draw())
            });
            match built {
                Ok(stage) => {
                    live.set_value(Some(stage));
                    loaded.set(true);
                }
                Err(why) => failure.set(Some(why)),
            }
        });
    };
    Effect::new(move |before: Option<bool>| {
        let there = container.get().is_some() && probe.get().is_some();
        if there && before != Some(true) {
            build();
        }
        there
    });
    Effect::new(move |_| {
        if loaded.get() {
            scene.with(|scene| {
                with(live, |stage| stage.show(scene));
            });
        }
    });
    on_cleanup(move || {
        // Out of the store first: taking the map down may call back into this component.
        let stage = live.try_update_value(Option::take);
        drop(stage);
    });

    let label = move || scene.with(describe);
    view! {
        <div class="map" data-test="map" data-ready=move || loaded.get().to_string()>
            <div class="map__ground" node_ref=container role="application" aria-label=label
                aria-roledescription="map"></div>
            <div class="map__probe" node_ref=probe aria-hidden="true"></div>
            {move || tip.get().map(|(x, y, text)| view! {
                <div class="map__tip" data-test="map-tip" aria-hidden="true" style:left=pixels(x) style:top=pixels(y)>{text}</div>
            })}
            {move || failure.get().map(|why| view! {
                <div class="map__failure" role="alert">
                    <div class="notice notice--bad"><IconView icon=Icon::Warn/><p>{why}</p></div>
                    <button class="button" on:click=move |_| build()>"Try again"</button>
                </div>
            })}
            <Show when=move || loaded.get()>
                <div class="map__tools" role="group" aria-label="Map">
                    <MapButton icon=Icon::Plus text="Zoom in" act=move || on_map(live, LeafletMap::zoom_in)/>
                    <MapButton icon=Icon::Minus text="Zoom out" act=move || on_map(live, LeafletMap::zoom_out)/>
                    <MapButton icon=Icon::Fit text="Show everything" act=move || with(live, |stage| stage.fit())/>
                </div>
                <div class="map__foot">
                    {move || scale.get().map(|(metres, width)| view! {
                        <span class="map__scale number" style:width=pixels(width)>{scale_words(metres)}</span>
                    })}
                    <Sources/>
                </div>
            </Show>
        </div>
    }
}

#[component]
fn MapButton(icon: Icon, text: &'static str, act: impl Fn() + 'static) -> View {
    view! {
        <button class="map__tool" aria-label=text title=text on:click=move |_| act()><IconView icon/></button>
    }
}

/// Does something with the live map, if there is one. The store is not held meanwhile, since the map may call back.
fn with(live: Live, act: impl FnOnce(&Rc<Stage>)) {
    if let Some(Some(stage)) = live.try_get_value() {
        act(&stage);
    }
}

fn on_map(live: Live, act: impl FnOnce(&LeafletMap)) {
    with(live, |stage| act(&stage.map));
}

fn configured_tiles(gate: Option<Gate>) -> Option<String> {
    match gate?.0.try_get_untracked()?? {
        GateState::Open(session) => session.services.tiles.map(|tiles| tiles.url),
        GateState::Closed | GateState::Unknown(_) => None,
    }
}

/// What a screen reader says the map is; everything on it is in the lists too.
fn describe(scene: &MapScene) -> String {
    format!(
        "Map of {} and {}; arrow keys move it, plus and minus zoom",
        format::count(scene.pins.len(), "stop"),
        format::count(scene.lines.len(), "route")
    )
}

/// A round distance: `500 m` or `2 km`.
fn scale_words(metres: f64) -> String {
    if metres < 1000.0 { format!("{metres} m") } else { format!("{} km", metres / 1000.0) }
}

fn cannot_draw() -> String {
    "The map could not be drawn in this browser; the lists beside it work without it".to_owned()
}
