//! Registering parcels and forgetting them again, with as few paid calls as can be.

use std::collections::HashMap;

use milkrun_wire::api::parcel::{AddResult, NewParcel, Parcel, ParcelStatus};
use milkrun_wire::tracking51::{BatchItem, CreateTracking, MetaCode, TrackingDetails};

use super::account;
use super::change;
use super::client::Known;
use super::convert;
use super::error::TrackingError;
use super::refresh;
use crate::clock::{now_ms, rfc3339};
use crate::problem::{Answer, Failure};
use crate::state::State;
use crate::store::parcels::ParcelRow;
use crate::widget::number::normalised;
use crate::widget::{Contact, Subject};

/// Longest number the vendor's form takes.
const MAX_NUMBER: usize = 50;
/// Longest other text.
const MAX_TEXT: usize = 200;

/// One parcel on its way through registration.
pub(super) struct Candidate {
    /// Its place among those that were sent together.
    pub(super) at: usize,
    pub(super) wanted: NewParcel,
    pub(super) courier: String,
}

/// What 51Tracking said of one candidate.
type Registered = Result<Known, TrackingError>;

/// Registers parcels; each succeeds or fails by itself, in the order given.
pub(crate) async fn add(state: &State, parcels: Vec<NewParcel>) -> Answer<Vec<AddResult>> {
    let mut results: Vec<AddResult> = Vec::with_capacity(parcels.len());
    let mut candidates = Vec::new();
    let shoppers: Vec<NewParcel> = parcels.clone();
    for (at, mut wanted) in parcels.into_iter().enumerate() {
        wanted.tracking_number = wanted.tracking_number.trim().to_owned();
        let mut result =
            AddResult { tracking_number: wanted.tracking_number.clone(), id: None, error: fault(&wanted) };
        if result.error.is_none() {
            match known(state, &wanted).await? {
                Some(id) => result.id = Some(id),
                None => match courier(state, &wanted).await {
                    Ok(courier) => candidates.push(Candidate { at, wanted, courier }),
                    Err(it) => result.error = Some(it.to_string()),
                },
            }
        }
        results.push(result);
    }
    // The same number twice in one request is one parcel.
    let mut first: HashMap<(String, String), usize> = HashMap::new();
    let mut same = Vec::new();
    candidates.retain(|it| {
        let key = (normalised(&it.wanted.tracking_number), it.courier.clone());
        let earlier = first.get(&key).copied();
        if let Some(earlier) = earlier {
            same.push((it.at, earlier));
        } else {
            first.insert(key, it.at);
        }
        earlier.is_none()
    });
    let outcomes = register(state, &candidates).await;
    for (it, outcome) in candidates.iter().zip(outcomes) {
        match outcome {
            Ok(known) => results[it.at].id = Some(store(state, it, known).await?),
            Err(error) => results[it.at].error = Some(error.to_string()),
        }
    }
    for (at, earlier) in same {
        (results[at].id, results[at].error) = (results[earlier].id.clone(), results[earlier].error.clone());
    }
    for (said, result) in shoppers.iter().zip(&results) {
        if let (Some(id), Some(order)) = (&result.id, &said.order_number) {
            order_of(state, id, order, said).await?;
        }
    }
    state.parcels_due.notify_one();
    Ok(results)
}

/// Registers one number of a carrier; gives its id, or nothing when 51Tracking refuses it.
pub(crate) async fn add_one(state: &State, number: &str, courier: String) -> Answer<Option<String>> {
    let wanted = NewParcel { tracking_number: number.to_owned(), ..NewParcel::default() };
    let candidate = Candidate { at: 0, wanted, courier };
    match register(state, std::slice::from_ref(&candidate)).await.pop() {
        Some(Ok(known)) => {
            let id = store(state, &candidate, known).await?;
            state.parcels_due.notify_one();
            Ok(Some(id))
        }
        Some(Err(it @ (TrackingError::Down { .. } | TrackingError::Resting { .. }))) => Err(it.into()),
        Some(Err(_)) | None => Ok(None),
    }
}

/// Says to which order a parcel belongs, and by what its shopper may ask for it.
async fn order_of(state: &State, id: &str, order: &str, said: &NewParcel) -> Answer<()> {
    let contact = Contact {
        email: said.email.as_deref(),
        phone: said.phone.as_deref(),
        postcode: said.postcode.as_deref(),
    };
    let subject = Subject::Parcel(id.to_owned()).to_string();
    if let Some(row) = state.hashes().await?.row(&subject, Some(order), &contact) {
        state.store.orders().put(&row, now_ms()).await?;
    }
    Ok(())
}

/// Codes of the carriers that may have given out a number, likeliest first; none when that cannot be told.
pub(crate) async fn carriers_of(state: &State, number: &str) -> Answer<Vec<String>> {
    match state.tracking().detect(number).await {
        Ok(it) => Ok(it.into_iter().map(|it| it.courier_code).collect()),
        Err(TrackingError::Refused { .. }) => Ok(Vec::new()),
        Err(it) => Err(it.into()),
    }
}

