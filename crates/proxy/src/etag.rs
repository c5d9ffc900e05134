//! Entity tags and the conditions of requests that name them, as RFC 9110 has them in its sections 8.8.3 and 13.

use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use sha2::{Digest as _, Sha256};

use crate::problem::Failure;

/// Larger replies go out as they are.
const LARGEST: usize = 16 * 1024 * 1024;

/// Middleware: tags replies of JSON by their content and answers 304 to whoever has them already.
pub(crate) async fn conditional(mut request: Request, next: Next) -> Response {
    let reading = matches!(*request.method(), Method::GET | Method::HEAD);
    if reading {
        // A reply to HEAD has the headers of one to GET, the tag among them; its body is dropped further out.
        *request.method_mut() = Method::GET;
    }
    let asked = request.headers().clone();
    let response = next.run(request).await;
    let is_json = response.headers().get(header::CONTENT_TYPE).is_some_and(|it| it == "application/json");
    if !reading || response.status() != StatusCode::OK || !is_json {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let Ok(bytes) = to_bytes(body, LARGEST).await else {
        return Failure::internal(&"a reply is larger than any should be").into_response();
    };
    let tag = tag(&bytes);
    // The browser keeps it for this person and asks every time whether it still holds.
    parts.headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    let same = is_known(&asked, &tag);
    if let Ok(it) = HeaderValue::from_str(&tag) {
        parts.headers.insert(header::ETAG, it);
    }
    if same {
        parts.status = StatusCode::NOT_MODIFIED;
        parts.headers.remove(header::CONTENT_LENGTH);
        parts.headers.remove(header::CONTENT_TYPE);
        return Response::from_parts(parts, Body::empty());
    }
    Response::from_parts(parts, Body::from(bytes))
}

/// The tag of a reply's bytes.
pub(crate) fn tag(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    let tag: String = digest.iter().take(16).map(|it| format!("{it:02x}")).collect();
    format!("\"{tag}\"")
}

/// Whether a reader has what it asks for, so that 304 says enough: `If-None-Match`, compared weakly.
pub(crate) fn is_known(asked: &HeaderMap, tag: &str) -> bool {
    names(asked, &header::IF_NONE_MATCH).is_some_and(|it| it.any(|known| known.opaque == tag))
}

/// Whether a change may be made to what has this tag: `If-Match`, compared strongly, and `If-None-Match`.
pub(crate) fn may_change(asked: &HeaderMap, tag: &str) -> bool {
    let meant = |it: &Known<'_>| !it.weak && it.opaque == tag;
    names(asked, &header::IF_MATCH).is_none_or(|it| it.any(|known| meant(known))) && !is_known(asked, tag)
}

/// What one header names.
enum Names<'a> {
    /// Whatever there is.
    Any,
    These(Vec<Known<'a>>),
}

/// A tag in a request.
struct Known<'a> {
    weak: bool,
    /// With its quotes.
    opaque: &'a str,
}

impl Names<'_> {
    fn any(&self, fits: impl Fn(&Known<'_>) -> bool) -> bool {
        match self {
            Self::Any => true,
            Self::These(all) => all.iter().any(fits),
        }
    }
}

/// What all lines of a header name together; none when it is not there. What is no tag names nothing.
fn names<'a>(asked: &'a HeaderMap, name: &HeaderName) -> Option<Names<'a>> {
    let lines: Vec<&str> =
        asked.get_all(name).iter().map(|it| it.to_str().unwrap_or_default().trim()).collect();
    match lines.as_slice() {
        [] => None,
        ["*"] => Some(Names::Any),
        lines => Some(Names::These(lines.iter().flat_map(|it| read(it)).collect())),
    }
}

/// The tags of a list. A comma within quotes belongs to its tag.
fn read(mut text: &str) -> Vec<Known<'_>> {
    let mut all = Vec::new();
    loop {
        text = text.trim_start_matches([',', ' ', '\t']);
        let (weak, from) = match text.strip_prefix("W/") {
            Some(it) => (true, it),
            None => (false, text),
        };
        if let Some(end) = from.strip_prefix('"').and_then(|it| it.find('"')) {
            let (opaque, rest) = from.split_at(end + 2);
            all.push(Known { weak, opaque });
            text = rest;
        } else {
            let Some((_, rest)) = text.split_once(',') else { return all };
            text = rest;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(name: &HeaderName, lines: &[&str]) -> HeaderMap {
        lines.iter().map(|it| (name.clone(), it.parse().unwrap())).collect()
    }

    #[test]
    fn a_reader_has_what_any_of_its_tags_names() {
        for (lines, expected) in [
            (&[][..], false),
            (&["\"a\""], true),
            (&["W/\"a\""], true),
            (&["\"b\", W/\"a\""], true),
            (&["\"b\"", "\"a\""], true),
            (&["*"], true),
            (&["\"b\""], false),
            (&["a"], false),
            (&["a, \"a\""], true),
            (&["\"x,\"a\""], false),
            (&["\"x,y\",\"a\""], true),
            (&[""], false),
            (&["\"a"], false),
        ] {
            assert_eq!(is_known(&asked(&header::IF_NONE_MATCH, lines), "\"a\""), expected, "{lines:?}");
        }
        assert!(is_known(&asked(&header::IF_NONE_MATCH, &["\"a,b\""]), "\"a,b\""));
    }

    #[test]
    fn a_change_is_tied_to_what_was_read() {
        for (lines, expected) in [
            (&[][..], true),
            (&["\"a\""], true),
            (&["\"b\", \"a\""], true),
            (&["*"], true),
            (&["W/\"a\""], false),
            (&["\"b\""], false),
            (&["a"], false),
        ] {
            assert_eq!(may_change(&asked(&header::IF_MATCH, lines), "\"a\""), expected, "{lines:?}");
        }
        for (line, expected) in [("*", false), ("\"a\"", false), ("\"b\"", true)] {
            assert_eq!(may_change(&asked(&header::IF_NONE_MATCH, &[line]), "\"a\""), expected, "{line}");
        }
    }
}
