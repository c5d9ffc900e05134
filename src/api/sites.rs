//! Calls about merchants' sites.

use milkrun_wire::api::site::{Site, SiteList, SiteSettings};

use super::Reply;
use super::call::{Call, encode};

/// All sites, those of the configuration file first.
pub async fn sites() -> Reply<SiteList> {
    Call::get("/sites").json().await
}

/// Sets a site up; `key` stays the same over retries of the same intent.
pub async fn add_site(key: &str, settings: &SiteSettings) -> Reply<Site> {
    Call::post("/sites").idempotency_key(key).body(settings)?.json().await
}

/// Sets a site anew.
pub async fn change_site(key: &str, settings: &SiteSettings) -> Reply<Site> {
    Call::put(&format!("/sites/{}", encode(key))).body(settings)?.json().await
}

/// Forgets a site.
pub async fn remove_site(key: &str) -> Reply<()> {
    Call::delete(&format!("/sites/{}", encode(key))).empty().await
}
