//! What goes wrong in daily life: each thing gets a sentence that helps, and nothing is lost.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::fs;

use milkrun_e2e::{Browser, Journey, Servers, TemporaryFolder};
use serde_json::json;

/// Imports bytes as a file and waits until the sheet says what it expects.
async fn check(journey: &Journey, folder: &TemporaryFolder, name: &str, bytes: &[u8], css: &str, says: &str) {
    let file = folder.path().join(name);
    fs::write(&file, bytes).unwrap();
    journey.browser.set_file("[data-test=import-file]", &file).await.unwrap();
    journey.browser.wait_for_text(css, says).await.unwrap_or_else(|error| panic!("{name}: {error:#}"));
    journey.browser.click("[aria-label='Close without importing']").await.unwrap();
    journey.browser.wait_until_gone("#import-title").await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn files_that_are_not_what_they_should_be() {
    let journey = Journey::start("").await.unwrap();
    let folder = TemporaryFolder::new("bad-input").unwrap();
    let (error, source, sheet) = ("[data-test=import-error]", "[data-test=import-source]", ".import");
    let utf16: Vec<u8> =
        "\u{feff}id;address\n1;Töölönkatu 1, Helsinki\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let cases: [(&str, &[u8], &str, &str); 8] = [
        ("empty.csv", b"", error, "empty"),
        ("header-only.csv", b"id;address\n", error, "row"),
        ("workbook.xlsx", b"PK\x03\x04\x14\x00\x06\x00\x08\x00\x00\x00!\x00", error, "CSV"),
        ("windows.csv", b"id;address\n1;T\xf6\xf6l\xf6nkatu 1, Helsinki\n", source, "Windows-1252"),
        ("utf16.csv", &utf16, source, "UTF-16"),
        (
            "ragged.csv",
            b"id,address\n1,\"Aleksanterinkatu 11, Helsinki\",extra\n2\n",
            sheet,
            "The address is missing",
        ),
        ("unknown.csv", b"id,address,colour\n1,\"Aleksanterinkatu 11, Helsinki\",red\n", sheet, "ignored"),
        (
            "duplicates.csv",
            b"id,address\n7,\"Aleksanterinkatu 11, Helsinki\"\n7,\"Aleksanterinkatu 13, Helsinki\"\n",
            sheet,
            "7",
        ),
    ];
    for (name, bytes, css, says) in cases {
        check(&journey, &folder, name, bytes, css, says).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_rows_are_shown_without_ten_thousand_elements() {
    let journey = Journey::start("").await.unwrap();
    let folder = TemporaryFolder::new("many-rows").unwrap();
    let mut rows = String::from("id;address;lat;lon\n");
    for n in 0..10_000 {
        let (lat, lon) = (60.16 + f64::from(n % 100) / 2000.0, 24.9 + f64::from(n / 100) / 1000.0);
        rows.push_str(&format!("S{n};Somewhere {n};{lat:.5};{lon:.5}\n"));
    }
    let file = folder.path().join("many.csv");
    fs::write(&file, rows).unwrap();
    journey.browser.set_file("[data-test=import-file]", &file).await.unwrap();
    journey.browser.wait_for_text("[data-test=import-ready]", "10").await.unwrap();
    let shown = journey.browser.count("[data-test=import-row]").await.unwrap();
    assert!((1..200).contains(&shown), "{shown} rows are in the page");
    journey.browser.click("[data-test=import-confirm]").await.unwrap();
    // Without a depot the sheet leads to the drivers; the stops are one tab away.
    journey.browser.wait_for_text("[data-test=tab-stops]", "10").await.unwrap();
    journey.browser.click("[data-test=tab-stops]").await.unwrap();
    journey.browser.wait_for("[data-test=stop-row]").await.unwrap();
    let shown = journey.browser.count("[data-test=stop-row]").await.unwrap();
    assert!((1..200).contains(&shown), "{shown} stops are in the page");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_nobody_finds_stays_and_can_be_mended() {
    let journey = Journey::start("").await.unwrap();
    let browser = &journey.browser;
    let folder = TemporaryFolder::new("lost-address").unwrap();
    let file = folder.path().join("lost.csv");
    fs::write(&file, "id;address\n1;Aleksanterinkatu 11, Helsinki\n2;Olematonkatu 99, Helsinki\n").unwrap();
    browser.set_file("[data-test=import-file]", &file).await.unwrap();
    browser.wait_for_text(".import", "1 not found").await.unwrap();
    // Importing it all the same keeps the stop, without a place on the map.
    browser.click("[data-test=import-confirm]").await.unwrap();
    browser.wait_for_text("[data-test=tab-stops]", "2").await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_vendor_in_trouble_is_named_and_nothing_is_sent_twice() {
    let journey = Journey::start("").await.unwrap();
    let browser = &journey.browser;
    let folder = TemporaryFolder::new("vendor-down").unwrap();
    let file = folder.path().join("two.csv");
    fs::write(&file, "id;address\n1;Aleksanterinkatu 11, Helsinki\n2;Aleksanterinkatu 13, Helsinki\n")
        .unwrap();
    journey.import(&file).await.unwrap();
    journey.staff("Kaisaniemenkatu 2, Helsinki", &[("Aino", 50)]).await.unwrap();
    journey.optimise(std::time::Duration::from_secs(1)).await.unwrap();

    let faults = format!("{}/sandbox/faults", journey.servers.sandbox());
    let client = reqwest::Client::new();
    client.post(&faults).json(&json!({ "routemate": "html" })).send().await.unwrap();
    browser.click("[data-test=dispatch-all]").await.unwrap();
    browser.click("[data-test=dispatch-confirm]").await.unwrap();
    browser
        .wait_until("document.querySelector('[data-test=dispatch-failure], [data-test=job-status]')")
        .await
        .unwrap();
    // Once RouteMate is back, the stored dispatch goes out by itself or by asking again: once.
    client.post(&faults).json(&json!({ "routemate": "ok" })).send().await.unwrap();
    browser
        .wait_until(
            "(() => { const retry = document.querySelector('[data-test=dispatch-retry]'); if (retry) retry.click();
              return [...document.querySelectorAll('[data-test=job-status]')].some(it => /assigned/i.test(it.innerText)) })()",
        )
        .await
        .unwrap();
    let state: serde_json::Value = reqwest::get(format!("{}/sandbox/state", journey.servers.sandbox()))
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert_eq!(state["routemate"]["jobs"], 1, "{state}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_without_webassembly_is_told_so() {
    let servers = Servers::start().await.unwrap();
    let browser = Browser::start().await.unwrap();
    browser.forbid_webassembly().await.unwrap();
    browser.goto(&servers.portal()).await.unwrap();
    browser.wait_for_text("#boot", "WebAssembly").await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_without_javascript_says_what_it_needs() {
    let servers = Servers::start().await.unwrap();
    let html = reqwest::get(servers.portal()).await.unwrap().text().await.unwrap();
    let without = html.split("<noscript>").nth(1).and_then(|rest| rest.split("</noscript>").next());
    assert!(without.is_some_and(|text| text.contains("JavaScript")), "{html}");
}
