//! Calls to RouteMate, and what each answer means for the caller: done, again later, or never.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use milkrun_wire::routemate::{ErrorBody, FieldError, IMPORT_PATH, ImportReply, JOBS_PATH, Job};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::{Client, RequestBuilder};
use secrecy::{ExposeSecret, SecretString};
use serde::de::DeserializeOwned;

use super::token::{Denied, Tokens};
use crate::config::ConfigError;
use crate::config::choices::JobLookup;
use crate::config::upstreams::RouteMateAccess;
use crate::http::{self, CallError, Reply};
use crate::rate::Bucket;

/// The client of one installation.
pub(crate) struct RouteMate {
    pub(crate) access: RouteMateAccess,
    http: Client,
    tokens: Tokens,
    polls: Mutex<Bucket>,
}

/// Why a call brought no answer.
#[derive(Clone, Debug, thiserror::Error)]
pub(crate) enum CallFailure {
    /// The same call may succeed later.
    #[error("{reason}")]
    Later {
        /// What happened, for people.
        reason: String,
        /// How long the server asked to wait.
        after: Option<Duration>,
    },
    /// RouteMate will not do this.
    #[error("{message}")]
    Refused {
        /// Its status.
        status: u16,
        /// Its message.
        message: String,
        /// The fields at fault, if it named any.
        errors: Vec<FieldError>,
    },
}

impl CallFailure {
    /// The same in words that may be shown and logged.
    pub(super) fn clean(self, secrets: &[&str]) -> Self {
        let words = |it: &str| http::words(it, secrets);
        match self {
            Self::Later { reason, after } => Self::Later { reason: words(&reason), after },
            Self::Refused { status, message, errors } => {
                let error =
                    |it: FieldError| FieldError { detail: words(&it.detail), code: words(&it.code), ..it };
                Self::Refused {
                    status,
                    message: words(&message),
                    errors: errors.into_iter().map(error).collect(),
                }
            }
        }
    }

    pub(super) fn odd(what: &str) -> Self {
        Self::Later { reason: format!("RouteMate answered with {what}"), after: None }
    }
}

impl From<CallError> for CallFailure {
    fn from(it: CallError) -> Self {
        Self::Later { reason: it.to_string(), after: None }
    }
}

impl RouteMate {
    pub(crate) fn new(access: RouteMateAccess) -> Result<Self, ConfigError> {
        let http =
            http::client(&access.base_url).map_err(|it| ConfigError::value("routemate.base_url", it))?;
        let choices = &access.choices;
        let polls = Mutex::new(Bucket::new(choices.polls_per_second, choices.polls_at_once, Instant::now()));
        Ok(Self { access, http, tokens: Tokens::default(), polls })
    }

    /// Whether the credentials open RouteMate.
    pub(crate) async fn check(&self) -> Result<(), Denied> {
        super::token::check(&self.http, &self.access).await
    }

    /// Sends an import. The key must be the same for every try of one dispatch.
    pub(super) async fn import(&self, key: &str, body: &str) -> Result<ImportReply, CallFailure> {
        let named = self.access.choices.idempotency_value(key);
        let request = || {
            let request = self.http.post(http::join(&self.access.base_url, IMPORT_PATH));
            let request = match named.clone() {
                Some((name, value)) => request.header(name, value),
                None => request,
            };
            request.header(reqwest::header::CONTENT_TYPE, "application/json").body(body.to_owned())
        };
        self.call(request).await
    }

    /// Asks for a job, by RouteMate's id or by ours, in the query or in the path, as the settings want it.
    pub(super) async fn job(&self, job_id: &str, external_job_id: &str) -> Result<Job, CallFailure> {
        let wait = self.polls.lock().unwrap_or_else(PoisonError::into_inner).book(Instant::now());
        tokio::time::sleep(wait).await;
        let choices = &self.access.choices;
        let name = choices.job_parameter.as_str();
        let value = if name == "external_job_id" { external_job_id } else { job_id };
        let url = http::join(&self.access.base_url, JOBS_PATH);
        match choices.job_lookup {
            JobLookup::Query => self.call(|| self.http.get(url.clone()).query(&[(name, value)])).await,
            JobLookup::Path => {
                let escaped = utf8_percent_encode(value, NON_ALPHANUMERIC);
                let url = http::join(&url, &escaped.to_string());
                self.call(|| self.http.get(url.clone())).await
            }
        }
    }

