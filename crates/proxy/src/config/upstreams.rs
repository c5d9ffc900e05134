//! Access to the vendors: credentials, or the sandbox in their place.

use std::fmt;
use std::time::Duration;

use milkrun_wire::api::session::Upstream;
use milkrun_wire::tracking51::webhook::Version;
use reqwest::Url;
use secrecy::{ExposeSecret, SecretString};

use super::ConfigError;
use super::choices::Choices;
use super::file::{RouteMateKeys, TrackingKeys};
use super::value::{confidential_url, from_file, positive};

/// RouteMate's public base address, from its API documentation.
const ROUTEMATE_URL: &str = "https://api.routemate.app/v1";
/// 51Tracking's V4 base address, as its SDKs have it.
const TRACKING_URL: &str = "https://api.51tracking.com/v4";
/// Version 3's, under which every one of its paths lies.
const TRACKING_URL_V3: &str = "https://api.51tracking.com/v3/trackings";
/// Version 2's.
const TRACKING_URL_V2: &str = "https://api.51tracking.com/v2";

/// The sandbox's fixed credentials: they open nothing but a sandbox.
const SANDBOX_CLIENT: (&str, &str) = ("rm_ci_sandbox", "rm_cs_sandbox");
const SANDBOX_KEY: &str = "sandbox-51tracking-key";
const SANDBOX_EMAIL: &str = "sandbox@milkrun.example";
const SANDBOX_WEBHOOK_PATH: &str = "sandbox";

/// How to reach RouteMate.
#[derive(Clone)]
pub struct RouteMateAccess {
    /// Who answers.
    pub state: Upstream,
    /// Base address, without a slash at the end.
    pub base_url: Url,
    /// Public half of the credentials.
    pub client_id: String,
    /// Secret half.
    pub client_secret: SecretString,
    /// Fetch a fresh token for every call: the vendor's page calls tokens single-use and valid for an hour at once.
    pub token_per_call: bool,
    /// How often an open job is asked for at first.
    pub poll: Duration,
    /// What the vendor's page leaves open.
    pub choices: Choices,
}

/// How to reach 51Tracking.
#[derive(Clone)]
pub struct TrackingAccess {
    /// Who answers.
    pub state: Upstream,
    /// Which version of its API the account speaks.
    pub api_version: Version,
    /// Base address, without a slash at the end.
    pub base_url: Url,
    /// API key.
    pub api_key: SecretString,
    /// The account's e-mail, which is the key of V2 and V3 webhook signatures.
    pub account_email: String,
    /// Last part of the webhook's address; without it webhooks are refused.
    pub webhook_path: Option<SecretString>,
    /// A webhook secret besides the API key: the sister brand signs V4 pushes with one.
    pub webhook_secret: Option<SecretString>,
    /// Keys that signed V4 pushes until they were changed, for as long as late pushes may come.
    pub webhook_old_secrets: Vec<SecretString>,
    /// E-mail addresses that signed V2 and V3 pushes until the account's was changed.
    pub webhook_old_emails: Vec<SecretString>,
    /// Forms of pushes that are believed. An account sends one form, and the older ones have the weaker key.
    pub webhook_versions: Vec<Version>,
    /// How far a push's time may lie from ours; zero switches the check off.
    pub webhook_window: Duration,
    /// Most `get` requests a second.
    pub get_per_second: f64,
    /// Most `create` requests a second.
    pub create_per_second: f64,
    /// Most requests a second to any other endpoint.
    pub other_per_second: f64,
    /// How long an endpoint rests after it answered 429.
    pub pause: Duration,
    /// How often the refresher looks for parcels that are due.
    pub refresh: Duration,
}

