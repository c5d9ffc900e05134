//! Parcels: registered once, read in batches, shown even when the vendor is away.

use milkrun_wire::tracking51::webhook::Version;
use serde_json::{Value, json};

use crate::harness::{Both, Canned, Proxy, json as answer, reply};

pub(crate) async fn add(proxy: &Proxy, parcels: Value) -> Value {
    let (status, body) = reply(proxy.post("parcels").json(&json!({ "parcels": parcels }))).await;
    assert_eq!(status, 200, "{body:#}");
    body["results"].clone()
}

fn parcel(number: &str) -> Value {
    json!({"tracking_number": number, "courier_code": "posti"})
}

#[tokio::test]
async fn parcels_are_added_read_and_forgotten() {
    let both = Both::start(Version::V4, "").await;
    let proxy = &both.proxy;
    let (_, couriers) = reply(proxy.get("couriers")).await;
    assert!(couriers["couriers"].as_array().unwrap().iter().any(|it| it["code"] == "posti"), "{couriers:#}");
    let added = add(proxy, json!([parcel("MR-TRANSIT-1")])).await;
    let id = added[0]["id"].as_str().unwrap();
    let path = format!("parcels/{id}");
    let read = proxy.until(&path, |it| it["status"] == "transit").await;
    assert_eq!((&read["stale"], &read["courier_code"]), (&json!(false), &json!("posti")));
    assert!(!read["checkpoints"].as_array().unwrap().is_empty(), "{read:#}");
    assert_eq!(add(proxy, json!([parcel("mr-transit-1")])).await[0]["id"], id, "known before");
    assert_eq!(reply(proxy.delete(&path)).await.0, 204);
    assert_eq!(reply(proxy.get(&path)).await.0, 404);
    let (_, state) = reply(proxy.http.get(format!("{}/sandbox/state", both.sandbox))).await;
    assert_eq!(state["tracking51"]["parcels"], 0, "{state:#}");
}

