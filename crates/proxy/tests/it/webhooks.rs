//! Pushes: the three forms, and everything that only looks like one.

use milkrun_wire::tracking51::webhook::{Version, sign};
use serde_json::{Value, json};

use crate::harness::{Both, reply};
use crate::parcels::add;

/// The refresher is far too slow here to be the one who noticed.
const NO_REFRESH: &str = "[tracking51]\nrefresh_s = 3600";

async fn delivered_by_push(version: Version) {
    let both = Both::start(version, NO_REFRESH).await;
    let proxy = &both.proxy;
    let id = add(proxy, json!([{"tracking_number": "JJFI64321000012345678", "courier_code": "posti"}])).await
        [0]["id"]
        .clone();
    let path = format!("parcels/{}", id.as_str().unwrap());
    // The next step comes after the first reading, so that only pushes can bring the rest.
    proxy.until(&path, |it| it["status"].is_string()).await;
    let over = |it: &Value| {
        ["delivered", "exception", "undelivered", "expired"]
            .contains(&it["status"].as_str().unwrap_or_default())
    };
    for _ in 0..40 {
        both.step(12 * 3600).await;
        if over(&reply(proxy.get(&path)).await.1) {
            break;
        }
    }
    proxy.until(&path, over).await;
    let (kept, used) = proxy.state.store.webhooks().counts().await.unwrap();
    assert!(kept >= 1 && used >= 1, "{version:?}: {kept} pushes kept, {used} used");
}

#[tokio::test]
async fn pushes_of_version_4_bring_news() {
    delivered_by_push(Version::V4).await;
}

#[tokio::test]
async fn pushes_of_version_3_bring_news() {
    delivered_by_push(Version::V3).await;
}

#[tokio::test]
async fn pushes_of_version_2_bring_news() {
    delivered_by_push(Version::V2).await;
}

#[tokio::test]
async fn a_push_is_a_hint_and_never_the_truth() {
    let both = Both::start(Version::V4, NO_REFRESH).await;
    let proxy = &both.proxy;
    let id = add(proxy, json!([{"tracking_number": "MR-TRANSIT-1", "courier_code": "posti"}])).await[0]["id"]
        .clone();
    let path = format!("parcels/{}", id.as_str().unwrap());
    proxy.until(&path, |it| it["status"] == "transit").await;
    let now = jiff::Timestamp::now().as_second().to_string();
    let lie = json!({"data": {"tracking_number": "MR-TRANSIT-1", "courier_code": "posti", "delivery_status": "delivered"}});
    let push = |secret: &str, time: &str, signature: &str| {
        proxy
            .http
            .post(format!("{}/webhooks/51tracking/{secret}", proxy.base))
            .header("timestamp", time)
            .header("signature", signature)
            .json(&lie)
    };
    let good = sign("sandbox-51tracking-key", &now);
    let before = reply(proxy.get(&path)).await.1["read_at"].clone();
    tokio::time::sleep(std::time::Duration::from_millis(1100)).await;
    let (kept, used) = proxy.state.store.webhooks().counts().await.unwrap();
    assert_eq!(push("sandbox", &now, &good).send().await.unwrap().status(), 200);
    // It was read again because of the push, and what was read is believed.
    let after = proxy.until(&path, |it| it["read_at"] != before).await;
    assert_eq!(after["status"], "transit");

    assert_eq!(push("sandbox", &now, &good).send().await.unwrap().status(), 200, "sent again");
    assert_eq!(push("guess", &now, &good).send().await.unwrap().status(), 404);
    assert_eq!(push("sandbox", &now, &sign("guess", &now)).send().await.unwrap().status(), 401);
    assert_eq!(push("sandbox", "1", &good).send().await.unwrap().status(), 401);
    let large =
        proxy.http.post(format!("{}/webhooks/51tracking/sandbox", proxy.base)).body(vec![b' '; 2_000_000]);
    assert_eq!(large.send().await.unwrap().status(), 413);
    let after = proxy.state.store.webhooks().counts().await.unwrap();
    assert_eq!(after, (kept + 1, used + 1), "the same push counts once and a forged one not at all");
}

#[tokio::test]
async fn a_push_is_acknowledged_at_once_whatever_51tracking_does() {
    let both = Both::start_with(Version::V4, "[tracking51]\nrefresh_s = 2", |it| it.slow_ms = 60_000).await;
    let proxy = &both.proxy;
    let parcel = json!([{"tracking_number": "MR-TRANSIT-1", "courier_code": "posti"}]);
    let id = add(proxy, parcel).await[0]["id"].clone();
    let path = format!("parcels/{}", id.as_str().unwrap());
    let before = proxy.until(&path, |it| it["status"] == "transit").await["read_at"].clone();
    both.fault("tracking51", "slow").await;
    let time = jiff::Timestamp::now().as_second().to_string();
    let mut took = Vec::new();
    for at in 0..20 {
        let request = proxy.http.post(format!("{}/webhooks/51tracking/sandbox", proxy.base));
        let signature = sign("sandbox-51tracking-key", &time);
        let request = request.header("timestamp", &time).header("signature", signature);
        let request = request.json(&json!({"data": {"tracking_number": "MR-TRANSIT-1", "latest_event": at}}));
        let started = std::time::Instant::now();
        assert_eq!(request.send().await.unwrap().status(), 200);
        took.push(started.elapsed());
    }
    took.sort();
    // The machine may be busy with other tests, so that one in the middle tells.
    assert!(took[10] < std::time::Duration::from_millis(100), "{took:?}");
    both.fault("tracking51", "ok").await;
    proxy.until(&path, |it| it["read_at"] != before).await;
}

#[tokio::test]
async fn an_old_push_is_refused_where_a_window_is_set() {
    let both = Both::start(Version::V4, "[tracking51]\nwebhook_window_s = 300").await;
    let proxy = &both.proxy;
    let push = async |age_s: i64| {
        let time = (jiff::Timestamp::now().as_second() - age_s).to_string();
        let request = proxy.http.post(format!("{}/webhooks/51tracking/sandbox", proxy.base));
        let request =
            request.header("timestamp", &time).header("signature", sign("sandbox-51tracking-key", &time));
        request.json(&json!({"data": {"tracking_number": "A"}})).send().await.unwrap().status().as_u16()
    };
    assert_eq!((push(0).await, push(290).await, push(310).await, push(-310).await), (200, 200, 401, 401));
}
