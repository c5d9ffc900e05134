//! The settings page, part by part and role by role, with a server that answers what the test says.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, reason = "a test may fail loudly, and clippy does not know these for tests")]

mod common;

use std::cell::RefCell;
use std::rc::Rc;

use common::{Stand, serve, until};
use milkrun_lean::prelude::*;
use milkrun_portal::app::{Gate, GateState};
use milkrun_portal::pages::SettingsPage;
use milkrun_portal::ui::toast::Toaster;
use serde_json::{Value, json};
use wasm_bindgen::JsCast;
use wasm_bindgen_test::*;
use web_sys::{HtmlElement, HtmlInputElement, HtmlSelectElement, HtmlTextAreaElement};

wasm_bindgen_test_configure!(run_in_browser);

fn session(role: &str, upstream: &str) -> Value {
    let source =
        json!({ "id": "gazetteer", "name": "Built-in addresses", "attribution": "City of <b>Helsinki</b>" });
    json!({ "user": "Aino", "role": role, "user_id": "1", "expires_at": "2026-11-23T06:00:00Z", "services": {
        "routemate": upstream, "tracking": upstream, "geocoder": source, "matrix": source } })
}

/// The page at one of its parts.
fn settings(role: &str, upstream: &str, part: &str) -> Stand {
    let session = serde_json::from_value(session(role, upstream)).unwrap();
    window().location().set_hash(part).unwrap();
    Stand::with(move || {
        provide_context(Gate(RwSignal::new(Some(GateState::Open(session)))));
        provide_context(Toaster::default());
        view! { <SettingsPage/> }
    })
}

/// Clicks an element once it can be clicked.
async fn click(stand: &Stand, selector: &str) {
    let element = stand.wait_for(&format!("{selector}:not(:disabled)")).await;
    element.unchecked_into::<HtmlElement>().click();
}

fn type_into(stand: &Stand, selector: &str, text: &str) {
    let field: HtmlInputElement = stand.find(selector).unwrap().unchecked_into();
    field.set_value(text);
    field.dispatch_event(&web_sys::Event::new("input").unwrap()).unwrap();
}

fn nothing_entered(can_set: bool) -> Value {
    json!({ "can_set": can_set, "routemate": { "origin": "nowhere" },
            "tracking": { "origin": "configuration", "api_version": "v4" } })
}

#[wasm_bindgen_test]
async fn services_say_how_they_stand_and_never_obey_markup() {
    serve(|_, _, _| Some(Value::Null));
    for (upstream, word) in [("live", "Live"), ("sandbox", "Sandbox"), ("unconfigured", "Not set up")] {
        let stand = settings("dispatcher", upstream, "services");
        stand.wait_for(".settings__services").await;
        assert!(stand.text().contains(word), "{}", stand.text());
        assert!(stand.text().contains("City of <b>Helsinki</b>"));
        assert_eq!((stand.count("b"), stand.count("form")), (0, 0), "no credentials for dispatchers");
    }
}

