//! 51Tracking, version 4.

use axum::http::{Method, StatusCode};
use milkrun_sandbox::{API_KEY, Settings};
use milkrun_wire::tracking51::{self, DeliveryStatus, GetReply, Tracking};
use serde_json::{Value, json};

use crate::client::{Client, quiet};

#[tokio::test]
async fn a_number_goes_its_way() {
    let client = Client::new(quiet());
    let wanted = json!({"tracking_number": "JJFI1001", "courier_code": "posti", "title": "", "note": "n"});
    let answer = client.track(Method::POST, "/v4/trackings/create", &wanted).await;
    assert_eq!(answer.status, StatusCode::OK);
    let mut keys: Vec<&String> = answer.json.as_object().unwrap().keys().collect();
    // Whether serde_json keeps their order depends on what else is built with it.
    keys.sort();
    assert_eq!(keys, ["data", "meta"], "the Java SDK refuses any other key");
    let parcel: Tracking = tracking51::read(answer.text.as_bytes()).unwrap();
    assert_eq!(
        (parcel.delivery_status, parcel.title, parcel.note.as_deref()),
        (DeliveryStatus::Pending, None, Some("n"))
    );
    assert!(answer.json["data"]["updating"].is_boolean() && answer.json["data"]["transit_time"].is_i64());

    client.step(3600).await;
    assert_eq!(client.status_of("JJFI1001").await, "inforeceived");
    client.step(12 * 3600).await;
    assert_eq!(client.status_of("JJFI1001").await, "transit");
    client.step(4 * 24 * 3600).await;
    assert_eq!(client.status_of("JJFI1001").await, "delivered");
    let answer = client.track(Method::GET, "/v4/trackings/get?tracking_numbers=JJFI1001", &Value::Null).await;
    let found: GetReply = tracking51::read(answer.text.as_bytes()).unwrap();
    let dates: Vec<&str> =
        found.success[0].checkpoints().filter_map(|it| it.checkpoint_date.as_deref()).collect();
    assert!(dates.len() > 5 && dates.is_sorted_by(|a, b| a >= b), "{dates:?}");
}

#[tokio::test]
async fn magic_numbers_force_every_status() {
    let client = Client::new(quiet());
    for status in DeliveryStatus::KNOWN {
        for suffix in ["", "-7"] {
            let number = format!("MR-{}{suffix}", status.as_str().to_uppercase());
            client.register(&number).await;
            assert_eq!(client.status_of(&number).await, status.as_str(), "{number}");
        }
    }
    client.step(90 * 24 * 3600).await;
    assert_eq!(client.status_of("MR-TRANSIT").await, "transit", "a forced status stays");
}

#[tokio::test]
async fn magic_numbers_force_every_error() {
    let client = Client::new(quiet());
    for code in [
        400, 401, 403, 404, 429, 511, 512, 513, 4101, 4102, 4103, 4110, 4111, 4112, 4113, 4120, 4121, 4122,
        4130, 4190,
    ] {
        let wanted = json!({"tracking_number": format!("MR-ERR-{code}-1"), "courier_code": "posti"});
        let answer = client.track(Method::POST, "/v4/trackings/create", &wanted).await;
        assert_eq!((answer.code(), &answer.json["data"]), (code, &Value::Null), "{code}");
        assert_eq!(answer.status.as_u16(), tracking51::MetaCode(code).http_status(), "{code}");
        let path = format!("/v4/trackings/get?tracking_numbers=MR-ERR-{code}");
        assert_eq!(client.track(Method::GET, &path, &Value::Null).await.code(), code);
    }
    for code in [4160, 4161, 4162, 4165, 4167, 4168] {
        let answer =
            client.track(Method::POST, "/v4/awb", &json!({"awb_number": format!("000-0000{code}")})).await;
        assert_eq!(answer.code(), code);
    }
    let html = json!({"tracking_number": "MR-ERR-HTML", "courier_code": "posti"});
    let answer = client.track(Method::POST, "/v4/trackings/create", &html).await;
    assert_eq!((answer.status, answer.json), (StatusCode::BAD_GATEWAY, Value::Null));
    assert!(answer.text.starts_with("<!doctype html>"));
    let before = std::time::Instant::now();
    client.register("MR-ERR-SLOW-1").await;
    assert!(before.elapsed().as_millis() >= 300);
}

