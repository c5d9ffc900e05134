//! The widget for those who cannot see or point: WCAG 2.2 AA by axe-core, the keyboard, sizes of targets.

use std::path::Path;

use milkrun_e2e::Theme;
use serde_json::{Value, json};

use crate::tab::Tab;
use crate::{DELIVERED, EXCEPTION, TRANSIT, Zoo, page};

/// What axe complains of inside an element: the rule, and where.
async fn complaints(tab: &Tab<'_>, inside: &str) -> Vec<String> {
    let axe = Path::new(env!("CARGO_MANIFEST_DIR")).join("node_modules/axe-core/axe.min.js");
    let axe = std::fs::read_to_string(&axe).unwrap_or_else(|error| {
        panic!("{}: {error}; `cargo xtask test --only e2e` installs it", axe.display());
    });
    tab.0.execute(axe, Vec::new()).await.unwrap();
    let run = "const done = arguments[1];
        const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
        axe.run({ include: [[arguments[0]]] }, { runOnly: tags }).then(({ violations, incomplete, passes }) => done([
            passes.length,
            [...violations, ...incomplete].map(it => it.id + ' at ' + it.nodes.map(it => it.target.flat(9).join(' ')).join(', ')),
        ]), error => done([0, [String(error)]]))";
    let found = tab.0.execute_async(run, vec![json!(inside)]).await.unwrap().json().clone();
    assert!(found[0].as_u64() > Some(5), "axe looked at nothing: {found}");
    found[1].as_array().unwrap().iter().map(|it| it.as_str().unwrap().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn axe_finds_nothing_in_any_state_in_either_theme() {
    let zoo = Zoo::start(|portal| {
        let body = |attributes: &str| {
            format!("<main><h1>Shop</h1><milkrun-track {attributes}></milkrun-track></main>")
        };
        let one = |number: &str| body(&format!("theme='auto' number='{number}'"));
        vec![
            page(portal, "form", &body("theme='auto'")),
            page(portal, "order", &body("theme='auto' order='1001'")),
            page(portal, "transit", &one(TRANSIT)),
            page(portal, "delivered", &one(DELIVERED)),
            page(portal, "exception", &one(EXCEPTION)),
            page(portal, "unknown", &one("NOBODY-KNOWS-1")),
            page(portal, "wrong", &one("!")),
            page(
                portal,
                "list",
                &body(&format!("theme='auto' lang='ar' numbers='{TRANSIT},{DELIVERED},NOBODY-1'")),
            ),
        ]
    })
    .await;
    let browser = &zoo.journey.browser;
    let tab = Tab(browser.driver());
    let mut all = Vec::new();
    for theme in [Theme::Light, Theme::Dark] {
        browser.set_theme(theme).await.unwrap();
        for name in ["form", "order", "transit", "delivered", "exception", "unknown", "wrong", "list"] {
            tab.open(&zoo.shop.page(name)).await.unwrap();
            let answered = matches!(name, "form" | "order")
                || tab.until("root.querySelector('[part=headline]')").await.is_ok();
            assert!(answered, "{name} does not answer");
            tab.until("root.querySelector('form') && !root.querySelector('[aria-busy]')").await.unwrap();
            // Folded parts count too, and nothing is judged half way through a transition.
            tab.run("root.querySelectorAll('details').forEach(it => it.open = true)", &[]).await.unwrap();
            tab.until("root.getAnimations().length == 0").await.unwrap();
            if name == "wrong" {
                let focus = tab.say("document.activeElement.localName").await.unwrap();
                assert_eq!(focus, json!("body"), "a number that the page got wrong takes the focus away");
            }
            all.extend(
                complaints(&tab, "milkrun-track")
                    .await
                    .into_iter()
                    .map(|it| format!("{name}, {theme:?}: {it}")),
            );
        }
    }
    assert!(all.is_empty(), "{}", all.join("\n"));

    // The judge judges: a pale colour is found.
    tab.run("widget.style.setProperty('--milkrun-muted', '#444a47')", &[]).await.unwrap();
    assert!(
        complaints(&tab, "milkrun-track").await.iter().any(|it| it.starts_with("color-contrast")),
        "axe lets pale text pass"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn axe_finds_nothing_on_the_pages_without_a_script() {
    let zoo = Zoo::start(|portal| vec![page(portal, "one", "<milkrun-track></milkrun-track>")]).await;
    let browser = &zoo.journey.browser;
    let tab = Tab(browser.driver());
    let portal = zoo.journey.servers.portal();
    let mut pages = vec![format!("{portal}/t?site=zoo"), format!("{portal}/t?site=zoo&number=NOBODY-1")];
    for number in [TRANSIT, DELIVERED, EXCEPTION] {
        tab.open(&zoo.shop.page("one")).await.unwrap();
        let (_, detail) = tab.track(json!(number)).await.unwrap();
        pages.push(format!("{portal}{}", detail["parcels"][0]["page"].as_str().unwrap()));
    }
    let mut all = Vec::new();
    for theme in [Theme::Light, Theme::Dark] {
        browser.set_theme(theme).await.unwrap();
        for page in &pages {
            browser.goto(page).await.unwrap();
            tab.0
                .execute("document.querySelectorAll('details').forEach(it => it.open = true)", Vec::new())
                .await
                .unwrap();
            all.extend(
                complaints(&tab, "html").await.into_iter().map(|it| format!("{page}, {theme:?}: {it}")),
            );
        }
    }
    assert!(all.is_empty(), "{}", all.join("\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_is_reached_by_the_keyboard_and_large_enough_to_touch() {
    let zoo = Zoo::start(|portal| {
        let body =
            format!("<a href='#x'>Before</a><milkrun-track numbers='{TRANSIT},{DELIVERED}'></milkrun-track>");
        vec![page(portal, "keys", &body)]
    })
    .await;
    let browser = &zoo.journey.browser;
    let tab = Tab(browser.driver());
    browser.set_viewport(390, 844).await.unwrap();
    tab.open(&zoo.shop.page("keys")).await.unwrap();
    tab.until("root.querySelectorAll('[part=item]').length == 2").await.unwrap();

    let mut reached = Vec::new();
    let mut press = async |key: &str| {
        browser.press(key).await.unwrap();
        let place = tab.say("(root.activeElement?.part.value || root.activeElement?.id || document.activeElement.localName)").await.unwrap();
        reached.push(place.as_str().unwrap_or_default().to_owned());
    };
    for _ in 0..5 {
        press("Tab").await;
    }
    press("Enter").await;
    press("Tab").await;
    assert_eq!(
        reached,
        ["a", "switch", "input", "button", "item-summary", "item-summary", "summary"],
        "in the order they stand in"
    );
    assert_eq!(
        tab.say("root.querySelector('[part=item]').open").await.unwrap(),
        Value::Bool(true),
        "Enter opens it"
    );
    assert_eq!(tab.say("getComputedStyle(root.activeElement).outlineStyle").await.unwrap(), json!("solid"));

    tab.run("root.querySelectorAll('details').forEach(it => it.open = true)", &[]).await.unwrap();
    let small = "[...root.querySelectorAll('button, input, a, summary')]
        .filter(it => it.checkVisibility()).map(it => [it.part.value, it.getBoundingClientRect()])
        .filter(([, box]) => box.height < 44 || box.width < 44).map(([part, box]) => part + ' ' + box.width + ' x ' + box.height)";
    assert_eq!(tab.say(small).await.unwrap(), json!([]), "too small to touch");
    assert_eq!(
        tab.say("document.documentElement.scrollWidth <= 390").await.unwrap(),
        Value::Bool(true),
        "it is too wide"
    );

    // What changes is said aloud, and nothing moves for those who asked for that.
    assert_eq!(tab.say("root.querySelector('#status').role").await.unwrap(), json!("status"));
    browser.emulate("prefers-reduced-motion", "reduce").await.unwrap();
    assert_eq!(
        tab.say("getComputedStyle(root.querySelector('#answer')).transitionDuration").await.unwrap(),
        json!("0s")
    );
    browser.emulate("forced-colors", "active").await.unwrap();
    tab.until("matchMedia('(forced-colors: active)').matches").await.unwrap();
    let mark = "getComputedStyle(root.querySelector('.done[part=step]'), '::before').backgroundColor";
    let (mark, page) = (
        tab.say(mark).await.unwrap(),
        tab.say("getComputedStyle(document.body).backgroundColor").await.unwrap(),
    );
    assert_ne!(mark, page, "a step that is done looks like one that is not");
}
