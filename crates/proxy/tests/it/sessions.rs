//! Signing in, staying in, and who is kept out.

use std::time::Duration;

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

/// The cookie a reply sets, if it does, as `name=value`.
fn set_cookie(reply: &reqwest::Response) -> Option<String> {
    let cookie = reply.headers().get("set-cookie")?.to_str().unwrap();
    assert!(cookie.contains("HttpOnly; SameSite=Strict"), "{cookie}");
    Some(cookie.split(';').next().unwrap().to_owned())
}

#[tokio::test]
async fn a_session_gets_a_new_id_now_and_then_and_the_old_one_ends() {
    let proxy = Proxy::start("[session]\nrenew_s = 1").await;
    let ask =
        async |cookie: &str| proxy.anonymous_get("session").header("cookie", cookie).send().await.unwrap();
    let first = proxy.sign_in().await;
    assert_eq!(set_cookie(&ask(&first).await), None, "a fresh one stays");
    tokio::time::sleep(Duration::from_millis(1100)).await;
    let second = set_cookie(&ask(&first).await).expect("a new id");
    assert_ne!(first, second);
    // Requests that set out together, and a reply that was lost: the old id still opens and is not renewed again.
    for _ in 0..3 {
        let reply = ask(&first).await;
        assert_eq!((reply.status().as_u16(), set_cookie(&reply)), (200, None));
    }
    assert_eq!(ask(&second).await.status(), 200);
    assert_eq!(ask(&first).await.status(), 200, "a little longer");
    // Signing out with the new one ends both.
    let out = proxy.http.delete(format!("{}/api/v1/session", proxy.base));
    let out = out.header("x-requested-by", "milkrun-portal").header("cookie", &second).send().await.unwrap();
    assert!(out.status() == 204 && out.headers()["set-cookie"].to_str().unwrap().contains("Max-Age=0"));
    for cookie in [&first, &second] {
        assert_eq!(ask(cookie).await.status(), 401);
    }
}
