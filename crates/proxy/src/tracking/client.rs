//! Calls to 51Tracking, and what its codes mean for the caller.
//!
//! Paths and shapes of version 4 are those of the vendor's SDKs, such as `51tracking-sdk-go`. Accounts that have not
//! migrated speak version 3 or 2; callers need not know which.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use milkrun_wire::tracking51::webhook::Version;
use milkrun_wire::tracking51::{
    API_KEY_HEADER, AirWaybill, AwbRequest, BatchReply, Courier, CreateTracking, DetectCourier, GET_LIMIT,
    GetReply, MetaCode, Tracking, UpdateTracking, read,
};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::{Client, RequestBuilder};
use secrecy::ExposeSecret;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::dialect;
use super::error::{TrackingError, judge};
use super::limits::{Endpoint, Limits};
use crate::clock::{now_ms, rfc3339};
use crate::config::ConfigError;
use crate::config::upstreams::TrackingAccess;
use crate::flight::Flight;
use crate::http;
use crate::store::Store;

/// Most bytes of tracking numbers in one address: more than 2,000 usual ones, and less than HTTP libraries bear.
const LONG_QUERY: usize = 60_000;
/// The same for a server that has refused a longer one: those that have a limit commonly take 8 kB of address.
const SHORT_QUERY: usize = 6000;
/// What is escaped in a list of numbers; the commas between them are not.
const IN_LIST: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.');

/// The client of one account.
pub(crate) struct Tracking51 {
    pub(crate) access: TrackingAccess,
    pub(super) http: Client,
    limits: Limits,
    store: Store,
    /// Most bytes of numbers that one address may hold, as far as is known of this server.
    longest_query: AtomicUsize,
    /// Single parcels that are being read, by number and carrier.
    finding: Flight<(String, String), Result<Vec<Tracking>, TrackingError>>,
}

/// A parcel by all the names it has: the versions ask for different ones.
#[derive(Clone, Copy, Debug)]
pub(super) struct Named<'a> {
    /// The vendor's id, which version 4 wants.
    pub(super) id: &'a str,
    pub(super) number: &'a str,
    pub(super) courier: &'a str,
}

/// What a call has told of one parcel.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Known {
    /// The vendor's id, where that is all.
    pub(super) id: Option<String>,
    /// The parcel, where it was read.
    pub(super) read: Option<Tracking>,
    /// It was registered this moment by a call of its own, so that asking again at once brings nothing.
    pub(super) is_fresh: bool,
}

impl Tracking51 {
    pub(crate) fn new(access: TrackingAccess, store: Store) -> Result<Self, ConfigError> {
        let http =
            http::client(&access.base_url).map_err(|it| ConfigError::value("tracking51.base_url", it))?;
        let limits = Limits::new(&access);
        let longest_query = AtomicUsize::new(LONG_QUERY);
        Ok(Self { access, http, limits, store, longest_query, finding: Flight::default() })
    }

    /// All carriers.
    pub(crate) async fn couriers(&self) -> Result<Vec<Courier>, TrackingError> {
        let request = match self.access.api_version {
            Version::V4 => self.http.get(self.url("couriers/all")),
            Version::V3 => self.http.get(self.url("courier")).query(&[("lang", "en")]),
            Version::V2 => self.http.get(self.url("carriers")).header("lang", "en"),
        };
        self.call(Endpoint::Couriers, request).await.map(dialect::couriers)
    }

    /// Carriers that may have given out a number, likeliest first.
    ///
    /// The sister brand's SDKs have this call and the vendor's own have lost it: where it is gone, no carrier can be
    /// told, which is no fault of anybody's.
    pub(crate) async fn detect(&self, number: &str) -> Result<Vec<Courier>, TrackingError> {
        let path = match self.access.api_version {
            Version::V4 => "couriers/detect",
            Version::V3 => "detect",
            Version::V2 => "carriers/detect",
        };
        let body = DetectCourier { tracking_number: number.to_owned() };
        match self.call(Endpoint::Detect, self.http.post(self.url(path)).json(&body)).await {
            Err(it) if it.is_no_page() => {
                let message = "this account's API detects no carriers".to_owned();
                Err(TrackingError::Refused { code: MetaCode::COURIER_NOT_DETECTED, message })
            }
            other => other.map(dialect::couriers),
        }
    }

