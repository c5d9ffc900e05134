//! The part that needs a browser: asks the portal and draws the answer into the element's shadow root.
//!
//! Every call runs to its end without waiting: the loader does the awaiting between them,
//! because an executor of futures in here would weigh as much as all the rest.
//! The core keeps no state either, so nothing has to be freed when a shop removes a widget.

pub mod dates;
pub mod dom;
pub mod reply;
pub mod view;

use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::texts::Language;
use crate::trouble::Trouble;
use crate::{address, number};

#[wasm_bindgen]
extern "C" {
    /// Options of `fetch`.
    type Options;
    #[wasm_bindgen(method, setter)]
    fn set_signal(this: &Options, signal: &JsValue);
    #[wasm_bindgen(js_namespace = JSON, js_name = parse)]
    fn options(json: &str) -> Options;
    fn fetch(address: &str, options: &Options) -> JsValue;
}

/// The style sheet of the answer; the form's stands in the loader.
#[wasm_bindgen]
#[must_use]
pub fn style() -> String {
    String::from(include_str!("../answer.css"))
}

/// Asks the portal, and nobody else, about what the shopper typed: no cookie, no referrer.
///
/// `api` is the lookup's address, `site` the merchant's key, `stop` an `AbortSignal`.
/// Gives a promise of a `Response`, or `undefined` when what was typed cannot be a number.
#[wasm_bindgen]
#[must_use]
pub fn ask(api: &str, site: &str, typed: &str, stop: &JsValue) -> JsValue {
    let Some(number) = number::clean(typed) else { return JsValue::UNDEFINED };
    let options = options(r#"{"credentials":"omit","referrerPolicy":"no-referrer","cache":"no-store"}"#);
    options.set_signal(stop);
    fetch(&address::lookup(api, site, &number), &options)
}

/// Draws what came of a question into the loader's `#status` and `#answer`.
///
/// `root` is the element's shadow root, `lang` a BCP 47 tag, `status` that of the response
/// (0 if none was asked for), `reply` its JSON body or anything else if it has none.
/// Gives the word for what went wrong (see [`Trouble::word`]), `undefined` if nothing did.
#[wasm_bindgen]
pub fn show(root: &dom::Root, lang: &str, status: u16, reply: &JsValue) -> Option<String> {
    let view = view::View::new(root, Language::of(lang));
    match Trouble::of(status, reply.is_object()) {
        Some(trouble) => {
            view.complain(trouble);
            Some(String::from(trouble.word()))
        }
        None => {
            view.answer(reply::read(reply));
            None
        }
    }
}
