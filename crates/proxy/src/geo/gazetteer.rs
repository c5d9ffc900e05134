//! The built-in addresses of central Helsinki, so that the product works before a geocoder is chosen.

use milkrun_wire::api::geo::{Geocoded, Point};
use milkrun_wire::api::session::Source;

use super::{Boxed, GeoError, Geocoder};

/// The gazetteer as a [`Geocoder`].
pub struct Gazetteer(&'static milkrun_gazetteer::Gazetteer);

impl Gazetteer {
    /// The addresses that come with the product.
    #[must_use]
    pub fn helsinki() -> Self {
        Self(milkrun_gazetteer::Gazetteer::helsinki())
    }

    fn answer(&self, address: &str) -> Geocoded {
        match self.0.find(address) {
            Some(it) => Geocoded::Found {
                point: Point { lat: it.lat, lon: it.lon },
                confidence: if it.exact { 1.0 } else { 0.6 },
                label: it.label,
            },
            None => Geocoded::NotFound {
                hint: "the built-in gazetteer knows addresses of central Helsinki only, written like \
                       \"Mannerheimintie 5, 00100 Helsinki\"; configure a geocoder for other places"
                    .to_owned(),
            },
        }
    }
}

impl Geocoder for Gazetteer {
    fn source(&self) -> Source {
        Source {
            id: "gazetteer".to_owned(),
            name: "Built-in gazetteer of central Helsinki".to_owned(),
            attribution: milkrun_gazetteer::ATTRIBUTION.to_owned(),
        }
    }

    fn keeps(&self) -> bool {
        false
    }

    fn find<'a>(&'a self, address: &'a str) -> Boxed<'a, Result<Geocoded, GeoError>> {
        Box::pin(std::future::ready(Ok(self.answer(address))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_address_says_what_would_be_known() {
        let Geocoded::NotFound { hint } = Gazetteer::helsinki().answer("Nowhere Lane 1, Atlantis") else {
            panic!("it was found");
        };
        assert!(hint.contains("Helsinki"));
    }

    #[test]
    fn a_real_address_is_found() {
        let Geocoded::Found { point, .. } = Gazetteer::helsinki().answer("Mannerheimintie 5, Helsinki")
        else {
            panic!("it was not found");
        };
        assert!((60.15..60.2).contains(&point.lat) && (24.9..25.0).contains(&point.lon));
    }
}
