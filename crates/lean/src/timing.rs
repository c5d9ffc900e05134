//! Doing something later, with one piece of code for all closures.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use leptos::prelude as graph;
pub use leptos::prelude::{IntervalHandle, TimeoutHandle};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::Event;

use crate::reactive::keep;

/// Calls something after a while.
pub fn set_timeout(call: impl FnOnce() + 'static, after: Duration) {
    let _ = set_timeout_with_handle(call, after);
}

/// Calls something after a while, unless it is cleared before.
///
/// # Errors
/// When the browser refuses, which it does not.
pub fn set_timeout_with_handle(
    call: impl FnOnce() + 'static,
    after: Duration,
) -> Result<TimeoutHandle, JsValue> {
    let call: Box<dyn FnOnce()> = Box::new(call);
    graph::set_timeout_with_handle(call, after)
}

/// Calls something again and again until it is cleared.
///
/// # Errors
/// When the browser refuses, which it does not.
pub fn set_interval_with_handle(
    call: impl Fn() + 'static,
    every: Duration,
) -> Result<IntervalHandle, JsValue> {
    let call: Box<dyn Fn()> = Box::new(call);
    graph::set_interval_with_handle(call, every)
}

/// Calls something before the next frame is drawn.
pub fn request_animation_frame(call: impl FnOnce() + 'static) {
    let call: Box<dyn FnOnce()> = Box::new(call);
    graph::request_animation_frame(call);
}

/// Runs a future on the page's own thread.
pub fn spawn_local(future: impl Future<Output = ()> + 'static) {
    let future: Pin<Box<dyn Future<Output = ()>>> = Box::pin(future);
    leptos::task::spawn_local(future);
}

/// Listens to an event of the whole page until the present owner goes.
pub fn window_event_listener<E: JsCast>(event: &str, mut listener: impl FnMut(E) + 'static) {
    listen_on_window(event, Box::new(move |event| listener(event.unchecked_into())));
}

fn listen_on_window(event: &str, listener: Box<dyn FnMut(Event)>) {
    let closure: Closure<dyn FnMut(Event)> = Closure::wrap(listener);
    let name = event.to_owned();
    // A window takes any listener.
    let _ = graph::window().add_event_listener_with_callback(&name, closure.as_ref().unchecked_ref());
    keep(Box::new(Listening { name, closure }));
}

/// A listener that is taken off with the value.
struct Listening {
    name: String,
    closure: Closure<dyn FnMut(Event)>,
}

impl Drop for Listening {
    fn drop(&mut self) {
        let _ = graph::window()
            .remove_event_listener_with_callback(&self.name, self.closure.as_ref().unchecked_ref());
    }
}
