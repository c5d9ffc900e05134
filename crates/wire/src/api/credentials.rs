//! Credentials of the vendors, as an owner enters them in the portal. They only ever go in: no reply holds one.

use serde::{Deserialize, Serialize};

/// RouteMate's integration credentials.
#[derive(Clone, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default, deny_unknown_fields)]
pub struct RouteMateCredentials {
    /// Begins with `rm_ci_`.
    pub client_id: String,
    /// Begins with `rm_cs_`; RouteMate shows it once.
    pub client_secret: String,
}

/// 51Tracking's API key and what belongs to it.
#[derive(Clone, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default, deny_unknown_fields)]
pub struct TrackingCredentials {
    /// From the developer centre.
    pub api_key: String,
    /// Which version of the API the account speaks: `v4`, `v3` or `v2`.
    pub api_version: String,
    /// The account's e-mail address, which signs webhooks of versions 2 and 3; may be empty.
    pub account_email: String,
}

/// Where the credentials of a service come from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum CredentialOrigin {
    /// Nowhere: the service cannot be used.
    #[default]
    Nowhere,
    /// They are the sandbox's own.
    Sandbox,
    /// The configuration file or the environment.
    Configuration,
    /// An owner entered them in the portal.
    Portal,
}

/// What is known of a service's credentials, without any of them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CredentialState {
    /// Where the ones in force come from.
    pub origin: CredentialOrigin,
    /// When they were entered in the portal, RFC 3339.
    #[serde(default)]
    pub set_at: Option<String>,
    /// Who entered them.
    #[serde(default)]
    pub set_by: Option<String>,
    /// The last letters of the secret that was entered, to tell one from another.
    #[serde(default)]
    pub ends_in: Option<String>,
    /// Of 51Tracking: the version in force.
    #[serde(default)]
    pub api_version: Option<String>,
    /// What was entered cannot be opened: it was sealed with another key, or the key is missing.
    #[serde(default)]
    pub unreadable: bool,
}

/// The credentials of all services, without any of them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Credentials {
    /// Whether credentials can be entered in the portal: a key to seal them with is configured.
    pub can_set: bool,
    /// RouteMate.
    pub routemate: CredentialState,
    /// 51Tracking.
    pub tracking: CredentialState,
}

/// What a try of credentials found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CredentialTest {
    /// Whether the service lets us in.
    pub ok: bool,
    /// What was found, and how to mend it.
    pub message: String,
    /// The things the service asks for, and which of them are there.
    pub parts: Vec<CredentialPart>,
}

/// One thing a service asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CredentialPart {
    /// Of RouteMate `key`, `integration`, `organisation` and `plan`; of 51Tracking `key` and `version`.
    pub part: String,
    /// Whether it is there.
    pub state: PartState,
}

/// Whether a thing that a service asks for is there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum PartState {
    /// The service's answer does not tell.
    #[default]
    Unknown,
    /// It is.
    Ok,
    /// It is not.
    Fails,
}
