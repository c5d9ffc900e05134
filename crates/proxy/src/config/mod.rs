//! One typed configuration from a TOML file and the environment, checked once at the start.
//!
//! Everything a handler needs is resolved here: after [`Config::load`] nobody asks whether a key was set, and
//! nobody but [`upstreams`] knows that the sandbox may stand in for a vendor.

pub mod choices;
mod entered;
mod environment;
mod error;
mod file;
mod lookups;
mod sites;
pub mod upstreams;
mod value;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use ipnet::IpNet;
use milkrun_wire::api::session::Tiles;
use milkrun_wire::api::site::SiteSettings;
use reqwest::Url;
use secrecy::{ExposeSecret as _, SecretString};

use self::entered::AsWritten;
pub use self::error::ConfigError;
use self::file::File;
pub use self::file::{GeocoderKind, MatrixKind, Mode};
pub use self::lookups::LookupConfig;
pub(crate) use self::sites::checked as checked_site;
use self::upstreams::{RouteMateAccess, TrackingAccess};
use self::value::{address, from_file, nets, positive, url};
pub(crate) use self::value::{fixed_url, is_loopback};
use crate::log::Format;

/// The whole configuration of one proxy.
#[derive(Clone, Debug)]
pub struct Config {
    /// What the installation is for.
    pub mode: Mode,
    /// Where to listen.
    pub listen: SocketAddr,
    /// Where to serve figures for Prometheus; nowhere by default.
    pub metrics_listen: Option<SocketAddr>,
    /// The address people type, without a slash at the end.
    pub public_url: Url,
    /// How the log is written.
    pub log_format: Format,
    /// How long a client may take for the head of a request.
    pub head_within: Duration,
    /// Folder of the built portal; without it the pages inside the binary, or those in `dist` if there are none.
    pub dist: Option<PathBuf>,
    /// Folder of the database file.
    pub data: PathBuf,
    /// Address of a PostgreSQL database with its credentials; the embedded SQLite without.
    pub database_url: Option<SecretString>,
    /// What seals credentials that are entered in the portal, in 64 hexadecimal digits; without it none can be.
    pub credentials_key: Option<SecretString>,
    /// The sandbox, when one stands in for a vendor.
    pub sandbox_url: Option<Url>,
    /// Where the demo shop listens, in development.
    pub demo_shop_listen: Option<SocketAddr>,
    /// How long a session lives without use.
    pub session_idle: Duration,
    /// How long a session lives at most.
    pub session_absolute: Duration,
    /// How often a session gets a new id, so that a stolen one is worth little.
    pub session_renew: Duration,
    /// How many streams of events one session may hold.
    pub session_streams: usize,
    /// Addresses of reverse proxies, whose word on who the client is counts.
    pub trusted_proxies: Vec<IpNet>,
    /// Public lookups.
    pub lookups: LookupConfig,
    /// RouteMate.
    pub routemate: RouteMateAccess,
    /// 51Tracking.
    pub tracking: TrackingAccess,
    /// Where coordinates come from.
    pub geocoder: GeocoderConfig,
    /// Where travel times come from.
    pub matrix: MatrixConfig,
    /// Background tiles of the map.
    pub tiles: Option<Tiles>,
    /// Merchants' sites that may embed the widget.
    pub sites: Vec<Site>,
    /// The vendors' settings as they were written, for credentials that are entered later.
    as_written: AsWritten,
}

/// A merchant's site, as the configuration file has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Site {
    /// The public key in the widget's tag.
    pub key: String,
    /// What it is set to.
    pub settings: SiteSettings,
}

/// The geocoder to use.
#[derive(Clone, Debug)]
pub struct GeocoderConfig {
    /// Which one.
    pub kind: GeocoderKind,
    /// Its base address; the public host's by default.
    pub url: Option<Url>,
    /// An address or e-mail by which the service's operator can reach this installation's.
    pub contact: String,
    /// ISO 3166 codes, comma separated, to which the search is limited; empty for the whole world.
    pub country_codes: String,
    /// Most requests a second.
    pub per_second: f64,
}

/// The matrix service to use.
#[derive(Clone, Debug)]
pub struct MatrixConfig {
    /// Which one.
    pub kind: MatrixKind,
    /// Its base address.
    pub url: Option<Url>,
    /// OSRM profile in the address, `driving` by default.
    pub profile: String,
    /// Most coordinates in one table request; OSRM's default limit is 100.
    pub max_table: usize,
}

impl Config {
    /// Reads the file, if one is named, and the process environment.
    ///
    /// # Errors
    /// When something is unreadable, unknown or contradictory; the message names the key.
    pub fn load(path: Option<&Path>) -> Result<Self, ConfigError> {
        let text = path.map(read).transpose()?.unwrap_or_default();
        let name = path.map(|it| it.display().to_string()).unwrap_or_default();
        Self::from_parts(&name, &text, |it| std::env::var(it).ok())
    }

