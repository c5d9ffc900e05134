//! The whole product in one day: sixty real deliveries from a file to the door, once on estimated and once on real
//! roads.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::time::Duration;

use milkrun_e2e::{Journey, Osrm, journey, skip};
use serde_json::Value;

/// A carrier's number for each of three fates, which the sandbox knows by these words.
const PARCELS: [(&str, &str); 3] =
    [("MR-DELIVERED-60", "Delivered"), ("MR-EXCEPTION-61", "Problem"), ("MR-TRANSIT-62", "On the way")];

/// What the sandbox says of itself.
async fn ask_sandbox(journey: &Journey, path: &str) -> Value {
    let url = format!("{}{path}", journey.servers.sandbox());
    reqwest::get(url).await.unwrap().json().await.unwrap()
}

/// Where the sixty deliveries come from.
enum Deliveries {
    File,
    DemoButton,
}

async fn whole_day(config: &str, deliveries: Deliveries, roads: &str) {
    let journey = Journey::start(config).await.unwrap();
    let browser = &journey.browser;

    // Sixty deliveries come in and are all found.
    match deliveries {
        Deliveries::File => journey.import(&journey::demo_file()).await.unwrap(),
        Deliveries::DemoButton => journey.import_demo().await.unwrap(),
    }
    browser.click("[data-test=tab-stops]").await.unwrap();
    browser.wait_for_text("[data-test=tab-stops]", "60").await.unwrap();
    journey.staff("Kaisaniemenkatu 2, Helsinki", &[("Aino", 100), ("Eero", 100)]).await.unwrap();

    // The solver serves them all with the two drivers there are.
    journey.optimise(Duration::from_secs(4)).await.unwrap();
    assert_eq!(browser.count("[data-test=route-card]").await.unwrap(), 2, "two drivers, two routes");
    let distance = browser.text("[data-test=total-distance]").await.unwrap();
    assert!(distance.contains("km"), "the total distance reads {distance:?}");
    assert_eq!(browser.text("[data-test=total-unassigned]").await.unwrap().trim(), "0");

    browser.wait_for_text("[data-test=travel-source]", roads).await.unwrap();

    // A reload loses nothing.
    browser.script("location.reload()", &[]).await.unwrap();
    browser.wait_for_text("[data-test=total-distance]", &distance).await.unwrap();

    // Each route goes to its driver, once.
    journey.dispatch_all().await.unwrap();
    let state = ask_sandbox(&journey, "/sandbox/state").await;
    assert_eq!(state["routemate"]["jobs"], 2, "{state}");

    // The drivers deliver everything as the clock goes on.
    journey.open("/day").await.unwrap();
    browser.wait_for("[data-test=day-job]").await.unwrap();
    assert_eq!(browser.count("[data-test=day-job]").await.unwrap(), 2);
    journey
        .turn_clock_until(
            900,
            "[...document.querySelectorAll('[data-test=day-job]')].every(job => job.innerText.match(/completed/i))",
        )
        .await
        .unwrap();
    let state = ask_sandbox(&journey, "/sandbox/state").await;
    assert_eq!(state["routemate"]["jobs"], 2, "following the day made no job: {state}");

    // Parcels are registered, pushed and read again.
    journey.track(&PARCELS.map(|(number, _)| number)).await.unwrap();
    for (number, words) in PARCELS {
        let row = format!(
            "[...document.querySelectorAll('[data-test=parcel-row]')]\
             .some(row => row.innerText.includes('{number}') && row.innerText.includes('{words}'))"
        );
        journey.turn_clock_until(6 * 3600, &row).await.unwrap();
    }
    let pushes = ask_sandbox(&journey, "/sandbox/pushes").await;
    let accepted = pushes.as_array().unwrap().iter().filter(|push| push["state"] == "delivered").count();
    assert!(accepted >= 1, "no push was accepted: {pushes}");

    let complaints = browser.console_errors().await.unwrap();
    assert!(complaints.is_empty(), "the portal's console says {complaints:?}");

    // A shopper sees the parcel, and one of the shop's own deliveries, on the shop's page.
    let answer = journey.look_up("MR-DELIVERED-60").await.unwrap();
    assert!(answer.contains("Delivered"), "the widget says {answer:?}");
    let answer = journey.look_up("HEL-001").await.unwrap();
    assert!(answer.contains("Delivered"), "the widget says {answer:?}");

    // Nothing secret was printed on the way.
    let printed = journey.servers.printed_by_the_proxy();
    for secret in ["rm_cs_sandbox", "sandbox-51tracking-key", "rm_at_"] {
        assert!(!printed.contains(secret), "the proxy printed {secret}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sixty_deliveries_go_from_a_file_to_the_door() {
    whole_day("", Deliveries::File, "Great-circle").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_day_runs_on_real_roads() {
    let osrm = match Osrm::start().unwrap() {
        Ok(osrm) => osrm,
        Err(unavailable) => return skip("the_same_day_runs_on_real_roads", &unavailable.0),
    };
    whole_day(
        &format!("[matrix]\nkind = \"osrm\"\nurl = \"{}\"\n", osrm.url()),
        Deliveries::DemoButton,
        "OSRM",
    )
    .await;
}
