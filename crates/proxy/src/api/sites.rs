//! `/sites`: merchants' sites that embed the widget. Owners set them up; dispatchers see them and copy their tags.

use std::sync::Arc;

use axum::extract::{Extension, Path, State as Extract};
use axum::http::{HeaderMap, StatusCode};
use milkrun_wire::api::site::{Site, SiteList, SiteSettings};
use serde::Deserialize;

use super::body::Json;
use crate::access::SignedIn;
use crate::clock::now_ms;
use crate::config;
use crate::etag;
use crate::problem::{Answer, Failure};
use crate::state::State;
use crate::widget::KnownSite;

/// Most sites of one installation.
const MOST: usize = 1000;

/// All sites, those of the configuration file first.
#[utoipa::path(get, path = "/sites", tag = "sites", responses((status = 200, body = SiteList)))]
pub(super) async fn list(Extract(state): Extract<Arc<State>>) -> Answer<axum::Json<SiteList>> {
    let loader = loader(&state).await;
    let mut sites: Vec<Site> =
        state.sites.fixed().iter().map(|it| shown(&state, it, loader.as_ref())).collect();
    for row in state.store.sites().list().await? {
        if sites.iter().all(|it| it.key != row.key) {
            let known = KnownSite { key: row.key, settings: row.settings, fixed: false };
            sites.push(shown(&state, &known, loader.as_ref()));
        }
    }
    Ok(axum::Json(SiteList { sites }))
}

/// One site. Its entity tag is what a change may be tied to.
#[utoipa::path(get, path = "/sites/{id}", tag = "sites", params(("id" = String, Path, description = "Its key")),
    responses((status = 200, body = Site), (status = 404, description = "There is no such site")))]
pub(super) async fn show(
    Extract(state): Extract<Arc<State>>,
    Path(key): Path<String>,
) -> Answer<axum::Json<Site>> {
    let site = state.sites.find(&state.store, &key).await?.ok_or_else(unknown)?;
    Ok(axum::Json(shown(&state, &site, loader(&state).await.as_ref())))
}

/// Sets a site up under a key of its own.
#[utoipa::path(post, path = "/sites", tag = "sites", request_body = SiteSettings,
    responses((status = 201, body = Site), (status = 422, description = "A setting cannot be used")))]
pub(super) async fn create(
    Extract(state): Extract<Arc<State>>,
    Extension(who): Extension<SignedIn>,
    Json(settings): Json<SiteSettings>,
) -> Answer<(StatusCode, axum::Json<Site>)> {
    let settings = checked(settings)?;
    if state.store.sites().list().await?.len() >= MOST {
        return Err(Failure::new("too-many-sites", 409, "There are too many sites")
            .detail(format!("at most {MOST}; remove one that is not used any more")));
    }
    let key = new_key();
    state.store.sites().insert(&key, &settings, now_ms()).await?;
    state.store.audit().add(&who.user, "site.create", &key, &settings.name, now_ms()).await?;
    let site = KnownSite { key, settings, fixed: false };
    Ok((StatusCode::CREATED, axum::Json(shown(&state, &site, loader(&state).await.as_ref()))))
}

/// Sets a site anew. With `If-Match` only if nobody else has meanwhile.
#[utoipa::path(put, path = "/sites/{id}", tag = "sites", request_body = SiteSettings,
    params(("id" = String, Path, description = "Its key"),
        ("if-match" = Option<String>, Header, description = "The entity tag the change is made to")),
    responses((status = 200, body = Site), (status = 404, description = "There is no such site"),
        (status = 409, description = "It stands in the configuration file"),
        (status = 412, description = "Somebody has changed it meanwhile")))]
pub(super) async fn change(
    Extract(state): Extract<Arc<State>>,
    Extension(who): Extension<SignedIn>,
    Path(key): Path<String>,
    headers: HeaderMap,
    Json(settings): Json<SiteSettings>,
) -> Answer<axum::Json<Site>> {
    not_fixed(&state, &key)?;
    let settings = checked(settings)?;
    let row = state.store.sites().find(&key).await?.ok_or_else(unknown)?;
    let loader = loader(&state).await;
    let before = KnownSite { key: key.clone(), settings: row.settings, fixed: false };
    let before = serde_json::to_vec(&shown(&state, &before, loader.as_ref()));
    if !etag::may_change(&headers, &etag::tag(&before.map_err(|it| Failure::internal(&it))?)) {
        return Err(changed_meanwhile());
    }
    if !state.store.sites().update(&key, &settings, row.version, now_ms()).await? {
        return Err(changed_meanwhile());
    }
    state.store.audit().add(&who.user, "site.change", &key, &settings.name, now_ms()).await?;
    let site = KnownSite { key, settings, fixed: false };
    Ok(axum::Json(shown(&state, &site, loader.as_ref())))
}

