//! Real addresses of central Helsinki, so that the product works before a geocoder is configured.
//!
//! A demonstration with invented places shows nothing, and a geocoder on the network needs a contract first.
//! This crate carries 600 addresses from OpenStreetMap and finds them the way people write them.

mod address;
mod query;
mod words;

use std::collections::HashMap;
use std::sync::OnceLock;

pub use address::Address;
use address::HouseNumber;
use query::Query;

/// What must be shown wherever one of these addresses is.
pub const ATTRIBUTION: &str = "© OpenStreetMap contributors, ODbL 1.0";

/// Farthest house number, counted in numbers, that still stands in for one that is missing. Beyond it the
/// nearest known house says nothing about where the wanted one is.
const FARTHEST_STAND_IN: u32 = 30;

/// Where an address was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Match {
    /// WGS 84 degrees north.
    pub lat: f64,
    /// WGS 84 degrees east.
    pub lon: f64,
    /// The address found, for people: `Aleksanterinkatu 15, 00100 Helsinki`.
    pub label: String,
    /// Whether this is the very house asked for, rather than one near it on the same street.
    pub exact: bool,
}

/// Addresses that can be looked up.
#[derive(Debug)]
pub struct Gazetteer {
    addresses: Vec<Address>,
    /// Places in `addresses` by folded street name.
    streets: HashMap<String, Vec<usize>>,
}

