//! People, roles, passwords, keys and the record of who did what.

use serde_json::{Value, json};

use crate::harness::{Proxy, reply};

const PASSWORD: &str = "correct horse battery";

/// Somebody new with a password, and the cookie of their session.
pub(crate) async fn join(proxy: &Proxy, role: &str) -> (String, String) {
    let email = format!("{role}@example.com");
    let new = json!({"email": email, "name": format!("A {role}"), "role": role});
    let (status, user) = reply(proxy.post("users").json(&new)).await;
    assert_eq!(status, 201, "{user:#}");
    let id = user["id"].as_str().unwrap().to_owned();
    let (status, link) = reply(proxy.post(&format!("users/{id}/link"))).await;
    assert_eq!(status, 201, "{link:#}");
    let token = link["link"].as_str().unwrap().rsplit('#').next().unwrap().to_owned();
    let cookie = cookie(proxy.anonymous_post("session").json(&json!({ "token": token }))).await;
    let change = json!({ "password": PASSWORD });
    (id, self::cookie(proxy.anonymous_post("session/password").header("cookie", cookie).json(&change)).await)
}

/// The cookie a reply sets.
async fn cookie(request: reqwest::RequestBuilder) -> String {
    let reply = request.send().await.unwrap();
    assert_eq!(reply.status(), 200);
    reply.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned()
}

fn password(email: &str, password: &str) -> Value {
    json!({ "email": email, "password": password })
}

#[tokio::test]
async fn a_password_opens_and_changing_it_ends_every_other_session() {
    let proxy = Proxy::start("").await;
    let (_, first) = join(&proxy, "viewer").await;
    let second =
        cookie(proxy.anonymous_post("session").json(&password("Viewer@Example.com", PASSWORD))).await;
    assert_ne!(first, second);
    let change = json!({"current": PASSWORD, "password": "another long password"});
    let third =
        cookie(proxy.anonymous_post("session/password").header("cookie", &second).json(&change)).await;
    for (cookie, status) in [(&first, 401), (&second, 401), (&third, 200)] {
        assert_eq!(reply(proxy.anonymous_get("session").header("cookie", cookie)).await.0, status);
    }
    let wrong = json!({"current": PASSWORD, "password": "yet another password"});
    let request = proxy.anonymous_post("session/password").header("cookie", &third).json(&wrong);
    assert_eq!(reply(request).await.0, 401);
    let old = reply(proxy.anonymous_post("session").json(&password("viewer@example.com", PASSWORD))).await;
    assert_eq!((old.0, &old.1["type"]), (401, &json!("not-recognised")));
}

#[tokio::test]
async fn guessing_is_slowed_down_for_known_and_unknown_accounts_alike() {
    let proxy = Proxy::start("").await;
    join(&proxy, "viewer").await;
    let attempt = async |email: &str| {
        let it = reply(proxy.anonymous_post("session").json(&password(email, "wrong wrong wrong"))).await;
        (it.0, it.1["type"].as_str().unwrap_or_default().to_owned())
    };
    for email in ["viewer@example.com", "nobody@example.com"] {
        for _ in 0..5 {
            assert_eq!(attempt(email).await, (401, "not-recognised".to_owned()));
        }
        assert_eq!(attempt(email).await, (429, "too-many-tries".to_owned()), "{email}");
    }
    let right = reply(proxy.anonymous_post("session").json(&password("viewer@example.com", PASSWORD))).await;
    assert_eq!(right.0, 429, "the right password has to wait as well");
}

#[tokio::test]
async fn a_session_cannot_be_prepared_for_somebody_else() {
    let proxy = Proxy::start("").await;
    join(&proxy, "viewer").await;
    let planted = format!("milkrun_session={}", "0".repeat(64));
    let request = proxy.anonymous_post("session").header("cookie", &planted);
    let given = cookie(request.json(&password("viewer@example.com", PASSWORD))).await;
    assert_ne!(given, planted);
    assert_eq!(reply(proxy.anonymous_get("session").header("cookie", planted)).await.0, 401);
}

