//! RouteMate: token, import, jobs.

use axum::http::{Method, StatusCode};
use milkrun_sandbox::{CLIENT_ID, CLIENT_SECRET, MAX_STOPS, Settings, UNKNOWN_DRIVERS};
use serde_json::{Value, json};

use crate::client::{Client, quiet};

fn job(id: &str) -> Value {
    let stop = |id: &str, address: &str, label: &str| json!({"external_stop_id": id, "address": address, "label": label, "parcel_count": 2});
    json!({
        "external_job_id": id, "title": "Morning", "driver_email": "driver@example.com",
        "stops": [
            stop("S1", "Aleksanterinkatu 15, Helsinki", "Aino"),
            stop("S2", "Yrjönkatu 5, Helsinki", "Ville [fail]"),
            stop("S3", "Aleksanterinkatu 21, Helsinki", "Eero"),
        ]
    })
}

#[tokio::test]
async fn a_token_is_issued_for_the_right_credentials_only() {
    let client = Client::new(quiet());
    let token = |body: String| {
        let client = &client;
        async move { client.send(Method::POST, "/routemate/v1/integration-token", &[], &body).await }
    };
    let answer = token(json!({"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}).to_string()).await;
    assert_eq!((answer.status, answer.header("cache-control")), (StatusCode::OK, Some("no-store")));
    assert!(answer.json["access_token"].as_str().unwrap().starts_with("rm_at_"));
    assert_eq!((&answer.json["token_type"], &answer.json["expires_in"]), (&json!("Bearer"), &json!(3600)));
    for (body, status, error) in [
        (json!({"client_id": CLIENT_ID, "client_secret": "x"}).to_string(), 401, "invalid_client"),
        (json!({"client_id": CLIENT_ID}).to_string(), 400, "invalid_request"),
        ("grant_type=client_credentials".to_owned(), 400, "invalid_request"),
    ] {
        let answer = token(body.clone()).await;
        assert_eq!((answer.status.as_u16(), &answer.json["error"]), (status, &json!(error)), "{body}");
        assert_eq!(answer.header("cache-control"), Some("no-store"), "{body}");
    }
}

#[tokio::test]
async fn an_import_orders_stops_and_the_driver_works_through_them() {
    let client = Client::new(quiet());
    let answer = client.import(&[], &job("J1")).await;
    assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
    let order: Vec<&str> = answer.json["stops"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["external_stop_id"].as_str().unwrap())
        .collect();
    assert_eq!(order, ["S1", "S3", "S2"], "the second stop is the far one");
    assert_eq!(answer.json["stops"][0]["sequence"], 1);
    assert_eq!(answer.json["stops"][0]["parcel_count"], 2);
    assert!(answer.json["optimization"]["total_distance_km"].as_f64().unwrap() > 0.5);
    assert_eq!(answer.json["warnings"], json!([]));

    let lookup = format!("?job_id={}", answer.json["job_id"].as_str().unwrap());
    let look = async || {
        let job = client.job(&lookup).await.json;
        (job["status"].as_str().unwrap().to_owned(), job["status_counts"].clone(), job["stop_count"].clone())
    };
    assert_eq!(look().await, ("assigned".to_owned(), json!({"pending": 3}), json!(3)));
    client.step(150).await;
    assert_eq!(look().await, ("in_progress".to_owned(), json!({"in_progress": 1, "pending": 2}), json!(3)));
    client.step(200).await;
    assert_eq!(
        look().await,
        ("in_progress".to_owned(), json!({"completed": 1, "in_progress": 1, "pending": 1}), json!(3))
    );
    client.step(3600).await;
    assert_eq!(look().await, ("completed".to_owned(), json!({"completed": 2, "failed": 1}), json!(3)));
}

#[tokio::test]
async fn jobs_are_found_by_every_id_and_by_nothing_else() {
    let client = Client::new(quiet());
    let id = client.import(&[], &job("J1")).await.json["job_id"].as_str().unwrap().to_owned();
    for lookup in [format!("?job_id={id}"), "?external_job_id=J1".to_owned(), format!("/{id}")] {
        assert_eq!(client.job(&lookup).await.json["job_id"], json!(id), "{lookup}");
    }
    assert_eq!(client.job("?job_id=none").await.status, StatusCode::NOT_FOUND);
    assert_eq!(client.job("").await.status, StatusCode::BAD_REQUEST);
    let lenient = Client::new(Settings { lenient_lookup: true, ..quiet() });
    lenient.import(&[], &job("J1")).await;
    assert_eq!(lenient.job("").await.json.as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn an_idempotency_key_makes_repeating_safe() {
    let client = Client::new(quiet());
    let key = ("idempotency-key", "k-1");
    let first = client.import(&[key], &job("J1")).await;
    let again = client.import(&[("x-idempotency-key", "\"k-1\"")], &job("J1")).await;
    assert_eq!((again.status, &again.json), (StatusCode::OK, &first.json));
    assert_eq!(again.header("idempotent-replayed"), Some("true"));
    let mut in_body = job("J1");
    in_body["idempotency_key"] = json!("k-1");
    assert_eq!(client.import(&[], &in_body).await.json, first.json);
    assert_eq!(client.import(&[key], &job("J2")).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(client.import(&[("idempotency-key", "")], &job("J2")).await.status, StatusCode::BAD_REQUEST);
    // A call that failed did nothing, so its key is free.
    assert_eq!(client.import(&[("idempotency-key", "k-2")], &json!({})).await.status.as_u16(), 422);
    assert_eq!(client.import(&[("idempotency-key", "k-2")], &job("J2")).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_call_under_way_refuses_its_repetition() {
    let client = Client::new(quiet());
    let mut slow = job("J1");
    slow["title"] = json!("Morning [slow]");
    let key = [("idempotency-key", "k-1")];
    let (first, second) = tokio::join!(client.import(&key, &slow), client.import(&key, &slow));
    assert_eq!((first.status, second.status), (StatusCode::OK, StatusCode::CONFLICT));
    // One who hung up and comes back finds the key free.
    slow["external_job_id"] = json!("J2");
    let key = [("idempotency-key", "k-2")];
    let hung_up =
        tokio::time::timeout(std::time::Duration::from_millis(50), client.import(&key, &slow)).await;
    assert!(hung_up.is_err());
    assert_eq!(client.import(&key, &slow).await.status, StatusCode::OK);
}

#[tokio::test]
async fn without_a_key_the_callers_own_id_decides() {
    let client = Client::new(quiet());
    let first = client.import(&[], &job("J1")).await;
    assert_eq!(client.import(&[], &job("J1")).await.json["job_id"], first.json["job_id"]);
    let mut other = job("J1");
    other["title"] = json!("Evening");
    assert_eq!(client.import(&[], &other).await.status, StatusCode::CONFLICT);
}

#[tokio::test]
async fn faults_are_named() {
    let client = Client::new(quiet());
    let check = async |change: fn(&mut Value), pointer: &str| {
        let mut body = job("J1");
        change(&mut body);
        let answer = client.import(&[], &body).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{body}");
        assert_eq!(answer.header("content-type"), Some("application/problem+json"));
        assert_eq!(answer.json["errors"][0]["pointer"], json!(pointer), "{body}");
    };
    check(|it| it["stops"] = json!([]), "/stops").await;
    check(|it| it["stops"][1]["address"] = json!(" "), "/stops/1/address").await;
    check(|it| it["stops"] = vec![it["stops"][0].clone(); MAX_STOPS + 1].into(), "/stops").await;
    check(|it| it["driver_email"] = json!(format!("a@{UNKNOWN_DRIVERS}")), "/driver_email").await;
    check(
        |it| {
            it["stops"]
                .as_array_mut()
                .unwrap()
                .iter_mut()
                .for_each(|it| it["address"] = json!("Nosuchkatu 1"));
        },
        "/stops",
    )
    .await;
    let bearer = client.bearer().await;
    let path = "/routemate/v1/integration-import";
    let answer = client.send(Method::POST, path, &[("authorization", &bearer)], "{").await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn soft_faults_are_warnings() {
    let client = Client::new(Settings { warn_unknown_driver: true, ..quiet() });
    let mut body = job("J1");
    body["driver_email"] = json!("a@unknown.example");
    body["stops"][0]["address"] = json!("1 George St, Brisbane");
    let answer = client.import(&[], &body).await;
    assert_eq!(answer.json["warnings"][0]["code"], "unknown_driver");
    assert_eq!(answer.json["warnings"][1]["code"], "geocode_failed");
    assert_eq!(answer.json["warnings"][1]["external_stop_id"], "S1");
    let last = &answer.json["stops"][2];
    assert_eq!((&last["external_stop_id"], last.get("latitude")), (&json!("S1"), None));
    client.step(99_999).await;
    assert_eq!(client.job("?external_job_id=J1").await.json["status"], "unassigned");
}

#[tokio::test]
async fn tokens_are_asked_for() {
    let client = Client::new(Settings { single_use_tokens: true, ..quiet() });
    let path = "/routemate/v1/integration-jobs?job_id=x";
    for authorization in ["", "Basic x", "Bearer rm_at_none"] {
        let answer = client.send(Method::GET, path, &[("authorization", authorization)], "").await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
        assert_eq!(answer.header("www-authenticate"), Some(r#"Bearer error="invalid_token""#));
    }
    let bearer = client.bearer().await;
    assert_eq!(client.send(Method::GET, path, &[("authorization", &bearer)], "").await.status.as_u16(), 404);
    assert_eq!(client.send(Method::GET, path, &[("authorization", &bearer)], "").await.status.as_u16(), 401);
    let reusable = Client::new(quiet());
    let bearer = reusable.bearer().await;
    for _ in 0..2 {
        assert_eq!(
            reusable.send(Method::GET, path, &[("authorization", &bearer)], "").await.status.as_u16(),
            404
        );
    }
    reusable.control(Method::DELETE, "/tokens", &Value::Null).await;
    assert_eq!(
        reusable.send(Method::GET, path, &[("authorization", &bearer)], "").await.status.as_u16(),
        401
    );
}

#[tokio::test]
async fn too_many_calls_are_told_to_wait() {
    let client = Client::new(Settings { rate_limits: true, ..quiet() });
    let path = "/routemate/v1/integration-token";
    let mut refused = None;
    for _ in 0..70 {
        let answer = client.send(Method::POST, path, &[], "{}").await;
        if answer.status == StatusCode::TOO_MANY_REQUESTS {
            refused = answer.header("retry-after").map(str::to_owned);
            break;
        }
    }
    assert_eq!(refused.as_deref(), Some("1"));
}
