//! What whoever runs the proxy looks at.

use milkrun_wire::tracking51::webhook::Version;
use serde_json::json;

use crate::dispatches::{dispatch, request};
use crate::harness::{Both, Canned, Proxy, json as answer, listener, reply};
use crate::parcels::add;

#[tokio::test]
async fn health_and_readiness_are_told_apart() {
    let proxy = Proxy::start("").await;
    let at = |path: &str| proxy.http.get(format!("{}{path}", proxy.base));
    assert_eq!(at("/readyz").send().await.unwrap().status(), 200);
    proxy.state.store.close().await;
    assert_eq!(at("/healthz").send().await.unwrap().status(), 200, "the process lives");
    let (status, problem) = reply(at("/readyz")).await;
    assert_eq!((status, &problem["type"]), (503, &json!("not-ready")));
}

#[tokio::test]
async fn figures_say_rate_errors_duration_depth_and_quota() {
    let both = Both::start(Version::V4, "").await;
    dispatch(&both.proxy, "11111111-1", &request("J-1")).await;
    add(&both.proxy, json!([{"tracking_number": "MR-TRANSIT-1", "courier_code": "posti"}])).await;
    let (listener, address) = listener().await;
    let app = milkrun_proxy::metrics::app(both.proxy.state.clone());
    let server = tokio::spawn(async move { axum::serve(listener, app).await });
    let text =
        both.proxy.http.get(format!("http://{address}/metrics")).send().await.unwrap().text().await.unwrap();
    for line in [
        "milkrun_requests_total{method=\"POST\",route=\"/api/v1/dispatches\",status=\"200\"}",
        "milkrun_request_duration_seconds_bucket",
        "milkrun_upstream_calls_total{upstream=\"RouteMate\",status=\"200\"}",
        "milkrun_upstream_duration_seconds_count{upstream=\"51Tracking\"}",
        "milkrun_queue_depth{queue=\"open_jobs\"} 1",
        "milkrun_queue_depth{queue=\"outbox\"} 0",
        "milkrun_tracking_quota_used 1",
    ] {
        assert!(text.contains(line), "{line} is not in\n{text}");
    }
    let public = both.proxy.http.get(format!("{}/metrics", both.proxy.base)).send().await.unwrap();
    assert_ne!(public.status(), 200, "figures are not for the public");
    server.abort();
}

#[tokio::test]
async fn a_check_names_what_fails() {
    let both = Both::start(Version::V4, "").await;
    let found = |body: &serde_json::Value, name: &str| {
        body["checks"].as_array().unwrap().iter().find(|it| it["name"] == name).unwrap().clone()
    };
    let (status, body) = reply(both.proxy.post("services/check")).await;
    assert_eq!(status, 200, "{body:#}");
    for name in ["database", "audit log", "routemate", "51tracking", "webhooks"] {
        assert_eq!(found(&body, name)["ok"], true, "{body:#}");
    }
    assert!(found(&body, "portal")["message"].as_str().unwrap().contains("index.html"));

    let server = Canned::start(|it, _| match it.path.as_str() {
        "/v1/integration-token" => answer(403, &json!({"error": "API access needs a Team plan"})),
        _ => answer(401, &json!({"meta": {"code": 401, "message": "no"}, "data": null})),
    })
    .await;
    let proxy = Proxy::start(&format!(
        "[routemate]\nbase_url = \"{0}/v1\"\nclient_id = \"rm_ci_x\"\nclient_secret = \"rm_cs_x\"\n\
         [tracking51]\nbase_url = \"{0}/v4\"\napi_key = \"x\"",
        server.base
    ))
    .await;
    let (_, body) = reply(proxy.post("services/check")).await;
    for (name, word) in
        [("routemate", "plan"), ("51tracking", "API key"), ("webhooks", "webhook_secret_path")]
    {
        let it = found(&body, name);
        assert!(it["ok"] == false && it["message"].as_str().unwrap().contains(word), "{it:#}");
    }
}

#[tokio::test]
async fn lists_come_in_pages_and_are_not_sent_twice() {
    let both = Both::start(Version::V4, "").await;
    let parcels: Vec<_> = (0..5)
        .map(|it| json!({"tracking_number": format!("MR-DELIVERED-{it}"), "courier_code": "posti"}))
        .collect();
    add(&both.proxy, json!(parcels)).await;
    let mut seen = Vec::new();
    let mut next = Some("/api/v1/parcels?limit=2".to_owned());
    while let Some(path) = next {
        let request = both.proxy.get(path.trim_start_matches("/api/v1/"));
        let page = request.send().await.unwrap();
        next = page.headers().get("link").map(|it| {
            let link = it.to_str().unwrap();
            link.trim_start_matches('<').split('>').next().unwrap().to_owned()
        });
        let body: serde_json::Value = page.json().await.unwrap();
        seen.extend(
            body["parcels"].as_array().unwrap().iter().map(|it| it["id"].as_str().unwrap().to_owned()),
        );
    }
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), 5);

    let first = both.proxy.get("couriers").send().await.unwrap();
    let tag = first.headers()["etag"].to_str().unwrap().to_owned();
    let again = both.proxy.get("couriers").header("if-none-match", &tag).send().await.unwrap();
    assert_eq!((again.status().as_u16(), again.headers()["etag"].to_str().unwrap()), (304, tag.as_str()));
}

