//! Texts kept in IndexedDB, in a real browser.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, reason = "a test may fail loudly, and clippy does not know these for tests")]

use milkrun_portal::persist;
use wasm_bindgen_test::*;

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen_test]
async fn nothing_is_found_where_nothing_was_kept() {
    assert_eq!(persist::load("never").await, Ok(None));
}

#[wasm_bindgen_test]
async fn a_text_comes_back_as_it_was_and_a_later_one_replaces_it() {
    for text in ["", "first", "Hämeentie 1 \u{1F69A} \u{0} end"] {
        persist::save("over", text).await.unwrap();
        assert_eq!(persist::load("over").await.unwrap().as_deref(), Some(text));
    }
}

#[wasm_bindgen_test]
async fn a_large_plan_fits() {
    let text = "x".repeat(8_000_000);
    persist::save("large", &text).await.unwrap();
    assert_eq!(persist::load("large").await.unwrap().map(|text| text.len()), Some(8_000_000));
}

#[wasm_bindgen_test]
async fn what_is_set_aside_leaves_its_place_and_stays_readable() {
    persist::save("plan", "{ broken").await.unwrap();
    let aside = persist::set_aside("plan", "{ broken").await.unwrap();
    assert_eq!(persist::load("plan").await, Ok(None));
    assert_eq!(persist::load(&aside).await.unwrap().as_deref(), Some("{ broken"));
    assert!(aside.ends_with("plan"), "{aside}");
}

#[wasm_bindgen_test]
fn a_text_is_held_at_once_until_it_is_let_go() {
    assert_eq!(persist::held("leaving"), None);
    persist::hold("leaving", "the last change");
    assert_eq!(persist::held("leaving").as_deref(), Some("the last change"));
    persist::release("leaving");
    assert_eq!(persist::held("leaving"), None);
}

#[wasm_bindgen_test]
async fn two_writers_at_once_both_finish() {
    let (first, second) = futures_join(persist::save("left", "1"), persist::save("right", "2")).await;
    assert_eq!((first, second), (Ok(()), Ok(())));
    assert_eq!(persist::load("left").await.unwrap().as_deref(), Some("1"));
    assert_eq!(persist::load("right").await.unwrap().as_deref(), Some("2"));
}

/// Runs two futures side by side.
async fn futures_join<A, B>(a: impl Future<Output = A>, b: impl Future<Output = B>) -> (A, B) {
    use std::task::Poll;
    let (mut a, mut b) = (Box::pin(a), Box::pin(b));
    let (mut from_a, mut from_b) = (None, None);
    std::future::poll_fn(move |context| {
        if from_a.is_none()
            && let Poll::Ready(value) = a.as_mut().poll(context)
        {
            from_a = Some(value);
        }
        if from_b.is_none()
            && let Poll::Ready(value) = b.as_mut().poll(context)
        {
            from_b = Some(value);
        }
        match (from_a.take(), from_b.take()) {
            (Some(a), Some(b)) => Poll::Ready((a, b)),
            (a, b) => {
                (from_a, from_b) = (a, b);
                Poll::Pending
            }
        }
    })
    .await
}