impl RouteMateAccess {
    pub(super) fn resolve(mut keys: RouteMateKeys, sandbox: Option<&Url>) -> Result<Self, ConfigError> {
        let client_id =
            from_file("routemate.client_id_file", keys.client_id.take(), keys.client_id_file.as_deref())?;
        let secret = keys.client_secret.take().map(|it| it.expose_secret().to_owned());
        let secret = from_file("routemate.client_secret_file", secret, keys.client_secret_file.as_deref())?;
        let (state, client_id, secret) = match (client_id, secret, sandbox) {
            (Some(id), Some(secret), _) => (Upstream::Live, id, secret),
            (Some(_), None, _) => {
                return Err(ConfigError::value(
                    "routemate.client_secret",
                    "client_id is set, so it must be set too",
                ));
            }
            (None, Some(_), _) => {
                return Err(ConfigError::value(
                    "routemate.client_id",
                    "client_secret is set, so it must be set too",
                ));
            }
            (None, None, Some(_)) => {
                (Upstream::Sandbox, SANDBOX_CLIENT.0.to_owned(), SANDBOX_CLIENT.1.to_owned())
            }
            (None, None, None) => (Upstream::Unconfigured, String::new(), String::new()),
        };
        let base = base(state, sandbox, "routemate/v1", keys.base_url.as_deref(), ROUTEMATE_URL);
        let poll = Duration::from_secs(
            keys.poll_s.unwrap_or(if state == Upstream::Sandbox { 3 } else { 20 }).max(1),
        );
        let choices = Choices::resolve(&keys, poll)?;
        Ok(Self {
            state,
            base_url: confidential_url("routemate.base_url", &base)?,
            client_id,
            client_secret: secret.into(),
            token_per_call: keys.token_per_call.unwrap_or(false),
            poll,
            choices,
        })
    }
}

impl TrackingAccess {
    pub(super) fn resolve(keys: TrackingKeys, sandbox: Option<&Url>) -> Result<Self, ConfigError> {
        let secret = |name: &str, value: Option<SecretString>, path: Option<&str>| {
            from_file(name, value.map(|it| it.expose_secret().to_owned()), path)
        };
        let api_key = secret("tracking51.api_key_file", keys.api_key, keys.api_key_file.as_deref())?;
        let name = "tracking51.account_email_file";
        let email = from_file(name, keys.account_email, keys.account_email_file.as_deref())?;
        let name = "tracking51.webhook_secret_path_file";
        let mut path = secret(name, keys.webhook_secret_path, keys.webhook_secret_path_file.as_deref())?;
        let name = "tracking51.webhook_secret_file";
        let webhook_secret = secret(name, keys.webhook_secret, keys.webhook_secret_file.as_deref())?;
        let (state, api_key, email) = match (api_key, sandbox) {
            (Some(key), _) => (Upstream::Live, key, email.unwrap_or_default()),
            (None, Some(_)) => {
                path.get_or_insert_with(|| SANDBOX_WEBHOOK_PATH.to_owned());
                (Upstream::Sandbox, SANDBOX_KEY.to_owned(), SANDBOX_EMAIL.to_owned())
            }
            (None, None) => (Upstream::Unconfigured, String::new(), String::new()),
        };
        let sandboxed = state == Upstream::Sandbox;
        if path.as_ref().is_some_and(|it| !sandboxed && it.len() < 16) {
            let reason = "it must have at least 16 characters, so that nobody guesses it";
            return Err(ConfigError::value("tracking51.webhook_secret_path", reason));
        }
        let api_version = keys.api_version.unwrap_or(Version::V4);
        let (path_of_sandbox, vendor) = match api_version {
            Version::V4 => ("51tracking/v4", TRACKING_URL),
            Version::V3 => ("51tracking/v3/trackings", TRACKING_URL_V3),
            Version::V2 => ("51tracking/v2", TRACKING_URL_V2),
        };
        let base = base(state, sandbox, path_of_sandbox, keys.base_url.as_deref(), vendor);
        // The older versions allow one call a second, whatever it asks for.
        let usual = |fast: f64| if api_version == Version::V4 { fast } else { 1.0 };
        // The sandbox's clock runs ahead of ours, so that a window would refuse its pushes.
        let window = keys.webhook_window_s.unwrap_or(if sandboxed { 0 } else { 300 });
        Ok(Self {
            state,
            api_version,
            base_url: confidential_url("tracking51.base_url", &base)?,
            api_key: api_key.into(),
            account_email: email,
            webhook_path: path.map(SecretString::from),
            webhook_secret: webhook_secret.map(SecretString::from),
            webhook_old_secrets: keys.webhook_old_secrets.unwrap_or_default(),
            webhook_old_emails: keys.webhook_old_emails.unwrap_or_default(),
            webhook_versions: keys.webhook_versions.unwrap_or_else(|| {
                if sandboxed { vec![Version::V4, Version::V3, Version::V2] } else { vec![api_version] }
            }),
            webhook_window: Duration::from_secs(window),
            get_per_second: positive("tracking51.get_per_second", keys.get_per_second.unwrap_or(usual(2.0)))?,
            create_per_second: positive(
                "tracking51.create_per_second",
                keys.create_per_second.unwrap_or(usual(3.0)),
            )?,
            other_per_second: positive(
                "tracking51.other_per_second",
                keys.other_per_second.unwrap_or(usual(10.0)),
            )?,
            pause: Duration::from_secs(keys.pause_s.unwrap_or(120)),
            refresh: Duration::from_secs(keys.refresh_s.unwrap_or(if sandboxed { 3 } else { 60 }).max(1)),
        })
    }
}

