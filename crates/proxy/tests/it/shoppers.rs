//! Shoppers: several numbers, orders, first lookups, limits, and pages that need no script.

use std::time::{Duration, Instant};

use milkrun_wire::tracking51::webhook::Version;
use reqwest::RequestBuilder;
use reqwest::header::HeaderMap;
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::dispatches::{dispatch, request};
use crate::harness::{Both, Canned, Proxy, json as answer, reply};
use crate::parcels::add;
use crate::sites::site;

pub(crate) const ORIGIN: &str = "https://shop.example";
/// So many lookups that no test meets a limit it is not about.
const FREE: &str =
    "[lookups]\nper_second = 10000.0\nburst = 100000.0\nsite_per_second = 10000.0\nsite_burst = 100000.0";

fn numbers(proxy: &Proxy, site: &str, numbers: &[&str]) -> RequestBuilder {
    let mut query = vec![("site", site)];
    query.extend(numbers.iter().map(|it| ("number", *it)));
    proxy.http.get(format!("{}/api/widget/v1/lookup", proxy.base)).query(&query).header("origin", ORIGIN)
}

fn order(proxy: &Proxy, body: &Value) -> RequestBuilder {
    let request = proxy.http.post(format!("{}/api/widget/v1/order", proxy.base)).header("origin", ORIGIN);
    request.header("content-type", "text/plain").body(body.to_string())
}

/// A site, a parcel of order A-100 and a stop of the same.
async fn shop(both: &Both) -> String {
    let proxy = &both.proxy;
    let key = site(proxy, &json!({"time_zone": "Europe/Helsinki", "accent": "#8a3f2b"})).await;
    let parcel = json!({"tracking_number": "MR-PICKUP-1", "courier_code": "posti", "title": "HUSH-TITLE",
        "order_number": "A-100", "email": "Anna@Example.com", "phone": "+358 40 123 4567"});
    add(proxy, json!([parcel])).await;
    let mut body = request("HUSH-JOB");
    body["stops"][0]["label"] = json!("HUSH-CUSTOMER");
    for (name, value) in [
        ("order_number", "a 100"),
        ("email", "anna@example.com"),
        ("postcode", "00100"),
        ("planned_at", "2026-11-22T09:30:00Z"),
    ] {
        body["stops"][0][name] = json!(value);
    }
    let sent = dispatch(proxy, "11111111-1", &body).await.1;
    assert_eq!(sent["state"], "accepted", "{sent:#}");
    assert!(!sent.to_string().contains("anna@"), "a contact came back: {sent:#}");
    key
}

#[tokio::test]
async fn several_numbers_are_answered_in_their_order() {
    let both = Both::start(Version::V4, FREE).await;
    let proxy = &both.proxy;
    let key = shop(&both).await;
    let (status, found) = reply(numbers(proxy, &key, &["nothing", "S-1", "mr-pickup-1"])).await;
    assert_eq!(status, 200);
    let all = found["parcels"].as_array().unwrap();
    let told: Vec<_> = all.iter().map(|it| (it["found"] == true, it["kind"].as_str().unwrap())).collect();
    assert_eq!(told, [(false, ""), (true, "driver"), (true, "carrier")]);
    assert_eq!((&all[1]["number"], &all[2]["carrier_code"]), (&json!("S-1"), &json!("posti")));
    assert_eq!(all[1]["planned_from"], "2026-11-22T09:00:00Z");
    assert!(all[0]["page"] == "" && all[2]["page"].as_str().unwrap().starts_with("/t/"));
    assert!(!found.to_string().contains("HUSH"), "{found:#}");
    // A carrier is a hint: a number that only another carrier has is found all the same.
    let (_, hinted) = reply(numbers(proxy, &key, &["mr-pickup-1"]).query(&[("carrier", "dhl")])).await;
    assert_eq!(hinted["carrier_code"], "posti");
    assert_eq!(reply(numbers(proxy, &key, &["1"; 41])).await.0, 400);
    assert_eq!(reply(numbers(proxy, &key, &[])).await.0, 400);
    let only_orders = site(proxy, &json!({"lookups": ["order"]})).await;
    let refused = numbers(proxy, &only_orders, &["S-1"]).send().await.unwrap();
    assert_eq!(
        (refused.status().as_u16(), refused.headers().contains_key("access-control-allow-origin")),
        (403, true)
    );
}