/// Takes a parcel over that 51Tracking follows already, which costs nothing: true when it has one of this number.
pub(crate) async fn adopt(state: &State, number: &str) -> Answer<bool> {
    let found = match state.tracking().get(&[(number, "")]).await {
        Ok(it) => it.into_iter().find(|it| normalised(&it.tracking_number) == number),
        // Version 2 asks for the carrier, and whoever refuses has none.
        Err(TrackingError::Refused { .. } | TrackingError::Absent { .. }) => None,
        Err(it) => return Err(it.into()),
    };
    let Some(found) = found else { return Ok(false) };
    account::take(state, [found]).await?;
    Ok(true)
}

fn fault(it: &NewParcel) -> Option<String> {
    let number = it.tracking_number.as_str();
    let odd = |it: char| !(it.is_ascii_alphanumeric() || "-_/. ".contains(it));
    if normalised(number).is_empty() {
        Some("the tracking number is empty".to_owned())
    } else if number.len() > MAX_NUMBER || number.contains(odd) {
        Some("a tracking number has at most 50 letters, digits and hyphens".to_owned())
    } else if it.email.as_deref().is_some_and(|it| !it.trim().is_empty() && !it.contains('@')) {
        Some("this is no e-mail address".to_owned())
    } else if [&it.title, &it.order_number, &it.courier_code, &it.email, &it.phone, &it.postcode]
        .into_iter()
        .flatten()
        .any(|it| it.chars().count() > MAX_TEXT)
    {
        Some(
            "title, order number, carrier and what is known of the shopper have at most 200 letters"
                .to_owned(),
        )
    } else {
        None
    }
}

/// The parcel's id when it is tracked already, which costs nothing to find out.
async fn known(state: &State, it: &NewParcel) -> Answer<Option<String>> {
    let rows = state.store.parcels().by_number(&normalised(&it.tracking_number)).await?;
    let same = |row: &ParcelRow| {
        it.courier_code.as_deref().is_none_or(|it| it.is_empty() || it == row.document.courier_code)
    };
    Ok(rows.into_iter().find(same).map(|it| it.document.id))
}

async fn courier(state: &State, it: &NewParcel) -> Result<String, TrackingError> {
    if let Some(code) = it.courier_code.as_deref().map(str::trim).filter(|it| !it.is_empty()) {
        return Ok(code.to_owned());
    }
    let found = state.tracking().detect(&it.tracking_number).await?;
    let not_found =
        || TrackingError::Refused { code: MetaCode::COURIER_NOT_DETECTED, message: String::new() };
    found.into_iter().next().map(|it| it.courier_code).ok_or_else(not_found)
}

async fn register(state: &State, candidates: &[Candidate]) -> Vec<Registered> {
    let body = |it: &Candidate| CreateTracking {
        tracking_number: it.wanted.tracking_number.clone(),
        courier_code: it.courier.clone(),
        details: TrackingDetails {
            title: it.wanted.title.clone(),
            order_number: it.wanted.order_number.clone(),
            ..TrackingDetails::default()
        },
        ..CreateTracking::default()
    };
    match candidates {
        [] => Vec::new(),
        [one] => match state.tracking().create(&body(one)).await {
            Ok(it) => vec![Ok(it)],
            Err(it) if it.code() == Some(MetaCode::EXISTS) => vec![Ok(existing(state, one).await)],
            Err(it) => vec![Err(it)],
        },
        many => {
            let bodies: Vec<CreateTracking> = many.iter().map(body).collect();
            match state.tracking().batch(&bodies).await {
                Ok(reply) => many.iter().map(|it| outcome(it, &reply.success, &reply.error)).collect(),
                Err(it) => many.iter().map(|_| Err(it.clone())).collect(),
            }
        }
    }
}

/// What is known of a parcel that was registered before, elsewhere: read at once, since somebody waits for it.
async fn existing(state: &State, it: &Candidate) -> Known {
    let found = state.tracking().find(&it.wanted.tracking_number, &it.courier).await.unwrap_or_default();
    Known { read: found.into_iter().find(|own| own.courier_code == it.courier), ..Known::default() }
}

fn outcome(it: &Candidate, success: &[BatchItem], error: &[BatchItem]) -> Registered {
    let same = |item: &&BatchItem| {
        item.tracking_number == it.wanted.tracking_number
            && (item.courier_code.is_empty() || item.courier_code == it.courier)
    };
    if let Some(item) = success.iter().find(same) {
        return Ok(Known { id: item.id.clone(), ..Known::default() });
    }
    match error.iter().find(same) {
        Some(item) if item.error_code == Some(MetaCode::EXISTS) => {
            Ok(Known { id: item.id.clone(), ..Known::default() })
        }
        Some(item) => Err(TrackingError::Refused {
            code: item.error_code.unwrap_or_default(),
            message: item.error_message.clone().unwrap_or_default(),
        }),
        None => Err(TrackingError::down("its reply leaves this number out")),
    }
}

