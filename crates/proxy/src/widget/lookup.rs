//! One number, or one subject of a public page: a parcel some carrier has, or a stop of the shop's own drivers.

use milkrun_wire::api::lookup::{Kind, Lookup, LookupEvent};
use milkrun_wire::api::parcel::{Checkpoint, Parcel, ParcelStatus};

use super::number::normalised;
use super::stop;
use super::subject::Subject;
use crate::clock::now_ms;
use crate::problem::Answer;
use crate::state::State;
use crate::store::parcels::ParcelRow;
use crate::tracking;

/// What is behind a number as it was typed, and what may be told of it. An unknown one is an answer like any other.
/// Where several carriers have the number it is the parcel of `carrier`, or the newest if none is that carrier's.
pub(super) async fn find(state: &State, typed: &str, carrier: &str) -> Answer<(Option<Subject>, Lookup)> {
    let number = normalised(typed);
    if number.is_empty() {
        return Ok((None, unknown(typed)));
    }
    let rows = state.store.parcels().by_number(&number).await?;
    tracking::freshen(state, &rows).await?;
    let meant = rows.iter().position(|it| it.document.courier_code == carrier).unwrap_or_default();
    if let Some(row) = rows.into_iter().nth(meant) {
        return Ok((Some(Subject::Parcel(row.document.id.clone())), of_parcel(state, row)));
    }
    let Some(it) = state.store.stop_numbers().find(&number).await? else { return Ok((None, unknown(typed))) };
    let subject = Subject::Stop { dispatch: it.dispatch_id, stop: it.stop_id };
    let Some(found) = show(state, &subject).await? else { return Ok((None, unknown(typed))) };
    Ok((Some(subject), Lookup { number: unknown(typed).number, ..found }))
}

/// What may be told of a subject; none when it is gone.
pub(super) async fn show(state: &State, subject: &Subject) -> Answer<Option<Lookup>> {
    match subject {
        Subject::Parcel(id) => {
            let row = state.store.parcels().find(id).await?;
            tracking::freshen(state, row.as_slice()).await?;
            Ok(row.map(|it| of_parcel(state, it)))
        }
        Subject::Stop { dispatch, stop } => {
            let dispatches = state.store.dispatches();
            let Some(row) = dispatches.find(dispatch).await? else { return Ok(None) };
            let history = dispatches.history(dispatch).await?;
            Ok(Some(stop::of(&row, stop, &history, now_ms())))
        }
    }
}

/// The answer for a number nobody knows.
pub(super) fn unknown(typed: &str) -> Lookup {
    Lookup {
        number: typed.chars().take(100).collect(),
        found: false,
        kind: Kind::Unknown,
        status: ParcelStatus::NotFound,
        at_collection_point: false,
        substatus: String::new(),
        carrier: String::new(),
        carrier_code: String::new(),
        expected_at: String::new(),
        planned_from: String::new(),
        planned_until: String::new(),
        estimated_from: String::new(),
        estimated_until: String::new(),
        delivered_at: String::new(),
        stops_before: -1,
        stale: false,
        page: String::new(),
        events: Vec::new(),
    }
}

/// Field by field, so that nothing a shopper must not see gets in by itself.
fn of_parcel(state: &State, row: ParcelRow) -> Lookup {
    of_document(tracking::shown(state, row))
}

fn of_document(it: Parcel) -> Lookup {
    let delivered = it.checkpoints.iter().find(|it| it.status == ParcelStatus::Delivered);
    let delivered = delivered.filter(|_| it.status == ParcelStatus::Delivered).map(|it| it.at.clone());
    let event = |it: Checkpoint| LookupEvent {
        at: it.at,
        text: it.detail,
        place: it.place.unwrap_or_default(),
        status: super::word(it.status),
    };
    Lookup {
        found: true,
        kind: Kind::Carrier,
        status: it.status,
        at_collection_point: it.substatus.as_deref() == Some("pickup002"),
        substatus: it.substatus.unwrap_or_default(),
        carrier: it.courier_name.unwrap_or_else(|| it.courier_code.clone()),
        carrier_code: it.courier_code,
        expected_at: it.expected_at.unwrap_or_default(),
        delivered_at: delivered.unwrap_or_default(),
        stale: it.stale,
        events: it.checkpoints.into_iter().map(event).collect(),
        ..unknown(&it.tracking_number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::parcels::tests::row;

    #[tokio::test]
    async fn a_number_of_several_carriers_is_that_of_the_one_named() {
        let store = crate::store::Store::for_tests().await.unwrap();
        let config = crate::config::Config::from_parts("", "", |_| None).unwrap();
        let state = State::new(config, store).unwrap();
        for (id, carrier) in [("1", "posti"), ("2", "dhl")] {
            let mut parcel = row(id, "A");
            (parcel.document.courier_code, parcel.created_ms) = (carrier.to_owned(), id.parse().unwrap());
            state.store.parcels().insert(&parcel, 0).await.unwrap();
        }
        for (asked, expected) in [("posti", "posti"), ("dhl", "dhl"), ("", "dhl"), ("ups", "dhl")] {
            let (_, found) = find(&state, "a", asked).await.unwrap();
            assert_eq!(found.carrier_code, expected, "asked for {asked:?}");
        }
    }

    #[test]
    fn nothing_of_the_account_reaches_a_shopper() {
        let mut parcel = row("secret-id", "A").document;
        parcel.title = Some("secret-title".to_owned());
        parcel.order_number = Some("secret-order".to_owned());
        let text = serde_json::to_string(&of_document(parcel)).unwrap();
        assert!(!text.contains("secret"), "{text}");
    }

    #[test]
    fn a_delivery_is_dated_by_its_checkpoint() {
        let mut parcel = row("1", "A").document;
        let at =
            |at: &str, status| Checkpoint { at: at.to_owned(), status, detail: String::new(), place: None };
        parcel.checkpoints = vec![at("2", ParcelStatus::Delivered), at("1", ParcelStatus::Transit)];
        assert_eq!(of_document(parcel.clone()).delivered_at, "");
        parcel.status = ParcelStatus::Delivered;
        let it = of_document(parcel);
        assert_eq!((it.delivered_at.as_str(), it.events[1].status.as_str()), ("2", "transit"));
    }
}
