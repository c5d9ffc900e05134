//! What all handlers share.

use std::path::PathBuf;
use std::sync::Arc;

use milkrun_wire::api::session::Services;
use secrecy::ExposeSecret as _;
use tokio::sync::{Notify, OnceCell, watch};

use crate::api::{SandboxControl, Streams};
use crate::config::{Config, ConfigError};
use crate::flight::Flight;
use crate::geo::Geo;
use crate::sign_in_limit::SignInLimit;
use crate::static_files::{Files, Released, bundled};
use crate::store::{Store, StoreError};
use crate::tracking::{Couriers, Health};
use crate::vendors::Vendors;
use crate::widget::{Hashes, LookupCache, LookupLimits, Pages, SiteBook};

/// The proxy: its configuration, its store and its upstreams.
pub struct State {
    /// The configuration it was started with.
    pub config: Config,
    /// What survives a restart.
    pub store: Store,
    /// Geocoder and roads.
    pub geo: Geo,
    pub(crate) vendors: Vendors,
    /// Some dispatch was stored.
    pub(crate) dispatches_stored: Notify,
    pub(crate) tracking_health: Health,
    pub(crate) couriers: Couriers,
    /// Some parcel is to be read again at once.
    pub(crate) parcels_due: Notify,
    pub(crate) sandbox: Option<SandboxControl>,
    /// The folder of the portal and the widget.
    pub(crate) dist: PathBuf,
    pub(crate) files: Files,
    pub(crate) released: Released,
    pub(crate) streams: Streams,
    ending: watch::Sender<bool>,
    pub(crate) sign_in_limit: SignInLimit,
    pub(crate) sites: SiteBook,
    pub(crate) lookups: LookupCache,
    pub(crate) lookup_limits: LookupLimits,
    pub(crate) pages: Pages,
    /// Numbers that are being made known, each by one caller.
    pub(crate) first_lookups: Flight<String, bool>,
    hashes: OnceCell<Hashes>,
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
        let store = match &config.database_url {
            Some(it) => Store::connect(it.expose_secret()).await?,
            None => Store::open(&config.data).await?,
        };
        let state = Self::new(config, store)?;
        state.follow_credentials().await?;
        Ok(state)
    }

    /// Puts the proxy together around a store.
    ///
    /// # Errors
    /// When a setting is unusable.
    pub fn new(config: Config, store: Store) -> Result<Arc<Self>, ConfigError> {
        let dist = bundled::place(config.dist.as_deref(), &config.data).map_err(|it| {
            ConfigError::value(
                "data",
                format!("the portal cannot be unpacked into {}: {it}", config.data.display()),
            )
        })?;
        let sandbox = config.sandbox_url.as_ref().map(SandboxControl::new).transpose();
        Ok(Arc::new(Self {
            vendors: Vendors::new(&config, &store)?,
            dispatches_stored: Notify::new(),
            tracking_health: Health::default(),
            couriers: Couriers::default(),
            parcels_due: Notify::new(),
            sandbox: sandbox.map_err(|it| ConfigError::value("sandbox_url", it))?,
            sites: SiteBook::new(&config, &store),
            lookups: LookupCache::new(&store),
            lookup_limits: LookupLimits::new(&config.lookups),
            pages: Pages::default(),
            first_lookups: Flight::default(),
            hashes: OnceCell::new(),
            geo: Geo::new(&config, &store)?,
            streams: Streams::default(),
            ending: watch::Sender::new(false),
            files: Files::new(dist.clone()),
            released: Released::new(&dist, &config.data),
            dist,
            sign_in_limit: SignInLimit::default(),
            store,
            config,
        }))
    }

    /// Ends what would otherwise never end by itself, such as streams of events.
    pub fn end(&self) {
        self.ending.send_replace(true);
    }

    pub(crate) fn ending(&self) -> watch::Receiver<bool> {
        self.ending.subscribe()
    }

    /// The key of orders and public pages, read from the database when it is needed first.
    pub(crate) async fn hashes(&self) -> Result<&Hashes, StoreError> {
        self.hashes.get_or_try_init(|| Hashes::load(self)).await
    }

    /// Keeps the widget's files that pages may have pinned, and says in the log when that cannot be done.
    pub(crate) async fn keep_released(&self) {
        if let Err(error) = self.released.keep().await {
            tracing::error!(%error, "the widget's files cannot be kept in the data folder; pages that pin them lose them with the next update");
        }
    }

    /// Who answers what, in words the portal can show.
    #[must_use]
    pub fn services(&self) -> Services {
        Services {
            routemate: self.routemate().access.state,
            tracking: self.tracking().access.state,
            geocoder: self.geo.geocoder.source(),
            matrix: self.geo.roads.source(),
            tiles: self.config.tiles.clone(),
        }
    }
}
