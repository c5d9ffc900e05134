//! The parts pages are made of.

pub mod copy;
pub mod field;
pub mod format;
pub mod icon;
pub mod live;
pub mod poll;
pub mod sheet;
pub mod time;
pub mod toast;

use wasm_bindgen::JsCast;
use web_sys::{Element, Event};

/// The innermost element around where an event came from that fits a selector.
#[must_use]
pub fn around(event: &Event, selector: &str) -> Option<Element> {
    event.target()?.dyn_into::<Element>().ok()?.closest(selector).ok()?
}
