//! The page's own links to the portal's script and main module, which trunk wrote for the uncut ones.

use anyhow::{Context, Result, bail};
use base64::{Engine, prelude::BASE64_STANDARD};
use sha2::{Digest, Sha384};

use crate::project::PORTAL;

/// The page with links to the files of this hash, their integrity reckoned anew, and without links to snippets, which
/// are in the script.
pub(super) fn with_portal(html: &str, hash: &str, script: &[u8], main: &[u8]) -> Result<String> {
    let mark = format!("/{PORTAL}-");
    let old = html.split(mark.as_str()).nth(1).and_then(|it| it.split(".js").next());
    let old = old.context("trunk's page names no script of the portal")?;
    let (old, new) = (format!("{mark}{old}"), format!("{mark}{hash}"));
    let mut page = String::new();
    let mut replaced = 0;
    for (at, piece) in html.split("<link ").enumerate() {
        let (tag, rest) = if at == 0 { ("", piece) } else { piece.split_at(piece.find('>').unwrap_or(0)) };
        let bytes = if tag.contains(&format!("{old}.js")) {
            Some(script)
        } else if tag.contains(&format!("{old}_bg.wasm")) {
            Some(main)
        } else {
            None
        };
        if tag.contains("=/snippets/") {
            page.push_str(&rest['>'.len_utf8()..]);
            continue;
        }
        if at > 0 {
            page.push_str("<link ");
        }
        match bytes {
            Some(bytes) => {
                replaced += 1;
                page.push_str(&with_integrity(tag, bytes)?);
            }
            None => page.push_str(tag),
        }
        page.push_str(rest);
    }
    if replaced != 2 {
        bail!("trunk's page has {replaced} links to the portal's script and main module instead of 2");
    }
    Ok(page.replace(&old, &new))
}

/// A tag whose attribute `integrity` is that of these bytes.
fn with_integrity(tag: &str, bytes: &[u8]) -> Result<String> {
    let (before, after) = tag.split_once("sha384-").context("trunk's links have no integrity any more")?;
    let length = after.find(|it: char| !(it.is_ascii_alphanumeric() || "+/=".contains(it)));
    let rest = &after[length.unwrap_or(after.len())..];
    Ok(format!("{before}sha384-{}{rest}", BASE64_STANDARD.encode(Sha384::digest(bytes))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_and_their_integrity_follow_the_files() {
        let html = "<head><link href=/a-1.css integrity=sha384-AAA rel=stylesheet>\
            <script type=module>import init from '/milkrun-portal-01.js';init('/milkrun-portal-01_bg.wasm')</script>\
            <link href=/milkrun-portal-01.js integrity=sha384-BBB rel=modulepreload>\
            <link href=/snippets/milkrun-portal-9/x.js integrity=sha384-CCC rel=modulepreload>\
            <link href=/milkrun-portal-01_bg.wasm integrity=sha384-DD/+ rel=preload></head>";
        // The hashes are those of `printf script | openssl dgst -sha384 -binary | base64`, and of `main`.
        let want = "<head><link href=/a-1.css integrity=sha384-AAA rel=stylesheet>\
            <script type=module>import init from '/milkrun-portal-ff.js';init('/milkrun-portal-ff_bg.wasm')</script>\
            <link href=/milkrun-portal-ff.js integrity=sha384-SCRIPT rel=modulepreload>\
            <link href=/milkrun-portal-ff_bg.wasm integrity=sha384-MAIN rel=preload></head>";
        let want = want.replace("SCRIPT", SCRIPT).replace("MAIN", MAIN);
        assert_eq!(with_portal(html, "ff", b"script", b"main").unwrap(), want);
        assert!(with_portal("<head></head>", "ff", b"", b"").is_err());
        assert!(with_portal(&html.replace("sha384-BBB", ""), "ff", b"", b"").is_err());
    }

    const SCRIPT: &str = "6ue5d2QaPwlaMGhNVnY+j4dug2fnmrD4zxJxcL2G/+on/gwRUMV5t16bKlY1s8CK";
    const MAIN: &str = "Tx4mF1AISYMmq79GWyYsGtXNURgUxrs2ngn6q7e2iDBo+zHZ+PvuRyect7/PNgdL";
}
