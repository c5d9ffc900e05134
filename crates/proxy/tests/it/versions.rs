//! 51Tracking's whole version 4, and the older two behind the same API.

use std::sync::Mutex;

use milkrun_wire::tracking51::webhook::Version;
use serde_json::{Value, json};

use crate::harness::{Both, Canned, Proxy, json as answer, reply};
use crate::parcels::add;

fn parcel(number: &str) -> Value {
    json!({"tracking_number": number, "courier_code": "posti", "title": "Coffee"})
}

#[tokio::test]
async fn a_parcel_is_changed_followed_again_and_its_carrier_guessed() {
    let both = Both::start(Version::V4, "").await;
    let proxy = &both.proxy;
    let id = add(proxy, json!([parcel("MR-TRANSIT-1")])).await[0]["id"].as_str().unwrap().to_owned();
    let path = format!("parcels/{id}");
    proxy.until(&path, |it| it["status"] == "transit").await;
    let change = json!({"title": "Tea", "order_number": "O-7"});
    let (status, changed) = reply(proxy.patch(&path).json(&change)).await;
    assert_eq!((status, &changed["title"]), (200, &json!("Tea")), "{changed:#}");
    proxy.until(&path, |it| it["order_number"] == "O-7" && it["status"] == "transit").await;
    let (status, problem) = reply(proxy.patch(&path).json(&json!({}))).await;
    assert_eq!(status, 422, "{problem}");
    let (status, problem) = reply(proxy.post(&format!("{path}/retrack"))).await;
    assert_eq!((status, &problem["type"]), (422, &json!("tracking-refused")), "only expired ones: {problem}");
    let guess = json!({"tracking_number": "JJFI64321000012345678"});
    let (status, found) = reply(proxy.post("couriers/detect").json(&guess)).await;
    assert_eq!((status, &found["couriers"][0]["code"]), (200, &json!("posti")), "{found:#}");
    assert_eq!(reply(proxy.patch("parcels/nothing").json(&change)).await.0, 404);
}

#[tokio::test]
async fn an_expired_parcel_is_followed_again() {
    let both = Both::start(Version::V4, "").await;
    let proxy = &both.proxy;
    let id = add(proxy, json!([parcel("MR-EXPIRED-1")])).await[0]["id"].as_str().unwrap().to_owned();
    let path = format!("parcels/{id}");
    proxy.until(&path, |it| it["status"] == "expired").await;
    let (status, found) = reply(proxy.post(&format!("{path}/retrack"))).await;
    assert_eq!(status, 200, "{found:#}");
}

#[tokio::test]
async fn an_air_waybill_is_read_and_odd_numbers_cost_nothing() {
    let both = Both::start(Version::V4, "").await;
    let read = |number: &str| reply(both.proxy.post("air-waybills").json(&json!({ "awb_number": number })));
    let (status, found) = read("235-69030430").await;
    assert_eq!(status, 200, "{found:#}");
    assert!(found["awb_number"].as_str().unwrap().contains("69030430"), "{found:#}");
    for number in ["", "235", "235-6903043x", "235/69030430"] {
        assert_eq!(read(number).await.0, 422, "{number}");
    }
}

#[tokio::test]
async fn what_was_spent_is_counted() {
    let both = Both::start(Version::V4, "").await;
    add(&both.proxy, json!([parcel("MR-TRANSIT-1")])).await;
    add(&both.proxy, json!([parcel("MR-TRANSIT-2"), parcel("MR-TRANSIT-3"), parcel("MR-ERR-4110-1")])).await;
    let (status, quota) = reply(both.proxy.get("quota")).await;
    assert_eq!((status, &quota["registered_this_month"]), (200, &json!(3)), "{quota:#}");
    let calls = |name: &str| {
        let days = quota["days"].as_array().unwrap();
        days.iter().filter(|it| it["endpoint"] == name).map(|it| it["calls"].as_i64().unwrap()).sum::<i64>()
    };
    assert!(calls("create") >= 1 && calls("batch") >= 1, "{quota:#}");
}

#[tokio::test]
async fn version_3_registers_and_reads() {
    let both = Both::start(Version::V3, "[tracking51]\napi_version = \"v3\"\nother_per_second = 10.0").await;
    let proxy = &both.proxy;
    let added =
        add(proxy, json!([parcel("MR-TRANSIT-1"), parcel("MR-DELIVERED-1"), parcel("MR-ERR-4110-1")])).await;
    assert!(added[2]["error"].as_str().unwrap().contains("typing errors"), "{added:#}");
    for (at, status) in [(0, "transit"), (1, "delivered")] {
        let path = format!("parcels/{}", added[at]["id"].as_str().unwrap());
        proxy.until(&path, |it| it["status"] == status).await;
    }
    let (status, problem) =
        reply(proxy.post("air-waybills").json(&json!({"awb_number": "235-69030430"}))).await;
    assert_eq!((status, &problem["type"]), (422, &json!("tracking-refused")));
    assert!(problem["detail"].as_str().unwrap().contains("api_version"), "{problem}");
}

