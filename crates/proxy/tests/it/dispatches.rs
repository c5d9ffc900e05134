//! Dispatches: nothing lost, nothing doubled, and everything said in words.

use axum::response::{Html, IntoResponse};
use milkrun_wire::tracking51::webhook::Version;
use serde_json::{Value, json};

use crate::harness::{Both, Canned, Proxy, Seen, json as answer, listener, reply};

pub(crate) fn request(job: &str) -> Value {
    let stop = |id: &str, address: &str| json!({"stop_id": id, "address": address, "label": "Customer", "parcel_count": 1});
    json!({
        "date": "2026-11-22", "external_job_id": job, "title": "Morning", "driver_email": "driver@example.com",
        "stops": [stop("S-1", "Mannerheimintie 5, Helsinki"), stop("S-2", "Aleksanterinkatu 15, Helsinki")]
    })
}

pub(crate) async fn dispatch(proxy: &Proxy, key: &str, body: &Value) -> (u16, Value) {
    reply(proxy.post("dispatches").header("idempotency-key", key).json(body)).await
}

/// Settings for a RouteMate of our own making.
fn live(server: &Canned) -> String {
    live_at(&server.base)
}

fn live_at(base: &str) -> String {
    format!(
        "[routemate]\nbase_url = \"{base}/v1\"\nclient_id = \"rm_ci_x\"\nclient_secret = \"rm_cs_x\"\npoll_s = 1"
    )
}

fn token(seen: &Seen, before: usize) -> Option<axum::response::Response> {
    let body = json!({"access_token": format!("rm_at_{before}"), "token_type": "Bearer", "expires_in": 3600});
    seen.path.ends_with("integration-token").then(|| answer(200, &body))
}

#[tokio::test]
async fn a_route_reaches_its_driver_and_is_followed_to_its_end() {
    let both = Both::start(Version::V4, "").await;
    let (status, sent) = dispatch(&both.proxy, "11111111-1", &request("J-1")).await;
    assert_eq!((status, &sent["state"]), (200, &json!("accepted")), "{sent:#}");
    assert_eq!(sent["stops"].as_array().unwrap().len(), 2);
    assert!(sent["total_distance_km"].as_f64().unwrap() > 0.0);
    let path = format!("dispatches/{}", sent["id"].as_str().unwrap());
    both.proxy.until(&path, |it| it["job_status"] == "assigned").await;
    both.step(24 * 3600).await;
    let done = both.proxy.until(&path, |it| it["job_status"] == "completed").await;
    let words: Vec<_> = done["stops"].as_array().unwrap().iter().map(|it| &it["status"]).collect();
    assert!(words.iter().all(|it| *it != "pending" && *it != "in_progress"), "{done:#}");
    let (_, list) = reply(both.proxy.get("dispatches?date=2026-11-22")).await;
    assert_eq!(list["dispatches"].as_array().unwrap().len(), 1);
    let (_, list) = reply(both.proxy.get("dispatches?date=2026-11-23")).await;
    assert_eq!(list["dispatches"].as_array().unwrap().len(), 0);
}

#[tokio::test]
async fn one_intent_is_one_job_however_often_it_is_asked_for() {
    let both = Both::start(Version::V4, "").await;
    let first = dispatch(&both.proxy, "11111111-1", &request("J-1")).await.1;
    let again = dispatch(&both.proxy, "\"11111111-1\"", &request("J-1")).await.1;
    assert_eq!((&first["id"], &first["job_id"]), (&again["id"], &again["job_id"]));
    let (status, problem) = dispatch(&both.proxy, "11111111-1", &request("J-2")).await;
    assert_eq!((status, &problem["type"]), (422, &json!("key-reused")));
    let (status, problem) = reply(both.proxy.post("dispatches").json(&request("J-1"))).await;
    assert_eq!((status, &problem["type"]), (400, &json!("key-missing")));
    let (_, state) = reply(both.proxy.http.get(format!("{}/sandbox/state", both.sandbox))).await;
    assert_eq!(state["routemate"]["jobs"], 1, "{state:#}");
}

#[tokio::test]
async fn a_refusal_is_shown_and_a_wrong_request_never_leaves() {
    let both = Both::start(Version::V4, "").await;
    let mut body = request("J-1");
    body["driver_email"] = json!("nobody@unknown.example");
    let (status, refused) = dispatch(&both.proxy, "11111111-1", &body).await;
    assert_eq!((status, &refused["state"]), (200, &json!("refused")), "{refused:#}");
    assert!(!refused["error"].as_str().unwrap().is_empty());
    body["stops"][1]["stop_id"] = json!("S-1");
    let (status, problem) = dispatch(&both.proxy, "22222222-2", &body).await;
    assert_eq!((status, &problem["errors"][0]["pointer"]), (422, &json!("/stops/1/stop_id")));
}

