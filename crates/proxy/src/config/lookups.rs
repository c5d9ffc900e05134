//! What shoppers may ask, and how often.

use secrecy::{ExposeSecret as _, SecretString};

use super::ConfigError;
use super::file::LookupKeys;
use super::value::{from_file, positive};

/// What shoppers may ask, and how often.
#[derive(Clone, Debug)]
pub struct LookupConfig {
    /// How many lookups a second one address may make, and how many at once.
    pub by_address: (f64, f64),
    /// The same for all shoppers of one site together.
    pub by_site: (f64, f64),
    /// What orders, shoppers and public pages are hashed with; the database has one of its own without.
    pub key: Option<SecretString>,
}

impl LookupConfig {
    pub(super) fn resolve(keys: LookupKeys) -> Result<Self, ConfigError> {
        let key = keys.key.map(|it| it.expose_secret().to_owned());
        let key = from_file("lookups.key_file", key, keys.key_file.as_deref())?;
        if key.as_ref().is_some_and(|it| it.len() < 16) {
            let reason = "it must have at least 16 letters, such as from \"openssl rand -hex 32\"";
            return Err(ConfigError::value("lookups.key", reason));
        }
        Ok(Self {
            by_address: (
                positive("lookups.per_second", keys.per_second.unwrap_or(1.0))?,
                positive("lookups.burst", keys.burst.unwrap_or(20.0))?,
            ),
            by_site: (
                positive("lookups.site_per_second", keys.site_per_second.unwrap_or(100.0))?,
                positive("lookups.site_burst", keys.site_burst.unwrap_or(2000.0))?,
            ),
            key: key.map(SecretString::from),
        })
    }
}
