//! Geocoders and routing servers, by the shapes of their own replies.

use axum::response::{Html, IntoResponse};
use serde_json::{Value, json};

use crate::harness::{Canned, Proxy, json as answer, reply};

async fn geocode(proxy: &Proxy, addresses: &[&str]) -> Value {
    reply(proxy.post("geocode").json(&json!({ "addresses": addresses }))).await.1
}

#[tokio::test]
async fn without_configuration_the_gazetteer_and_the_estimate_answer_and_say_so() {
    let proxy = Proxy::start("").await;
    let it = geocode(&proxy, &["Mannerheimintie 5, Helsinki", "Nowhere 1", " "]).await;
    assert_eq!(it["source"]["id"], "gazetteer");
    assert!(it["source"]["attribution"].as_str().unwrap().contains("OpenStreetMap"));
    let outcomes: Vec<_> = it["results"].as_array().unwrap().iter().map(|it| it["outcome"].clone()).collect();
    assert_eq!(outcomes, ["found", "not_found", "not_found"]);
    let points = json!({ "points": [{"lat": 60.17, "lon": 24.94}, {"lat": 60.18, "lon": 24.95}] });
    let (_, matrix) = reply(proxy.post("matrix").json(&points)).await;
    assert_eq!((&matrix["source"]["id"], &matrix["size"]), (&json!("great_circle"), &json!(2)));
    assert_eq!(matrix["durations"].as_array().unwrap().len(), 4);
    let (_, route) = reply(proxy.post("route").json(&points)).await;
    assert_eq!(route["line"], json!([[60.17, 24.94], [60.18, 24.95]]));
    for wrong in [
        json!({"points": [{"lat": 91, "lon": 0}]}),
        json!({"points": vec![json!({"lat": 1, "lon": 1}); 501]}),
    ] {
        assert_eq!(reply(proxy.post("matrix").json(&wrong)).await.0, 422);
    }
}

#[tokio::test]
async fn nominatim_is_asked_once_for_each_address_and_told_who_asks() {
    let server = Canned::start(|it, _| {
        if it.query.contains("Nowhere") {
            return answer(200, &json!([]));
        }
        answer(200, &json!([{"lat": "60.1699", "lon": "24.9384", "display_name": "Found", "place_rank": 30}]))
    })
    .await;
    let toml = format!(
        "[geocoder]\nkind = \"nominatim\"\nurl = \"{}\"\ncontact = \"ops@example.com\"\ncountry_codes = \"fi\"\nper_second = 50.0",
        server.base
    );
    let proxy = Proxy::start(&toml).await;
    for _ in 0..2 {
        let it = geocode(&proxy, &["Aleksanterinkatu 52", "aleksanterinkatu  52", "Nowhere"]).await;
        assert_eq!(it["source"]["id"], "nominatim");
        assert_eq!(it["results"][1]["point"]["lat"], 60.1699);
        assert_eq!(it["results"][2]["outcome"], "not_found");
    }
    let seen = server.seen("/search");
    assert_eq!(seen.len(), 2);
    assert_eq!(seen[0].query, "q=Aleksanterinkatu+52&format=jsonv2&limit=1&countrycodes=fi");
    assert!(seen[0].headers["user-agent"].to_str().unwrap().contains("ops@example.com"));
}

#[tokio::test]
async fn photon_answers_in_geojson() {
    let server = Canned::start(|_, _| {
        let place = json!({"geometry": {"type": "Point", "coordinates": [24.94, 60.17]}, "properties": {"name": "Kiasma"}});
        answer(200, &json!({"type": "FeatureCollection", "features": [place]}))
    })
    .await;
    let proxy = Proxy::start(&format!("[geocoder]\nkind = \"photon\"\nurl = \"{}\"", server.base)).await;
    let it = geocode(&proxy, &["Kiasma"]).await;
    assert_eq!(it["results"][0]["label"], "Kiasma");
    assert_eq!(it["results"][0]["point"], json!({"lat": 60.17, "lon": 24.94}));
    assert_eq!(server.seen("/api").len(), 1);
}

#[tokio::test]
async fn a_geocoder_that_fails_says_so_for_each_address_and_is_asked_again() {
    let server = Canned::start(|_, before| match before {
        0 => Html("<html>sign in</html>").into_response(),
        1 => answer(429, &json!({})),
        2 => answer(500, &json!({})),
        _ => answer(200, &json!([])),
    })
    .await;
    let toml = format!("[geocoder]\nkind = \"nominatim\"\nurl = \"{}\"\nper_second = 50.0", server.base);
    let proxy = Proxy::start(&toml).await;
    let it = geocode(&proxy, &["a", "b", "c", "a"]).await;
    let said: Vec<_> =
        it["results"].as_array().unwrap().iter().map(|it| it["reason"].as_str().unwrap_or("")).collect();
    assert!(
        said[0].contains("HTML page") && said[1].contains("fewer requests") && said[2].contains("status 500"),
        "{said:?}"
    );
    assert_eq!(it["results"][3]["outcome"], "not_found", "a failure is not remembered");
}

