//! Where parts meet the page: children, attributes, listeners, and keeping them up to date.

use leptos::prelude::document;
use leptos::tachys::html::event::EventDescriptor;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, Event, HtmlElement, Node, Text};

use crate::reactive::{NodeRef, keep, render};
use crate::value::{Part, Value};

/// Where a value goes on an element.
#[derive(Clone, Copy)]
pub(crate) enum Place {
    Attribute,
    Property,
    Class,
    Style,
}

pub(crate) fn append(parent: &Node, child: &Node) {
    // Appending a fresh node to a node that holds others cannot fail.
    let _ = parent.append_child(child);
}

/// Adds a child at the end.
pub(crate) fn child(parent: &Node, part: Part) {
    match part {
        Part::Value(value) => match &value {
            Value::Node(node) => append(parent, node),
            value => {
                if let Some(text) = value.text() {
                    append(parent, &document().create_text_node(text));
                }
            }
        },
        Part::Live(mut value) => {
            let stretch = Stretch::at_end_of(parent);
            let mut shown = Value::None;
            render(Box::new(move || {
                let next = value();
                let same = match (&shown, &next) {
                    (Value::None, Value::None) => true,
                    (Value::None | Value::Node(_), _) | (_, Value::Node(_)) => false,
                    (a, b) => a.text() == b.text(),
                };
                if !same {
                    stretch.show(&next);
                    shown = next;
                }
            }));
        }
        Part::Listener(_) | Part::Reference(_) | Part::Taken => {}
    }
}

/// A stretch of children that is renewed as a whole: what lies between two text nodes, the first of which also holds
/// the text while there is nothing else.
#[derive(Clone)]
pub(crate) struct Stretch {
    start: Text,
    end: Text,
}

impl Stretch {
    pub(crate) fn at_end_of(parent: &Node) -> Self {
        let this = Self { start: document().create_text_node(""), end: document().create_text_node("") };
        append(parent, &this.start);
        append(parent, &this.end);
        this
    }

    fn show(&self, value: &Value) {
        while let Some(node) = self.start.next_sibling() {
            if node == **self.end {
                break;
            }
            remove(&node);
        }
        self.start.set_data(value.text().unwrap_or_default());
        if let Value::Node(node) = value {
            self.insert(node, None);
        }
    }

    /// The node behind the last one.
    pub(crate) fn end(&self) -> &Node {
        &self.end
    }

    /// Puts a node before another one of the stretch, or at its end.
    pub(crate) fn insert(&self, node: &Node, before: Option<&Node>) {
        if let Some(parent) = self.end.parent_node() {
            let _ = parent.insert_before(node, Some(before.unwrap_or(&self.end)));
        }
    }
}

pub(crate) fn remove(node: &Node) {
    if let Some(parent) = node.parent_node() {
        let _ = parent.remove_child(node);
    }
}

/// Puts a value on an element, and keeps it up to date if it is live.
pub(crate) fn place(place: Place, element: &Element, name: &'static str, part: Part) {
    match part {
        Part::Value(value) => put(place, element, name, &value),
        Part::Live(mut value) => {
            let element = element.clone();
            render(Box::new(move || put(place, &element, name, &value())));
        }
        Part::Listener(_) | Part::Reference(_) | Part::Taken => {}
    }
}

/// None of these can fail with a name that a view was written with, and a page is better half right than broken.
fn put(place: Place, element: &Element, name: &str, value: &Value) {
    let text = value.text();
    let flag = matches!(value, Value::Flag(true));
    let _ = match place {
        Place::Attribute => match text.or(flag.then_some("")) {
            Some(text) => element.set_attribute(name, text),
            None => element.remove_attribute(name),
        },
        Place::Property => {
            let value = text.map_or(JsValue::from_bool(flag), JsValue::from_str);
            js_sys::Reflect::set(element, &JsValue::from_str(name), &value).map(drop)
        }
        Place::Class => element.class_list().toggle_with_force(name, flag).map(drop),
        Place::Style => {
            let style = element.unchecked_ref::<HtmlElement>().style();
            style.set_property(name, text.unwrap_or_default())
        }
    };
}

/// A listener whose argument has the type of the event; [`view!`](crate::view) calls it.
pub fn listener<E>(_event: E, mut listener: impl FnMut(E::EventType) + 'static) -> Part
where
    E: EventDescriptor,
    E::EventType: JsCast,
{
    Part::Listener(Box::new(move |event| listener(event.unchecked_into())))
}

/// Fills a reference when its element is built; [`view!`](crate::view) calls it.
pub fn reference<E: JsCast + 'static>(reference: NodeRef<E>) -> Part {
    Part::Reference(Box::new(move |element| reference.fill(element)))
}

/// Listens until the owner goes.
pub(crate) fn listen(element: &Element, event: &str, part: Part) {
    if let Part::Listener(listener) = part {
        let closure: Closure<dyn FnMut(Event)> = Closure::wrap(listener);
        let _ = element.add_event_listener_with_callback(event, closure.as_ref().unchecked_ref());
        keep(Box::new(closure));
    }
}
