//! People, keys of integrators, and the record of who did what.

use serde::{Deserialize, Serialize};

/// What somebody may do. Each role may do all that the ones before it may.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Sees everything of the day, changes nothing.
    #[default]
    Viewer,
    /// Plans, dispatches and tracks.
    Dispatcher,
    /// Manages people, keys and services.
    Owner,
}

impl Role {
    /// The word for it, as in JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Dispatcher => "dispatcher",
            Self::Owner => "owner",
        }
    }

    /// The role of a word; an unknown one may do least.
    #[must_use]
    pub fn from_word(word: &str) -> Self {
        match word {
            "owner" => Self::Owner,
            "dispatcher" => Self::Dispatcher,
            _ => Self::Viewer,
        }
    }
}

/// Signing in with an address and a password.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PasswordSignIn {
    /// Address of the account.
    pub email: String,
    /// Its password.
    pub password: String,
}

/// Setting one's own password. Every other session of the account ends.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PasswordChange {
    /// The password until now; left out while there is none.
    #[serde(default)]
    pub current: Option<String>,
    /// The new one: 12 to 200 letters.
    pub password: String,
}

/// A person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct User {
    /// Id.
    pub id: String,
    /// Address to sign in with.
    #[serde(default)]
    pub email: Option<String>,
    /// Display name.
    pub name: String,
    /// What the person may do.
    pub role: Role,
    /// Shut out.
    pub disabled: bool,
    /// Whether there is a password; without one only a one-time link opens.
    pub has_password: bool,
    /// When the person was added, RFC 3339.
    pub created_at: String,
}

/// Everybody.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UserList {
    /// In the order of joining.
    pub users: Vec<User>,
}

/// Somebody to be added.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewUser {
    /// Address to sign in with.
    pub email: String,
    /// Display name.
    pub name: String,
    /// What the person may do.
    pub role: Role,
}

/// Changes of a person; what is left out stays.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UserChange {
    /// Address to sign in with.
    #[serde(default)]
    pub email: Option<String>,
    /// Display name.
    #[serde(default)]
    pub name: Option<String>,
    /// What the person may do.
    #[serde(default)]
    pub role: Option<Role>,
    /// Whether the person is shut out.
    #[serde(default)]
    pub disabled: Option<bool>,
}

/// A one-time link that opens an account, to be handed to its person.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SignInLink {
    /// The address; its token stands behind the `#`.
    pub link: String,
    /// Until when it may be used, RFC 3339.
    pub expires_at: String,
}

/// A key of an integrator, without its secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ApiToken {
    /// Id.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// What it opens, such as `parcels:read`.
    pub scopes: Vec<String>,
    /// When it was made, RFC 3339.
    pub created_at: String,
    /// When it ends, RFC 3339.
    #[serde(default)]
    pub expires_at: Option<String>,
    /// When it was last used, RFC 3339.
    #[serde(default)]
    pub used_at: Option<String>,
}

/// All keys.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ApiTokenList {
    /// Newest first.
    pub tokens: Vec<ApiToken>,
}

/// A key to be made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewApiToken {
    /// What people will call it.
    pub name: String,
    /// What it opens.
    pub scopes: Vec<String>,
    /// Days until it ends; it does not by itself when left out.
    #[serde(default)]
    pub days: Option<u32>,
}

/// A new key; its secret is shown this once.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct IssuedApiToken {
    /// The key.
    pub token: ApiToken,
    /// What to send as `Authorization: Bearer …`.
    pub secret: String,
}

/// One deed of the audit log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AuditEntry {
    /// Its place in the log.
    pub id: i64,
    /// When, RFC 3339.
    pub at: String,
    /// Who.
    pub actor: String,
    /// What was done, such as `user.create`.
    pub action: String,
    /// To what.
    pub subject: String,
    /// More about it.
    pub detail: String,
}

/// A page of the audit log.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AuditPage {
    /// Newest first.
    pub entries: Vec<AuditEntry>,
    /// What to ask the next page with, unless this is the last.
    #[serde(default)]
    pub next: Option<String>,
}