/// A table in OSRM's form: a cell is 1000 times the sum of its two coordinates' numbers, or null.
fn table(path: &str, query: &str) -> Value {
    let points: Vec<u32> = path
        .rsplit('/')
        .next()
        .unwrap()
        .split(';')
        .map(|it| (it.split(',').next().unwrap().parse::<f64>().unwrap() * 100.0).round() as u32)
        .collect();
    let numbers = |name: &str| -> Vec<usize> {
        let given = query.split('&').find_map(|it| it.strip_prefix(name)?.strip_prefix('='));
        match given {
            Some(it) => it.replace("%3B", ";").split(';').map(|it| it.parse().unwrap()).collect(),
            None => (0..points.len()).collect(),
        }
    };
    let rows = |scale: u32| -> Vec<Vec<Option<u32>>> {
        let cell = |a: usize, b: usize| {
            let (a, b) = (points[a], points[b]);
            if a == b { Some(0) } else { (b != 3).then_some(scale * (100 * a + b)) }
        };
        numbers("sources")
            .iter()
            .map(|a| numbers("destinations").iter().map(|b| cell(*a, *b)).collect())
            .collect()
    };
    json!({"code": "Ok", "durations": rows(1), "distances": rows(10)})
}

#[tokio::test]
async fn osrm_is_asked_in_blocks_that_fit_and_gaps_are_filled_and_named() {
    let server = Canned::start(|it, _| answer(200, &table(&it.path, &it.query))).await;
    let toml = format!("[matrix]\nkind = \"osrm\"\nurl = \"{}\"\nmax_table = 4", server.base);
    let proxy = Proxy::start(&toml).await;
    let points: Vec<Value> = (0..7).map(|it| json!({"lat": 60.0, "lon": f64::from(it) / 100.0})).collect();
    for _ in 0..2 {
        let (_, matrix) = reply(proxy.post("matrix").json(&json!({ "points": points }))).await;
        assert_eq!(matrix["source"]["id"], "osrm");
        let cell = |name: &str, a: usize, b: usize| matrix[name][a * 7 + b].as_u64().unwrap();
        for (a, b) in [(0, 1), (1, 0), (2, 6), (6, 5), (5, 2), (4, 4)] {
            let expected = if a == b { 0 } else { (100 * a + b) as u64 };
            assert_eq!(
                (cell("durations", a, b), cell("distances", a, b)),
                (expected, 10 * expected),
                "{a} {b}"
            );
        }
        let gaps: Vec<u64> = [0, 1, 2, 4, 5, 6].iter().map(|a| a * 7 + 3).collect();
        assert_eq!(matrix["estimated"], json!(gaps));
        assert!(cell("durations", 6, 3) > 60, "the estimate fills the gap");
    }
    let asked: usize = server.seen.lock().unwrap().len();
    assert_eq!(asked, 16, "four blocks each way, and the second time from memory");
}

#[tokio::test]
async fn osrm_draws_the_line_straight_where_no_road_joins_two_points() {
    let server = Canned::start(|it, _| {
        if it.path.contains("24.94") {
            let line = json!({"type": "LineString", "coordinates": [[24.94, 60.17], [24.945, 60.175], [24.95, 60.18]]});
            return answer(200, &json!({"code": "Ok", "routes": [{"geometry": line}]}));
        }
        answer(400, &json!({"code": "NoRoute", "message": "Impossible route between points"}))
    })
    .await;
    let proxy = Proxy::start(&format!("[matrix]\nkind = \"osrm\"\nurl = \"{}\"", server.base)).await;
    let points = |lon: f64| json!({"points": [{"lat": 60.17, "lon": lon}, {"lat": 60.18, "lon": 24.95}]});
    let (_, route) = reply(proxy.post("route").json(&points(24.94))).await;
    assert_eq!(route["line"], json!([[60.17, 24.94], [60.175, 24.945], [60.18, 24.95]]));
    let (status, route) = reply(proxy.post("route").json(&points(1.0))).await;
    assert_eq!(
        (status, &route["line"]),
        (200, &json!([[60.17, 1.0], [60.18, 24.95]])),
        "straight without a road"
    );
    drop(server);
}

#[tokio::test]
async fn a_routing_server_that_is_away_is_named() {
    let proxy = Proxy::start("[matrix]\nkind = \"osrm\"\nurl = \"http://127.0.0.1:1\"").await;
    let points = json!({"points": [{"lat": 60.17, "lon": 24.94}, {"lat": 60.18, "lon": 24.95}]});
    let (status, problem) = reply(proxy.post("matrix").json(&points)).await;
    assert_eq!((status, &problem["type"]), (502, &json!("roads-down")));
    assert!(problem["detail"].as_str().unwrap().contains("OSRM (127.0.0.1) cannot be reached"), "{problem}");
}
