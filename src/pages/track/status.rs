//! A status as word, icon and tone, so that colour never speaks alone.

use milkrun_lean::prelude::*;
use milkrun_wire::api::parcel::ParcelStatus;

use crate::ui::icon::{Icon, IconView};

/// How loud a status is.
pub(super) fn tone(status: ParcelStatus) -> &'static str {
    match status {
        ParcelStatus::Delivered => "ok",
        ParcelStatus::Transit | ParcelStatus::Pickup | ParcelStatus::InfoReceived => "info",
        ParcelStatus::Undelivered | ParcelStatus::Expired | ParcelStatus::NotFound => "warn",
        ParcelStatus::Exception => "bad",
        ParcelStatus::Pending | ParcelStatus::Unknown => "plain",
    }
}

/// The icon that goes with a status.
pub(super) fn icon(status: ParcelStatus) -> Icon {
    match status {
        ParcelStatus::NotFound | ParcelStatus::Unknown => Icon::Question,
        ParcelStatus::InfoReceived => Icon::Info,
        ParcelStatus::Transit => Icon::Van,
        ParcelStatus::Pickup => Icon::Pin,
        ParcelStatus::Undelivered | ParcelStatus::Exception => Icon::Warn,
        ParcelStatus::Delivered => Icon::Check,
        ParcelStatus::Pending | ParcelStatus::Expired => Icon::Clock,
    }
}

/// Whether somebody should look at a parcel with this status.
pub(super) fn needs_attention(status: ParcelStatus) -> bool {
    matches!(
        status,
        ParcelStatus::Exception | ParcelStatus::Undelivered | ParcelStatus::Expired | ParcelStatus::NotFound
    )
}

/// The status as a chip.
#[component]
pub(super) fn StatusChip(status: ParcelStatus) -> View {
    view! {
        <span class=format!("chip chip--{}", tone(status)) data-test="parcel-status">
            <IconView icon=icon(status)/>
            {status.words()}
        </span>
    }
}
