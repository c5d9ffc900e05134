//! The few calls into the page that drawing takes.
//!
//! They are bound by hand and without `catch`: the bindings of `web-sys` guard each call against exceptions
//! that constant names cannot raise, and each guard is paid twice, in the core and in its glue.

use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen]
extern "C" {
    /// A `ShadowRoot`.
    pub type Root;
    #[wasm_bindgen(method, js_name = getElementById)]
    pub(crate) fn find(this: &Root, id: &str) -> Option<Element>;

    /// An `Element`.
    pub type Element;
    #[wasm_bindgen(js_namespace = document, js_name = createElement)]
    fn create(tag: &str) -> Element;
    #[wasm_bindgen(method, js_name = setAttribute)]
    pub(crate) fn set(this: &Element, name: &str, value: &str);
    /// Replaces all children by one text node, or by nothing; what stands in `text` is never markup.
    #[wasm_bindgen(method, setter, js_name = textContent)]
    pub(crate) fn set_text(this: &Element, text: &str);
    #[wasm_bindgen(method)]
    pub(crate) fn append(this: &Element, child: &Element);
}

/// A new element which the shop's style sheet can reach as `part`.
pub(crate) fn element(tag: &str, part: &str) -> Element {
    let element = create(tag);
    element.set("part", part);
    element
}

/// The same with a text in it.
pub(crate) fn text(tag: &str, part: &str, text: &str) -> Element {
    let element = element(tag, part);
    element.set_text(text);
    element
}
