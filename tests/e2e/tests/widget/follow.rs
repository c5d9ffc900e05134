//! A shopper who waits for the shop's own driver sees the queue move, without touching anything.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::tab::Tab;
use crate::{Zoo, page};

/// The stop a shopper waits for, the last of its tour.
const STOP: &str = "HEL-106";
/// The widget's minute is a quarter of a second here; all other times stay as they are.
const SHORT_MINUTES: &str = "<script>const slow = setTimeout;
    window.setTimeout = (call, ms, ...rest) => slow(call, ms == 6e4 ? 250 : ms, ...rest)</script>";
const LOOKUPS: &str =
    "performance.getEntriesByType('resource').filter(it => it.name.includes('/lookup?')).length";

impl Zoo {
    /// Sends a driver on a tour with that stop at its end.
    async fn dispatch(&self) {
        let stop = |n: u32| json!({ "stop_id": format!("HEL-10{n}"), "address": format!("Mannerheimintie {}, Helsinki", 4 * n + 1), "label": "", "parcel_count": 1 });
        let tour = json!({ "date": "2026-11-25", "external_job_id": "J-1", "title": "Morning", "driver_email": "driver@example.com",
            "stops": (1..7).map(stop).collect::<Vec<_>>() });
        let send = "return fetch('/api/v1/dispatches', { method: 'POST', body: JSON.stringify(arguments[0]), headers: {
            'content-type': 'application/json', 'x-requested-by': 'milkrun-portal', 'idempotency-key': '11111111-1' } }).then(it => it.status)";
        assert_eq!(self.journey.browser.script(send, &[tour]).await.unwrap(), json!(200));
    }

    /// How many stops come before it, as the portal says now.
    async fn queue(&self) -> (String, i64) {
        let url = format!("{}/api/widget/v1/lookup?site=zoo&number={STOP}", self.journey.servers.portal());
        let origin = self.shop.page("").trim_end_matches('/').to_owned();
        let found = reqwest::Client::new().get(url).header("origin", origin).send().await.unwrap();
        let found: Value = found.json().await.unwrap();
        (
            found["status"].as_str().unwrap_or_default().to_owned(),
            found["stops_before"].as_i64().unwrap_or(-1),
        )
    }

    /// Lets the driver go on until the queue is as it should be.
    async fn drive_until(&self, right: impl Fn(&str, i64) -> bool) -> i64 {
        let deadline = Instant::now() + Duration::from_secs(120);
        loop {
            let (status, before) = self.queue().await;
            if right(&status, before) {
                return before;
            }
            assert!(Instant::now() < deadline, "the driver stays where {before} stops come before, {status}");
            self.journey.turn_clock(json!({ "step_seconds": 90 })).await.unwrap();
            tokio::time::sleep(Duration::from_millis(1300)).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_queue_moves_while_somebody_looks_and_nobody_is_asked_otherwise() {
    // The proxy follows the driver closely, so that no stop is missed however fast the clock is turned.
    let settings = "per_second = 1000.0\nburst = 1000.0\n[routemate]\npoll_s = 1\npoll_longest_s = 1\n";
    let zoo = Zoo::start_with(settings, |portal| {
        let body = format!(
            "{SHORT_MINUTES}<milkrun-track number='{STOP}'></milkrun-track><div style='height:4000px'></div>"
        );
        vec![page(portal, "queue", &body)]
    })
    .await;
    zoo.dispatch().await;
    let first = zoo.drive_until(|status, before| status == "pickup" && before >= 1).await;
    let tab = Tab(zoo.journey.browser.driver());
    tab.open(&zoo.shop.page("queue")).await.unwrap();
    let says = |count: i64| match count {
        0 => "root.querySelector('[part=headline]')?.innerText == 'You are the next stop'".to_owned(),
        it => format!("root.querySelector('[part=headline]')?.innerText.startsWith('{it} stop')"),
    };
    tab.until(&says(first)).await.unwrap();
    tab.run(
        "window.told = []; for (const it of ['result', 'error', 'delivered']) addEventListener('milkrun:' + it, () => window.told.push(it));
         window.headline = root.querySelector('[part=headline]'); root.querySelector('[part=page]').focus()",
        &[],
    )
    .await
    .unwrap();

    // It asks again and again; what says the same is left as it is, so that nobody hears it twice.
    let before = tab.say(LOOKUPS).await.unwrap().as_u64().unwrap();
    tab.until(&format!("{LOOKUPS} >= {}", before + 3)).await.unwrap();
    assert_eq!(tab.say("window.headline.isConnected && window.told.length").await.unwrap(), json!(0));

    let next = zoo.drive_until(|_, it| it < first && it >= 0).await;
    tab.until(&says(next)).await.unwrap();
    assert_eq!(
        tab.say("root.activeElement?.part.value").await.unwrap(),
        json!("page"),
        "the focus stays where it was"
    );
    assert_eq!(tab.say("root.querySelector('#input').value").await.unwrap(), json!(STOP));
    assert!(tab.say("window.told").await.unwrap().as_array().unwrap().iter().all(|it| it == "result"));

    // Out of sight nobody asks; back in sight it is asked at once.
    let quiet = async |why: &str| {
        // What is under way may still come.
        tokio::time::sleep(Duration::from_millis(600)).await;
        let before = tab.say(LOOKUPS).await.unwrap();
        tokio::time::sleep(Duration::from_millis(1200)).await;
        assert_eq!(tab.say(LOOKUPS).await.unwrap(), before, "{why}");
        before.as_u64().unwrap()
    };
    tab.run("scrollTo(0, 3000)", &[]).await.unwrap();
    let count = quiet("it is out of sight").await;
    tab.run("scrollTo(0, 0)", &[]).await.unwrap();
    tab.until(&format!("{LOOKUPS} > {count}")).await.unwrap();
    tab.run("window.taken = widget; widget.remove()", &[]).await.unwrap();
    let count = quiet("it is out of the page").await;
    tab.run("document.body.prepend(window.taken)", &[]).await.unwrap();
    tab.until(&format!("{LOOKUPS} > {count}")).await.unwrap();
    tab.run("widget.reset()", &[]).await.unwrap();
    quiet("it was reset").await;

    // The parcel comes: that is told once, and then there is nothing more to ask.
    tab.run("window.told = []", &[]).await.unwrap();
    tab.track(json!(STOP)).await.unwrap();
    zoo.drive_until(|status, _| ["delivered", "undelivered"].contains(&status)).await;
    tab.until("root.querySelector('[part=step].done:last-child, [part=step].failed')").await.unwrap();
    quiet("it is over").await;
    let told = tab.say("window.told.filter(it => it == 'delivered').length").await.unwrap();
    assert_eq!(told, json!(i32::from(zoo.queue().await.0 == "delivered")));
}
