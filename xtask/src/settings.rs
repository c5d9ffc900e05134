//! The little that must be known of the proxy's configuration before the proxy starts:
//! whether this is production, and for which vendor there are credentials.
//!
//! The proxy itself reads and checks the whole; here a look at single lines is enough.

use std::{env, fs, path::Path};

use anyhow::{Context, Result};

/// What the configuration file and the `MILKRUN_*` variables say, the variables winning.
#[derive(Default, PartialEq, Debug)]
pub(crate) struct Settings {
    /// No sandbox and no demo shop.
    pub(crate) production: bool,
    /// There are credentials for RouteMate.
    pub(crate) routemate: bool,
    /// There are credentials for 51Tracking.
    pub(crate) tracking: bool,
}

impl Settings {
    /// Reads the file, if one is named, and the environment.
    pub(crate) fn read(config: Option<&Path>) -> Result<Settings> {
        let text = match config {
            Some(path) => {
                fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))?
            }
            None => String::new(),
        };
        Ok(Settings::of(&text, |name| env::var(name).ok().filter(|value| !value.trim().is_empty())))
    }

    /// Outside production a sandbox stands in for each vendor without credentials.
    pub(crate) fn needs_a_sandbox(&self) -> bool {
        let all_live = self.routemate && self.tracking;
        !(self.production || all_live)
    }

    fn of(text: &str, variable: impl Fn(&str) -> Option<String>) -> Settings {
        let mut settings = Settings::default();
        let mut section = "";
        for line in text.lines().map(str::trim) {
            if let Some(name) = line.strip_prefix('[') {
                section = name.trim_end_matches(']').trim();
            }
            let Some((key, value)) = line.split_once('=') else { continue };
            match (section, key.trim()) {
                ("", "mode") => settings.production = value.contains("\"production\""),
                ("routemate", "client_secret" | "client_secret_file") => settings.routemate = true,
                ("tracking51", "api_key" | "api_key_file") => settings.tracking = true,
                _ => {}
            }
        }
        let either = |name: &str| variable(name).or_else(|| variable(&format!("{name}_FILE"))).is_some();
        settings.routemate |= either("MILKRUN_ROUTEMATE_CLIENT_SECRET");
        settings.tracking |= either("MILKRUN_51TRACKING_API_KEY");
        if let Some(mode) = variable("MILKRUN_MODE") {
            settings.production = mode == "production";
        }
        settings
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_and_mode_are_seen_wherever_they_stand() {
        let check = |text: &str, variables: &[(&str, &str)], want: [bool; 3]| {
            let find = |name: &str| {
                variables.iter().find(|(it, _)| *it == name).map(|(_, value)| (*value).to_owned())
            };
            let Settings { production, routemate, tracking } = Settings::of(text, find);
            assert_eq!([production, routemate, tracking], want, "{text} {variables:?}");
        };
        check("", &[], [false, false, false]);
        check("mode = \"production\"\n", &[], [true, false, false]);
        check("mode = \"production\"\n", &[("MILKRUN_MODE", "development")], [false, false, false]);
        check("[routemate]\nclient_secret = \"x\"\n", &[], [false, true, false]);
        check("[routemate]\n# client_secret = \"x\"\n", &[], [false, false, false]);
        check("[tracking51]\napi_key_file = \"key\"\n", &[], [false, false, true]);
        check("[other]\napi_key = \"x\"\n", &[], [false, false, false]);
        check(
            "",
            &[("MILKRUN_51TRACKING_API_KEY", "k"), ("MILKRUN_ROUTEMATE_CLIENT_SECRET_FILE", "f")],
            [false, true, true],
        );
    }
}
