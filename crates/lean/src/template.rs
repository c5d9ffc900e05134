//! The template language that `view!` writes: marks of one control character, each with the text up to the next.

use leptos::prelude::document;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, Node};

use crate::live::{self, Place};
use crate::value::{Part, View, fragment};

const SVG: &str = "http://www.w3.org/2000/svg";

/// Builds nodes from a template, taking the parts for its places in their order.
///
/// | mark | text | means |
/// | --- | --- | --- |
/// | `\x10` | | several nodes follow: collect them in a fragment |
/// | `\x01` `\x02` | tag | an element begins; an SVG element begins |
/// | `\x03` | | the element ends |
/// | `\x04` | text | a text node |
/// | `\x05` | | a child from the next part |
/// | `\x06` | `name=value` | an attribute |
/// | `\x07` `\x08` `\x0b` `\x0c` | name | attribute, property, class, style from the next part |
/// | `\x0e` | event | a listener from the next part |
/// | `\x0f` | | the next part is told of the element |
///
/// # Panics
/// When the template is not one that `view!` writes.
pub fn build(template: &'static str, parts: Vec<Part>) -> View {
    let mut parts = parts.into_iter();
    let mut open: Vec<Node> = Vec::new();
    let mut rest = template;
    while let Some(mark) = rest.chars().next() {
        rest = &rest[1..];
        let end = rest.find(is_mark).unwrap_or(rest.len());
        let (text, after) = rest.split_at(end);
        rest = after;
        let mut next = || parts.next().unwrap_or_default();
        if matches!(mark, '\u{1}' | '\u{2}' | '\u{10}') {
            open.push(match mark {
                '\u{1}' => expect(document().create_element(text)).into(),
                '\u{2}' => expect(document().create_element_ns(Some(SVG), text)).into(),
                _ => fragment(),
            });
            continue;
        }
        let Some(node) = open.last() else { break };
        let element: &Element = node.unchecked_ref();
        match mark {
            '\u{3}' if open.len() > 1 => {
                let node = open.pop();
                if let (Some(parent), Some(node)) = (open.last(), node) {
                    live::append(parent, &node);
                }
            }
            '\u{3}' => break,
            '\u{4}' => live::append(node, &document().create_text_node(text)),
            '\u{5}' => live::child(node, next()),
            '\u{6}' => {
                let (name, value) = text.split_once('=').unwrap_or((text, ""));
                let _ = element.set_attribute(name, value);
            }
            '\u{7}' => live::place(Place::Attribute, element, text, next()),
            '\u{8}' => live::place(Place::Property, element, text, next()),
            '\u{b}' => live::place(Place::Class, element, text, next()),
            '\u{c}' => live::place(Place::Style, element, text, next()),
            '\u{e}' => live::listen(element, text, next()),
            _ => {
                if let Part::Reference(tell) = next() {
                    tell(element.clone());
                }
            }
        }
    }
    View::from(open.swap_remove(0))
}

fn is_mark(it: char) -> bool {
    it < ' ' && it != '\n' && it != '\t'
}

fn expect<T>(made: Result<T, JsValue>) -> T {
    // A tag that the browser does not take would have been seen the first time its view was built.
    made.unwrap_or_else(|_| panic!("a view names an element that cannot be"))
}