#[tokio::test]
async fn an_order_opens_to_whoever_knows_its_shopper() {
    let both = Both::start(Version::V4, FREE).await;
    let proxy = &both.proxy;
    let key = shop(&both).await;
    let found = async |order_number: &str, field: &str, value: &str| {
        let (status, body) =
            reply(order(proxy, &json!({"site": key, "order": order_number, field: value}))).await;
        assert_eq!(status, 200, "{body:#}");
        assert!(!body.to_string().contains("HUSH") && !body.to_string().contains('@'));
        body["parcels"].as_array().unwrap().len()
    };
    assert_eq!(found("a100", "email", " ANNA@example.com").await, 2, "a parcel and a stop");
    assert_eq!(found("A-100", "phone", "040 1234567").await, 1);
    assert_eq!(found("A-100", "postcode", "00 100").await, 1);
    for (number, field, value) in [
        ("A-100", "email", "ann@example.com"),
        ("A-101", "email", "anna@example.com"),
        ("A-100", "postcode", "00200"),
        ("A-100", "email", ""),
        ("", "email", "anna@example.com"),
    ] {
        assert_eq!(found(number, field, value).await, 0, "{number} {field} {value}");
    }
    let both_said = json!({"site": key, "order": "A-100", "email": "anna@example.com", "phone": "1"});
    assert_eq!(reply(order(proxy, &both_said)).await.0, 400);
    let url = format!("{}/api/widget/v1/order", proxy.base);
    let before =
        proxy.http.request(reqwest::Method::OPTIONS, &url).header("origin", ORIGIN).send().await.unwrap();
    assert_eq!(
        (before.status().as_u16(), &before.headers()["access-control-allow-headers"]),
        (204, &"content-type".parse().unwrap())
    );
    let foreign = proxy.http.request(reqwest::Method::OPTIONS, url).header("origin", "https://evil.example");
    assert_eq!(foreign.send().await.unwrap().status(), 403);
}

#[tokio::test]
async fn a_wrong_order_and_a_wrong_shopper_cannot_be_told_apart() {
    let both = Both::start(Version::V4, FREE).await;
    let proxy = &both.proxy;
    let key = shop(&both).await;
    let ask = async |number: &str| {
        let body = json!({"site": key, "order": number, "email": "wrong@example.com"});
        let started = Instant::now();
        let answer = order(proxy, &body).send().await.unwrap();
        let headers: HeaderMap = answer
            .headers()
            .iter()
            .filter(|it| !["date", "x-request-id"].contains(&it.0.as_str()))
            .map(|it| (it.0.clone(), it.1.clone()))
            .collect();
        let status = answer.status();
        (started.elapsed(), status, headers, answer.bytes().await.unwrap())
    };
    let (mut known, mut unknown) = (Vec::new(), Vec::new());
    for _ in 0..12 {
        let (one, two) = (ask("A-100").await, ask("B-999").await);
        assert_eq!((&one.1, &one.2, &one.3), (&two.1, &two.2, &two.3));
        known.push(one.0);
        unknown.push(two.0);
    }
    known.sort();
    unknown.sort();
    let floor = Duration::from_millis(300);
    assert!(known[0] >= floor && unknown[0] >= floor, "{known:?} {unknown:?}");
    let apart = known[6].abs_diff(unknown[6]);
    assert!(apart < Duration::from_millis(20), "medians {apart:?} apart");
}

