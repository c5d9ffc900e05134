//! The shape of the configuration file, so that a mistyped key is refused by name instead of ignored.

use milkrun_wire::tracking51::webhook::Version;
use secrecy::SecretString;
use serde::Deserialize;

use super::choices::JobLookup;
use crate::log::Format;

/// The TOML file as written. Everything is optional; what is absent takes the documented default.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    pub(super) mode: Option<Mode>,
    pub(super) listen: Option<String>,
    pub(super) metrics_listen: Option<String>,
    pub(super) public_url: Option<String>,
    pub(super) log_format: Option<Format>,
    pub(super) head_read_s: Option<u64>,
    pub(super) dist: Option<String>,
    pub(super) data: Option<String>,
    pub(super) database_url: Option<SecretString>,
    pub(super) database_url_file: Option<String>,
    pub(super) credentials_key: Option<SecretString>,
    pub(super) credentials_key_file: Option<String>,
    pub(super) sandbox_url: Option<String>,
    pub(super) demo_shop_listen: Option<String>,
    pub(super) trusted_proxies: Option<Vec<String>>,
    #[serde(default)]
    pub(super) session: SessionKeys,
    #[serde(default)]
    pub(super) lookups: LookupKeys,
    #[serde(default)]
    pub(super) routemate: RouteMateKeys,
    #[serde(default)]
    pub(super) tracking51: TrackingKeys,
    #[serde(default)]
    pub(super) geocoder: GeocoderKeys,
    #[serde(default)]
    pub(super) matrix: MatrixKeys,
    pub(super) tiles: Option<TilesKeys>,
    #[serde(default)]
    pub(super) sites: Vec<SiteKeys>,
}

/// What the installation is for. The sandbox and the demo shop exist in development only.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// Real deliveries: no sandbox, no demo shop.
    #[default]
    Production,
    /// A developer's machine.
    Development,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SessionKeys {
    pub(super) idle_s: Option<u64>,
    pub(super) absolute_s: Option<u64>,
    pub(super) renew_s: Option<u64>,
    pub(super) streams: Option<usize>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LookupKeys {
    pub(super) per_second: Option<f64>,
    pub(super) burst: Option<f64>,
    pub(super) site_per_second: Option<f64>,
    pub(super) site_burst: Option<f64>,
    pub(super) key: Option<SecretString>,
    pub(super) key_file: Option<String>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RouteMateKeys {
    pub(super) base_url: Option<String>,
    pub(super) client_id: Option<String>,
    pub(super) client_id_file: Option<String>,
    pub(super) client_secret: Option<SecretString>,
    pub(super) client_secret_file: Option<String>,
    pub(super) token_per_call: Option<bool>,
    pub(super) job_lookup: Option<JobLookup>,
    pub(super) job_parameter: Option<String>,
    pub(super) idempotency_header: Option<String>,
    pub(super) idempotency_quoted: Option<bool>,
    pub(super) idempotency_in_body: Option<bool>,
    pub(super) conflict_tries: Option<u32>,
    pub(super) key_life_s: Option<u64>,
    pub(super) token_renew_share: Option<f64>,
    pub(super) max_stops: Option<usize>,
    pub(super) poll_s: Option<u64>,
    pub(super) poll_longest_s: Option<u64>,
    pub(super) polls_per_second: Option<f64>,
    pub(super) polls_at_once: Option<f64>,
    pub(super) job_end_words: Option<Vec<String>>,
    pub(super) follow_days: Option<u32>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TrackingKeys {
    pub(super) api_version: Option<Version>,
    pub(super) base_url: Option<String>,
    pub(super) api_key: Option<SecretString>,
    pub(super) api_key_file: Option<String>,
    pub(super) account_email: Option<String>,
    pub(super) account_email_file: Option<String>,
    pub(super) webhook_secret_path: Option<SecretString>,
    pub(super) webhook_secret_path_file: Option<String>,
    pub(super) webhook_secret: Option<SecretString>,
    pub(super) webhook_secret_file: Option<String>,
    pub(super) webhook_old_secrets: Option<Vec<SecretString>>,
    pub(super) webhook_old_emails: Option<Vec<SecretString>>,
    pub(super) webhook_versions: Option<Vec<Version>>,
    pub(super) webhook_window_s: Option<u64>,
    pub(super) get_per_second: Option<f64>,
    pub(super) create_per_second: Option<f64>,
    pub(super) other_per_second: Option<f64>,
    pub(super) pause_s: Option<u64>,
    pub(super) refresh_s: Option<u64>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct GeocoderKeys {
    pub(super) kind: Option<GeocoderKind>,
    pub(super) url: Option<String>,
    pub(super) contact: Option<String>,
    pub(super) country_codes: Option<String>,
    pub(super) per_second: Option<f64>,
}

/// Which geocoder answers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GeocoderKind {
    /// The built-in addresses of central Helsinki.
    #[default]
    Gazetteer,
    /// A Nominatim server.
    Nominatim,
    /// A Photon server.
    Photon,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct MatrixKeys {
    pub(super) kind: Option<MatrixKind>,
    pub(super) url: Option<String>,
    pub(super) profile: Option<String>,
    pub(super) max_table: Option<usize>,
}

/// Who measures travel times.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MatrixKind {
    /// Great-circle distance times a circuity factor.
    #[default]
    GreatCircle,
    /// An OSRM server.
    Osrm,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TilesKeys {
    pub(super) url: String,
    pub(super) attribution: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SiteKeys {
    pub(super) key: String,
    pub(super) origins: Vec<String>,
    pub(super) name: Option<String>,
    pub(super) lookups: Option<Vec<String>>,
    pub(super) languages: Option<Vec<String>>,
    pub(super) theme: Option<String>,
    pub(super) accent: Option<String>,
    pub(super) radius: Option<String>,
    pub(super) time_zone: Option<String>,
    pub(super) register_per_day: Option<u32>,
    pub(super) carriers: Option<Vec<String>>,
}
