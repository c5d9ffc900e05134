//! 51Tracking, version 3.

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::client::{Client, quiet};

#[tokio::test]
async fn numbers_are_registered_and_read_in_the_older_form() {
    let client = Client::new(quiet());
    let item =
        |number: &str| json!({"tracking_number": number, "courier_code": "posti", "customer_phone": "+358"});
    let create = async |body: Value| client.track(Method::POST, "/v3/trackings/create", &body).await;
    let answer = create(json!([item("JJFI1001"), item("MR-DELIVERED"), item("")])).await;
    assert_eq!((&answer.json["code"], answer.json.get("meta")), (&json!(200), None));
    assert_eq!(answer.json["data"]["success"].as_array().unwrap().len(), 2);
    assert_eq!(answer.json["data"]["error"][0]["errorCode"], 417);
    let answer = create(item("JJFI1001")).await;
    assert_eq!(
        (answer.status, &answer.json["code"]),
        (StatusCode::OK, &json!(423)),
        "codes ride on HTTP 200"
    );

    let get = async |query: &str| {
        client.track(Method::GET, &format!("/v3/trackings/get{query}"), &Value::Null).await
    };
    let answer = get("?tracking_numbers=MR-DELIVERED").await;
    let parcel = &answer.json["data"][0];
    assert_eq!((&parcel["delivery_status"], &parcel["archived"]), (&json!("delivered"), &json!(false)));
    assert!(parcel["lastest_checkpoint_time"].is_string() && parcel["update_date"].is_string());
    assert!(parcel["origin_info"]["trackinfo"][0].get("city").is_none());
    assert_eq!(get("?tracking_numbers=NONE1").await.json["code"], 204);
    assert_eq!(get("?created_date_min=2000000000").await.json["code"], 204);
    assert_eq!(get("?created_date_min=2020-01-01").await.json["code"], 412);
    let many = vec!["JJFI1001"; 41].join(",");
    assert_eq!(get(&format!("?tracking_numbers={many}")).await.json["code"], 413);
    assert_eq!(client.track(Method::GET, "/v3/trackings/sandbox/get", &Value::Null).await.json["code"], 200);
}

#[tokio::test]
async fn refusals_are_flat() {
    let client = Client::new(quiet());
    let answer = client.send(Method::GET, "/51tracking/v3/trackings/get", &[], "").await;
    assert_eq!((answer.status, &answer.json["code"]), (StatusCode::UNAUTHORIZED, &json!(401)));
    let answer = client.track(Method::GET, "/v3/trackings/nothing", &Value::Null).await;
    assert_eq!((answer.status, &answer.json["code"]), (StatusCode::NOT_FOUND, &json!(404)));
    let answer =
        client.track(Method::GET, "/v3/trackings/get?tracking_numbers=MR-ERR-512", &Value::Null).await;
    assert_eq!((answer.status, &answer.json["code"]), (StatusCode::INTERNAL_SERVER_ERROR, &json!(512)));
}
