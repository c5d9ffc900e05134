//! Merchants' sites, from the configuration file and from the portal alike: what they may be set to.

use std::net::SocketAddr;

use milkrun_wire::api::site::SiteSettings;

use super::file::SiteKeys;
use super::value::url;
use super::{ConfigError, Site};

/// Longest name.
const MAX_NAME: usize = 100;
/// Most origins of a site; they all stand in a header of the frame's page.
const MAX_ORIGINS: usize = 50;
/// Most languages of a site.
const MAX_LANGUAGES: usize = 100;
/// Most carriers of a site.
const MAX_CARRIERS: usize = 50;
/// Most numbers a site may register a day.
const MAX_REGISTER: u32 = 10_000;
/// What can be looked up.
const LOOKUPS: [&str; 2] = ["number", "order"];

/// The sites of the file, and that of the demo shop.
pub(super) fn resolve(keys: Vec<SiteKeys>, demo_shop: Option<SocketAddr>) -> Result<Vec<Site>, ConfigError> {
    let mut sites: Vec<Site> = Vec::new();
    for it in keys {
        let key = it.key.clone();
        let odd = |it: char| !(it.is_ascii_alphanumeric() || "-_.".contains(it));
        if key.is_empty() || key.len() > MAX_NAME || key.contains(odd) || sites.iter().any(|it| it.key == key)
        {
            let reason = "a key has letters, digits, \"-\", \"_\" and \".\", and no two sites have the same";
            return Err(ConfigError::value(format!("sites.{key}.key"), reason));
        }
        let settings = SiteSettings {
            name: it.name.unwrap_or_else(|| key.clone()),
            origins: it.origins,
            lookups: it.lookups.unwrap_or_else(|| LOOKUPS.map(str::to_owned).to_vec()),
            languages: it.languages.unwrap_or_default(),
            theme: it.theme.unwrap_or_default(),
            accent: it.accent.unwrap_or_default(),
            radius: it.radius.unwrap_or_default(),
            time_zone: it.time_zone.unwrap_or_default(),
            register_per_day: it.register_per_day.unwrap_or_default(),
            carriers: it.carriers.unwrap_or_default(),
        };
        let settings = checked(settings).map_err(|(field, reason)| {
            ConfigError::value(format!("sites.{key}.{}", dotted(&field)), reason)
        })?;
        sites.push(Site { key, settings });
    }
    if let Some(shop) = demo_shop.filter(|_| !sites.iter().any(|it| it.key == "demo")) {
        let port = shop.port();
        let origins = vec![format!("http://localhost:{port}"), format!("http://127.0.0.1:{port}")];
        let settings = SiteSettings {
            name: "Demo shop".to_owned(),
            origins,
            lookups: LOOKUPS.map(str::to_owned).to_vec(),
            ..SiteSettings::default()
        };
        sites.push(Site { key: "demo".to_owned(), settings });
    }
    Ok(sites)
}

fn dotted(pointer: &str) -> String {
    pointer.trim_start_matches('/').replace('/', ".")
}

/// Settings that can be used: origins and words in the one spelling they are compared in.
///
/// # Errors
/// What cannot be used, as a JSON pointer, and why.
pub(crate) fn checked(mut it: SiteSettings) -> Result<SiteSettings, (String, String)> {
    let wrong = |pointer: &str, why: &str| Err((pointer.to_owned(), why.to_owned()));
    it.name = it.name.trim().to_owned();
    if it.name.is_empty() || it.name.chars().count() > MAX_NAME || it.name.chars().any(char::is_control) {
        return wrong("/name", "a name has between 1 and 100 letters");
    }
    if it.origins.is_empty() || it.origins.len() > MAX_ORIGINS {
        return wrong("/origins", "a site has between 1 and 50 origins, such as https://shop.example");
    }
    for (at, text) in it.origins.iter_mut().enumerate() {
        *text = origin(text).map_err(|why| (format!("/origins/{at}"), why))?;
    }
    it.origins.sort();
    it.origins.dedup();
    if it.lookups.is_empty() || it.lookups.iter().any(|it| !LOOKUPS.contains(&it.as_str())) {
        return wrong("/lookups", "a site allows \"number\", \"order\" or both");
    }
    it.lookups = LOOKUPS
        .into_iter()
        .filter(|word| it.lookups.iter().any(|it| it == word))
        .map(str::to_owned)
        .collect();
    let odd = |it: &String| {
        it.is_empty() || it.len() > 35 || !it.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'-')
    };
    if it.languages.len() > MAX_LANGUAGES || it.languages.iter().any(odd) {
        return wrong("/languages", "languages are tags such as en, de or pt-BR");
    }
    if !["", "auto", "light", "dark"].contains(&it.theme.as_str()) {
        return wrong("/theme", "the theme is light, dark, auto or empty");
    }
    it.accent = it.accent.to_ascii_lowercase();
    let is_colour = it
        .accent
        .strip_prefix('#')
        .is_some_and(|it| it.len() == 6 && it.bytes().all(|it| it.is_ascii_hexdigit()));
    if !it.accent.is_empty() && !is_colour {
        return wrong("/accent", "the colour reads #rrggbb");
    }
    let pixels = it.radius.strip_suffix("px").and_then(|it| it.parse::<u8>().ok());
    if !it.radius.is_empty() && pixels.is_none_or(|it| it > 64) {
        return wrong("/radius", "the rounding is between 0px and 64px");
    }
    if !it.time_zone.is_empty() && jiff::tz::TimeZone::get(&it.time_zone).is_err() {
        return wrong("/time_zone", "this time zone is not known; write it as in Europe/Helsinki");
    }
    if it.register_per_day > MAX_REGISTER {
        return wrong("/register_per_day", "a site may register at most 10000 numbers a day");
    }
    let odd = |it: &String| {
        it.is_empty() || it.len() > 50 || !it.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'-')
    };
    if it.carriers.len() > MAX_CARRIERS || it.carriers.iter().any(odd) {
        return wrong(
            "/carriers",
            "carriers are 51Tracking's codes, such as posti or dhl-germany, at most 50",
        );
    }
    Ok(it)
}

