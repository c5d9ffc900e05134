//! The pages around the plan, with a server that answers what the test says.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, reason = "a test may fail loudly, and clippy does not know these for tests")]

mod common;

use common::{Stand, until};
use milkrun_lean::prelude::*;
use milkrun_portal::app::{Gate, GateState};
use milkrun_portal::pages::{DayPage, TrackPage};
use milkrun_portal::ui::toast::Toaster;
use serde_json::{Value, json};
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use wasm_bindgen_test::*;
use web_sys::{HtmlElement, HtmlTextAreaElement, Request, Response, ResponseInit};

wasm_bindgen_test_configure!(run_in_browser);

/// What carriers write reaches the page through a vendor; it must never become markup.
const HOSTILE: &str = "<img src=x onerror=alert(1)>Held & \"checked\"";

/// Puts a function in the place of the browser's `fetch`: method and path in, JSON out, or nothing for status 502.
/// Every test serves its own; they run one after another in one page.
fn serve(answer: impl Fn(&str, &str) -> Option<Value> + 'static) {
    let fetch = Closure::<dyn Fn(Request) -> js_sys::Promise>::new(move |request: Request| {
        let url = web_sys::Url::new(&request.url()).unwrap();
        let path = url.pathname();
        let reply = answer(&request.method(), path.trim_start_matches("/api/v1"));
        let init = ResponseInit::new();
        init.set_status(if reply.is_some() { 200 } else { 502 });
        let body = reply.unwrap_or_else(|| {
            json!({ "type": "tracking-down", "title": "51Tracking is down", "status": 502,
                    "detail": "51Tracking does not answer." })
        });
        let response = Response::new_with_opt_str_and_init(Some(&body.to_string()), &init).unwrap();
        js_sys::Promise::resolve(&wasm_bindgen::JsValue::from(response))
    });
    js_sys::Reflect::set(&window(), &"fetch".into(), &fetch.into_js_value()).unwrap();
}

fn session(upstream: &str) -> Value {
    session_of("dispatcher", upstream)
}

fn session_of(role: &str, upstream: &str) -> Value {
    let source =
        json!({ "id": "gazetteer", "name": "Built-in addresses", "attribution": "City of <b>Helsinki</b>" });
    json!({ "user": "Aino", "role": role, "user_id": "1", "expires_at": "2026-11-23T06:00:00Z", "services": {
        "routemate": upstream, "tracking": upstream, "geocoder": source, "matrix": source } })
}

fn parcel(id: &str, status: &str) -> Value {
    json!({
        "id": id, "tracking_number": format!("JJFI{id}"), "courier_code": "posti", "courier_name": "Posti",
        "status": status, "latest_event": HOSTILE, "latest_event_at": "2026-11-22T10:00:00Z",
        "read_at": "2026-11-22T12:00:00Z",
        "checkpoints": [
            { "at": "2026-11-22T10:00:00Z", "status": status, "detail": HOSTILE, "place": "<script>1</script>" },
            { "at": "2026-11-22T09:00:00Z", "status": "transit", "detail": "Sorted" },
            { "at": "2026-11-20T09:00:00Z", "status": "inforeceived", "detail": "Announced" },
        ],
    })
}

/// Mounts a page as the portal would for somebody signed in.
fn page(upstream: &str, view: impl FnOnce() -> View + 'static) -> Stand {
    page_for(&session(upstream), view)
}

fn page_for(session: &Value, view: impl FnOnce() -> View + 'static) -> Stand {
    let session = serde_json::from_value(session.clone()).unwrap();
    Stand::with(move || {
        provide_context(Gate(RwSignal::new(Some(GateState::Open(session)))));
        provide_context(Toaster::default());
        view()
    })
}

fn click(stand: &Stand, selector: &str) {
    let element = stand.find(selector).unwrap_or_else(|| panic!("no {selector} in {}", stand.text()));
    element.unchecked_into::<HtmlElement>().click();
}

