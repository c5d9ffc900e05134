//! What a dispatcher is told while planning: the price of every place for a stop, what a route costs, and what would
//! help a stop that fits nowhere.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::time::Duration;

use milkrun_e2e::{Journey, journey};

const DEPOT: &str = "Kaisaniemenkatu 2, Helsinki";
const TAG: &str = "[data-test=drag-price]";

/// The `n`th stop of the first route.
fn row(n: usize) -> String {
    format!("[data-test=route-card]:nth-of-type(1) [data-test=route-stop]:nth-of-type({n})")
}

/// Sixty deliveries on two routes.
async fn planned(capacity: u32) -> Journey {
    let journey = Journey::start("").await.unwrap();
    journey.import(&journey::demo_file()).await.unwrap();
    journey.staff(DEPOT, &[("Aino", capacity), ("Eero", capacity)]).await.unwrap();
    journey.optimise(Duration::from_secs(3)).await.unwrap();
    journey
}

/// The order of the stops on the first route.
async fn order(journey: &Journey) -> Vec<String> {
    let ids = "return [...document.querySelectorAll('[data-test=route-card]:nth-of-type(1) [data-test=route-stop]')]
                   .map(it => it.dataset.stop)";
    let ids = journey.browser.script(ids, &[]).await.unwrap();
    ids.as_array().unwrap().iter().map(|it| it.as_str().unwrap().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_drag_shows_is_what_the_drop_does_and_what_the_keyboard_finds() {
    let journey = planned(100).await;
    let browser = &journey.browser;
    // The good news lies over the map for a moment, and not over the lanes below it.
    let below = "return document.querySelector('.timeline').getBoundingClientRect().top
                     - document.querySelector('.toast').getBoundingClientRect().bottom";
    assert!(browser.script(below, &[]).await.unwrap().as_f64().unwrap() >= 0.0);
    browser.click(".toast__close").await.unwrap();
    browser.wait_until_gone(".toast").await.unwrap();
    // What Optimise strives for, and for how long; Escape folds the menu.
    browser.click("[data-test=optimise-menu]").await.unwrap();
    browser.wait_for("input[name=aim]:checked").await.unwrap();
    browser.click("input[name=seconds]:not(:checked)").await.unwrap();
    assert_eq!(browser.count("input[name=seconds]:checked").await.unwrap(), 1);
    browser.press("Escape").await.unwrap();
    browser.wait_until("!document.querySelector('details.menu[open]')").await.unwrap();
    let before = order(&journey).await;
    let told = "[data-test=total-distance]";
    let distance = browser.text(told).await.unwrap();

    // Over the upper half of the fifth row: the place before it.
    browser.drag_over(&row(2), &row(5), 0.2).await.unwrap();
    let price = browser.text(TAG).await.unwrap();
    assert!(price.contains(" m") && price.contains('€'), "the tag reads {price:?}");
    assert_eq!(browser.count(".gap--here").await.unwrap(), 1);
    browser.press("Escape").await.unwrap();
    browser.wait_until_gone(TAG).await.unwrap();
    browser.drop_on(&row(5), 0.2).await.unwrap();
    assert_eq!(order(&journey).await, before, "given up");

    // The same place in the stop's menu has the same price.
    browser.script(&format!("document.querySelector('{}').focus()", row(2)), &[]).await.unwrap();
    browser.press("Enter").await.unwrap();
    browser.wait_for_text("#stop-place option[value='3']", &price).await.unwrap();
    assert!(browser.text("#stop-route").await.unwrap().contains("B, Eero: "));
    browser.click("#stop-back").await.unwrap();

    // Dropped, the totals say what the tag said.
    browser.drag_over(&row(2), &row(5), 0.2).await.unwrap();
    browser.wait_for_text(TAG, &price).await.unwrap();
    browser.drop_on(&row(5), 0.2).await.unwrap();
    browser.wait_until_gone(TAG).await.unwrap();
    let mut expected = before.clone();
    expected[1..4].rotate_left(1);
    assert_eq!(order(&journey).await, expected);
    let delta = browser.text(".totals .total:nth-child(1) .delta").await.unwrap();
    assert!(price.starts_with(&delta), "{price:?} was told, {delta:?} came of it");
    browser.click("[data-test=undo]").await.unwrap();
    browser.wait_for_text(told, &distance).await.unwrap();

    // From one lane of the timeline to the other.
    let block = format!(".timeline__stop[data-stop='{}']", before[0]);
    browser.drag_over(&block, ".timeline__lane:nth-of-type(3) svg", 0.5).await.unwrap();
    browser.wait_for_text(".drag-tag", "B").await.unwrap();
    assert_eq!(browser.count(".timeline__mark").await.unwrap(), 1);
    browser.drop_on(".timeline__lane:nth-of-type(3) svg", 0.5).await.unwrap();
    browser
        .wait_until(&format!(
            "!document.querySelector('[data-driver]:nth-of-type(1) [data-stop=\"{}\"]')",
            before[0]
        ))
        .await
        .unwrap();
    assert_eq!(order(&journey).await, before[1..]);

    // A route's cost opens to its parts.
    browser.click("[data-test=route-costs] summary").await.unwrap();
    browser.wait_for_text("[data-test=route-costs] table", "Driving").await.unwrap();
    browser.wait_for_text("[data-test=route-costs] table", "Distance").await.unwrap();
    assert_eq!(browser.console_errors().await.unwrap(), [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_that_fits_nowhere_says_what_would_help() {
    let journey = planned(85).await;
    let browser = &journey.browser;
    let left: u32 = browser.text("[data-test=total-unassigned]").await.unwrap().trim().parse().unwrap();
    assert!(left > 0, "every stop found room");
    browser.wait_for_text(".route [data-test=advice]", "Every van it may go with is full").await.unwrap();
    let remedy = browser.text(".route [data-test=advice]").await.unwrap();
    assert!(remedy.contains("Let the van of") && remedy.contains("can serve it"), "{remedy}");
    browser.click(".route [data-test=advice-take]").await.unwrap();
    browser.wait_for_text("[data-test=total-unassigned]", &(left - 1).to_string()).await.unwrap();
    assert_eq!(browser.count(".load--over").await.unwrap(), 0, "the van was given room");
    // One step takes all of it back.
    browser.click("[data-test=undo]").await.unwrap();
    browser.wait_for_text("[data-test=total-unassigned]", &left.to_string()).await.unwrap();
    browser.click("[data-test=tab-drivers]").await.unwrap();
    let holds =
        "return [...document.querySelectorAll('[data-test=driver-capacity]')].map(it => it.value).join()";
    assert_eq!(browser.script(holds, &[]).await.unwrap(), "85,85");
    assert_eq!(browser.console_errors().await.unwrap(), [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn where_nothing_fits_at_all_it_is_said_why() {
    let journey = planned(0).await;
    let browser = &journey.browser;
    let served = browser.count("[data-test=route-stop]").await.unwrap();
    browser
        .wait_for_text("[data-test=optimise-outcome] [data-test=advice]", "Every van it may go with is full")
        .await
        .unwrap();
    assert_eq!((served, browser.console_errors().await.unwrap()), (0, vec![]));
}
