//! The tracking widget on every kind of page, against the real portal, in Chromium and in Firefox.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod access;
mod firefox;
mod follow;
mod look;
mod safe;
mod shop;
mod speed;
mod tab;
mod types;
mod zoo;

use milkrun_e2e::{Browser, Journey, ports::free_address, skip};
use serde_json::{Value, json};

use shop::{Page, Shop};
use tab::Tab;
use zoo::{Case, Way};

/// A parcel that the carrier has delivered, and one that is on its way, in the sandbox's words.
const DELIVERED: &str = "MR-DELIVERED-60";
const TRANSIT: &str = "MR-TRANSIT-62";
/// By whom order 1001, of two parcels, was placed.
const SHOPPER: &str = "aino@example.com";
/// One that has met with trouble.
const EXCEPTION: &str = "MR-EXCEPTION-61";

/// The portal with two known parcels, a shop that it knows, and the pages of the zoo.
struct Zoo {
    journey: Journey,
    shop: Shop,
    cases: Vec<Case>,
    languages: Vec<String>,
}

impl Zoo {
    async fn start(more: impl Fn(&str) -> Vec<Page>) -> Self {
        Self::start_with("per_second = 1000.0\nburst = 1000.0\n", more).await
    }

    /// With these limits of public lookups, behind which other settings may stand.
    async fn start_with(limits: &str, more: impl Fn(&str) -> Vec<Page>) -> Self {
        let address = free_address().unwrap();
        let config = format!(
            "[lookups]\n{limits}\n\
             [[sites]]\nkey = \"zoo\"\nname = \"Zoo\"\norigins = [\"http://localhost:{}\"]\n",
            address.port()
        );
        let journey = Journey::start(&config).await.unwrap();
        journey.track(&[DELIVERED, TRANSIT, EXCEPTION]).await.unwrap();
        let row = format!(
            "[...document.querySelectorAll('[data-test=parcel-row]')]\
             .some(row => row.innerText.includes('{DELIVERED}') && row.innerText.includes('Delivered'))"
        );
        journey.turn_clock_until(6 * 3600, &row).await.unwrap();
        let order = "return fetch('/api/v1/parcels', { method: 'POST', body: JSON.stringify({ parcels: arguments[0] }),
            headers: { 'content-type': 'application/json', 'x-requested-by': 'milkrun-portal' } }).then(it => it.status)";
        let parcel =
            |number: &str| json!({ "tracking_number": number, "order_number": "1001", "email": SHOPPER });
        let status =
            journey.browser.script(order, &[json!([parcel("MR-TRANSIT-71"), parcel("MR-TRANSIT-72")])]).await;
        assert!(
            status.unwrap().as_u64().is_some_and(|it| it < 300),
            "the portal does not take the order's parcels"
        );
        let portal = journey.servers.portal();
        let manifest = reqwest::get(format!("{portal}/widget/manifest.json")).await.unwrap();
        let manifest: Value = manifest.json().await.unwrap();
        let cases = zoo::cases(&portal, &manifest);
        let mut pages: Vec<Page> = cases.iter().map(|it| it.page.clone()).collect();
        pages.extend(more(&portal));
        let shop = Shop::open(address, &pages).await.unwrap();
        let languages =
            manifest["languages"].as_array().unwrap().iter().map(|it| it.as_str().unwrap().to_owned());
        Self { journey, shop, cases, languages: languages.collect() }
    }

    /// Opens each page and asks for a parcel; every page that does not do as it must is a sentence.
    async fn visit(&self, tab: &Tab<'_>) -> Vec<String> {
        let mut wrong = Vec::new();
        for case in &self.cases {
            if let Err(why) = self.one(tab, case).await {
                wrong.push(format!("{}: {why:#}", case.page.name));
            }
        }
        wrong
    }

    async fn one(&self, tab: &Tab<'_>, case: &Case) -> anyhow::Result<()> {
        tab.open(&self.shop.page(case.page.name)).await?;
        let (event, detail) = tab.track(json!(DELIVERED)).await?;
        let way = tab.way().await?;
        anyhow::ensure!(
            case.ways.contains(&way),
            "it runs as {way:?}, not as {:?}: {event} {detail}",
            case.ways
        );
        match way {
            Way::Slot => anyhow::ensure!(detail["reason"] == "refused", "{event} {detail}"),
            Way::Inline | Way::Frame => {
                anyhow::ensure!(detail["parcels"][0]["status"] == "delivered", "{event} {detail}");
                let shown = match way {
                    Way::Inline => "root.querySelector('[part=bar]')?.getBoundingClientRect().width > 100",
                    _ => "parseInt(root.querySelector('iframe').style.height) > 250",
                };
                tab.until(shown).await?;
            }
        }
        if case.page.name == "asked-for-a-frame" {
            // Page and frame go on hearing each other when the time is over in which the frame must speak first.
            tokio::time::sleep(std::time::Duration::from_secs(10)).await;
            let (event, detail) = tab.track(json!([DELIVERED, TRANSIT])).await?;
            anyhow::ensure!(detail["parcels"].as_array().map(Vec::len) == Some(2), "later: {event} {detail}");
        }
        if case.page.name == "early-calls" {
            tab.until("document.documentElement.dataset.early == 'yes'").await?;
        }
        Ok(())
    }
}

