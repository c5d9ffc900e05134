//! The map with the real Leaflet, on a real canvas.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, reason = "a test may fail loudly, and clippy does not know these for tests")]

mod common;

use common::{Stand, load, until};
use milkrun_lean::prelude::*;
use milkrun_portal::map::{MapLine, MapPin, MapScene, MapView, PinState};
use wasm_bindgen::JsCast;
use wasm_bindgen_test::*;
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement, HtmlElement, MouseEvent, MouseEventInit};

wasm_bindgen_test_configure!(run_in_browser);

type Selected = StoredValue<Vec<Option<String>>>;

async fn map(scene: RwSignal<MapScene>) -> (Stand, Selected) {
    for path in [
        "/style/tokens.css",
        "/style/map.css",
        "/node_modules/leaflet/dist/leaflet.css",
        "/node_modules/leaflet/dist/leaflet.js",
    ] {
        load(path).await;
    }
    let selected: Selected = StoredValue::new(Vec::new());
    let stand = Stand::with(move || {
        let on_select = move |id: Option<String>| selected.update_value(|all| all.push(id));
        view! { <MapView scene on_select on_move=|_: (String, f64, f64)| {}/> }
    });
    stand.wait_for(".map[data-ready=true] .map__canvas").await;
    (stand, selected)
}

/// One pin, so that fitting puts it into the middle.
fn one_pin(state: PinState) -> MapScene {
    let pin = MapPin { id: "a".into(), lat: 60.17, lon: 24.94, route: Some(0), state, ..MapPin::default() };
    MapScene { pins: vec![pin], ..MapScene::default() }
}

/// The colour of the picture's middle.
fn middle(stand: &Stand) -> [u8; 4] {
    let canvas: HtmlCanvasElement = stand.find(".map__canvas").unwrap().unchecked_into();
    let context: CanvasRenderingContext2d = canvas.get_context("2d").unwrap().unwrap().unchecked_into();
    let at = |side: u32| f64::from(side / 2);
    let data = context.get_image_data(at(canvas.width()), at(canvas.height()), 1.0, 1.0).unwrap().data();
    [data[0], data[1], data[2], data[3]]
}

/// A token's colour as the browser resolves it.
fn token(name: &str) -> [u8; 4] {
    let probe: HtmlElement = document().create_element("i").unwrap().unchecked_into();
    document().body().unwrap().append_child(&probe).unwrap();
    probe.style().set_property("color", &format!("var({name})")).unwrap();
    let colour = window().get_computed_style(&probe).unwrap().unwrap().get_property_value("color").unwrap();
    probe.remove();
    let numbers = colour.trim_start_matches("rgb(").trim_end_matches(')').split(", ");
    let parts: Vec<u8> = numbers.map(|part| part.parse().unwrap()).collect();
    [parts[0], parts[1], parts[2], 255]
}

fn set_theme(theme: &str) {
    document().document_element().unwrap().set_attribute("data-theme", theme).unwrap();
}

#[wasm_bindgen_test]
async fn a_pin_has_the_colour_of_its_route_in_both_themes() {
    set_theme("light");
    let (stand, _) = map(RwSignal::new(one_pin(PinState::Normal))).await;
    let day = token("--route-0");
    until("the route's colour by day", || middle(&stand) == day).await;
    set_theme("dark");
    let night = token("--route-0");
    assert_ne!(day, night);
    until("the route's colour by night", || middle(&stand) == night).await;
    set_theme("light");
}

#[wasm_bindgen_test]
async fn an_unserved_pin_is_hollow() {
    set_theme("light");
    let (stand, _) = map(RwSignal::new(one_pin(PinState::Unserved))).await;
    let hollow = token("--raised");
    until("a hollow pin", || middle(&stand) == hollow).await;
}

#[wasm_bindgen_test]
async fn without_stops_there_is_ground_and_a_name() {
    set_theme("light");
    let (stand, _) = map(RwSignal::new(MapScene::default())).await;
    until("a painted ground", || middle(&stand)[3] == 255).await;
    let label = stand.find("[role=application]").unwrap().get_attribute("aria-label").unwrap();
    assert!(label.starts_with("Map of 0 stops and 0 routes"), "{label}");
    until("a scale bar", || stand.find(".map__scale").is_some()).await;
}

#[wasm_bindgen_test]
async fn a_click_says_which_pin_it_hit_or_none() {
    let (stand, selected) = map(RwSignal::new(one_pin(PinState::Normal))).await;
    let route = token("--route-0");
    until("a drawn pin", || middle(&stand) == route).await;
    for (dx, dy) in [(0, 0), (200, 100)] {
        let ground = stand.find(".map__ground").unwrap();
        let frame = ground.get_bounding_client_rect();
        let event = MouseEventInit::new();
        event.set_bubbles(true);
        event.set_client_x((frame.left() + frame.width() / 2.0) as i32 + dx);
        event.set_client_y((frame.top() + frame.height() / 2.0) as i32 + dy);
        let event = MouseEvent::new_with_mouse_event_init_dict("click", &event).unwrap();
        ground.dispatch_event(&event).unwrap();
    }
    assert_eq!(selected.get_value(), [Some("a".to_owned()), None]);
}

#[wasm_bindgen_test]
async fn ten_thousand_stops_are_one_canvas_and_leave_nothing_behind() {
    let pins = (0..10_000).map(|n| MapPin {
        id: n.to_string(),
        lat: 60.1 + f64::from(n % 100) / 500.0,
        lon: 24.8 + f64::from(n / 100) / 250.0,
        route: Some(n as usize % 30),
        label: format!("Street {n}"),
        ..MapPin::default()
    });
    let pins: Vec<MapPin> = pins.collect();
    let lines = (0..30)
        .map(|route| MapLine {
            route,
            points: pins
                .iter()
                .filter(|pin| pin.route == Some(route))
                .map(|pin| [pin.lat, pin.lon])
                .collect(),
            selected: route == 3,
        })
        .collect();
    let scene = RwSignal::new(MapScene { pins, lines, ..MapScene::default() });
    let (stand, _) = map(scene).await;
    for turn in 0..20_u32 {
        scene.update(|scene| {
            scene.fit = turn;
            scene.selected = Some(turn.to_string());
        });
        gloo_timers::future::TimeoutFuture::new(10).await;
    }
    assert_eq!(stand.count("canvas"), 1);
    assert!(stand.element().query_selector_all("*").unwrap().length() < 60);
    drop(stand);
    assert_eq!(document().query_selector_all("canvas").unwrap().length(), 0);
}
