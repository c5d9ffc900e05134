//! Counting at both ends.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::sync::PoisonError;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::relay::Relay;
use crate::work::Work;

/// What became of everything that was accepted.
#[derive(Clone, Debug, Default)]
pub(crate) struct Verdict {
    dispatches: Counts,
    pushes: Counts,
}

#[derive(Clone, Debug, Default)]
struct Counts {
    accepted: usize,
    delivered: usize,
    lost: usize,
    doubled: usize,
}

impl Verdict {
    pub(crate) fn is_good(&self) -> bool {
        [&self.dispatches, &self.pushes].iter().all(|it| it.accepted > 0 && it.lost == 0 && it.doubled == 0)
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (name, it) in [("dispatches", &self.dispatches), ("pushes", &self.pushes)] {
            let Counts { accepted, delivered, lost, doubled } = it;
            writeln!(
                f,
                "{name}: {accepted} accepted, {delivered} delivered, {lost} lost, {doubled} doubled"
            )?;
        }
        Ok(())
    }
}

/// Counts until nothing is missing, or the time is over.
pub(crate) async fn reached_in_time(work: &Work, relay: &Relay, time: Duration) -> anyhow::Result<Verdict> {
    let started = Instant::now();
    loop {
        let verdict = count(work, relay).await?;
        if (verdict.dispatches.lost == 0 && verdict.pushes.lost == 0) || started.elapsed() > time {
            return Ok(verdict);
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}

async fn count(work: &Work, relay: &Relay) -> anyhow::Result<Verdict> {
    Ok(Verdict { dispatches: dispatches(work, relay).await?, pushes: pushes(work).await? })
}

/// A dispatch is delivered when the proxy shows it accepted and RouteMate has its job; it is doubled when
/// RouteMate has two jobs of it, or was ever sent it under two keys.
async fn dispatches(work: &Work, relay: &Relay) -> anyhow::Result<Counts> {
    let accepted = work.dispatched.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let (sandbox, client) =
        (&work.sandbox, json!({"client_id": "rm_ci_sandbox", "client_secret": "rm_cs_sandbox"}));
    let token = work
        .sandbox(|http| http.post(format!("{sandbox}/routemate/v1/integration-token")).json(&client))
        .await?["access_token"]
        .as_str()
        .unwrap_or_default()
        .to_owned();
    let jobs = work
        .sandbox(|http| http.get(format!("{sandbox}/routemate/v1/integration-jobs")).bearer_auth(&token))
        .await?;
    let jobs: HashSet<&str> =
        jobs.as_array().into_iter().flatten().filter_map(|it| it["job_id"].as_str()).collect();
    let mut counts = Counts { accepted: accepted.len(), ..Counts::default() };
    let mut known = HashSet::new();
    for (external, id) in &accepted {
        let shown = work.get(&format!("dispatches/{id}")).await?;
        let job = shown["job_id"].as_str().unwrap_or_default();
        if shown["state"] == "accepted" && jobs.contains(job) {
            counts.delivered += 1;
            known.insert(job.to_owned());
        } else {
            counts.lost += 1;
        }
        counts.doubled += usize::from(relay.keys_of(external) > 1);
    }
    // Jobs beyond those that dispatches name are somebody's second.
    if counts.lost == 0 {
        counts.doubled += jobs.len().saturating_sub(known.len());
    }
    Ok(counts)
}

/// A push is delivered when it is on record and its parcel was read after it; it is doubled when it is on record
/// twice.
async fn pushes(work: &Work) -> anyhow::Result<Counts> {
    let accepted = work.pushed.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let mut kept: HashMap<String, usize> = HashMap::new();
    let mut path = "pushes?limit=500".to_owned();
    loop {
        let page = work.get(&path).await?;
        for it in page["pushes"].as_array().into_iter().flatten() {
            let id = it["id"].as_str().unwrap_or_default();
            let push = work.get(&format!("pushes/{id}")).await?;
            let body: Value =
                serde_json::from_str(push["body"].as_str().unwrap_or_default()).unwrap_or_default();
            *kept.entry(body["data"]["note"].as_str().unwrap_or_default().to_owned()).or_default() += 1;
        }
        let Some(next) = page["next"].as_str() else { break };
        path = format!("pushes?limit=500&cursor={next}");
    }
    let parcels = work.get("parcels").await?;
    let read: HashMap<String, String> = parcels["parcels"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|it| {
            Some((it["tracking_number"].as_str()?.to_owned(), it["read_at"].as_str()?.to_owned()))
        })
        .collect();
    let mut counts = Counts { accepted: accepted.len(), ..Counts::default() };
    for (mark, number, at) in &accepted {
        let copies = kept.get(mark).copied().unwrap_or_default();
        let read_after = read.get(number).and_then(|it| seconds(it)).is_some_and(|it| it >= *at);
        if copies > 0 && read_after {
            counts.delivered += 1;
        } else {
            counts.lost += 1;
        }
        counts.doubled += copies.saturating_sub(1);
    }
    Ok(counts)
}

/// RFC 3339 in UTC as seconds since 1970.
fn seconds(text: &str) -> Option<u64> {
    text.parse::<jiff::Timestamp>().ok().and_then(|it| u64::try_from(it.as_second()).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_verdict_is_good_only_when_something_was_tried_and_nothing_missed() {
        let counts = |accepted, lost, doubled| Counts { accepted, delivered: accepted, lost, doubled };
        for (dispatches, pushes, good) in [
            (counts(1, 0, 0), counts(1, 0, 0), true),
            (counts(0, 0, 0), counts(1, 0, 0), false),
            (counts(1, 1, 0), counts(1, 0, 0), false),
            (counts(1, 0, 0), counts(1, 0, 1), false),
        ] {
            assert_eq!(Verdict { dispatches, pushes }.is_good(), good);
        }
        assert_eq!(seconds("1970-01-01T00:01:00Z"), Some(60));
    }
}
