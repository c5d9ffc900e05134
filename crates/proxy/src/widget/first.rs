//! A number nobody has added yet: where its site allows it, the first shopper who asks makes it a tracked parcel.
//!
//! It is tried once in a while and by one caller, however many ask at once. Where the carrier is known, one call
//! registers the number, and its reply is the answer. Where it is not, 51Tracking is first asked whether it has the
//! parcel already, which costs nothing of the quota, and then whose number it is.

use std::sync::Arc;
use std::time::Duration;

use milkrun_wire::api::session::Upstream;

use super::number::normalised;
use super::sites::KnownSite;
use crate::clock::now_ms;
use crate::problem::Answer;
use crate::state::State;
use crate::tracking;

const DAY_MS: i64 = 24 * 3600 * 1000;
/// A number that was not to be had is not tried again for so long.
const AGAIN_MS: i64 = 6 * 3600 * 1000;
/// The same where 51Tracking gave no answer.
const SOON_MS: i64 = 2 * 60 * 1000;
/// How long a shopper waits for it; the next lookup finds what came later.
const PATIENCE: Duration = Duration::from_secs(8);
/// Shortest and longest number that is worth a call.
const LENGTHS: std::ops::RangeInclusive<usize> = 8..=40;

/// Makes a number known if it can be; true when another look at the store is worth it. `named` is the carrier that the
/// page has named, which counts where the site has it among its own.
pub(super) async fn fetch(state: &Arc<State>, site: &Arc<KnownSite>, typed: &str, named: &str) -> bool {
    let number = normalised(typed);
    if site.settings.register_per_day == 0
        || state.tracking().access.state == Upstream::Unconfigured
        || !plausible(&number)
    {
        return false;
    }
    // A task of its own: what was paid for is stored, even when everybody who asked has gone away.
    let work = || async {
        let (state, site, number, named) = (state.clone(), site.clone(), number.clone(), named.to_owned());
        let task = tokio::spawn(async move { fetch_once(&state, &site, &number, &named).await });
        match task.await {
            Ok(Ok(it)) => it,
            Ok(Err(it)) => {
                tracing::warn!(reason = ?it.problem().detail, "a shopper's number could not be registered");
                false
            }
            Err(_it) => false,
        }
    };
    let run = state.first_lookups.run(number.clone(), work);
    tokio::time::timeout(PATIENCE, run).await.unwrap_or(false)
}

async fn fetch_once(state: &State, site: &KnownSite, number: &str, named: &str) -> Answer<bool> {
    let limits = state.store.rate_limits();
    let name = format!("first lookup of {number}");
    // Proxies that share a database share this too: one of them tries.
    if limits.spend(&name, AGAIN_MS, 1, 1, now_ms()).await?.is_err() {
        return Ok(!state.store.parcels().by_number(number).await?.is_empty());
    }
    let found = attempt(state, site, number, named).await;
    if found.is_err() {
        limits.rest(&name, now_ms() + SOON_MS).await?;
    }
    found
}

/// Makes a number known; false when it is not to be had, an error when nobody said whether it is.
async fn attempt(state: &State, site: &KnownSite, number: &str, named: &str) -> Answer<bool> {
    let carriers = &site.settings.carriers;
    let carrier = match carrier(carriers, named) {
        Some(it) => it,
        None if tracking::adopt(state, number).await? => return Ok(true),
        None => match detected(carriers, tracking::carriers_of(state, number).await?) {
            Some(it) => it,
            None => return Ok(false),
        },
    };
    let limits = state.store.rate_limits();
    let per_day = i64::from(site.settings.register_per_day);
    let (budget, every) = (format!("registrations of {}", site.key), DAY_MS / per_day);
    if limits.spend(&budget, every, per_day, 1, now_ms()).await?.is_err() {
        tracing::warn!(site = site.key, "a site has registered as many numbers as it may in a day");
        return Ok(false);
    }
    let added = tracking::add_one(state, number, carrier).await;
    if added.is_err() {
        // Nothing was registered, so that nothing was spent.
        limits.charge(&budget, every, per_day, -1, now_ms()).await?;
    }
    let Some(id) = added? else { return Ok(false) };
    let actor = format!("site {}", site.key);
    state.store.audit().add(&actor, "parcel.add", &id, number, now_ms()).await?;
    Ok(true)
}

/// The carrier of a site's unknown numbers, where nobody has to be asked for it.
fn carrier(own: &[String], named: &str) -> Option<String> {
    match own {
        [one] => Some(one.clone()),
        many => many.iter().find(|it| *it == named).cloned(),
    }
}

/// The likeliest carrier that the site sends with. A number of none of its carriers is not one of its parcels.
fn detected(own: &[String], likely: Vec<String>) -> Option<String> {
    likely.into_iter().find(|it| own.is_empty() || own.contains(it))
}

/// Carriers' numbers have digits, and no letters but those of English.
fn plausible(number: &str) -> bool {
    LENGTHS.contains(&number.len())
        && number.is_ascii()
        && number.bytes().filter(u8::is_ascii_digit).count() * 3 >= number.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_registered_with_a_carrier_of_its_site() {
        let all = |it: &[&str]| it.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>();
        for (own, named, known, found) in [
            (&[][..], "", None, Some("dhl")),
            (&[], "posti", None, Some("dhl")),
            (&["posti"], "", Some("posti"), None),
            (&["posti"], "dhl", Some("posti"), None),
            (&["posti", "gls"], "gls", Some("gls"), Some("gls")),
            (&["posti", "gls"], "dhl", None, Some("gls")),
            (&["posti", "ups"], "", None, None),
        ] {
            let own = all(own);
            assert_eq!(carrier(&own, named).as_deref(), known, "{own:?} {named}");
            assert_eq!(detected(&own, all(&["dhl", "gls"])).as_deref(), found, "{own:?} {named}");
        }
    }

    #[test]
    fn words_and_scraps_are_not_worth_a_call() {
        for (number, expected) in [
            ("RB123456789FI", true),
            ("JJFI64500000123456789", true),
            ("1Z999AA10123456784", true),
            ("WHEREISMYPARCEL", false),
            ("1234567", false),
            ("", false),
            ("ÄÖ123456789", false),
        ] {
            assert_eq!(plausible(number), expected, "{number}");
        }
    }
}
