//! The clients of the vendors, which are exchanged while the proxy runs when an owner enters other credentials.
//!
//! Entered credentials win over the configuration's; when they are taken out again, the configuration's (or the
//! sandbox's) are back. Every proxy of one database follows: it is woken by the change and reads which revision is
//! in force. A call under way finishes with the client it began with.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use milkrun_wire::api::credentials::{RouteMateCredentials, TrackingCredentials};
use secrecy::ExposeSecret as _;
use serde::de::DeserializeOwned;
use tokio::sync::{Mutex, watch};

use crate::config::{Config, ConfigError};
use crate::routemate::RouteMate;
use crate::sealed::{self, Sealer};
use crate::state::State;
use crate::store::credentials::CredentialRow;
use crate::store::{Store, StoreError};
use crate::tracking::Tracking51;
use crate::workers::ended;

/// Names of the services in the store and the API.
pub(crate) const ROUTEMATE: &str = "routemate";
pub(crate) const TRACKING: &str = "tracking";
/// How long changes that come together are gathered before the store is asked.
const GATHER: Duration = Duration::from_millis(250);
/// How often the store is asked although nothing was heard: a notification may be lost with its connection.
const AT_LEAST_EVERY: Duration = Duration::from_secs(30);

/// The clients in force.
pub(crate) struct Vendors {
    routemate: RwLock<Arc<RouteMate>>,
    tracking: RwLock<Arc<Tracking51>>,
    sealer: Option<Sealer>,
    /// What was found of each entry when it was looked at last.
    entries: Mutex<HashMap<String, Entry>>,
}

/// An entry that was looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Entry {
    revision: String,
    /// Whether it could be opened and used.
    in_force: bool,
}

impl Vendors {
    pub(crate) fn new(config: &Config, store: &Store) -> Result<Self, ConfigError> {
        Ok(Self {
            routemate: RwLock::new(Arc::new(RouteMate::new(config.routemate.clone())?)),
            tracking: RwLock::new(Arc::new(Tracking51::new(config.tracking.clone(), store.clone())?)),
            sealer: config
                .credentials_key
                .as_ref()
                .and_then(|it| sealed::key(it.expose_secret()))
                .map(|it| Sealer::new(&it)),
            entries: Mutex::default(),
        })
    }

    /// What seals entered credentials, if a key is configured.
    pub(crate) fn sealer(&self) -> Option<&Sealer> {
        self.sealer.as_ref()
    }

    /// Whether an entry is the one in force.
    pub(crate) async fn uses(&self, row: &CredentialRow) -> bool {
        let entries = self.entries.lock().await;
        entries.get(&row.service).is_some_and(|it| it.in_force && it.revision == row.revision)
    }

    fn opened<T: DeserializeOwned>(&self, row: &CredentialRow) -> Option<T> {
        let text = self.sealer.as_ref()?.open(&label(&row.service, &row.revision), &row.sealed)?;
        serde_json::from_str(&text).ok()
    }
}

/// What an entry is sealed under.
pub(crate) fn label(service: &str, revision: &str) -> String {
    format!("milkrun credentials {service} {revision}")
}

impl State {
    /// The client of RouteMate in force.
    pub(crate) fn routemate(&self) -> Arc<RouteMate> {
        self.vendors.routemate.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The client of 51Tracking in force.
    pub(crate) fn tracking(&self) -> Arc<Tracking51> {
        self.vendors.tracking.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Puts what was entered or taken out since the last look into force.
    pub(crate) async fn follow_credentials(&self) -> Result<(), StoreError> {
        // Held over the look, so that an older look does not undo a newer one.
        let mut entries = self.vendors.entries.lock().await;
        let rows = self.store.credentials().list().await?;
        for service in [ROUTEMATE, TRACKING] {
            let row = rows.iter().find(|it| it.service == service);
            let revision = row.map(|it| it.revision.as_str());
            if revision == entries.get(service).map(|it| it.revision.as_str()) {
                continue;
            }
            let in_force = row.is_some_and(|it| match self.exchange(service, Some(it)) {
                Ok(()) => true,
                Err(why) => {
                    tracing::error!(service, why, "entered credentials cannot be used");
                    false
                }
            });
            if !in_force && let Err(why) = self.exchange(service, None) {
                tracing::error!(service, why, "the configured credentials cannot be used");
            }
            if service == TRACKING {
                self.couriers.forget().await;
                self.tracking_health.is_up();
            }
            match row {
                Some(it) => {
                    tracing::info!(service, in_force, "other credentials were entered");
                    let revision = it.revision.clone();
                    entries.insert(service.to_owned(), Entry { revision, in_force });
                }
                None => {
                    tracing::info!(service, "entered credentials were taken out");
                    entries.remove(service);
                }
            }
        }
        Ok(())
    }

    /// Makes a client with an entry's credentials, or with the configuration's, and puts it into force.
    fn exchange(&self, service: &str, row: Option<&CredentialRow>) -> Result<(), &'static str> {
        const CLOSED: &str = "they were sealed with another key, or no credentials_key is configured";
        const ODD: &str = "a setting beside them cannot be used";
        if service == ROUTEMATE {
            let access = match row {
                Some(it) => {
                    let own: RouteMateCredentials = self.vendors.opened(it).ok_or(CLOSED)?;
                    self.config.routemate_with(own).map_err(|_e| ODD)?
                }
                None => self.config.routemate.clone(),
            };
            let client = Arc::new(RouteMate::new(access).map_err(|_e| ODD)?);
            *self.vendors.routemate.write().unwrap_or_else(PoisonError::into_inner) = client;
            self.dispatches_stored.notify_one();
        } else {
            let access = match row {
                Some(it) => {
                    let own: TrackingCredentials = self.vendors.opened(it).ok_or(CLOSED)?;
                    self.config.tracking_with(own).map_err(|_e| ODD)?
                }
                None => self.config.tracking.clone(),
            };
            let client = Arc::new(Tracking51::new(access, self.store.clone()).map_err(|_e| ODD)?);
            *self.vendors.tracking.write().unwrap_or_else(PoisonError::into_inner) = client;
            self.parcels_due.notify_one();
        }
        Ok(())
    }
}

/// Follows entries made through this proxy or another, until told to stop.
pub(crate) async fn work(state: Arc<State>, mut stopped: watch::Receiver<bool>) {
    let mut changes = state.store.changes();
    while !ended(&stopped) {
        tokio::select! {
            _ = changes.changed() => tokio::time::sleep(GATHER).await,
            () = tokio::time::sleep(AT_LEAST_EVERY) => {}
            _ = stopped.changed() => {}
        }
        changes.mark_unchanged();
        if let Err(it) = state.follow_credentials().await {
            tracing::error!(error = %it, "entered credentials could not be read");
            tokio::time::sleep(GATHER).await;
        }
    }
}
