//! A lean face of Leptos.
//!
//! Leptos keeps a type for everything: each element of a view, each signal's value, each closure. The compiler writes
//! the code for a type once for each, and that is most of what a large page of many parts weighs. Here the same
//! things have one type each: a [`View`] is a node, an [`RwSignal`] keeps its value in a box, a closure is boxed where
//! it enters. Components, owners, effects, context and the reactive graph are Leptos's own.
//!
//! Pages import the [`prelude`] in place of Leptos's and are written as for Leptos. What differs:
//!
//! - a component returns a [`View`]; there is no `impl IntoView` and nothing to erase;
//! - nodes are built at once, when the expression is evaluated, and a closure in a view builds its nodes anew each time
//!   it runs: what it need not run for is kept out of it by a [`Memo`](reactive::Memo).

// Leptos's component macro writes public, undocumented prop structs that these two lints cannot see past.
#![allow(unreachable_pub, missing_docs)]

pub mod list;
mod live;
pub mod prelude;
pub mod reactive;
mod template;
pub mod timing;
mod value;

pub use live::{listener, reference};
pub use milkrun_lean_macro::view;
pub use template::build;
pub use value::{
    Children, ChildrenFn, CollectView, IntoPart, IntoValue, Part, Show, ToChildren, Value, View, part,
};
