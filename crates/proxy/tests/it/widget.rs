//! What a shopper sees, and who may ask.

use milkrun_wire::tracking51::webhook::Version;
use reqwest::header::HeaderMap;
use serde_json::{Value, json};

use crate::dispatches::{dispatch, request};
use crate::harness::{Both, Proxy};
use crate::parcels::add;

const SITES: &str = "[[sites]]\nkey = \"shop\"\norigins = [\"https://shop.example\"]";

async fn look_up(proxy: &Proxy, origin: &str, site: &str, number: &str) -> (u16, HeaderMap, Value) {
    let url = format!("{}/api/widget/v1/lookup", proxy.base);
    let mut request = proxy.http.get(url).query(&[("site", site), ("number", number)]);
    if !origin.is_empty() {
        request = request.header("origin", origin);
    }
    let reply = request.send().await.unwrap();
    (reply.status().as_u16(), reply.headers().clone(), reply.json().await.unwrap())
}

#[tokio::test]
async fn only_the_sites_own_pages_may_ask() {
    let proxy = Proxy::start(SITES).await;
    let (status, headers, answer) = look_up(&proxy, "https://shop.example", "shop", "nothing").await;
    assert_eq!((status, &answer["found"]), (200, &json!(false)));
    assert_eq!(headers["access-control-allow-origin"], "https://shop.example");
    assert_eq!(headers["vary"], "origin");
    for (origin, site) in [
        ("https://other.example", "shop"),
        ("https://shop.example.evil.example", "shop"),
        ("http://shop.example", "shop"),
        ("null", "shop"),
        ("", "shop"),
        ("https://shop.example", "guess"),
    ] {
        let (status, headers, problem) = look_up(&proxy, origin, site, "nothing").await;
        assert_eq!((status, &problem["type"]), (403, &json!("site-not-allowed")), "{origin} {site}");
        assert!(!headers.contains_key("access-control-allow-origin"), "{origin} {site}");
    }
}

#[tokio::test]
async fn lookups_are_limited_and_the_page_can_read_that() {
    let proxy = Proxy::start(SITES).await;
    let mut last = 200;
    for _ in 0..30 {
        let (status, headers, _) = look_up(&proxy, "https://shop.example", "shop", "nothing").await;
        last = status;
        assert_eq!(headers["access-control-allow-origin"], "https://shop.example");
        if status == 429 {
            assert!(headers["retry-after"].to_str().unwrap().parse::<u32>().unwrap() >= 1);
            break;
        }
    }
    assert_eq!(last, 429);
}

#[tokio::test]
async fn parcels_and_stops_are_found_however_they_are_typed_and_nothing_else_is_told() {
    let both = Both::start(Version::V4, SITES).await;
    let proxy = &both.proxy;
    let parcel = json!({"tracking_number": "MR-PICKUP-1", "courier_code": "posti", "title": "HUSH-TITLE", "order_number": "HUSH-ORDER"});
    let id = add(proxy, json!([parcel])).await[0]["id"].clone();
    proxy.until(&format!("parcels/{}", id.as_str().unwrap()), |it| it["status"] == "pickup").await;
    let mut body = request("HUSH-JOB");
    body["title"] = json!("HUSH-ROUTE");
    body["stops"][0]["label"] = json!("HUSH-CUSTOMER");
    let sent = dispatch(proxy, "11111111-1", &body).await.1;
    assert_eq!(sent["state"], "accepted", "{sent:#}");

    let shop = async |number: &str| look_up(proxy, "https://shop.example", "shop", number).await.2;
    let parcel = shop(" mr pickup 1").await;
    assert_eq!(
        (&parcel["found"], &parcel["status"], &parcel["stops_before"]),
        (&json!(true), &json!("pickup"), &json!(-1))
    );
    assert!(
        !parcel["carrier"].as_str().unwrap().is_empty() && !parcel["events"].as_array().unwrap().is_empty()
    );
    let stop = shop("s-1").await;
    assert_eq!(
        (&stop["found"], &stop["status"], &stop["carrier"]),
        (&json!(true), &json!("inforeceived"), &json!(""))
    );
    assert!(stop["stops_before"].as_i64().unwrap() >= 0);
    for it in [&parcel, &stop] {
        let text = it.to_string();
        for hidden in ["HUSH", "driver@example.com", "Mannerheimintie", sent["job_id"].as_str().unwrap()] {
            assert!(!text.contains(hidden), "{hidden} in {text}");
        }
    }
    both.step(24 * 3600).await;
    let path = format!("dispatches/{}", sent["id"].as_str().unwrap());
    proxy.until(&path, |it| it["job_status"] == "completed").await;
    let done = shop("S-1").await;
    assert!(["delivered", "undelivered", "exception"].contains(&done["status"].as_str().unwrap()), "{done}");
    assert_eq!((&done["stops_before"], done["events"].as_array().unwrap().len()), (&json!(-1), 2));
}

#[tokio::test]
async fn the_demo_shop_brings_its_own_site() {
    let proxy = Proxy::start("demo_shop_listen = \"127.0.0.1:18999\"").await;
    let (status, _, _) = look_up(&proxy, "http://localhost:18999", "demo", "x").await;
    assert_eq!(status, 200);
    let (listener, address) = crate::harness::listener().await;
    let shop = milkrun_proxy::demo_shop::app(&proxy.state.config);
    let server = tokio::spawn(async move { axum::serve(listener, shop).await });
    let page = proxy.http.get(format!("http://{address}/")).send().await.unwrap();
    let host = proxy.state.config.public_origin();
    let policy = page.headers()["content-security-policy"].to_str().unwrap().to_owned();
    assert!(
        policy
            .contains(&format!("script-src {host} 'wasm-unsafe-eval'; connect-src {host}; style-src 'self'"))
    );
    let text = page.text().await.unwrap();
    assert!(
        text.contains(&format!("<script async src=\"{host}/widget/v1.js\" data-site=\"demo\"></script>"))
    );
    assert!(text.contains("<milkrun-track ") && !text.contains("{{") && !text.contains(" style="));
    server.abort();
}
