//! Measures the widget beside other ways to put the same lookup on a shop's page, and prints a table.
//!
//! Everything a page loads from the portal goes through a relay, which counts requests and bytes as they travel.
//! `MILKRUN_PEERS` names a folder with the npm peers' scripts, each in brotli; started by `cargo xtask bench widget`.
#![allow(clippy::print_stdout, reason = "a command-line program talks by printing")]

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use anyhow::{Context, Result};
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use milkrun_e2e::{Browser, Journey, Servers, ports::free_address};
use serde_json::{Value, json};

const NUMBER: &str = "MR-TRANSIT-62";
/// Each way is measured so many times, and the median counts.
const ROUNDS: usize = 7;

/// What stands between the pages and the portal.
struct Relay {
    portal: String,
    /// Scripts by name, as they travel.
    peers: BTreeMap<String, Bytes>,
    client: reqwest::Client,
    requests: AtomicU64,
    bytes: AtomicU64,
}

/// A way to put a lookup on a page.
struct Way {
    name: &'static str,
    html: String,
}

/// What one page load cost.
#[derive(Clone, Copy, Debug, Default)]
struct Cost {
    requests: u64,
    bytes: u64,
    main_ms: f64,
    longest_ms: f64,
    answer_ms: f64,
    shift: f64,
}

/// The least that can stand in a peer's frame: asks the same lookup and tells its height, without looks or languages.
const BARE: &str = "<!doctype html><meta charset='utf-8'><title>Parcel</title><body><script>
const query = new URLSearchParams(location.search);
fetch('/api/widget/v1/lookup?site=bench&number=' + (query.get('term') || query.get('number'))).then(it => it.json()).then(it => {
  const add = (tag, text) => { const e = document.createElement(tag); e.textContent = text; document.body.append(e) };
  add('h1', it.status); add('p', it.carrier + ' ' + it.number);
  for (const event of it.events) add('p', event.at + ' ' + event.text + ' ' + event.place);
  parent.postMessage({ giscus: { resizeHeight: document.body.scrollHeight + 16 }, bare: true }, '*');
});
</script>";

#[tokio::main]
async fn main() -> Result<()> {
    let (shop, relay) = (free_address()?, free_address()?);
    let config = format!(
        "[lookups]\nper_second = 1000.0\nburst = 1000.0\n\n\
         [[sites]]\nkey = \"bench\"\norigins = [\"http://localhost:{}\"]\n",
        shop.port()
    );
    let journey = Journey::through(Servers::start_unwatched(&config).await?).await?;
    journey.track(&[NUMBER]).await?;
    let row = format!(
        "[...document.querySelectorAll('[data-test=parcel-row]')]\
         .some(row => row.innerText.includes('{NUMBER}') && row.innerText.includes('On the way'))"
    );
    journey.turn_clock_until(6 * 3600, &row).await?;
    let state = Arc::new(Relay {
        portal: journey.servers.portal(),
        peers: peers()?,
        client: reqwest::Client::builder().no_proxy().build()?,
        requests: AtomicU64::new(0),
        bytes: AtomicU64::new(0),
    });
    let ways = ways(&format!("http://localhost:{}", relay.port()), &state.peers);
    serve(relay, Router::new().fallback(pass_on).with_state(Arc::clone(&state))).await?;
    let pages: BTreeMap<String, String> =
        ways.iter().enumerate().map(|(at, it)| (format!("/{at}"), it.html.clone())).collect();
    let page = |State(pages): State<Arc<BTreeMap<String, String>>>, request: Request| async move {
        pages
            .get(request.uri().path())
            .map_or(StatusCode::NOT_FOUND.into_response(), |it| Html(it.clone()).into_response())
    };
    serve(shop, Router::new().fallback(page).with_state(Arc::new(pages))).await?;

    println!(
        "| way | requests | kB on the wire | main thread, ms | longest task, ms | answer after, ms | layout shift |"
    );
    println!("| --- | ---: | ---: | ---: | ---: | ---: | ---: |");
    for (at, way) in ways.iter().enumerate() {
        let mut all = Vec::new();
        for _ in 0..ROUNDS {
            all.push(measure(&state, &format!("http://localhost:{}/{at}", shop.port())).await?);
        }
        let median = |of: fn(&Cost) -> f64| {
            let mut values: Vec<f64> = all.iter().map(of).collect();
            values.sort_by(f64::total_cmp);
            values[ROUNDS / 2]
        };
        // Browsers tell of a task only when it is longer than 50 ms.
        let longest = match median(|it| it.longest_ms) {
            0.0 => "under 50".to_owned(),
            it => format!("{it:.0}"),
        };
        println!(
            "| {} | {:.0} | {:.1} | {:.0} | {} | {:.0} | {:.3} |",
            way.name,
            median(|it| it.requests as f64),
            median(|it| it.bytes as f64) / 1000.0,
            median(|it| it.main_ms),
            longest,
            median(|it| it.answer_ms),
            median(|it| it.shift),
        );
    }
    Ok(())
}

