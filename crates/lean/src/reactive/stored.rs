//! Values that tell nobody when they change, with handles to copy.

use std::any::Any;
use std::marker::PhantomData;
use std::ops::DerefMut;
use std::rc::Rc;

use leptos::prelude::{self as graph, LocalStorage, ReadValue, Set, Track, WriteValue};
use wasm_bindgen::JsCast;
use web_sys::Element;

use super::{as_its_type, handle, lost};

type Raw = graph::StoredValue<Box<dyn Any>, LocalStorage>;

/// A value kept until its owner goes; a handle to copy.
pub struct StoredValue<T> {
    raw: Raw,
    of: PhantomData<fn(T) -> T>,
}

handle!(StoredValue);

impl<T: 'static> StoredValue<T> {
    /// Keeps a value until the present owner goes.
    #[must_use]
    pub fn new(value: T) -> Self {
        Self { raw: make(Box::new(value)), of: PhantomData }
    }

    /// Asks something of the value.
    ///
    /// # Panics
    /// When the owner is gone, as all but the `try_` functions do.
    pub fn with_value<U>(self, question: impl FnOnce(&T) -> U) -> U {
        self.try_with_value(question).unwrap_or_else(|| lost())
    }

    /// Asks something of the value, unless its owner is gone.
    pub fn try_with_value<U>(self, question: impl FnOnce(&T) -> U) -> Option<U> {
        let guard = read(self.raw)?;
        Some(question(as_its_type(&**guard)))
    }

    /// A copy of the value.
    #[must_use]
    pub fn get_value(self) -> T
    where
        T: Clone,
    {
        self.with_value(T::clone)
    }

    /// A copy of the value, unless its owner is gone.
    #[must_use]
    pub fn try_get_value(self) -> Option<T>
    where
        T: Clone,
    {
        self.try_with_value(T::clone)
    }

    /// Replaces the value, unless its owner is gone.
    pub fn set_value(self, value: T) {
        self.try_update_value(|it| *it = value);
    }

    /// Changes the value, unless its owner is gone.
    pub fn update_value(self, change: impl FnOnce(&mut T)) {
        self.try_update_value(change);
    }

    /// Changes the value, unless its owner is gone.
    pub fn try_update_value<U>(self, change: impl FnOnce(&mut T) -> U) -> Option<U> {
        let mut guard = write(self.raw)?;
        guard.downcast_mut().map(change)
    }
}

impl<T: Default + 'static> Default for StoredValue<T> {
    fn default() -> Self {
        Self::new(T::default())
    }
}

#[inline(never)]
fn make(value: Box<dyn Any>) -> Raw {
    graph::StoredValue::new_local(value)
}

#[inline(never)]
fn read(raw: Raw) -> Option<<Raw as ReadValue>::Value> {
    raw.try_read_value()
}

#[inline(never)]
fn write(raw: Raw) -> Option<impl DerefMut<Target = Box<dyn Any>> + use<>> {
    raw.try_write_value()
}

/// Something to call, kept until its owner goes; a handle to copy.
pub struct Callback<A, R = ()> {
    call: StoredValue<Rc<dyn Fn(A) -> R>>,
}

impl<A, R> Clone for Callback<A, R> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<A, R> Copy for Callback<A, R> {}

impl<A: 'static, R: 'static> Callback<A, R> {
    /// A callback.
    pub fn new(call: impl Fn(A) -> R + 'static) -> Self {
        Self { call: StoredValue::new(Rc::new(call)) }
    }

    /// Calls it.
    ///
    /// # Panics
    /// When the owner is gone.
    pub fn run(self, argument: A) -> R {
        (self.call.get_value())(argument)
    }
}

impl<F: Fn(A) -> R + 'static, A: 'static, R: 'static> From<F> for Callback<A, R> {
    fn from(call: F) -> Self {
        Self::new(call)
    }
}

/// The element of a view that names this as its `node_ref`, once it is built; a handle to copy.
pub struct NodeRef<E> {
    raw: graph::RwSignal<Option<Element>, LocalStorage>,
    of: PhantomData<fn() -> E>,
}

handle!(NodeRef);

impl<E: JsCast> NodeRef<E> {
    /// A reference to no element yet.
    #[must_use]
    pub fn new() -> Self {
        Self { raw: graph::RwSignal::new_local(None), of: PhantomData }
    }

    /// The element; told when it is built.
    #[must_use]
    pub fn get(self) -> Option<E> {
        graph::Get::try_get(&self.raw).flatten().map(JsCast::unchecked_into)
    }

    /// The element as it is now.
    #[must_use]
    pub fn get_untracked(self) -> Option<E> {
        graph::GetUntracked::try_get_untracked(&self.raw).flatten().map(JsCast::unchecked_into)
    }

    /// Is told when it is built.
    pub fn track(self) {
        self.raw.track();
    }

    pub(crate) fn fill(self, element: Element) {
        self.raw.set(Some(element));
    }
}

impl<E: JsCast> Default for NodeRef<E> {
    fn default() -> Self {
        Self::new()
    }
}
