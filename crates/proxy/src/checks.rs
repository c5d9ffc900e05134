//! Whether everything the proxy depends on is there and lets it in, each answer with the way to mend it.

use milkrun_wire::api::session::Upstream;
use serde::Serialize;
use utoipa::ToSchema;

use crate::config::{Config, is_loopback};
use crate::state::State;

/// What one look found.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Check {
    /// What was looked at, such as `routemate`.
    pub name: &'static str,
    /// Whether it works.
    pub ok: bool,
    /// What was found, and how to mend it.
    pub message: String,
}

impl Check {
    fn of(name: &'static str, result: Result<String, String>) -> Self {
        let ok = result.is_ok();
        let (Ok(message) | Err(message)) = result;
        Self { name, ok, message }
    }
}

/// Looks at everything.
pub async fn run(state: &State) -> Vec<Check> {
    vec![
        Check::of("address", address(&state.config)),
        Check::of("database", database(state).await),
        Check::of("audit log", audit(state).await),
        Check::of("routemate", routemate_access(state).await),
        Check::of("51tracking", tracking(state).await),
        Check::of("webhooks", webhooks(state)),
        Check::of("portal", portal(state)),
    ]
}

/// Whether what people type leads here safely, and clients can be told apart.
fn address(config: &Config) -> Result<String, String> {
    let url = &config.public_url;
    if !config.is_https() && !is_loopback(url) {
        return Err(format!(
            "public_url is {url}, so that passwords travel readable; put a reverse proxy with TLS in front and set \
             public_url to its https address"
        ));
    }
    if config.is_https() && config.trusted_proxies.is_empty() {
        return Err(
            "public_url is https, so a reverse proxy stands in front, but trusted_proxies is empty: all \
                    clients count as one where tries are limited; name the reverse proxy's address there"
                .to_owned(),
        );
    }
    Ok(format!("people come by {url}"))
}

async fn database(state: &State) -> Result<String, String> {
    state.store.ping().await.map_err(|it| it.to_string())?;
    Ok(format!("{:?} answers", state.store.backend()))
}

async fn audit(state: &State) -> Result<String, String> {
    match state.store.audit().first_break().await.map_err(|it| it.to_string())? {
        None => Ok("nothing was changed or taken out".to_owned()),
        Some(it) => Err(format!("the log was tampered with at entry {it}; compare it with a backup")),
    }
}

async fn routemate_access(state: &State) -> Result<String, String> {
    if state.routemate().access.state == Upstream::Unconfigured {
        let mend = "set routemate.client_id and client_secret, or enter them under Settings";
        return unused(state.tracking().access.state, mend);
    }
    let client = state.routemate();
    client.check().await.map(|()| "the credentials open it".to_owned()).map_err(|it| it.message)
}

async fn tracking(state: &State) -> Result<String, String> {
    if state.tracking().access.state == Upstream::Unconfigured {
        let mend = "set tracking51.api_key, or enter it under Settings";
        return unused(state.routemate().access.state, mend);
    }
    let couriers = state.tracking().couriers().await.map_err(|it| it.to_string())?;
    Ok(format!("the API key opens it ({} carriers)", couriers.len()))
}

/// A service without credentials: whoever has the other one may well do without it.
fn unused(other: Upstream, mend: &str) -> Result<String, String> {
    match other {
        Upstream::Unconfigured => Err(format!("no service has credentials; {mend}")),
        Upstream::Live | Upstream::Sandbox => Ok(format!("not used; to use it, {mend}")),
    }
}

fn webhooks(state: &State) -> Result<String, String> {
    if state.tracking().access.state == Upstream::Unconfigured {
        return Ok("not used, as 51Tracking is not".to_owned());
    }
    match &state.tracking().access.webhook_path {
        Some(_) => Ok("pushes are taken".to_owned()),
        None => Err("pushes are refused, so that parcels are only read by the clock; \
                     set tracking51.webhook_secret_path"
            .to_owned()),
    }
}

fn portal(state: &State) -> Result<String, String> {
    let page = state.config.dist.join("index.html");
    if page.is_file() {
        return Ok("the built pages are there".to_owned());
    }
    Err(format!("{} is not there; build the portal, or set dist to where it is", page.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn one_service_may_be_left_out_and_not_both() {
        let check = async |text: &str| {
            let store = crate::store::Store::for_tests().await.unwrap();
            let state = State::new(Config::from_parts("", text, |_| None).unwrap(), store).unwrap();
            let all = run(&state).await;
            ["routemate", "51tracking", "webhooks"]
                .map(|name| all.iter().find(|it| it.name == name).unwrap().ok)
        };
        let routemate =
            "[routemate]\nbase_url = \"http://127.0.0.1:1\"\nclient_id = \"a\"\nclient_secret = \"b\"";
        let tracking = "[tracking51]\nbase_url = \"http://127.0.0.1:1\"\napi_key = \"a\"";
        assert_eq!(check("").await, [false, false, true]);
        assert_eq!(check(routemate).await, [false, true, true], "nobody answers there");
        assert_eq!(check(tracking).await, [true, false, false]);
    }

    #[test]
    fn an_address_that_gives_passwords_away_or_makes_all_clients_one_is_named() {
        for (text, expected) in [
            ("", Ok("localhost")),
            ("public_url = \"http://127.0.0.1:9\"", Ok("127.0.0.1")),
            ("public_url = \"http://milkrun.example\"", Err("TLS")),
            ("public_url = \"https://milkrun.example\"", Err("trusted_proxies is empty")),
            (
                "public_url = \"https://milkrun.example\"\ntrusted_proxies = [\"127.0.0.1\"]",
                Ok("milkrun.example"),
            ),
        ] {
            let found = address(&Config::from_parts("", text, |_| None).unwrap());
            let fits = match (&found, expected) {
                (Ok(it), Ok(word)) | (Err(it), Err(word)) => it.contains(word),
                _ => false,
            };
            assert!(fits, "{text} gave: {found:?}");
        }
    }
}