#[tokio::test]
async fn pushes_are_browsed_and_replayed() {
    let both = Both::start(Version::V4, "[tracking51]\nrefresh_s = 3600").await;
    let proxy = &both.proxy;
    let number = "MR-TRANSIT-1";
    let id = add(proxy, json!([{"tracking_number": number, "courier_code": "posti"}])).await[0]["id"].clone();
    let path = format!("parcels/{}", id.as_str().unwrap());
    proxy.until(&path, |it| it["status"] == "transit").await;
    both.step(24 * 3600).await;
    let list = proxy.until("pushes", |it| it["pushes"].as_array().is_some_and(|it| !it.is_empty())).await;
    let push = format!("pushes/{}", list["pushes"][0]["id"].as_str().unwrap());
    let (_, shown) = reply(proxy.get(&push)).await;
    assert!(
        shown["body"].as_str().unwrap().contains("tracking_number") && list["pushes"][0]["body"].is_null()
    );
    let before = reply(proxy.get(&path)).await.1["read_at"].clone();
    tokio::time::sleep(std::time::Duration::from_millis(1100)).await;
    assert_eq!(reply(proxy.post(&format!("{push}/replay"))).await.0, 202);
    proxy.until(&path, |it| it["read_at"] != before).await;
    assert_eq!(reply(proxy.post("pushes/none/replay")).await.0, 404);
}

/// The binary with a folder of its own; it ends with this value.
struct Binary(std::process::Child);

