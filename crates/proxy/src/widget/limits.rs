//! How often shoppers may ask: each address, and each site's shoppers together.
//!
//! What is not found counts several times over, so that going through numbers is slow from one address and, with
//! many addresses, from one site. Proxies that share a PostgreSQL share the counts.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::Mutex as AsyncMutex;

use crate::client::Client;
use crate::clock::now_ms;
use crate::config::LookupConfig;
use crate::problem::{Answer, Failure};
use crate::rate::Limiter;
use crate::store::{Backend, Store, StoreError};

/// What one that is not found costs besides, from its address.
const UNKNOWN_COST: u32 = 4;
/// The same from its site, whose other shoppers are innocent.
const UNKNOWN_SITE_COST: u32 = 1;
/// So many of a site's turns are taken from the database at once, as a part of its burst: all its shoppers write
/// the same row.
const SHARE: f64 = 0.02;

/// The limits of this process.
pub(crate) struct LookupLimits {
    by_address: (f64, f64),
    by_site: (f64, f64),
    addresses: Limiter<Client>,
    sites: Limiter<String>,
    /// Turns of sites that were taken from the database and not given out yet.
    taken: Mutex<HashMap<String, i64>>,
    /// Of many who find none left one fetches more, or each would take a handful.
    fetching: AsyncMutex<()>,
}

impl LookupLimits {
    pub(crate) fn new(config: &LookupConfig) -> Self {
        let (address, site) = (config.by_address, config.by_site);
        Self {
            by_address: address,
            by_site: site,
            addresses: Limiter::new(address.0, address.1),
            sites: Limiter::new(site.0, site.1),
            taken: Mutex::default(),
            fetching: AsyncMutex::default(),
        }
    }

    /// Lets `count` questions at once through, which cost less than one by one.
    ///
    /// # Errors
    /// A refusal that says when to ask again.
    pub(crate) async fn enter(
        &self,
        store: &Store,
        client: Client,
        site: Option<&str>,
        count: usize,
    ) -> Answer<()> {
        let cost = 1 + u32::try_from(count.saturating_sub(1)).unwrap_or(u32::MAX) / 4;
        if store.backend() == Backend::Postgres {
            let (every, burst) = steps(self.by_address);
            let limits = store.rate_limits();
            let name = address_name(client);
            limits
                .spend(&name, every, burst, cost.into(), now_ms())
                .await?
                .map_err(|ms| refused(wait(ms)))?;
            if let Some(it) = site {
                self.take(store, it, cost.into()).await?.map_err(refused)?;
            }
            return Ok(());
        }
        self.addresses.spend(client, cost.into()).map_err(refused)?;
        site.map_or(Ok(()), |it| self.sites.spend(it.to_owned(), cost.into())).map_err(refused)
    }

    /// Counts what was asked for and not found.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) async fn unknown(
        &self,
        store: &Store,
        client: Client,
        site: Option<&str>,
        count: usize,
    ) -> Result<(), StoreError> {
        let count = u32::try_from(count).unwrap_or(u32::MAX);
        if count == 0 {
            return Ok(());
        }
        let (address, sites) = (count.saturating_mul(UNKNOWN_COST), count.saturating_mul(UNKNOWN_SITE_COST));
        if store.backend() == Backend::Postgres {
            let limits = store.rate_limits();
            let (every, burst) = steps(self.by_address);
            limits.charge(&address_name(client), every, burst, address.into(), now_ms()).await?;
            if let Some(it) = site {
                let (every, burst) = steps(self.by_site);
                limits.charge(&site_name(it), every, burst, sites.into(), now_ms()).await?;
            }
            return Ok(());
        }
        self.addresses.charge(client, address.into());
        if let Some(it) = site {
            self.sites.charge(it.to_owned(), sites.into());
        }
        Ok(())
    }

    /// Takes turns of a site out of a handful, and a new handful from the database when it is empty.
    async fn take(&self, store: &Store, site: &str, cost: i64) -> Result<Result<(), Duration>, StoreError> {
        if self.taken_before(site, cost, 0) {
            return Ok(Ok(()));
        }
        let _alone = self.fetching.lock().await;
        if self.taken_before(site, cost, 0) {
            return Ok(Ok(()));
        }
        let (every, burst) = steps(self.by_site);
        #[expect(clippy::cast_possible_truncation, reason = "a part of a number that came from one")]
        let handful = ((burst as f64 * SHARE) as i64).max(cost);
        let spent = store.rate_limits().spend(&site_name(site), every, burst, handful, now_ms()).await?;
        Ok(spent.map_err(wait).map(|()| {
            self.taken_before(site, cost, handful);
        }))
    }

    fn taken_before(&self, site: &str, cost: i64, more: i64) -> bool {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        // Keys come from sites that exist, so that strangers cannot fill this.
        let left = taken.entry(site.to_owned()).or_default();
        *left += more;
        let enough = *left >= cost;
        if enough {
            *left -= cost;
        }
        enough
    }
}

