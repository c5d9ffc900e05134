//! A client for Photon's `/api` (`github.com/komoot/photon`, `docs/api-v1.md`), which answers in GeoJSON.

use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use milkrun_wire::api::geo::{Geocoded, Point};
use milkrun_wire::api::session::Source;
use reqwest::{Client, Url};
use serde::Deserialize;

use super::{Boxed, GeoError, Geocoder, usable};
use crate::config::{ConfigError, GeocoderConfig, fixed_url};
use crate::http;
use crate::rate::Bucket;

const SERVICE: &str = "Photon";
const PUBLIC_URL: &str = "https://photon.komoot.io";

/// The client.
pub struct Photon {
    client: Client,
    base: Url,
    user_agent: String,
    country_codes: String,
    bucket: Mutex<Bucket>,
}

#[derive(Deserialize)]
struct Collection {
    features: Vec<Feature>,
}

#[derive(Deserialize)]
struct Feature {
    geometry: Geometry,
    #[serde(default)]
    properties: Properties,
}

/// A point; GeoJSON writes longitude first.
#[derive(Deserialize)]
struct Geometry {
    coordinates: [f64; 2],
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Properties {
    name: Option<String>,
    street: Option<String>,
    housenumber: Option<String>,
    postcode: Option<String>,
    city: Option<String>,
    country: Option<String>,
}

impl Photon {
    /// A client with the configured address, or the public host, whose use must stay fair.
    ///
    /// # Errors
    /// When the address is unusable or TLS cannot be set up.
    pub fn new(config: &GeocoderConfig) -> Result<Self, ConfigError> {
        let base = match &config.url {
            Some(it) => it.clone(),
            None => fixed_url(PUBLIC_URL)?,
        };
        Ok(Self {
            client: http::client(&base).map_err(|it| ConfigError::value("geocoder.url", it))?,
            base,
            user_agent: format!("Milkrun/{} ({})", env!("CARGO_PKG_VERSION"), config.contact),
            country_codes: config.country_codes.clone(),
            bucket: Mutex::new(Bucket::new(config.per_second, 1.0, Instant::now())),
        })
    }

    async fn ask(&self, address: &str) -> Result<Geocoded, GeoError> {
        let wait = self.bucket.lock().unwrap_or_else(PoisonError::into_inner).book(Instant::now());
        tokio::time::sleep(wait).await;
        let mut request = self
            .client
            .get(http::join(&self.base, "api"))
            .header(reqwest::header::USER_AGENT, &self.user_agent)
            .query(&[("q", address), ("limit", "1")]);
        // Only a recent server knows the parameter, and it takes one code at a time; others ignore it.
        for code in self.country_codes.split(',').map(str::trim).filter(|it| !it.is_empty()) {
            request = request.query(&[("countrycode", code)]);
        }
        read(&usable(SERVICE, http::send(request, SERVICE, &self.base).await?)?)
    }
}

fn read(body: &[u8]) -> Result<Geocoded, GeoError> {
    let odd = |_e| GeoError::Odd { service: SERVICE, what: "no collection of places".to_owned() };
    let found: Collection = serde_json::from_slice(body).map_err(odd)?;
    let Some(Feature { geometry: Geometry { coordinates: [lon, lat] }, properties }) =
        found.features.into_iter().next()
    else {
        return Ok(Geocoded::NotFound {
            hint: "check street, house number and town, or leave out the name of the flat or the firm"
                .to_owned(),
        });
    };
    let confidence = if properties.housenumber.is_some() { 0.95 } else { 0.6 };
    Ok(Geocoded::Found { point: Point { lat, lon }, label: properties.label(), confidence })
}

impl Properties {
    fn label(self) -> String {
        let pair = |a: Option<String>, b: Option<String>| match (a, b) {
            (Some(a), Some(b)) => Some(format!("{a} {b}")),
            (a, b) => a.or(b),
        };
        let parts =
            [self.name, pair(self.street, self.housenumber), pair(self.postcode, self.city), self.country];
        parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
    }
}

impl Geocoder for Photon {
    fn source(&self) -> Source {
        Source {
            id: "photon".to_owned(),
            name: format!("Photon at {}", self.base.host_str().unwrap_or_default()),
            attribution: "© OpenStreetMap contributors".to_owned(),
        }
    }

    fn find<'a>(&'a self, address: &'a str) -> Boxed<'a, Result<Geocoded, GeoError>> {
        Box::pin(self.ask(address))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_read() {
        let body = r#"{"type":"FeatureCollection","features":[{"type":"Feature",
            "geometry":{"type":"Point","coordinates":[24.9384,60.1699]},
            "properties":{"street":"Aleksanterinkatu","housenumber":"52","postcode":"00100","city":"Helsinki",
                          "country":"Finland","osm_id":1}}]}"#;
        let expected = Geocoded::Found {
            point: Point { lat: 60.1699, lon: 24.9384 },
            label: "Aleksanterinkatu 52, 00100 Helsinki, Finland".to_owned(),
            confidence: 0.95,
        };
        assert_eq!(read(body.as_bytes()).unwrap(), expected);
    }

    #[test]
    fn no_place_and_odd_replies() {
        assert!(matches!(read(br#"{"features":[]}"#).unwrap(), Geocoded::NotFound { .. }));
        assert!(read(b"[]").unwrap_err().to_string().contains("Photon"));
    }
}