impl Drop for Binary {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[tokio::test]
async fn the_log_can_be_json_and_names_each_request() {
    let folder = crate::harness::Folder::new();
    let (listener, address) = listener().await;
    drop(listener);
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_milkrun-proxy"));
    command.env_clear().env("MILKRUN_LOG_FORMAT", "json").env("MILKRUN_LISTEN", address.to_string());
    command.env("MILKRUN_DATA", folder.0.join("data")).env("MILKRUN_DIST", folder.0.join("dist"));
    let log = std::fs::File::create(folder.0.join("log")).unwrap();
    let mut proxy = Binary(command.stdout(std::process::Stdio::null()).stderr(log).spawn().unwrap());
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let mut id = None;
    for _ in 0..200 {
        let asked = http.get(format!("http://{address}/api/v1/session?q=1%0aforged")).send().await;
        if let Ok(it) = asked {
            id = Some(it.headers()["x-request-id"].to_str().unwrap().to_owned());
            break;
        }
        assert!(proxy.0.try_wait().unwrap().is_none(), "it ended");
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    let id = id.expect("an answer");
    let mut line = None;
    for _ in 0..100 {
        let text = std::fs::read_to_string(folder.0.join("log")).unwrap();
        let lines = text
            .lines()
            .map(|it| serde_json::from_str::<serde_json::Value>(it).unwrap_or_else(|_| panic!("{it}")));
        line = lines.into_iter().find(|it| it["request"] == id.as_str());
        if line.is_some() {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    let line = line.expect("a line of the request");
    assert_eq!((&line["message"], &line["status"]), (&json!("answered"), &json!(401)));
    assert_eq!(line["route"], "/api/v1/session");
    assert!(!line.to_string().contains("forged"), "{line}");
}

/// The binary with these arguments and variables in a folder of its own, to its end: whether it was content, and what
/// it said.
fn run(folder: &crate::harness::Folder, arguments: &[&str], variables: &[(&str, &str)]) -> (bool, String) {
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_milkrun-proxy"));
    command.env_clear().env("MILKRUN_DATA", folder.0.join("data")).env("MILKRUN_DIST", folder.0.join("dist"));
    let output = command.envs(variables.iter().copied()).args(arguments).output().unwrap();
    let said = [output.stdout, output.stderr].map(|it| String::from_utf8_lossy(&it).into_owned()).concat();
    (output.status.success(), said)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_binary_says_what_is_wrong_with_its_configuration() {
    let folder = crate::harness::Folder::new();
    std::fs::create_dir_all(folder.0.join("dist")).unwrap();
    let file = |name: &str, text: &str| {
        let path = folder.0.join(name);
        std::fs::write(&path, text).unwrap();
        path.display().to_string()
    };
    let unknown = file("unknown.toml", "# a comment\n[tracking51]\napi_kye = \"hush-hush-hush\"\n");
    let (fine, said) = run(&folder, &["--config", &unknown, "check"], &[]);
    assert!(!fine && said.contains("api_kye") && said.contains("line 3") && !said.contains("hush"), "{said}");
    let (fine, said) = run(&folder, &["check"], &[("MILKRUN_51TRACKING_API_KEY_FILE", "/nowhere/key")]);
    assert!(!fine && said.contains("/nowhere/key"), "{said}");
    assert_eq!(said.matches("No such file").count(), 1, "a cause is said once: {said}");
    let (fine, said) = run(&folder, &["chekc"], &[]);
    assert!(!fine && said.contains("chekc") && said.contains("usage"), "{said}");

    // The key stands in a file, with the line's end that editors leave, and opens the service.
    let server = Canned::start(|it, _| {
        let code = if it.headers["tracking-api-key"] == "a-key-from-a-file" { 200 } else { 401 };
        answer(code, &json!({"meta": {"code": code, "message": "m"}, "data": []}))
    })
    .await;
    let config = file(
        "good.toml",
        &format!(
            "[tracking51]\nbase_url = \"{}/v4\"\nwebhook_secret_path = \"a-word-of-some-length\"\n",
            server.base
        ),
    );
    for (key, expected) in [("a-key-from-a-file\n", "ok    51tracking"), ("another-key", "FAILS 51tracking")]
    {
        let path = file("key", key);
        let variables = [("MILKRUN_51TRACKING_API_KEY_FILE", path.as_str())];
        let (_, said) = run(&folder, &["--config", &config, "check"], &variables);
        assert!(said.contains(expected) && !said.contains(key.trim()), "{said}");
        assert!(said.contains("ok    database") && said.contains("FAILS portal"), "{said}");
    }

    let copy = folder.0.join("copy.sqlite3").display().to_string();
    assert!(run(&folder, &["backup", &copy], &[]).0);
    let (fine, said) = run(&folder, &["restore", &copy], &[]);
    assert!(!fine && said.contains("stop the proxy"), "a database is never overwritten: {said}");
    std::fs::remove_dir_all(folder.0.join("data")).unwrap();
    assert!(run(&folder, &["restore", &copy], &[]).0);
    assert!(!run(&folder, &["restore", &unknown], &[]).0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_under_way_is_finished_before_it_stops() {
    use std::io::{Read as _, Write as _};

    let folder = crate::harness::Folder::new();
    let (listener, address) = listener().await;
    drop(listener);
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_milkrun-proxy"));
    command.env_clear().env("MILKRUN_LISTEN", address.to_string());
    command.env("MILKRUN_DATA", folder.0.join("data")).env("MILKRUN_DIST", folder.0.join("dist"));
    command.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null());
    let mut proxy = Binary(command.spawn().unwrap());
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let started = std::time::Instant::now();
    while http.get(format!("http://{address}/readyz")).send().await.is_err() {
        assert!(started.elapsed().as_secs() < 20, "it does not listen");
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    let mut slow = std::net::TcpStream::connect(address).unwrap();
    slow.set_read_timeout(Some(std::time::Duration::from_secs(10))).unwrap();
    let body = b"{\"token\": \"none\"}";
    let head = format!(
        "POST /api/v1/session HTTP/1.1\r\nhost: x\r\nx-requested-by: milkrun-portal\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    slow.write_all(head.as_bytes()).unwrap();
    slow.write_all(&body[..5]).unwrap();
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    let told =
        std::process::Command::new("kill").args(["-TERM", &proxy.0.id().to_string()]).status().unwrap();
    assert!(told.success());
    tokio::time::sleep(std::time::Duration::from_millis(500)).await;
    assert!(std::net::TcpStream::connect(address).is_err(), "no new connection is taken");
    assert!(proxy.0.try_wait().unwrap().is_none(), "it waits for what is under way");
    slow.write_all(&body[5..]).unwrap();
    let mut answer = [0; 12];
    slow.read_exact(&mut answer).unwrap();
    assert_eq!(String::from_utf8_lossy(&answer), "HTTP/1.1 401", "the request is answered");
    let ended = tokio::task::spawn_blocking(move || proxy.0.wait().unwrap().code());
    let ended = tokio::time::timeout(std::time::Duration::from_secs(10), ended).await.expect("it ends");
    assert_eq!(ended.unwrap(), Some(0));
}
