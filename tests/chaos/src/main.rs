//! Nothing lost, nothing doubled: the proxy is killed again and again while it works, between a network that fails
//! in every way it can, and afterwards everything that was accepted is counted at both ends.
//!
//! `cargo xtask chaos` builds what this needs and starts it.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a command-line program talks by printing")]

mod relay;
mod servers;
mod verdict;
mod work;

use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use rand::RngExt as _;
use tokio::task::JoinSet;

use self::relay::Relay;
use self::servers::Servers;
use self::work::Work;

/// Dispatches and pushes in each round.
const EACH: usize = 3;
/// Latest moment of a round at which the proxy is killed, milliseconds.
const KILL_WITHIN_MS: u64 = 700;
/// How long everything may take to settle once nobody is killed any more.
const SETTLE: Duration = Duration::from_secs(300);

/// The command line.
struct Options {
    rounds: usize,
    postgres: bool,
}

fn options() -> anyhow::Result<Options> {
    let mut it = Options { rounds: 20, postgres: false };
    let mut arguments = std::env::args().skip(1);
    while let Some(name) = arguments.next() {
        let value = arguments.next().with_context(|| format!("{name} needs a value"))?;
        match (name.as_str(), value.as_str()) {
            ("--rounds", it_is) => it.rounds = it_is.parse().context("--rounds takes a number")?,
            ("--store", "sqlite") => it.postgres = false,
            ("--store", "postgres") => it.postgres = true,
            _ => bail!("usage: milkrun-chaos [--rounds N] [--store sqlite|postgres], not {name} {value}"),
        }
    }
    Ok(it)
}

#[tokio::main]
async fn main() -> ExitCode {
    // Installing fails when it is installed already, which is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
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
    let options = options()?;
    let database = if options.postgres {
        // A machine that cannot have one is told so, and nothing has failed.
        match milkrun_postgres::shared() {
            Ok(it) => Some(it.database()?),
            Err(it) => {
                println!("skipped: {it}");
                return Ok(true);
            }
        }
    } else {
        None
    };
    let relay = Relay::start().await?;
    let mut servers = Servers::start(&relay, database).await?;
    let work = Arc::new(Work::new(&servers).await?);
    let started = Instant::now();
    let mut hands = JoinSet::new();
    for round in 0..options.rounds {
        for _ in 0..EACH {
            hands.spawn(work.clone().dispatch());
            hands.spawn(work.clone().push());
        }
        tokio::time::sleep(Duration::from_millis(rand::rng().random_range(0..KILL_WITHIN_MS))).await;
        servers.kill_one_and_restart().await?;
        if (round + 1) % 20 == 0 || round + 1 == options.rounds {
            println!("{} of {} rounds, {:.0} s", round + 1, options.rounds, started.elapsed().as_secs_f64());
        }
    }
    relay.behave();
    while let Some(it) = hands.join_next().await {
        it??;
    }
    let verdict = verdict::reached_in_time(&work, &relay, SETTLE).await?;
    println!("{verdict}");
    println!(
        "{} kills, {} upstream calls of which {} met a fault, {:.0} s, store {}",
        options.rounds,
        relay.calls(),
        relay.faults(),
        started.elapsed().as_secs_f64(),
        if options.postgres { "postgres with two proxies" } else { "sqlite" }
    );
    Ok(verdict.is_good())
}
