//! Who is signed in, and what this installation can do.

use serde::{Deserialize, Serialize};

use super::people::Role;

/// Signing in with the one-time link the server printed.
/// The token travels in the link's fragment, so that no server or log along the way sees it.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Serialize, Deserialize)]
pub struct SignIn {
    /// The token of the one-time link.
    pub token: String,
}

/// The signed-in person and the services behind the portal.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// Display name of the signed-in user.
    pub user: String,
    /// RFC 3339 time at which the session ends at the latest.
    pub expires_at: String,
    /// The services this installation uses.
    pub services: Services,
    /// What the person may do.
    #[serde(default)]
    pub role: Role,
    /// The person's id among the users.
    #[serde(default)]
    pub user_id: String,
    /// Whether the person can sign in by a password.
    #[serde(default)]
    pub has_password: bool,
}

/// Which services stand behind the portal, in words it can show.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Services {
    /// Who answers for RouteMate.
    pub routemate: Upstream,
    /// Who answers for 51Tracking.
    pub tracking: Upstream,
    /// Where coordinates come from.
    pub geocoder: Source,
    /// Where road times and distances come from.
    pub matrix: Source,
    /// The map's background tiles, if any are configured.
    #[serde(default)]
    pub tiles: Option<Tiles>,
}

/// State of one vendor's API.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Upstream {
    /// The real service, with the configured credentials.
    Live,
    /// The sandbox stands in until credentials are configured.
    Sandbox,
    /// Neither credentials nor sandbox: calls fail with an explanation.
    Unconfigured,
}

/// A service that gives data whose owner must be named.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// A stable word: `gazetteer`, `nominatim`, `photon`, `great_circle` or `osrm`.
    pub id: String,
    /// What to call it before a person.
    pub name: String,
    /// The attribution its licence asks for; empty if none.
    #[serde(default)]
    pub attribution: String,
}

/// Background tiles for the map.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tiles {
    /// Address pattern with `{z}`, `{x}` and `{y}`.
    pub url: String,
    /// The attribution their licence asks for.
    pub attribution: String,
}
