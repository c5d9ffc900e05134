//! `trackings/create` and `trackings/batch`: numbers are registered, and the courier is asked at once.

use axum::body::Bytes;
use axum::extract::State;
use milkrun_wire::tracking51::{BATCH_LIMIT, BatchItem, BatchReply, CreateTracking, MetaCode, Tracking};

use super::envelope::{Refusal, Reply, ok, words};
use super::magic::{self, Magic};
use super::parcel::Parcel;
use super::{couriers, query};
use crate::Sandbox;
use crate::store::World;

pub(crate) async fn one(State(sandbox): State<Sandbox>, body: Bytes) -> Reply<Tracking> {
    let wanted: CreateTracking = query::body(&body)?;
    magic::act(&sandbox, &wanted.tracking_number).await?;
    let mut world = sandbox.world();
    let parcel = register(&mut world, wanted).map_err(|(code, _)| Refusal::code(code))?.clone();
    ok(parcel.at(world.now()))
}

pub(crate) async fn batch(State(sandbox): State<Sandbox>, body: Bytes) -> Reply<BatchReply> {
    let wanted: Vec<CreateTracking> = query::body(&body)?;
    if wanted.is_empty() {
        return Err(Refusal::code(MetaCode::NUMBER_REQUIRED));
    }
    if wanted.len() > BATCH_LIMIT {
        return Err(Refusal::code(MetaCode::TOO_MANY));
    }
    for it in &wanted {
        match magic::of(&it.tracking_number) {
            Some(Magic::Refused(code)) if magic::is_about_one(code) => {}
            _ => magic::act(&sandbox, &it.tracking_number).await?,
        }
    }
    let mut world = sandbox.world();
    ok(register_all(&mut world, wanted))
}

/// Registers each number that can be, and says of the others why not.
pub(crate) fn register_all(world: &mut World, wanted: Vec<CreateTracking>) -> BatchReply {
    let mut reply = BatchReply::default();
    for it in wanted {
        let mut item = BatchItem {
            tracking_number: it.tracking_number.clone(),
            courier_code: it.courier_code.clone(),
            ..BatchItem::default()
        };
        match register(world, it) {
            Ok(parcel) => {
                item.id = Some(parcel.id.clone());
                reply.success.push(item);
            }
            Err((code, existing)) => {
                item.id = existing;
                item.error_code = Some(code);
                item.error_message = Some(words(code));
                reply.error.push(item);
            }
        }
    }
    reply
}

/// Registers a number, or says why not and, when it is registered already, under which id.
fn register(world: &mut World, wanted: CreateTracking) -> Result<&Parcel, (MetaCode, Option<String>)> {
    check(&wanted).map_err(|it| (it, None))?;
    match existing(world, &wanted.tracking_number, &wanted.courier_code) {
        Some(id) => Err((MetaCode::EXISTS, Some(id))),
        None => Ok(Parcel::register(world, wanted)),
    }
}

/// The id under which a number of a courier is registered.
pub(crate) fn existing(world: &World, number: &str, courier: &str) -> Option<String> {
    let is_it = |it: &&Parcel| it.fields.tracking_number == number && it.fields.courier_code == courier;
    world.parcels.values().find(is_it).map(|it| it.id.clone())
}

fn check(wanted: &CreateTracking) -> Result<(), MetaCode> {
    let courier = wanted.courier_code.as_str();
    if let Some(Magic::Refused(code)) = magic::of(&wanted.tracking_number) {
        Err(code)
    } else if wanted.tracking_number.is_empty() {
        Err(MetaCode::NUMBER_REQUIRED)
    } else if !query::is_number(&wanted.tracking_number) {
        Err(MetaCode::NUMBER_INVALID)
    } else if couriers::find(courier).is_none() {
        Err(MetaCode::COURIER_INVALID)
    } else if couriers::needs_postcode(courier) && wanted.details.tracking_postal_code.is_none() {
        Err(MetaCode::COURIER_FIELD)
    } else if [&wanted.details.origin_country_iso2, &wanted.details.destination_country_iso2]
        .into_iter()
        .flatten()
        .any(|it| !is_iso2(it))
    {
        Err(MetaCode::PARAMETER_INVALID)
    } else {
        Ok(())
    }
}

/// Whether a text is shaped like an ISO 3166-1 alpha-2 code.
pub(crate) fn is_iso2(text: &str) -> bool {
    text.len() == 2 && text.bytes().all(|it| it.is_ascii_alphabetic())
}

#[cfg(test)]
mod tests {
    use milkrun_wire::tracking51::TrackingDetails;

    use super::*;

    #[test]
    fn each_fault_has_its_code() {
        let case = |number: &str, courier: &str, country: Option<&str>| {
            let wanted = CreateTracking {
                tracking_number: number.to_owned(),
                courier_code: courier.to_owned(),
                details: TrackingDetails {
                    destination_country_iso2: country.map(str::to_owned),
                    ..TrackingDetails::default()
                },
                ..CreateTracking::default()
            };
            check(&wanted).err()
        };
        assert_eq!(case("JJFI1", "posti", Some("FI")), None);
        assert_eq!(case("", "posti", None), Some(MetaCode::NUMBER_REQUIRED));
        assert_eq!(case("a b c d", "posti", None), Some(MetaCode::NUMBER_INVALID));
        assert_eq!(case("JJFI1", "", None), Some(MetaCode::COURIER_INVALID));
        assert_eq!(case("JJFI1", "pigeon", None), Some(MetaCode::COURIER_INVALID));
        assert_eq!(case("JJFI1", "dhl-parcel-nl", None), Some(MetaCode::COURIER_FIELD));
        assert_eq!(case("JJFI1", "posti", Some("Finland")), Some(MetaCode::PARAMETER_INVALID));
        assert_eq!(case("MR-ERR-4190", "posti", None), Some(MetaCode::QUOTA_USED_UP));
    }
}