#[tokio::test]
async fn a_batch_sorts_the_good_from_the_bad() {
    let client = Client::new(quiet());
    let id = client.register("JJFI1001").await;
    let item = |number: &str| json!({"tracking_number": number, "courier_code": "posti"});
    let wanted = json!([item("JJFI1002"), item("JJFI1001"), item("JJFI1002"), item(""), item("MR-ERR-4122")]);
    let answer = client.track(Method::POST, "/v4/trackings/batch", &wanted).await;
    let data = &answer.json["data"];
    assert_eq!(data["success"].as_array().unwrap().len(), 1);
    let codes: Vec<i64> =
        data["error"].as_array().unwrap().iter().map(|it| it["errorCode"].as_i64().unwrap()).collect();
    assert_eq!(codes, [4101, 4101, 4111, 4122]);
    assert_eq!(data["error"][0]["id"], json!(id), "a number that is registered comes with its id");
    let many: Vec<Value> = (0..41).map(|it| item(&format!("JJFI2{it:03}"))).collect();
    assert_eq!(client.track(Method::POST, "/v4/trackings/batch", &json!(many)).await.code(), 4103);
    assert_eq!(client.track(Method::POST, "/v4/trackings/batch", &json!(many[..40])).await.code(), 200);
    assert_eq!(
        client.track(Method::POST, "/v4/trackings/batch", &json!([item("MR-ERR-511")])).await.code(),
        511
    );
    assert_eq!(client.track(Method::POST, "/v4/trackings/batch", &item("JJFI9")).await.code(), 4130);
}

#[tokio::test]
async fn filters_and_pages() {
    let client = Client::new(quiet());
    for it in 0..5 {
        client.register(&format!("JJFI{it}000")).await;
    }
    client.register("MR-DELIVERED").await;
    let get = async |query: &str| {
        let answer = client.track(Method::GET, &format!("/v4/trackings/get{query}"), &Value::Null).await;
        let numbers = |it: &Value| it.as_array().map_or(0, Vec::len);
        (answer.code(), numbers(&answer.json["data"]["success"]), numbers(&answer.json["data"]["rejected"]))
    };
    assert_eq!(get("").await, (200, 6, 0));
    assert_eq!(get("?tracking_numbers=JJFI1000,JJFI2000,NONE1").await, (200, 2, 1));
    assert_eq!(get("?tracking_numbers=JJFI1000%2CJJFI2000").await, (200, 2, 0));
    assert_eq!(get("?delivery_status=Delivered").await, (200, 1, 0));
    assert_eq!(get("?courier_code=ups").await, (200, 0, 0));
    assert_eq!(get("?items_amount=4").await, (200, 4, 0));
    assert_eq!(get("?items_amount=4&pages_amount=2").await, (200, 2, 0));
    assert_eq!(get("?items_amount=4&pages_amount=3").await, (200, 0, 0));
    assert_eq!(get("?items_amount=&courier_code=").await, (200, 6, 0));
    assert_eq!(get("?created_date_min=2020-01-01T00:00:00+00:00").await, (200, 6, 0));
    assert_eq!(get("?created_date_max=2020-01-01T00:00:00%2B00:00").await, (200, 0, 0));
    assert_eq!(get("?created_date_max=yesterday").await.0, 4130);
    assert_eq!(get("?items_amount=many").await.0, 4130);
    let many = |n: usize| format!("?tracking_numbers={}", vec!["JJFI1000"; n].join(","));
    assert_eq!(get(&many(2000)).await.0, 200);
    assert_eq!(get(&many(2001)).await.0, 4130);
}