/// Stores a parcel with what is known of it; gives its id here.
async fn store(state: &State, it: &Candidate, known: Known) -> Answer<String> {
    let (row, due_ms) = row(state, it, known).await;
    Ok(state.store.parcels().insert(&row, due_ms).await?)
}

/// A parcel as it is stored, and when it is due.
pub(super) async fn row(state: &State, it: &Candidate, known: Known) -> (ParcelRow, i64) {
    let now = now_ms();
    let Known { id, read, is_fresh } = known;
    let read = read.as_ref();
    let mut document = Parcel {
        id: uuid::Uuid::new_v4().to_string(),
        tracking_number: it.wanted.tracking_number.clone(),
        courier_code: it.courier.clone(),
        courier_name: state.couriers.name(&state.tracking(), &it.courier).await,
        title: it.wanted.title.clone().filter(|it| !it.trim().is_empty()),
        order_number: it.wanted.order_number.clone().filter(|it| !it.trim().is_empty()),
        status: ParcelStatus::Pending,
        substatus: None,
        latest_event: None,
        latest_event_at: None,
        expected_at: None,
        checkpoints: Vec::new(),
        read_at: rfc3339(now),
        stale: false,
    };
    if let Some(read) = read {
        convert::update(&mut document, read, rfc3339(now));
    }
    let vendor_id = read.map(|it| it.id.clone()).or(id).unwrap_or_default();
    let number = normalised(&document.tracking_number);
    // Due at once where nothing was read: a batch says nothing of where its parcels are.
    let wait = if read.is_some() || is_fresh { refresh::first_wait(state, document.status) } else { 0 };
    let row = ParcelRow { vendor_id, number, document, is_open: true, created_ms: now };
    (row, now + wait)
}

/// Forgets a parcel here and at 51Tracking.
pub(crate) async fn remove(state: &State, id: &str) -> Answer<()> {
    let Some(row) = state.store.parcels().find(id).await? else {
        return Err(Failure::not_found("there is no such parcel"));
    };
    let named = change::vendor_id(state, &row).await?;
    if let Some(vendor_id) = &named {
        state.tracking().delete(change::named(&row, vendor_id)).await?;
    }
    state.store.orders().delete(&Subject::Parcel(id.to_owned()).to_string()).await?;
    Ok(state.store.parcels().delete(id).await?)
}

impl From<TrackingError> for Failure {
    fn from(it: TrackingError) -> Self {
        let (kind, status, title) = match &it {
            TrackingError::Down { .. } => ("tracking-down", 502, "51Tracking gave no answer"),
            TrackingError::Resting { .. } => {
                ("tracking-resting", 503, "51Tracking allows no more calls for now")
            }
            TrackingError::Refused { .. } | TrackingError::Absent { .. } => {
                ("tracking-refused", 422, "51Tracking refused this")
            }
        };
        let failure = Self::new(kind, status, title).detail(it.to_string());
        match it {
            TrackingError::Resting { seconds } => failure.retry_after(seconds),
            _ => failure,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn candidate(number: &str) -> Candidate {
        let wanted = NewParcel { tracking_number: number.to_owned(), ..NewParcel::default() };
        Candidate { at: 0, wanted, courier: "posti".to_owned() }
    }

    fn item(number: &str, id: &str, code: Option<i64>) -> BatchItem {
        BatchItem {
            id: Some(id.to_owned()),
            tracking_number: number.to_owned(),
            courier_code: "posti".to_owned(),
            error_code: code.map(MetaCode),
            error_message: None,
        }
    }

    #[test]
    fn a_number_that_exists_already_is_tracked() {
        let error = [item("B", "b", Some(4101)), item("C", "c", Some(4190))];
        let found =
            |number: &str| outcome(&candidate(number), &[item("A", "a", None)], &error).map(|it| it.id);
        assert_eq!(found("A"), Ok(Some("a".to_owned())));
        assert_eq!(found("B"), Ok(Some("b".to_owned())));
        assert!(found("C").unwrap_err().to_string().contains("quota"));
        assert!(found("D").unwrap_err().to_string().contains("leaves this number out"));
    }

    #[test]
    fn odd_numbers_are_refused_before_they_cost_anything() {
        let fault = |number: &str| {
            fault(&NewParcel { tracking_number: number.to_owned(), ..NewParcel::default() }).is_some()
        };
        assert!(fault("") && fault("--") && fault("A,B") && fault("ÄÖ") && fault(&"1".repeat(51)));
        assert!(!fault("JJFI 6432-100"));
    }
}