#[tokio::test]
async fn a_refusal_stands_beside_the_stop_it_concerns() {
    let server = Canned::start(|it, before| {
        let told = json!({"error": "Validation failed", "details": [{"path": ["stops", 1, "address"],
            "message": "This address cannot be found"}]});
        token(it, before).unwrap_or_else(|| answer(422, &told))
    })
    .await;
    let proxy = Proxy::start(&live(&server)).await;
    let refused = dispatch(&proxy, "11111111-1", &request("J-1")).await.1;
    assert_eq!((&refused["state"], &refused["error"]), (&json!("refused"), &json!("Validation failed")));
    let beside = json!([{"stop_id": "S-2", "message": "This address cannot be found"}]);
    assert_eq!(refused["warnings"], beside, "{refused:#}");
}

#[tokio::test]
async fn a_job_ends_with_a_word_of_the_settings() {
    let server = Canned::start(|it, before| {
        token(it, before).unwrap_or_else(|| answer(200, &json!({"job_id": "j", "status": "archived"})))
    })
    .await;
    let proxy = Proxy::start(&format!("{}\njob_end_words = [\"Archived\"]", live(&server))).await;
    let sent = dispatch(&proxy, "11111111-1", &request("J-1")).await.1;
    let path = format!("dispatches/{}", sent["id"].as_str().unwrap());
    proxy.until(&path, |it| it["job_status"] == "archived").await;
    tokio::time::sleep(std::time::Duration::from_millis(2500)).await;
    assert_eq!(server.seen("/v1/integration-jobs").len(), 1, "it is not asked for again");
}

#[tokio::test]
async fn a_job_that_nothing_ends_is_not_followed_for_ever() {
    let server = Canned::start(|it, before| {
        token(it, before).unwrap_or_else(|| answer(200, &json!({"job_id": "j", "status": "assigned"})))
    })
    .await;
    let proxy = Proxy::start(&format!("{}\nfollow_days = 0", live(&server))).await;
    let sent = dispatch(&proxy, "11111111-1", &request("J-1")).await.1;
    let path = format!("dispatches/{}", sent["id"].as_str().unwrap());
    let left = proxy.until(&path, |it| it["error"].is_string()).await;
    assert_eq!((&left["state"], &left["job_status"]), (&json!("accepted"), &json!("assigned")), "{left:#}");
    assert!(left["error"].as_str().unwrap().contains("too old to be followed"), "{left:#}");
}

#[tokio::test]
async fn single_use_tokens_are_survived() {
    let both = Both::start_with(Version::V4, "", |it| it.single_use_tokens = true).await;
    for at in 0..3 {
        let sent = dispatch(&both.proxy, &format!("11111111-{at}"), &request(&format!("J-{at}"))).await.1;
        assert_eq!(sent["state"], "accepted", "{sent:#}");
    }
}

#[tokio::test]
async fn a_dispatch_waits_while_routemate_is_away_and_goes_when_it_is_back() {
    let both = Both::start(Version::V4, "").await;
    for (at, fault) in ["down", "html"].into_iter().enumerate() {
        both.fault("routemate", fault).await;
        let (status, waiting) =
            dispatch(&both.proxy, &format!("11111111-{at}"), &request(&format!("J-{at}"))).await;
        assert_eq!((status, &waiting["state"]), (202, &json!("sending")), "{waiting:#}");
        assert!(!waiting["error"].as_str().unwrap().is_empty(), "{waiting:#}");
        both.fault("routemate", "ok").await;
        let path = format!("dispatches/{}", waiting["id"].as_str().unwrap());
        both.proxy.until(&path, |it| it["state"] == "accepted" && it["error"].is_null()).await;
    }
    let (_, state) = reply(both.proxy.http.get(format!("{}/sandbox/state", both.sandbox))).await;
    assert_eq!(state["routemate"]["jobs"], 2, "{state:#}");
}

#[tokio::test]
async fn a_slow_routemate_holds_nobody_up_and_gets_one_job() {
    let both = Both::start_with(Version::V4, "", |it| it.slow_ms = 60_000).await;
    both.fault("routemate", "slow").await;
    let (status, waiting) = dispatch(&both.proxy, "11111111-1", &request("J-1")).await;
    assert_eq!((status, &waiting["state"]), (202, &json!("sending")), "{waiting:#}");
    both.fault("routemate", "ok").await;
    let path = format!("dispatches/{}", waiting["id"].as_str().unwrap());
    both.proxy.until(&path, |it| it["state"] == "accepted").await;
    let (_, state) = reply(both.proxy.http.get(format!("{}/sandbox/state", both.sandbox))).await;
    assert_eq!(state["routemate"]["jobs"], 1, "{state:#}");
}