    /// One call with a token; when the token is refused, one more with a fresh one.
    async fn call<T: DeserializeOwned>(
        &self,
        request: impl Fn() -> RequestBuilder,
    ) -> Result<T, CallFailure> {
        let token = self.tokens.get(&self.http, &self.access).await?;
        let judged = |reply: &Reply, token: &SecretString| {
            let own =
                [self.access.client_secret.expose_secret(), &self.access.client_id, token.expose_secret()];
            judge(reply).map_err(|it| it.clean(&own))
        };
        let reply = self.send(request(), &token).await?;
        if reply.status != 401 {
            return judged(&reply, &token);
        }
        let own = self.tokens.own(&self.http, &self.access, &token).await?;
        let reply = self.send(request(), &own.secret).await?;
        let judged = judged(&reply, &own.secret);
        if reply.status != 401 {
            self.tokens.share(own).await;
        }
        judged
    }

    async fn send(&self, request: RequestBuilder, token: &SecretString) -> Result<Reply, CallFailure> {
        Ok(http::send(request.bearer_auth(token.expose_secret()), "RouteMate", &self.access.base_url).await?)
    }
}

/// What a reply means.
///
/// A page of HTML comes from a gateway in between whatever its status, and says nothing about the call, so that
/// it is never a refusal. A reply of success that cannot be read is asked for again: the key makes that safe.
pub(super) fn judge<T: DeserializeOwned>(reply: &Reply) -> Result<T, CallFailure> {
    let after = reply.retry_after;
    if reply.is_markup() {
        let reason = format!("an HTML page came instead of RouteMate's answer (status {})", reply.status);
        return Err(CallFailure::Later { reason, after });
    }
    if reply.is_ok() {
        return serde_json::from_slice(&reply.body)
            .map_err(|_e| CallFailure::odd("something that is not JSON"));
    }
    let said = ErrorBody::read(reply.status, &reply.body);
    let later = match reply.status {
        300..=399 | 408 | 425 | 429 | 500..=599 => true,
        // Of two requests with one key the second is told to wait for the first.
        409 => after.is_some() || said.code.as_deref().is_some_and(|it| it.contains("progress")),
        _ => false,
    };
    if later {
        let reason = format!("RouteMate answered with status {}: {}", reply.status, said.message);
        Err(CallFailure::Later { reason, after })
    } else {
        Err(CallFailure::Refused { status: reply.status, message: said.message, errors: said.errors })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(status: u16, retry_after: Option<u64>, body: &str, expected: &str) {
        let retry_after = retry_after.map(Duration::from_secs);
        let reply = Reply { status, retry_after, body: body.as_bytes().to_vec() };
        let found = match judge::<Job>(&reply) {
            Ok(_) => "done".to_owned(),
            Err(CallFailure::Later { after, .. }) => format!("later {}", after.map_or(0, |it| it.as_secs())),
            Err(CallFailure::Refused { message, .. }) => format!("refused: {message}"),
        };
        assert_eq!(found, expected, "{status} {body}");
    }

    #[test]
    fn each_answer_has_one_meaning() {
        check(200, None, "{}", "done");
        check(201, None, "{}", "done");
        check(202, None, "{}", "done");
        check(200, None, "<html>", "later 0");
        check(404, None, " <!doctype html>", "later 0");
        check(200, None, "ok", "later 0");
        check(429, Some(7), r#"{"message":"slow"}"#, "later 7");
        check(503, None, "", "later 0");
        check(408, None, "", "later 0");
        check(425, None, "", "later 0");
        check(302, None, "", "later 0");
        check(409, Some(1), "", "later 1");
        check(409, None, r#"{"detail":"other body"}"#, "refused: other body");
        check(422, None, r#"{"title":"T","detail":"stops is empty"}"#, "refused: stops is empty");
        check(400, None, r#"{"error":"bad"}"#, "refused: bad");
    }
}
