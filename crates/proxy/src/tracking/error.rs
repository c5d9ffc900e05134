//! Why 51Tracking brought no answer, in sentences that a person understands.

use milkrun_wire::tracking51::{MetaCode, Refusal};

/// Why a call brought no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum TrackingError {
    /// It did not answer, or not with what its documentation promises.
    #[error("51Tracking gave no answer: {reason}")]
    Down {
        /// What happened, for people.
        reason: String,
        /// The status of what came instead of an answer; zero when nothing came.
        status: u16,
    },
    /// It asked for a rest, or there are too many calls before this one.
    #[error("51Tracking allows no more calls for now; try again in {seconds} seconds")]
    Resting {
        /// How long.
        seconds: u64,
    },
    /// The version of its API that is configured cannot do this.
    #[error("51Tracking's version that is configured knows no {what}; set tracking51.api_version to v4")]
    Absent {
        /// What it lacks.
        what: &'static str,
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
    /// No answer at all.
    pub(super) fn down(reason: impl Into<String>) -> Self {
        Self::Down { reason: reason.into(), status: 0 }
    }

    /// Whether the server knows no such page, as its own status or as the vendor's code says.
    pub(super) fn is_no_page(&self) -> bool {
        matches!(self, Self::Down { status: 404 | 405, .. } | Self::Refused { code: MetaCode(404 | 405), .. })
    }

    /// Whether a server may have meant that the address was too long; those that have a limit say so in many ways.
    pub(super) fn may_mean_too_long(&self) -> bool {
        matches!(self, Self::Down { status: 400 | 403 | 404 | 413 | 414 | 431, .. })
    }

    /// The vendor's code, if it was the vendor who refused.
    pub(crate) fn code(&self) -> Option<MetaCode> {
        match self {
            Self::Refused { code, .. } => Some(*code),
            Self::Down { .. } | Self::Resting { .. } | Self::Absent { .. } => None,
        }
    }
}

/// What a reply means: an answer, a rest, a refusal, or none worth the name.
pub(super) fn judge<T>(status: u16, read: Result<T, Refusal>) -> Result<T, TrackingError> {
    match read {
        Ok(it) => Ok(it),
        Err(Refusal::Vendor(meta)) if meta.code == MetaCode::RATE_LIMITED => {
            Err(TrackingError::Resting { seconds: 0 })
        }
        Err(Refusal::Vendor(meta)) if meta.code.is_retryable() => {
            Err(TrackingError::Down { reason: format!("its server failed (code {})", meta.code), status })
        }
        Err(Refusal::Vendor(meta)) => Err(TrackingError::Refused { code: meta.code, message: meta.message }),
        Err(Refusal::Unreadable { .. }) if status == 429 => Err(TrackingError::Resting { seconds: 0 }),
        Err(Refusal::Unreadable { reason }) => Err(TrackingError::Down {
            reason: format!("its reply cannot be read: {reason} (status {status})"),
            status,
        }),
    }
}

#[cfg(test)]
mod tests {
    use milkrun_wire::tracking51::read;

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
}