    /// Registers one parcel. Version 4 also asks its carrier at once, and its reply is the parcel; the others give an
    /// id, and ask the carrier afterwards.
    pub(super) async fn create(&self, it: &CreateTracking) -> Result<Known, TrackingError> {
        let created: Tracking = match self.access.api_version {
            Version::V4 => {
                self.call(Endpoint::Create, self.http.post(self.url("trackings/create")).json(it)).await?
            }
            Version::V3 => {
                let request = self.http.post(self.url("create")).json(&dialect::create_v3(it));
                let reply: BatchReply = self.call(Endpoint::Create, request).await?;
                dialect::only(reply, self.access.api_version)?
            }
            Version::V2 => {
                let request = self.http.post(self.url("trackings/post")).json(&dialect::create_v2(it));
                dialect::tracking_v2(self.call(Endpoint::Create, request).await?)
            }
        };
        self.spend(Endpoint::Create, 1).await;
        Ok(match self.access.api_version {
            Version::V4 => Known { read: Some(created), is_fresh: true, id: None },
            Version::V3 | Version::V2 => {
                Known { id: Some(created.id).filter(|it| !it.is_empty()), read: None, is_fresh: true }
            }
        })
    }

    /// Registers at most 40 parcels; each succeeds or fails by itself.
    pub(super) async fn batch(&self, all: &[CreateTracking]) -> Result<BatchReply, TrackingError> {
        let reply = match self.access.api_version {
            Version::V4 => {
                self.call(Endpoint::Batch, self.http.post(self.url("trackings/batch")).json(all)).await?
            }
            Version::V3 => {
                let bodies: Vec<Value> = all.iter().map(dialect::create_v3).collect();
                let request = self.http.post(self.url("create")).json(&bodies);
                dialect::in_our_codes(self.call(Endpoint::Batch, request).await?, Version::V3)
            }
            Version::V2 => {
                let bodies: Vec<Value> = all.iter().map(dialect::create_v2).collect();
                let request = self.http.post(self.url("trackings/batch")).json(&bodies);
                dialect::batch_v2(&self.call(Endpoint::Batch, request).await?, all)
            }
        };
        self.spend(Endpoint::Batch, reply.success.len()).await;
        Ok(reply)
    }

    /// Reads parcels by number and carrier, in as few calls as the version allows.
    pub(super) async fn get(&self, wanted: &[(&str, &str)]) -> Result<Vec<Tracking>, TrackingError> {
        let numbers: Vec<&str> = wanted.iter().map(|it| it.0).collect();
        let mut found = Vec::new();
        match self.access.api_version {
            Version::V4 => {
                let mut rest = &numbers[..];
                while !rest.is_empty() {
                    let longest = self.longest_query.load(Ordering::Relaxed);
                    let (part, after) = rest.split_at(fitting(rest, GET_LIMIT, longest));
                    match self.get_part(part).await {
                        Ok(it) => {
                            found.extend(it);
                            rest = after;
                        }
                        Err(it)
                            if it.may_mean_too_long()
                                && part.len() > fitting(rest, GET_LIMIT, SHORT_QUERY) =>
                        {
                            tracing::warn!(numbers = part.len(), reason = %it, "asking for fewer numbers at once");
                            self.longest_query.store(SHORT_QUERY, Ordering::Relaxed);
                        }
                        Err(it) => return Err(it),
                    }
                }
            }
            Version::V3 => {
                for part in numbers.chunks(dialect::GET_LIMIT_V3) {
                    let query = [("tracking_numbers", part.join(",")), ("lang", "en".to_owned())];
                    let request = self.http.get(self.url("get")).query(&query);
                    match self.call(Endpoint::Get, request).await {
                        Ok(it) => found.extend(dialect::trackings_v3(it)),
                        Err(it) if it.code() == Some(dialect::NO_DATA_V3) => {}
                        Err(it) => return Err(it),
                    }
                }
            }
            Version::V2 => {
                for (number, courier) in wanted {
                    let request = self.http.get(self.item(number, courier));
                    match self.call(Endpoint::Get, request).await {
                        Ok(it) => found.push(dialect::tracking_v2(it)),
                        Err(it) if it.code() == Some(MetaCode::UNKNOWN_NUMBER) => {}
                        Err(it) => return Err(it),
                    }
                }
            }
        }
        Ok(found)
    }

