//! The built portal, as browsers ask for it.

use std::path::Path;

use reqwest::header::HeaderMap;

use crate::harness::Proxy;

const HASHED: &str = "portal-0123456789abcdef_bg.wasm";

async fn proxy() -> Proxy {
    let proxy = Proxy::start("").await;
    let dist = proxy.folder.0.join("dist");
    let write = |name: &str, bytes: &str| {
        let place = dist.join(name);
        std::fs::create_dir_all(place.parent().unwrap_or(Path::new("/"))).unwrap();
        std::fs::write(place, bytes).unwrap();
    };
    write("index.html", "<script nonce=\"{{__TRUNK NONCE__}}\"></script>");
    for (ending, bytes) in [("", "plain"), (".br", "brotli"), (".gz", "gzip")] {
        write(&format!("{HASHED}{ending}"), bytes);
    }
    write("solver-worker.js", "worker");
    write("widget/v1.js", "loader");
    std::fs::write(proxy.folder.0.join("secret.txt"), "hush").unwrap();
    proxy
}

async fn get(proxy: &Proxy, path: &str, headers: &[(&'static str, &str)]) -> (u16, HeaderMap, String) {
    let mut request = proxy.http.get(format!("{}{path}", proxy.base));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let reply = request.send().await.unwrap();
    (reply.status().as_u16(), reply.headers().clone(), reply.text().await.unwrap())
}

fn header<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    headers.get(name).map_or("", |it| it.to_str().unwrap())
}

#[tokio::test]
async fn the_page_carries_a_nonce_of_its_own_each_time() {
    let proxy = proxy().await;
    let mut nonces = Vec::new();
    for path in ["/", "/index.html", "/plan/2026-11-22"] {
        let (status, headers, body) = get(&proxy, path, &[("accept", "text/html,*/*")]).await;
        assert_eq!(status, 200, "{path}");
        let nonce = body.split('"').nth(1).unwrap().to_owned();
        let policy = header(&headers, "content-security-policy");
        assert!(
            policy.contains(&format!("script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval';")),
            "{policy}"
        );
        assert!(
            policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"),
            "{policy}"
        );
        assert!(!policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"), "{policy}");
        assert_eq!(header(&headers, "cache-control"), "no-cache");
        assert_eq!(header(&headers, "x-content-type-options"), "nosniff");
        assert_eq!(header(&headers, "cross-origin-opener-policy"), "same-origin");
        nonces.push(nonce);
    }
    nonces.sort();
    nonces.dedup();
    assert_eq!(nonces.len(), 3);
}

#[tokio::test]
async fn files_come_in_the_form_the_browser_takes() {
    let proxy = proxy().await;
    let path = format!("/{HASHED}");
    for (accepts, encoding, expected) in [
        ("gzip, deflate, br", "br", "brotli"),
        ("gzip", "gzip", "gzip"),
        ("br;q=0, gzip;q=0", "", "plain"),
        ("identity", "", "plain"),
    ] {
        let (status, headers, body) = get(&proxy, &path, &[("accept-encoding", accepts)]).await;
        assert_eq!((status, body.as_str()), (200, expected), "{accepts}");
        assert_eq!(header(&headers, "content-encoding"), encoding);
        assert_eq!(header(&headers, "content-type"), "application/wasm");
        assert_eq!(header(&headers, "cache-control"), "public, max-age=31536000, immutable");
        assert_eq!(header(&headers, "vary"), "accept-encoding");
        let tag = header(&headers, "etag").to_owned();
        let again = [("accept-encoding", accepts), ("if-none-match", tag.as_str())];
        let (status, headers, body) = get(&proxy, &path, &again).await;
        assert_eq!((status, body.as_str(), header(&headers, "etag")), (304, "", tag.as_str()));
    }
}

#[tokio::test]
async fn a_new_build_is_seen_at_once() {
    let proxy = proxy().await;
    let (_, before, _) = get(&proxy, "/solver-worker.js", &[]).await;
    assert_eq!(header(&before, "cache-control"), "no-cache");
    std::fs::write(proxy.folder.0.join("dist/solver-worker.js"), "worker two").unwrap();
    let (_, after, body) = get(&proxy, "/solver-worker.js", &[]).await;
    assert_eq!(body, "worker two");
    assert_ne!(header(&before, "etag"), header(&after, "etag"));
    assert!(header(&after, "content-security-policy").contains("'wasm-unsafe-eval'"));
}

#[tokio::test]
async fn the_widgets_files_are_for_everybody_and_the_others_are_not() {
    let proxy = proxy().await;
    let (_, headers, _) = get(&proxy, "/widget/v1.js", &[("origin", "https://shop.example")]).await;
    assert_eq!(header(&headers, "access-control-allow-origin"), "*");
    assert_eq!(header(&headers, "cross-origin-resource-policy"), "cross-origin");
    assert_eq!(header(&headers, "cache-control"), "public, max-age=300, stale-while-revalidate=604800");
    let (_, headers, _) = get(&proxy, "/solver-worker.js", &[("origin", "https://shop.example")]).await;
    assert_eq!(header(&headers, "access-control-allow-origin"), "");
    assert_eq!(header(&headers, "cross-origin-resource-policy"), "same-origin");
}

#[tokio::test]
async fn what_a_page_has_pinned_outlives_the_next_build() {
    let proxy = proxy().await;
    let widget = proxy.folder.0.join("dist/widget");
    let build = |version: &str, hash: &str| {
        std::fs::remove_dir_all(&widget).unwrap();
        let folder = widget.join(version);
        std::fs::create_dir_all(folder.join("words")).unwrap();
        for (name, text) in [
            (format!("{hash}.js"), hash),
            (format!("{hash}.js.br"), "packed"),
            ("words/de.json".to_owned(), hash),
        ] {
            std::fs::write(folder.join(name), text).unwrap();
        }
        std::fs::write(widget.join("v1.js"), hash).unwrap();
        std::fs::write(
            widget.join("manifest.json"),
            format!("{{\"loader\":\"{version}/{hash}.js\",\"integrity\":\"x\"}}"),
        )
        .unwrap();
    };
    build("v1.0", "old");
    // A tag is looked at, which may be copied.
    assert_eq!(proxy.get("sites").send().await.unwrap().status(), 200);
    build("v1.1", "new");
    for (path, expected) in
        [("v1.0/old.js", "old"), ("v1.0/words/de.json", "old"), ("v1.1/new.js", "new"), ("v1.js", "new")]
    {
        let (status, headers, body) =
            get(&proxy, &format!("/widget/{path}"), &[("origin", "https://shop.example")]).await;
        assert_eq!((status, body.as_str()), (200, expected), "{path}");
        assert_eq!(header(&headers, "access-control-allow-origin"), "*", "{path}");
        let forever = header(&headers, "cache-control").contains("immutable");
        assert_eq!(forever, path != "v1.js", "{path}");
    }
    let (_, headers, body) = get(&proxy, "/widget/v1.0/old.js", &[("accept-encoding", "br")]).await;
    assert_eq!((header(&headers, "content-encoding"), body.as_str()), ("br", "packed"));
    // Only what stands under a version is kept, and only that is looked for there.
    std::fs::write(proxy.folder.0.join("data/released/widget/v1.mjs"), "x").unwrap();
    for path in ["/widget/v1.mjs", "/widget/v1.0/../../../hush", "/widget/v1.0/none.js"] {
        assert_eq!(get(&proxy, path, &[]).await.0, 404, "{path}");
    }
    // What was kept once stays as it was, also for a proxy that starts later and knows only the newest build.
    std::fs::create_dir_all(widget.join("v1.0")).unwrap();
    std::fs::write(widget.join("v1.0/old.js"), "another").unwrap();
    std::fs::write(widget.join("manifest.json"), "{}").unwrap();
    assert_eq!(proxy.get("sites").send().await.unwrap().status(), 200);
    std::fs::remove_dir_all(&widget).unwrap();
    let (listener, _) = crate::harness::listener().await;
    let proxy = Proxy::start_at(listener, "", proxy.kill()).await;
    assert_eq!(get(&proxy, "/widget/v1.0/old.js", &[]).await.2, "old");
}

#[tokio::test]
async fn what_is_not_there_is_not_the_page() {
    let proxy = proxy().await;
    for path in [
        "/missing.js",
        "/widget/missing",
        "/%2e%2e/secret.txt",
        "/..%2fsecret.txt",
        "/api/v2/x",
        "/webhooks/x",
    ] {
        let (status, headers, body) = get(&proxy, path, &[("accept", "text/html")]).await;
        assert_eq!(status, 404, "{path}");
        assert_eq!(header(&headers, "content-type"), "application/problem+json", "{path}");
        assert!(!body.contains("hush"));
    }
    let (status, _, _) = get(&proxy, "/plan", &[("accept", "application/json")]).await;
    assert_eq!(status, 404, "a program's request is no navigation");
    let reply = proxy.http.post(format!("{}/plan", proxy.base)).send().await.unwrap();
    assert_eq!(reply.status(), 405);
}
