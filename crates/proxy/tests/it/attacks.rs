//! What somebody hostile sends, and that it comes to nothing.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use milkrun_wire::tracking51::webhook::Version;
use serde_json::json;

use crate::dispatches::{dispatch, request};
use crate::harness::{Both, Proxy, log, reply};
use crate::people::join;

/// What a server answers to bytes that no well-meaning client sends.
fn raw(proxy: &Proxy, bytes: &[u8]) -> String {
    let address = proxy.base.trim_start_matches("http://").to_owned();
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
    stream.write_all(bytes).unwrap();
    let mut text = Vec::new();
    let mut chunk = [0; 4096];
    while let Ok(1..) = stream.read(&mut chunk).inspect(|it| text.extend_from_slice(&chunk[..*it])) {
        if text.windows(4).any(|it| it == b"\r\n\r\n") {
            break;
        }
    }
    String::from_utf8_lossy(&text).into_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn paths_lead_nowhere_outside() {
    let proxy = Proxy::start("").await;
    std::fs::create_dir_all(proxy.folder.0.join("dist")).unwrap();
    std::fs::write(proxy.folder.0.join("secret.txt"), "hush").unwrap();
    for path in [
        "/../secret.txt",
        "/..%2fsecret.txt",
        "/%2e%2e/secret.txt",
        "/assets/../../secret.txt",
        "/..\\secret.txt",
        "/data/milkrun.sqlite3",
        "/api/v1/../../secret.txt",
        "//etc/passwd",
        "/%00secret.txt",
    ] {
        let answer =
            raw(&proxy, format!("GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").as_bytes());
        assert!(
            !answer.contains("hush") && !answer.contains("root:") && !answer.contains("SQLite"),
            "{path}: {answer}"
        );
        assert!(!answer.starts_with("HTTP/1.1 5"), "{path}: {answer}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_character_no_database_keeps_is_refused_in_words() {
    let both = Both::start(Version::V4, "").await;
    let proxy = &both.proxy;
    for path in ["dispatches/%00", "parcels/a%00b", "pushes/%00", "sites/%00", "audit?actor=%00", "users/%00"]
    {
        let (status, problem) = reply(proxy.get(path)).await;
        assert!(status < 500, "{path}: {status} {problem:#}");
    }
    for path in ["parcels/%00", "users/%00", "tokens/%00", "sites/%00"] {
        let (status, problem) = reply(proxy.delete(path)).await;
        assert!(status < 500, "{path}: {status} {problem:#}");
    }
    let mut body = request("J-\0");
    let (status, problem) = dispatch(proxy, "11111111-1", &body).await;
    assert_eq!((status, problem["type"].as_str()), (422, Some("invalid-request")), "{problem:#}");
    body["external_job_id"] = json!("J-1");
    assert_eq!(dispatch(proxy, "11111111-1", &body).await.0, 200, "nothing of it was kept");
    let parcel = json!({"tracking_number": "MR-TRANSIT-1", "courier_code": "posti\0", "title": "x"});
    let (status, problem) = reply(proxy.post("parcels").json(&json!({"parcels": [parcel]}))).await;
    assert_eq!(status, 422, "{problem:#}");
    for public in
        ["api/widget/v1/lookup?site=%00&number=%00", "api/widget/v1/site?site=%00", "t/%00", "t?number=%00"]
    {
        let status = proxy.http.get(format!("{}/{public}", proxy.base)).send().await.unwrap().status();
        assert!(!status.is_server_error(), "{public}: {status}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn headers_and_log_lines_cannot_be_made_up() {
    let both = Both::start(Version::V4, "").await;
    let mark = "made-up-7f3a";
    let mut body = request("J-1");
    body["title"] = json!(format!("x\r\nset-cookie: {mark}=1\n2026-11-24T00:00:00Z ERROR {mark}"));
    let (status, sent) = dispatch(&both.proxy, "11111111-1", &body).await;
    assert!(status < 500, "{sent:#}");
    let path = format!("/api/v1/dispatches?date=2026-11-22%0d%0aset-cookie:%20{mark}=1&limit=1");
    let answer =
        raw(&both.proxy, format!("GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").as_bytes());
    assert!(!answer.to_lowercase().contains(&format!("\nset-cookie: {mark}")), "{answer}");
    let log = String::from_utf8_lossy(&log().lock().unwrap()).into_owned();
    let own = log.lines().filter(|it| it.contains("milkrun_proxy"));
    assert!(!log.lines().any(|it| it.starts_with(&format!("2026-11-24T00:00:00Z ERROR {mark}"))));
    assert_eq!(own.filter(|it| it.contains(mark)).count(), 0, "what people wrote is not logged");
}

#[tokio::test(flavor = "multi_thread")]
async fn nonsense_is_refused_and_nothing_falls_over() {
    let proxy = Proxy::start("").await;
    for bytes in [
        b"GARBAGE\r\n\r\n".to_vec(),
        format!("GET /{} HTTP/1.1\r\nhost: x\r\n\r\n", "a".repeat(100_000)).into_bytes(),
        format!("GET / HTTP/1.1\r\nhost: x\r\ncookie: {}\r\n\r\n", "a=b; ".repeat(100_000)).into_bytes(),
        b"POST /api/v1/session HTTP/1.1\r\nhost: x\r\ncontent-length: 99999999\r\nx-requested-by: milkrun-portal\r\ncontent-type: application/json\r\n\r\n".to_vec(),
    ] {
        let answer = raw(&proxy, &bytes);
        assert!(!answer.starts_with("HTTP/1.1 2") && !answer.starts_with("HTTP/1.1 5"), "{answer}");
    }
    let both = Both::start(Version::V4, "").await;
    let step = both.proxy.post("sandbox/clock").json(&json!({"speed": 0, "step_seconds": 2_147_483_648_u32}));
    assert_eq!(reply(step).await.0, 422);
    for depth in [100, 10_000] {
        let body = format!("{}1{}", "[".repeat(depth), "]".repeat(depth));
        let request = proxy.post("geocode").header("content-type", "application/json").body(body);
        assert_eq!(reply(request).await.0, 422, "{depth}");
    }
    assert_eq!(reply(proxy.get("session")).await.0, 200, "it still answers");
}

#[tokio::test]
async fn passwords_tokens_and_cookies_are_in_no_log_line() {
    let proxy = Proxy::start("").await;
    let (_, cookie) = join(&proxy, "viewer").await;
    let session = cookie.split('=').nth(1).unwrap();
    let new = json!({"name": "ERP", "scopes": ["parcels:read"]});
    let made = reply(proxy.post("tokens").json(&new)).await.1;
    let secret = made["secret"].as_str().unwrap();
    reply(proxy.http.get(format!("{}/api/v1/parcels", proxy.base)).bearer_auth(secret)).await;
    let log = String::from_utf8_lossy(&log().lock().unwrap()).into_owned();
    for line in log.lines().filter(|it| it.contains("milkrun_proxy")) {
        for hidden in [session, secret, "correct horse battery", "$argon2id$"] {
            assert!(!line.contains(hidden), "{hidden} in {line}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn slow_clients_hold_nothing_for_long() {
    let proxy = Proxy::start("head_read_s = 1").await;
    let address = proxy.base.trim_start_matches("http://").to_owned();
    let ended = move |first: &[u8], drip: Option<u8>| {
        let mut stream = TcpStream::connect(&address).unwrap();
        stream.set_read_timeout(Some(Duration::from_millis(100))).unwrap();
        stream.write_all(first).unwrap();
        for _ in 0..100 {
            // A letter now and then, so that the line is never silent.
            if drip.is_some_and(|it| stream.write_all(&[it]).is_err()) {
                return true;
            }
            match stream.read(&mut [0; 4096]) {
                Ok(0) => return true,
                Err(it)
                    if !matches!(
                        it.kind(),
                        std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut
                    ) =>
                {
                    return true;
                }
                _ => {}
            }
        }
        false
    };
    let all = tokio::task::spawn_blocking(move || {
        [
            ("half a head", ended(b"GET / HTTP/1.1\r\nhost: x\r\nx: ", Some(b'a'))),
            ("no head at all", ended(b"", None)),
            ("a connection kept for nothing", ended(b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n", None)),
        ]
    });
    for (what, ended) in all.await.unwrap() {
        assert!(ended, "{what} held its connection");
    }
    let mut slow = request("J-1").to_string().into_bytes();
    slow.truncate(20);
    let head = "POST /api/v1/session HTTP/1.1\r\nhost: x\r\nx-requested-by: milkrun-portal\r\n\
                content-type: application/json\r\ncontent-length: 500\r\n\r\n";
    let started = std::time::Instant::now();
    let address = proxy.base.trim_start_matches("http://").to_owned();
    let answer = tokio::task::spawn_blocking(move || {
        let mut stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(40))).unwrap();
        stream.write_all(head.as_bytes()).unwrap();
        stream.write_all(&slow).unwrap();
        let mut start = [0; 12];
        stream.read_exact(&mut start).map(|()| String::from_utf8_lossy(&start).into_owned())
    });
    let answer = answer.await.unwrap().unwrap();
    assert_eq!(answer, "HTTP/1.1 504", "a body that does not come runs into the route's limit");
    assert!(started.elapsed() < Duration::from_secs(30));
    assert_eq!(reply(proxy.get("session")).await.0, 200);
}

#[tokio::test]
async fn a_planted_session_is_not_taken_over() {
    let proxy = Proxy::start("").await;
    let (_, victim) = join(&proxy, "dispatcher").await;
    // The attacker's own session, a made-up one, and both beside each other.
    let planted = proxy.sign_in().await;
    for cookie in
        [planted.clone(), format!("milkrun_session={}", "a".repeat(64)), format!("{planted}; {victim}")]
    {
        let link = milkrun_proxy::session::new_link(&proxy.state).await.unwrap();
        let body = json!({ "token": link.rsplit('#').next().unwrap() });
        let reply =
            proxy.anonymous_post("session").header("cookie", &cookie).json(&body).send().await.unwrap();
        let given = reply.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
        assert!(!cookie.contains(&given), "a sign-in went on with the session that came with it");
    }
}