#[wasm_bindgen_test]
async fn a_site_is_set_up_and_its_tags_are_shown() {
    let sent = Rc::new(RefCell::new(Vec::<(String, String, String)>::new()));
    let log = Rc::clone(&sent);
    let site = |name: &str, fixed: bool| {
        json!({ "key": if fixed { "demo" } else { "k2" }, "fixed": fixed,
                "snippet": "<script data-site=\"k2\"></script>",
                "snippet_pinned": if fixed { "" } else { "<script integrity=\"sha384-x\"></script>" },
                "settings": { "name": name, "origins": ["https://shop.example"], "lookups": ["number"] } })
    };
    serve(move |method, path, body| {
        if method != "GET" {
            log.borrow_mut().push((method.to_owned(), path.to_owned(), body.to_owned()));
        }
        let name = if log.borrow().iter().any(|it| it.0 == "PUT") { "Kauppa" } else { "Shop <b>" };
        match method {
            "GET" if log.borrow().is_empty() => Some(json!({ "sites": [site("Demo", true)] })),
            "GET" => Some(json!({ "sites": [site("Demo", true), site(name, false)] })),
            _ => Some(site(name, false)),
        }
    });
    let stand = settings("dispatcher", "live", "sites");
    stand.wait_for("[data-test=site-tags]").await;
    assert_eq!((stand.count("[data-test=site-add]"), stand.count("[data-test=site-edit]")), (0, 0));
    drop(stand);

    let stand = settings("owner", "live", "sites");
    stand.wait_for("[data-test=site-tags]").await;
    assert_eq!(stand.count("[data-test=site-edit]"), 0, "what stands in the file is not changed here");
    click(&stand, "[data-test=site-add]").await;
    type_into(&stand, "[data-test=site-name]", "Shop <b>");
    let origins: HtmlTextAreaElement = stand.find("[data-test=site-origins]").unwrap().unchecked_into();
    origins.set_value("https://shop.example\nhttps://www.shop.example");
    origins.dispatch_event(&web_sys::Event::new("input").unwrap()).unwrap();
    let by_order: HtmlInputElement = stand.find("[data-test=site-by-order]").unwrap().unchecked_into();
    until("both lookups", || by_order.checked()).await;
    by_order.click();
    type_into(&stand, "[data-test=site-zone]", "Europe/Helsinki");
    click(&stand, "[data-test=site-save]").await;
    until("the tags", || stand.text().contains("sha384-x")).await;
    assert!(stand.text().contains("<script data-site=\"k2\"></script>") && stand.text().contains("Shop <b>"));
    assert_eq!((stand.count("b"), stand.count(".settings script")), (0, 0));
    click(&stand, "[data-test=site-tags-done]").await;
    click(&stand, "[data-test=site-edit]").await;
    type_into(&stand, "[data-test=site-name]", "Kauppa");
    click(&stand, "[data-test=site-save]").await;
    until("the new name", || stand.text().contains("Kauppa")).await;
    click(&stand, "[data-test=site-remove]").await;
    click(&stand, "[data-test=site-remove-confirm]").await;
    until("three deeds", || sent.borrow().len() == 3).await;
    let sent = sent.borrow();
    let new: Value = serde_json::from_str(&sent[0].2).unwrap();
    assert_eq!(new["origins"], json!(["https://shop.example", "https://www.shop.example"]));
    assert_eq!((&new["lookups"], &new["time_zone"]), (&json!(["number"]), &json!("Europe/Helsinki")));
    let deeds: Vec<_> = sent.iter().map(|it| (it.0.as_str(), it.1.as_str())).collect();
    assert_eq!(deeds, [("POST", "/sites"), ("PUT", "/sites/k2"), ("DELETE", "/sites/k2")]);
}

#[wasm_bindgen_test]
async fn each_role_sees_its_parts() {
    serve(|_, path, _| Some(if path == "/users" { json!({ "users": [] }) } else { nothing_entered(true) }));
    for (role, tabs) in [("viewer", 2), ("dispatcher", 3), ("owner", 6)] {
        // An address that names a part of owners shows others their own.
        let stand = settings(role, "live", "people");
        until("the tabs", || stand.count("[role=tab]") == tabs).await;
        assert_eq!(stand.count("[data-test=person-add]"), u32::from(role == "owner"), "{role}");
        assert_eq!(stand.count("[data-test=sign-out]"), u32::from(role != "owner"), "{role}");
    }
}