/// Forgets a site: its widget gets no more answers, and its shoppers' pages are gone.
#[utoipa::path(delete, path = "/sites/{id}", tag = "sites", params(("id" = String, Path, description = "Its key")),
    responses((status = 204), (status = 404, description = "There is no such site"),
        (status = 409, description = "It stands in the configuration file")))]
pub(super) async fn remove(
    Extract(state): Extract<Arc<State>>,
    Extension(who): Extension<SignedIn>,
    Path(key): Path<String>,
) -> Answer<StatusCode> {
    not_fixed(&state, &key)?;
    if !state.store.sites().delete(&key, now_ms()).await? {
        return Err(unknown());
    }
    state.store.audit().add(&who.user, "site.delete", &key, "", now_ms()).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn checked(settings: SiteSettings) -> Answer<SiteSettings> {
    config::checked_site(settings).map_err(|(pointer, why)| Failure::invalid(&pointer, why))
}

fn not_fixed(state: &State, key: &str) -> Answer<()> {
    if state.sites.fixed().iter().all(|it| it.key != key) {
        return Ok(());
    }
    Err(Failure::new("site-fixed", 409, "This site stands in the configuration file")
        .detail("change it there and start the server again"))
}

fn unknown() -> Failure {
    Failure::not_found("there is no such site")
}

fn changed_meanwhile() -> Failure {
    Failure::new("changed-meanwhile", 412, "Somebody has changed this site meanwhile")
        .detail("read it again and make the change anew")
}

/// Twelve letters and digits that are not mistaken for each other: a key is public, and only has to be another's.
fn new_key() -> String {
    const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
    let bytes: [u8; 12] = rand::random();
    bytes.iter().map(|it| char::from(LETTERS[usize::from(*it) % LETTERS.len()])).collect()
}

/// The newest immutable script, as the build wrote it down.
#[derive(Deserialize)]
struct Loader {
    /// Its path below `/widget/`.
    loader: String,
    /// Its hash in the form of `integrity` attributes.
    integrity: String,
}

async fn loader(state: &State) -> Option<Loader> {
    // Whoever copies a tag that pins a file must find that file for good.
    state.keep_released().await;
    let it: Loader = serde_json::from_str(&state.files.text("widget/manifest.json").await?).ok()?;
    let plain = |it: &str| it.bytes().all(|it| it.is_ascii_alphanumeric() || b"./-_+= ".contains(&it));
    (plain(&it.loader) && plain(&it.integrity)).then_some(it)
}

fn shown(state: &State, it: &KnownSite, loader: Option<&Loader>) -> Site {
    let host = state.config.public_origin();
    // A key of the file has no letter that means anything in markup, nor has one of ours.
    let key = &it.key;
    // What stands inside the element is for visitors without JavaScript.
    let element =
        format!("<milkrun-track><a href=\"{host}/t?site={key}\">Track a parcel</a></milkrun-track>");
    let snippet =
        format!("<script async src=\"{host}/widget/v1.js\" data-site=\"{key}\"></script>\n{element}");
    let pinned = |Loader { loader, integrity }: &Loader| {
        format!(
            "<script async src=\"{host}/widget/{loader}\" integrity=\"{integrity}\" crossorigin=\"anonymous\" \
             data-site=\"{key}\"></script>\n{element}"
        )
    };
    Site {
        key: key.clone(),
        settings: it.settings.clone(),
        fixed: it.fixed,
        snippet,
        snippet_pinned: loader.map(pinned).unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_words_of_their_own() {
        let (one, two) = (new_key(), new_key());
        assert!(one.len() == 12 && one != two && one.bytes().all(|it| it.is_ascii_alphanumeric()));
    }
}
