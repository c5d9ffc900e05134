//! `POST /awb`: an air waybill is registered and its flights are told.

use std::collections::BTreeMap;

use axum::body::Bytes;
use axum::extract::State;
use milkrun_wire::tracking51::{AirWaybill, AirlineInfo, AwbEvent, AwbFlight, AwbRequest, MetaCode};
use serde::{Deserialize, Serialize};

use super::envelope::{Refusal, Reply, ok};
use super::query;
use crate::Sandbox;
use crate::clock::rfc3339;

/// Prefix of an airline's waybills, its name, its flight code and its hub.
const AIRLINES: &[(&str, &str, &str, &str)] = &[
    ("105", "Finnair Cargo", "AY", "HEL"),
    ("235", "Turkish Cargo", "TK", "IST"),
    ("020", "Lufthansa Cargo", "LH", "FRA"),
    ("157", "Qatar Airways Cargo", "QR", "DOH"),
    ("176", "Emirates SkyCargo", "EK", "DXB"),
];
/// Prefix of waybills whose last four digits are the code to refuse with.
const MAGIC: &str = "000";
const HOUR: i64 = 3600;

/// A waybill as remembered.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct AwbRecord {
    /// When it was registered, sandbox seconds.
    pub(crate) created_at: i64,
}

pub(crate) async fn create(State(sandbox): State<Sandbox>, body: Bytes) -> Reply<AirWaybill> {
    let asked: AwbRequest = query::body(&body)?;
    let number = canonical(&asked.awb_number).ok_or(Refusal::code(MetaCode::AWB_NUMBER_INVALID))?;
    if let (Some(digits), true) = (number.get(8..), number.starts_with(MAGIC)) {
        return Err(Refusal::code(MetaCode(digits.parse().unwrap_or(MetaCode::AIRLINE_UNSUPPORTED.0))));
    }
    let airline = AIRLINES.iter().find(|it| number.starts_with(it.0));
    let Some(airline) = airline else { return Err(Refusal::code(MetaCode::AIRLINE_UNSUPPORTED)) };
    let mut world = sandbox.world();
    if world.awbs.contains_key(&number) {
        return Err(Refusal::code(MetaCode(4167)));
    }
    let now = world.now();
    world.awbs.insert(number.clone(), AwbRecord { created_at: now });
    ok(waybill(&number, airline, now))
}

/// `235-69030430` from three digits, an optional blank or hyphen, and eight digits.
fn canonical(text: &str) -> Option<String> {
    let (prefix, rest) = text.trim().split_at_checked(3)?;
    let serial = rest.strip_prefix([' ', '-']).unwrap_or(rest);
    let digits = |it: &str, n: usize| it.len() == n && it.bytes().all(|it| it.is_ascii_digit());
    (digits(prefix, 3) && digits(serial, 8)).then(|| format!("{prefix}-{serial}"))
}

/// A shipment from Shenzhen by the airline's hub to Helsinki, whose last flight lands in ten hours.
fn waybill(number: &str, (_, name, code, hub): &(&str, &str, &str, &str), now: i64) -> AirWaybill {
    let text = |it: &str| Some(it.to_owned());
    let legs = [("SZX", *hub, -30), (*hub, "HEL", -2)];
    let legs = legs.iter().filter(|(from, to, _)| from != to).enumerate();
    let flights: Vec<AwbFlight> = legs
        .map(|(idx, (from, to, departs))| AwbFlight {
            flight_number: Some(format!("{code}{}", 140 + idx)),
            depart_station: text(from),
            arrival_station: text(to),
            plan_depart_time: Some(rfc3339(now + departs * HOUR)),
            depart_time: Some(rfc3339(now + departs * HOUR + 600)),
            plan_arrival_time: Some(rfc3339(now + (departs + 12) * HOUR)),
            arrival_time: (departs + 12 <= 0).then(|| rfc3339(now + (departs + 12) * HOUR)),
            piece: text("10"),
            weight: text("100K"),
            status: text(if departs + 12 <= 0 { "ARR" } else { "DEP" }),
        })
        .collect();
    let by_number = flights.iter().map(|it| {
        let bare = AwbFlight { flight_number: None, piece: None, weight: None, status: None, ..it.clone() };
        (it.flight_number.clone().unwrap_or_default(), bare)
    });
    let event = |it: &AwbFlight| AwbEvent {
        plan_date: it.plan_depart_time.clone(),
        actual_date: it.depart_time.clone(),
        event: text("Departed"),
        station: it.depart_station.clone(),
        flight_number: it.flight_number.clone(),
        status: text("DEP"),
        piece: it.piece.clone(),
        weight: it.weight.clone(),
        checkpoint_status: text("transit"),
        checkpoint_substatus: text("transit007"),
    };
    AirWaybill {
        awb_number: number.to_owned(),
        awb_status: text("transit"),
        awb_substatus: text("transit007"),
        status_number: text("2"),
        weight: text("100K"),
        piece: text("10"),
        origin: text("SZX"),
        destination: text("HEL"),
        flight_way_station: flights.iter().filter_map(|it| it.arrival_station.clone()).collect(),
        last_event: flights
            .last()
            .map(|it| format!("Departed,{}", it.depart_station.clone().unwrap_or_default())),
        flight_info: by_number.collect::<BTreeMap<_, _>>(),
        track_info: flights.iter().rev().map(event).collect(),
        flight_info_new: flights,
        airline_info: AirlineInfo { name: text(name), url: None, track_url: None, trackpage_url: None },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waybill_numbers_are_read() {
        let check =
            |text: &str, expected: Option<&str>| assert_eq!(canonical(text).as_deref(), expected, "{text}");
        check("235-69030430", Some("235-69030430"));
        check("235 69030430", Some("235-69030430"));
        check("23569030430", Some("235-69030430"));
        check("235--69030430", None);
        check("235-6903043", None);
        check("ää-69030430", None);
        check("", None);
    }
}
