//! Signing in, staying in, and who is kept out.

use serde_json::json;

use crate::harness::{Proxy, reply};

#[tokio::test]
async fn a_link_works_once_and_signing_out_ends_the_session() {
    let proxy = Proxy::start("").await;
    let link = milkrun_proxy::session::new_link(&proxy.state).await.unwrap();
    let body = json!({ "token": link.rsplit('#').next().unwrap() });
    assert_eq!(reply(proxy.post("session").json(&body)).await.0, 200);
    let (status, problem) = reply(proxy.post("session").json(&body)).await;
    assert_eq!((status, &problem["type"]), (401, &json!("link-not-valid")));

    let (status, session) = reply(proxy.get("session")).await;
    assert_eq!((status, &session["user"]), (200, &json!("Owner")));
    assert_eq!(session["services"]["routemate"], "unconfigured");
    assert_eq!(reply(proxy.delete("session")).await.0, 204);
    assert_eq!(reply(proxy.get("session")).await.0, 401);
}

#[tokio::test]
async fn nothing_but_signing_in_is_open() {
    let proxy = Proxy::start("").await;
    let at = |path: &str| format!("{}/api/v1/{path}", proxy.base);
    for path in ["session", "dispatches", "dispatches/x", "couriers", "parcels", "parcels/x", "sandbox/clock"]
    {
        let (status, problem) = reply(proxy.http.get(at(path))).await;
        assert_eq!((status, &problem["type"]), (401, &json!("not-signed-in")), "{path}");
    }
    for path in ["geocode", "matrix", "route", "dispatches", "parcels", "sandbox/clock"] {
        let request = proxy.http.post(at(path)).header("x-requested-by", "milkrun-portal").json(&json!({}));
        assert_eq!(reply(request).await.0, 401, "{path}");
    }
    let forged = proxy.http.get(at("session")).header("cookie", "milkrun_session=0000");
    assert_eq!(reply(forged).await.0, 401);
}

#[tokio::test]
async fn another_sites_page_gets_nowhere() {
    let proxy = Proxy::start("").await;
    let kind = |answer: (u16, serde_json::Value)| {
        (answer.0, answer.1["type"].as_str().unwrap_or_default().to_owned())
    };
    let refused = (403, "cross-site".to_owned());
    for site in ["cross-site", "same-site", "none"] {
        let request = proxy.post("geocode").header("sec-fetch-site", site).json(&json!({ "addresses": [] }));
        assert_eq!(kind(reply(request).await), refused, "{site}");
    }
    let without = proxy.http.post(format!("{}/api/v1/session", proxy.base)).json(&json!({ "token": "x" }));
    assert_eq!(kind(reply(without).await), refused);
    assert_eq!(kind(reply(proxy.get("session").header("sec-fetch-site", "cross-site")).await), refused);
    let own = proxy.post("geocode").header("sec-fetch-site", "same-origin").json(&json!({ "addresses": [] }));
    assert_eq!(reply(own).await.0, 200);
}

#[tokio::test]
async fn sessions_end_by_idleness_and_by_age() {
    for settings in ["[session]\nidle_s = 0", "[session]\nabsolute_s = 0"] {
        let proxy = Proxy::start(settings).await;
        let (status, problem) = reply(proxy.get("session")).await;
        assert_eq!((status, &problem["type"]), (401, &json!("session-ended")), "{settings}");
    }
}

#[tokio::test]
async fn odd_bodies_are_refused_in_words() {
    let proxy = Proxy::start("").await;
    let kind =
        async |request: reqwest::RequestBuilder| reply(request).await.1["type"].as_str().unwrap().to_owned();
    let form = proxy.post("session").header("content-type", "text/plain").body("{}");
    assert_eq!(kind(form).await, "not-json");
    let broken = proxy.post("geocode").header("content-type", "application/json").body("{\"addresses\": [");
    assert_eq!(kind(broken).await, "invalid-request");
    let large = proxy.post("geocode").json(&json!({ "addresses": ["x".repeat(300_000)] }));
    assert_eq!(kind(large).await, "too-large");
    assert_eq!(kind(proxy.get("nowhere")).await, "not-found");
    assert_eq!(kind(proxy.get("geocode")).await, "method-not-allowed");
    let lookup = proxy.http.post(format!("{}/api/widget/v1/lookup", proxy.base));
    assert_eq!(kind(lookup).await, "method-not-allowed");
}