/// Milliseconds between turns, and turns at once.
#[expect(clippy::cast_possible_truncation, reason = "rates and bursts are small numbers")]
fn steps((per_second, burst): (f64, f64)) -> (i64, i64) {
    ((1000.0 / per_second).round() as i64, (burst as i64).max(1))
}

fn address_name(client: Client) -> String {
    format!("lookups from {}", client.0)
}

fn site_name(site: &str) -> String {
    format!("lookups of {site}")
}

fn wait(ms: i64) -> Duration {
    Duration::from_millis(ms.unsigned_abs())
}

fn refused(wait: Duration) -> Failure {
    Failure::new("too-many-lookups", 429, "Too many lookups")
        .detail("wait a moment before the next one")
        .retry_after(wait.as_secs() + 1)
}

#[cfg(test)]
mod tests {
    use std::net::{IpAddr, Ipv4Addr};

    use super::*;

    fn config(by_address: (f64, f64), by_site: (f64, f64)) -> LookupConfig {
        LookupConfig { by_address, by_site, key: None }
    }

    fn client(last: u8) -> Client {
        Client(IpAddr::V4(Ipv4Addr::new(192, 0, 2, last)))
    }

    /// How many of `tries` single questions pass.
    async fn passed(limits: &LookupLimits, store: &Store, clients: u8, tries: usize, found: bool) -> usize {
        let mut passed = 0;
        for at in 0..tries {
            let client = client(u8::try_from(at % usize::from(clients)).unwrap());
            if limits.enter(store, client, Some("shop"), 1).await.is_ok() {
                passed += 1;
                if !found {
                    limits.unknown(store, client, Some("shop"), 1).await.unwrap();
                }
            }
        }
        passed
    }

    #[tokio::test]
    async fn what_is_not_found_is_soon_not_answered() {
        let store = Store::for_tests().await.unwrap();
        let limits = || LookupLimits::new(&config((0.01, 20.0), (0.01, 1000.0)));
        assert_eq!(passed(&limits(), &store, 1, 50, true).await, 20);
        let store = Store::for_tests().await.unwrap();
        assert_eq!(passed(&limits(), &store, 1, 50, false).await, 4);
    }

    #[tokio::test]
    async fn many_addresses_of_one_site_are_limited_together() {
        let store = Store::for_tests().await.unwrap();
        let limits = LookupLimits::new(&config((0.01, 20.0), (0.01, 100.0)));
        assert_eq!(passed(&limits, &store, 200, 400, true).await, 100);
        assert!(limits.enter(&store, client(201), Some("other"), 1).await.is_ok(), "another site");
        assert!(limits.enter(&store, client(201), None, 1).await.is_ok(), "no site at all");
    }

    #[tokio::test]
    async fn a_page_may_ask_for_many_at_once() {
        let store = Store::for_tests().await.unwrap();
        let limits = LookupLimits::new(&config((0.01, 20.0), (0.01, 1000.0)));
        for expected in [true, true, false] {
            assert_eq!(limits.enter(&store, client(1), Some("shop"), 40).await.is_ok(), expected);
        }
    }
}
