//! What the page's script calls; WebAssembly only.
//!
//! Texts go in and texts come out, nothing is imported and nothing is kept between two calls:
//! so the glue is small, and nothing has to be freed when a shop removes a widget.

use wasm_bindgen::prelude::wasm_bindgen;

use crate::{flat, typed, view};

/// The standard library's allocator would be a third of the core.
#[global_allocator]
static MEMORY: talc::wasm::WasmDynamicTalc = talc::wasm::new_wasm_dynamic_allocator();

/// The numbers in what a shopper typed, a line each; else `!` and the name of the text that says what is wrong.
#[wasm_bindgen]
#[must_use]
pub fn numbers(text: &str) -> String {
    let mut lines = String::new();
    match typed::numbers(text) {
        Ok(numbers) => {
            for it in numbers {
                lines.push_str(&it);
                lines.push('\n');
            }
        }
        Err(trouble) => {
            lines.push('!');
            lines.push_str(trouble.key());
        }
    }
    lines
}

/// Which of `email`, `phone` and `postcode` a contact is; empty for none.
#[wasm_bindgen]
#[must_use]
pub fn contact(text: &str) -> String {
    String::from(typed::contact(text))
}

/// What to build for a reply in the form of [`flat`].
#[wasm_bindgen]
#[must_use]
pub fn draw(lines: &str) -> String {
    view::draw(&flat::read(lines))
}
