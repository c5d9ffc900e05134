//! Listeners that let go by themselves when the map goes.

use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::convert::FromWasmAbi;
use web_sys::{Element, EventTarget, MediaQueryList, MutationObserver, MutationObserverInit, ResizeObserver};

/// Something that is listened to until this value is dropped.
pub(super) struct Listening(Option<Box<dyn FnOnce()>>);

impl Drop for Listening {
    fn drop(&mut self) {
        if let Some(end) = self.0.take() {
            end();
        }
    }
}

/// Hears a DOM event before anything inside the target does, Leaflet included.
pub(super) fn event<E: FromWasmAbi + 'static>(
    target: &EventTarget,
    name: &'static str,
    listener: impl FnMut(E) + 'static,
) -> Listening {
    let closure = Closure::<dyn FnMut(E)>::new(listener);
    // Adding a listener to a live node cannot fail.
    let _ = target.add_event_listener_with_callback_and_bool(name, closure.as_ref().unchecked_ref(), true);
    let target = target.clone();
    Listening(Some(Box::new(move || {
        let _ =
            target.remove_event_listener_with_callback_and_bool(name, closure.as_ref().unchecked_ref(), true);
    })))
}

/// Hears that an element's size has changed.
pub(super) fn size(element: &Element, listener: impl FnMut() + 'static) -> Option<Listening> {
    let closure = Closure::<dyn FnMut()>::new(listener);
    let observer = ResizeObserver::new(closure.as_ref().unchecked_ref()).ok()?;
    observer.observe(element);
    Some(Listening(Some(Box::new(move || {
        observer.disconnect();
        drop(closure);
    }))))
}

/// Hears that the page's theme may have changed: the root's `data-theme`, or the system's choice.
pub(super) fn theme(listener: impl Fn() + Clone + 'static) -> Vec<Listening> {
    let mut listening = Vec::new();
    let changed = Closure::<dyn FnMut()>::new(listener.clone());
    let root = milkrun_lean::prelude::document().document_element();
    if let (Ok(observer), Some(root)) = (MutationObserver::new(changed.as_ref().unchecked_ref()), root) {
        let only = MutationObserverInit::new();
        only.set_attributes(true);
        only.set_attribute_filter(&js_sys::Array::of1(&"data-theme".into()));
        let _ = observer.observe_with_options(&root, &only);
        listening.push(Listening(Some(Box::new(move || {
            observer.disconnect();
            drop(changed);
        }))));
    }
    let dark: Option<MediaQueryList> =
        milkrun_lean::prelude::window().match_media("(prefers-color-scheme: dark)").ok().flatten();
    if let Some(dark) = dark {
        listening.push(event(&dark, "change", move |_: web_sys::Event| listener()));
    }
    listening
}
