//! The portal's reply, read through typed getters: the browser has parsed the JSON already,
//! and a second parser would weigh more than the whole rest of the core.
//!
//! Every field may be missing: an older portal must not break a newer widget, nor the other way round.

use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};

#[wasm_bindgen]
extern "C" {
    /// A JSON object. One getter for each type of field costs less than one for each field.
    type Json;
    #[wasm_bindgen(method, indexing_getter)]
    fn text(this: &Json, name: &str) -> Option<String>;
    #[wasm_bindgen(method, indexing_getter)]
    fn number(this: &Json, name: &str) -> Option<f64>;
    #[wasm_bindgen(method, indexing_getter)]
    fn flag(this: &Json, name: &str) -> Option<bool>;
    #[wasm_bindgen(method, indexing_getter)]
    fn list(this: &Json, name: &str) -> Option<Vec<Json>>;
}

/// What is known of a parcel.
pub(crate) struct Parcel {
    /// The number.
    pub(crate) number: String,
    /// The word for its status.
    pub(crate) status: String,
    /// 51Tracking's finer code; empty when the portal does not tell.
    pub(crate) substatus: String,
    /// Whether it waits at a collection point.
    pub(crate) at_collection_point: bool,
    /// The carrier's name; empty for the shop's own drivers.
    pub(crate) carrier: String,
    /// RFC 3339 day or time; empty when unknown.
    pub(crate) expected_at: String,
    /// Stops before this one.
    pub(crate) stops_before: Option<u32>,
    /// Events, newest first.
    pub(crate) events: Vec<Event>,
}

/// One event.
pub(crate) struct Event {
    /// RFC 3339 time.
    pub(crate) at: String,
    /// What happened, in the carrier's words.
    pub(crate) text: String,
    /// Where; empty when unknown.
    pub(crate) place: String,
}

/// The parcel of an answer to `GET /api/widget/v1/lookup`; `None` for a number nobody knows.
pub(crate) fn read(reply: &JsValue) -> Option<Parcel> {
    let reply: &Json = reply.unchecked_ref();
    if reply.flag("found") != Some(true) {
        return None;
    }
    let mut events = Vec::new();
    for event in reply.list("events").unwrap_or_default() {
        events.push(Event {
            at: event.text("at").unwrap_or_default(),
            text: event.text("text").unwrap_or_default(),
            place: event.text("place").unwrap_or_default(),
        });
    }
    Some(Parcel {
        number: reply.text("number").unwrap_or_default(),
        status: reply.text("status").unwrap_or_default(),
        substatus: reply.text("substatus").unwrap_or_default(),
        at_collection_point: reply.flag("at_collection_point") == Some(true),
        carrier: reply.text("carrier").unwrap_or_default(),
        expected_at: reply.text("expected_at").unwrap_or_default(),
        // -1 says that the position is not known.
        stops_before: reply.number("stops_before").filter(|it| *it >= 0.0).map(|it| it as u32),
        events,
    })
}
