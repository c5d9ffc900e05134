//! The loader in a real browser, without a core to be had: its script has no address to fetch one from.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use js_sys::{Function, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::{Document, Element, HtmlElement};

wasm_bindgen_test_configure!(run_in_browser);

fn document() -> Document {
    web_sys::window().unwrap().document().unwrap()
}

/// Runs the loader as a shop would, then adds a widget with `lang`.
fn widget(lang: &str) -> Element {
    let script = document().create_element("script").unwrap();
    script.set_text_content(Some(include_str!("../loader/v1.js")));
    document().body().unwrap().append_child(&script).unwrap();
    let widget = document().create_element("milkrun-track").unwrap();
    widget.set_attribute("lang", lang).unwrap();
    document().body().unwrap().append_child(&widget).unwrap();
    widget
}

fn part(widget: &Element, id: &str) -> HtmlElement {
    widget.shadow_root().unwrap().get_element_by_id(id).unwrap().unchecked_into()
}

async fn track(widget: &Element, number: &str) {
    let track: Function = Reflect::get(widget, &"track".into()).unwrap().unchecked_into();
    let done: Promise = track.call1(widget, &JsValue::from_str(number)).unwrap().unchecked_into();
    JsFuture::from(done).await.unwrap();
}

#[wasm_bindgen_test]
fn the_form_is_painted_at_once_and_speaks_the_language() {
    let widget = widget("fi");
    assert_eq!(part(&widget, "label").text_content().unwrap(), "Seurantanumero");
    assert_eq!(part(&widget, "label").get_attribute("for").unwrap(), part(&widget, "input").id());
    widget.set_attribute("lang", "en").unwrap();
    assert_eq!(part(&widget, "label").text_content().unwrap(), "Tracking number");
    assert!(part(&widget, "button").offset_height() >= 44);
    assert!(part(&widget, "fallback").hidden());
}

#[wasm_bindgen_test]
fn a_second_script_and_a_move_leave_the_widget_alone() {
    let first = widget("en");
    let second = widget("en");
    document().body().unwrap().prepend_with_node_1(&first).unwrap();
    for it in [first, second] {
        assert_eq!(it.shadow_root().unwrap().query_selector_all("form").unwrap().length(), 1);
    }
}

#[wasm_bindgen_test]
async fn every_lookup_without_a_core_says_so_and_can_be_tried_again() {
    let widget = widget("en");
    for number in ["AB12", "AB12", "CD34"] {
        track(&widget, number).await;
        assert_eq!(part(&widget, "status").text_content().unwrap(), "Tracking cannot be reached.");
        assert!(!part(&widget, "answer").has_attribute("aria-busy"));
        assert!(!part(&widget, "form").hidden());
    }
}
