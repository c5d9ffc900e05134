//! 51Tracking's pushes: when a parcel's status changes, the account's webhook hears of it.

mod body;
mod deliver;
mod record;

pub(crate) use deliver::Courier;
pub(crate) use record::{PushRecord, PushState, counts};

use std::net::IpAddr;

use axum::http::Uri;

use crate::Sandbox;
use crate::settings::WebhookTarget;

/// Notes every change since the last time and makes every attempt that is due.
pub(crate) async fn tick(sandbox: &Sandbox) {
    let target = sandbox.webhook();
    record::note_changes(&mut sandbox.world(), target.is_some());
    if let Some(target) = target {
        deliver::attempt_due(sandbox, &target).await;
    }
}

/// Pushes a parcel that does not exist, as 51Tracking does when a webhook is saved in its console.
pub(crate) async fn push_trial(sandbox: &Sandbox) {
    record::note_trial(&mut sandbox.world());
    tick(sandbox).await;
}

/// Says why a webhook address is refused, if it is. The sandbox talks to its own machine only.
pub fn refuse_target(target: &WebhookTarget) -> Result<(), String> {
    let uri: Uri = target.url.parse().map_err(|it| format!("the webhook address is no URL ({it})"))?;
    let host = bare_host(uri.host().unwrap_or_default());
    let is_loopback = host == "localhost" || host.parse::<IpAddr>().is_ok_and(|it| it.is_loopback());
    if uri.scheme_str() != Some("http") {
        Err("the webhook address must start with http://".to_owned())
    } else if !is_loopback {
        Err("the webhook address must be on this machine: use localhost, 127.0.0.1 or [::1]".to_owned())
    } else {
        Ok(())
    }
}

/// A host without the brackets that a URL puts around an IPv6 address.
fn bare_host(host: &str) -> &str {
    host.trim_start_matches('[').trim_end_matches(']')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_is_pushed_to() {
        let check = |url: &str, accepted| {
            let target = WebhookTarget { url: url.to_owned(), version: Default::default() };
            assert_eq!(refuse_target(&target).is_ok(), accepted, "{url}");
        };
        check("http://127.0.0.1:8080/hook", true);
        check("http://localhost:8080/hook", true);
        check("http://[::1]:8080/hook", true);
        check("https://localhost/hook", false);
        check("http://192.168.1.1/hook", false);
        check("http://localhost.example/hook", false);
        check("http://localhost@example.com/hook", false);
        check("hook", false);
        check("", false);
    }
}
