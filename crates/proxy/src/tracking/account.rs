//! What the account follows already: listed page by page, and taken over here. It costs nothing of the quota.

use jiff::Timestamp;
use milkrun_wire::api::parcel::NewParcel;
use milkrun_wire::tracking51::webhook::Version;
use milkrun_wire::tracking51::{GET_LIMIT, GetReply, Tracking};
use serde_json::Value;

use super::client::{Known, Tracking51};
use super::dialect;
use super::error::TrackingError;
use super::limits::Endpoint;
use super::register::{Candidate, row};
use crate::problem::Answer;
use crate::state::State;
use crate::widget::number::normalised;

/// Rows of a page of version 3, whose clients ask for no more.
const PAGE_V3: usize = 100;
/// Most pages that one request reads: 50,000 parcels, and half a minute at two calls a second.
const MOST_PAGES: usize = 25;

/// Which parcels of the account; all when nothing is said.
#[derive(Clone, Debug, Default)]
pub(crate) struct Which {
    /// Those registered at this time or later.
    pub(crate) since: Option<Timestamp>,
    /// Those of this carrier, by the vendor's code.
    pub(crate) courier: Option<String>,
    /// Those that stand here, in the vendor's word.
    pub(crate) status: Option<String>,
    /// The page to begin with, from 1.
    pub(crate) page: usize,
}

/// What became of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TakenOver {
    /// How many the account has.
    pub(crate) read: usize,
    /// How many of them were new here.
    pub(crate) added: usize,
    /// The page to go on with, if there are more than one request reads.
    pub(crate) next_page: Option<usize>,
}

impl Tracking51 {
    /// One page of what the account follows, and whether there may be another.
    async fn page(&self, which: &Which, page: usize) -> Result<(Vec<Tracking>, bool), TrackingError> {
        let rows = match self.access.api_version {
            Version::V4 | Version::V2 => GET_LIMIT,
            Version::V3 => PAGE_V3,
        };
        let mut query = Vec::new();
        let mut say = |key, value: Option<String>| query.extend(value.map(|it| (key, it)));
        let seconds = which.since.map(|it| it.as_second().to_string());
        let path = match self.access.api_version {
            Version::V4 | Version::V3 => {
                let is_v4 = self.access.api_version == Version::V4;
                say("created_date_min", if is_v4 { which.since.map(|it| it.to_string()) } else { seconds });
                say("courier_code", which.courier.clone());
                say("delivery_status", which.status.clone());
                say("items_amount", Some(rows.to_string()));
                say("pages_amount", Some(page.to_string()));
                if is_v4 { "trackings/get" } else { "get" }
            }
            Version::V2 => {
                say("created_at_min", seconds);
                say("status", which.status.clone());
                say("limit", Some(rows.to_string()));
                say("page", Some(page.to_string()));
                "trackings/get"
            }
        };
        let request = self.http.get(self.url(path)).query(&query);
        let found = match self.access.api_version {
            Version::V4 => self.call::<GetReply>(Endpoint::Get, request).await?.success,
            Version::V3 => match self.call(Endpoint::Get, request).await {
                Ok(it) => dialect::trackings_v3(it),
                Err(it) if it.code() == Some(dialect::NO_DATA_V3) => Vec::new(),
                Err(it) => return Err(it),
            },
            Version::V2 => dialect::page_v2(self.call::<Value>(Endpoint::Get, request).await?),
        };
        // No reply says how many there are: a page that is not full is the last.
        let more = found.len() >= rows;
        Ok((found, more))
    }
}

/// Takes over whatever the account follows and this database does not know.
pub(crate) async fn take_over(state: &State, which: &Which) -> Answer<TakenOver> {
    let client = state.tracking();
    let mut done = TakenOver { read: 0, added: 0, next_page: None };
    let first = which.page.max(1);
    for page in first..first + MOST_PAGES {
        let (found, more) = client.page(which, page).await?;
        done.read += found.len();
        // Version 2 cannot be asked for one carrier's.
        let wanted = |it: &Tracking| which.courier.as_ref().is_none_or(|code| *code == it.courier_code);
        done.added += take(state, found.into_iter().filter(wanted)).await?;
        if !more {
            return Ok(done);
        }
    }
    Ok(TakenOver { next_page: Some(first + MOST_PAGES), ..done })
}

/// Takes parcels over as they were read; gives the number of those that were not known.
pub(super) async fn take(state: &State, all: impl IntoIterator<Item = Tracking>) -> Answer<usize> {
    let mut rows = Vec::new();
    for it in all.into_iter().filter(|it| !normalised(&it.tracking_number).is_empty()) {
        let wanted = NewParcel {
            tracking_number: it.tracking_number.clone(),
            title: it.title.clone(),
            order_number: it.order_number.clone(),
            ..NewParcel::default()
        };
        let candidate = Candidate { at: 0, wanted, courier: it.courier_code.clone() };
        rows.push(row(state, &candidate, Known { read: Some(it), ..Known::default() }).await);
    }
    Ok(state.store.parcels().insert_all(&rows).await?)
}
