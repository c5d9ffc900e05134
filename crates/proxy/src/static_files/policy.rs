//! What a file is and how long a browser may keep it, told from its name.

const FOREVER: &str = "public, max-age=31536000, immutable";
const ALWAYS_ASK: &str = "no-cache";
/// Merchants embed the loader once and for good, so that it must reach browsers anew without their doing.
const EVERGREEN: &str = "public, max-age=300, stale-while-revalidate=604800";

/// The media type of a file.
pub(super) fn media_type(name: &str) -> &'static str {
    match name.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "wasm" => "application/wasm",
        "json" | "map" => "application/json",
        "webmanifest" => "application/manifest+json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "webp" => "image/webp",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

/// The value of `Cache-Control` for a file.
pub(super) fn cache_control(name: &str) -> &'static str {
    if matches!(name, "widget/v1.js" | "widget/frame.js") {
        EVERGREEN
    } else if is_hashed(name) || is_versioned(name) || is_widget_version(name) {
        FOREVER
    } else {
        ALWAYS_ASK
    }
}

/// The build names a file after its content, or all files of the portal after theirs together:
/// `portal-0123456789abcdef.js`, `portal-0123456789abcdef_bg.wasm`, `portal-day-0123456789abcdef.wasm`.
fn is_hashed(name: &str) -> bool {
    let file = name.rsplit('/').next().unwrap_or_default();
    let Some((stem, ending)) = file.rsplit_once('.') else { return false };
    let stem = stem.strip_suffix("_bg").unwrap_or(stem);
    let Some((_, hash)) = stem.rsplit_once('-') else { return false };
    matches!(ending, "js" | "wasm" | "css")
        && hash.len() == 16
        && hash.bytes().all(|it| it.is_ascii_hexdigit())
}

/// A vendored package with its version in the path, such as `vendor/leaflet-1.9.4/leaflet.js`.
fn is_versioned(name: &str) -> bool {
    let Some(package) = name.strip_prefix("vendor/").and_then(|it| it.split_once('/')).map(|it| it.0) else {
        return false;
    };
    let Some((_, version)) = package.rsplit_once('-') else { return false };
    let parts: Vec<&str> = version.split('.').collect();
    parts.len() == 3 && parts.iter().all(|it| !it.is_empty() && it.bytes().all(|it| it.is_ascii_digit()))
}

/// A version of the widget that is never changed again, such as `widget/v1.4/0123456789abcdef.js`.
pub(super) fn is_widget_version(name: &str) -> bool {
    let Some((folder, file)) = name.strip_prefix("widget/v").and_then(|it| it.split_once('/')) else {
        return false;
    };
    let parts: Vec<&str> = folder.split('.').collect();
    parts.len() > 1
        && !file.is_empty()
        && parts.iter().all(|it| !it.is_empty() && it.bytes().all(|it| it.is_ascii_alphanumeric()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_say_how_long_a_file_keeps() {
        for (name, expected) in [
            ("milkrun-portal-0123456789abcdef.js", FOREVER),
            ("milkrun-portal-0123456789abcdef_bg.wasm", FOREVER),
            ("milkrun-portal-day-plan-0123456789abcdef.wasm", FOREVER),
            ("portal-0123456789abcdef.css", FOREVER),
            ("portal-0123456789abcdeg.css", ALWAYS_ASK),
            ("portal-0123456789abcde.css", ALWAYS_ASK),
            ("vendor/leaflet-1.9.4/leaflet.js", FOREVER),
            ("vendor/leaflet-1.9.4/images/marker.png", FOREVER),
            ("vendor/leaflet/leaflet.js", ALWAYS_ASK),
            ("vendor/leaflet-next/leaflet.js", ALWAYS_ASK),
            ("worker.js", ALWAYS_ASK),
            ("widget/v1.js", EVERGREEN),
            ("widget/frame.js", EVERGREEN),
            ("widget/v1.4/0123456789abcdef.js", FOREVER),
            ("widget/v1.4.2/core_bg.wasm", FOREVER),
            ("widget/v1.4/languages/de.json", FOREVER),
            ("widget/v1/core.js", ALWAYS_ASK),
            ("widget/v1./core.js", ALWAYS_ASK),
            ("widget/manifest.json", ALWAYS_ASK),
            ("widget/core.js", ALWAYS_ASK),
            ("widget/core-0123456789abcdef_bg.wasm", FOREVER),
        ] {
            assert_eq!(cache_control(name), expected, "{name}");
        }
    }
}