    /// Reads what the account has of some numbers. Carriers share numbers, so that there may be more than a page.
    async fn get_part(&self, numbers: &[&str]) -> Result<Vec<Tracking>, TrackingError> {
        let list: Vec<String> =
            numbers.iter().map(|it| utf8_percent_encode(it, IN_LIST).to_string()).collect();
        let list = list.join(",");
        let mut found = Vec::new();
        for page in 1.. {
            let mut url = self.url("trackings/get");
            let query = format!("tracking_numbers={list}&items_amount={GET_LIMIT}&pages_amount={page}");
            url.set_query(Some(&query));
            let reply: GetReply = self.call(Endpoint::Get, self.http.get(url)).await?;
            let more = reply.success.len() >= GET_LIMIT;
            found.extend(reply.success);
            if !more {
                break;
            }
        }
        Ok(found)
    }

    /// Most parcels worth reading in one go, within the time given: version 2 reads them one by one.
    pub(super) fn most_at_once(&self, within: Duration) -> usize {
        if self.access.api_version != Version::V2 {
            return GET_LIMIT;
        }
        let every = Duration::try_from_secs_f64(1.0 / self.access.get_per_second).unwrap_or(within);
        let turns = within.as_millis() / every.as_millis().max(1);
        usize::try_from(turns).unwrap_or(GET_LIMIT).clamp(1, GET_LIMIT)
    }

    /// Reads what the account has of one number, and in version 2 of one carrier. Those who ask for the same at the
    /// same time make one call together, which is one turn of the endpoint's limit.
    pub(crate) async fn find(&self, number: &str, courier: &str) -> Result<Vec<Tracking>, TrackingError> {
        let key = (number.to_owned(), courier.to_owned());
        self.finding.run(key, || async { self.get(&[(number, courier)]).await }).await
    }

    /// Changes what the merchant said of a parcel, or its carrier.
    pub(super) async fn update(&self, it: Named<'_>, change: &UpdateTracking) -> Result<(), TrackingError> {
        let requests = match self.access.api_version {
            Version::V4 => {
                vec![self.http.put(self.url(&format!("trackings/update/{}", it.id))).json(change)]
            }
            Version::V3 => {
                let own = dialect::update_v3(it, change);
                let info = own.info.map(|it| self.http.put(self.url("modifyinfo")).json(&it));
                let courier = own.courier.map(|it| self.http.put(self.url("modifycourier")).json(&it));
                info.into_iter().chain(courier).collect()
            }
            Version::V2 => {
                let own = dialect::update_v2(it, change);
                let info = own.info.map(|body| self.http.put(self.item(it.number, it.courier)).json(&body));
                let courier = own.courier.map(|it| self.http.post(self.url("trackings/update")).json(&it));
                info.into_iter().chain(courier).collect()
            }
        };
        for request in requests {
            self.call::<Value>(Endpoint::Update, request).await?;
        }
        Ok(())
    }

    /// Forgets a parcel; one that is not there is forgotten already.
    pub(super) async fn delete(&self, it: Named<'_>) -> Result<(), TrackingError> {
        let request = match self.access.api_version {
            Version::V4 => self.http.delete(self.url(&format!("trackings/delete/{}", it.id))),
            Version::V3 => self.http.delete(self.url("delete")).json(&[dialect::pair(it)]),
            Version::V2 => self.http.delete(self.item(it.number, it.courier)),
        };
        let request = request.header(reqwest::header::CONTENT_TYPE, "application/json");
        match self.call::<Value>(Endpoint::Delete, request).await {
            Ok(_) => Ok(()),
            Err(it) if matches!(it.code(), Some(MetaCode::UNKNOWN_NUMBER | MetaCode::ID_INVALID)) => Ok(()),
            Err(it) => Err(it),
        }
    }

    /// Makes 51Tracking follow an expired parcel again.
    pub(super) async fn retrack(&self, it: Named<'_>) -> Result<(), TrackingError> {
        let request = match self.access.api_version {
            Version::V4 => self.http.post(self.url(&format!("trackings/retrack/{}", it.id))),
            Version::V3 => self.http.post(self.url("manualupdate")).json(&[dialect::pair(it)]),
            Version::V2 => self.http.post(self.url("trackings/realtime")).json(&dialect::pair_v2(it)),
        };
        let request = request.header(reqwest::header::CONTENT_TYPE, "application/json");
        self.call::<Value>(Endpoint::Retrack, request).await.map(drop)
    }

