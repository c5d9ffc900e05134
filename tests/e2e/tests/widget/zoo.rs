//! The page zoo: what merchants' pages are like, kind by kind, and how the widget must run on each.

use serde_json::Value;

use crate::shop::Page;

/// How a widget came to run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// In the page itself.
    Inline,
    /// In a frame of the portal.
    Frame,
    /// Not at all: what the merchant wrote inside the element stands there.
    Slot,
}

/// A page and the ways that are right on it.
pub(crate) struct Case {
    pub(crate) page: Page,
    pub(crate) ways: &'static [Way],
}

const INLINE: &[Way] = &[Way::Inline];
const FRAME: &[Way] = &[Way::Frame];
const SLOT: &[Way] = &[Way::Slot];

const WIDGET: &str = "<milkrun-track><a href='/help'>Ask us</a></milkrun-track>";

/// Every page for a portal's address and the manifest of its widget.
pub(crate) fn cases(portal: &str, manifest: &Value) -> Vec<Case> {
    let script = format!("<script async src='{portal}/widget/v1.js' data-site='zoo'></script>");
    let pinned = format!(
        "<script async crossorigin src='{portal}/widget/{}' integrity='{}' data-site='zoo'></script>",
        manifest["loader"].as_str().unwrap_or_default(),
        manifest["integrity"].as_str().unwrap_or_default(),
    );
    let modern = |head: &str, body: &str| {
        format!(
            "<!doctype html><html lang='en'><meta charset='utf-8'><title>Zoo</title>{head}<body>{body}</body></html>"
        )
    };
    let plain = modern(&script, WIDGET);
    let mut cases = Vec::new();
    let mut add = |name: &'static str, ways, headers: &[(&'static str, String)], html: String| {
        cases.push(Case { page: Page { name, headers: headers.to_vec(), html }, ways });
    };
    let policy = |text: String| [("content-security-policy", text)];

    add("plain", INLINE, &[], plain.clone());
    add("pinned", INLINE, &[], modern(&pinned, WIDGET));
    let module = format!("<script type='module' src='{portal}/widget/v1.mjs?site=zoo'></script>");
    add("module", INLINE, &[], modern(&module, WIDGET));
    let package = format!(
        "<script type='module'>import {{ define }} from '{portal}/widget/npm/index.js'; \
         define({{ portal: '{portal}/', site: 'zoo' }})</script>"
    );
    add("package", INLINE, &[], modern(&package, WIDGET));

    // Content security policies, from the usual to the hopeless.
    add(
        "csp-hosts",
        INLINE,
        &policy(format!("default-src 'none'; script-src {portal} 'wasm-unsafe-eval'; connect-src {portal}")),
        plain.clone(),
    );
    add(
        "csp-no-wasm",
        FRAME,
        &policy(format!("default-src 'none'; script-src {portal}; connect-src {portal}; frame-src {portal}")),
        plain.clone(),
    );
    add(
        "csp-strict-dynamic",
        INLINE,
        &policy(format!(
            "default-src 'none'; script-src 'nonce-abc123' 'strict-dynamic' 'wasm-unsafe-eval'; connect-src {portal}"
        )),
        modern(&script.replace("<script", "<script nonce='abc123'"), WIDGET),
    );
    add(
        "csp-no-connect",
        FRAME,
        &policy(format!("default-src 'none'; script-src {portal} 'wasm-unsafe-eval'; frame-src {portal}")),
        plain.clone(),
    );
    add("csp-script-only", SLOT, &policy(format!("default-src 'none'; script-src {portal}")), plain.clone());
    add(
        "trusted-types",
        INLINE,
        &policy("require-trusted-types-for 'script'; trusted-types 'none'".to_owned()),
        plain.clone(),
    );
    add(
        "require-sri",
        INLINE,
        &[("integrity-policy", "blocked-destinations=(script)".to_owned())],
        modern(&pinned, WIDGET),
    );
    add("sandboxed", SLOT, &policy("sandbox allow-scripts".to_owned()), plain);
    add(
        "isolated",
        INLINE,
        &[
            ("cross-origin-embedder-policy", "require-corp".to_owned()),
            ("cross-origin-opener-policy", "same-origin".to_owned()),
        ],
        modern(&script.replace("async", "async crossorigin"), WIDGET),
    );

    // Documents of all ages and tempers.
    let old = "<!DOCTYPE HTML PUBLIC \"-//W3C//DTD HTML 3.2 Final//EN\"><html><head><title>Zoo</title>";
    add(
        "old-doctype",
        INLINE,
        &[],
        format!(
            "{old}</head><body bgcolor=white><center><font size=2>{WIDGET}</font></center>{script}</body></html>"
        ),
    );
    let hostile = "<style>
        * { all: unset !important; font-size: 7px !important; visibility: collapse }
        div, form, p, ol, li { display: none !important; position: fixed !important; float: left !important }
        input, button { width: 1px !important; height: 1px !important; opacity: 0 !important }
        html { font-size: 5px } milkrun-track { all: revert; visibility: visible }
    </style>";
    add("hostile-styles", INLINE, &[], modern(&format!("{hostile}{script}"), WIDGET));
    add(
        "document-write",
        INLINE,
        &[],
        modern(
            "",
            &format!(
                "<script>document.write(\"{}\"); document.write(\"<milkrun-track></milkrun-track>\")</script>",
                script.replace("</script>", "<\\/script>")
            ),
        ),
    );
    add(
        "no-page-change",
        INLINE,
        &[],
        modern(
            &script,
            "<main></main><script>
                const main = document.querySelector('main'), state = document.documentElement.dataset;
                state.settling = 'yes';
                const show = (html) => { const it = document.createElement('section'); it.append(html); main.replaceChildren(it) };
                const widget = () => document.createElement('milkrun-track');
                setTimeout(() => { show(widget()); history.pushState(0, '', '#/two');
                    setTimeout(() => { show('nothing'); setTimeout(() => {
                        const it = widget(); show(it); const other = document.createElement('aside');
                        main.append(other); setTimeout(() => { other.append(it); delete state.settling }, 100) }, 50) }, 50) }, 50);
            </script>",
        ),
    );
    let many = "<milkrun-track></milkrun-track>".repeat(20);
    add("twenty", INLINE, &[], modern(&format!("{script}{script}"), &many));
    add(
        "shadow-in-shadow",
        INLINE,
        &[],
        modern(
            &script,
            "<x-outer></x-outer><script>
                customElements.define('x-inner', class extends HTMLElement { connectedCallback() {
                    this.attachShadow({ mode: 'open' }).append(document.createElement('milkrun-track')) } });
                customElements.define('x-outer', class extends HTMLElement { connectedCallback() {
                    this.attachShadow({ mode: 'open' }).append(document.createElement('x-inner')) } });
            </script>",
        ),
    );
    add(
        "right-to-left",
        INLINE,
        &[],
        modern(&script, WIDGET).replace("<html lang='en'>", "<html lang='ar' dir='rtl'>"),
    );
    add(
        "asked-for-a-frame",
        FRAME,
        &[],
        modern(&script, "<milkrun-track mode='frame'>Ask us</milkrun-track>"),
    );
    let early = "<script>window.milkrun = [() => document.documentElement.dataset.early = 'yes']</script>";
    add("early-calls", INLINE, &[], modern(&format!("{early}{script}"), WIDGET));
    cases
}