#[tokio::test]
async fn a_change_of_role_works_at_once_and_an_owner_stays() {
    let proxy = Proxy::start("").await;
    let (id, cookie) = join(&proxy, "dispatcher").await;
    let geocode = |cookie: &str| {
        let request = proxy.anonymous_post("geocode").header("cookie", cookie);
        reply(request.json(&json!({ "addresses": [] })))
    };
    assert_eq!(geocode(&cookie).await.0, 200);
    let (status, user) = reply(proxy.patch(&format!("users/{id}")).json(&json!({"role": "viewer"}))).await;
    assert_eq!((status, &user["role"], &user["has_password"]), (200, &json!("viewer"), &json!(true)));
    assert_eq!(geocode(&cookie).await.0, 401, "the session ended");
    let cookie =
        self::cookie(proxy.anonymous_post("session").json(&password("dispatcher@example.com", PASSWORD)))
            .await;
    let (status, problem) = geocode(&cookie).await;
    assert_eq!((status, &problem["type"]), (403, &json!("not-allowed")));
    reply(proxy.patch(&format!("users/{id}")).json(&json!({"disabled": true}))).await;
    let shut =
        reply(proxy.anonymous_post("session").json(&password("dispatcher@example.com", PASSWORD))).await;
    assert_eq!(shut.0, 401);
    let (_, users) = reply(proxy.get("users")).await;
    let owner = users["users"][0]["id"].as_str().unwrap();
    for change in [json!({"role": "viewer"}), json!({"disabled": true})] {
        let (status, problem) = reply(proxy.patch(&format!("users/{owner}")).json(&change)).await;
        assert_eq!((status, &problem["type"]), (409, &json!("last-owner")));
    }
    let twin = json!({"email": "DISPATCHER@example.com", "name": "x", "role": "viewer"});
    assert_eq!(reply(proxy.post("users").json(&twin)).await.0, 409);
}

#[tokio::test]
async fn a_reset_ends_everything_and_its_link_opens_again() {
    let proxy = Proxy::start("").await;
    let (id, old) = join(&proxy, "dispatcher").await;
    let (status, link) = reply(proxy.post(&format!("users/{id}/reset"))).await;
    assert_eq!(status, 201, "{link:#}");
    assert_eq!(reply(proxy.anonymous_get("session").header("cookie", old)).await.0, 401);
    let again =
        reply(proxy.anonymous_post("session").json(&password("dispatcher@example.com", PASSWORD))).await;
    assert_eq!(again.0, 401, "the old password opens nothing");
    let token = link["link"].as_str().unwrap().rsplit('#').next().unwrap().to_owned();
    let cookie = cookie(proxy.anonymous_post("session").json(&json!({ "token": token }))).await;
    let (_, session) = reply(proxy.anonymous_get("session").header("cookie", &cookie)).await;
    assert_eq!((&session["role"], &session["has_password"]), (&json!("dispatcher"), &json!(false)));
    let fresh = json!({ "password": "another long password" });
    let set = proxy.anonymous_post("session/password").header("cookie", cookie).json(&fresh);
    assert_eq!(reply(set).await.1["has_password"], true, "no old password is asked for");
    assert_eq!(reply(proxy.post("users/none/reset")).await.0, 404);
}

#[tokio::test]
async fn a_token_opens_its_scopes_and_needs_no_header_of_the_portal() {
    let proxy = Proxy::start("").await;
    let new = json!({"name": "ERP", "scopes": ["parcels:read"], "days": 30});
    let (status, made) = reply(proxy.post("tokens").json(&new)).await;
    assert_eq!(status, 201, "{made:#}");
    assert_eq!(reply(proxy.post("tokens").json(&new)).await.0, 409, "one name, one token");
    let secret = made["secret"].as_str().unwrap().to_owned();
    let with = |request: reqwest::RequestBuilder| reply(request.bearer_auth(&secret));
    let at = |path: &str| format!("{}/api/v1/{path}", proxy.base);
    assert_eq!(with(proxy.http.get(at("parcels"))).await.0, 200);
    assert_eq!(with(proxy.http.get(at("parcels")).header("sec-fetch-site", "cross-site")).await.0, 200);
    for (request, status) in [
        (proxy.http.get(at("dispatches")), 403),
        (proxy.http.get(at("users")), 403),
        (proxy.http.post(at("parcels")).json(&json!({"parcels": []})), 403),
        (proxy.http.get(at("session")), 403),
    ] {
        assert_eq!(with(request).await.0, status);
    }
    let (_, list) = reply(proxy.get("tokens")).await;
    assert!(list["tokens"][0]["used_at"].is_string() && !list.to_string().contains(&secret), "{list:#}");
    let path = format!("tokens/{}", made["token"]["id"].as_str().unwrap());
    assert_eq!(reply(proxy.delete(&path)).await.0, 204);
    let (status, problem) = with(proxy.http.get(at("parcels"))).await;
    assert_eq!((status, &problem["type"]), (401, &json!("token-not-valid")));
    let (status, _) =
        reply(proxy.post("tokens").json(&json!({"name": "x", "scopes": ["users:write"]}))).await;
    assert_eq!(status, 422);
}

