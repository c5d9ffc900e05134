//! A list whose rows keep their elements as long as their key stays.

use std::any::Any;
use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};

use leptos::prelude::{Owner, component, untrack};
use web_sys::Node;

use crate::live::{self, Stretch};
use crate::reactive::render;
use crate::value::{View, fragment};

/// One row for each item, in their order. A row whose key was there before stays as it was built.
#[component]
pub fn For<I, T, K>(
    /// The items; reactive.
    each: impl Fn() -> I + 'static,
    /// What an item is known by. Two items with the same key are two rows.
    key: impl Fn(&T) -> K + 'static,
    /// Builds the row of an item.
    children: impl Fn(T) -> View + 'static,
) -> View
where
    I: IntoIterator<Item = T> + 'static,
    T: 'static,
    K: Eq + Hash + 'static,
{
    let children = std::rc::Rc::new(children);
    let items = move || {
        let item = |it: T| {
            let key = key(&it);
            let mut hasher = DefaultHasher::new();
            key.hash(&mut hasher);
            let children = std::rc::Rc::clone(&children);
            Item { hash: hasher.finish(), key: Box::new(key), build: Box::new(move || children(it)) }
        };
        each().into_iter().map(item).collect()
    };
    list(Box::new(items))
}

/// A key of any type, which equals keys of its own type.
trait Key: Any {
    fn equals(&self, other: &dyn Any) -> bool;
}

impl<K: Eq + 'static> Key for K {
    fn equals(&self, other: &dyn Any) -> bool {
        other.downcast_ref() == Some(self)
    }
}

/// A row to come.
struct Item {
    hash: u64,
    key: Box<dyn Key>,
    build: Box<dyn FnOnce() -> View>,
}

/// A row on the page. Its first and last node are its own for as long as it lives, whatever changes between them.
struct Row {
    hash: u64,
    key: Box<dyn Key>,
    first: Node,
    last: Node,
    owner: Owner,
}

impl Row {
    fn build(item: Item, parent: &Owner) -> Self {
        let owner = parent.with(Owner::new);
        let node = untrack(|| owner.with(item.build)).into_node();
        let whole = fragment();
        live::append(&whole, &node);
        // A row of nothing still has a place.
        if whole.first_child().is_none() {
            live::append(&whole, &leptos::prelude::document().create_text_node(""));
        }
        let first = whole.first_child().unwrap_or_else(|| whole.clone());
        let last = whole.last_child().unwrap_or_else(|| whole.clone());
        Self { hash: item.hash, key: item.key, first, last, owner }
    }

    fn is(&self, item: &Item) -> bool {
        let key: &dyn Any = &*item.key;
        self.hash == item.hash && self.key.equals(key)
    }

    fn each_node(&self, mut act: impl FnMut(&Node)) {
        let mut node = Some(self.first.clone());
        while let Some(it) = node {
            node = (it != self.last).then(|| it.next_sibling()).flatten();
            act(&it);
        }
    }
}

fn list(mut items: Box<dyn FnMut() -> Vec<Item>>) -> View {
    let root = fragment();
    let stretch = Stretch::at_end_of(&root);
    // Rows outlive the runs of the effect, so they belong to whoever owns the list.
    let parent = Owner::current().unwrap_or_default();
    let mut rows: Vec<Row> = Vec::new();
    render(Box::new(move || {
        let mut old: Vec<Option<Row>> = std::mem::take(&mut rows).into_iter().map(Some).collect();
        let mut expected = 0;
        // Rows mostly stay in their order, so the next one is looked for right behind the last one found.
        let mut kept: Vec<Result<Row, Item>> = Vec::new();
        for item in items() {
            let here = |at: &usize| old[*at].as_ref().is_some_and(|row| row.is(&item));
            let found = (expected..old.len()).find(here).or_else(|| (0..expected).find(here));
            kept.push(match found.and_then(|at| Some((at, old[at].take()?))) {
                Some((at, row)) => {
                    expected = at + 1;
                    Ok(row)
                }
                None => Err(item),
            });
        }
        for row in old.into_iter().flatten() {
            row.owner.cleanup();
            row.each_node(live::remove);
        }
        rows = kept.into_iter().map(|it| it.unwrap_or_else(|item| Row::build(item, &parent))).collect();
        let mut next: Option<Node> = None;
        for row in rows.iter().rev() {
            let placed = row.last.next_sibling();
            let right = match &next {
                Some(next) => placed.as_ref() == Some(next),
                None => placed.as_ref() == Some(stretch.end()),
            };
            if !right {
                row.each_node(|node| stretch.insert(node, next.as_ref()));
            }
            next = Some(row.first.clone());
        }
    }));
    View::from(root)
}