/// The scripts in the folder of peers; none without one.
fn peers() -> Result<BTreeMap<String, Bytes>> {
    let Some(folder) = std::env::var_os("MILKRUN_PEERS") else { return Ok(BTreeMap::new()) };
    let mut peers = BTreeMap::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if let Some(name) = path.file_name().and_then(|it| it.to_str()?.strip_suffix(".br")) {
            peers.insert(name.to_owned(), std::fs::read(&path)?.into());
        }
    }
    Ok(peers)
}

fn ways(portal: &str, peers: &BTreeMap<String, Bytes>) -> Vec<Way> {
    let page = |name, head: &str, body: &str| {
        Way {
        name,
        html: format!(
            "<!doctype html><html lang='en'><meta charset='utf-8'><link rel='icon' href='data:,'><title>Shop</title>
             <script>
                window.shift = 0;
                new PerformanceObserver(list => list.getEntries().forEach(it => window.shift += it.value))
                    .observe({{ type: 'layout-shift', buffered: true }});
                window.longest = 0;
                new PerformanceObserver(list => list.getEntries().forEach(it => window.longest = Math.max(window.longest, it.duration)))
                    .observe({{ type: 'longtask', buffered: true }});
                const done = () => requestAnimationFrame(() => requestAnimationFrame(() => window.answered ??= performance.now()));
                addEventListener('milkrun:result', done);
                addEventListener('message', ({{ data }}) => data?.bare && done());
             </script>
             <style>milkrun-track:not(:defined) {{ display: block; min-height: 28rem }}</style>{head}
             <body><p>Before</p>{body}<p>After</p></body></html>"
        ),
    }
    };
    let loader = format!("<script async src='{portal}/widget/v1.js' data-site='bench'></script>");
    let mut ways = vec![
        page("nothing", "<script>addEventListener('load', () => done())</script>", ""),
        page("Milkrun, in the page", &loader, &format!("<milkrun-track number='{NUMBER}'></milkrun-track>")),
        page(
            "Milkrun, in its frame",
            &loader,
            &format!("<milkrun-track mode='frame' number='{NUMBER}'></milkrun-track>"),
        ),
        page(
            "a bare page in a frame of fixed height",
            "",
            &format!(
                "<iframe src='{portal}/bare?number={NUMBER}' width='100%' height='560' title='Parcel'></iframe>"
            ),
        ),
    ];
    if peers.contains_key("resizer.js") {
        ways.push(page(
            "the same bare page in iframe-resizer 4.4.5",
            &format!("<script src='{portal}/peers/resizer.js'></script>"),
            &format!(
                "<iframe id='peer' src='{portal}/bare?peer&number={NUMBER}' style='width:1px;min-width:100%' title='Parcel'></iframe>
                 <script>iFrameResize({{ checkOrigin: ['{portal}'] }}, '#peer')</script>"
            ),
        ));
    }
    if peers.contains_key("giscus.js") {
        ways.push(page(
            "the same bare page in giscus 1.6.0",
            &format!("<script type='module' src='{portal}/peers/giscus.js'></script>"),
            &format!("<giscus-widget host='{portal}' repo='a/b' mapping='specific' term='{NUMBER}'></giscus-widget>"),
        ));
    }
    ways
}

