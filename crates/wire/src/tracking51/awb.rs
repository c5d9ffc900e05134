//! Air waybills, as `POST /awb` answers them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::lenient;

/// Body of `POST /awb`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct AwbRequest {
    /// Three digits, an optional space or hyphen, eight digits.
    #[serde(deserialize_with = "lenient::plain_text")]
    pub awb_number: String,
}

/// One air waybill.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct AirWaybill {
    /// As sent.
    #[serde(deserialize_with = "lenient::plain_text")]
    pub awb_number: String,
    /// Where it stands; no list of words is published.
    #[serde(deserialize_with = "lenient::text")]
    pub awb_status: Option<String>,
    /// The same, finer.
    #[serde(deserialize_with = "lenient::text")]
    pub awb_substatus: Option<String>,
    /// Text for 51Tracking's Go SDK and a number for its sister's.
    #[serde(deserialize_with = "lenient::text")]
    pub status_number: Option<String>,
    /// The airline's measure, unit included.
    #[serde(deserialize_with = "lenient::text")]
    pub weight: Option<String>,
    /// Number of pieces.
    #[serde(deserialize_with = "lenient::text")]
    pub piece: Option<String>,
    /// IATA code.
    #[serde(deserialize_with = "lenient::text")]
    pub origin: Option<String>,
    /// IATA code.
    #[serde(deserialize_with = "lenient::text")]
    pub destination: Option<String>,
    /// IATA codes on the way.
    #[serde(deserialize_with = "lenient::or_default")]
    pub flight_way_station: Vec<String>,
    /// The newest event on one line.
    #[serde(deserialize_with = "lenient::text")]
    pub last_event: Option<String>,
    /// Flights in order, each naming itself.
    #[serde(deserialize_with = "lenient::or_default")]
    pub flight_info_new: Vec<AwbFlight>,
    /// Flights by flight number; an object even when empty.
    #[serde(deserialize_with = "lenient::or_default")]
    pub flight_info: BTreeMap<String, AwbFlight>,
    /// Events, newest first. The key has an underscore here and none in parcels.
    #[serde(deserialize_with = "lenient::or_default")]
    pub track_info: Vec<AwbEvent>,
    /// The airline.
    #[serde(deserialize_with = "lenient::or_default")]
    pub airline_info: AirlineInfo,
}

/// One flight of an air waybill.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct AwbFlight {
    /// Such as `AY141`; only in the list, where no key names it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub flight_number: Option<String>,
    /// IATA code.
    pub depart_station: Option<String>,
    /// IATA code.
    pub arrival_station: Option<String>,
    /// Local time at the station.
    pub plan_depart_time: Option<String>,
    /// Local time at the station.
    pub depart_time: Option<String>,
    /// Local time at the station.
    pub plan_arrival_time: Option<String>,
    /// Local time at the station.
    pub arrival_time: Option<String>,
    /// Number of pieces; only in the list.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "lenient::text")]
    pub piece: Option<String>,
    /// Unit included; only in the list.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "lenient::text")]
    pub weight: Option<String>,
    /// The airline's word; only in the list.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "lenient::text")]
    pub status: Option<String>,
}

/// One event of an air waybill.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct AwbEvent {
    /// When it was planned.
    pub plan_date: Option<String>,
    /// When it happened.
    pub actual_date: Option<String>,
    /// What happened, for people.
    pub event: Option<String>,
    /// IATA code.
    pub station: Option<String>,
    /// Such as `AY141`.
    pub flight_number: Option<String>,
    /// The airline's code, such as `DEP`.
    pub status: Option<String>,
    /// Number of pieces.
    #[serde(deserialize_with = "lenient::text")]
    pub piece: Option<String>,
    /// Unit included.
    #[serde(deserialize_with = "lenient::text")]
    pub weight: Option<String>,
    /// Where the shipment stood after it.
    pub checkpoint_status: Option<String>,
    /// The same, finer.
    pub checkpoint_substatus: Option<String>,
}

/// The airline of an air waybill.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct AirlineInfo {
    /// Name for people.
    pub name: Option<String>,
    /// Home page.
    pub url: Option<String>,
    /// Its tracking page.
    pub track_url: Option<String>,
    /// Its tracking page for this number.
    pub trackpage_url: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_flights_is_still_an_object() {
        let it: AirWaybill =
            serde_json::from_str(r#"{"flight_info":[],"status_number":3,"track_info":null}"#).unwrap();
        assert_eq!(it.status_number.as_deref(), Some("3"));
        assert_eq!(serde_json::to_value(it).unwrap()["flight_info"], serde_json::json!({}));
    }
}
