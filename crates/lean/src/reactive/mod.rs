//! Leptos's reactive values with their types erased: the graph knows boxes only, and the types are put on outside.

mod effect;
mod memo;
mod signal;
mod stored;

use std::any::Any;

pub use effect::Effect;
pub(crate) use effect::{keep, render};
pub use memo::Memo;
pub use signal::{RwSignal, Signal};
pub use stored::{Callback, NodeRef, StoredValue};

/// A value in its box.
type Anything = Box<dyn Any + Send + Sync>;

/// Takes a value for what it is: a handle of type `T` only ever keeps a `T`.
fn as_its_type<T: 'static>(it: &dyn Any) -> &T {
    it.downcast_ref().unwrap_or_else(|| lost())
}

/// What happens to whoever reads a value whose owner is gone; code that may do so asks with `try_`.
#[cold]
fn lost() -> ! {
    panic!("a reactive value was used after its owner had gone");
}

/// Handles are small, cheap to copy and say nothing of what they stand for.
macro_rules! handle {
    ($name:ident) => {
        impl<T> Clone for $name<T> {
            fn clone(&self) -> Self {
                *self
            }
        }

        impl<T> Copy for $name<T> {}

        impl<T> std::fmt::Debug for $name<T> {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(stringify!($name))
            }
        }
    };
}

pub(crate) use handle;