fn base(
    state: Upstream,
    sandbox: Option<&Url>,
    path: &str,
    configured: Option<&str>,
    vendor: &str,
) -> String {
    match (state, sandbox) {
        (Upstream::Sandbox, Some(it)) => format!("{}/{path}", it.as_str().trim_end_matches('/')),
        _ => configured.unwrap_or(vendor).trim_end_matches('/').to_owned(),
    }
}

impl fmt::Debug for RouteMateAccess {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RouteMateAccess")
            .field("state", &self.state)
            .field("base_url", &self.base_url.as_str())
            .field("token_per_call", &self.token_per_call)
            .field("poll", &self.poll)
            .field("choices", &self.choices)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for TrackingAccess {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let per_second = (self.get_per_second, self.create_per_second, self.other_per_second);
        f.debug_struct("TrackingAccess")
            .field("state", &self.state)
            .field("api_version", &self.api_version)
            .field("base_url", &self.base_url.as_str())
            .field("webhook_versions", &self.webhook_versions)
            .field("webhook_window", &self.webhook_window)
            .field("per_second", &per_second)
            .field("pause", &self.pause)
            .field("refresh", &self.refresh)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::super::Config;
    use super::*;

    const DEV: &str = "mode = \"development\"\nsandbox_url = \"http://127.0.0.1:9/\"\n";

    fn config(text: &str) -> Result<Config, ConfigError> {
        Config::from_parts("milkrun.toml", text, |_| None)
    }

    #[test]
    fn the_sandbox_stands_in_for_each_vendor_without_credentials() {
        let it = config(DEV).unwrap();
        assert_eq!(it.routemate.base_url.as_str(), "http://127.0.0.1:9/routemate/v1");
        assert_eq!(it.tracking.base_url.as_str(), "http://127.0.0.1:9/51tracking/v4");
        assert_eq!(it.tracking.webhook_window, Duration::ZERO);
        let mixed = config(&format!("{DEV}[tracking51]\napi_key = \"k\"")).unwrap();
        assert_eq!(mixed.tracking.state, Upstream::Live);
        assert_eq!(mixed.tracking.base_url.as_str(), TRACKING_URL);
        assert!(mixed.tracking.webhook_path.is_none());
        assert_eq!(mixed.routemate.state, Upstream::Sandbox);
        assert_eq!(config("").unwrap().routemate.state, Upstream::Unconfigured);
    }

    #[test]
    fn half_a_credential_is_refused() {
        for (text, word) in [
            ("[routemate]\nclient_id = \"x\"", "client_secret"),
            ("[routemate]\nclient_secret = \"x\"", "client_id"),
            ("[tracking51]\napi_key = \"x\"\nwebhook_secret_path = \"short\"", "16 characters"),
            ("[tracking51]\napi_key = \"x\"\napi_key_file = \"/x\"", "keep one"),
            ("[tracking51]\napi_key_file = \"/nowhere/key\"", "/nowhere/key"),
        ] {
            let message = config(text).unwrap_err().to_string();
            assert!(message.contains(word), "{text} gave: {message}");
        }
    }

    #[test]
    fn credentials_travel_encrypted_or_stay_on_this_machine() {
        for (section, address, expected) in [
            ("routemate", "http://api.routemate.app/v1", false),
            ("tracking51", "http://api.51tracking.com/v4", false),
            ("routemate", "https://relay.example/v1", true),
            ("tracking51", "http://127.0.0.1:9/v4", true),
        ] {
            let found = config(&format!("[{section}]\nbase_url = \"{address}\""));
            assert_eq!(found.is_ok(), expected, "{address}");
            let message = found.err().map(|it| it.to_string()).unwrap_or_default();
            assert_eq!(message.contains("https://"), !expected, "{message}");
        }
    }

    #[test]
    fn debug_output_holds_no_secret() {
        let text =
            "[routemate]\nclient_id = \"x\"\nclient_secret = \"hush-1\"\n[tracking51]\napi_key = \"hush-2\"";
        assert!(!format!("{:?}", config(text).unwrap()).contains("hush"));
    }
}
