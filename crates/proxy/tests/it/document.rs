//! The API's document, and what it promises tried on every route.

use std::path::Path;

use serde_json::{Value, json};

use crate::harness::{Proxy, reply};
use crate::people::join;

/// Where the document is checked in.
const CHECKED_IN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/openapi.json");

async fn document(proxy: &Proxy) -> Value {
    reply(proxy.http.get(format!("{}/api/v1/openapi.json", proxy.base))).await.1
}

#[tokio::test]
async fn the_document_that_is_checked_in_is_the_one_the_code_makes() {
    let proxy = Proxy::start("").await;
    let made = milkrun_proxy::openapi(&proxy.state);
    if std::env::var_os("MILKRUN_BLESS").is_some() {
        std::fs::write(CHECKED_IN, &made).unwrap();
    }
    let kept = std::fs::read_to_string(Path::new(CHECKED_IN)).unwrap_or_default();
    assert!(
        made == kept,
        "openapi.json is old; run the tests once with MILKRUN_BLESS=1 and look at what changed"
    );
    let served = document(&proxy).await;
    assert_eq!(served, serde_json::from_str::<Value>(&made).unwrap());
    assert!(served["openapi"].as_str().unwrap().starts_with("3.1"));
}

#[tokio::test]
async fn every_operation_has_a_name_of_its_own() {
    let document = document(&Proxy::start("").await).await;
    let mut names = std::collections::BTreeMap::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let name = operation["operationId"].as_str().unwrap().to_owned();
            let is_word = name.bytes().all(|it| it.is_ascii_lowercase() || it == b'_' || it.is_ascii_digit());
            assert!(is_word, "{name}");
            let other = names.insert(name.clone(), format!("{method} {path}"));
            assert_eq!(other, None, "{name} is {method} {path} as well");
        }
    }
    assert_eq!(names["get_parcels_id"], "get /api/v1/parcels/{id}");
    assert_eq!(names["get_widget_lookup"], "get /api/widget/v1/lookup");
}

#[tokio::test]
async fn whatever_creates_takes_an_idempotency_key() {
    let document = document(&Proxy::start("").await).await;
    let mut with_key = 0;
    for (path, item) in document["paths"].as_object().unwrap() {
        let post = &item["post"];
        let has_key = post["parameters"]
            .as_array()
            .is_some_and(|it| it.iter().any(|it| it["in"] == "header" && it["name"] == "idempotency-key"));
        with_key += usize::from(has_key);
        let creates = post["responses"]["201"].is_object()
            || ["/api/v1/parcels", "/api/v1/dispatches"].contains(&path.as_str());
        assert!(has_key || !creates, "{path}");
    }
    assert!(with_key >= 9, "{with_key}");
}

#[tokio::test]
async fn the_document_is_shown_as_a_page_that_runs_nothing() {
    let proxy = Proxy::start("").await;
    let page = proxy.http.get(format!("{}/api/docs", proxy.base)).send().await.unwrap();
    assert_eq!(page.status(), 200);
    let policy = page.headers()["content-security-policy"].to_str().unwrap().to_owned();
    assert!(
        policy.starts_with("default-src 'none'; style-src 'self'") && !policy.contains("script"),
        "{policy}"
    );
    let text = page.text().await.unwrap();
    assert!(text.contains("/api/v1/dispatches") && !text.contains("<script") && !text.contains("http://"));
    let style = proxy.http.get(format!("{}/api/docs.css", proxy.base)).send().await.unwrap();
    assert_eq!(style.headers()["content-type"], "text/css; charset=utf-8");
}

fn filled(path: &str) -> String {
    path.replace("{id}", "00000000-0000-4000-8000-000000000000")
}

/// Every operation: method, path with its parameters filled in, and the role the document says it needs.
fn operations(document: &Value) -> Vec<(String, String, Option<String>)> {
    let mut all = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let role = operation["x-role"].as_str().map(str::to_owned);
            all.push((method.clone(), filled(path), role));
        }
    }
    all
}

#[tokio::test]
async fn every_route_lets_in_the_roles_it_says_and_nobody_else() {
    let proxy = Proxy::start("").await;
    let mut people = vec![(0, None)];
    for (rank, role) in [(1, "viewer"), (2, "dispatcher"), (3, "owner")] {
        people.push((rank, Some(join(&proxy, role).await.1)));
    }
    let operations = operations(&document(&proxy).await);
    assert!(operations.len() > 25, "{operations:?}");
    // What shoppers' pages may ask depends on the page, which has its own tests.
    let own = operations.into_iter().filter(|it| it.1.starts_with("/api/v1/"));
    for (method, path, role) in own {
        // Signing out would end the session that the next routes need.
        if (method.as_str(), path.as_str()) == ("delete", "/api/v1/session") {
            continue;
        }
        let needed = match role.as_deref() {
            None => 0,
            Some("viewer") => 1,
            Some("dispatcher") => 2,
            Some("owner") => 3,
            Some(it) => panic!("{it} is no role"),
        };
        for (rank, cookie) in &people {
            let url = format!("{}{path}", proxy.base);
            let mut request = proxy.http.request(method.to_uppercase().parse().unwrap(), url);
            request = request.header("x-requested-by", "milkrun-portal");
            if let Some(it) = cookie {
                request = request.header("cookie", it);
            }
            if matches!(method.as_str(), "post" | "patch" | "put") {
                // Too little for anything to happen, so that only the entrance is tried.
                request = request.json(&json!({}));
            }
            let status = request.send().await.unwrap().status().as_u16();
            let entered = !matches!(status, 401 | 403);
            let expected = *rank >= needed;
            // Without a session the way in answers 401 to nonsense as well.
            assert_eq!(entered, expected, "{method} {path} as {rank}: {status}");
            assert!(status < 500 || status == 503, "{method} {path} as {rank}: {status}");
        }
    }
}
