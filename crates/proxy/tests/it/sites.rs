//! Merchants' sites: set up in the portal, obeyed at once, and never a way into a header.

use serde_json::{Value, json};

use crate::harness::{Proxy, reply};
use crate::people::join;

const FILE: &str = "[[sites]]\nkey = \"file\"\norigins = [\"https://file.example\"]";

pub(crate) fn settings() -> Value {
    json!({"name": "Shop", "origins": ["https://shop.example"], "lookups": ["number", "order"]})
}

/// A new site with these settings over the usual ones: its key.
pub(crate) async fn site(proxy: &Proxy, more: &Value) -> String {
    let mut settings = settings();
    for (name, value) in more.as_object().unwrap() {
        settings[name] = value.clone();
    }
    let (status, site) = reply(proxy.post("sites").json(&settings)).await;
    assert_eq!(status, 201, "{site:#}");
    site["key"].as_str().unwrap().to_owned()
}

async fn status_of_lookup(proxy: &Proxy, origin: &str, site: &str) -> u16 {
    let url = format!("{}/api/widget/v1/lookup?site={site}&number=1", proxy.base);
    proxy.http.get(url).header("origin", origin).send().await.unwrap().status().as_u16()
}

#[tokio::test]
async fn a_site_is_set_up_changed_and_forgotten_and_obeyed_at_once() {
    let proxy = Proxy::start(FILE).await;
    let create = || proxy.post("sites").header("idempotency-key", "site-1234").json(&settings());
    let (status, made) = reply(create()).await;
    assert_eq!(status, 201, "{made:#}");
    assert_eq!(reply(create()).await.1["key"], made["key"], "one intent is one site");
    let key = made["key"].as_str().unwrap();
    assert!(made["snippet"].as_str().unwrap().contains(&format!("data-site=\"{key}\"")));
    assert_eq!(made["snippet_pinned"], "", "the build has no manifest");
    assert_eq!(status_of_lookup(&proxy, "https://shop.example", key).await, 200);
    assert_eq!(status_of_lookup(&proxy, "https://new.example", key).await, 403);

    let (_, list) = reply(proxy.get("sites")).await;
    let fixed: Vec<_> = list["sites"].as_array().unwrap().iter().map(|it| it["fixed"] == true).collect();
    assert_eq!(fixed, [true, false]);
    let read = proxy.get(&format!("sites/{key}")).send().await.unwrap();
    let tag = read.headers()["etag"].to_str().unwrap().to_owned();
    let mut changed = settings();
    changed["origins"] = json!(["https://New.example/"]);
    let change = |tag: &str| proxy.put(&format!("sites/{key}")).header("if-match", tag).json(&changed);
    let (status, site) = reply(change(&tag)).await;
    assert_eq!((status, &site["settings"]["origins"]), (200, &json!(["https://new.example"])));
    assert_eq!(reply(change(&tag)).await.0, 412, "the tag is of the time before");
    assert_eq!(status_of_lookup(&proxy, "https://shop.example", key).await, 403);
    assert_eq!(status_of_lookup(&proxy, "https://new.example", key).await, 200);

    assert_eq!(reply(proxy.put("sites/file").json(&changed)).await.1["type"], "site-fixed");
    assert_eq!(reply(proxy.delete("sites/file")).await.0, 409);
    assert_eq!(reply(proxy.delete(&format!("sites/{key}"))).await.0, 204);
    assert_eq!(reply(proxy.delete(&format!("sites/{key}"))).await.0, 404);
    assert_eq!(status_of_lookup(&proxy, "https://new.example", key).await, 403);
    let (_, audit) = reply(proxy.get("audit")).await;
    let deeds = audit["entries"].to_string();
    for deed in ["site.create", "site.change", "site.delete"] {
        assert!(deeds.contains(deed), "{deed}");
    }
}