    /// The same from the text of a file and a look-up for environment variables.
    ///
    /// # Errors
    /// As [`Config::load`].
    pub fn from_parts(
        name: &str,
        text: &str,
        look: impl Fn(&str) -> Option<String>,
    ) -> Result<Self, ConfigError> {
        let mut file: File = toml::from_str(text).map_err(|it| {
            let before = it.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
            let line = before.matches('\n').count() + 1;
            ConfigError::Toml { path: name.to_owned(), line, reason: it.message().to_owned() }
        })?;
        environment::overlay(&mut file, look)?;
        Self::resolve(file)
    }

    fn resolve(file: File) -> Result<Self, ConfigError> {
        let mode = file.mode.unwrap_or_default();
        let listen: SocketAddr = address("listen", file.listen.as_deref().unwrap_or("127.0.0.1:8080"))?;
        let public_url = match &file.public_url {
            Some(it) => url("public_url", it)?,
            None => url("public_url", &format!("http://localhost:{}", listen.port()))?,
        };
        let sandbox_url = file.sandbox_url.as_deref().map(|it| url("sandbox_url", it)).transpose()?;
        if let Some(it) = &sandbox_url {
            if mode == Mode::Production {
                let reason =
                    "a sandbox never stands in for a vendor in production; set MILKRUN_MODE=development";
                return Err(ConfigError::value("sandbox_url", reason));
            }
            if !is_loopback(it) {
                return Err(ConfigError::value(
                    "sandbox_url",
                    "it must be on this machine, such as http://127.0.0.1:8090",
                ));
            }
        }
        let demo_shop_listen =
            file.demo_shop_listen.as_deref().map(|it| address("demo_shop_listen", it)).transpose()?;
        if demo_shop_listen.is_some() && mode == Mode::Production {
            return Err(ConfigError::value(
                "demo_shop_listen",
                "the demo shop is served in development only",
            ));
        }
        let sites = sites::resolve(file.sites, demo_shop_listen)?;
        let tiles = file.tiles.map(|it| Tiles { url: it.url, attribution: it.attribution });
        if let Some(it) = &tiles {
            url("tiles.url", &it.url)?;
        }
        let database_url = file.database_url.map(|it| it.expose_secret().to_owned());
        let database_url = from_file("database_url_file", database_url, file.database_url_file.as_deref())?;
        if database_url
            .as_ref()
            .is_some_and(|it| !it.starts_with("postgres://") && !it.starts_with("postgresql://"))
        {
            let reason = "it must begin with postgres://; leave it out for the embedded SQLite";
            return Err(ConfigError::value("database_url", reason));
        }
        let credentials_key = file.credentials_key.map(|it| it.expose_secret().to_owned());
        let credentials_key =
            from_file("credentials_key_file", credentials_key, file.credentials_key_file.as_deref())?;
        if credentials_key.as_ref().is_some_and(|it| crate::sealed::key(it).is_none()) {
            let reason = "it must have 64 hexadecimal digits, as `openssl rand -hex 32` writes them";
            return Err(ConfigError::value("credentials_key", reason));
        }
        let as_written = AsWritten::of(&file.routemate, &file.tracking51);
        Ok(Self {
            mode,
            credentials_key: credentials_key.map(SecretString::from),
            as_written,
            database_url: database_url.map(SecretString::from),
            listen,
            log_format: file.log_format.unwrap_or_default(),
            head_within: Duration::from_secs(file.head_read_s.unwrap_or(15).max(1)),
            dist: file.dist.map(PathBuf::from),
            data: file.data.unwrap_or_else(|| "data".to_owned()).into(),
            demo_shop_listen,
            metrics_listen: file
                .metrics_listen
                .as_deref()
                .map(|it| address("metrics_listen", it))
                .transpose()?,
            session_idle: Duration::from_secs(file.session.idle_s.unwrap_or(12 * 3600)),
            session_absolute: Duration::from_secs(file.session.absolute_s.unwrap_or(7 * 24 * 3600)),
            session_renew: Duration::from_secs(file.session.renew_s.unwrap_or(3600)),
            session_streams: file.session.streams.unwrap_or(6).max(1),
            trusted_proxies: nets(&file.trusted_proxies.unwrap_or_default())?,
            lookups: LookupConfig::resolve(file.lookups)?,
            routemate: RouteMateAccess::resolve(file.routemate, sandbox_url.as_ref())?,
            tracking: TrackingAccess::resolve(file.tracking51, sandbox_url.as_ref())?,
            geocoder: GeocoderConfig {
                kind: file.geocoder.kind.unwrap_or_default(),
                url: file.geocoder.url.as_deref().map(|it| url("geocoder.url", it)).transpose()?,
                contact: file.geocoder.contact.unwrap_or_else(|| public_url.to_string()),
                country_codes: file.geocoder.country_codes.unwrap_or_default(),
                per_second: positive("geocoder.per_second", file.geocoder.per_second.unwrap_or(1.0))?,
            },
            matrix: MatrixConfig {
                kind: file.matrix.kind.unwrap_or_default(),
                url: file.matrix.url.as_deref().map(|it| url("matrix.url", it)).transpose()?,
                profile: file.matrix.profile.unwrap_or_else(|| "driving".to_owned()),
                max_table: file.matrix.max_table.unwrap_or(100).max(2),
            },
            tiles,
            sites,
            public_url,
            sandbox_url,
        })
    }