#[tokio::test]
async fn every_try_has_the_same_key_and_body_and_a_refused_token_is_replaced_once() {
    let server = Canned::start(|it, before| {
        token(it, before).unwrap_or_else(|| match (it.path.ends_with("integration-import"), before) {
            (true, 0) => answer(401, &json!({"error": "invalid_token"})),
            (true, 1) => Html("<html>gateway</html>").into_response(),
            (true, 2) => answer(503, &json!({})),
            (true, 3) => "not json".into_response(),
            (true, _) => {
                answer(202, &json!({"job_id": "job-1", "stops": null, "warnings": ["mind the dog"]}))
            }
            (false, _) => answer(200, &json!({"job_id": "job-1", "status": "completed", "stops": []})),
        })
    })
    .await;
    let proxy = Proxy::start(&live(&server)).await;
    let sent = dispatch(&proxy, "11111111-1", &request("J-1")).await.1;
    let path = format!("dispatches/{}", sent["id"].as_str().unwrap());
    let done = proxy.until(&path, |it| it["job_status"] == "completed").await;
    assert_eq!(done["warnings"][0]["message"], "mind the dog");
    let imports = server.seen("/v1/integration-import");
    assert_eq!(imports.len(), 5);
    for it in &imports {
        assert_eq!(it.headers["idempotency-key"], imports[0].headers["idempotency-key"]);
        assert_eq!(it.body, imports[0].body);
    }
    assert_eq!(imports[0].headers["authorization"], "Bearer rm_at_0");
    assert_eq!(imports[4].headers["authorization"], "Bearer rm_at_1");
    assert_eq!(server.seen("/v1/integration-token").len(), 2);
    assert_eq!(server.seen("/v1/integration-jobs")[0].query, "job_id=job-1");
}

#[tokio::test]
async fn a_conflict_after_an_outage_is_not_taken_for_a_refusal() {
    let server = Canned::start(|it, before| {
        token(it, before).unwrap_or_else(|| match (it.path.ends_with("integration-import"), before) {
            (true, 0..2) => answer(503, &json!({})),
            // What the first try has begun is still under way, and the words do not say so.
            (true, 2..4) => answer(409, &json!({"error": "conflict"})),
            (true, _) => answer(200, &json!({"job_id": "job-1"})),
            (false, _) => answer(200, &json!({"job_id": "job-1", "status": "completed"})),
        })
    })
    .await;
    let proxy = Proxy::start(&format!("{}\nconflict_tries = 2", live(&server))).await;
    let sent = dispatch(&proxy, "11111111-1", &request("J-1")).await.1;
    let path = format!("dispatches/{}", sent["id"].as_str().unwrap());
    let done = proxy.until(&path, |it| it["state"] != "sending").await;
    assert_eq!((&done["state"], &done["job_id"]), (&json!("accepted"), &json!("job-1")), "{done:#}");
}

#[tokio::test]
async fn a_fresh_token_for_each_call_is_a_setting() {
    let server = Canned::start(|it, before| {
        token(it, before).unwrap_or_else(|| answer(200, &json!({"job_id": "j", "status": "completed"})))
    })
    .await;
    let settings = format!("{}\ntoken_per_call = true\njob_parameter = \"external_job_id\"", live(&server));
    let proxy = Proxy::start(&settings).await;
    let sent = dispatch(&proxy, "11111111-1", &request("J-1")).await.1;
    let path = format!("dispatches/{}", sent["id"].as_str().unwrap());
    proxy.until(&path, |it| it["job_status"] == "completed").await;
    assert_eq!(server.seen("/v1/integration-token").len(), 2);
    assert_eq!(server.seen("/v1/integration-jobs")[0].query, "external_job_id=J-1");
}

