//! Calls to 51Tracking's version 4, and what its codes mean for the caller.
//!
//! Paths and shapes are those of the vendor's SDKs, such as `51tracking-sdk-go`.

use std::time::{Duration, Instant};

use milkrun_wire::tracking51::{
    API_KEY_HEADER, BatchReply, Courier, CreateTracking, DetectCourier, GET_LIMIT, GetReply, MetaCode,
    Refusal, Tracking, read,
};
use reqwest::{Client, RequestBuilder};
use secrecy::ExposeSecret;
use serde::de::DeserializeOwned;

use super::limits::{Endpoint, Limits};
use crate::config::ConfigError;
use crate::config::upstreams::TrackingAccess;
use crate::http;

/// Most bytes of tracking numbers in one address: servers commonly take 8 kB of it, with everything else.
const MAX_QUERY: usize = 6000;

/// The client of one account.
pub(crate) struct Tracking51 {
    pub(super) access: TrackingAccess,
    http: Client,
    limits: Limits,
}

/// Why a call brought no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum TrackingError {
    /// It did not answer, or not with what its documentation promises.
    #[error("51Tracking gave no answer: {reason}")]
    Down {
        /// What happened, for people.
        reason: String,
    },
    /// It asked for a rest, or there are too many calls before this one.
    #[error("51Tracking allows no more calls for now; try again in {seconds} seconds")]
    Resting {
        /// How long.
        seconds: u64,
    },
    /// It will not do this.
    #[error("{}", sentence(*code, message))]
    Refused {
        /// Its code.
        code: MetaCode,
        /// Its message.
        message: String,
    },
}

fn sentence(code: MetaCode, message: &str) -> String {
    match code {
        MetaCode::QUOTA_USED_UP => {
            "the quota of the 51Tracking account is used up; buy more, or wait for the next period".to_owned()
        }
        MetaCode::UNAUTHORIZED => "51Tracking refused the API key; check it in the configuration".to_owned(),
        MetaCode::COURIER_NOT_DETECTED => {
            "the carrier cannot be told from the number; choose the carrier".to_owned()
        }
        MetaCode::COURIER_FIELD => {
            "this carrier needs more than the number, such as a postcode; add it in 51Tracking's console"
                .to_owned()
        }
        MetaCode::NUMBER_INVALID => {
            "51Tracking says that this is no tracking number; check it for typing errors".to_owned()
        }
        MetaCode::COURIER_INVALID => "51Tracking does not know this carrier; choose another".to_owned(),
        _ => match code.meaning() {
            Some(it) => format!("51Tracking refused it: {it} (code {code})"),
            None => format!("51Tracking refused it: {message} (code {code})"),
        },
    }
}

impl TrackingError {
    /// The vendor's code, if it was the vendor who refused.
    pub(crate) fn code(&self) -> Option<MetaCode> {
        match self {
            Self::Refused { code, .. } => Some(*code),
            Self::Down { .. } | Self::Resting { .. } => None,
        }
    }
}

impl Tracking51 {
    pub(crate) fn new(access: TrackingAccess) -> Result<Self, ConfigError> {
        let http =
            http::client(&access.base_url).map_err(|it| ConfigError::value("tracking51.base_url", it))?;
        let limits = Limits::new(&access);
        Ok(Self { access, http, limits })
    }

    /// All carriers.
    pub(crate) async fn couriers(&self) -> Result<Vec<Courier>, TrackingError> {
        self.call(Endpoint::Couriers, self.http.get(self.url("couriers/all"))).await
    }

    /// Carriers that may have given out a number, likeliest first. The sister brand's SDKs have this call.
    pub(super) async fn detect(&self, number: &str) -> Result<Vec<Courier>, TrackingError> {
        let body = DetectCourier { tracking_number: number.to_owned() };
        self.call(Endpoint::Detect, self.http.post(self.url("couriers/detect")).json(&body)).await
    }

    /// Registers one parcel, which also asks its carrier at once.
    pub(super) async fn create(&self, it: &CreateTracking) -> Result<Tracking, TrackingError> {
        self.call(Endpoint::Create, self.http.post(self.url("trackings/create")).json(it)).await
    }

    /// Registers at most 40 parcels; each succeeds or fails by itself.
    pub(super) async fn batch(&self, all: &[CreateTracking]) -> Result<BatchReply, TrackingError> {
        self.call(Endpoint::Batch, self.http.post(self.url("trackings/batch")).json(all)).await
    }

    /// Reads parcels by number, in as few calls as their addresses allow.
    pub(super) async fn get(&self, numbers: &[&str]) -> Result<Vec<Tracking>, TrackingError> {
        let mut found = Vec::new();
        for part in parts(numbers) {
            let query = [
                ("tracking_numbers", part.join(",")),
                ("items_amount", GET_LIMIT.to_string()),
                ("pages_amount", "1".to_owned()),
            ];
            let request = self.http.get(self.url("trackings/get")).query(&query);
            let reply: GetReply = self.call(Endpoint::Get, request).await?;
            found.extend(reply.success);
        }
        Ok(found)
    }

