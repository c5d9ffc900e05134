//! What the widget withstands: pages that are not the shop's, messages of others, files that were changed, haste.

use std::path::Path;
use std::time::{Duration, Instant};

use milkrun_e2e::{Browser, Servers, TemporaryFolder, ports::free_address};
use serde_json::{Value, json};

use crate::shop::{Page, Shop};
use crate::tab::Tab;
use crate::zoo::Way;
use crate::{DELIVERED, TRANSIT, Zoo, page};

#[tokio::test(flavor = "multi_thread")]
async fn who_asks_too_often_is_told_to_wait_and_may_go_on_later() {
    let limits = "per_second = 0.5\nburst = 3.0\n";
    let zoo =
        Zoo::start_with(limits, |portal| vec![page(portal, "haste", "<milkrun-track></milkrun-track>")])
            .await;
    let tab = Tab(zoo.journey.browser.driver());
    tab.open(&zoo.shop.page("haste")).await.unwrap();
    let mut answers = Vec::new();
    for _ in 0..6 {
        let (event, detail) = tab.track(json!(TRANSIT)).await.unwrap();
        answers.push(if event == "result" {
            "result".to_owned()
        } else {
            detail["reason"].as_str().unwrap().to_owned()
        });
    }
    assert_eq!((answers[0].as_str(), answers[5].as_str()), ("result", "busy"), "{answers:?}");
    tab.until("root.querySelector('#status').innerText.includes('Try again in a minute')").await.unwrap();
    assert_eq!(tab.say("root.querySelector('#answer').childElementCount + getComputedStyle(root.querySelector('#input')).opacity").await.unwrap(), json!("01"));

    // The page without a script says the same, and when to come back.
    let url = format!("{}/t?site=zoo&number={TRANSIT}&lang=en", zoo.journey.servers.portal());
    let refused = reqwest::get(&url).await.unwrap();
    assert_eq!(refused.status(), 429);
    assert!(refused.headers()["retry-after"].to_str().unwrap().parse::<u32>().is_ok_and(|it| it > 0));
    assert!(refused.text().await.unwrap().contains("Too many lookups just now"));

    // Who waits is answered again.
    tokio::time::sleep(Duration::from_secs(6)).await;
    assert_eq!(tab.track(json!(TRANSIT)).await.unwrap().0, "result");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_forbids_everything_shows_at_once_what_the_merchant_wrote() {
    let zoo = Zoo::start(|portal| {
        let mut it = page(
            portal,
            "forbidding",
            "<milkrun-track mode='frame'><a href='/help'>Ask us</a></milkrun-track>",
        );
        it.headers = vec![("content-security-policy", format!("frame-src 'none'; script-src {portal}"))];
        let mut only_reports = it.clone();
        only_reports.name = "reporting";
        only_reports.headers[0].0 = "content-security-policy-report-only";
        vec![it, only_reports]
    })
    .await;
    let tab = Tab(zoo.journey.browser.driver());
    let ask = async |name: &str| {
        tab.open(&zoo.shop.page(name)).await.unwrap();
        let started = Instant::now();
        let (_, detail) = tab.track(json!(DELIVERED)).await.unwrap();
        (tab.way().await.unwrap(), detail, started.elapsed())
    };
    let (way, detail, took) = ask("forbidding").await;
    assert_eq!((way, &detail["reason"]), (Way::Slot, &json!("refused")));
    assert!(took < Duration::from_secs(2), "the shopper waits {took:?} for a link");
    // A policy that only reports forbids nothing.
    assert_eq!(ask("reporting").await.0, Way::Frame);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_probe_is_all_that_a_policy_without_webassembly_hears_of() {
    let zoo = Zoo::start(|portal| {
        let heard = "<script nonce='abc123'>
            window.heard = [];
            addEventListener('securitypolicyviolation', (event) => heard.push(event.blockedURI));
        </script>";
        let of = |name, element: &str| {
            let mut it = page(portal, name, element);
            it.html = it.html.replacen("<script", &format!("{heard}<script"), 1);
            let policy = format!("script-src 'nonce-abc123' {portal}");
            it.headers = vec![("content-security-policy", policy)];
            it
        };
        vec![
            of("probing", "<milkrun-track></milkrun-track>"),
            of("framed", "<milkrun-track mode='frame'></milkrun-track>"),
        ]
    })
    .await;
    let tab = Tab(zoo.journey.browser.driver());
    for (name, expected) in [("probing", json!(["wasm-eval"])), ("framed", json!([]))] {
        tab.open(&zoo.shop.page(name)).await.unwrap();
        assert_eq!(tab.track(json!(DELIVERED)).await.unwrap().0, "result", "{name}");
        assert_eq!(tab.way().await.unwrap(), Way::Frame, "{name}");
        assert_eq!(tab.say("window.heard").await.unwrap(), expected, "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_without_webassembly_shows_the_way_to_the_portals_pages() {
    let zoo = Zoo::start(|portal| {
        vec![page(
            portal,
            "lockdown",
            &format!(
                "<milkrun-track><a href='{portal}/t?site=zoo&number={DELIVERED}'>Track</a></milkrun-track>"
            ),
        )]
    })
    .await;
    let browser = &zoo.journey.browser;
    browser.forbid_webassembly().await.unwrap();
    let tab = Tab(browser.driver());
    tab.open(&zoo.shop.page("lockdown")).await.unwrap();
    let started = Instant::now();
    let (_, detail) = tab.track(json!(DELIVERED)).await.unwrap();
    assert_eq!((tab.way().await.unwrap(), &detail["reason"]), (Way::Slot, &json!("refused")));
    assert!(started.elapsed() < Duration::from_secs(8), "{:?}", started.elapsed());
    browser.click("milkrun-track a").await.unwrap();
    assert!(browser.text("main").await.unwrap().contains(DELIVERED));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_no_merchant_reads_nothing() {
    let zoo = Zoo::start(|_| Vec::new()).await;
    let portal = zoo.journey.servers.portal();
    let pages = ["inline", "frame"]
        .map(|mode| page(&portal, mode, &format!("<milkrun-track mode='{mode}'>Ask us</milkrun-track>")));
    let stranger = Shop::open(free_address().unwrap(), &pages).await.unwrap();
    let tab = Tab(zoo.journey.browser.driver());

    // The script alone is everybody's; no answer is.
    tab.open(&stranger.page("inline")).await.unwrap();
    let (event, _) = tab.track(json!(DELIVERED)).await.unwrap();
    assert_eq!(event, "error");
    let read = "const done = arguments[1]; Promise.all(['lookup?site=zoo&number=' + arguments[0], 'site?site=zoo'].map(it =>
        fetch(PORTAL + '/api/widget/v1/' + it).then(it => it.text(), () => 'refused'))).then(done)";
    let read = read.replace("PORTAL", &format!("'{portal}'"));
    let told = tab.0.execute_async(read.clone(), vec![json!(DELIVERED)]).await.unwrap().json().clone();
    assert_eq!(told, json!(["refused", "refused"]));

    // The frame does not open there, and the shopper is not kept waiting.
    tab.open(&stranger.page("frame")).await.unwrap();
    let started = Instant::now();
    let (_, detail) = tab.track(json!(DELIVERED)).await.unwrap();
    assert_eq!((tab.way().await.unwrap(), &detail["reason"]), (Way::Slot, &json!("refused")));
    assert!(started.elapsed() < Duration::from_secs(5), "{:?}", started.elapsed());

    // The same calls from the merchant's page are answered: the judge judges.
    tab.open(&zoo.shop.page("plain")).await.unwrap();
    let told = tab.0.execute_async(read, vec![json!(DELIVERED)]).await.unwrap().json().clone();
    assert!(told[0].as_str().unwrap().contains("delivered"), "{told}");
    // And they say nothing of the account.
    for hidden in ["1001", "aino@", "id\":"] {
        assert!(!told.to_string().contains(hidden), "{hidden} in {told}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_are_heard_from_the_right_window_and_origin_alone() {
    let zoo = Zoo::start(|_| Vec::new()).await;
    let portal = zoo.journey.servers.portal();
    let tab = Tab(zoo.journey.browser.driver());
    tab.open(&zoo.shop.page("asked-for-a-frame")).await.unwrap();
    tab.track(json!(DELIVERED)).await.unwrap();

    // To the page: a height from the frame's window and the portal's origin counts, all others do not.
    let height = async |source: &str, origin: &str, pixels: u32| {
        let script = format!(
            "const frame = root.querySelector('iframe'); dispatchEvent(new MessageEvent('message', {{ source: {source}, origin: arguments[0],
             data: {{ milkrun: 'height', value: arguments[1] }} }})); return frame.style.height"
        );
        tab.run(&script, &[json!(origin), json!(pixels)]).await.unwrap() == json!(format!("{pixels}px"))
    };
    assert!(!height("frame.contentWindow", "https://evil.example", 901).await, "another origin");
    assert!(!height("window", &portal, 902).await, "another window");
    assert!(!height("null", &portal, 903).await, "no window");
    assert!(height("frame.contentWindow", &portal, 904).await);

    // To the frame: a question from the page around it and an origin of the site counts.
    let frame = tab.0.execute(
        "return document.querySelector('milkrun-track').shadowRoot.querySelector('iframe')",
        Vec::new(),
    );
    frame.await.unwrap().element().unwrap().enter_frame().await.unwrap();
    let origin = zoo.shop.page("").trim_end_matches('/').to_owned();
    let asked = async |source: &str, origin: &str, number: &str| {
        let script = format!(
            "dispatchEvent(new MessageEvent('message', {{ source: {source}, origin: arguments[0], data: {{ milkrun: 'set', value: [['number', arguments[1]]] }} }}));
             return widget.getAttribute('number')"
        );
        tab.run(&script, &[json!(origin), json!(number)]).await.unwrap() == json!(number)
    };
    assert!(!asked("parent", "https://evil.example", "EVIL-0001").await, "another origin");
    assert!(!asked("window", &origin, "EVIL-0002").await, "the frame's own window");
    assert!(!asked("null", &origin, "EVIL-0003").await, "no window");
    assert!(asked("parent", &origin, TRANSIT).await);
    // Nothing but what a shopper may say is taken, whoever says it.
    let odd = "dispatchEvent(new MessageEvent('message', { source: parent, origin: arguments[0], data: { milkrun: 'set',
        value: [['onclick', 'x'], ['data-site', 'x'], ['style', 'x'], ['mode', 'popup']] } }));
        return ['onclick', 'style', 'mode'].some(it => widget.hasAttribute(it)) || widget.dataset.site";
    assert_eq!(tab.run(odd, &[json!(origin)]).await.unwrap(), json!("zoo"));
    tab.0.enter_default_frame().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pinned_page_runs_what_it_pinned_or_nothing() {
    // A portal of its own, whose build can be replaced.
    let folder = TemporaryFolder::new("dist").unwrap();
    let built = std::env::var_os("MILKRUN_DIST").unwrap();
    copy(Path::new(&built), folder.path());
    let address = free_address().unwrap();
    let config = format!("[[sites]]\nkey = \"zoo\"\norigins = [\"http://localhost:{}\"]\n", address.port());
    let servers = Servers::start_from(&config, folder.path()).await.unwrap();
    let portal = servers.portal();
    let manifest = reqwest::get(format!("{portal}/widget/manifest.json")).await.unwrap();
    let manifest: Value = manifest.json().await.unwrap();
    let named = |key: &str| manifest[key].as_str().unwrap().to_owned();
    let html = format!(
        "<!doctype html><html lang='en'><title>Shop</title><script async crossorigin src='{portal}/widget/{}' integrity='{}' \
         data-site='zoo'></script><body><milkrun-track>Ask us</milkrun-track></body></html>",
        named("loader"),
        named("integrity")
    );
    let shop = Shop::open(address, &[Page { name: "pinned", headers: Vec::new(), html }]).await.unwrap();
    let browser = Browser::start().await.unwrap();
    let tab = Tab(browser.driver());
    tab.0.cdp().send_raw("Network.enable", json!({})).await.unwrap();
    tab.0.cdp().send_raw("Network.setCacheDisabled", json!({ "cacheDisabled": true })).await.unwrap();
    let ask = async || {
        // The proxy looks a few times a second whether a file has changed.
        tokio::time::sleep(Duration::from_millis(500)).await;
        tab.open(&shop.page("pinned")).await.unwrap();
        let (event, _) = tab.track(json!("NOBODY-KNOWS-1")).await.unwrap();
        (tab.way().await.unwrap(), event)
    };
    assert_eq!(ask().await, (Way::Inline, "result".to_owned()));

    // The next build has other files; a merchant's page goes on with those it named.
    let widget = folder.path().join("widget");
    let versions = widget.join(named("version"));
    std::fs::rename(&versions, widget.join("away")).unwrap();
    std::fs::write(widget.join("manifest.json"), "{}").unwrap();
    assert_eq!(ask().await, (Way::Inline, "result".to_owned()));

    // Whoever changes a file behind the hash changes nothing on that page.
    std::fs::rename(widget.join("away"), &versions).unwrap();
    let change = |key: &str, more: &[u8]| {
        let file = widget.join(named(key));
        let before = std::fs::read(&file).unwrap();
        for ending in ["br", "gz"] {
            std::fs::remove_file(format!("{}.{ending}", file.display())).ok();
        }
        std::fs::write(&file, [&before, more].concat()).unwrap();
        before
    };
    let core = change("core", b"\n;window.changed = true;");
    assert_eq!(ask().await, (Way::Slot, "error".to_owned()));
    assert_eq!(tab.say("window.changed ?? null").await.unwrap(), Value::Null, "it ran");
    let load = format!(
        "const done = arguments[0]; import('{portal}/widget/{}').then(() => done(window.changed))",
        named("core")
    );
    assert_eq!(tab.0.execute_async(load, Vec::new()).await.unwrap().json(), &json!(true), "the judge judges");
    std::fs::write(widget.join(named("core")), core).unwrap();
    assert_eq!(ask().await.1, "result");
    // A section that WebAssembly ignores is a change as well.
    change("wasm", b"\0\x05\x04more");
    assert_eq!(ask().await.1, "error");
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let place = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &place);
        } else {
            std::fs::copy(entry.path(), place).unwrap();
        }
    }
}
