//! Fetches Leaflet when the first map shows, so that the other pages start without it.

use std::cell::RefCell;

use js_sys::{Array, Function, Promise, Reflect};
use milkrun_lean::prelude::document;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;

/// Where the build copies Leaflet's npm package to; the version is part of the address, so it may be cached for good.
const FOLDER: &str = "/vendor/leaflet-1.9.4";

thread_local! {
    static LOADING: RefCell<Option<Promise>> = const { RefCell::new(None) };
}

/// Makes sure that `window.L` is there. Calls made meanwhile share one download; a failed one can be tried again.
pub(super) async fn leaflet() -> Result<(), String> {
    if is_here() {
        return Ok(());
    }
    let promise = LOADING.with_borrow_mut(|loading| loading.get_or_insert_with(start).clone());
    let loaded = JsFuture::from(promise).await;
    if loaded.is_ok() && is_here() {
        return Ok(());
    }
    LOADING.with_borrow_mut(|loading| *loading = None);
    Err("The map could not be loaded: check the connection and try again; the lists beside it work meanwhile"
        .to_owned())
}

fn is_here() -> bool {
    Reflect::has(&js_sys::global(), &"L".into()).unwrap_or(false)
}

fn start() -> Promise {
    let style = element("link", &[("rel", "stylesheet"), ("href", &format!("{FOLDER}/leaflet.css"))]);
    let script = element("script", &[("src", &format!("{FOLDER}/leaflet.js"))]);
    Promise::all(&Array::of2(&style, &script))
}

/// Puts an element into the head and promises its `load` event.
fn element(name: &str, attributes: &[(&str, &str)]) -> Promise {
    let mut made = |resolve: Function, reject: Function| {
        let put = || -> Result<(), JsValue> {
            let element = document().create_element(name)?;
            for (attribute, value) in attributes {
                element.set_attribute(attribute, value)?;
            }
            element.add_event_listener_with_callback("load", &resolve)?;
            element.add_event_listener_with_callback("error", &reject)?;
            document().head().ok_or(JsValue::NULL)?.append_child(&element)?;
            Ok(())
        };
        if put().is_err() {
            let _ = reject.call0(&JsValue::NULL);
        }
    };
    Promise::new(&mut made)
}
