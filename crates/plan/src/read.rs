//! How a page reads a plan: the same as serde does, in a tenth of the code.

use milkrun_json::{Read, Reader, object, words};

use crate::clock::TimeWindow;
use crate::cost::{Currency, Rates};
use crate::driver::{Driver, DriverId, Pause};
use crate::plan::{Aim, Place, Plan, Settings};
use crate::route::{DispatchInfo, Route, SentStop};
use crate::stop::{Position, PositionSource, Stop, StopId, Turn};

object! {
    Plan { name, date; depot, stops, drivers, routes, settings = Settings::default() }
    Place { lat, lon, address; }
    Settings {
        ;
        default_service_s = Settings::default().default_service_s, default_shift = Settings::default().default_shift,
        default_capacity = Settings::default().default_capacity, default_returns = Settings::default().default_returns,
        rates = Rates::default(), aim
    }
    Rates {
        ;
        fixed, per_hour = Rates::default().per_hour, per_km = Rates::default().per_km, per_overtime_hour, late_per_minute,
        currency
    }
    TimeWindow { start, end; }
    Stop {
        id, address;
        label, parcels = 1, service_s, window, phone, note, email, position, tracking_number, priority, driver, turn, needs
    }
    Position { lat, lon, source, confidence; }
    Driver { id, name, capacity, shift, returns_to_depot; email, can, pause, colour }
    Pause { window, seconds; }
    Route { driver; stops, dispatched, locked, kept_to }
    DispatchInfo {
        ; idempotency_key, dispatch_id, job_id, sent, returned_order, returned_km, returned_minutes, warnings
    }
    SentStop { id, address, label, parcels; }
}

words! {
    Turn { "any" Any, "first" First, "last" Last }
    Aim {
        "cheapest" Cheapest, "fastest" Fastest, "shortest" Shortest, "fewest_vans" FewestVans, "even_days" EvenDays
    }
    Currency {
        "euro" Euro, "dollar" Dollar, "pound" Pound, "franc" Franc, "sek" Sek, "nok" Nok, "dkk" Dkk, "zloty" Zloty,
        "none" None
    }
}

impl Read for StopId {
    fn blank() -> Self {
        Self(String::new())
    }

    fn read(reader: &mut Reader<'_>) -> Self {
        Self(Read::read(reader))
    }
}

impl Read for DriverId {
    fn blank() -> Self {
        Self(String::new())
    }

    fn read(reader: &mut Reader<'_>) -> Self {
        Self(Read::read(reader))
    }
}

impl Read for PositionSource {
    fn blank() -> Self {
        Self::File
    }

    fn read(reader: &mut Reader<'_>) -> Self {
        let mut it = Self::blank();
        reader.variant(&mut |name, reader| {
            it = match name {
                "file" => Self::File,
                "geocoder" => Self::Geocoder(Read::read(reader)),
                "hand" => Self::Hand,
                _ => return false,
            };
            true
        });
        it
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture;

    /// Both readers must come to the same, whichever fields are there.
    fn check(text: &str) {
        let (ours, theirs) = (milkrun_json::read::<Plan>(text), serde_json::from_str::<Plan>(text));
        match (ours, theirs) {
            (Ok(ours), Ok(theirs)) => assert_eq!(ours, theirs, "{text}"),
            (Err(_), Err(_)) => {}
            (ours, theirs) => panic!("{text}: {ours:?} and {theirs:?}"),
        }
    }

    #[test]
    fn a_whole_plan() {
        let mut plan = fixture::plan();
        let position = |source| Some(Position { lat: 60.1, lon: 24.9, source, confidence: 0.7 });
        plan.stops[0].position = position(PositionSource::Geocoder("OSM".into()));
        plan.stops[1].position = position(PositionSource::Hand);
        plan.stops[2].window = Some(TimeWindow::new(1, 2));
        plan.stops[2].note = Some("a\nb".into());
        plan.stops[2].priority = Stop::HIGH;
        plan.stops[2].driver = Some("eero".into());
        plan.stops[2].turn = Turn::Last;
        plan.stops[2].needs = vec!["Tail lift".into()];
        plan.drivers[0].can = vec!["tail lift".into(), "cold".into()];
        plan.drivers[0].pause = Some(Pause { window: TimeWindow::hours(11, 13), seconds: 1_800 });
        plan.routes[0].kept_to = Some("S2".into());
        plan.settings.rates = Rates { late_per_minute: 5, currency: Currency::Sek, ..Rates::default() };
        plan.settings.aim = Aim::EvenDays;
        plan.routes[0].dispatched = Some(DispatchInfo {
            idempotency_key: "k".into(),
            job_id: Some("j".into()),
            sent: plan.sendable(&plan.routes[0]),
            returned_order: vec!["1".into()],
            returned_km: Some(1.5),
            warnings: vec!["w".into()],
            ..DispatchInfo::default()
        });
        plan.routes[0].locked = true;
        plan.settings.default_returns = false;
        let text = serde_json::to_string(&plan).unwrap();
        assert_eq!(milkrun_json::read::<Plan>(&text).unwrap(), plan);
        check(&text);
    }

    #[test]
    fn parts_that_are_missing_or_wrong() {
        let check_with = |field: &str| check(&format!(r#"{{"name":"a","date":"b",{field}}}"#));
        check(r#"{"name":"a","date":"b"}"#);
        check(r#"{"name":"a"}"#);
        check("[]");
        check_with(r#""depot":null,"settings":{},"later":{"a":[1,{}]}"#);
        check_with(r#""settings":{"default_capacity":5,"default_shift":{"start":1,"end":2}}"#);
        check_with(r#""settings":{"default_shift":{"start":1}}"#);
        check_with(r#""stops":[{"id":"1","address":"x"},{"id":"2","address":"y","parcels":0}]"#);
        check_with(r#""stops":[{"id":"1"}]"#);
        check_with(r#""stops":[{"id":1,"address":"x"}]"#);
        for source in [
            r#""file""#,
            r#"{"geocoder":"x"}"#,
            r#"{"geocoder":"x","hand":null}"#,
            r#""geocoder""#,
            r#""moon""#,
            "3",
        ] {
            check_with(&format!(
                r#""stops":[{{"id":"1","address":"x","position":{{"lat":1,"lon":2.5,"source":{source},"confidence":1}}}}]"#
            ));
        }
        check_with(
            r#""drivers":[{"id":"a","name":"b","capacity":1,"shift":{"start":0,"end":1},"returns_to_depot":true,"colour":300}]"#,
        );
        check_with(
            r#""drivers":[{"id":"a","name":"b","capacity":1,"shift":{"start":0,"end":1},"returns_to_depot":true}]"#,
        );
        check_with(r#""routes":[{"driver":"a"},{"driver":"b","stops":["1"],"dispatched":{}}]"#);
    }
}