#[wasm_bindgen_test]
async fn what_a_carrier_writes_stays_text() {
    serve(|_, path| match path {
        "/parcels" => Some(json!({ "parcels": [parcel("1", "exception")] })),
        "/couriers" => Some(json!({ "couriers": [] })),
        _ => Some(parcel("1", "exception")),
    });
    let stand = page("live", || view! { <TrackPage/> });
    let row = stand.wait_for("[data-test=parcel-row]").await;
    assert!(row.text_content().unwrap().contains(HOSTILE));
    assert!(row.text_content().unwrap().contains("Problem"));
    click(&stand, "[data-test=parcel-row]");
    until("three checkpoints", || stand.count("[data-test=checkpoint]") == 3).await;
    assert_eq!(stand.count("img, script"), 0);
    assert_eq!(stand.count(".track__day"), 2, "one heading a day");
    click(&stand, "[data-test=parcel-detail] [aria-label=Close]");
    until("a closed drawer", || stand.count("[data-test=parcel-detail]") == 0).await;
}

#[wasm_bindgen_test]
async fn numbers_go_out_in_batches_and_what_is_refused_stays() {
    let sent = StoredValue::new(0_u32);
    serve(move |method, path| match (method, path) {
        ("POST", "/parcels") => {
            sent.update_value(|sent| *sent += 1);
            let refused = json!({ "tracking_number": "N7", "error": "No carrier knows this form of number" });
            let taken = json!({ "tracking_number": "N8", "id": "8" });
            // The first batch has 40 numbers, one of which is refused; the second has the rest.
            let first = sent.get_value() == 1;
            Some(json!({ "results": if first { vec![refused, taken] } else { vec![taken] } }))
        }
        ("GET", "/parcels") => Some(json!({ "parcels": [] })),
        _ => Some(json!({ "couriers": [] })),
    });
    let stand = page("sandbox", || view! { <TrackPage/> });
    stand.wait_for(".track__hints").await;
    let field: HtmlTextAreaElement = stand.wait_for("[data-test=track-numbers]").await.unchecked_into();
    let numbers: Vec<String> = (0..45).map(|n| format!("N{n}")).collect();
    field.set_value(&numbers.join("\n"));
    field.dispatch_event(&web_sys::Event::new("input").unwrap()).unwrap();
    until("a button for all", || {
        stand.find("[data-test=track-add]").unwrap().text_content().unwrap().contains("Track 45 parcels")
    })
    .await;
    click(&stand, "[data-test=track-add]");
    let refused = stand.wait_for("[data-test=track-refused]").await;
    assert!(refused.text_content().unwrap().contains("No carrier knows this form of number"));
    assert_eq!((field.value().as_str(), sent.get_value()), ("N7", 2));
}

#[wasm_bindgen_test]
async fn ten_thousand_parcels_are_a_few_rows() {
    // How many rows can be seen is a matter of style.
    for sheet in ["/style/tokens.css", "/style/base.css", "/style/ui.css", "/style/track.css"] {
        common::load(sheet).await;
    }
    serve(|_, path| match path {
        "/parcels" => {
            let parcels: Vec<Value> = (0..10_000)
                .map(|n| parcel(&n.to_string(), if n % 2 == 0 { "transit" } else { "delivered" }))
                .collect();
            Some(json!({ "parcels": parcels }))
        }
        _ => Some(json!({ "couriers": [] })),
    });
    let stand = page("live", || view! { <TrackPage/> });
    stand.wait_for("[data-test=parcel-row]").await;
    assert!(stand.count("[data-test=parcel-row]") <= 80, "{} rows", stand.count("[data-test=parcel-row]"));
    let search: web_sys::HtmlInputElement = stand.find("[data-test=track-search]").unwrap().unchecked_into();
    search.set_value("jjfi9999");
    search.dispatch_event(&web_sys::Event::new("input").unwrap()).unwrap();
    until("the one that is searched for", || stand.count("[data-test=parcel-row]") == 1).await;
    assert!(stand.find("[data-test=parcel-row]").unwrap().text_content().unwrap().contains("JJFI9999"));
}

#[wasm_bindgen_test]
async fn a_vendor_that_is_down_is_told_in_words() {
    serve(|_, _| None);
    let stand = page("live", || view! { <TrackPage/> });
    let notice = stand.wait_for(".track__trouble").await;
    assert!(notice.text_content().unwrap().contains("51Tracking does not answer."));
    let stand = page("live", || view! { <DayPage/> });
    stand.wait_for(".notice--warn").await;
}

