//! How often one address may try to sign in, at any proxy of this database.
//!
//! Accounts have a limit of their own, which grows with each wrong password; this one keeps one address from trying
//! many accounts.

use std::time::Duration;

use crate::client::Client;
use crate::clock::now_ms;
use crate::problem::{Answer, Failure};
use crate::rate::Limiter;
use crate::store::{Backend, Store};

/// Milliseconds between tries, and tries at once: a link has 256 random bits, and passwords are slow to check.
const EVERY_MS: i64 = 2000;
const AT_ONCE: i64 = 20;

/// The limit.
pub(crate) struct SignInLimit {
    here: Limiter<Client>,
}

impl Default for SignInLimit {
    fn default() -> Self {
        Self { here: Limiter::new(1000.0 / EVERY_MS as f64, AT_ONCE as f64) }
    }
}

impl SignInLimit {
    /// Lets a try through.
    ///
    /// # Errors
    /// A refusal that says when to try again.
    pub(crate) async fn enter(&self, store: &Store, client: Client) -> Answer<()> {
        // Whoever is too fast for one proxy is too fast for all, and costs the database nothing.
        self.here.check(client).map_err(refused)?;
        if store.backend() == Backend::Postgres {
            let name = format!("sign-ins from {}", client.0);
            let wait = store.rate_limits().book(&name, EVERY_MS, AT_ONCE, 0, now_ms()).await?;
            wait.map_err(|ms| refused(Duration::from_millis(ms.unsigned_abs())))?;
        }
        Ok(())
    }
}

fn refused(wait: Duration) -> Failure {
    Failure::new("too-many-tries", 429, "Too many tries to sign in").retry_after(wait.as_secs() + 1)
}

#[cfg(test)]
mod tests {
    use std::net::{IpAddr, Ipv4Addr};

    use super::*;

    #[tokio::test]
    async fn proxies_of_one_database_count_together() {
        let store = Store::for_tests().await.unwrap();
        let proxies = [SignInLimit::default(), SignInLimit::default()];
        let client = |last| Client(IpAddr::V4(Ipv4Addr::new(192, 0, 2, last)));
        let mut passed = 0;
        for at in 0..60 {
            passed += usize::from(proxies[at % 2].enter(&store, client(1)).await.is_ok());
        }
        // A turn may come back while the tries are made.
        let expected = if store.backend() == Backend::Postgres { 20..=21 } else { 40..=42 };
        assert!(expected.contains(&passed), "{passed}");
        assert!(proxies[0].enter(&store, client(2)).await.is_ok(), "another address");
    }
}