fn no_pages(_: &str) -> Vec<Page> {
    Vec::new()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_zoo_in_chromium() {
    let zoo = Zoo::start(no_pages).await;
    let wrong = zoo.visit(&Tab(zoo.journey.browser.driver())).await;
    assert!(wrong.is_empty(), "{} of {} pages:\n{}", wrong.len(), zoo.cases.len(), wrong.join("\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_zoo_in_firefox() {
    let firefox = match firefox::Firefox::start().await.unwrap() {
        Ok(it) => it,
        Err(reason) => return skip("the_page_zoo_in_firefox", &reason),
    };
    let zoo = Zoo::start(no_pages).await;
    let wrong = zoo.visit(&Tab(firefox.driver())).await;
    assert!(wrong.is_empty(), "{} of {} pages:\n{}", wrong.len(), zoo.cases.len(), wrong.join("\n"));
}

/// A page with the widget and nothing else.
fn page(portal: &str, name: &'static str, body: &str) -> Page {
    let html = format!(
        "<!doctype html><html lang='en'><meta charset='utf-8'><meta name='viewport' content='width=device-width'>\
         <title>Shop</title><script async src='{portal}/widget/v1.js' data-site='zoo'></script>\
         <style>body {{ font: 16px/1.5 sans-serif }} milkrun-track:not(:defined) {{ display: block; min-height: 6rem }}\
         milkrun-track[number]:not(:defined) {{ min-height: 28rem }}</style><body>{body}<p id='after'>After</p></body></html>"
    );
    Page { name, headers: Vec::new(), html }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_but_the_loader_comes_before_the_widget_is_seen_and_nothing_is_left_behind() {
    let zoo = Zoo::start(|portal| {
        let far =
            format!("<div style='height:4000px'></div><milkrun-track number='{TRANSIT}'></milkrun-track>");
        vec![page(portal, "far", &far)]
    })
    .await;
    let browser = &zoo.journey.browser;
    let tab = Tab(browser.driver());
    tab.open(&zoo.shop.page("far")).await.unwrap();
    let loaded =
        "performance.getEntriesByType('resource').map(it => it.name).filter(it => !it.includes('favicon'))";
    let portal = zoo.journey.servers.portal();
    tokio::time::sleep(std::time::Duration::from_millis(500)).await;
    assert_eq!(tab.say(loaded).await.unwrap(), json!([format!("{portal}/widget/v1.js")]));

    tab.run(
        "window.shifts = 0; new PerformanceObserver(list => list.getEntries().forEach(it => window.shifts += it.value))\
         .observe({ type: 'layout-shift', buffered: true }); widget.scrollIntoView()",
        &[],
    )
    .await
    .unwrap();
    tab.until("root.querySelector('[part=bar]')").await.unwrap();
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    assert_eq!(tab.say("window.shifts").await.unwrap().as_f64(), Some(0.0), "the page jumped");

    let left = tab.say("[document.cookie, localStorage.length, sessionStorage.length]").await.unwrap();
    assert_eq!(left, json!(["", 0, 0]));
    let hosts = format!("{loaded}.every(it => it.startsWith('{portal}/'))");
    assert_eq!(tab.say(&hosts).await.unwrap(), Value::Bool(true), "{:?}", tab.say(loaded).await);
    assert_eq!(
        browser.console_errors().await.unwrap().iter().filter(|it| !it.contains("favicon")).count(),
        0
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn numbers_links_and_events_do_what_they_say() {
    let zoo = Zoo::start(|portal| {
        vec![
            page(portal, "plain-form", "<milkrun-track></milkrun-track>"),
            page(
                portal,
                "linked",
                "<milkrun-track deep-link='parcel' texts='{\"delivered\":\"Home at last\"}'></milkrun-track>",
            ),
            page(portal, "popup", "<milkrun-track mode='popup' label='Where is it?'></milkrun-track>"),
        ]
    })
    .await;
    let tab = Tab(zoo.journey.browser.driver());

    // Several numbers, as people paste them, in one answer.
    tab.open(&zoo.shop.page("plain-form")).await.unwrap();
    tab.run("window.told = []; for (const it of ['result', 'error', 'delivered']) \
             document.addEventListener('milkrun:' + it, event => window.told.push([it, event.target.localName]))", &[]).await.unwrap();
    tab.type_and_send(&format!("{TRANSIT}, {DELIVERED}")).await.unwrap();
    tab.until("root.querySelectorAll('[part=item]').length == 2").await.unwrap();
    tab.until("window.told.length == 2").await.unwrap();
    let told = tab.say("window.told").await.unwrap();
    assert_eq!(
        told,
        json!([["result", "milkrun-track"], ["delivered", "milkrun-track"]]),
        "they bubble out of the shadow"
    );

    // What cannot be a number is told without asking, and the focus stays where it is to be mended.
    tab.type_and_send("<b>").await.unwrap();
    tab.until("root.querySelector('#status').innerText.includes('4 to 40')").await.unwrap();
    assert_eq!(
        tab.say("root.activeElement.id + root.activeElement.ariaInvalid").await.unwrap(),
        json!("inputtrue")
    );
    let (event, detail) = tab.track(json!("NOBODY-KNOWS-1")).await.unwrap();
    assert_eq!((event.as_str(), &detail["parcels"][0]["found"]), ("result", &Value::Bool(false)));
    tab.run("widget.reset()", &[]).await.unwrap();
    assert_eq!(
        tab.say("root.querySelector('#status').innerText + root.querySelector('#input').value")
            .await
            .unwrap(),
        json!("")
    );

    // An order of two parcels by the e-mail given with it, and by another one: nobody is told what was wrong.
    let (event, detail) = tab.track(json!({ "order": "1001", "email": SHOPPER })).await.unwrap();
    assert_eq!((event.as_str(), detail["parcels"].as_array().map(Vec::len)), ("result", Some(2)), "{detail}");
    tab.until("root.querySelectorAll('[part=item]').length == 2").await.unwrap();
    let (event, detail) = tab.track(json!({ "order": "1001", "email": "eero@example.com" })).await.unwrap();
    assert_eq!((event.as_str(), &detail["parcels"]), ("result", &json!([])));
    assert_eq!(tab.say("root.querySelector('form').dataset.by").await.unwrap(), json!("order"));

    // Without a network it says so, and goes on when there is one again.
    let offline = async |it: bool| {
        let network =
            json!({ "offline": it, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1 });
        tab.0.cdp().send_raw("Network.emulateNetworkConditions", network).await.unwrap();
    };
    tab.0.cdp().send_raw("Network.enable", json!({})).await.unwrap();
    offline(true).await;
    let (event, detail) = tab.track(json!(TRANSIT)).await.unwrap();
    assert_eq!((event.as_str(), &detail["reason"]), ("error", &json!("offline")));
    tab.until("root.querySelector('#status').innerText.includes('cannot be reached')").await.unwrap();
    offline(false).await;
    let (event, _) = tab.track(json!(TRANSIT)).await.unwrap();
    assert_eq!(event, "result");

    // The page's own address may name the number, and texts may be the merchant's own.
    tab.open(&zoo.shop.page(&format!("linked#parcel={DELIVERED}"))).await.unwrap();
    tab.until("root.querySelector('[part=bar]')?.innerText.includes('Home at last')").await.unwrap();

    // The public page behind the link is the same parcel's.
    let link = tab.say("root.querySelector('[part=page]').href").await.unwrap();
    let text = reqwest::get(link.as_str().unwrap()).await.unwrap().text().await.unwrap();
    assert!(text.contains(DELIVERED), "{text}");

    // Another mode at run time: from the page into the frame and back.
    tab.open(&zoo.shop.page("plain-form")).await.unwrap();
    tab.track(json!(TRANSIT)).await.unwrap();
    for (mode, way) in [("frame", Way::Frame), ("inline", Way::Inline)] {
        tab.run("widget.setAttribute('mode', arguments[0])", &[json!(mode)]).await.unwrap();
        let (event, detail) = tab.track(json!(DELIVERED)).await.unwrap();
        assert_eq!((event.as_str(), tab.way().await.unwrap()), ("result", way), "{detail}");
        if way == Way::Frame {
            // What the page says to itself is not the frame's word.
            let heard = "window.postMessage({ milkrun: 'height', value: 9 }, '*'); \
                         return new Promise(done => setTimeout(() => done(root.querySelector('iframe').style.height), 100))";
            assert_ne!(tab.run(heard, &[]).await.unwrap(), json!("9px"));
        }
    }

    // A dialog opens, takes the focus and gives it back.
    tab.open(&zoo.shop.page("popup")).await.unwrap();
    tab.until("root.querySelector('#open')?.innerText == 'Where is it?'").await.unwrap();
    tab.run("root.querySelector('#open').focus(); root.querySelector('#open').click()", &[]).await.unwrap();
    tab.until("root.querySelector('dialog').open && root.activeElement.id == 'input'").await.unwrap();
    tab.run("root.querySelector('#close').click()", &[]).await.unwrap();
    tab.until("!root.querySelector('dialog').open && root.activeElement.id == 'open'").await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn without_scripts_the_merchants_link_leads_to_the_portals_own_pages() {
    let zoo = Zoo::start(|portal| {
        let body = format!(
            "<milkrun-track><form action='{portal}/t'><input name='site' value='zoo' type='hidden'>\
             <input name='number' id='n'><button id='go'>Track</button></form></milkrun-track>"
        );
        vec![page(portal, "no-script", &body)]
    })
    .await;
    let browser: &Browser = &zoo.journey.browser;
    browser.forbid_scripts().await.unwrap();
    browser.goto(&zoo.shop.page("no-script")).await.unwrap();
    browser.type_into("#n", DELIVERED).await.unwrap();
    browser.click("#go").await.unwrap();
    let text = browser.text("main").await.unwrap();
    assert!(text.contains(DELIVERED), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_from_the_disk_keeps_what_the_merchant_wrote() {
    let zoo = Zoo::start(no_pages).await;
    let folder = milkrun_e2e::TemporaryFolder::new("widget").unwrap();
    let file = folder.path().join("page.html");
    let portal = zoo.journey.servers.portal();
    std::fs::write(&file, page(&portal, "", "<milkrun-track>Ask us</milkrun-track>").html).unwrap();
    let tab = Tab(zoo.journey.browser.driver());
    tab.open(&format!("file://{}", file.display())).await.unwrap();
    let (_, detail) = tab.track(json!(DELIVERED)).await.unwrap();
    assert_eq!((tab.way().await.unwrap(), &detail["reason"]), (Way::Slot, &json!("refused")));
}

/// Pairs of steps whose words touch or stand in each other, and what is too wide.
const CROWDED: &str = "(() => {
    const out = document.documentElement.scrollWidth > innerWidth ? ['page'] : [];
    for (const bar of root.querySelectorAll('[part=bar]')) {
        const words = [...bar.children].map(it => { const range = document.createRange(); range.selectNodeContents(it);
            const { left, right } = range.getBoundingClientRect(); return { left, right, text: it.textContent } }).sort((a, b) => a.left - b.left);
        words.forEach((it, at) => at && it.left < words[at - 1].right && out.push(words[at - 1].text + ' ' + it.text));
        if (words[0].left < 0 || words.at(-1).right > innerWidth) out.push('edge');
    }
    return out;
})()";

#[tokio::test(flavor = "multi_thread")]
async fn every_language_is_fetched_and_leaves_no_gap() {
    let zoo = Zoo::start(|portal| vec![page(portal, "tongues", "<milkrun-track></milkrun-track>")]).await;
    let tab = Tab(zoo.journey.browser.driver());
    tab.open(&zoo.shop.page("tongues")).await.unwrap();
    tab.track(json!([DELIVERED, EXCEPTION, "NOBODY-KNOWS-1"])).await.unwrap();
    tab.run("root.querySelectorAll('details').forEach(it => it.open = true)", &[]).await.unwrap();
    let words = "root.querySelector('#panel').innerText";
    let english = tab.say(words).await.unwrap();
    assert!(zoo.languages.len() >= 30, "{:?}", zoo.languages);
    zoo.journey.browser.set_viewport(320, 700).await.unwrap();
    for language in &zoo.languages {
        tab.run("widget.setAttribute('lang', arguments[0])", &[json!(language)]).await.unwrap();
        tab.until(&format!(
            "root.querySelector('#panel').lang == '{language}' && root.querySelectorAll('[part=item]').length == 3 \
             && !root.querySelector('[aria-busy=true]')"
        ))
        .await
        .unwrap();
        tab.run("root.querySelectorAll('details').forEach(it => it.open = true)", &[]).await.unwrap();
        let said = tab.say(words).await.unwrap();
        let text = said.as_str().unwrap();
        assert!(!text.contains(['{', '}']) && !text.contains("undefined"), "{language}: {text}");
        assert_eq!(said == english, language == "en", "{language}: {text}");
        // Every step's word is whole and clear of its neighbour's, and nothing is wider than the narrowest page.
        let crowded = tab.say(CROWDED).await.unwrap();
        assert_eq!(crowded, json!([]), "{language} at 320 pixels");
        let direction = tab.say("getComputedStyle(root.querySelector('#panel')).direction").await.unwrap();
        let wanted = if ["ar", "fa", "he"].contains(&language.as_str()) { "rtl" } else { "ltr" };
        assert_eq!(direction, json!(wanted), "{language}");
    }
    // The files have the plural forms that the browser asks for, which knows better than any list.
    let plurals = "const done = arguments[1]; Promise.all(arguments[0].map(([tag, address]) => fetch(address).then(it => it.json())
        .then(({ stops, parcels }) => [stops, parcels].every(it => String(Object.keys(it).sort())
            == String(new Intl.PluralRules(tag).resolvedOptions().pluralCategories.sort())) ? [] : [tag])))
        .then(it => done(it.flat()), error => done([String(error)]))";
    let manifest =
        reqwest::get(format!("{}/widget/manifest.json", zoo.journey.servers.portal())).await.unwrap();
    let texts = manifest.json::<Value>().await.unwrap()["texts"].as_str().unwrap().to_owned();
    let address = |tag: &String| format!("{}/widget/{texts}/{tag}.json", zoo.journey.servers.portal());
    let files: Vec<_> = zoo.languages.iter().map(|tag| json!([tag, address(tag)])).collect();
    let wrong = tab.0.execute_async(plurals, vec![json!(files)]).await.unwrap().json().clone();
    assert_eq!(wrong, json!([]), "plural forms");
    // A language that there is no file for.
    tab.run("widget.setAttribute('lang', 'sw-KE')", &[]).await.unwrap();
    tab.until("root.querySelector('#panel').lang == 'en'").await.unwrap();
}