    /// The origin people's browsers see, such as `http://localhost:8080`.
    #[must_use]
    pub fn public_origin(&self) -> String {
        self.public_url.origin().ascii_serialization()
    }

    /// Whether the portal is reached by https, so that cookies may demand it.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.public_url.scheme() == "https"
    }
}

fn read(path: &Path) -> Result<String, ConfigError> {
    std::fs::read_to_string(path)
        .map_err(|source| ConfigError::Read { path: path.display().to_string(), source })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(text: &str) -> Result<Config, ConfigError> {
        Config::from_parts("milkrun.toml", text, |_| None)
    }

    fn refused(text: &str, word: &str) {
        let message = config(text).unwrap_err().to_string();
        assert!(message.contains(word), "{text} gave: {message}");
    }

    /// What the example shows as a default is one: but for credentials, reading it changes nothing.
    #[test]
    fn the_example_is_read_and_shows_the_defaults() {
        let example = include_str!("../../milkrun.example.toml");
        let secrets = ["client_id =", "client_secret_file =", "api_key_file =", "account_email ="];
        let kept = |it: &&str| !secrets.iter().any(|secret| it.starts_with(secret));
        let text: String = example.lines().filter(kept).flat_map(|it| [it, "\n"]).collect();
        assert_eq!(format!("{:?}", config(&text).unwrap()), format!("{:?}", config("").unwrap()));
        let commented: String = text.replace("\n# ", "\n").replace("\"…\"", "\"a secret of some length\"");
        let key = |text: &str| format!("credentials_key = \"{text}\"");
        let commented = commented.replace(&key("a secret of some length"), &key(&"0a".repeat(32)));
        let keys = commented.lines().skip_while(|it| !it.starts_with("mode"));
        let all: String = keys.flat_map(|it| [it, "\n"]).collect();
        let development = all.replace("\"production\"", "\"development\"");
        let development = development.replace("[routemate]", "[routemate]\nclient_id = \"rm_ci_example\"");
        assert!(config(&development).is_ok(), "{:?}", config(&development).err());
    }

    #[test]
    fn nothing_at_all_is_a_production_server_on_loopback() {
        let it = config("").unwrap();
        assert_eq!(it.mode, Mode::Production);
        assert!(it.listen.ip().is_loopback());
        assert_eq!(it.public_origin(), "http://localhost:8080");
        assert!(it.sites.is_empty());
    }

    #[test]
    fn what_is_wrong_is_named() {
        refused("lisen = \"x\"", "lisen");
        refused("[routemate]\nclientid = \"x\"", "clientid");
        refused("# a comment\n[routemate]\nclientid = \"x\"", "line 3");
        refused("[[sites]]\nkey = \"a\"\norigins = []", "sites.a.origins");
        refused("[[sites]]\nkey = \"a\"\norigins = [\"https://a\"]\naccent = \"red\"", "sites.a.accent");
        refused("[lookups]\nkey = \"short\"", "lookups.key");
        refused("trusted_proxies = [\"proxy\"]", "trusted_proxies");
        refused("database_url = \"mysql://a/b\"", "database_url");
        refused("credentials_key = \"short\"", "64 hexadecimal digits");
        refused("listen = \"8080\"", "listen");
        refused("public_url = \"ftp://x\"", "public_url");
        refused("public_url = \"https://user:pw@x\"", "public_url");
        refused("sandbox_url = \"http://127.0.0.1:1\"", "production");
        refused("mode = \"development\"\nsandbox_url = \"http://10.0.0.1:1\"", "this machine");
        refused("demo_shop_listen = \"127.0.0.1:1\"", "development only");
        refused("[geocoder]\nkind = \"google\"", "google");
        refused("[geocoder]\nper_second = 0.0", "geocoder.per_second");
    }

    #[test]
    fn a_message_quotes_no_line_that_may_hold_a_secret() {
        let message = config("[routemate]\nclient_secrt = \"hush\"").unwrap_err().to_string();
        assert!(message.contains("client_secrt") && !message.contains("hush"), "{message}");
    }

    #[test]
    fn the_demo_shop_brings_its_site() {
        let it = config("mode = \"development\"\ndemo_shop_listen = \"127.0.0.1:8081\"").unwrap();
        assert_eq!(it.sites[0].key, "demo");
        assert_eq!(it.sites[0].settings.origins, ["http://localhost:8081", "http://127.0.0.1:8081"]);
    }
}
