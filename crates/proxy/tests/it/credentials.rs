//! Credentials entered by an owner: sealed, tried, in force at once and everywhere, and never given back.

use milkrun_wire::tracking51::webhook::Version;
use serde_json::{Value, json};

use crate::dispatches::{dispatch, request};
use crate::harness::{Both, Canned, Folder, Proxy, json as answer, listener, log, reply};
use crate::people::join;

/// The setting that lets credentials be entered.
fn key() -> String {
    format!("credentials_key = \"{}\"\n", "5e".repeat(32))
}

async fn put(proxy: &Proxy, service: &str, body: &Value) -> (u16, Value) {
    reply(proxy.put(&format!("credentials/{service}")).json(body)).await
}

async fn test(proxy: &Proxy, service: &str, body: &Value) -> Value {
    let (status, body) = reply(proxy.post(&format!("credentials/{service}/test")).json(body)).await;
    assert_eq!(status, 200, "{body:#}");
    body
}

fn states(found: &Value) -> Vec<(&str, &str)> {
    let parts = found["parts"].as_array().unwrap();
    parts.iter().map(|it| (it["part"].as_str().unwrap(), it["state"].as_str().unwrap())).collect()
}

#[tokio::test]
async fn entered_credentials_work_at_once_and_are_never_given_back() {
    let both = Both::start(Version::V4, "").await;
    let base = format!(
        "{}[routemate]\nbase_url = \"{1}/routemate/v1\"\n[tracking51]\nbase_url = \"{1}/51tracking/v4\"\n",
        key(),
        both.sandbox
    );
    let proxy = Proxy::start(&base).await;
    let (_, before) = reply(proxy.get("credentials")).await;
    assert_eq!((&before["can_set"], &before["routemate"]["origin"]), (&json!(true), &json!("nowhere")));
    assert_eq!(dispatch(&proxy, "11111111-1", &request("J-1")).await.0, 503);
    let own = json!({"client_id": "rm_ci_sandbox", "client_secret": "rm_cs_sandbox"});
    let (status, after) = put(&proxy, "routemate", &own).await;
    assert_eq!((status, &after["routemate"]["origin"]), (200, &json!("portal")), "{after:#}");
    assert_eq!(after["routemate"]["set_by"], "Owner");
    let (status, sent) = dispatch(&proxy, "11111111-1", &request("J-1")).await;
    assert_eq!((status, &sent["state"]), (200, &json!("accepted")), "{sent:#}");
    assert_eq!(reply(proxy.get("session")).await.1["services"]["routemate"], "live");

    let own = json!({"api_key": "sandbox-51tracking-key", "api_version": "v4"});
    let (status, after) = put(&proxy, "tracking", &own).await;
    assert_eq!((status, &after["tracking"]["ends_in"]), (200, &json!("-key")), "{after:#}");
    assert_eq!(reply(proxy.get("couriers")).await.0, 200);
    for service in ["routemate", "tracking"] {
        let found = test(&proxy, service, &json!({})).await;
        assert!(found["ok"] == true && states(&found).iter().all(|it| it.1 == "ok"), "{found:#}");
    }

    let (_, audit) = reply(proxy.get("audit?kind=credentials")).await;
    let deeds: Vec<_> = audit["entries"].as_array().unwrap().iter().map(|it| it["action"].clone()).collect();
    assert_eq!(deeds, ["credentials.test", "credentials.test", "credentials.set", "credentials.set"]);
    for secret in ["rm_cs_sandbox", "sandbox-51tracking-key"] {
        let all = format!("{after}{audit}{}", reply(proxy.get("credentials")).await.1);
        assert!(!all.contains(secret), "{secret} came back");
        let rows = proxy.state.store.credentials().list().await.unwrap();
        for it in &rows {
            assert!(!it.sealed.windows(secret.len()).any(|it| it == secret.as_bytes()), "{secret} is stored");
        }
    }
    let (status, gone) = reply(proxy.delete("credentials/routemate")).await;
    assert_eq!((status, &gone["routemate"]["origin"]), (200, &json!("nowhere")));
    assert_eq!(dispatch(&proxy, "11111111-2", &request("J-2")).await.0, 503);
    assert_eq!(reply(proxy.delete("credentials/routemate")).await.0, 404);
}

#[tokio::test]
async fn the_test_says_which_part_fails() {
    let server = Canned::start(|it, _| {
        let refused = |status: u16, said: &str| answer(status, &json!({ "error": said }));
        match () {
            () if it.body.contains("rm_cs_plan") => refused(403, "plan_required"),
            () if it.body.contains("rm_cs_organisation") => refused(403, "organization not found"),
            () if it.body.contains("rm_cs_integration") => refused(403, "the integration is inactive"),
            () if it.body.contains("rm_cs_key") => refused(401, "invalid_client"),
            () if it.body.contains("rm_cs_down") => refused(503, "later"),
            () if it.body.contains("rm_cs_good") => {
                answer(200, &json!({"access_token": "t", "expires_in": 3600}))
            }
            () => answer(401, &json!({"meta": {"code": 401, "message": "no"}, "data": null})),
        }
    })
    .await;
    let toml = format!(
        "{}[routemate]\nbase_url = \"{1}/v1\"\n[tracking51]\nbase_url = \"{1}/v4\"\nother_per_second = 50.0",
        key(),
        server.base
    );
    let proxy = Proxy::start(&toml).await;
    for part in ["key", "integration", "organisation", "plan"] {
        let own = json!({"client_id": "rm_ci_x", "client_secret": format!("rm_cs_{part}")});
        let found = test(&proxy, "routemate", &own).await;
        for (name, state) in states(&found) {
            assert_eq!(state, if name == part { "fails" } else { "unknown" }, "{part}: {found:#}");
        }
        assert!(found["ok"] == false && !found["message"].as_str().unwrap().is_empty());
    }
    let of = |secret: &str| json!({"client_id": "rm_ci_x", "client_secret": secret});
    let found = test(&proxy, "routemate", &of("rm_cs_down")).await;
    assert!(states(&found).iter().all(|it| it.1 == "unknown") && found["ok"] == false, "{found:#}");
    assert_eq!(test(&proxy, "routemate", &of("rm_cs_good")).await["ok"], true);
    let found = test(&proxy, "tracking", &json!({"api_key": "wrong", "api_version": "v4"})).await;
    assert_eq!(states(&found), [("key", "fails"), ("version", "unknown")]);
    let nothing = reply(proxy.post("credentials/routemate/test").json(&json!({}))).await;
    assert_eq!((nothing.0, &nothing.1["type"]), (409, &json!("nothing-to-try")), "trying enters nothing");
}