#[wasm_bindgen_test]
async fn a_person_is_added_gets_a_link_once_and_another_role() {
    let sent = Rc::new(RefCell::new(Vec::<(String, String, String)>::new()));
    let log = Rc::clone(&sent);
    let user = |role: &str| {
        json!({ "id": "2", "name": "Eero <i>", "email": "eero@example.com", "role": role, "disabled": false,
                "has_password": false, "created_at": "2026-11-22T10:00:00Z" })
    };
    serve(move |method, path, body| {
        if method != "GET" {
            log.borrow_mut().push((method.to_owned(), path.to_owned(), body.to_owned()));
        }
        let added = log.borrow().iter().any(|it| it.1 == "/users");
        let changed = log.borrow().iter().any(|it| it.0 == "PATCH");
        match (method, path) {
            ("GET", "/users") if added => {
                Some(json!({ "users": [user(if changed { "viewer" } else { "dispatcher" })] }))
            }
            ("GET", "/users") => Some(json!({ "users": [] })),
            ("POST", "/users/2/link") => Some(
                json!({ "link": "https://milkrun.example/sign-in#t0ken", "expires_at": "2026-11-25T06:00:00Z" }),
            ),
            _ => Some(user("dispatcher")),
        }
    });
    let stand = settings("owner", "live", "people");
    stand.wait_for("[data-test=person-add]").await;
    click(&stand, "[data-test=person-add]").await;
    type_into(&stand, "[data-test=person-name]", "Eero <i>");
    type_into(&stand, "[data-test=person-email]", "eero@example.com");
    click(&stand, "[data-test=person-add-confirm]").await;
    until("the link", || stand.text().contains("sign-in#t0ken")).await;
    stand.wait_for("[data-test=person]").await;
    assert!(stand.text().contains("Eero <i>") && stand.count("i") == 0);
    click(&stand, "[data-test=person-link-done]").await;
    until("no link", || !stand.text().contains("t0ken")).await;
    let role: HtmlSelectElement = stand.find("[data-test=person-role]").unwrap().unchecked_into();
    assert_eq!(role.value(), "dispatcher");
    role.set_value("viewer");
    role.dispatch_event(&web_sys::Event::new("change").unwrap()).unwrap();
    until("the new role", || {
        stand.find("[data-test=person-role]").is_some_and(|it| {
            it.unchecked_into::<HtmlSelectElement>().value() == "viewer" && sent.borrow().len() == 3
        })
    })
    .await;
    let sent = sent.borrow();
    assert_eq!(sent[0].2, r#"{"email":"eero@example.com","name":"Eero <i>","role":"dispatcher"}"#);
    assert!(sent[2].2.contains(r#""role":"viewer""#), "{sent:?}");
}

#[wasm_bindgen_test]
async fn credentials_go_in_are_tried_and_leave_the_page() {
    let sent = Rc::new(RefCell::new(Vec::<(String, String)>::new()));
    let log = Rc::clone(&sent);
    serve(move |method, path, body| {
        if method != "GET" {
            log.borrow_mut().push((format!("{method} {path}"), body.to_owned()));
        }
        Some(match (method, path) {
            ("GET", "/session") => session("owner", "live"),
            ("GET", _) => nothing_entered(true),
            ("PUT", _) => json!({ "can_set": true, "tracking": { "origin": "nowhere" }, "routemate": {
                "origin": "portal", "set_at": "2026-11-22T10:00:00Z", "set_by": "Aino <b>", "ends_in": "wxyz" } }),
            _ => json!({ "ok": false, "message": "RouteMate's plan does not include the API", "parts": [
                { "part": "key", "state": "unknown" }, { "part": "plan", "state": "fails" }] }),
        })
    });
    let stand = settings("owner", "unconfigured", "services");
    let test = stand.wait_for("[data-test=routemate-test]").await;
    assert!(test.has_attribute("disabled"), "there is nothing to try yet");
    until("the fields", || stand.find("[data-test=routemate-secret]").is_some()).await;
    type_into(&stand, "[data-test=routemate-id]", "rm_ci_a");
    type_into(&stand, "[data-test=routemate-secret]", "rm_cs_wxyz");
    click(&stand, "[data-test=routemate-test]").await;
    let plan = stand.wait_for("[data-test=part-plan]").await;
    assert!(plan.text_content().unwrap().contains("fails"));
    click(&stand, "[data-test=routemate-save]").await;
    until("who has entered them", || stand.text().contains("by Aino <b>; the secret ends in wxyz")).await;
    until("an empty field", || {
        let field: HtmlInputElement = stand.find("[data-test=routemate-secret]").unwrap().unchecked_into();
        field.value().is_empty()
    })
    .await;
    assert_eq!(stand.count("b"), 0);
    until("a try of what is in force", || sent.borrow().len() == 3).await;
    let sent = sent.borrow();
    let calls: Vec<&str> = sent.iter().map(|it| it.0.as_str()).collect();
    let test = "POST /credentials/routemate/test";
    assert_eq!(calls, [test, "PUT /credentials/routemate", test]);
    assert_eq!(sent[1].1, r#"{"client_id":"rm_ci_a","client_secret":"rm_cs_wxyz"}"#);
    assert_eq!(sent[2].1, r#"{"client_id":"","client_secret":""}"#);
}

#[wasm_bindgen_test]
async fn without_a_key_the_page_says_how_to_set_them_in_the_file() {
    serve(|_, _, _| Some(nothing_entered(false)));
    let stand = settings("owner", "live", "services");
    until("the words for the file", || stand.text().contains("client_secret_file")).await;
    assert_eq!(stand.count("[type=password]"), 0);
    assert!(stand.text().contains("MILKRUN_CREDENTIALS_KEY_FILE"));
}

#[wasm_bindgen_test]
async fn a_token_is_shown_once() {
    let made = Rc::new(RefCell::new(String::new()));
    let log = Rc::clone(&made);
    let token = || json!({ "id": "7", "name": "ERP", "scopes": ["parcels:read"], "created_at": "2026-11-22T10:00:00Z" });
    serve(move |method, _, body| {
        if method == "POST" {
            body.clone_into(&mut log.borrow_mut());
            return Some(json!({ "token": token(), "secret": "mrk_0123" }));
        }
        let all = if log.borrow().is_empty() { vec![] } else { vec![token()] };
        Some(json!({ "tokens": all }))
    });
    let stand = settings("owner", "live", "tokens");
    stand.wait_for("[data-test=token-add]").await;
    click(&stand, "[data-test=token-add]").await;
    type_into(&stand, "[data-test=token-name]", "ERP");
    let scope: HtmlInputElement = stand.find("[data-test=scope-parcels-read]").unwrap().unchecked_into();
    scope.click();
    until("a button", || !stand.find("[data-test=token-add-confirm]").unwrap().has_attribute("disabled"))
        .await;
    click(&stand, "[data-test=token-add-confirm]").await;
    until("the secret", || stand.text().contains("mrk_0123")).await;
    click(&stand, "[data-test=token-done]").await;
    until("no secret", || !stand.text().contains("mrk_0123")).await;
    assert!(stand.wait_for("[data-test=token]").await.text_content().unwrap().contains("never used"));
    assert_eq!(*made.borrow(), r#"{"name":"ERP","scopes":["parcels:read"],"days":90}"#);
}

#[wasm_bindgen_test]
async fn the_record_is_read_in_pages_and_filtered() {
    let asked = Rc::new(RefCell::new(Vec::<String>::new()));
    let log = Rc::clone(&asked);
    serve(move |_, path, _| {
        log.borrow_mut().push(path.to_owned());
        let entry = |id: i64| {
            json!({ "id": id, "at": "2026-11-22T10:00:00Z", "actor": "Aino", "action": "user.create",
                    "subject": "<b>x</b>", "detail": "" })
        };
        if path.contains("cursor=") {
            return Some(json!({ "entries": [entry(1)] }));
        }
        Some(json!({ "entries": [entry(3), entry(2)], "next": "2" }))
    });
    let stand = settings("owner", "live", "audit");
    until("two deeds", || stand.count("[data-test=deed]") == 2).await;
    assert!(stand.text().contains("Aino added a person") && stand.count("b") == 0);
    click(&stand, "[data-test=audit-more]").await;
    until("three deeds", || stand.count("[data-test=deed]") == 3).await;
    until("no more", || stand.count("[data-test=audit-more]") == 0).await;
    type_into(&stand, "[data-test=audit-search]", "100 %");
    until("the search", || asked.borrow().iter().any(|it| it.contains("search=100%20%25"))).await;
    until("the first page", || stand.count("[data-test=deed]") == 2).await;
}
