//! What the browser suites share: a place to mount components, and waiting for what comes by itself.

// Each suite is a crate of its own and uses only some of this.
#![allow(dead_code)]

use gloo_timers::future::TimeoutFuture;
use milkrun_lean::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Element, HtmlElement};

/// A place on the page for one test; it goes away with the value.
pub(crate) struct Stand {
    element: HtmlElement,
    unmount: Option<Box<dyn FnOnce()>>,
}

impl Stand {
    /// Mounts a view into a fresh element of 600 by 400 pixels.
    pub(crate) fn with(view: impl FnOnce() -> View + 'static) -> Self {
        let element: HtmlElement = document().create_element("div").unwrap().unchecked_into();
        for (property, value) in [("width", "600px"), ("height", "400px"), ("position", "relative")] {
            element.style().set_property(property, value).unwrap();
        }
        document().body().unwrap().append_child(&element).unwrap();
        let place = element.clone();
        let handle = leptos::mount::mount_to(element.clone(), move || {
            place.append_child(&view().into_node()).unwrap();
        });
        Self { element, unmount: Some(Box::new(move || drop(handle))) }
    }

    /// The element in which the view is mounted.
    pub(crate) fn element(&self) -> &HtmlElement {
        &self.element
    }

    /// The first element that fits a selector.
    pub(crate) fn find(&self, selector: &str) -> Option<Element> {
        self.element.query_selector(selector).unwrap()
    }

    /// How many elements fit a selector.
    pub(crate) fn count(&self, selector: &str) -> u32 {
        self.element.query_selector_all(selector).unwrap().length()
    }

    /// All text of the view.
    pub(crate) fn text(&self) -> String {
        self.element.text_content().unwrap_or_default()
    }

    /// Waits for an element that fits a selector.
    pub(crate) async fn wait_for(&self, selector: &str) -> Element {
        until(selector, || self.find(selector).is_some()).await;
        self.find(selector).unwrap()
    }
}

impl Drop for Stand {
    fn drop(&mut self) {
        if let Some(unmount) = self.unmount.take() {
            unmount();
        }
        self.element.remove();
    }
}

/// Puts a function in the place of the browser's `fetch`: method, path with query, and body in; JSON out, or nothing
/// for status 502. Every test serves its own; they run one after another in one page.
pub(crate) fn serve(answer: impl Fn(&str, &str, &str) -> Option<serde_json::Value> + 'static) {
    use web_sys::{Request, Response, ResponseInit};
    let answer = std::rc::Rc::new(answer);
    let fetch = Closure::<dyn Fn(Request) -> js_sys::Promise>::new(move |request: Request| {
        let answer = std::rc::Rc::clone(&answer);
        wasm_bindgen_futures::future_to_promise(async move {
            let url = web_sys::Url::new(&request.url())?;
            let path = format!("{}{}", url.pathname(), url.search());
            let body = wasm_bindgen_futures::JsFuture::from(request.text()?).await?;
            let reply = answer(
                &request.method(),
                path.trim_start_matches("/api/v1"),
                &body.as_string().unwrap_or_default(),
            );
            let init = ResponseInit::new();
            init.set_status(if reply.is_some() { 200 } else { 502 });
            let down = || {
                serde_json::json!({ "type": "tracking-down", "title": "51Tracking is down", "status": 502,
                                    "detail": "51Tracking does not answer." })
            };
            let text = reply.unwrap_or_else(down).to_string();
            Ok(Response::new_with_opt_str_and_init(Some(&text), &init)?.into())
        })
    });
    js_sys::Reflect::set(&window(), &"fetch".into(), &fetch.into_js_value()).unwrap();
}

/// Waits until something is so; fails after ten seconds.
pub(crate) async fn until(what: &str, so: impl Fn() -> bool) {
    for _ in 0..500 {
        if so() {
            return;
        }
        TimeoutFuture::new(20).await;
    }
    panic!("did not come: {what}");
}

/// Adds a style sheet or a script of the repository to the page and waits for it.
pub(crate) async fn load(path: &str) {
    let (name, attribute) = if path.ends_with(".css") { ("link", "href") } else { ("script", "src") };
    if document().query_selector(&format!("[{attribute}='{path}']")).unwrap().is_some() {
        return;
    }
    let promise = js_sys::Promise::new(&mut |resolve, reject| {
        let element = document().create_element(name).unwrap();
        element.set_attribute("rel", "stylesheet").unwrap();
        element.set_attribute(attribute, path).unwrap();
        element.add_event_listener_with_callback("load", &resolve).unwrap();
        element.add_event_listener_with_callback("error", &reject).unwrap();
        document().head().unwrap().append_child(&element).unwrap();
    });
    assert!(wasm_bindgen_futures::JsFuture::from(promise).await.is_ok(), "{path} could not be loaded");
}
