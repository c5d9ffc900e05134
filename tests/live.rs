//! Changes that are heard as they happen, and the clock that asks for them while they cannot be.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, reason = "a test may fail loudly, and clippy does not know these for tests")]

mod common;

use common::{Stand, serve, until};
use milkrun_lean::prelude::*;
use milkrun_portal::app::{Gate, GateState};
use milkrun_portal::pages::TrackPage;
use milkrun_portal::ui::live::Live;
use milkrun_portal::ui::toast::Toaster;
use serde_json::json;
use wasm_bindgen_test::*;

wasm_bindgen_test_configure!(run_in_browser);

/// Puts a stand-in in the place of the browser's `EventSource`, which the test moves: it is open when the function
/// `up` says so, and `tell` makes it say something.
fn stand_in_for_event_source() {
    js_sys::eval(
        "window.streams = [];
         window.EventSource = class extends EventTarget {
             static CLOSED = 2;
             constructor(url) { super(); this.url = url; window.streams.push(this); }
             close() { this.closed = true; }
         };",
    )
    .unwrap();
}

fn stream(script: &str) -> wasm_bindgen::JsValue {
    js_sys::eval(&format!("const it = window.streams.at(-1); {script}")).unwrap()
}

#[wasm_bindgen_test]
async fn changes_are_heard_and_while_they_are_not_they_are_asked_for() {
    stand_in_for_event_source();
    let asked = std::rc::Rc::new(std::cell::Cell::new(0));
    let count = std::rc::Rc::clone(&asked);
    serve(move |_, path, _| {
        Some(match path {
            "/parcels" => {
                count.set(count.get() + 1);
                json!({ "parcels": [] })
            }
            _ => json!({ "couriers": [] }),
        })
    });
    let source = json!({ "id": "osrm", "name": "Roads" });
    let session = json!({ "user": "Aino", "expires_at": "2026-11-23T06:00:00Z", "services": {
        "routemate": "live", "tracking": "live", "geocoder": source, "matrix": source } });
    let session = serde_json::from_value(session).unwrap();
    let there = RwSignal::new(true);
    let stand = Stand::with(move || {
        let gate = Gate(RwSignal::new(Some(GateState::Open(session))));
        provide_context(gate);
        provide_context(Toaster::default());
        provide_context(Live::start(gate));
        view! { <Show when=move || there.get()><TrackPage/></Show> }
    });
    let times = |wanted: u32| {
        until("readings", {
            let asked = asked.clone();
            move || asked.get() == wanted
        })
    };
    times(1).await;
    assert_eq!(stream("it.url").as_string().unwrap(), "/api/v1/events");
    assert_eq!(stand.count("[data-test=live]"), 0);
    stream("it.onopen()");
    times(2).await;
    stand.wait_for("[data-test=live]").await;
    let tell = |kind: &str| {
        stream(&format!("it.dispatchEvent(new MessageEvent('{kind}', {{ lastEventId: '7', data: 'x' }}))"));
    };
    // Several that come together are one reading; what concerns another page is none.
    tell("parcel");
    tell("parcel");
    times(3).await;
    tell("dispatch");
    gloo_timers::future::TimeoutFuture::new(6_000).await;
    assert_eq!(asked.get(), 3, "nobody asks by the clock while changes are heard");
    tell("reset");
    times(4).await;
    // The stream breaks: the clock takes over, and the next stream goes on after the last event.
    stream("it.onerror()");
    assert!(stream("it.closed").is_truthy());
    until("no mark", || stand.count("[data-test=live]") == 0).await;
    until("another stream", || stream("window.streams.length").as_f64() == Some(2.0)).await;
    assert_eq!(stream("it.url").as_string().unwrap(), "/api/v1/events?after=7");
    times(5).await;
    // Who leaves the page neither asks nor hears any more, and another page has the stream to itself.
    there.set(false);
    until("no page", || stand.count(".track") == 0).await;
    stream("it.onopen()");
    tell("parcel");
    gloo_timers::future::TimeoutFuture::new(6_000).await;
    assert_eq!(asked.get(), 5, "a page that was left goes on asking");
}
