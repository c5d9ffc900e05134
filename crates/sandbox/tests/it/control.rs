//! The sandbox's own API.

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::client::{Client, quiet};

#[tokio::test]
async fn the_clock_is_set_and_stepped() {
    let client = Client::new(quiet());
    let clock = async |body: Value| client.control(Method::POST, "/clock", &body).await;
    let before = client.sandbox.now();
    client.step(3600).await;
    assert_eq!(client.sandbox.now() - before, 3600);
    for (word, shown) in
        [(json!(60), "60"), (json!("3600"), "3600"), (json!(1), "1"), (json!("manual"), "manual")]
    {
        assert_eq!(clock(json!({"speed": word})).await.json["speed"], json!(shown));
    }
    for body in
        [json!({"speed": 2}), json!({"speed": null, "step_seconds": -1}), json!({"step_seconds": i64::MAX})]
    {
        assert_eq!(clock(body.clone()).await.status, StatusCode::BAD_REQUEST, "{body}");
    }
    assert!(clock(json!({"step": 1})).await.status.is_client_error());
}

#[tokio::test]
async fn an_upstream_misbehaves_alone_and_until_told_otherwise() {
    let client = Client::new(quiet());
    let set = async |body: Value| client.control(Method::POST, "/faults", &body).await;
    let couriers = async || client.track(Method::GET, "/v4/couriers/all", &Value::Null).await;
    let token = async || client.send(Method::POST, "/routemate/v1/integration-token", &[], "{}").await.status;
    assert_eq!(
        set(json!({"tracking51": "down"})).await.json,
        json!({"routemate": "ok", "tracking51": "down"})
    );
    assert_eq!(
        (couriers().await.status, token().await),
        (StatusCode::SERVICE_UNAVAILABLE, StatusCode::BAD_REQUEST)
    );
    set(json!({"tracking51": "html", "routemate": "down"})).await;
    assert_eq!(
        (couriers().await.status, token().await),
        (StatusCode::BAD_GATEWAY, StatusCode::SERVICE_UNAVAILABLE)
    );
    assert!(couriers().await.text.contains("<html>"));
    set(json!({"tracking51": "slow", "routemate": "ok"})).await;
    let before = std::time::Instant::now();
    assert_eq!((couriers().await.code(), token().await), (200, StatusCode::BAD_REQUEST));
    assert!(before.elapsed().as_millis() >= 300);
    set(json!({"tracking51": "ok"})).await;
    assert_eq!(couriers().await.code(), 200);
    assert!(set(json!({"tracking51": "sideways"})).await.status.is_client_error());
}

#[tokio::test]
async fn a_form_on_a_web_page_cannot_change_anything() {
    let client = Client::new(quiet());
    let headers = [("content-type", "text/plain")];
    // Two content types would be refused for another reason, so this request is made with one.
    let request = axum::http::Request::post("/sandbox/faults")
        .header(headers[0].0, headers[0].1)
        .body(axum::body::Body::from(r#"{"tracking51":"down"}"#))
        .unwrap();
    let response =
        tower::ServiceExt::oneshot(milkrun_sandbox::app(client.sandbox.clone()), request).await.unwrap();
    assert_eq!(response.status(), StatusCode::UNSUPPORTED_MEDIA_TYPE);
}

#[tokio::test]
async fn the_state_is_counted() {
    let client = Client::new(quiet());
    client.register("MR-DELIVERED").await;
    client.register("MR-DELIVERED-2").await;
    client.bearer().await;
    let state = client.control(Method::GET, "/state", &Value::Null).await.json;
    assert_eq!(state["tracking51"]["parcels_by_status"], json!({"delivered": 2}));
    assert_eq!(state["routemate"]["tokens"], 1);
}
