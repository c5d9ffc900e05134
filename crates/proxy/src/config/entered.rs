//! Credentials that an owner enters in the portal, in the place of the configuration's.
//!
//! Everything else of a service (addresses, rates, the webhook's path) stays as the configuration has it, and what
//! depends on whether a service is the real one is decided anew.

use std::fmt;

use milkrun_wire::api::credentials::{RouteMateCredentials, TrackingCredentials};
use milkrun_wire::tracking51::webhook::Version;

use super::file::{RouteMateKeys, TrackingKeys};
use super::upstreams::{RouteMateAccess, TrackingAccess};
use super::{Config, ConfigError};

/// The vendors' settings before anything was decided from them. Prints nothing, because some are secrets.
#[derive(Clone)]
pub(super) struct AsWritten(Box<(RouteMateKeys, TrackingKeys)>);

impl AsWritten {
    pub(super) fn of(routemate: &RouteMateKeys, tracking: &TrackingKeys) -> Self {
        Self(Box::new((routemate.clone(), tracking.clone())))
    }
}

impl fmt::Debug for AsWritten {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AsWritten")
    }
}

impl Config {
    /// Access to RouteMate with these credentials.
    ///
    /// # Errors
    /// When a setting beside them is unusable.
    pub(crate) fn routemate_with(&self, it: RouteMateCredentials) -> Result<RouteMateAccess, ConfigError> {
        let keys = RouteMateKeys {
            client_id: Some(it.client_id),
            client_id_file: None,
            client_secret: Some(it.client_secret.into()),
            client_secret_file: None,
            ..self.as_written.0.0.clone()
        };
        RouteMateAccess::resolve(keys, self.sandbox_url.as_ref())
    }

    /// Access to 51Tracking with these credentials.
    ///
    /// # Errors
    /// When a setting beside them is unusable.
    pub(crate) fn tracking_with(&self, it: TrackingCredentials) -> Result<TrackingAccess, ConfigError> {
        let version: Version =
            it.api_version.parse().map_err(|reason| ConfigError::value("api_version", reason))?;
        let written = &self.as_written.0.1;
        let (email, email_file) = match it.account_email.trim() {
            "" => (written.account_email.clone(), written.account_email_file.clone()),
            email => (Some(email.to_owned()), None),
        };
        let keys = TrackingKeys {
            api_version: Some(version),
            api_key: Some(it.api_key.into()),
            api_key_file: None,
            account_email: email,
            account_email_file: email_file,
            ..written.clone()
        };
        TrackingAccess::resolve(keys, self.sandbox_url.as_ref())
    }
}

#[cfg(test)]
mod tests {
    use milkrun_wire::api::session::Upstream;
    use secrecy::ExposeSecret as _;

    use super::*;

    const DEV: &str = "mode = \"development\"\nsandbox_url = \"http://127.0.0.1:9/\"\n";

    #[test]
    fn entered_credentials_replace_the_sandbox_and_the_file() {
        let own = RouteMateCredentials { client_id: "rm_ci_a".into(), client_secret: "rm_cs_a".into() };
        let config = Config::from_parts("", DEV, |_| None).unwrap();
        assert_eq!(config.routemate.state, Upstream::Sandbox);
        let access = config.routemate_with(own.clone()).unwrap();
        assert_eq!((access.state, access.poll.as_secs()), (Upstream::Live, 20));
        assert_eq!(access.base_url.as_str(), "https://api.routemate.app/v1");
        let filed = "[routemate]\nclient_id = \"x\"\nclient_secret = \"y\"\npoll_s = 7";
        let access = Config::from_parts("", filed, |_| None).unwrap().routemate_with(own).unwrap();
        assert_eq!((access.client_id.as_str(), access.client_secret.expose_secret()), ("rm_ci_a", "rm_cs_a"));
        assert_eq!(access.poll.as_secs(), 7, "what stands beside them stays");
    }

    #[test]
    fn the_version_decides_address_and_rates() {
        let config = Config::from_parts("", DEV, |_| None).unwrap();
        let own = |version: &str| TrackingCredentials {
            api_key: "k".into(),
            api_version: version.into(),
            account_email: "a@b.example".into(),
        };
        let access = config.tracking_with(own("v3")).unwrap();
        assert_eq!(access.base_url.as_str(), "https://api.51tracking.com/v3/trackings");
        assert_eq!((access.get_per_second, access.account_email.as_str()), (1.0, "a@b.example"));
        assert!(config.tracking_with(own("v9")).is_err());
    }
}
