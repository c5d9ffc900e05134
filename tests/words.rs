//! What the portal says and how: dates as the browser writes them, messages that stay text.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, reason = "a test may fail loudly, and clippy does not know these for tests")]

mod common;

use common::Stand;
use milkrun_lean::prelude::*;
use milkrun_portal::ui::toast::{Toaster, Toasts};
use milkrun_portal::ui::{format, time};
use wasm_bindgen_test::*;

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen_test]
fn times_are_written_for_people_and_anything_else_as_it_is() {
    let moment = format::moment("2026-11-22T12:05:00Z");
    assert!(moment.contains("22") && moment.contains("05"), "{moment}");
    let day = time::day("2026-11-22T12:05:00Z");
    assert!(day.contains("22") && !day.contains("05"), "{day}");
    assert!(time::day_or_moment("2026-11-24").contains("24"));
    for odd in ["", "soon", "<b>now</b>"] {
        assert_eq!(format::moment(odd), odd);
        assert_eq!(time::day(odd), odd);
        assert_eq!(time::time_of_day(odd), odd);
        assert_eq!(time::since(odd, 0.0), "");
    }
}

#[wasm_bindgen_test]
fn ages_count_from_the_time_that_is_given() {
    let noon = time::millis("2026-11-22T12:00:00Z").unwrap();
    for (then, age) in [
        ("2026-11-22T11:59:30Z", "just now"),
        ("2026-11-22T13:59:30Z", "just now"),
        ("2026-11-22T10:00:00+00:00", "2 h"),
        ("2026-11-22T12:30:00+02:00", "1 h"),
        ("2026-11-20T11:00:00Z", "2 days"),
    ] {
        assert_eq!(time::since(then, noon), age, "{then}");
    }
}

#[wasm_bindgen_test]
fn today_is_a_date() {
    let today = format::today();
    assert!(today.len() == 10 && time::millis(&today).is_some(), "{today}");
}

fn toasts() -> (Stand, Toaster) {
    let toaster = StoredValue::new(None::<Toaster>);
    let stand = Stand::with(move || {
        let made = Toaster::default();
        provide_context(made);
        toaster.set_value(Some(made));
        view! { <Toasts/> }
    });
    (stand, toaster.get_value().unwrap())
}

#[wasm_bindgen_test]
async fn a_message_is_text_and_the_same_one_is_said_once() {
    let (stand, toaster) = toasts();
    toaster.fail("<img src=x onerror=alert(1)>");
    toaster.fail("<img src=x onerror=alert(1)>");
    toaster.say("Copied");
    common::until("two messages", || stand.count(".toast") == 2).await;
    assert!(stand.text().contains("<img src=x onerror=alert(1)>"), "{}", stand.text());
    assert_eq!(stand.count("img"), 0);
    let status = stand.find("[role=status]").unwrap();
    assert_eq!(status.get_attribute("aria-live").as_deref(), Some("polite"));
}

#[wasm_bindgen_test]
async fn a_message_goes_when_it_is_closed() {
    use wasm_bindgen::JsCast;
    let (stand, toaster) = toasts();
    toaster.fail("The server cannot be reached");
    let close = stand.wait_for(".toast__close").await;
    close.unchecked_into::<web_sys::HtmlElement>().click();
    common::until("an empty corner", || stand.count(".toast") == 0).await;
}