#[tokio::test]
async fn each_number_of_a_batch_succeeds_or_fails_by_itself() {
    let both = Both::start(Version::V4, "").await;
    let proxy = &both.proxy;
    let results = add(
        proxy,
        json!([
            parcel("MR-DELIVERED-1"),
            parcel("MR-ERR-4110-1"),
            parcel("MR-PICKUP-1"),
            parcel(""),
            parcel("MR-ERR-4190-1"),
            parcel("mr-pickup-1"),
        ]),
    )
    .await;
    let fault = |at: usize| results[at]["error"].as_str().unwrap_or_default().to_owned();
    if fault(4).contains("quota") && results[0]["id"].is_null() {
        // A used up quota ends the whole call; nothing was registered, and each number says why.
        assert!(fault(0).contains("quota"));
    }
    assert!(fault(3).contains("empty"), "{results:#}");
    let results = add(
        proxy,
        json!([
            parcel("MR-DELIVERED-1"),
            parcel("MR-ERR-4110-1"),
            parcel("MR-PICKUP-1"),
            parcel("MR-PICKUP-1")
        ]),
    )
    .await;
    assert!(results[0]["id"].is_string() && results[2]["id"].is_string(), "{results:#}");
    assert!(results[1]["error"].as_str().unwrap().contains("typing errors"), "{results:#}");
    assert_eq!(results[2]["id"], results[3]["id"]);
    let settled =
        |it: &Value| it["parcels"].as_array().is_some_and(|it| it.iter().all(|it| it["status"] != "pending"));
    let list = proxy.until("parcels", settled).await;
    assert_eq!(list["parcels"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn a_carrier_is_found_from_the_number_or_asked_for() {
    let both = Both::start(Version::V4, "").await;
    let results = add(
        &both.proxy,
        json!([{"tracking_number": "JJFI64321000012345678"}, {"tracking_number": "MR-ERR-4121-1"}]),
    )
    .await;
    assert!(results[0]["id"].is_string(), "{results:#}");
    assert!(results[1]["error"].as_str().unwrap().contains("choose the carrier"), "{results:#}");
}

#[tokio::test]
async fn what_is_known_is_shown_as_old_while_the_vendor_is_away() {
    let both = Both::start(Version::V4, "[tracking51]\nrefresh_s = 1").await;
    let proxy = &both.proxy;
    let id = add(proxy, json!([parcel("MR-TRANSIT-1")])).await[0]["id"].as_str().unwrap().to_owned();
    let path = format!("parcels/{id}");
    proxy.until(&path, |it| it["status"] == "transit" && it["stale"] == false).await;
    for fault in ["down", "html"] {
        both.fault("tracking51", fault).await;
        let old = proxy.until(&path, |it| it["stale"] == true).await;
        assert_eq!(old["status"], "transit");
        let (_, refused) =
            reply(proxy.post("parcels").json(&json!({"parcels": [parcel("MR-TRANSIT-2")]}))).await;
        assert!(refused["results"][0]["error"].as_str().unwrap().contains("no answer"), "{refused:#}");
        let (status, problem) = reply(proxy.delete(&path)).await;
        assert_eq!((status, &problem["type"]), (502, &json!("tracking-down")));
        both.fault("tracking51", "ok").await;
        proxy.until(&path, |it| it["stale"] == false).await;
    }
}

#[tokio::test]
async fn an_endpoint_that_asks_for_a_rest_gets_it() {
    let server = Canned::start(|_, _| {
        answer(429, &json!({"meta": {"code": 429, "message": "slow down"}, "data": null}))
    })
    .await;
    let toml = format!("[tracking51]\nbase_url = \"{}/v4\"\napi_key = \"a-live-key\"", server.base);
    let proxy = Proxy::start(&toml).await;
    for _ in 0..3 {
        let (status, problem) = reply(proxy.get("couriers")).await;
        assert_eq!((status, &problem["type"]), (503, &json!("tracking-resting")));
        assert!(problem["detail"].as_str().unwrap().contains("12"), "{problem}");
    }
    let seen = server.seen("/v4/couriers/all");
    assert_eq!(seen.len(), 1, "the endpoint rests");
    assert_eq!(seen[0].headers["tracking-api-key"], "a-live-key");
}

#[tokio::test]
async fn a_used_up_quota_is_not_asked_for_again() {
    let server =
        Canned::start(|_, _| answer(400, &json!({"meta": {"code": 4190, "message": "m"}, "data": null})))
            .await;
    let toml = format!("[tracking51]\nbase_url = \"{}/v4\"\napi_key = \"a-live-key\"", server.base);
    let proxy = Proxy::start(&toml).await;
    let results = add(&proxy, json!([parcel("A1")])).await;
    assert!(results[0]["error"].as_str().unwrap().contains("quota"), "{results:#}");
    assert_eq!(server.seen("/v4/trackings/create").len(), 1);
}

#[tokio::test]
async fn the_same_request_under_one_key_is_done_once() {
    let both = Both::start(Version::V4, "").await;
    let send = |key: &str, body: &Value| {
        let request = both.proxy.post("parcels").header("idempotency-key", key).json(body);
        async { request.send().await.unwrap() }
    };
    let body = json!({"parcels": [parcel("MR-TRANSIT-1")]});
    let first = send("11111111-1", &body).await;
    assert!(!first.headers().contains_key("idempotency-replayed"));
    let first: Value = first.json().await.unwrap();
    let again = send("11111111-1", &body).await;
    assert_eq!(again.headers()["idempotency-replayed"], "true");
    assert_eq!(again.json::<Value>().await.unwrap(), first);
    let other = send("11111111-1", &json!({"parcels": [parcel("MR-TRANSIT-2")]})).await;
    assert_eq!(other.status(), 422);
    assert_eq!(send("short", &body).await.status(), 400);
}