#[tokio::test]
async fn version_2_registers_reads_changes_and_forgets() {
    static CALLS: Mutex<Vec<String>> = Mutex::new(Vec::new());
    let server = Canned::start(|it, _| {
        CALLS.lock().unwrap().push(it.path.clone());
        let ok = |data: Value| answer(200, &json!({"meta": {"code": 200, "type": "Success", "message": "Success"}, "data": data}));
        let parcel = json!({"id": "1", "tracking_number": "A-1", "carrier_code": "posti", "status": "delivered",
            "origin_info": {"trackinfo": [{"Date": "2026-11-20 10:00:00", "StatusDescription": "Handed over",
                "checkpoint_status": "delivered"}]}});
        match it.path.as_str() {
            "/v2/carriers" => ok(json!([{"name": "Posti", "code": "posti"}])),
            "/v2/trackings/batch" => ok(json!({"submitted": 2, "added": 1, "trackings": [{"id": "1", "tracking_number": "A-1"}],
                "errors": [{"tracking_number": "B-1", "carrier_code": "posti", "code": 4014, "message": "bad"}]})),
            "/v2/trackings/post" => answer(200, &json!({"meta": {"code": 4016, "message": "exists"}, "data": []})),
            "/v2/trackings/posti/A%2D1" => ok(parcel),
            _ => answer(200, &json!({"meta": {"code": 4017, "message": "none"}, "data": []})),
        }
    })
    .await;
    let toml = format!(
        "[tracking51]\napi_version = \"v2\"\nbase_url = \"{}/v2\"\napi_key = \"a-live-key\"\nrefresh_s = 1\n\
         get_per_second = 20.0\nother_per_second = 20.0\ncreate_per_second = 20.0",
        server.base
    );
    let proxy = Proxy::start(&toml).await;
    let added = add(&proxy, json!([parcel("A-1"), parcel("B-1")])).await;
    assert!(added[1]["error"].as_str().unwrap().contains("typing errors"), "{added:#}");
    let path = format!("parcels/{}", added[0]["id"].as_str().unwrap());
    let read = proxy.until(&path, |it| it["status"] == "delivered").await;
    assert_eq!((&read["latest_event"], &read["courier_name"]), (&json!("Handed over"), &json!("Posti")));
    let again = add(&proxy, json!([parcel("C-1")])).await;
    assert!(again[0]["id"].is_string(), "one that is there already is a success: {again:#}");
    let change = json!({"title": "Tea", "order_number": "O-1"});
    assert_eq!(reply(proxy.patch(&path).json(&change)).await.0, 200);
    let written = server.seen("/v2/trackings/posti/A%2D1").into_iter().find(|it| it.body.contains("Tea"));
    let written: Value = serde_json::from_str(&written.expect("the change was sent").body).unwrap();
    assert_eq!(written, json!({"title": "Tea", "order_id": "O-1"}), "in version 2's words");
    assert_eq!(reply(proxy.delete(&path)).await.0, 204);
    let calls = CALLS.lock().unwrap().clone();
    assert!(calls.iter().filter(|it| *it == "/v2/trackings/posti/A%2D1").count() >= 3, "{calls:?}");
}

/// Parcels as version 4 writes them, by their place.
fn of_the_account(places: std::ops::Range<usize>) -> Value {
    let one = |at: usize| {
        json!({"id": at.to_string(), "tracking_number": format!("T-{at}"), "courier_code": "posti",
        "delivery_status": "transit", "title": "From the console"})
    };
    places.map(one).collect()
}

#[tokio::test]
async fn what_the_account_follows_is_taken_over_page_by_page() {
    let server = Canned::start(|it, _| {
        let ok = |data: Value| answer(200, &json!({"meta": {"code": 200, "message": "OK"}, "data": data}));
        let page = it.query.split('&').find_map(|it| it.strip_prefix("pages_amount="));
        match (it.path.as_str(), page) {
            ("/v4/trackings/get", Some("1")) => {
                ok(json!({"success": of_the_account(0..2000), "rejected": []}))
            }
            ("/v4/trackings/get", Some("2")) => {
                ok(json!({"success": of_the_account(2000..2003), "rejected": []}))
            }
            _ => ok(json!([])),
        }
    })
    .await;
    let toml = format!("[tracking51]\nbase_url = \"{}/v4\"\napi_key = \"a-live-key\"", server.base);
    let proxy = Proxy::start(&toml).await;
    let ask = json!({"since": "2026-11-01", "courier_code": "posti", "status": "transit"});
    for added in [2003, 0] {
        let (status, done) = reply(proxy.post("parcels/take-over").json(&ask)).await;
        assert_eq!((status, &done), (200, &json!({"read": 2003, "added": added})));
    }
    let seen = server.seen("/v4/trackings/get");
    let first = &seen[0].query;
    for part in [
        "created_date_min=2026-11-01T00%3A00%3A00Z",
        "courier_code=posti",
        "delivery_status=transit",
        "items_amount=2000",
    ] {
        assert!(first.contains(part), "{part} is not in {first}");
    }
    let (_, list) = reply(proxy.get("parcels?limit=1")).await;
    assert_eq!(
        (&list["parcels"][0]["status"], &list["parcels"][0]["title"]),
        (&json!("transit"), &json!("From the console"))
    );
    assert_eq!(reply(proxy.post("parcels/take-over").json(&json!({"since": "soon"}))).await.0, 422);
}

