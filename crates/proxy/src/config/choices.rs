//! What RouteMate's documentation leaves open: each thing is a setting, with the likeliest answer as its default.

use std::time::Duration;

use milkrun_wire::routemate::JobStatus;
use reqwest::header::{HeaderName, HeaderValue};
use serde::Deserialize;

use super::ConfigError;
use super::file::RouteMateKeys;
use super::value::positive;

/// The answers in force.
#[derive(Clone, Debug)]
pub struct Choices {
    /// Where a job is named when it is asked for.
    pub job_lookup: JobLookup,
    /// Name of the query parameter that names it.
    pub job_parameter: String,
    /// The header that names an import's intent; none when the setting is empty.
    pub idempotency_header: Option<HeaderName>,
    /// Whether its value stands in quotes, as a structured field's string does.
    pub idempotency_quoted: bool,
    /// Whether the body names the intent as well, as `idempotency_key`.
    pub idempotency_in_body: bool,
    /// After so many tries a conflict is believed: before, an earlier try may still be under way.
    pub conflict_tries: i64,
    /// How long an import may be sent again under its key.
    pub key_life: Duration,
    /// Tokens are renewed at this share of their life.
    pub token_renew_share: f64,
    /// Most stops of one import.
    pub max_stops: usize,
    /// How often an open job is asked for at the least.
    pub poll_longest: Duration,
    /// Most questions for jobs a second, whatever the number of open jobs.
    pub polls_per_second: f64,
    /// How many of them at once.
    pub polls_at_once: f64,
    /// Words that end a job besides `completed` and `cancelled`.
    pub job_end_words: Vec<String>,
    /// A job that nothing has ended after so long is asked for no more.
    pub follow_for: Duration,
}

/// Where a job is named when it is asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum JobLookup {
    /// In the query: `integration-jobs?job_id=…`.
    #[default]
    Query,
    /// In the path: `integration-jobs/…`.
    Path,
}

impl Choices {
    pub(super) fn resolve(keys: &RouteMateKeys, poll: Duration) -> Result<Self, ConfigError> {
        let header = keys.idempotency_header.as_deref().unwrap_or("idempotency-key").trim();
        let header: Option<HeaderName> = match header {
            "" => None,
            it => Some(it.parse().map_err(|_e| {
                ConfigError::value(
                    "routemate.idempotency_header",
                    "it must be the name of a header, or empty",
                )
            })?),
        };
        let in_body = keys.idempotency_in_body.unwrap_or(false);
        if header.is_none() && !in_body {
            let reason = "without a header the body must name the intent: set idempotency_in_body, or a retry \
                          could make a second job";
            return Err(ConfigError::value("routemate.idempotency_header", reason));
        }
        let share = keys.token_renew_share.unwrap_or(0.9);
        if !(0.1..=1.0).contains(&share) {
            return Err(ConfigError::value("routemate.token_renew_share", "it must lie between 0.1 and 1"));
        }
        let longest = keys.poll_longest_s.map_or(poll * 3, Duration::from_secs);
        Ok(Self {
            job_lookup: keys.job_lookup.unwrap_or_default(),
            job_parameter: keys.job_parameter.clone().unwrap_or_else(|| "job_id".to_owned()),
            idempotency_header: header,
            idempotency_quoted: keys.idempotency_quoted.unwrap_or(false),
            idempotency_in_body: in_body,
            conflict_tries: i64::from(keys.conflict_tries.unwrap_or(4)),
            key_life: Duration::from_secs(keys.key_life_s.unwrap_or(20 * 3600)),
            token_renew_share: share,
            max_stops: keys.max_stops.unwrap_or(500).clamp(1, 5000),
            poll_longest: longest.max(poll),
            polls_per_second: positive("routemate.polls_per_second", keys.polls_per_second.unwrap_or(0.7))?,
            polls_at_once: positive("routemate.polls_at_once", keys.polls_at_once.unwrap_or(4.0))?.max(1.0),
            job_end_words: keys.job_end_words.clone().unwrap_or_default(),
            follow_for: Duration::from_secs(u64::from(keys.follow_days.unwrap_or(14)) * 24 * 3600),
        })
    }

    /// Whether nothing more happens to a job of this status.
    pub(crate) fn is_over(&self, status: &JobStatus) -> bool {
        status.is_final() || self.job_end_words.iter().any(|it| it.eq_ignore_ascii_case(status.as_str()))
    }

    /// The header's value for a key.
    pub(crate) fn idempotency_value(&self, key: &str) -> Option<(HeaderName, HeaderValue)> {
        let text = if self.idempotency_quoted { format!("\"{key}\"") } else { key.to_owned() };
        Some((self.idempotency_header.clone()?, text.parse().ok()?))
    }
}

#[cfg(test)]
mod tests {
    use super::super::Config;
    use super::*;

    #[test]
    fn an_intent_is_always_named_and_odd_answers_are_refused() {
        let config = |text: &str| Config::from_parts("", &format!("[routemate]\n{text}"), |_| None);
        let refused = |text: &str, word: &str| {
            let message = config(text).unwrap_err().to_string();
            assert!(message.contains(word), "{text} gave: {message}");
        };
        refused("idempotency_header = \"\"", "idempotency_in_body");
        refused("idempotency_header = \"a b\"", "name of a header");
        refused("token_renew_share = 1.5", "token_renew_share");
        refused("job_lookup = \"body\"", "body");
        refused("polls_per_second = 0.0", "polls_per_second");
        let it = config("idempotency_header = \"\"\nidempotency_in_body = true").unwrap();
        assert!(it.routemate.choices.idempotency_value("k").is_none());
        let it = config("idempotency_header = \"X-Idempotency-Key\"\nidempotency_quoted = true").unwrap();
        let (name, value) = it.routemate.choices.idempotency_value("k").unwrap();
        assert_eq!((name.as_str(), value.to_str().unwrap()), ("x-idempotency-key", "\"k\""));
        assert_eq!(
            config("poll_s = 50\npoll_longest_s = 5").unwrap().routemate.choices.poll_longest.as_secs(),
            50
        );
    }

    #[test]
    fn words_that_end_a_job_are_a_setting() {
        let over = |text: &str, word: &str| {
            let config = Config::from_parts("", &format!("[routemate]\n{text}"), |_| None).unwrap();
            config.routemate.choices.is_over(&JobStatus::from_word(word))
        };
        assert!(over("", "completed") && over("", "cancelled") && !over("", "assigned"));
        assert!(!over("", "archived") && over("job_end_words = [\"Archived\"]", "archived"));
    }
}
