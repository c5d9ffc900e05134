//! Live updates: pushed, numbered, replayed, limited.

use std::time::Duration;

use milkrun_wire::tracking51::webhook::Version;
use serde_json::json;

use crate::dispatches::{dispatch, request};
use crate::harness::{Both, Proxy, reply};

/// A stream of events, read as it comes.
struct Stream {
    reply: reqwest::Response,
    text: String,
}

impl Stream {
    async fn open(proxy: &Proxy, last: Option<&str>) -> Self {
        let mut request = proxy.get("events");
        if let Some(it) = last {
            request = request.header("last-event-id", it);
        }
        let reply = request.send().await.unwrap();
        assert_eq!(reply.status(), 200);
        assert_eq!(reply.headers()["content-type"], "text/event-stream");
        assert_eq!(reply.headers()["x-accel-buffering"], "no");
        Self { reply, text: String::new() }
    }

    /// The next event that is no comment, as its lines.
    async fn next(&mut self) -> Vec<String> {
        loop {
            while let Some((event, rest)) = self.text.split_once("\n\n") {
                let lines: Vec<String> = event.lines().map(str::to_owned).collect();
                self.text = rest.to_owned();
                if lines.iter().any(|it| it.starts_with("event:")) {
                    return lines;
                }
            }
            let chunk = tokio::time::timeout(Duration::from_secs(10), self.reply.chunk()).await;
            let chunk = chunk.expect("an event in time").unwrap().expect("a stream that goes on");
            self.text.push_str(std::str::from_utf8(&chunk).unwrap());
        }
    }
}

fn field<'a>(lines: &'a [String], name: &str) -> &'a str {
    lines.iter().find_map(|it| it.strip_prefix(name)).unwrap_or_default().trim_start_matches(": ")
}

#[tokio::test]
async fn a_change_is_pushed_and_missed_ones_are_replayed() {
    let both = Both::start(Version::V4, "").await;
    let mut stream = Stream::open(&both.proxy, None).await;
    let sent = dispatch(&both.proxy, "11111111-1", &request("J-1")).await.1;
    let first = stream.next().await;
    assert_eq!((field(&first, "event"), field(&first, "data")), ("dispatch", sent["id"].as_str().unwrap()));
    let second = stream.next().await;
    let (a, b): (i64, i64) = (field(&first, "id").parse().unwrap(), field(&second, "id").parse().unwrap());
    assert_eq!(b, a + 1);
    drop(stream);
    let mut again = Stream::open(&both.proxy, Some(field(&first, "id"))).await;
    assert_eq!(again.next().await, second);
    let path = format!("events?after={}", field(&first, "id"));
    let mut after = Stream { reply: both.proxy.get(&path).send().await.unwrap(), text: String::new() };
    assert_eq!(
        after.next().await,
        second,
        "a browser that opens a new stream names the event in the address"
    );
    let mut lost = Stream::open(&both.proxy, Some("999999")).await;
    assert_eq!(field(&lost.next().await, "event"), "reset", "a number that was never given");
}

#[tokio::test]
async fn a_session_holds_a_few_streams_and_places_become_free() {
    let proxy = Proxy::start("").await;
    let mut streams = Vec::new();
    for _ in 0..6 {
        streams.push(Stream::open(&proxy, None).await);
    }
    let (status, problem) = reply(proxy.get("events")).await;
    assert_eq!((status, &problem["type"]), (429, &json!("too-many-streams")));
    streams.clear();
    for _ in 0..100 {
        if proxy.get("events").send().await.unwrap().status() == 200 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("no place became free");
}

#[tokio::test]
async fn a_quiet_stream_is_kept_open_by_pings() {
    let proxy = Proxy::start("").await;
    // The usual client gives up soon after the first ping.
    let patient = reqwest::Client::builder().no_proxy().build().unwrap();
    let request = proxy.get("events").build().unwrap();
    let mut stream = patient.execute(request).await.unwrap();
    // What comes at the beginning is the welcome; a ping comes into a silence.
    let (started, silence) = (std::time::Instant::now(), Duration::from_secs(10));
    loop {
        let chunk =
            tokio::time::timeout(Duration::from_secs(20), stream.chunk()).await.expect("a ping in time");
        let text = String::from_utf8(chunk.unwrap().unwrap().to_vec()).unwrap();
        if started.elapsed() > silence {
            assert!(text.starts_with(':'), "{text}");
            break;
        }
    }
}

#[tokio::test]
async fn who_is_shut_out_hears_no_more() {
    let proxy = Proxy::start("").await;
    let (id, cookie) = crate::people::join(&proxy, "viewer").await;
    let made = reply(proxy.post("tokens").json(&json!({"name": "ERP", "scopes": ["events:read"]}))).await.1;
    let secret = made["secret"].as_str().unwrap();
    let mut streams = [
        proxy.anonymous_get("events").header("cookie", cookie).send().await.unwrap(),
        proxy.anonymous_get("events").bearer_auth(secret).send().await.unwrap(),
    ];
    reply(proxy.patch(&format!("users/{id}")).json(&json!({"disabled": true}))).await;
    reply(proxy.delete(&format!("tokens/{}", made["token"]["id"].as_str().unwrap()))).await;
    for stream in &mut streams {
        assert_eq!(stream.status(), 200);
        let ended = async { while stream.chunk().await.unwrap().is_some() {} };
        // The client of these tests is patient for twenty seconds.
        tokio::time::timeout(Duration::from_secs(19), ended).await.expect("the stream ends");
    }
}

#[tokio::test]
async fn streams_end_when_the_proxy_does() {
    let proxy = Proxy::start("").await;
    let mut stream = Stream::open(&proxy, None).await;
    proxy.state.end();
    let ended = async { while stream.reply.chunk().await.unwrap().is_some() {} };
    tokio::time::timeout(Duration::from_secs(5), ended).await.expect("the stream ends");
}

#[tokio::test]
async fn every_browser_hears_whichever_proxy_made_the_change() {
    if std::env::var("MILKRUN_TEST_STORE").as_deref() != Ok("postgres") {
        println!("skipped: one SQLite file has one proxy; run cargo xtask test --only postgres");
        return;
    }
    let both = Both::start(Version::V4, "").await;
    let toml = format!("sandbox_url = \"{}\"\n", both.sandbox);
    let (listener, _) = crate::harness::listener().await;
    let other = Proxy::start_at(listener, &toml, both.proxy.folder.clone()).await;
    let mut stream = Stream::open(&other, None).await;
    let sent = dispatch(&both.proxy, "11111111-1", &request("J-1")).await.1;
    let heard = stream.next().await;
    assert_eq!((field(&heard, "event"), field(&heard, "data")), ("dispatch", sent["id"].as_str().unwrap()));
}
