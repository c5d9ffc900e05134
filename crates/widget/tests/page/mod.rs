//! A page to draw into, and what is asked of it afterwards.

use wasm_bindgen::JsCast;
use web_sys::{Document, Element, ShadowRoot, ShadowRootInit, ShadowRootMode};

/// A widget's shadow root in the test's page.
pub(crate) struct Page {
    /// The root.
    pub(crate) root: ShadowRoot,
}

impl Page {
    /// A root with the parts of the loader's form that the core draws into.
    pub(crate) fn with_form() -> Self {
        let host = document().create_element("div").unwrap();
        document().body().unwrap().append_child(&host).unwrap();
        let root = host.attach_shadow(&ShadowRootInit::new(ShadowRootMode::Open)).unwrap();
        for (tag, id) in [("input", "input"), ("div", "status"), ("div", "answer")] {
            let part = document().create_element(tag).unwrap();
            part.set_id(id);
            root.append_child(&part).unwrap();
        }
        Self { root }
    }

    /// All elements of a selector.
    pub(crate) fn all(&self, selector: &str) -> Vec<Element> {
        let list = self.root.query_selector_all(selector).unwrap();
        (0..list.length()).filter_map(|it| list.get(it)?.dyn_into().ok()).collect()
    }

    /// The text of the first element of a selector.
    #[track_caller]
    pub(crate) fn text(&self, selector: &str) -> String {
        let all = self.all(selector);
        assert!(!all.is_empty(), "nothing matches {selector}");
        all[0].text_content().unwrap()
    }
}

/// The page.
pub(crate) fn document() -> Document {
    web_sys::window().unwrap().document().unwrap()
}

/// An RFC 3339 day so many days from today, as the calendar here counts them.
pub(crate) fn day(days: i32) -> String {
    let now = js_sys::Date::new_0();
    let day = js_sys::Date::new_with_year_month_day_hr(
        now.get_full_year(),
        now.get_month() as i32,
        now.get_date() as i32 + days,
        12,
    );
    format!("{}-{:02}-{:02}", day.get_full_year(), day.get_month() + 1, day.get_date())
}