/// An origin in the one spelling browsers send it in. It goes into headers, so that nothing else may be in it.
fn origin(text: &str) -> Result<String, String> {
    let url = url("", text.trim()).map_err(|it| match it {
        ConfigError::Value { reason, .. } => reason,
        it => it.to_string(),
    })?;
    if url.path() != "/" || url.query().is_some() || url.fragment().is_some() {
        return Err("an origin has no path, such as https://shop.example".to_owned());
    }
    let origin = url.origin().ascii_serialization();
    // A host may hold letters that end a source of a policy.
    if !origin.bytes().all(|it| it.is_ascii_alphanumeric() || b":/.-_[]".contains(&it)) {
        return Err("the host's name has letters that no origin has".to_owned());
    }
    Ok(origin)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::sites::tests::settings;

    #[test]
    fn what_cannot_be_used_is_named_by_its_place() {
        let refused = |change: fn(&mut SiteSettings)| {
            let mut it = settings("Shop");
            change(&mut it);
            checked(it).map(|_| ()).unwrap_err().0
        };
        assert_eq!(refused(|it| it.name = " ".to_owned()), "/name");
        assert_eq!(refused(|it| it.name = "a\r\nb".to_owned()), "/name");
        assert_eq!(refused(|it| it.origins.clear()), "/origins");
        assert_eq!(refused(|it| it.lookups = vec!["all".to_owned()]), "/lookups");
        assert_eq!(refused(|it| it.languages = vec!["en\r\n".to_owned()]), "/languages");
        assert_eq!(refused(|it| it.theme = "pink".to_owned()), "/theme");
        assert_eq!(refused(|it| it.accent = "#12345;".to_owned()), "/accent");
        assert_eq!(refused(|it| it.accent = "#12ä45".to_owned()), "/accent");
        assert_eq!(refused(|it| it.radius = "1px;x:y".to_owned()), "/radius");
        assert_eq!(refused(|it| it.register_per_day = 10_001), "/register_per_day");
        assert_eq!(refused(|it| it.carriers = vec!["posti, dhl".to_owned()]), "/carriers");
        assert_eq!(refused(|it| it.time_zone = "Mars/Olympus".to_owned()), "/time_zone");
    }

    #[test]
    fn an_origin_brings_nothing_into_a_header() {
        for text in [
            "https://a.example; script-src *",
            "https://a.example\r\nset-cookie: x=1",
            "https://a.example https://b.example",
            "https://a.example/path",
            "https://a.example?x",
            "https://user@a.example",
            "https://a.example,b",
            "https://*",
            "https://a;b",
            "https://'self'",
            "data:text/html,x",
            "null",
            "*",
            "",
        ] {
            let found = origin(text);
            assert!(found.is_err(), "{text:?} became {found:?}");
        }
        for (text, expected) in [
            (" https://Shop.Example/ ", "https://shop.example"),
            ("https://shop.example:443", "https://shop.example"),
            ("http://localhost:8081", "http://localhost:8081"),
            ("https://bücher.example", "https://xn--bcher-kva.example"),
            ("http://[::1]:8080", "http://[::1]:8080"),
        ] {
            assert_eq!(origin(text).as_deref(), Ok(expected));
        }
    }

    #[test]
    fn settings_come_out_in_one_spelling() {
        let mut it = settings("Shop");
        it.accent = "#AABBCC".to_owned();
        it.lookups = vec!["order".to_owned(), "number".to_owned(), "order".to_owned()];
        it.origins = vec!["https://b".to_owned(), "https://a".to_owned(), "https://b/".to_owned()];
        it.time_zone = "Europe/Helsinki".to_owned();
        let it = checked(it).unwrap();
        assert_eq!((it.accent.as_str(), it.lookups.len(), it.origins.len()), ("#aabbcc", 2, 2));
    }
}
