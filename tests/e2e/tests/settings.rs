//! An owner's work: people come in with what their role may do, keys open what they were made for, and credentials are
//! entered, tried and in force without a restart.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use milkrun_e2e::journey::ENTERED_CREDENTIALS;
use milkrun_e2e::{Browser, Journey};

#[tokio::test(flavor = "multi_thread")]
async fn a_person_is_invited_sets_a_password_and_comes_back_with_it() {
    let owner = Journey::start("").await.unwrap();
    let link = owner.add_person("Eero", "dispatcher").await.unwrap();
    let guest = Browser::start().await.unwrap();
    guest.goto(link.trim()).await.unwrap();
    guest.wait_for(".rail").await.unwrap();
    guest.click(".rail a[href='/settings']").await.unwrap();
    guest.click("[data-test=settings-you]").await.unwrap();
    guest.wait_for_text(".settings__account", "Dispatcher").await.unwrap();
    assert_eq!(guest.count("[data-test=settings-people]").await.unwrap(), 0, "owners alone manage people");
    guest.type_into("[data-test=password-new]", "correct horse battery").await.unwrap();
    guest.click("[data-test=password-save]").await.unwrap();
    guest.wait_for(".toast--ok").await.unwrap();
    guest.click("[data-test=sign-out]").await.unwrap();
    guest.type_into("[data-test=sign-in-email]", "eero@example.com").await.unwrap();
    guest.type_into("[data-test=sign-in-password]", "wrong horse battery").await.unwrap();
    guest.click("[data-test=sign-in]").await.unwrap();
    guest.wait_for_text(".sign-in", "password is wrong").await.unwrap();
    guest.type_into("[data-test=sign-in-password]", "correct horse battery").await.unwrap();
    guest.click("[data-test=sign-in]").await.unwrap();
    guest.wait_for(".rail").await.unwrap();

    // Shut out, the guest is out at the next step.
    owner.browser.click("[data-test=person-link-done]").await.unwrap();
    owner.browser.click("[data-test=person]:nth-of-type(2) [data-test=person-manage]").await.unwrap();
    owner.browser.click("[data-test=person-shut]").await.unwrap();
    owner.browser.wait_for_text("[data-test=person]:nth-of-type(2)", "Shut out").await.unwrap();
    guest.script("location.reload()", &[]).await.unwrap();
    guest.wait_for("[data-test=sign-in]").await.unwrap();
    owner.open_settings("audit").await.unwrap();
    owner.browser.wait_for_text(".settings__deeds", "changed a person").await.unwrap();
    owner.browser.wait_for_text(".settings__deeds", "set a password").await.unwrap();
    let printed = owner.servers.printed_by_the_proxy();
    let token = link.trim().rsplit('#').next().unwrap();
    assert!(!printed.contains(token) && !printed.contains("horse battery"), "{printed}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_opens_what_it_was_made_for_until_it_is_taken_back() {
    let journey = Journey::start("").await.unwrap();
    let browser = &journey.browser;
    journey.open_settings("tokens").await.unwrap();
    browser.click("[data-test=token-add]").await.unwrap();
    browser.type_into("[data-test=token-name]", "Warehouse").await.unwrap();
    browser.click("[data-test=scope-parcels-read]").await.unwrap();
    browser.click("[data-test=token-add-confirm]").await.unwrap();
    browser.wait_for_text("[data-test=token-secret]", "mrk_").await.unwrap();
    let secret = browser.text("[data-test=token-secret]").await.unwrap();
    browser.click("[data-test=token-done]").await.unwrap();
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let ask = async |path: &str| {
        let url = format!("{}/api/v1/{path}", journey.servers.portal());
        client.get(url).bearer_auth(secret.trim()).send().await.unwrap().status().as_u16()
    };
    assert_eq!((ask("parcels").await, ask("dispatches").await, ask("users").await), (200, 403, 403));
    journey.open("/day").await.unwrap();
    journey.open_settings("tokens").await.unwrap();
    browser.wait_for_text("[data-test=token]", "used just now").await.unwrap();
    browser.click("[data-test=token-end]").await.unwrap();
    browser.click("[data-test=token-end-confirm]").await.unwrap();
    browser.wait_until_gone("[data-test=token]").await.unwrap();
    assert_eq!(ask("parcels").await, 401);
    assert!(!journey.servers.printed_by_the_proxy().contains(secret.trim()));
}

#[tokio::test(flavor = "multi_thread")]
async fn credentials_are_entered_tried_and_in_force_without_a_restart() {
    let journey = Journey::start(ENTERED_CREDENTIALS).await.unwrap();
    let browser = &journey.browser;
    journey.open_settings("services").await.unwrap();
    browser.wait_for_text("[data-test=quota]", "No numbers registered this month").await.unwrap();
    browser.type_into("[data-test=routemate-id]", "rm_ci_sandbox").await.unwrap();
    browser.type_into("[data-test=routemate-secret]", "rm_cs_of_somebody_else").await.unwrap();
    browser.click("[data-test=routemate-test]").await.unwrap();
    browser.wait_for_text("[data-test=part-key]", "fails").await.unwrap();
    browser.type_into("[data-test=routemate-secret]", "rm_cs_sandbox").await.unwrap();
    browser.click("[data-test=routemate-save]").await.unwrap();
    browser.wait_for_text("section[aria-label=RouteMate] .chip", "Live").await.unwrap();
    browser.wait_for_text("[data-test=routemate-result]", "all in order").await.unwrap();
    browser.wait_for_text("[data-test=credentials-entered]", "by Owner").await.unwrap();
    let page = browser.script("return document.documentElement.outerHTML", &[]).await.unwrap();
    assert!(!page.as_str().unwrap().contains("rm_cs_sandbox"), "the secret stayed in the page");
    browser.click("[data-test=routemate-remove]").await.unwrap();
    browser.wait_for_text("section[aria-label=RouteMate] .chip", "Sandbox").await.unwrap();
    journey.open_settings("audit").await.unwrap();
    browser.wait_for_text(".settings__deeds", "entered credentials").await.unwrap();
    let printed = journey.servers.printed_by_the_proxy();
    for secret in ["rm_cs_", "00112233445566778899aabbccddeeff"] {
        assert!(!printed.contains(secret), "the proxy printed {secret}");
    }
    let complaints = browser.console_errors().await.unwrap();
    assert!(complaints.is_empty(), "the portal's console says {complaints:?}");
}
