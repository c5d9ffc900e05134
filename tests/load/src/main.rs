//! How fast the proxy answers, beside nginx serving a file of the same bytes on the same machine in the same run.
//!
//! The server under test runs on one core and this program on another. `cargo xtask bench proxy` builds what is
//! needed and starts it.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a command-line program talks by printing")]

mod http;
mod servers;

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use serde_json::{Value, json};

use self::http::{Client, load};
use self::servers::{Nginx, Proxy, Sandbox, resident_kb};

/// How long each server is kept busy.
const SECONDS: u64 = 5;
/// Streams of events that are held open at once.
const STREAMS: usize = 5_000;
/// First lookups of one number that come at once.
const FIRST_LOOKUPS: usize = 1_000;
/// The goals: half of nginx's requests, three times its p99, 200 MB.
const SHARE: f64 = 0.5;
const SLOWER: f64 = 3.0;
const MOST_MB: u64 = 200;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match run().await {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(it) => {
            eprintln!("error: {it:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> anyhow::Result<bool> {
    let mut arguments = std::env::args().skip(1);
    let mut file = None;
    while let Some(it) = arguments.next() {
        anyhow::ensure!(it == "--json", "usage: milkrun-load [--json FILE], not {it}");
        file = Some(PathBuf::from(arguments.next().context("--json needs a file's name")?));
    }
    let sandbox = Sandbox::start().await?;
    let proxy = Proxy::start(&sandbox).await?;
    proxy.add_parcel("MR-TRANSIT-1").await?;
    let lookup = Client::new(proxy.port, "/api/widget/v1/lookup?site=bench&number=MR-TRANSIT-1")
        .header("origin", "https://bench.example");
    let bytes = lookup.once().await?.body;
    anyhow::ensure!(String::from_utf8_lossy(&bytes).contains("\"found\":true"), "the lookup finds nothing");
    let (firsts, mut good) = first_lookups(&proxy, &sandbox).await?;
    let mut all = serde_json::Map::from_iter([("first lookups".to_owned(), firsts)]);
    let script = std::fs::read(proxy.dist.join("solver-worker.js"))?;
    let Some(nginx) = Nginx::start(&[("lookup.json", &bytes), ("solver-worker.js", &script)]).await? else {
        println!("skipped: nginx is not installed; on Debian: apt-get install nginx-light");
        return write(file, all).map(|()| good);
    };
    for (name, own, path) in [
        ("cached lookup", lookup.clone(), "/lookup.json"),
        ("static file", Client::new(proxy.port, "/solver-worker.js"), "/solver-worker.js"),
    ] {
        let theirs = load(&Client::new(nginx.port, path), Duration::from_secs(SECONDS)).await?;
        let ours = load(&own, Duration::from_secs(SECONDS)).await?;
        let (share, slower) = (ours.per_second / theirs.per_second, ours.p99_ms / theirs.p99_ms);
        let fine = share >= SHARE && slower <= SLOWER;
        good &= fine;
        println!(
            "{name}: {:.0} requests/s, p99 {:.2} ms; nginx {:.0} requests/s, p99 {:.2} ms: {:.0} %, {slower:.1} times{}",
            ours.per_second,
            ours.p99_ms,
            theirs.per_second,
            theirs.p99_ms,
            share * 100.0,
            if fine { "" } else { ", which misses the goal" }
        );
        all.insert(
            name.to_owned(),
            json!({"per_second": ours.per_second, "p99_ms": ours.p99_ms,
            "nginx_per_second": theirs.per_second, "nginx_p99_ms": theirs.p99_ms}),
        );
    }
    let (streams, fine) = streams(&proxy).await?;
    good &= fine;
    all.insert("streams".to_owned(), streams);
    write(file, all)?;
    Ok(good)
}

fn write(file: Option<PathBuf>, all: serde_json::Map<String, Value>) -> anyhow::Result<()> {
    if let Some(it) = file {
        std::fs::write(&it, serde_json::to_string_pretty(&Value::Object(all))?)?;
    }
    Ok(())
}

/// Asks for one number that nobody knows, over many connections at once, and has the vendor say what that cost.
async fn first_lookups(proxy: &Proxy, sandbox: &Sandbox) -> anyhow::Result<(Value, bool)> {
    let ask = Client::new(proxy.port, "/api/widget/v1/lookup?site=bench&number=RB123456789FI")
        .header("origin", "https://bench.example");
    let before = sandbox.calls().await?;
    let started = Instant::now();
    let mut asking = tokio::task::JoinSet::new();
    for _ in 0..FIRST_LOOKUPS {
        let ask = ask.clone();
        asking.spawn(async move { ask.once().await });
    }
    while let Some(it) = asking.join_next().await {
        let reply = it??;
        let found = String::from_utf8_lossy(&reply.body).contains("\"found\":true");
        anyhow::ensure!(reply.status == 200 && found, "a first lookup was answered by {}", reply.status);
    }
    let took_ms = started.elapsed().as_secs_f64() * 1000.0;
    // Whatever is called afterwards counts as well.
    tokio::time::sleep(Duration::from_secs(1)).await;
    let after = sandbox.calls().await?;
    let number = |it: Option<&Value>| it.and_then(Value::as_u64).unwrap_or_default();
    let made: serde_json::Map<String, Value> = after
        .iter()
        .map(|(name, now)| (name.clone(), number(Some(now)) - number(before.get(name))))
        .filter(|it| it.1 > 0)
        .map(|(name, calls)| (name, calls.into()))
        .collect();
    let calls: u64 = made.values().map(|it| number(Some(it))).sum();
    let fine = calls == 1;
    println!(
        "first lookups: {FIRST_LOOKUPS} of one number at once answered in {took_ms:.0} ms by {calls} upstream call{}{}",
        if fine { "" } else { "s" },
        if fine {
            String::new()
        } else {
            format!(", which misses the goal of one: {}", Value::Object(made.clone()))
        }
    );
    Ok((json!({"asked": FIRST_LOOKUPS, "upstream_calls": calls, "by_endpoint": made, "ms": took_ms}), fine))
}

/// Opens many streams, and measures the memory they take and how long one change takes to reach all.
async fn streams(proxy: &Proxy) -> anyhow::Result<(Value, bool)> {
    let client = Client::new(proxy.port, "/api/v1/events").header("cookie", &proxy.cookie);
    let before = resident_kb(proxy.pid())?;
    let mut open = Vec::with_capacity(STREAMS);
    for _ in 0..STREAMS {
        open.push(client.stream().await?);
    }
    let started = Instant::now();
    proxy.add_parcel("MR-TRANSIT-2").await?;
    for it in &mut open {
        it.until("event: parcel").await?;
    }
    let took = started.elapsed();
    let mb = resident_kb(proxy.pid())? / 1024;
    let fine = mb < MOST_MB;
    println!(
        "streams: {STREAMS} open, {mb} MB in all ({} MB before), a change reached all in {:.0} ms{}",
        before / 1024,
        took.as_secs_f64() * 1000.0,
        if fine { "" } else { ", which misses the goal" }
    );
    let figures = json!({"open": STREAMS, "mb": mb, "mb_before": before / 1024, "fan_out_ms": took.as_secs_f64() * 1000.0});
    Ok((figures, fine))
}