#[tokio::test]
async fn older_accounts_are_taken_over_as_well() {
    let both = Both::start(Version::V3, "[tracking51]\napi_version = \"v3\"\nother_per_second = 10.0").await;
    add(&both.proxy, json!([parcel("MR-TRANSIT-1"), parcel("MR-DELIVERED-1")])).await;
    for row in both.proxy.state.store.parcels().list(None, 9).await.unwrap() {
        both.proxy.state.store.parcels().delete(&row.document.id).await.unwrap();
    }
    let ask = json!({"status": "delivered", "since": "2020-01-01"});
    let (status, done) = reply(both.proxy.post("parcels/take-over").json(&ask)).await;
    assert_eq!((status, &done), (200, &json!({"read": 1, "added": 1})), "{done:#}");

    let server = Canned::start(|it, _| {
        let items = json!([{"id": "1", "tracking_number": "A-1", "carrier_code": "posti", "status": "transit"},
            {"id": "2", "tracking_number": "B-1", "carrier_code": "dhl", "status": "transit"}]);
        let ok = |data: Value| answer(200, &json!({"meta": {"code": 200, "message": "Success"}, "data": data}));
        match it.path.as_str() {
            "/v2/trackings/get" => ok(json!({"page": 1, "limit": 2000, "total": 2, "items": items})),
            _ => ok(json!([])),
        }
    })
    .await;
    let toml = format!(
        "[tracking51]\napi_version = \"v2\"\nbase_url = \"{}/v2\"\napi_key = \"a-live-key\"",
        server.base
    );
    let proxy = Proxy::start(&toml).await;
    let (_, done) = reply(proxy.post("parcels/take-over").json(&json!({"courier_code": "dhl"}))).await;
    assert_eq!(done, json!({"read": 2, "added": 1}));
    assert!(server.seen("/v2/trackings/get")[0].query.contains("limit=2000&page=1"));
}

#[tokio::test]
async fn version_3_changes_follows_again_detects_and_forgets() {
    let server = Canned::start(|it, _| {
        let ok = |data: Value| answer(200, &json!({"code": 200, "message": "Success", "data": data}));
        let parcel = json!({"id": "1", "tracking_number": "A-1", "courier_code": "posti", "delivery_status": "transit"});
        match it.path.as_str() {
            "/v3/trackings/courier" | "/v3/trackings/detect" => {
                ok(json!([{"courier_name": "Posti", "courier_code": "posti"}]))
            }
            "/v3/trackings/get" => ok(json!([parcel])),
            "/v3/trackings/modifycourier" => answer(200, &json!({"code": 422, "message": "no such", "data": []})),
            _ => ok(json!({"success": [parcel], "error": []})),
        }
    })
    .await;
    let toml = format!(
        "[tracking51]\napi_version = \"v3\"\nbase_url = \"{}/v3/trackings\"\napi_key = \"a-live-key\"\n\
         get_per_second = 20.0\nother_per_second = 20.0\ncreate_per_second = 20.0",
        server.base
    );
    let proxy = Proxy::start(&toml).await;
    let added = add(&proxy, json!([{"tracking_number": "A-1"}])).await;
    let path = format!("parcels/{}", added[0]["id"].as_str().unwrap());
    assert_eq!(reply(proxy.patch(&path).json(&json!({"title": "Tea"}))).await.0, 200);
    let (status, problem) = reply(proxy.patch(&path).json(&json!({"courier_code": "pigeon"}))).await;
    assert_eq!(status, 422);
    assert!(problem["detail"].as_str().unwrap().contains("does not know this carrier"), "{problem}");
    assert_eq!(reply(proxy.post(&format!("{path}/retrack"))).await.0, 200);
    assert_eq!(reply(proxy.delete(&path)).await.0, 204);
    let sent = |path: &str| {
        let seen = server.seen(&format!("/v3/trackings/{path}"));
        assert_eq!(seen[0].headers["tracking-api-key"], "a-live-key");
        serde_json::from_str::<Value>(&seen[0].body).unwrap_or_default()
    };
    let named = json!({"tracking_number": "A-1", "courier_code": "posti"});
    assert_eq!(sent("detect"), json!({"tracking_number": "A-1"}));
    assert_eq!(
        (&sent("create")["courier_code"], &sent("modifyinfo")["title"]),
        (&json!("posti"), &json!("Tea"))
    );
    assert_eq!(sent("modifycourier")["new_courier_code"], "pigeon");
    assert_eq!((sent("manualupdate"), sent("delete")), (json!([named]), json!([named])));
}
