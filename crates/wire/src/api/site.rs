//! Merchants' sites: who may embed the widget, what it may look up there, and how it looks.

use serde::{Deserialize, Serialize};

/// What a site is set to.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SiteSettings {
    /// What people call it; shown to shoppers on the public page.
    pub name: String,
    /// Origins whose pages may embed the widget, such as `https://shop.example`.
    pub origins: Vec<String>,
    /// What shoppers may look up: `number`, `order`, or both.
    pub lookups: Vec<String>,
    /// BCP 47 tags of the languages to offer; all there are when empty.
    #[serde(default)]
    pub languages: Vec<String>,
    /// `light`, `dark`, `auto`, or empty for the page's own.
    #[serde(default)]
    pub theme: String,
    /// Colour of buttons and progress, `#rrggbb`; empty for the usual one.
    #[serde(default)]
    pub accent: String,
    /// Rounding of corners in pixels, such as `8px`; empty for the usual one.
    #[serde(default)]
    pub radius: String,
    /// IANA name of the time zone of the public page, such as `Europe/Helsinki`; UTC when empty.
    #[serde(default)]
    pub time_zone: String,
    /// How many numbers nobody has added yet may be registered with 51Tracking a day because a shopper asked;
    /// each may cost one unit of the account's quota, and 0 registers none.
    #[serde(default)]
    pub register_per_day: u32,
    /// 51Tracking's codes of the carriers the shop sends with. Numbers that shoppers ask for first are registered
    /// with one of these only, and with the one there is, or the one the page names, without asking whose they are.
    #[serde(default)]
    pub carriers: Vec<String>,
}

/// A site.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Site {
    /// The public key in the widget's tag.
    pub key: String,
    /// What it is set to.
    pub settings: SiteSettings,
    /// Whether it stands in the server's configuration file, where alone it can be changed.
    pub fixed: bool,
    /// The tags to paste: the script that is always the newest.
    pub snippet: String,
    /// The same with a script that never changes and is checked by its hash; empty when the build has none.
    #[serde(default)]
    pub snippet_pinned: String,
}

/// All sites.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SiteList {
    /// By name, those of the configuration file first.
    pub sites: Vec<Site>,
}
