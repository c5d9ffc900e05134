//! Environment variables over the file: what changes between machines, and secrets that must not lie in a file
//! under version control.

use secrecy::SecretString;

use super::ConfigError;
use super::file::{File, Mode};
use crate::log::Format;

/// Reads `MILKRUN_*` into `file`, whose values they replace.
///
/// `look` answers for one variable's name; an empty value counts as absent, because shells and container files
/// cannot always unset one.
///
/// # Errors
/// When `MILKRUN_MODE` or `MILKRUN_LOG_FORMAT` is neither of its words.
pub(super) fn overlay(file: &mut File, look: impl Fn(&str) -> Option<String>) -> Result<(), ConfigError> {
    let var = |name: &str| look(name).filter(|it| !it.trim().is_empty());
    let text = |slot: &mut Option<String>, name: &str| {
        if let Some(it) = var(name) {
            *slot = Some(it);
        }
    };
    text(&mut file.listen, "MILKRUN_LISTEN");
    text(&mut file.metrics_listen, "MILKRUN_METRICS_LISTEN");
    text(&mut file.public_url, "MILKRUN_PUBLIC_URL");
    text(&mut file.dist, "MILKRUN_DIST");
    text(&mut file.data, "MILKRUN_DATA");
    text(&mut file.sandbox_url, "MILKRUN_SANDBOX_URL");
    text(&mut file.demo_shop_listen, "MILKRUN_DEMO_SHOP_LISTEN");
    if let Some(word) = var("MILKRUN_MODE") {
        file.mode = Some(match word.as_str() {
            "production" => Mode::Production,
            "development" => Mode::Development,
            _ => return Err(ConfigError::value("MILKRUN_MODE", "it must be production or development")),
        });
    }

    if let Some(word) = var("MILKRUN_LOG_FORMAT") {
        file.log_format = Some(match word.as_str() {
            "text" => Format::Text,
            "json" => Format::Json,
            _ => return Err(ConfigError::value("MILKRUN_LOG_FORMAT", "it must be text or json")),
        });
    }

    // A variable with the value wins over one with a file's name, and either replaces both of the file's keys.
    let either = |value: &mut Option<String>, path: &mut Option<String>, name: &str| {
        let file_name = format!("{name}_FILE");
        match (var(name), var(&file_name)) {
            (Some(it), _) => (*value, *path) = (Some(it), None),
            (None, Some(it)) => (*value, *path) = (None, Some(it)),
            (None, None) => {}
        }
    };
    let secret = |value: &mut Option<SecretString>, path: &mut Option<String>, name: &str| {
        let mut plain = None;
        let mut file = None;
        either(&mut plain, &mut file, name);
        if plain.is_some() || file.is_some() {
            (*value, *path) = (plain.map(SecretString::from), file);
        }
    };
    secret(&mut file.database_url, &mut file.database_url_file, "MILKRUN_DATABASE_URL");
    let it = &mut file.lookups;
    secret(&mut it.key, &mut it.key_file, "MILKRUN_LOOKUPS_KEY");
    secret(&mut file.credentials_key, &mut file.credentials_key_file, "MILKRUN_CREDENTIALS_KEY");
    let it = &mut file.routemate;
    either(&mut it.client_id, &mut it.client_id_file, "MILKRUN_ROUTEMATE_CLIENT_ID");
    secret(&mut it.client_secret, &mut it.client_secret_file, "MILKRUN_ROUTEMATE_CLIENT_SECRET");
    let it = &mut file.tracking51;
    secret(&mut it.api_key, &mut it.api_key_file, "MILKRUN_51TRACKING_API_KEY");
    either(&mut it.account_email, &mut it.account_email_file, "MILKRUN_51TRACKING_ACCOUNT_EMAIL");
    let name = "MILKRUN_51TRACKING_WEBHOOK_SECRET_PATH";
    secret(&mut it.webhook_secret_path, &mut it.webhook_secret_path_file, name);
    secret(&mut it.webhook_secret, &mut it.webhook_secret_file, "MILKRUN_51TRACKING_WEBHOOK_SECRET");
    Ok(())
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    fn check(vars: &[(&str, &str)], see: impl FnOnce(&File)) {
        let mut file: File =
            toml::from_str("listen = \"127.0.0.1:1\"\n[tracking51]\napi_key = \"from-file\"").unwrap();
        let look = |name: &str| vars.iter().find(|it| it.0 == name).map(|it| it.1.to_owned());
        overlay(&mut file, look).unwrap();
        see(&file);
    }

    #[test]
    fn variables_replace_what_the_file_says() {
        check(&[], |it| assert_eq!(it.listen.as_deref(), Some("127.0.0.1:1")));
        check(&[("MILKRUN_LISTEN", "127.0.0.1:2")], |it| {
            assert_eq!(it.listen.as_deref(), Some("127.0.0.1:2"));
        });
        check(&[("MILKRUN_LISTEN", " ")], |it| assert_eq!(it.listen.as_deref(), Some("127.0.0.1:1")));
        check(&[("MILKRUN_MODE", "development")], |it| assert_eq!(it.mode, Some(Mode::Development)));
        check(&[("MILKRUN_51TRACKING_API_KEY", "k")], |it| {
            assert_eq!(it.tracking51.api_key.as_ref().unwrap().expose_secret(), "k");
        });
        check(&[("MILKRUN_51TRACKING_API_KEY_FILE", "/run/key")], |it| {
            assert!(it.tracking51.api_key.is_none());
            assert_eq!(it.tracking51.api_key_file.as_deref(), Some("/run/key"));
        });
    }

    #[test]
    fn an_unknown_mode_is_refused() {
        let result =
            overlay(&mut File::default(), |name| (name == "MILKRUN_MODE").then(|| "test".to_owned()));
        assert!(result.unwrap_err().to_string().contains("MILKRUN_MODE"));
    }
}