/// One load in a fresh browser, so that no cache helps.
async fn measure(relay: &Relay, url: &str) -> Result<Cost> {
    let browser = Browser::start().await?;
    browser.goto("about:blank").await?;
    let before = busy(&browser).await?;
    relay.requests.store(0, Ordering::Relaxed);
    relay.bytes.store(0, Ordering::Relaxed);
    browser.goto(url).await?;
    browser.wait_until("window.answered").await?;
    // What still moves after the answer counts too.
    tokio::time::sleep(Duration::from_millis(400)).await;
    let page = browser.script("return [window.answered, window.shift, window.longest]", &[]).await?;
    Ok(Cost {
        requests: relay.requests.load(Ordering::Relaxed),
        bytes: relay.bytes.load(Ordering::Relaxed),
        main_ms: (busy(&browser).await? - before) * 1000.0,
        answer_ms: page[0].as_f64().unwrap_or_default(),
        longest_ms: page[2].as_f64().unwrap_or_default(),
        shift: page[1].as_f64().unwrap_or_default(),
    })
}

/// Seconds the page's main thread has worked so far.
async fn busy(browser: &Browser) -> Result<f64> {
    let driver = browser.driver().cdp();
    driver.send_raw("Performance.enable", json!({})).await?;
    let found: Value = driver.send_raw("Performance.getMetrics", json!({})).await?;
    let all = found["metrics"].as_array().context("the browser counts nothing")?;
    let task = all.iter().find(|it| it["name"] == "TaskDuration").context("the browser counts no tasks")?;
    task["value"].as_f64().context("the browser's count is no number")
}

async fn serve(address: SocketAddr, app: Router) -> Result<()> {
    let listener = tokio::net::TcpListener::bind(address).await?;
    tokio::spawn(async move { axum::serve(listener, app).await });
    Ok(())
}

async fn pass_on(State(relay): State<Arc<Relay>>, request: Request) -> Response {
    let path = request.uri().path_and_query().map(ToString::to_string).unwrap_or_default();
    let reply = match request.uri().path() {
        "/bare" if path.contains("?peer") => {
            Html(BARE.replace("<body>", "<body><script src='/peers/resized.js'></script>")).into_response()
        }
        "/bare" | "/en/widget" | "/widget" => Html(BARE).into_response(),
        it if it.starts_with("/peers/") => {
            let script = relay.peers.get(it.trim_start_matches("/peers/")).cloned().unwrap_or_default();
            let headers = [
                (header::CONTENT_TYPE, "text/javascript"),
                (header::CONTENT_ENCODING, "br"),
                (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
            ];
            (headers, script).into_response()
        }
        _ => ask(&relay, &path, request.headers().clone())
            .await
            .unwrap_or_else(|_| StatusCode::BAD_GATEWAY.into_response()),
    };
    let (parts, body) = reply.into_parts();
    let Ok(bytes) = axum::body::to_bytes(body, usize::MAX).await else {
        return StatusCode::BAD_GATEWAY.into_response();
    };
    relay.requests.fetch_add(1, Ordering::Relaxed);
    relay.bytes.fetch_add(bytes.len() as u64, Ordering::Relaxed);
    Response::from_parts(parts, Body::from(bytes))
}

async fn ask(relay: &Relay, path: &str, headers: HeaderMap) -> Result<Response> {
    let mut asked = relay.client.get(format!("{}{path}", relay.portal));
    for (name, value) in &headers {
        if *name != header::HOST && *name != header::CONNECTION {
            asked = asked.header(name, value);
        }
    }
    let reply = asked.send().await?;
    let mut answer = Response::builder().status(reply.status());
    for (name, value) in reply.headers() {
        if *name != header::TRANSFER_ENCODING
            && *name != header::CONTENT_LENGTH
            && *name != header::CONNECTION
        {
            answer = answer.header(name, value);
        }
    }
    Ok(answer.body(Body::from(reply.bytes().await?))?)
}