#[tokio::test]
async fn numbers_are_changed_deleted_and_tracked_anew() {
    let client = Client::new(quiet());
    let id = client.register("JJFI1001").await;
    let update = format!("/v4/trackings/update/{id}");
    let answer = client
        .track(Method::PUT, &update, &json!({"note": "n", "title": "", "courier_code_new": "ups"}))
        .await;
    assert_eq!((answer.code(), &answer.json["data"]["note"]), (200, &json!("n")));
    assert_eq!(
        (&answer.json["data"]["courier_code"], &answer.json["data"]["courier_code_new"]),
        (&json!("posti"), &json!("ups"))
    );
    assert_eq!(client.track(Method::PUT, &update, &json!({"courier_code_new": "pigeon"})).await.code(), 4120);
    client.register("JJFI1001").await;
    assert_eq!(client.track(Method::PUT, &update, &json!({"courier_code_new": "posti"})).await.code(), 4101);

    let retrack = format!("/v4/trackings/retrack/{id}");
    assert_eq!(client.track(Method::POST, &retrack, &Value::Null).await.code(), 4113);
    let expired = client.register("MR-EXPIRED").await;
    assert_eq!(
        client.track(Method::POST, &format!("/v4/trackings/retrack/{expired}"), &Value::Null).await.code(),
        200
    );
    assert_eq!(client.status_of("MR-EXPIRED").await, "pending");

    let delete = format!("/v4/trackings/delete/{id}");
    let answer = client.track(Method::DELETE, &delete, &Value::Null).await;
    assert_eq!((answer.code(), &answer.json["data"]["tracking_number"]), (200, &json!("JJFI1001")));
    assert_eq!(client.track(Method::DELETE, &delete, &Value::Null).await.code(), 4102);
    assert_eq!(client.track(Method::DELETE, "/v4/trackings/delete/7", &Value::Null).await.code(), 4112);
}

#[tokio::test]
async fn couriers_and_air_waybills() {
    let client = Client::new(quiet());
    let all = client.track(Method::GET, "/v4/couriers/all", &Value::Null).await;
    assert!(all.json["data"].as_array().unwrap().len() > 15);
    let detect = async |number: &str| {
        client.track(Method::POST, "/v4/couriers/detect", &json!({"tracking_number": number})).await
    };
    assert_eq!(detect("JJFI1001").await.json["data"][0]["courier_code"], "posti");
    assert_eq!(detect("whatever").await.code(), 4121);
    assert_eq!(detect("").await.code(), 4111);
    let awb =
        async |number: &str| client.track(Method::POST, "/v4//awb", &json!({"awb_number": number})).await;
    let answer = awb("235-69030430").await;
    assert_eq!(answer.code(), 200);
    assert!(
        answer.json["data"]["flight_info"].is_object() && answer.json["data"]["status_number"].is_string()
    );
    assert_eq!(awb("235 69030430").await.code(), 4167);
    assert_eq!(awb("999-69030430").await.code(), 4161);
    assert_eq!(awb("nonsense").await.code(), 4160);
}

#[tokio::test]
async fn the_sdks_quirks_are_overlooked_and_nothing_else() {
    let client = Client::new(quiet());
    assert_eq!(
        client.track(Method::GET, "//v4///trackings//get?items_amount=1", &Value::Null).await.code(),
        200
    );
    assert_eq!(client.track(Method::GET, "/v4/trackings/create", &Value::Null).await.code(), 400);
    assert_eq!(client.track(Method::GET, "/v4/nothing", &Value::Null).await.code(), 404);
    let answer = client.track(Method::POST, "/v4/trackings/create", &Value::Null).await;
    assert_eq!((answer.status, answer.code()), (StatusCode::BAD_REQUEST, 400));
    for key in ["", "wrong"] {
        let answer =
            client.send(Method::GET, "/51tracking/v4/couriers/all", &[("tracking-api-key", key)], "").await;
        assert_eq!((answer.status, answer.code()), (StatusCode::UNAUTHORIZED, 401));
    }
}

#[tokio::test]
async fn each_endpoint_has_its_own_limit() {
    let client = Client::new(Settings { rate_limits: true, ..quiet() });
    let headers = [("tracking-api-key", API_KEY)];
    let count = async |method: Method, path: &str| {
        let mut accepted = 0;
        for _ in 0..20 {
            let answer = client.send(method.clone(), path, &headers, "{}").await;
            accepted += i32::from(answer.status != StatusCode::TOO_MANY_REQUESTS);
        }
        accepted
    };
    // A call or two may be forgiven while the loop runs.
    assert!((3..6).contains(&count(Method::POST, "/51tracking/v4/trackings/create").await));
    assert!((10..14).contains(&count(Method::GET, "/51tracking/v4/trackings/get").await));
}
