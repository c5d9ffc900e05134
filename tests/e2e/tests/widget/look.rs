//! What merchants can make of the widget's looks, and what a shopper can do with an answer.

use serde_json::json;

use crate::tab::Tab;
use crate::{DELIVERED, TRANSIT, Zoo, page};

/// Every custom property that the documentation names, with a value that nothing has by itself.
const PROPERTIES: [(&str, &str); 12] = [
    ("accent", "rgb(1, 2, 3)"),
    ("on-accent", "rgb(2, 3, 4)"),
    ("text", "rgb(3, 4, 5)"),
    ("muted", "rgb(4, 5, 6)"),
    ("surface", "rgb(5, 6, 7)"),
    ("line", "rgb(6, 7, 8)"),
    ("field", "rgb(7, 8, 9)"),
    ("warn", "rgb(8, 9, 10)"),
    ("bad", "rgb(9, 10, 11)"),
    ("radius", "13px"),
    ("gap", "29px"),
    ("font", "monospace"),
];

#[tokio::test(flavor = "multi_thread")]
async fn merchants_adapt_it_by_properties_and_parts_and_their_font_is_inherited() {
    let zoo = Zoo::start(|portal| {
        let own: String =
            PROPERTIES.iter().map(|(name, value)| format!("--milkrun-{name}: {value};")).collect();
        let body = |style: &str| {
            format!(
                "<style>body {{ font-family: Courier; font-size: 19px }} {style}</style>\
                     <milkrun-track theme='light' number='{TRANSIT}'></milkrun-track>"
            )
        };
        vec![
            page(portal, "as-it-is", &body("")),
            page(
                portal,
                "adapted",
                &body(&format!(
                    "milkrun-track {{ {own} }} milkrun-track::part(button) {{ text-transform: uppercase }}"
                )),
            ),
        ]
    })
    .await;
    let tab = Tab(zoo.journey.browser.driver());
    let look = async |name: &str| {
        tab.open(&zoo.shop.page(name)).await.unwrap();
        tab.until("root.querySelector('[part=bar]')").await.unwrap();
        let of = "((part, name, pseudo) => getComputedStyle(root.querySelector(`[part=${part}]`), pseudo).getPropertyValue(name))";
        let mut found = Vec::new();
        for (part, name) in [
            ("button", "background-color"),
            ("button", "color"),
            ("panel", "color"),
            ("newest] time[part=event-time", "color"),
            ("panel", "background-color"),
            ("timeline", "border-top-color"),
            ("input", "border-top-color"),
            ("button", "border-top-left-radius"),
            ("panel", "padding-top"),
            ("panel", "font-family"),
            ("button", "text-transform"),
            ("input", "font-family"),
            ("label", "font-size"),
        ] {
            found.push(
                tab.say(&format!("{of}('{part}', '{name}')")).await.unwrap().as_str().unwrap().to_owned(),
            );
        }
        found
    };
    let plain = look("as-it-is").await;
    assert_eq!(
        (plain[9].as_str(), plain[11].as_str(), plain[12].as_str()),
        ("Courier", "Courier", "19px"),
        "{plain:?}"
    );
    let adapted = look("adapted").await;
    let wanted =
        ["accent", "on-accent", "text", "muted", "surface", "line", "field", "radius", "gap", "font"]
            .map(|name| PROPERTIES.iter().find(|it| it.0 == name).unwrap().1);
    assert_eq!(adapted[..10], wanted);
    assert_eq!((plain[10].as_str(), adapted[10].as_str()), ("none", "uppercase"));
    // What waits and what failed take their colours too.
    tab.track(json!("MR-EXCEPTION-61")).await.unwrap();
    assert_eq!(
        tab.say("getComputedStyle(root.querySelector('.failed[part=step]')).color").await.unwrap(),
        json!("rgb(9, 10, 11)")
    );
    tab.track(json!("NOBODY-KNOWS-1")).await.unwrap();
    assert_eq!(
        tab.say("getComputedStyle(root.querySelector('.trouble'), '::before').backgroundColor")
            .await
            .unwrap(),
        json!("rgb(8, 9, 10)")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_floating_button_stays_in_its_corner_and_a_link_can_be_copied() {
    let zoo = Zoo::start(|portal| {
        let floating = "<div style='height:3000px'></div><milkrun-track mode='floating'></milkrun-track>";
        vec![
            page(portal, "floating", floating),
            page(
                portal,
                "copied",
                &format!("<milkrun-track number='{DELIVERED}' courier='posti'></milkrun-track>"),
            ),
        ]
    })
    .await;
    let tab = Tab(zoo.journey.browser.driver());
    zoo.journey.browser.set_viewport(390, 700).await.unwrap();
    tab.open(&zoo.shop.page("floating")).await.unwrap();
    tab.until("root.querySelector('#open')?.innerText").await.unwrap();
    let corner = "(({ right, bottom }) => [Math.round(innerWidth - right), Math.round(innerHeight - bottom)])(root.querySelector('#open').getBoundingClientRect())";
    for top in [0, 1500] {
        tab.run(&format!("scrollTo(0, {top})"), &[]).await.unwrap();
        assert_eq!(tab.say(corner).await.unwrap(), json!([16, 16]), "scrolled by {top}");
    }
    let (event, _) = tab.track(json!(DELIVERED)).await.unwrap();
    assert_eq!(event, "result");
    tab.until("root.querySelector('dialog').open && root.querySelector('dialog [part=bar]')").await.unwrap();

    let origin = zoo.shop.page("").trim_end_matches('/').to_owned();
    let allow = json!({ "origin": origin, "permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"] });
    tab.0.cdp().send_raw("Browser.grantPermissions", allow).await.unwrap();
    tab.open(&zoo.shop.page("copied")).await.unwrap();
    tab.until("root.querySelector('[part=copy]')").await.unwrap();
    let asked = "performance.getEntriesByType('resource').filter(it => it.name.includes('/lookup?')).every(it => it.name.includes('carrier=posti'))";
    assert_eq!(
        tab.say(asked).await.unwrap(),
        json!(true),
        "the carrier that the merchant names is asked for"
    );
    let link = tab.say("root.querySelector('[part=page]').href").await.unwrap();
    assert!(link.as_str().unwrap().starts_with(&format!("{}/t/", zoo.journey.servers.portal())), "{link}");
    tab.run("root.querySelector('[part=copy]').click()", &[]).await.unwrap();
    tab.until("root.querySelector('[part=copy]').innerText == 'Link copied'").await.unwrap();
    let read =
        "const done = arguments[0]; navigator.clipboard.readText().then(done, error => done(String(error)))";
    assert_eq!(tab.0.execute_async(read, Vec::new()).await.unwrap().json(), &link);
}
