//! `/api/docs`: the OpenAPI document as a page, written once at the start.
//!
//! No script, no font and no host but this one take part, so that the page lives under the same strict policy as
//! everything else.

use std::fmt::Write as _;
use std::sync::Arc;

use axum::Router;
use axum::http::{HeaderValue, header};
use axum::response::{Html, IntoResponse as _};
use axum::routing::get;
use serde_json::Value;
use utoipa::openapi::OpenApi;

use crate::state::State;

const STYLE: &str = include_str!("../../assets/api-docs.css");
const POLICY: &str =
    "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// The page and its style.
pub(super) fn routes(document: &OpenApi) -> Router<Arc<State>> {
    let document = serde_json::to_value(document).unwrap_or_default();
    let page: Arc<str> = page(&document).into();
    let show = move || {
        let mut response = Html(page.to_string()).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
        std::future::ready(response)
    };
    let style = || std::future::ready(([(header::CONTENT_TYPE, "text/css; charset=utf-8")], STYLE));
    Router::new().route("/api/docs", get(show)).route("/api/docs.css", get(style))
}

fn page(document: &Value) -> String {
    let info = &document["info"];
    let mut out = format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>{0} API</title>\
         <meta name=\"viewport\" content=\"width=device-width\"><link rel=\"stylesheet\" href=\"/api/docs.css\">\
         </head><body><main><h1>{0} API <small>{1}</small></h1><p>{2}</p>\
         <p><a href=\"/api/v1/openapi.json\">The document itself</a>, OpenAPI {3}.</p>",
        text(&info["title"]),
        text(&info["version"]),
        text(&info["description"]),
        text(&document["openapi"]),
    );
    for (path, item) in fields(&document["paths"]) {
        for (method, operation) in fields(item) {
            operation_section(&mut out, path, method, operation);
        }
    }
    out.push_str("<h2>Shapes</h2>");
    for (name, schema) in fields(&document["components"]["schemas"]) {
        let _ = write!(
            out,
            "<section id=\"{0}\"><h3>{0}</h3><p>{1}</p><pre>{2}</pre></section>",
            escape(name),
            text(&schema["description"]),
            escape(&serde_json::to_string_pretty(schema).unwrap_or_default())
        );
    }
    out.push_str("</main></body></html>");
    out
}

fn operation_section(out: &mut String, path: &str, method: &str, it: &Value) {
    let role = it["x-role"].as_str().map_or_else(|| "open to all".to_owned(), |it| format!("{it} and above"));
    let _ = write!(
        out,
        "<section><h2><b class=\"{0}\">{0}</b> {1}</h2><p>{2} {3}</p><p class=\"role\">{4}</p>",
        escape(method),
        escape(path),
        text(&it["summary"]),
        text(&it["description"]),
        escape(&role)
    );
    let parameters = it["parameters"].as_array().map(Vec::as_slice).unwrap_or_default();
    if !parameters.is_empty() {
        out.push_str("<h3>Parameters</h3><ul>");
        for it in parameters {
            let _ = write!(
                out,
                "<li><code>{}</code> in {}: {}</li>",
                text(&it["name"]),
                text(&it["in"]),
                text(&it["description"])
            );
        }
        out.push_str("</ul>");
    }
    if let Some((_, body)) = fields(&it["requestBody"]["content"]).next() {
        let _ = write!(out, "<h3>Body</h3><p>{}</p>", shape(&body["schema"]));
    }
    out.push_str("<h3>Replies</h3><ul>");
    for (status, reply) in fields(&it["responses"]) {
        let of = fields(&reply["content"]).map(|it| shape(&it.1["schema"])).collect::<Vec<_>>().join(", ");
        let _ = write!(out, "<li><code>{}</code> {} {of}</li>", escape(status), text(&reply["description"]));
    }
    out.push_str("</ul></section>");
}

/// A link to a named shape.
fn shape(schema: &Value) -> String {
    match schema["$ref"].as_str().and_then(|it| it.rsplit('/').next()) {
        Some(it) => format!("<a href=\"#{0}\">{0}</a>", escape(it)),
        None => format!("<code>{}</code>", escape(&schema["type"].to_string())),
    }
}

fn fields(it: &Value) -> impl Iterator<Item = (&String, &Value)> {
    it.as_object().into_iter().flatten()
}

fn text(it: &Value) -> String {
    escape(it.as_str().unwrap_or_default())
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_the_document_says_is_text() {
        let document = serde_json::json!({
            "info": {"title": "<script>"},
            "paths": {"/x": {"get": {"summary": "a & b", "responses": {"200": {"description": "\"quoted\""}}}}}
        });
        let page = page(&document);
        assert!(
            page.contains("&lt;script&gt;") && page.contains("a &amp; b") && page.contains("open to all")
        );
        assert!(!page.contains("<script"));
    }
}
