//! What stands in a view: nodes, text and the closures that renew them.

use std::rc::Rc;

use leptos::prelude::{component, document};
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, Node};

use crate::live;
use crate::reactive::{Memo, RwSignal, Signal};

/// A piece of the page: a node, or a document fragment of several. It is on the page once it is appended somewhere.
#[derive(Clone, Debug)]
pub struct View(Node);

impl View {
    /// A view of anything that may stand in one.
    pub fn of(it: impl IntoPart) -> Self {
        Self::of_part(it.into_part())
    }

    /// Nothing.
    #[must_use]
    pub fn none() -> Self {
        Self(fragment())
    }

    /// The node itself.
    #[must_use]
    pub fn into_node(self) -> Node {
        self.0
    }

    fn of_part(it: Part) -> Self {
        let root = fragment();
        live::child(&root, it);
        Self(root)
    }
}

impl From<Node> for View {
    fn from(node: Node) -> Self {
        Self(node)
    }
}

pub(crate) fn fragment() -> Node {
    document().create_document_fragment().unchecked_into()
}

/// What a child, an attribute, a class, a style or a property can be.
#[derive(Debug, Default)]
pub enum Value {
    /// No child; no attribute.
    #[default]
    None,
    /// Whether an attribute, a class or a property is there.
    Flag(bool),
    /// A text that never changes.
    Fixed(&'static str),
    /// A text.
    Text(String),
    /// Nodes; as an attribute it means nothing.
    Node(Node),
}

impl Value {
    /// The text, if it is one.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Fixed(text) => Some(text),
            Self::Text(text) => Some(text),
            Self::None | Self::Flag(_) | Self::Node(_) => None,
        }
    }
}

/// What fills one place of a view.
#[derive(Default)]
pub enum Part {
    /// Something that stays as it is.
    Value(Value),
    /// Something that is renewed whenever a signal read in it changes.
    Live(Box<dyn FnMut() -> Value>),
    /// A listener for an event.
    Listener(Box<dyn FnMut(Event)>),
    /// Told of the element.
    Reference(Box<dyn FnOnce(Element)>),
    /// Nothing, or nothing any more.
    #[default]
    Taken,
}

/// What can be a [`Value`].
pub trait IntoValue {
    /// The value.
    fn into_value(self) -> Value;
}

/// What can fill a place of a view: a value, a closure that gives one, or a signal of one.
pub trait IntoPart {
    /// The part.
    fn into_part(self) -> Part;
}

/// What fills a place of a view; [`view!`](crate::view) calls it.
pub fn part(it: impl IntoPart) -> Part {
    it.into_part()
}

impl<F: FnMut() -> V + 'static, V: IntoValue> IntoPart for F {
    fn into_part(mut self) -> Part {
        Part::Live(Box::new(move || self().into_value()))
    }
}

impl IntoPart for Part {
    fn into_part(self) -> Part {
        self
    }
}

/// Values of these types are parts that stay as they are.
macro_rules! values {
    ($($it:ident: $type:ty => $value:expr;)*) => {$(
        impl IntoValue for $type {
            fn into_value(self) -> Value {
                let $it = self;
                $value
            }
        }

        impl IntoPart for $type {
            fn into_part(self) -> Part {
                Part::Value(self.into_value())
            }
        }
    )*};
}

values! {
    it: bool => Value::Flag(it);
    it: &'static str => Value::Fixed(it);
    it: String => Value::Text(it);
    it: &String => Value::Text(it.clone());
    it: char => Value::Text(it.to_string());
    it: u32 => Value::Text(it.to_string());
    it: usize => Value::Text(it.to_string());
    it: i64 => Value::Text(it.to_string());
    it: View => Value::Node(it.0);
    it: Value => it;
    it: () => { let () = it; Value::None };
}

impl<T: IntoValue> IntoValue for Option<T> {
    fn into_value(self) -> Value {
        self.map_or(Value::None, T::into_value)
    }
}

impl<T: IntoValue> IntoPart for Option<T> {
    fn into_part(self) -> Part {
        Part::Value(self.into_value())
    }
}

/// Signals of these are parts that are renewed.
macro_rules! signals {
    ($($signal:ident),*) => {$(
        impl<T: IntoValue + Clone + Send + Sync + 'static> IntoPart for $signal<T> {
            fn into_part(self) -> Part {
                Part::Live(Box::new(move || self.get().into_value()))
            }
        }
    )*};
}

signals!(Memo, RwSignal, Signal);

/// Several views in a row.
pub trait CollectView {
    /// All of them as one.
    fn collect_view(self) -> View;
}

impl<I: IntoIterator<Item = V>, V: IntoPart> CollectView for I {
    fn collect_view(self) -> View {
        let root = fragment();
        for it in self {
            live::child(&root, it.into_part());
        }
        View(root)
    }
}

/// What stands between a component's tags, built once.
pub type Children = Box<dyn FnOnce() -> View>;

/// What stands between a component's tags, built as often as it likes.
pub type ChildrenFn = Rc<dyn Fn() -> View>;

/// Its children while a condition holds; they are built anew only when it changes.
#[component]
pub fn Show(
    /// The condition; reactive.
    when: impl Fn() -> bool + Send + Sync + 'static,
    /// What is shown.
    children: ChildrenFn,
) -> View {
    let when = Memo::new(move |_| when());
    View::of(move || when.get().then(|| children()))
}

/// Makes children of a closure; [`view!`](crate::view) calls it.
pub trait ToChildren<F> {
    /// The children.
    fn to_children(build: F) -> Self;
}

impl<F: FnOnce() -> View + 'static> ToChildren<F> for Children {
    fn to_children(build: F) -> Self {
        Box::new(build)
    }
}

impl<F: Fn() -> View + 'static> ToChildren<F> for ChildrenFn {
    fn to_children(build: F) -> Self {
        Rc::new(build)
    }
}