    /// Reads an air waybill.
    pub(crate) async fn air_waybill(&self, number: &str) -> Result<AirWaybill, TrackingError> {
        let request = match self.access.api_version {
            Version::V4 => {
                self.http.post(self.url("awb")).json(&AwbRequest { awb_number: number.to_owned() })
            }
            Version::V3 => return Err(TrackingError::Absent { what: "air waybills" }),
            Version::V2 => {
                let body = serde_json::json!({ "track_number": number });
                self.http.post(self.url("trackings/aircargo")).json(&body)
            }
        };
        self.call(Endpoint::Awb, request).await
    }

    pub(super) fn url(&self, path: &str) -> reqwest::Url {
        http::join(&self.access.base_url, path)
    }

    /// Where version 2 keeps one parcel; both parts come from people, so that they are escaped.
    fn item(&self, number: &str, courier: &str) -> reqwest::Url {
        let escaped = |it| utf8_percent_encode(it, NON_ALPHANUMERIC);
        self.url(&format!("trackings/{}/{}", escaped(courier), escaped(number)))
    }

    pub(super) async fn call<T: DeserializeOwned>(
        &self,
        endpoint: Endpoint,
        request: RequestBuilder,
    ) -> Result<T, TrackingError> {
        let resting = |it: Duration| TrackingError::Resting { seconds: it.as_secs() + 1 };
        self.limits.wait(&self.store, endpoint).await.map_err(resting)?;
        let request = request
            .header(API_KEY_HEADER, self.access.api_key.expose_secret())
            .header(reqwest::header::ACCEPT, "application/json");
        let reply = http::send(request, "51Tracking", &self.access.base_url).await;
        // Counted afterwards: writing takes its time, and calls that set out at their turns would arrive in a bunch.
        self.spend(endpoint, 0).await;
        let reply = reply.map_err(|it| TrackingError::down(it.to_string()))?;
        let read = read(&reply.body).map_err(|it| dialect::refusal(it, self.access.api_version));
        let own = [self.access.api_key.expose_secret()];
        let read = judge(reply.status, read).map_err(|it| match it {
            TrackingError::Refused { code, message } => {
                TrackingError::Refused { code, message: http::words(&message, &own) }
            }
            TrackingError::Down { reason, status } => {
                TrackingError::Down { reason: http::words(&reason, &own), status }
            }
            other => other,
        });
        if matches!(read, Err(TrackingError::Resting { .. })) {
            tracing::warn!(?endpoint, pause_s = self.access.pause.as_secs(), "51Tracking asked for a rest");
            self.limits.rest(&self.store, endpoint).await;
            return Err(resting(self.access.pause));
        }
        read
    }

    /// Counts a call, or the numbers that one registered. A count that fails keeps nobody from working.
    async fn spend(&self, endpoint: Endpoint, registered: usize) {
        let day = &rfc3339(now_ms())[..10];
        let registered = i64::try_from(registered).unwrap_or(i64::MAX);
        if let Err(it) = self.store.quota().spend(day, endpoint.as_str(), registered).await {
            tracing::error!(error = %it, "what was spent at 51Tracking could not be counted");
        }
    }
}

/// How many of these numbers go into one call: no more than the vendor allows, and than an address may hold.
fn fitting(numbers: &[&str], most: usize, bytes: usize) -> usize {
    let mut length = 0;
    let fits = |it: &&&str| {
        length += it.len() + 1;
        length <= bytes
    };
    // One alone always goes: it cannot be cut.
    numbers.iter().take(most).take_while(fits).count().max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_cut_by_number_and_by_length() {
        let usual = vec!["JJFI64321000012345678"; 2001];
        assert_eq!(fitting(&usual, GET_LIMIT, LONG_QUERY), GET_LIMIT);
        assert_eq!(fitting(&usual, GET_LIMIT, SHORT_QUERY), 272);
        assert_eq!(fitting(&["A"], GET_LIMIT, SHORT_QUERY), 1);
        let long = "X".repeat(2990);
        assert_eq!(fitting(&[&long, &long, &long], GET_LIMIT, SHORT_QUERY), 2);
        assert_eq!(fitting(&[&long], GET_LIMIT, 10), 1);
    }
}