#[tokio::test]
async fn what_the_documentation_leaves_open_is_a_setting() {
    let server = Canned::start(|it, before| {
        token(it, before).unwrap_or_else(|| answer(200, &json!({"job_id": "j/1", "status": "completed"})))
    })
    .await;
    let settings = "job_lookup = \"path\"\nidempotency_header = \"X-Idempotency-Key\"\nidempotency_quoted = true\n\
                    idempotency_in_body = true\nmax_stops = 2";
    let proxy = Proxy::start(&format!("{}\n{settings}", live(&server))).await;
    let sent = dispatch(&proxy, "11111111-1", &request("J-1")).await.1;
    let id = sent["id"].as_str().unwrap();
    proxy.until(&format!("dispatches/{id}"), |it| it["job_status"] == "completed").await;
    assert_eq!(server.seen("/v1/integration-jobs/j%2F1").len(), 1, "{:?}", server.seen.lock().unwrap());
    let import = &server.seen("/v1/integration-import")[0];
    assert_eq!(import.headers["x-idempotency-key"], format!("\"{id}\""));
    assert!(!import.headers.contains_key("idempotency-key"));
    let body: Value = serde_json::from_str(&import.body).unwrap();
    assert_eq!((&body["idempotency_key"], &body["external_job_id"]), (&json!(id), &json!("J-1")));
    let mut long = request("J-2");
    let more = long["stops"][0].clone();
    long["stops"].as_array_mut().unwrap().push(more);
    let (status, problem) = dispatch(&proxy, "11111111-2", &long).await;
    assert!(
        status == 422 && problem["detail"].as_str().unwrap().contains("between 1 and 2 stops"),
        "{problem}"
    );
}

#[tokio::test]
async fn wrong_credentials_are_named() {
    let server = Canned::start(|_, _| answer(401, &json!({"error": "invalid_client"}))).await;
    let proxy = Proxy::start(&live(&server)).await;
    let refused = dispatch(&proxy, "11111111-1", &request("J-1")).await.1;
    assert_eq!(refused["state"], "refused");
    assert!(refused["error"].as_str().unwrap().contains("client id and secret"), "{refused:#}");
}

#[tokio::test]
async fn what_was_stored_is_sent_after_a_crash_under_the_same_key() {
    let server = Canned::start(|it, before| {
        token(it, before).unwrap_or_else(|| match (it.path.ends_with("integration-import"), before) {
            (true, 0) => answer(503, &json!({})),
            _ => answer(200, &json!({"job_id": "job-1", "status": "completed"})),
        })
    })
    .await;
    // Nobody ever answers there, so that the first process dies with the call under way.
    let (_silent, address) = listener().await;
    let (first, _) = listener().await;
    let proxy =
        Proxy::start_at(first, &live_at(&format!("http://{address}")), crate::harness::Folder::new()).await;
    let (status, waiting) = dispatch(&proxy, "11111111-1", &request("J-1")).await;
    assert_eq!((status, &waiting["state"]), (202, &json!("sending")));
    let folder = proxy.kill();

    let (second, _) = listener().await;
    let proxy = Proxy::start_at(second, &live(&server), folder).await;
    let path = format!("dispatches/{}", waiting["id"].as_str().unwrap());
    proxy.until(&path, |it| it["state"] == "accepted").await;
    let imports = server.seen("/v1/integration-import");
    assert_eq!(imports.len(), 2);
    for it in imports {
        assert_eq!(it.headers["idempotency-key"], waiting["id"].as_str().unwrap());
    }
}

#[tokio::test]
async fn what_is_older_than_its_key_is_given_up_and_never_sent_again() {
    let server = Canned::start(|it, before| {
        token(it, before).unwrap_or_else(|| answer(200, &json!({"job_id": "job-1", "status": "completed"})))
    })
    .await;
    let (_silent, address) = listener().await;
    let (first, _) = listener().await;
    let proxy =
        Proxy::start_at(first, &live_at(&format!("http://{address}")), crate::harness::Folder::new()).await;
    let waiting = dispatch(&proxy, "11111111-1", &request("J-1")).await.1;
    let folder = proxy.kill();

    // The proxy was away for longer than RouteMate may remember the key: it cannot tell whether the job is there.
    let (second, _) = listener().await;
    let proxy = Proxy::start_at(second, &format!("{}\nkey_life_s = 1", live(&server)), folder).await;
    let path = format!("dispatches/{}", waiting["id"].as_str().unwrap());
    let given_up = proxy.until(&path, |it| it["state"] == "refused").await;
    assert!(
        given_up["error"].as_str().unwrap().contains("look there whether the job exists"),
        "{given_up:#}"
    );
    assert_eq!(server.seen("/v1/integration-import").len(), 0);
}

#[tokio::test]
async fn without_credentials_or_sandbox_the_portal_is_told() {
    let proxy = Proxy::start("").await;
    let (status, problem) = dispatch(&proxy, "11111111-1", &request("J-1")).await;
    assert_eq!((status, &problem["type"]), (503, &json!("routemate-not-configured")));
    let (status, problem) = reply(proxy.get("couriers")).await;
    assert_eq!((status, &problem["type"]), (503, &json!("tracking-not-configured")));
    assert_eq!(reply(proxy.get("sandbox/clock")).await.0, 404);
}
