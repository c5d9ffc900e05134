//! The built portal and widget, served from a folder with what a browser needs to cache them well.

pub(crate) mod bundled;
mod encoding;
mod files;
mod policy;
pub(crate) mod released;

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Request, State as Extract};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};

use self::encoding::Encoding;
use self::files::File;
pub(crate) use self::files::Files;
pub(crate) use self::released::Released;
use crate::etag;
use crate::headers;
use crate::problem::Failure;
use crate::state::State;

/// What trunk leaves in the page where the nonce belongs.
const NONCE_PLACE: &str = "{{__TRUNK NONCE__}}";
const INDEX: &str = "index.html";

/// Handler for every path no other route knows.
pub(crate) async fn serve(Extract(state): Extract<Arc<State>>, request: Request) -> Response {
    let path = request.uri().path();
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return ([(header::ALLOW, "GET, HEAD")], Failure::wrong_method()).into_response();
    }
    if ["/api/", "/webhooks/"].iter().any(|it| path.starts_with(it)) {
        return Failure::not_found("the API has no such address").into_response();
    }
    let name = path.trim_start_matches('/');
    let name = if name.is_empty() { INDEX } else { name };
    if name != INDEX {
        let found = match state.files.find(name).await {
            None => state.released.find(name).await,
            it => it,
        };
        if let Some((name, file)) = found {
            return file_reply(&name, &file, request.headers());
        }
        if !is_navigation(name, request.headers()) {
            return Failure::not_found("there is no such file").into_response();
        }
    }
    // Every path the portal itself routes is answered with its page.
    match state.files.find(INDEX).await {
        Some((_, file)) => page_reply(&state, &file),
        None => Failure::new("portal-not-built", 503, "The portal has not been built")
            .detail("the folder of built files holds no index.html; build with \"cargo xtask build\", or set MILKRUN_DIST")
            .into_response(),
    }
}

/// A person went to an address, as opposed to a page loading one of its parts.
fn is_navigation(name: &str, headers: &HeaderMap) -> bool {
    let last = name.rsplit('/').next().unwrap_or_default();
    let wants_page =
        headers.get_all(header::ACCEPT).iter().any(|it| it.to_str().is_ok_and(|it| it.contains("text/html")));
    !last.contains('.') && !name.starts_with("widget/") && wants_page
}

/// The page with a nonce of its own. It has no entity tag: a reply of 304 would pair an old nonce with a new policy.
fn page_reply(state: &State, file: &File) -> Response {
    let nonce = format!("{:032x}", rand::random::<u128>());
    let page = String::from_utf8_lossy(&file.plain).replace(NONCE_PLACE, &nonce);
    let policy = headers::page_policy(&state.config, &nonce);
    let reply = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8".to_owned()),
        (header::CACHE_CONTROL, "no-cache".to_owned()),
        (header::CONTENT_SECURITY_POLICY, policy),
    ];
    (reply, page).into_response()
}

fn file_reply(name: &str, file: &File, request: &HeaderMap) -> Response {
    let (encoding, body) = file.choose(request);
    let tag = match encoding {
        Encoding::Identity => format!("\"{}\"", file.digest),
        it => format!("\"{}-{}\"", file.digest, it.name()),
    };
    let mut reply = if etag::is_known(request, &tag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        let mut reply = Response::new(Body::from(body));
        reply.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(policy::media_type(name)));
        if encoding != Encoding::Identity {
            reply.headers_mut().insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding.name()));
        }
        reply
    };
    let headers = reply.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(policy::cache_control(name)));
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if let Ok(it) = HeaderValue::from_str(&tag) {
        headers.insert(header::ETAG, it);
    }
    if policy::media_type(name).starts_with("text/javascript") {
        headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(headers::WORKER));
    }
    // The widget's files are made for foreign pages, which load them as modules and by fetch.
    if name.starts_with("widget/") {
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
        headers.insert("cross-origin-resource-policy", HeaderValue::from_static("cross-origin"));
    }
    reply
}
