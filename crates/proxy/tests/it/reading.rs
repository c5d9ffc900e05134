//! Reading what is due from an account of the vendor's: in as few calls as its servers take.

use axum::http::StatusCode;
use axum::response::{Html, IntoResponse as _, Response};
use milkrun_proxy::store::parcels::ParcelRow;
use milkrun_wire::api::parcel::{Parcel, ParcelStatus};
use serde_json::{Value, json};

use crate::harness::{Canned, Proxy, Seen, json as answer, reply};
use crate::parcels::add;

fn settings(server: &Canned) -> String {
    format!(
        "[tracking51]\nbase_url = \"{}/v4\"\napi_key = \"a-live-key\"\nrefresh_s = 1\nget_per_second = 50.0",
        server.base
    )
}

/// A parcel of ours that is due.
fn row(at: usize) -> ParcelRow {
    let number = number(at);
    ParcelRow {
        vendor_id: String::new(),
        number: number.clone(),
        document: Parcel {
            id: format!("p-{at}"),
            tracking_number: number,
            courier_code: "posti".to_owned(),
            courier_name: None,
            title: None,
            order_number: None,
            status: ParcelStatus::Pending,
            substatus: None,
            latest_event: None,
            latest_event_at: None,
            expected_at: None,
            checkpoints: Vec::new(),
            // Not old news, so that nobody who looks has it read once more.
            read_at: jiff::Timestamp::now().to_string(),
            stale: false,
        },
        is_open: true,
        created_ms: 1_763_942_400_000,
    }
}

/// As long as most carriers' numbers.
fn number(at: usize) -> String {
    format!("JJFI6432100001{at:07}")
}

/// What the vendor says of the numbers asked for; those that end in 9 it does not know.
fn account(it: &Seen) -> Response {
    if !it.path.ends_with("trackings/get") {
        return answer(200, &json!({"meta": {"code": 200, "message": "ok"}, "data": []}));
    }
    let asked = it.query.split('&').find_map(|it| it.strip_prefix("tracking_numbers=")).unwrap_or_default();
    let known = |it: &&str| !it.ends_with('9');
    let success: Vec<Value> = asked
        .split(',')
        .filter(known)
        .map(|it| json!({"id": it, "tracking_number": it, "courier_code": "posti", "delivery_status": "transit"}))
        .collect();
    let rejected: Vec<Value> = asked
        .split(',')
        .filter(|it| !known(it))
        .map(|it| json!({"tracking_number": it, "rejectedCode": 4102, "rejectedMessage": "no such number"}))
        .collect();
    answer(
        200,
        &json!({"meta": {"code": 200, "message": "ok"}, "data": {"success": success, "rejected": rejected}}),
    )
}

/// Has 2,000 parcels read; gives the calls that it took, by the number of parcels each asked for.
async fn read_all(server: &Canned) -> Vec<usize> {
    let proxy = Proxy::start(&settings(server)).await;
    let rows: Vec<_> = (0..2000).map(|at| (row(at), 0)).collect();
    proxy.state.store.parcels().insert_all(&rows).await.unwrap();
    for at in [0, 1998] {
        proxy.until(&format!("parcels/p-{at}"), |it| it["status"] == "transit").await;
    }
    // One that the account does not have is shown as last known, and as old.
    let rejected = proxy.until("parcels/p-1999", |it| it["stale"] == true).await;
    assert_eq!(rejected["status"], "pending", "{rejected:#}");
    server.seen("/v4/trackings/get").iter().map(|it| it.query.matches(',').count() + 1).collect()
}

#[tokio::test]
async fn two_thousand_parcels_are_read_by_one_call() {
    let server = Canned::start(|it, _| account(it)).await;
    assert_eq!(read_all(&server).await, [2000]);
}

#[tokio::test]
async fn a_server_that_takes_shorter_addresses_is_asked_for_fewer_at_once() {
    let server = Canned::start(|it, _| {
        if it.query.len() < 8000 {
            return account(it);
        }
        (StatusCode::URI_TOO_LONG, Html("<html>414 Request-URI Too Large</html>")).into_response()
    })
    .await;
    let calls = read_all(&server).await;
    assert_eq!((calls[0], calls[1..].iter().sum::<usize>()), (2000, 2000), "{calls:?}");
    assert!(calls[1..].iter().all(|it| *it <= 300) && calls.len() < 10, "it is remembered: {calls:?}");
}

#[tokio::test]
async fn an_account_without_detection_is_told_from_one_that_is_away() {
    let server = Canned::start(|it, _| {
        if it.path.ends_with("detect") {
            return (StatusCode::NOT_FOUND, Html("<html>no such page</html>")).into_response();
        }
        account(it)
    })
    .await;
    let proxy = Proxy::start(&settings(&server)).await;
    let added = add(&proxy, json!([{"tracking_number": number(1)}])).await;
    assert!(added[0]["error"].as_str().unwrap().contains("choose the carrier"), "{added:#}");
    let (status, problem) =
        reply(proxy.post("couriers/detect").json(&json!({"tracking_number": number(1)}))).await;
    assert_eq!((status, &problem["type"]), (422, &json!("tracking-refused")), "{problem:#}");
}