fn dispatch(id: &str, state: &str, job: &str, stops: &[(&str, u32, &str)]) -> Value {
    let ours: Vec<Value> = (0..stops.len())
        .map(|n| json!({ "stop_id": format!("s{n}"), "address": format!("{HOSTILE} {n}"), "label": "", "parcel_count": 1 }))
        .collect();
    let theirs: Vec<Value> = stops
        .iter()
        .map(|(id, sequence, status)| json!({ "stop_id": id, "sequence": sequence, "status": status }))
        .collect();
    json!({
        "id": id, "state": state, "job_status": job, "stops": theirs,
        "request": { "date": "2026-11-22", "external_job_id": id, "title": format!("Route {id}"),
                     "driver_email": format!("{id}@example.org"), "stops": ours },
        "warnings": [{ "message": "Watch out" }],
        "created_at": "2026-11-22T06:00:00Z", "updated_at": "2026-11-22T12:00:00Z",
    })
}

#[wasm_bindgen_test]
async fn the_day_shows_trouble_first_and_which_stops_were_moved() {
    serve(|_, _| {
        Some(json!({ "dispatches": [
            dispatch("fine", "accepted", "in_progress",
                &[("s2", 1, "completed"), ("s0", 2, "in_progress"), ("s1", 3, "pending")]),
            dispatch("bad", "accepted", "in_progress", &[("s0", 1, "failed"), ("s1", 2, "pending")]),
        ] }))
    });
    let stand = page("sandbox", || view! { <DayPage/> });
    until("two routes", || stand.count("[data-test=day-job]") == 2).await;
    let first = stand.find("[data-test=day-job]").unwrap().text_content().unwrap();
    assert!(first.contains("Route bad") && first.contains("1 not delivered"), "{first}");
    let progress: Vec<String> = {
        let all = stand.element().query_selector_all("[data-test=day-progress]").unwrap();
        (0..all.length()).map(|n| all.get(n).unwrap().text_content().unwrap()).collect()
    };
    assert_eq!(progress, ["0 of 2 stops", "1 of 3 stops"]);
    assert_eq!(stand.count(".day__moved"), 1, "only the stop that left the order");
    assert!(stand.text().contains("1 moved by RouteMate") && stand.text().contains("Watch out"));
    assert_eq!(stand.count("img"), 0);
}

#[wasm_bindgen_test]
async fn news_of_a_parcel_comes_by_itself() {
    let asked = std::cell::Cell::new(0);
    serve(move |_, path| {
        Some(match path {
            "/parcels" => {
                asked.set(asked.get() + 1);
                json!({ "parcels": [parcel("1", if asked.get() > 1 { "delivered" } else { "transit" })] })
            }
            _ => json!({}),
        })
    });
    let stand = page("live", || view! { <TrackPage/> });
    until("the parcel on its way", || stand.text().contains("On the way")).await;
    let row = stand.wait_for("[data-test=parcel-row]").await;
    until("the parcel delivered", || {
        stand
            .find("[data-test=parcel-row]")
            .is_some_and(|it| it.text_content().unwrap().contains("Delivered"))
    })
    .await;
    assert!(!row.is_connected(), "the old row is gone");
}

#[wasm_bindgen_test]
async fn what_is_unfolded_stays_so_while_the_day_is_read_again() {
    let asked = std::rc::Rc::new(std::cell::Cell::new(0));
    let count = std::rc::Rc::clone(&asked);
    serve(move |_, path| {
        Some(match path {
            "/dispatches" => {
                count.set(count.get() + 1);
                json!({ "dispatches": [dispatch("1", "accepted", "in_progress", &[("s0", 1, "pending")])] })
            }
            _ => json!({}),
        })
    });
    let stand = page("live", || view! { <DayPage/> });
    let details = stand.wait_for("details").await;
    details.set_attribute("open", "").unwrap();
    let before = asked.get();
    until("the day read again", || asked.get() > before).await;
    gloo_timers::future::TimeoutFuture::new(100).await;
    assert!(stand.find("details[open]").is_some(), "news folded the stops");
}