#[tokio::test]
async fn what_was_done_is_on_record_in_pages() {
    let proxy = Proxy::start("").await;
    let (id, _) = join(&proxy, "viewer").await;
    reply(proxy.delete(&format!("users/{id}"))).await;
    let mut actions = Vec::new();
    let mut path = "audit?limit=2".to_owned();
    loop {
        let (status, page) = reply(proxy.get(&path)).await;
        assert_eq!(status, 200, "{page:#}");
        let entries = page["entries"].as_array().unwrap();
        assert!(entries.len() <= 2);
        actions.extend(entries.iter().map(|it| it["action"].as_str().unwrap().to_owned()));
        let Some(next) = page["next"].as_str() else { break };
        path = format!("audit?limit=2&cursor={next}");
    }
    actions.reverse();
    let expected = [
        "session.link",
        "user.create",
        "user.link",
        "session.link",
        "user.password",
        "session.renew",
        "user.delete",
    ];
    assert_eq!(actions, expected);
    assert_eq!(proxy.state.store.audit().first_break().await.unwrap(), None);
    assert_eq!(reply(proxy.get("audit?cursor=x")).await.0, 422);
}

#[tokio::test]
async fn an_owner_with_a_password_needs_no_link_at_the_next_start() {
    let proxy = Proxy::start("").await;
    assert!(milkrun_proxy::session::link_at_start(&proxy.state).await.unwrap().is_some());
    reply(proxy.post("session/password").json(&json!({ "password": PASSWORD }))).await;
    assert_eq!(milkrun_proxy::session::link_at_start(&proxy.state).await.unwrap(), None);
}

#[tokio::test]
async fn a_token_or_link_that_is_asked_for_twice_is_made_once_and_kept_by_nobody() {
    let proxy = Proxy::start("").await;
    let (id, _) = join(&proxy, "viewer").await;
    let key = "7d7d2a55-5c3e-4a5f-8f0e-1c2d3e4f5a6b";
    for (path, body, field) in [
        ("tokens".to_owned(), json!({"name": "ERP", "scopes": ["parcels:read"]}), "secret"),
        (format!("users/{id}/link"), json!({}), "link"),
        (format!("users/{id}/reset"), json!({}), "link"),
    ] {
        let send = || proxy.post(&path).header("idempotency-key", format!("{key}{path}")).json(&body).send();
        let (first, second) = (send().await.unwrap(), send().await.unwrap());
        assert_eq!((first.status().as_u16(), second.status().as_u16()), (201, 201), "{path}");
        assert_eq!(second.headers()["idempotency-replayed"], "true");
        let (first, second): (Value, Value) = (first.json().await.unwrap(), second.json().await.unwrap());
        assert_eq!(first, second);
        let secret = first[field].as_str().unwrap().rsplit('#').next().unwrap();
        assert!(secret.len() >= 32, "{first}");
        for file in std::fs::read_dir(proxy.folder.0.join("data")).into_iter().flatten() {
            let bytes = std::fs::read(file.unwrap().path()).unwrap();
            for hidden in [secret, key] {
                assert!(
                    !bytes.windows(hidden.len()).any(|it| it == hidden.as_bytes()),
                    "{path} lies in the database"
                );
            }
        }
    }
    assert_eq!(reply(proxy.get("tokens")).await.1["tokens"].as_array().unwrap().len(), 1);
}
