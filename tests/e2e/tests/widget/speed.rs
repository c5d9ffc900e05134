//! The page stays quick while the widget comes: no task of it holds a slow phone's main thread up.

use std::time::Duration;

use serde_json::json;

use crate::tab::Tab;
use crate::{TRANSIT, Zoo, page};

/// A browser reports tasks above 50 ms; at half the speed, those above 25.
const SLOWER: f64 = 2.0;
/// Other work on the machine lengthens tasks too, so the quietest of some loads counts.
const LOADS: usize = 24;

#[tokio::test(flavor = "multi_thread")]
async fn no_task_is_long_at_half_the_speed() {
    let zoo = Zoo::start(|portal| {
        let watch = "<script>window.long = []; new PerformanceObserver(list => list.getEntries()
            .forEach(it => window.long.push([it.name, it.duration]))).observe({ type: 'longtask', buffered: true })</script>";
        let body = |mode: &str| format!("{watch}<milkrun-track mode='{mode}' number='{TRANSIT}'></milkrun-track>");
        vec![page(portal, "long-inline", &body("inline")), page(portal, "long-frame", &body("frame")), page(portal, "long-own", &format!(
            "{watch}<script>addEventListener('load', () => setTimeout(() => {{
                const end = performance.now() + 60; while (performance.now() < end);
            }}))</script>"))]
    })
    .await;
    let tab = Tab(zoo.journey.browser.driver());
    tab.0.cdp().send_raw("Network.enable", json!({})).await.unwrap();
    tab.0.cdp().send_raw("Network.setCacheDisabled", json!({ "cacheDisabled": true })).await.unwrap();
    tab.0.cdp().send_raw("Emulation.setCPUThrottlingRate", json!({ "rate": SLOWER })).await.unwrap();
    for (name, shown) in [
        ("long-inline", "root.querySelector('[part=bar]')"),
        ("long-frame", "parseInt(root.querySelector('iframe')?.style.height) > 250"),
    ] {
        let mut all = Vec::new();
        for _ in 0..LOADS {
            tab.open(&zoo.shop.page(name)).await.unwrap();
            tab.until(shown).await.unwrap();
            tokio::time::sleep(Duration::from_millis(500)).await;
            all.push(tab.say("window.long").await.unwrap());
            if all.last() == Some(&json!([])) {
                break;
            }
        }
        assert!(all.contains(&json!([])), "{name}: each of these loads had a long task: {all:?}");
    }
    // The judge judges. Its task comes after the page's load: a browser does not report the task in which the
    // observer itself was made, and a busy one parses the whole page in that task.
    tab.0.goto(&zoo.shop.page("long-own")).await.unwrap();
    tab.until("window.long.length").await.unwrap();
}