#[tokio::test]
async fn dispatchers_see_sites_and_owners_change_them() {
    let proxy = Proxy::start("").await;
    let key = site(&proxy, &json!({})).await;
    let (_, cookie) = join(&proxy, "dispatcher").await;
    let as_dispatcher = |request: reqwest::RequestBuilder| {
        request.header("cookie", &cookie).header("x-requested-by", "milkrun-portal")
    };
    let url = |path: &str| format!("{}/api/v1/{path}", proxy.base);
    assert_eq!(reply(as_dispatcher(proxy.http.get(url("sites")))).await.0, 200);
    let change = proxy.http.put(url(&format!("sites/{key}"))).json(&settings());
    assert_eq!(reply(as_dispatcher(change)).await.0, 403);
    assert_eq!(reply(as_dispatcher(proxy.http.post(url("sites")).json(&settings()))).await.0, 403);
    assert_eq!(reply(as_dispatcher(proxy.http.delete(url(&format!("sites/{key}"))))).await.0, 403);
}

#[tokio::test]
async fn what_could_break_a_header_is_refused_by_its_place() {
    let proxy = Proxy::start("").await;
    for (field, value, pointer) in [
        ("origins", json!(["https://a.example", "https://b.example; script-src *"]), "/origins/1"),
        ("origins", json!(["https://a.example\r\nset-cookie: a=b"]), "/origins/0"),
        ("origins", json!(["https://a.example https://b.example"]), "/origins/0"),
        ("origins", json!(["*"]), "/origins/0"),
        ("origins", json!(["null"]), "/origins/0"),
        ("origins", json!([]), "/origins"),
        ("accent", json!("red;}body{display:none"), "/accent"),
        ("time_zone", json!("Mars/Base"), "/time_zone"),
        ("lookups", json!(["everything"]), "/lookups"),
    ] {
        let mut asked = settings();
        asked[field] = value;
        let (status, problem) = reply(proxy.post("sites").json(&asked)).await;
        assert_eq!((status, &problem["errors"][0]["pointer"]), (422, &json!(pointer)), "{asked:#}");
    }
    assert_eq!(reply(proxy.get("sites")).await.1["sites"], json!([]));
}

#[tokio::test]
async fn the_frame_may_stand_on_the_sites_pages_and_nowhere_else() {
    let proxy = Proxy::start("").await;
    let key = site(&proxy, &json!({"origins": ["https://shop.example", "https://www.shop.example"]})).await;
    let url = format!("{}/widget/frame?site={key}&number=%22%3E%3Cscript%3E&onload=x&theme=dark", proxy.base);
    let page = proxy.http.get(url).send().await.unwrap();
    assert_eq!(page.status(), 200);
    let policy = page.headers()["content-security-policy"].to_str().unwrap().to_owned();
    assert!(policy.ends_with("frame-ancestors https://shop.example https://www.shop.example"), "{policy}");
    assert_eq!(page.headers()["cross-origin-resource-policy"], "cross-origin");
    let text = page.text().await.unwrap();
    let nonce = policy.split("'nonce-").nth(1).unwrap().split('\'').next().unwrap();
    assert!(
        text.contains(&format!(
            "<script nonce=\"{nonce}\" defer src=\"/widget/frame.js\" data-site=\"{key}\""
        ))
    );
    assert!(text.contains("theme=\"dark\"") && !text.contains("onload") && !text.contains("\"><script>"));
    let missing = proxy.http.get(format!("{}/widget/frame?site=none", proxy.base)).send().await.unwrap();
    assert_eq!(missing.status(), 404);
    assert!(
        missing.headers()["content-security-policy"].to_str().unwrap().contains("frame-ancestors 'none'")
    );
}

#[tokio::test]
async fn the_widget_reads_how_it_looks_and_keeps_it() {
    let proxy = Proxy::start("").await;
    let key = site(&proxy, &json!({"accent": "#AA0000", "theme": "dark", "languages": ["de"]})).await;
    let ask = |origin: &str| {
        let url = format!("{}/api/widget/v1/site?site={key}", proxy.base);
        proxy.http.get(url).header("origin", origin)
    };
    let first = ask("https://shop.example").send().await.unwrap();
    assert_eq!(first.headers()["cache-control"], "public, max-age=300");
    assert_eq!(first.headers()["access-control-allow-origin"], "https://shop.example");
    let tag = first.headers()["etag"].to_str().unwrap().to_owned();
    let look: Value = first.json().await.unwrap();
    assert_eq!(look["look"], json!({"theme": "dark", "accent": "#aa0000", "radius": ""}));
    assert_eq!((&look["languages"], &look["lookups"]), (&json!(["de"]), &json!(["number", "order"])));
    let again = ask("https://shop.example").header("if-none-match", &tag).send().await.unwrap();
    assert_eq!(again.status(), 304);
    assert_eq!(again.headers()["access-control-allow-origin"], "https://shop.example");
    let foreign = ask("https://evil.example").send().await.unwrap();
    assert_eq!(foreign.status(), 403);
}

