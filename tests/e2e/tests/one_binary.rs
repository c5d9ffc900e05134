//! The proxy's binary is all that a server needs: the portal and the widget are inside.

use std::{env, fs, path::PathBuf};

use milkrun_e2e::{Alone, Browser};

#[tokio::test(flavor = "multi_thread")]
async fn the_binary_alone_serves_the_portal_and_the_widget() {
    let alone = Alone::start().await.unwrap();
    let dist = PathBuf::from(env::var_os("MILKRUN_DIST").unwrap());
    for name in ["widget/v1.js", "widget/manifest.json"] {
        let reply = reqwest::get(format!("{}/{name}", alone.portal())).await.unwrap();
        assert_eq!(reply.status(), 200, "{name}");
        assert_eq!(reply.bytes().await.unwrap(), fs::read(dist.join(name)).unwrap(), "{name}");
    }
    let browser = Browser::start().await.unwrap();
    browser.goto(&format!("{}/sign-in", alone.portal())).await.unwrap();
    browser.wait_for_text("h1", "Sign in to Milkrun").await.unwrap();
    // That nobody is signed in yet is an error to the browser, and the only one.
    let errors = browser.console_errors().await.unwrap();
    assert!(errors.iter().all(|it| it.contains("/api/v1/session") && it.contains("401")), "{errors:?}");
}