impl Gazetteer {
    /// The addresses this crate carries.
    pub fn helsinki() -> &'static Self {
        static HELSINKI: OnceLock<Gazetteer> = OnceLock::new();
        HELSINKI.get_or_init(|| Self::of(address::read(include_str!("../data/helsinki.csv"))))
    }

    fn of(addresses: Vec<Address>) -> Self {
        let mut streets: HashMap<String, Vec<usize>> = HashMap::new();
        for (idx, it) in addresses.iter().enumerate() {
            streets.entry(words::fold(&it.street)).or_default().push(idx);
        }
        Self { addresses, streets }
    }

    /// Finds a Helsinki address written as people write it: in any case, with or without diacritics,
    /// postcode, city, staircase and flat.
    ///
    /// A house that is not listed is answered by the nearest one on its street with [`Match::exact`] unset.
    /// An unknown street, a house number far beyond the listed ones, and any other city give `None`.
    pub fn find(&self, query: &str) -> Option<Match> {
        let query = Query::read(query, |street| self.streets.contains_key(street))?;
        let houses = self.streets.get(&query.street)?.iter().map(|idx| &self.addresses[*idx]);
        let Some(wanted) = query.number else { return self.middle_of(houses) };
        let (it, distance) = houses
            .map(|it| (it, it.number.distance_to(&wanted)))
            .min_by(|(_, a), (_, b)| a.total_cmp(b))
            .filter(|(_, distance)| *distance <= f64::from(FARTHEST_STAND_IN))?;
        Some(it.as_match(distance <= address::SAME_HOUSE))
    }

    /// Every address once, in the order of the file: by street, then as text by house number.
    pub fn addresses(&self) -> impl Iterator<Item = &Address> {
        self.addresses.iter()
    }

    /// The house nearest to the middle of a street, for a query without a house number.
    fn middle_of<'a>(&self, houses: impl Iterator<Item = &'a Address>) -> Option<Match> {
        let houses: Vec<&Address> = houses.collect();
        let n_houses = houses.len().max(1) as f64;
        let lat = houses.iter().map(|it| it.lat).sum::<f64>() / n_houses;
        let lon = houses.iter().map(|it| it.lon).sum::<f64>() / n_houses;
        // A degree of longitude is half as long as one of latitude at 60 degrees north.
        let distance = |it: &Address| (it.lat - lat).hypot((it.lon - lon) / 2.0);
        let nearest = houses.iter().min_by(|a, b| distance(a).total_cmp(&distance(b)))?;
        Some(nearest.as_match(false))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(query: &str, expected: Option<(&str, bool)>) {
        let found = Gazetteer::helsinki().find(query);
        let found = found.as_ref().map(|it| (it.label.as_str(), it.exact));
        assert_eq!(found, expected, "{query}");
    }

    #[test]
    fn addresses_are_found_as_people_write_them() {
        let house = Some(("Aleksanterinkatu 15, 00100 Helsinki", true));
        check("Aleksanterinkatu 15, 00100 Helsinki", house);
        check("aleksanterinkatu 15", house);
        check("ALEKSANTERINKATU 15 HELSINKI", house);
        check("Aleksanterinkatu 15,Helsinki,Finland", house);
        check("  Aleksanterinkatu   15 ,\n00100  Helsinki, FI", house);
        check("Aleksanterink. 15", house);
        check("Grande Grill, Aleksanterinkatu 15, Helsinki", house);
        check("Aleksanterinkatu 15, 00100 Helsingfors", house);
        check("Aleksanterinkatu 15 as. 3", house);
    }

    #[test]
    fn diacritics_do_not_matter() {
        check("Yrjönkatu 3", check_of("Yrjonkatu 3"));
        check("ETELÄRANTA 10", check_of("etelaranta 10"));
        // Decomposed: an `a` followed by a combining diaeresis.
        check("Etela\u{308}ranta 10", check_of("Eteläranta 10"));
        check("Etelaeranta 10", None);
    }

    fn check_of(query: &str) -> Option<(&'static str, bool)> {
        let found = Gazetteer::helsinki().find(query)?;
        Some((found.label.leak(), found.exact))
    }

    #[test]
    fn a_missing_house_is_answered_by_a_near_one() {
        check("Aleksanterinkatu 15 B", Some(("Aleksanterinkatu 15 B, 00100 Helsinki", true)));
        check("Aleksanterinkatu 15 C", Some(("Aleksanterinkatu 15, 00100 Helsinki", false)));
        check("Aleksanterinkatu 32", Some(("Aleksanterinkatu 30-34, 00100 Helsinki", true)));
        check("Aleksanterinkatu 36", Some(("Aleksanterinkatu 36a, Helsinki", false)));
        check("Aleksanterinkatu 3", Some(("Aleksanterinkatu 5, Helsinki", false)));
        check("Aleksanterinkatu 9000", None);
        assert!(!Gazetteer::helsinki().find("Aleksanterinkatu").unwrap().exact);
    }

    #[test]
    fn other_places_are_not_found() {
        check("", None);
        check("Helsinki", None);
        check("15", None);
        check("Nosuchkatu 15, Helsinki", None);
        check("Aleksanterinkatu 15, Tampere", None);
        check("Aleksanterinkatu 15, 33100 Tampere", None);
        check("Aleksanterinkatu 15, 33100", None);
        check("Aleksanterinkatu 15 Espoo", None);
        check("1 George St, Brisbane QLD 4000", None);
    }

    proptest::proptest! {
        /// Whatever is typed is answered, and an answer is an address that finds itself.
        #[test]
        fn any_text_is_answered(street in 0..60_usize, between in "\\PC{0,3}", rest in "\\PC{0,30}") {
            let gazetteer = Gazetteer::helsinki();
            gazetteer.find(&rest);
            let street = &gazetteer.addresses[street * gazetteer.addresses.len() / 60].street;
            if let Some(found) = gazetteer.find(&format!("{street}{between}{rest}")) {
                let again = gazetteer.find(&found.label);
                proptest::prop_assert_eq!(again, Some(Match { exact: true, ..found }));
            }
        }
    }

    #[test]
    fn every_address_finds_itself() {
        let gazetteer = Gazetteer::helsinki();
        assert!(gazetteer.addresses().count() > 500);
        for it in gazetteer.addresses() {
            let found = gazetteer.find(&it.label()).unwrap_or_else(|| panic!("{} is not found", it.label()));
            assert_eq!((found.exact, found.label), (true, it.label()));
            assert!((60.0..60.3).contains(&it.lat) && (24.8..25.1).contains(&it.lon), "{it:?}");
        }
    }
}
