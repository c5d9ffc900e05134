//! What all handlers share.

use std::net::IpAddr;
use std::sync::Arc;

use milkrun_wire::api::session::Services;

use crate::config::{Config, ConfigError};
use crate::geo::Geo;
use crate::rate::Limiter;
use crate::static_files::Files;
use crate::store::{Store, StoreError};

/// The proxy: its configuration, its store and its upstreams.
pub struct State {
    /// The configuration it was started with.
    pub config: Config,
    /// What survives a restart.
    pub store: Store,
    /// Geocoder and roads.
    pub geo: Geo,
    pub(crate) files: Files,
    pub(crate) sign_in_limit: Limiter<IpAddr>,
}

/// Why a proxy could not be put together.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// A setting is wrong.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The database is unusable.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl State {
    /// Opens the store in the configured folder and puts the proxy together.
    ///
    /// # Errors
    /// When the store or a setting is unusable.
    pub async fn open(config: Config) -> Result<Arc<Self>, StartError> {
        let store = Store::open(&config.data).await?;
        Ok(Self::new(config, store)?)
    }

    /// Puts the proxy together around a store.
    ///
    /// # Errors
    /// When a setting is unusable.
    pub fn new(config: Config, store: Store) -> Result<Arc<Self>, ConfigError> {
        Ok(Arc::new(Self {
            geo: Geo::new(&config, &store)?,
            files: Files::new(config.dist.clone()),
            // A link has 256 random bits; the limit only keeps the log and the store quiet.
            sign_in_limit: Limiter::new(0.5, 20.0),
            store,
            config,
        }))
    }

    /// Who answers what, in words the portal can show.
    #[must_use]
    pub fn services(&self) -> Services {
        Services {
            routemate: self.config.routemate.state,
            tracking: self.config.tracking.state,
            geocoder: self.geo.geocoder.source(),
            matrix: self.geo.roads.source(),
            tiles: self.config.tiles.clone(),
        }
    }
}
