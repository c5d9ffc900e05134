//! `couriers/all` and `couriers/detect`: a few couriers that a Finnish merchant meets.

use axum::body::Bytes;
use axum::extract::State;
use milkrun_wire::tracking51::{Courier, DetectCourier, MetaCode};
use serde_json::{Value, json};

use super::envelope::{Refusal, Reply, ok};
use super::{magic, query};
use crate::Sandbox;

/// Code, name, country, kind, home page.
const COURIERS: &[(&str, &str, Option<&str>, &str, &str)] = &[
    ("posti", "Posti", Some("FI"), "post", "https://www.posti.fi"),
    ("matkahuolto", "Matkahuolto", Some("FI"), "express", "https://www.matkahuolto.fi"),
    ("postnord", "PostNord Sweden", Some("SE"), "post", "https://www.postnord.se"),
    ("postnord-fi", "PostNord Finland", Some("FI"), "express", "https://www.postnord.fi"),
    ("budbee", "Budbee", Some("SE"), "express", "https://budbee.com"),
    ("bring", "Bring", Some("NO"), "express", "https://www.bring.no"),
    ("omniva", "Omniva", Some("EE"), "post", "https://www.omniva.ee"),
    ("itella", "Smartpost Itella", Some("EE"), "express", "https://itella.ee"),
    ("dhl", "DHL Express", None, "express", "https://www.dhl.com"),
    ("dhl-germany", "Deutsche Post DHL", Some("DE"), "post", "https://www.dhl.de"),
    ("dhl-parcel-nl", "DHL Parcel NL", Some("NL"), "express", "https://www.dhlparcel.nl"),
    ("ups", "UPS", None, "express", "https://www.ups.com"),
    ("fedex", "FedEx", None, "express", "https://www.fedex.com"),
    ("gls", "GLS", None, "express", "https://gls-group.eu"),
    ("dpd", "DPD", None, "express", "https://www.dpd.com"),
    ("tnt", "TNT", None, "express", "https://www.tnt.com"),
    ("dbschenker", "DB Schenker", None, "express", "https://www.dbschenker.com"),
    ("royal-mail", "Royal Mail", Some("GB"), "post", "https://www.royalmail.com"),
    ("china-post", "China Post", Some("CN"), "post", "http://english.chinapost.com.cn"),
    ("china-ems", "China EMS", Some("CN"), "post", "http://www.ems.com.cn"),
    ("usps", "USPS", Some("US"), "post", "https://www.usps.com"),
];

/// The one courier that does not answer without the recipient's postcode.
const NEEDS_POSTCODE: &str = "dhl-parcel-nl";

pub(crate) async fn all() -> Reply<Vec<Courier>> {
    ok(list())
}

pub(crate) async fn detect(State(sandbox): State<Sandbox>, body: Bytes) -> Reply<Vec<Courier>> {
    let asked: DetectCourier = query::body(&body)?;
    if asked.tracking_number.is_empty() {
        return Err(Refusal::code(MetaCode::NUMBER_REQUIRED));
    }
    magic::act(&sandbox, &asked.tracking_number).await?;
    if !query::is_number(&asked.tracking_number) {
        return Err(Refusal::code(MetaCode::NUMBER_INVALID));
    }
    let codes = guess(&asked.tracking_number.to_ascii_uppercase());
    let found: Vec<Courier> = codes.iter().filter_map(|it| find(it)).collect();
    if found.is_empty() { Err(Refusal::code(MetaCode::COURIER_NOT_DETECTED)) } else { ok(found) }
}

pub(crate) fn list() -> Vec<Courier> {
    COURIERS.iter().map(courier).collect()
}

pub(crate) fn find(code: &str) -> Option<Courier> {
    COURIERS.iter().find(|it| it.0 == code).map(courier)
}

/// Whether a courier needs the recipient's postcode.
pub(crate) fn needs_postcode(code: &str) -> bool {
    code == NEEDS_POSTCODE
}

fn courier((code, name, country, kind, url): &(&str, &str, Option<&str>, &str, &str)) -> Courier {
    Courier {
        courier_name: (*name).to_owned(),
        courier_code: (*code).to_owned(),
        courier_country_iso2: country.map(str::to_owned),
        courier_url: Some((*url).to_owned()),
        courier_phone: None,
        courier_type: Some((*kind).to_owned()),
        tracking_required_fields: if needs_postcode(code) {
            json!(["tracking_postal_code"])
        } else {
            Value::Null
        },
        optional_fields: Value::Null,
        default_language: Some("en".to_owned()),
        support_language: vec!["en".to_owned(), "fi".to_owned()],
        courier_logo: None,
    }
}

/// Couriers whose numbers look like this, likeliest first.
fn guess(number: &str) -> Vec<&'static str> {
    let digits = number.bytes().all(|it| it.is_ascii_digit());
    // A postal item of the Universal Postal Union: two letters, nine digits, the country.
    let country =
        (number.len() == 13 && number.is_ascii() && number[2..11].bytes().all(|it| it.is_ascii_digit()))
            .then(|| &number[11..]);
    match number {
        _ if number.starts_with("JJFI") || number.starts_with("MR-") => vec!["posti"],
        _ if number.starts_with("MH") => vec!["matkahuolto"],
        _ if number.starts_with("1Z") => vec!["ups"],
        _ if digits && number.len() == 10 => vec!["dhl"],
        _ if digits && number.len() == 12 => vec!["fedex"],
        _ if digits && number.len() == 22 && number.starts_with('9') => vec!["usps"],
        _ => match country {
            Some("FI") => vec!["posti"],
            Some("SE") => vec!["postnord"],
            Some("EE") => vec!["omniva"],
            Some("DE") => vec!["dhl-germany"],
            Some("GB") => vec!["royal-mail"],
            Some("US") => vec!["usps"],
            Some("CN") => vec!["china-post", "china-ems"],
            _ => Vec::new(),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_show_their_courier() {
        let check = |number: &str, codes: &[&str]| assert_eq!(guess(number), codes, "{number}");
        check("JJFI64000000000000", &["posti"]);
        check("RR123456789FI", &["posti"]);
        check("RR123456789CN", &["china-post", "china-ems"]);
        check("1Z999AA10123456784", &["ups"]);
        check("9400111899223197428490", &["usps"]);
        check("XYZ", &[]);
        check("ÄÄ123456789F", &[]);
    }
}