/// A sandbox without limits, and a refresher as slow as a real account's.
async fn slowly_refreshed() -> Both {
    let toml = format!("[tracking51]\nrefresh_s = 3600\n{FREE}");
    let both = Both::start_with(Version::V4, &toml, |it| it.rate_limits = false).await;
    // The carriers' names are read once a day, and before anybody asks.
    let started = Instant::now();
    while both.called("couriers/all") == 0 {
        assert!(started.elapsed() < Duration::from_secs(10), "the carriers are not read");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    both
}

/// Asks a thousand times at once, in two spellings; all are found.
async fn a_thousand_ask(proxy: &Proxy, site: &str) -> Value {
    let mut asking = JoinSet::new();
    for at in 0..1000 {
        let number = ["RB123456789FI", "rb 123 456 789 fi"][at % 2];
        let request = numbers(proxy, site, &[number]);
        asking.spawn(async move { reply(request).await });
    }
    let mut last = Value::Null;
    while let Some(it) = asking.join_next().await {
        let (status, body) = it.unwrap();
        assert!(status == 200 && body["found"] == true, "{status} {body:#}");
        last = body;
    }
    last
}

#[tokio::test]
async fn a_thousand_first_lookups_of_one_number_are_one_call() {
    let both = slowly_refreshed().await;
    let own = site(&both.proxy, &json!({"register_per_day": 1, "carriers": ["posti"]})).await;
    let before = both.called("");
    let found = a_thousand_ask(&both.proxy, &own).await;
    assert_eq!((&found["carrier"], &found["carrier_code"]), (&json!("Posti"), &json!("posti")));
    // A moment for whatever might still be called afterwards.
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert_eq!((both.called("") - before, both.called("trackings/create")), (1, 1), "{:?}", both.calls);
}

#[tokio::test]
async fn a_first_lookup_costs_one_registration_however_many_ask() {
    let both = slowly_refreshed().await;
    let proxy = &both.proxy;
    let (closed, open) = (site(proxy, &json!({})).await, site(proxy, &json!({"register_per_day": 1})).await);
    let (_, answer) = reply(numbers(proxy, &closed, &["RB123456789FI"])).await;
    assert_eq!((&answer["found"], both.called("trackings/get")), (&json!(false), 0));

    a_thousand_ask(proxy, &open).await;
    // Nobody said whose number it is: once to see whether the account has it, and once to find its carrier.
    let calls = ["trackings/get", "couriers/detect", "trackings/create"].map(|it| both.called(it));
    assert_eq!(calls, [1, 1, 1], "{:?}", both.calls);

    let (_, answer) = reply(numbers(proxy, &open, &["RB987654321FI"])).await;
    assert_eq!(
        (&answer["found"], both.called("trackings/create")),
        (&json!(false), 1),
        "the day's budget is spent"
    );
    let (_, answer) = reply(numbers(proxy, &open, &["WHEREISMYPARCEL"])).await;
    assert_eq!(answer["found"], false);
    let other = site(proxy, &json!({"register_per_day": 1, "carriers": ["ups", "gls"]})).await;
    let (_, answer) = reply(numbers(proxy, &other, &["RB223456789FI"])).await;
    assert_eq!(
        (&answer["found"], both.called("trackings/create")),
        (&json!(false), 1),
        "a number of no carrier of the shop"
    );
}

#[tokio::test]
async fn what_the_account_has_already_costs_nothing() {
    let both = slowly_refreshed().await;
    let proxy = &both.proxy;
    let parcel = |number: &str| json!({"tracking_number": number, "courier_code": "posti"});
    let added = add(proxy, json!([parcel("RB123456789FI"), parcel("RB223456789FI")])).await;
    // Only this database forgets them.
    for at in 0..2 {
        proxy.state.store.parcels().delete(added[at]["id"].as_str().unwrap()).await.unwrap();
    }
    let open = site(proxy, &json!({"register_per_day": 1})).await;
    let (_, answer) = reply(numbers(proxy, &open, &["RB123456789FI"])).await;
    assert_eq!((&answer["found"], both.called("trackings/create")), (&json!(true), 0), "{answer:#}");
    // A shop that names its carrier tries to register, is told that there is one already, and shows that.
    let named = site(proxy, &json!({"register_per_day": 1, "carriers": ["posti"]})).await;
    let (_, answer) = reply(numbers(proxy, &named, &["RB223456789FI"])).await;
    assert_eq!((&answer["found"], both.called("trackings/create")), (&json!(true), 1), "{answer:#}");
    assert_eq!(reply(proxy.get("quota")).await.1["registered_this_month"], 2);
}

#[tokio::test]
async fn a_first_lookup_while_51tracking_is_away_is_soon_tried_again_and_costs_nothing() {
    let both = slowly_refreshed().await;
    let proxy = &both.proxy;
    let own = site(proxy, &json!({"register_per_day": 1, "carriers": ["posti"]})).await;
    both.fault("tracking51", "down").await;
    let (status, answer) = reply(numbers(proxy, &own, &["RB123456789FI"])).await;
    assert_eq!((status, &answer["found"]), (200, &json!(false)), "{answer:#}");
    both.fault("tracking51", "ok").await;
    let limits = proxy.state.store.rate_limits();
    let name = "first lookup of RB123456789FI";
    let free_in = async |minutes: i64| {
        let then = jiff::Timestamp::now().as_millisecond() + minutes * 60_000;
        limits.spend(name, 1, 1, 1, then).await.unwrap().is_ok()
    };
    assert!(!free_in(1).await && free_in(3).await);
    limits.rest(name, 0).await.unwrap();
    let (_, answer) = reply(numbers(proxy, &own, &["RB123456789FI"])).await;
    assert_eq!(answer["found"], true, "the day's only registration was not spent in vain: {answer:#}");
}

#[tokio::test]
async fn old_news_is_marked_for_shoppers_as_well() {
    let both = Both::start(Version::V4, &format!("[tracking51]\nrefresh_s = 1\n{FREE}")).await;
    let key = shop(&both).await;
    let until = async |stale: bool| {
        let started = std::time::Instant::now();
        loop {
            let (_, found) = reply(numbers(&both.proxy, &key, &["MR-PICKUP-1"])).await;
            assert_eq!((&found["found"], &found["status"]), (&json!(true), &json!("pickup")), "{found:#}");
            if found["stale"] == stale {
                return;
            }
            assert!(started.elapsed().as_secs() < 30, "it stayed at {found:#}");
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
    };
    until(false).await;
    both.fault("tracking51", "down").await;
    until(true).await;
    both.fault("tracking51", "ok").await;
    until(false).await;
}

#[tokio::test]
async fn numbers_cannot_be_gone_through() {
    let proxy =
        Proxy::start("trusted_proxies = [\"127.0.0.1\"]\n[lookups]\nper_second = 0.01\nburst = 20.0").await;
    let key = site(&proxy, &json!({})).await;
    let answered = async |from: fn(usize) -> String| {
        let mut answered = 0;
        for at in 0..30 {
            let number = format!("RB{at:09}FI");
            let request = numbers(&proxy, &key, &[&number]).header("x-forwarded-for", from(at));
            answered += usize::from(request.send().await.unwrap().status() == 200);
        }
        answered
    };
    assert_eq!(answered(|_| "198.51.100.7".to_owned()).await, 4, "one address");
    assert_eq!(answered(|at| format!("2001:db8:0:1::{at:x}")).await, 4, "one network");
    assert_eq!(answered(|at| format!("203.0.113.{at}, 198.51.100.8")).await, 4, "what it says itself");
    assert_eq!(answered(|at| format!("203.0.113.{at}")).await, 30, "other shoppers");
}

/// Status, headers and text of a page.
async fn page(proxy: &Proxy, path: &str, language: &str) -> (u16, HeaderMap, String) {
    let request = proxy.http.get(format!("{}{path}", proxy.base)).header("accept-language", language);
    let reply = request.send().await.unwrap();
    (reply.status().as_u16(), reply.headers().clone(), reply.text().await.unwrap())
}

#[tokio::test]
async fn a_parcel_has_a_page_that_needs_no_script_and_tells_nothing_of_the_account() {
    let both = Both::start(Version::V4, FREE).await;
    let proxy = &both.proxy;
    let key = shop(&both).await;
    proxy.until("parcels", |it| it["parcels"][0]["status"] == "pickup").await;
    let (_, found) = reply(numbers(proxy, &key, &["S-1", "MR-PICKUP-1"])).await;
    let path = |at: usize| found["parcels"][at]["page"].as_str().unwrap().to_owned();
    let (status, headers, stop) = page(proxy, &path(0), "en").await;
    assert_eq!((status, headers["x-robots-tag"].to_str().unwrap()), (200, "noindex, nofollow"));
    let policy = headers["content-security-policy"].to_str().unwrap();
    assert!(
        policy.starts_with("default-src 'none'; style-src 'nonce-") && !policy.contains("script"),
        "{policy}"
    );
    assert!(stop.contains("Nov 22, 2026, 11:00") && stop.contains("Europe/Helsinki"), "{stop}");
    assert!(stop.contains("--accent:#8a3f2b") && stop.contains("property=\"og:title\""));
    let (_, headers, parcel) = page(proxy, &path(1), "de-AT,en;q=0.4").await;
    assert_eq!(headers["content-language"], "de");
    assert!(
        parcel.contains("<html lang=\"de\"")
            && parcel.contains("MR-PICKUP-1")
            && parcel.contains("Sendungsnummer")
    );
    for text in [&stop, &parcel] {
        for hidden in ["HUSH", "driver@", "anna", "Mannerheimintie", "A-100", "<script"] {
            assert!(!text.to_lowercase().contains(&hidden.to_lowercase()), "{hidden} in {text}");
        }
    }
    // A shopper may have the page read again while the driver is on the way, and stop it.
    let again = async |path: String| {
        let (_, headers, text) = page(proxy, &path, "en").await;
        let every = headers.get("refresh").map(|it| it.to_str().unwrap().to_owned());
        (every, text.contains("Refresh every minute"), text.contains("Stop refreshing"))
    };
    assert_eq!(again(path(0)).await, (None, true, false));
    assert_eq!(again(format!("{}?lang=en&live", path(0))).await, (Some("60".to_owned()), false, true));
    assert_eq!(again(format!("{}?live", path(1))).await, (None, false, false), "a carrier's parcel");
    let guessed = format!("/t/{}", "0".repeat(32));
    assert_eq!(page(proxy, &guessed, "en").await.0, 404);
    assert_eq!(reply(proxy.delete(&format!("sites/{key}"))).await.0, 204);
    assert_eq!(page(proxy, &path(1), "en").await.0, 404, "the site is gone, and its pages with it");
}

#[tokio::test]
async fn what_a_carrier_writes_is_text_on_the_page() {
    const HOSTILE: &str = "<img src=x onerror=alert(1)>\"'</main><script>alert(2)</script>";
    let server = Canned::start(|it, _| {
        let event = json!({"checkpoint_date": "2026-11-22T09:30:00Z", "tracking_detail": HOSTILE, "location": HOSTILE,
            "checkpoint_delivery_status": "transit"});
        let parcel = json!({"id": "1", "tracking_number": "A1", "courier_code": "evil", "delivery_status": "transit",
            "scheduled_delivery_date": HOSTILE, "origin_info": {"trackinfo": [event]}});
        let data = match it.path.rsplit('/').next().unwrap() {
            "create" => parcel,
            "all" => json!([{"courier_name": HOSTILE, "courier_code": "evil"}]),
            _ => json!({"success": [parcel]}),
        };
        answer(200, &json!({"meta": {"code": 200, "message": "OK"}, "data": data}))
    })
    .await;
    let toml = format!("[tracking51]\nbase_url = \"{}/v4\"\napi_key = \"a-key-of-some-length\"", server.base);
    let proxy = Proxy::start(&toml).await;
    let key = site(&proxy, &json!({"name": HOSTILE})).await;
    let added = add(&proxy, json!([{"tracking_number": "A1", "courier_code": "evil"}])).await;
    assert!(added[0]["id"].is_string(), "{added:#}");
    let (_, found) = reply(numbers(&proxy, &key, &["A1"])).await;
    assert_eq!(found["events"][0]["text"], HOSTILE, "the widget is told as it was written");
    let (status, _, text) = page(&proxy, found["page"].as_str().unwrap(), "en").await;
    assert_eq!(status, 200);
    assert!(!text.contains("<img") && !text.contains("<script"), "{text}");
    assert!(text.matches("&lt;img src=x").count() >= 4, "{text}");
}

#[tokio::test]
async fn the_forms_lead_to_the_pages_without_a_script() {
    let both = Both::start(Version::V4, FREE).await;
    let proxy = &both.proxy;
    let key = shop(&both).await;
    let http =
        reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    let get = async |number: &str| {
        let url = format!("{}/t", proxy.base);
        let request = http.get(url).query(&[("site", key.as_str()), ("number", number), ("lang", "de")]);
        let reply = request.send().await.unwrap();
        let to = reply.headers().get("location").map(|it| it.to_str().unwrap().to_owned());
        (reply.status().as_u16(), to, reply.text().await.unwrap())
    };
    for number in ["mr pickup 1", "nothing, MR-PICKUP-1"] {
        let (status, to, _) = get(number).await;
        let to = to.unwrap_or_default();
        assert!(
            status == 303 && to.starts_with("/t/") && to.ends_with("?lang=de"),
            "{number}: {status} {to}"
        );
    }
    let (status, _, text) = get("<script>alert(1)</script>").await;
    assert_eq!(status, 404);
    assert!(
        text.contains("role=\"alert\"")
            && text.contains("value=\"&lt;script&gt;")
            && !text.contains("<script")
    );
    assert_eq!(get("").await.0, 200, "the form alone");

    let post = async |order: &str, contact: &str| {
        let body = format!("site={key}&order={order}&contact={contact}");
        let request = http.post(format!("{}/t", proxy.base)).body(body);
        let reply = request.header("content-type", "application/x-www-form-urlencoded").send().await.unwrap();
        (reply.status().as_u16(), reply.text().await.unwrap())
    };
    let (status, text) = post("A-100", "anna%40example.com").await;
    assert!(status == 200 && text.matches("href=\"/t/").count() == 2, "{status} {text}");
    assert_eq!(post("A-100", "%2B358401234567").await.0, 303);
    let (wrong_order, wrong_shopper) =
        (post("A-1", "anna%40example.com").await, post("A-100", "x%40example.com").await);
    assert_eq!((wrong_order.0, wrong_shopper.0), (404, 404));
    let plain = |text: &str| text.split("nonce=\"").nth(1).unwrap().split_once('"').unwrap().1.to_owned();
    assert_eq!(plain(&wrong_order.1), plain(&wrong_shopper.1));
}
