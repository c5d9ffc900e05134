//! Changes show as they happen: the pages' clocks are stopped, so that only the stream of events can bring them.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::time::Duration;

use milkrun_e2e::{Journey, journey};
use serde_json::json;

/// Stops every repeating timer of the page.
const STOP_CLOCKS: &str = "const last = setInterval(() => {}, 1e6);
                           for (let it = 1; it <= last; it++) clearInterval(it);";

#[tokio::test(flavor = "multi_thread")]
async fn a_change_appears_without_anybody_asking() {
    let journey = Journey::start("").await.unwrap();
    let browser = &journey.browser;
    journey.import(&journey::demo_file()).await.unwrap();
    journey.staff("Kaisaniemenkatu 2, Helsinki", &[("Aino", 100), ("Eero", 100)]).await.unwrap();
    journey.optimise(Duration::from_secs(2)).await.unwrap();
    journey.dispatch_all().await.unwrap();
    // The plan's own cards hear of it as well. What was heard just now must not wait for a clock that is stopped.
    let read =
        "[...document.querySelectorAll('[data-test=job-status]')].every(it => it.innerText !== 'Accepted')";
    browser.wait_until(read).await.unwrap();
    tokio::time::sleep(Duration::from_millis(500)).await;
    browser.script(STOP_CLOCKS, &[]).await.unwrap();
    journey.turn_clock(json!({ "step_seconds": 3 * 3600 })).await.unwrap();
    let moved = "[...document.querySelectorAll('[data-test=job-status]')].every(it => it.innerText.includes(' done'))";
    browser.wait_until(moved).await.unwrap();

    journey.open("/day").await.unwrap();
    browser.wait_for("[data-test=live]").await.unwrap();
    browser.wait_for("[data-test=day-progress]").await.unwrap();
    let before = browser.text(".day__jobs").await.unwrap();
    browser.script(STOP_CLOCKS, &[]).await.unwrap();
    journey.turn_clock(json!({ "step_seconds": 4 * 3600 })).await.unwrap();
    let moved = format!("document.querySelector('.day__jobs').innerText !== {}", json!(before));
    browser.wait_until(&moved).await.unwrap();

    journey.track(&["MR-DELIVERED-1"]).await.unwrap();
    browser.wait_for("[data-test=live]").await.unwrap();
    browser.script(STOP_CLOCKS, &[]).await.unwrap();
    journey.turn_clock(json!({ "step_seconds": 8 * 24 * 3600 })).await.unwrap();
    browser.wait_for_text("[data-test=parcel-row]", "Delivered").await.unwrap();
}
