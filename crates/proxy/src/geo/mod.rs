//! Where addresses are and how long the ways between them take, whoever is asked.
//!
//! [`Geocoder`] and [`Roads`] are what the rest of the proxy sees; behind them stand the built-in answers and
//! the clients of real services. Answers of services are kept, because their operators ask for it.

pub mod gazetteer;
pub mod great_circle;
pub mod kept;
pub mod nominatim;
pub mod osrm;
pub mod photon;

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use milkrun_wire::api::geo::{Geocoded, Point};
use milkrun_wire::api::session::Source;

use crate::config::{Config, ConfigError, GeocoderKind, MatrixKind};
use crate::http::CallError;
use crate::store::Store;

/// A future that a trait object can return.
pub type Boxed<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Finds coordinates for addresses.
pub trait Geocoder: Send + Sync {
    /// Who answers.
    fn source(&self) -> Source;

    /// Whether its answers are worth keeping; the built-in one is faster than the store.
    fn keeps(&self) -> bool {
        true
    }

    /// Finds one address, written as a person would on one line.
    ///
    /// # Errors
    /// When the service did not answer; an address it does not know is an answer.
    fn find<'a>(&'a self, address: &'a str) -> Boxed<'a, Result<Geocoded, GeoError>>;
}

/// Measures ways between points.
pub trait Roads: Send + Sync {
    /// Who answers.
    fn source(&self) -> Source;

    /// Whether its answers are worth keeping.
    fn keeps(&self) -> bool {
        true
    }

    /// Times and distances between all points.
    ///
    /// # Errors
    /// When the service did not answer.
    fn matrix<'a>(&'a self, points: &'a [Point]) -> Boxed<'a, Result<Matrix, GeoError>>;

    /// The line driven through the points in order, as `[lat, lon]` pairs.
    ///
    /// # Errors
    /// When the service did not answer, or no road joins the points.
    fn line<'a>(&'a self, points: &'a [Point]) -> Boxed<'a, Result<Vec<[f64; 2]>, GeoError>>;
}

/// Times and distances between all pairs, row by row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Matrix {
    /// Seconds.
    pub durations: Vec<u32>,
    /// Metres.
    pub distances: Vec<u32>,
    /// Cells that hold the great-circle estimate because no road joins the pair.
    pub estimated: Vec<usize>,
}

/// Why a service gave no answer.
#[derive(Clone, Debug, thiserror::Error)]
pub enum GeoError {
    /// There was no reply.
    #[error(transparent)]
    Call(#[from] CallError),
    /// The reply was not what its documentation promises.
    #[error("{service} answered with {what}; check its address in the configuration")]
    Odd {
        /// Which service.
        service: &'static str,
        /// What it answered.
        what: String,
    },
    /// The service wants fewer requests.
    #[error("{service} wants fewer requests; try again in a minute")]
    Busy {
        /// Which service.
        service: &'static str,
    },
    /// No road joins the points.
    #[error("{service} knows no road that joins these points")]
    NoRoad {
        /// Which service.
        service: &'static str,
    },
}

/// The geocoder and the roads of one installation.
#[derive(Clone)]
pub struct Geo {
    /// Finds addresses.
    pub geocoder: Arc<dyn Geocoder>,
    /// Measures ways.
    pub roads: Arc<dyn Roads>,
}

impl Geo {
    /// Builds what the configuration chose, with the store's memory in front of services.
    ///
    /// # Errors
    /// When an address is missing, or the TLS library cannot be set up.
    pub fn new(config: &Config, store: &Store) -> Result<Self, ConfigError> {
        let geocoder: Arc<dyn Geocoder> = match config.geocoder.kind {
            GeocoderKind::Gazetteer => Arc::new(gazetteer::Gazetteer::helsinki()),
            GeocoderKind::Nominatim => Arc::new(nominatim::Nominatim::new(&config.geocoder)?),
            GeocoderKind::Photon => Arc::new(photon::Photon::new(&config.geocoder)?),
        };
        let roads: Arc<dyn Roads> = match config.matrix.kind {
            MatrixKind::GreatCircle => Arc::new(great_circle::GreatCircle),
            MatrixKind::Osrm => Arc::new(osrm::Osrm::new(&config.matrix)?),
        };
        Ok(Self {
            geocoder: if geocoder.keeps() {
                Arc::new(kept::KeptGeocoder::new(geocoder, store.clone()))
            } else {
                geocoder
            },
            roads: if roads.keeps() { Arc::new(kept::KeptRoads::new(roads, store.clone())) } else { roads },
        })
    }
}

/// A reply of a service, or why it is none.
fn usable(service: &'static str, reply: crate::http::Reply) -> Result<Vec<u8>, GeoError> {
    match reply.status {
        429 | 503 => Err(GeoError::Busy { service }),
        _ if reply.is_markup() => Err(GeoError::Odd { service, what: "an HTML page".to_owned() }),
        // OSRM says what is wrong with status 400 and a body like any other.
        200 | 400 => Ok(reply.body),
        status => Err(GeoError::Odd { service, what: format!("status {status}") }),
    }
}