#[tokio::test]
async fn a_key_of_another_version_is_recognised() {
    let server = Canned::start(|it, _| {
        if it.path.ends_with("/courier") {
            return answer(
                200,
                &json!({"code": 200, "data": [{"courier_name": "Posti", "courier_code": "posti"}]}),
            );
        }
        answer(401, &json!({"meta": {"code": 401, "message": "no"}, "data": null}))
    })
    .await;
    let toml = format!("[tracking51]\nbase_url = \"{}\"\nother_per_second = 50.0", server.base);
    let proxy = Proxy::start(&toml).await;
    let found = test(&proxy, "tracking", &json!({"api_key": "old", "api_version": "v4"})).await;
    assert_eq!(states(&found), [("key", "ok"), ("version", "fails")], "{found:#}");
    assert!(found["message"].as_str().unwrap().contains("version 3"), "{found:#}");
}

#[tokio::test]
async fn without_a_key_nothing_is_entered_and_with_another_nothing_is_opened() {
    let folder = Folder::new();
    let own = json!({"api_key": "key-one-two-three-four", "api_version": "v4"});
    let with = async |toml: &str| Proxy::start_at(listener().await.0, toml, folder.clone()).await;
    let proxy = with("").await;
    let (status, problem) = put(&proxy, "tracking", &own).await;
    assert_eq!((status, &problem["type"]), (409, &json!("no-credentials-key")));
    drop(proxy);
    let proxy = with(&key()).await;
    assert_eq!(put(&proxy, "tracking", &own).await.0, 200);
    drop(proxy);
    let proxy = with(&key()).await;
    let (_, shown) = reply(proxy.get("credentials")).await;
    assert_eq!(
        (&shown["tracking"]["origin"], &shown["tracking"]["unreadable"]),
        (&json!("portal"), &json!(false))
    );
    drop(proxy);
    for other in [String::new(), key().replace("5e", "5f")] {
        let proxy = with(&format!("{other}[tracking51]\napi_key = \"from-the-file\"")).await;
        let (_, shown) = reply(proxy.get("credentials")).await;
        let state = &shown["tracking"];
        assert_eq!(
            (&state["origin"], &state["unreadable"]),
            (&json!("configuration"), &json!(true)),
            "{shown:#}"
        );
    }
}

#[tokio::test]
async fn every_proxy_of_one_database_follows() {
    if std::env::var("MILKRUN_TEST_STORE").as_deref() != Ok("postgres") {
        return;
    }
    let both = Both::start(Version::V4, "").await;
    let toml = format!("{}[routemate]\nbase_url = \"{}/routemate/v1\"\n", key(), both.sandbox);
    let folder = Folder::new();
    let first = Proxy::start_at(listener().await.0, &toml, folder.clone()).await;
    let second = Proxy::start_at(listener().await.0, &toml, folder).await;
    let own = json!({"client_id": "rm_ci_sandbox", "client_secret": "rm_cs_sandbox"});
    assert_eq!(put(&first, "routemate", &own).await.0, 200);
    second.until("session", |it| it["services"]["routemate"] == "live").await;
    assert_eq!(reply(first.delete("credentials/routemate")).await.0, 200);
    second.until("session", |it| it["services"]["routemate"] == "unconfigured").await;
}

#[tokio::test]
async fn only_owners_see_and_enter_and_odd_ones_are_refused_without_an_echo() {
    let proxy = Proxy::start(&key()).await;
    for role in ["viewer", "dispatcher"] {
        let (_, cookie) = join(&proxy, role).await;
        let shown = proxy.anonymous_get("credentials").header("cookie", cookie);
        assert_eq!(reply(shown).await.0, 403, "{role}");
    }
    for (service, body) in [
        ("routemate", json!({"client_id": "", "client_secret": "hush-echo"})),
        ("routemate", json!({"client_id": "rm_cs_hush-echo", "client_secret": "rm_ci_hush-echo"})),
        ("routemate", json!({"client_id": "a", "client_secret": "hush-echo\r\nx: y"})),
        ("tracking", json!({"api_key": "hush-echo", "api_version": "v9"})),
        ("tracking", json!({"api_key": "hush-echo", "api_version": "v3", "account_email": "nobody"})),
        ("tracking", json!({"api_key": {"hush-echo": 1}})),
        ("tracking", json!({"api_key": "x", "hush-echo": 1})),
    ] {
        let (status, problem) = put(&proxy, service, &body).await;
        assert_eq!(status, 422, "{problem:#}");
    }
    let log = String::from_utf8_lossy(&log().lock().unwrap()).into_owned();
    assert!(!log.lines().any(|it| it.contains("milkrun_proxy") && it.contains("hush-echo")));
}