    /// Forgets a parcel by the vendor's id; one that is not there is forgotten already.
    pub(super) async fn delete(&self, id: &str) -> Result<(), TrackingError> {
        let request = self.http.delete(self.url(&format!("trackings/delete/{id}")));
        let request = request.header(reqwest::header::CONTENT_TYPE, "application/json");
        match self.call::<serde_json::Value>(Endpoint::Delete, request).await {
            Ok(_) => Ok(()),
            Err(it) if matches!(it.code(), Some(MetaCode::UNKNOWN_NUMBER | MetaCode::ID_INVALID)) => Ok(()),
            Err(it) => Err(it),
        }
    }

    fn url(&self, path: &str) -> reqwest::Url {
        http::join(&self.access.base_url, path)
    }

    async fn call<T: DeserializeOwned>(
        &self,
        endpoint: Endpoint,
        request: RequestBuilder,
    ) -> Result<T, TrackingError> {
        let resting = |it: Duration| TrackingError::Resting { seconds: it.as_secs() + 1 };
        let wait = self.limits.turn(endpoint, Instant::now()).map_err(resting)?;
        tokio::time::sleep(wait).await;
        let request = request
            .header(API_KEY_HEADER, self.access.api_key.expose_secret())
            .header(reqwest::header::ACCEPT, "application/json");
        let reply = http::send(request, "51Tracking", &self.access.base_url)
            .await
            .map_err(|it| TrackingError::Down { reason: it.to_string() })?;
        let read = judge(reply.status, read(&reply.body));
        if matches!(read, Err(TrackingError::Resting { .. })) {
            tracing::warn!(?endpoint, pause_s = self.access.pause.as_secs(), "51Tracking asked for a rest");
            self.limits.pause(endpoint, Instant::now());
            return Err(resting(self.access.pause));
        }
        read
    }
}

fn judge<T>(status: u16, read: Result<T, Refusal>) -> Result<T, TrackingError> {
    match read {
        Ok(it) => Ok(it),
        Err(Refusal::Vendor(meta)) if meta.code == MetaCode::RATE_LIMITED => {
            Err(TrackingError::Resting { seconds: 0 })
        }
        Err(Refusal::Vendor(meta)) if meta.code.is_retryable() => {
            Err(TrackingError::Down { reason: format!("its server failed (code {})", meta.code) })
        }
        Err(Refusal::Vendor(meta)) => Err(TrackingError::Refused { code: meta.code, message: meta.message }),
        Err(Refusal::Unreadable { .. }) if status == 429 => Err(TrackingError::Resting { seconds: 0 }),
        Err(Refusal::Unreadable { reason }) => Err(TrackingError::Down {
            reason: format!("its reply cannot be read: {reason} (status {status})"),
        }),
    }
}

/// Cuts a list so that neither the vendor's number of parcels nor the length of an address is exceeded.
fn parts<'a>(numbers: &'a [&'a str]) -> Vec<&'a [&'a str]> {
    let mut parts = Vec::new();
    let (mut start, mut length) = (0, 0);
    for (at, it) in numbers.iter().enumerate() {
        // A comma becomes three letters in an address.
        if at > start && (at - start == GET_LIMIT || length + it.len() + 3 > MAX_QUERY) {
            parts.push(&numbers[start..at]);
            (start, length) = (at, 0);
        }
        length += it.len() + 3;
    }
    if start < numbers.len() {
        parts.push(&numbers[start..]);
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(status: u16, body: &str, expected: &str) {
        let found = match judge(status, read::<Vec<i32>>(body.as_bytes())) {
            Ok(_) => "ok".to_owned(),
            Err(it) => it.to_string(),
        };
        assert!(found.contains(expected), "{status} {body} gave: {found}");
    }

    #[test]
    fn codes_become_sentences() {
        check(200, r#"{"meta":{"code":200},"data":[1]}"#, "ok");
        check(400, r#"{"meta":{"code":4190},"data":null}"#, "quota");
        check(401, r#"{"meta":{"code":401},"data":null}"#, "API key");
        check(400, r#"{"meta":{"code":4121},"data":null}"#, "choose the carrier");
        check(400, r#"{"meta":{"code":4999,"message":"odd"},"data":null}"#, "odd (code 4999)");
        check(429, r#"{"meta":{"code":429},"data":null}"#, "no more calls");
        check(429, "slow down", "no more calls");
        check(500, r#"{"meta":{"code":511},"data":null}"#, "its server failed");
        check(200, "<html>", "HTML page");
        check(502, "", "not JSON");
    }

    #[test]
    fn lists_are_cut_by_number_and_by_length() {
        let short = vec!["A"; 2001];
        let lengths = |it: &[&str]| parts(it).iter().map(|it| it.len()).collect::<Vec<_>>();
        assert_eq!(lengths(&short), [1500, 501]);
        assert_eq!(lengths(&[]), Vec::<usize>::new());
        let long = "X".repeat(2990);
        assert_eq!(lengths(&[&long, &long, &long]), [2, 1]);
    }
}
