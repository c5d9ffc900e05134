//! Pushes, received by a real listener.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode};
use axum::routing::post;
use milkrun_sandbox::{ACCOUNT_EMAIL, API_KEY, Settings, WebhookTarget};
use milkrun_wire::tracking51::webhook::{Push, Version, read};
use serde_json::{Value, json};

use crate::client::{Client, quiet};

/// What a receiver got, and what it answers.
#[derive(Clone, Default)]
struct Receiver {
    got: Arc<Mutex<Vec<(HeaderMap, Bytes)>>>,
    answers: Arc<Mutex<Option<StatusCode>>>,
}

impl Receiver {
    /// Starts listening and gives the address.
    async fn listen(&self) -> String {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let app = Router::new().route("/hook/{secret}", post(receive)).with_state(self.clone());
        tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        format!("http://{address}/hook/hush")
    }

    fn pushes(&self, version: Version) -> Vec<Push> {
        let one = |(headers, body): &(HeaderMap, Bytes)| {
            let header = |name: &str| headers.get(name).and_then(|it| it.to_str().ok());
            read(version, header("timestamp").zip(header("signature")), body).unwrap()
        };
        self.got.lock().unwrap().iter().map(one).collect()
    }
}

async fn receive(State(receiver): State<Receiver>, headers: HeaderMap, body: Bytes) -> StatusCode {
    receiver.got.lock().unwrap().push((headers, body));
    receiver.answers.lock().unwrap().unwrap_or(StatusCode::OK)
}

async fn pushing(version: Version) -> (Client, Receiver) {
    let receiver = Receiver::default();
    let webhook = Some(WebhookTarget { url: receiver.listen().await, version });
    (Client::new(Settings { webhook, ..quiet() }), receiver)
}

#[tokio::test]
async fn every_version_pushes_each_change_once_and_signed() {
    for (version, key) in [(Version::V2, ACCOUNT_EMAIL), (Version::V3, ACCOUNT_EMAIL), (Version::V4, API_KEY)]
    {
        let (client, receiver) = pushing(version).await;
        client.register("JJFI1001").await;
        client.step(0).await;
        assert!(receiver.pushes(version).is_empty(), "being registered is no change");
        client.step(10 * 3600).await;
        client.step(60).await;
        client.step(100 * 3600).await;
        let pushes = receiver.pushes(version);
        let statuses: Vec<&str> = pushes.iter().map(|it| it.tracking.delivery_status.as_str()).collect();
        assert_eq!(statuses, ["transit", "delivered"], "{version:?}");
        for it in &pushes {
            let proof = it.proof.as_ref().unwrap();
            let now =
                std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs() as i64;
            assert!(proof.is_signed_by(key), "{version:?}");
            assert!(
                proof.age_seconds(now).unwrap().abs() < 60,
                "signed by the wall clock, not by sandbox time"
            );
        }
    }
}

#[tokio::test]
async fn a_refused_push_comes_again_and_ever_later() {
    let (client, receiver) = pushing(Version::V4).await;
    *receiver.answers.lock().unwrap() = Some(StatusCode::INTERNAL_SERVER_ERROR);
    client.register("MR-DELIVERED").await;
    client.step(0).await;
    let attempts = || receiver.got.lock().unwrap().len();
    assert_eq!(attempts(), 1);
    client.step(29).await;
    assert_eq!(attempts(), 1);
    client.step(1).await;
    assert_eq!(attempts(), 2);
    client.step(59).await;
    assert_eq!(attempts(), 2);
    client.step(1).await;
    assert_eq!(attempts(), 3);
    *receiver.answers.lock().unwrap() = None;
    client.step(120).await;
    client.step(99_999).await;
    assert_eq!(attempts(), 4);
    let history = client.control(Method::GET, "/pushes", &Value::Null).await;
    assert_eq!(history.json[0]["state"], "delivered");
    let statuses: Vec<i64> = history.json[0]["attempts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["http_status"].as_i64().unwrap())
        .collect();
    assert_eq!(statuses, [500, 500, 500, 200]);
    assert!(!history.text.contains("hush"), "the address may hold a secret");
}

#[tokio::test]
async fn an_unreachable_receiver_is_given_up_in_the_end() {
    let webhook = Some(WebhookTarget { url: "http://127.0.0.1:1/".to_owned(), version: Version::V4 });
    let client = Client::new(Settings { webhook, ..quiet() });
    client.register("MR-TRANSIT").await;
    for _ in 0..20 {
        client.step(200_000).await;
    }
    let history = client.control(Method::GET, "/pushes", &Value::Null).await;
    assert_eq!((&history.json[0]["state"], &history.json[0]["due_at"]), (&json!("failed"), &Value::Null));
    assert_eq!(history.json[0]["attempts"].as_array().unwrap().len(), 14);
}

#[tokio::test]
async fn a_webhook_set_later_gets_a_trial_and_nothing_of_the_past() {
    let client = Client::new(quiet());
    client.register("MR-DELIVERED").await;
    client.step(0).await;
    let receiver = Receiver::default();
    let target = json!({"url": receiver.listen().await, "version": "v3"});
    assert_eq!(client.control(Method::POST, "/webhook", &target).await.status, StatusCode::NO_CONTENT);
    client.register("MR-PICKUP").await;
    client.step(0).await;
    let numbers: Vec<String> =
        receiver.pushes(Version::V3).into_iter().map(|it| it.tracking.tracking_number).collect();
    assert_eq!(numbers, ["MR-WEBHOOK-TRIAL", "MR-PICKUP"]);
    let elsewhere = json!({"url": "http://192.0.2.1/"});
    assert_eq!(client.control(Method::POST, "/webhook", &elsewhere).await.status, StatusCode::BAD_REQUEST);
}