#[tokio::test]
async fn the_pinned_tag_names_the_builds_hash() {
    let proxy = Proxy::start(FILE).await;
    let widget = proxy.folder.0.join("dist/widget");
    std::fs::create_dir_all(&widget).unwrap();
    let manifest = json!({"version": "v1.0", "loader": "v1.0/abc.js", "integrity": "sha384-AAAA+/=="});
    std::fs::write(widget.join("manifest.json"), manifest.to_string()).unwrap();
    let pinned = reply(proxy.get("sites/file")).await.1["snippet_pinned"].as_str().unwrap().to_owned();
    assert!(
        pinned.contains("/widget/v1.0/abc.js\" integrity=\"sha384-AAAA+/==\" crossorigin=\"anonymous\""),
        "{pinned}"
    );
    std::fs::write(widget.join("manifest.json"), r#"{"loader": "\"><script>", "integrity": "x"}"#).unwrap();
    assert_eq!(reply(proxy.get("sites/file")).await.1["snippet_pinned"], "");
}

/// The conditions of RFC 9110 on what is read and on what is changed.
#[tokio::test]
async fn conditions_are_kept() {
    let proxy = Proxy::start("").await;
    let key = site(&proxy, &json!({})).await;
    let path = format!("sites/{key}");
    let first = proxy.get(&path).send().await.unwrap();
    let tag = first.headers()["etag"].to_str().unwrap().to_owned();
    let length = first.bytes().await.unwrap().len();
    for (known, expected) in [
        (tag.clone(), 304),
        (format!("W/{tag}"), 304),
        (format!("\"x,y\", {tag}"), 304),
        ("*".to_owned(), 304),
        ("\"other\"".to_owned(), 200),
        (tag.replace('"', ""), 200),
    ] {
        let reply = proxy.get(&path).header("if-none-match", &known).send().await.unwrap();
        assert_eq!(reply.status(), expected, "{known}");
        assert_eq!(reply.headers()["etag"], tag.as_str());
        assert_eq!(reply.headers()["cache-control"], "private, no-cache");
        assert_eq!(reply.bytes().await.unwrap().is_empty(), expected == 304, "{known}");
    }
    let url = format!("{}/api/v1/{path}", proxy.base);
    let cookie = proxy.sign_in().await;
    let head = proxy.http.head(&url).header("cookie", cookie).send().await.unwrap();
    assert_eq!((head.status().as_u16(), &head.headers()["etag"]), (200, &tag.parse().unwrap()));
    assert_eq!(
        head.headers()["content-length"],
        length.to_string().as_str(),
        "as long as what GET would send"
    );

    let put =
        |name: &'static str, value: String| reply(proxy.put(&path).header(name, value).json(&settings()));
    for (name, value) in [
        ("if-match", format!("W/{tag}")),
        ("if-match", "\"other\"".to_owned()),
        ("if-match", "nonsense".to_owned()),
        ("if-none-match", "*".to_owned()),
        ("if-none-match", tag.clone()),
    ] {
        let (status, problem) = put(name, value.clone()).await;
        assert_eq!((status, &problem["type"]), (412, &json!("changed-meanwhile")), "{name}: {value}");
    }
    assert_eq!(put("if-match", format!("\"other\", {tag}")).await.0, 200);
    assert_eq!(put("if-match", "*".to_owned()).await.0, 200);
    assert_eq!(put("if-none-match", "\"other\"".to_owned()).await.0, 200);
    let missing = proxy.put("sites/nothing").header("if-match", "*").json(&settings());
    assert_eq!(reply(missing).await.0, 404, "what would fail anyhow fails for its own reason");

    let look = proxy.http.get(format!("{}/api/widget/v1/site?site={key}", proxy.base));
    let look = look.header("origin", "https://shop.example");
    let shown = look.try_clone().unwrap().send().await.unwrap();
    let known = shown.headers()["etag"].clone();
    let again = look.header("if-none-match", known).send().await.unwrap();
    assert_eq!(again.status(), 304);
    assert_eq!(again.headers()["access-control-allow-origin"], "https://shop.example");
}
