//! Changing a registered parcel, and making 51Tracking follow an expired one again.

use milkrun_wire::api::parcel::Parcel;
use milkrun_wire::tracking51::UpdateTracking;

use super::client::Named;
use crate::clock::now_ms;
use crate::problem::{Answer, Failure};
use crate::state::State;
use crate::store::parcels::ParcelRow;
use crate::widget::{Contact, Subject};

/// The vendor's id of a parcel; none when it does not know the parcel. Only version 4 needs it, and it is read
/// when it is not known yet.
pub(super) async fn vendor_id(state: &State, row: &ParcelRow) -> Answer<Option<String>> {
    if !row.vendor_id.is_empty() {
        return Ok(Some(row.vendor_id.clone()));
    }
    let it = &row.document;
    let found = state.tracking().find(&it.tracking_number, &it.courier_code).await?;
    Ok(found.into_iter().find(|own| own.courier_code == it.courier_code).map(|it| it.id))
}

/// A parcel by all its names.
pub(super) fn named<'a>(row: &'a ParcelRow, id: &'a str) -> Named<'a> {
    Named { id, number: &row.document.tracking_number, courier: &row.document.courier_code }
}

/// Writes title, order number and carrier, at the vendor first and then here.
pub(crate) async fn change(state: &State, id: &str, change: &UpdateTracking) -> Answer<Parcel> {
    let (mut row, vendor_id) = find(state, id).await?;
    state.tracking().update(named(&row, &vendor_id), change).await?;
    if let Some(it) = &change.details.title {
        row.document.title = Some(it.clone());
    }
    if let Some(it) = &change.details.order_number {
        row.document.order_number = Some(it.clone());
        let subject = Subject::Parcel(id.to_owned()).to_string();
        // What is known of the shopper stays.
        match state.hashes().await?.row(&subject, Some(it), &Contact::default()) {
            Some(row) => state.store.orders().put(&row, now_ms()).await?,
            None => state.store.orders().delete(&subject).await?,
        }
    }
    if let Some(it) = &change.courier_code_new {
        row.document.courier_code.clone_from(it);
        row.document.courier_name = state.couriers.name(&state.tracking(), it).await;
    }
    row.is_open = true;
    if !state.store.parcels().rewrite(&row, now_ms()).await? {
        return Err(Failure::new(
            "parcel-exists",
            409,
            "There is a parcel of this number and carrier already",
        ));
    }
    state.parcels_due.notify_one();
    Ok(row.document)
}

/// Makes 51Tracking follow an expired parcel again.
pub(crate) async fn retrack(state: &State, id: &str) -> Answer<Parcel> {
    let (mut row, vendor_id) = find(state, id).await?;
    state.tracking().retrack(named(&row, &vendor_id)).await?;
    row.is_open = true;
    state.store.parcels().rewrite(&row, now_ms()).await?;
    state.parcels_due.notify_one();
    Ok(row.document)
}

async fn find(state: &State, id: &str) -> Answer<(ParcelRow, String)> {
    let row = state.store.parcels().find(id).await?;
    let row = row.ok_or_else(|| Failure::not_found("there is no such parcel"))?;
    let vendor_id = vendor_id(state, &row).await?.ok_or_else(|| {
        Failure::new("parcel-unknown-there", 409, "51Tracking does not know this parcel")
            .detail("somebody has deleted it in the vendor's console; remove it here and add it again")
    })?;
    Ok((row, vendor_id))
}
