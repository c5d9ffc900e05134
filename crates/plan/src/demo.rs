//! Sixty deliveries in central Helsinki, so that the first thing a visitor sees is a day's work.
//!
//! The addresses are real; customers and telephone numbers are not. See `data/README.md`.

use crate::clock::TimeWindow;
use crate::driver::Driver;
use crate::plan::{Place, Plan};
use crate::route::Route;

/// The deliveries as a file to import. It has no coordinates: finding them is part of the demo.
pub const DEMO_CSV: &str = include_str!("../data/demo-60.csv");

/// The line to show wherever the demo's addresses are shown.
pub const ATTRIBUTION: &str = "© OpenStreetMap contributors, ODbL 1.0";

/// A plan for a day (`YYYY-MM-DD`) with a depot and two drivers, ready for the demo's stops. Neither van
/// holds all parcels, so both have to go.
pub fn plan_seed(date: &str) -> Plan {
    let mut plan = Plan::new("Sixty Helsinki deliveries", date);
    plan.depot = Some(Place {
        lat: 60.171132,
        lon: 24.946264,
        address: "Kaisaniemenkatu 2, 00100 Helsinki".to_owned(),
    });
    plan.drivers = [("Aino", "aino"), ("Eero", "eero")]
        .into_iter()
        .zip(0..)
        .map(|((name, id), colour)| Driver {
            id: id.into(),
            name: name.to_owned(),
            email: format!("{id}@example.com"),
            capacity: 100,
            shift: TimeWindow::hours(8, 16),
            returns_to_depot: true,
            can: Vec::new(),
            pause: None,
            colour,
        })
        .collect();
    plan.routes = plan.drivers.iter().map(|it| Route::new(it.id.clone())).collect();
    plan
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::{Counts, Field, Mapping, guess, interpret, parse};

    #[test]
    fn the_demo_imports_without_a_question() {
        let mut plan = plan_seed("2026-03-03");
        assert!(plan.mend().is_empty());
        let table = parse(DEMO_CSV).unwrap();
        let guesses = guess(&table);
        assert!(guesses.iter().all(|it| it.field.is_some() && it.confidence == 1.0), "{guesses:?}");
        let all = interpret(&table, &Mapping::from_guesses(&guesses), &plan.settings);
        assert_eq!(all.counts(), Counts { rows: 60, ready: 60, ..Counts::default() });
        assert!(guesses.iter().all(|it| it.field != Some(Field::Lat)));
        let stops = all.stops();
        assert_eq!((stops[0].id.as_str(), stops[59].id.as_str()), ("HEL-001", "HEL-060"));
        assert!(
            stops.iter().all(|it| it.address.ends_with(" Helsinki") || it.address.ends_with(", Helsinki"))
        );
        assert!(stops.iter().any(|it| it.window.is_some()) && stops.iter().any(|it| it.note.is_some()));

        let parcels: u32 = stops.iter().map(|it| it.parcels).sum();
        let vans: Vec<u32> = plan.drivers.iter().map(|it| it.capacity).collect();
        assert!(parcels <= vans.iter().sum() && vans.iter().all(|it| parcels > *it), "both vans are needed");
    }
}
