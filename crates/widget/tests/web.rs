//! The widget in a real browser: every state is drawn, and nothing from outside becomes markup.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod page;

use js_sys::JSON;
use milkrun_widget::web::show;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

use page::{Page, day};

wasm_bindgen_test_configure!(run_in_browser);

/// Draws a reply and hands the page back.
fn draw(status: u16, reply: &str, lang: &str) -> (Page, Option<String>) {
    let page = Page::with_form();
    let reply = if reply.is_empty() { JsValue::UNDEFINED } else { JSON::parse(reply).unwrap() };
    let trouble = show(page.root.unchecked_ref(), lang, status, &reply);
    (page, trouble)
}

fn found(fields: &str) -> String {
    format!(r#"{{"number":"AB12","found":true,"carrier":"Posti","stops_before":-1,{fields}}}"#)
}

#[track_caller]
fn check_headline(fields: &str, lang: &str, expected: &str) {
    let (page, trouble) = draw(200, &found(fields), lang);
    assert_eq!(trouble, None);
    assert_eq!(page.text("[part=headline]"), expected, "{fields}");
}

#[wasm_bindgen_test]
fn headlines_answer_in_the_shoppers_language() {
    check_headline(r#""status":"transit""#, "en", "On the way");
    check_headline(r#""status":"transit""#, "fi", "Matkalla");
    check_headline(r#""status":"pickup","stops_before":4"#, "en", "4 stops before you");
    check_headline(r#""status":"pickup","stops_before":12"#, "fi", "12 pysähdystä ennen sinua");
    let expected = format!(r#""status":"transit","expected_at":"{}""#, day(1));
    check_headline(&expected, "en", "Arrives tomorrow");
    check_headline(&expected, "fi", "Saapuu huomenna");
    let delivered = r#""status":"delivered","events":[{"at":"2020-11-03T12:00:00Z","text":"x"}]"#;
    check_headline(delivered, "en-GB", "Delivered on Tuesday 3 November");
    check_headline(delivered, "not_a_language!", "Delivered on Tuesday 3 November");
}

#[wasm_bindgen_test]
fn a_malformed_tag_of_a_known_language_still_gets_dates() {
    check_headline(
        r#""status":"delivered","events":[{"at":"2020-11-03T12:00:00Z","text":"x"}]"#,
        "en-",
        "Delivered on Tuesday, November 3",
    );
}

#[wasm_bindgen_test]
fn the_bar_marks_where_the_parcel_is() {
    let (page, _) = draw(200, &found(r#""status":"undelivered""#), "en");
    let classes: Vec<_> = page.all("[part=step]").iter().map(|it| it.class_name()).collect();
    assert_eq!(classes, ["done", "done", "failed", "ahead"]);
    assert_eq!(page.text("[aria-current=step]"), "Delivery failed");
}

#[wasm_bindgen_test]
fn carrier_texts_stay_text() {
    let hostile = "<img src=x onerror=alert(1)>";
    let reply = format!(
        r#"{{"number":"{hostile}","found":true,"status":"transit","carrier":"{hostile}","events":[
            {{"at":"{hostile}","text":"{hostile}","place":"<script>alert(1)</script>"}},
            {{"at":"2020-11-03T12:00:00Z","text":"{hostile}","place":""}}]}}"#
    );
    let (page, _) = draw(200, &reply, "en");
    assert_eq!(page.all("img, script").len(), 0);
    assert_eq!(page.text("[part=parcel]"), format!("{hostile} · {hostile}"));
    assert_eq!(page.all("[part=event]").len(), 2);
    assert_eq!(page.text("[part=newest]"), format!("{hostile} · <script>alert(1)</script>"));
    assert_eq!(page.text("summary"), "All events (2)");
}

#[wasm_bindgen_test]
fn replies_with_fields_missing_are_drawn() {
    let (page, trouble) = draw(200, r#"{"found":true}"#, "en");
    assert_eq!(trouble, None);
    assert_eq!(page.text("[part=headline]"), "Status not known yet");
    assert_eq!(page.all("[part=newest], [part=timeline]").len(), 0);
}

#[track_caller]
fn check_trouble(status: u16, reply: &str, reason: Option<&str>, words: &str) {
    let (page, trouble) = draw(status, reply, "en");
    assert_eq!(trouble.as_deref(), reason);
    let headline = page.text("[part=headline]");
    assert!(headline.starts_with(words), "{headline}");
    assert_eq!(page.all("[part=bar]").len(), 0);
    let is_wrong = page.all("#input[aria-invalid=true]").len() == 1;
    assert_eq!(is_wrong, reason == Some("bad-number"));
}

#[wasm_bindgen_test]
fn troubles_are_told_in_words() {
    check_trouble(200, r#"{"number":"AB12","found":false}"#, None, "Nothing known of this number yet");
    check_trouble(0, "", Some("bad-number"), "Enter a number of 4 to 40");
    check_trouble(429, r#"{"title":"x"}"#, Some("busy"), "Too many lookups");
    check_trouble(403, r#"{"title":"x"}"#, Some("unavailable"), "Tracking is not available");
    check_trouble(200, "\"text\"", Some("unavailable"), "Tracking is not available");
}

#[wasm_bindgen_test]
fn an_answer_replaces_the_one_before() {
    let (page, _) = draw(200, &found(r#""status":"transit""#), "en");
    let reply = JSON::parse(&found(r#""status":"delivered""#)).unwrap();
    show(page.root.unchecked_ref(), "en", 200, &reply);
    assert_eq!(page.all("[part=headline]").len(), 1);
    assert_eq!(page.text("[part=headline]"), "Delivered");
    assert_eq!(page.all("[part=bar]").len(), 1);
    show(page.root.unchecked_ref(), "en", 0, &JsValue::UNDEFINED);
    assert_eq!(page.all("[part=bar]").len(), 0);
}
