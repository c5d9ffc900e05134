//! A client for Nominatim's `/search` (`nominatim.org/release-docs/latest/api/Search/`).
//!
//! The public host's usage policy allows one request a second for a whole application, asks for an identifying
//! user agent and for keeping answers, and forbids automatic completion. The limit holds for every caller of
//! this proxy together; the memory in front of it keeps the answers.

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

const SERVICE: &str = "Nominatim";
const PUBLIC_URL: &str = "https://nominatim.openstreetmap.org";

/// The client.
pub struct Nominatim {
    client: Client,
    base: Url,
    user_agent: String,
    country_codes: String,
    bucket: Mutex<Bucket>,
}

/// One place of the `jsonv2` format, whose coordinates are text.
#[derive(Debug, Deserialize)]
struct Place {
    lat: String,
    lon: String,
    display_name: String,
    #[serde(default)]
    category: String,
    #[serde(default)]
    place_rank: u32,
}

/// Nominatim ranks houses and what stands on a plot at 30, streets at 26 and 27.
const HOUSE_RANK: u32 = 30;

impl Nominatim {
    /// A client with the configured address, or the public host.
    ///
    /// # Errors
    /// When the address is unusable or TLS cannot be set up.
    pub fn new(config: &GeocoderConfig) -> Result<Self, ConfigError> {
        let base = match &config.url {
            Some(it) => it.clone(),
            None => fixed_url(PUBLIC_URL)?,
        };
        let client = http::client(&base).map_err(|it| ConfigError::value("geocoder.url", it))?;
        let per_second = if base.as_str().starts_with(PUBLIC_URL) {
            config.per_second.min(1.0)
        } else {
            config.per_second
        };
        Ok(Self {
            client,
            base,
            user_agent: format!("Milkrun/{} ({})", env!("CARGO_PKG_VERSION"), config.contact),
            country_codes: config.country_codes.clone(),
            bucket: Mutex::new(Bucket::new(per_second, 1.0, Instant::now())),
        })
    }

    async fn ask(&self, address: &str) -> Result<Geocoded, GeoError> {
        let wait = self.bucket.lock().unwrap_or_else(PoisonError::into_inner).book(Instant::now());
        tokio::time::sleep(wait).await;
        let mut request = self
            .client
            .get(http::join(&self.base, "search"))
            .header(reqwest::header::USER_AGENT, &self.user_agent)
            .query(&[("q", address), ("format", "jsonv2"), ("limit", "1")]);
        if !self.country_codes.is_empty() {
            request = request.query(&[("countrycodes", &self.country_codes)]);
        }
        read(&usable(SERVICE, http::send(request, SERVICE, &self.base).await?)?)
    }
}

fn read(body: &[u8]) -> Result<Geocoded, GeoError> {
    let odd = |what: &str| GeoError::Odd { service: SERVICE, what: what.to_owned() };
    let places: Vec<Place> = serde_json::from_slice(body).map_err(|_e| odd("no list of places"))?;
    let Some(it) = places.into_iter().next() else {
        return Ok(Geocoded::NotFound {
            hint: "check street, house number and town, or leave out the name of the flat or the firm"
                .to_owned(),
        });
    };
    let degrees = |text: &str| text.parse::<f64>().ok().filter(|it| it.is_finite());
    let (Some(lat), Some(lon)) = (degrees(&it.lat), degrees(&it.lon)) else {
        return Err(odd("a place without coordinates"));
    };
    let house = it.place_rank >= HOUSE_RANK || it.category == "building";
    let confidence = if house { 0.95 } else { 0.6 };
    Ok(Geocoded::Found { point: Point { lat, lon }, label: it.display_name, confidence })
}

impl Geocoder for Nominatim {
    fn source(&self) -> Source {
        Source {
            id: "nominatim".to_owned(),
            name: format!("Nominatim at {}", self.base.host_str().unwrap_or_default()),
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

    fn check(body: &str, expected: Option<(f64, f32)>) {
        let found = match read(body.as_bytes()).unwrap() {
            Geocoded::Found { point, confidence, .. } => Some((point.lat, confidence)),
            _ => None,
        };
        assert_eq!(found, expected, "{body}");
    }

    #[test]
    fn places_are_read() {
        check("[]", None);
        let house =
            r#"[{"lat":"60.1699","lon":"24.9384","display_name":"x","category":"place","place_rank":30}]"#;
        check(house, Some((60.1699, 0.95)));
        let street =
            r#"[{"lat":"60.1","lon":"24.9","display_name":"x","category":"highway","place_rank":26}]"#;
        check(street, Some((60.1, 0.6)));
    }

    #[test]
    fn odd_replies_are_named() {
        for body in [r#"{"error":"x"}"#, r#"[{"lat":"north","lon":"1","display_name":"x"}]"#] {
            assert!(read(body.as_bytes()).unwrap_err().to_string().contains("Nominatim"), "{body}");
        }
    }
}
