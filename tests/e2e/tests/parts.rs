//! The portal comes in parts: each page is downloaded when it is opened, and one that cannot be had says so.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use milkrun_e2e::{Browser, Servers, journey};
use serde_json::Value;

/// The names of the WebAssembly files that the page in the browser has asked for, without their hash.
async fn asked_for(browser: &Browser) -> Vec<String> {
    let files = "return performance.getEntriesByType('resource').map(it => it.name.split('/').pop())\
                 .filter(it => it.endsWith('.wasm')).map(it => it.replace(/-[0-9a-f]{16}/, ''))";
    let files: Value = browser.script(files, &[]).await.unwrap();
    let mut files: Vec<String> = serde_json::from_value(files).unwrap();
    files.sort();
    files.dedup();
    files
}

/// The name of the file that only this part needs.
fn file_of(part: &str) -> String {
    let dist = std::env::var("MILKRUN_DIST").unwrap();
    let names = std::fs::read_dir(dist).unwrap().map(|it| it.unwrap().file_name().into_string().unwrap());
    let begin = format!("milkrun-portal-{part}-");
    let hashed = |it: &str| it.strip_suffix(".wasm").is_some_and(|hash| hash.len() == 16);
    let found = { names }.find(|it| it.strip_prefix(&begin).is_some_and(hashed));
    format!("*/{}", found.unwrap_or_else(|| panic!("the portal was built without a part {part}")))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_takes_only_what_it_needs() {
    let servers = Servers::start().await.unwrap();
    let browser = Browser::start().await.unwrap();
    browser.goto(&format!("{}/sign-in", servers.portal())).await.unwrap();
    browser.wait_for(".sign-in").await.unwrap();
    assert_eq!(asked_for(&browser).await, ["milkrun-portal_bg.wasm"], "the way in needs no page");

    // A page's own address has its part on the way before anybody knows who is signed in.
    browser.goto(&format!("{}/settings", servers.portal())).await.unwrap();
    browser.wait_for(".sign-in").await.unwrap();
    let files = asked_for(&browser).await;
    assert!(files.contains(&"milkrun-portal-settings.wasm".to_owned()), "{files:?}");
    assert!(!files.contains(&"milkrun-portal-plan.wasm".to_owned()), "{files:?}");

    // Each page opens by its link, and none is downloaded anew.
    browser.goto(servers.sign_in()).await.unwrap();
    for (page, css) in [("/track", ".track"), ("/day", ".day"), ("/settings", ".settings"), ("/", ".plan")] {
        browser.click(&format!(".rail a[href='{page}']")).await.unwrap();
        browser.wait_for(css).await.unwrap();
    }
    let complaints = browser.console_errors().await.unwrap();
    assert!(complaints.is_empty() || complaints.iter().all(|it| it.contains("401")), "{complaints:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_part_that_cannot_be_had_says_so_and_can_be_tried_again() {
    let servers = Servers::start().await.unwrap();
    let browser = Browser::start().await.unwrap();
    browser.block(&[&file_of("track"), &file_of("import")]).await.unwrap();
    browser.goto(servers.sign_in()).await.unwrap();
    browser.click(".rail a[href='/track']").await.unwrap();
    browser.wait_for_text("[data-test=part-failed]", "could not be loaded").await.unwrap();

    // Trying again in vain says the same, and the other pages work on.
    browser.click("[data-test=part-again]").await.unwrap();
    browser.wait_for("[data-test=part-failed]").await.unwrap();
    browser.click(".rail a[href='/']").await.unwrap();
    browser.set_file("[data-test=import-file]", &journey::demo_file()).await.unwrap();
    browser.wait_for("[data-test=part-failed]").await.unwrap();
    browser.click("[data-test=part-close]").await.unwrap();
    browser.wait_until_gone("[data-test=part-failed]").await.unwrap();

    browser.block(&[]).await.unwrap();
    browser.set_file("[data-test=import-file]", &journey::demo_file()).await.unwrap();
    browser.wait_for("[data-test=import-confirm]").await.unwrap();
    browser.click(".rail a[href='/track']").await.unwrap();
    browser.wait_for(".track").await.unwrap();
}
