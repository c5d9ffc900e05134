//! Signals: values that tell whoever read them when they change.

use std::any::Any;
use std::marker::PhantomData;
use std::rc::Rc;

use leptos::prelude::{self as graph, LocalStorage, Read, ReadUntracked, Set, Track, Update};

use super::{Anything, Memo, as_its_type, handle, lost};

/// A value that can be read and written; a handle to copy.
pub struct RwSignal<T> {
    raw: graph::RwSignal<Anything>,
    of: PhantomData<fn(T) -> T>,
}

handle!(RwSignal);

impl<T: Send + Sync + 'static> RwSignal<T> {
    /// A signal that goes with the present owner.
    #[must_use]
    pub fn new(value: T) -> Self {
        Self { raw: make(Box::new(value)), of: PhantomData }
    }

    /// Asks something of the value, and is told when it changes.
    ///
    /// # Panics
    /// When the owner is gone, as all but the `try_` functions do.
    pub fn with<U>(self, question: impl FnOnce(&T) -> U) -> U {
        question(as_its_type(&**read(self.raw).unwrap_or_else(|| lost())))
    }

    /// Asks something of the value as it is now.
    pub fn with_untracked<U>(self, question: impl FnOnce(&T) -> U) -> U {
        self.try_with_untracked(question).unwrap_or_else(|| lost())
    }

    /// Asks something of the value as it is now, unless its owner is gone.
    pub fn try_with_untracked<U>(self, question: impl FnOnce(&T) -> U) -> Option<U> {
        Some(question(as_its_type(&**peek(self.raw)?)))
    }

    /// A copy of the value; told when it changes.
    #[must_use]
    pub fn get(self) -> T
    where
        T: Clone,
    {
        self.with(T::clone)
    }

    /// A copy of the value as it is now.
    #[must_use]
    pub fn get_untracked(self) -> T
    where
        T: Clone,
    {
        self.with_untracked(T::clone)
    }

    /// A copy of the value as it is now, unless its owner is gone.
    #[must_use]
    pub fn try_get_untracked(self) -> Option<T>
    where
        T: Clone,
    {
        self.try_with_untracked(T::clone)
    }

    /// Is told when it changes.
    pub fn track(self) {
        self.raw.track();
    }

    /// Replaces the value and tells so.
    pub fn set(self, value: T) {
        put(self.raw, Box::new(value));
    }

    /// Replaces the value; gives it back if the owner is gone.
    pub fn try_set(self, value: T) -> Option<T> {
        let mut value = Some(value);
        self.try_update(|it| value.take().map(|value| *it = value));
        value
    }

    /// Changes the value and tells so.
    pub fn update(self, change: impl FnOnce(&mut T)) {
        self.try_update(change).unwrap_or_else(|| lost());
    }

    /// Changes the value and tells so, unless its owner is gone.
    pub fn try_update<U>(self, change: impl FnOnce(&mut T) -> U) -> Option<U> {
        change_with(self.raw, true, change)
    }

    /// Changes the value and tells nobody.
    pub fn update_untracked<U>(self, change: impl FnOnce(&mut T) -> U) -> U {
        change_with(self.raw, false, change).unwrap_or_else(|| lost())
    }
}

fn change_with<T: 'static, U>(
    raw: graph::RwSignal<Anything>,
    tell: bool,
    change: impl FnOnce(&mut T) -> U,
) -> Option<U> {
    let mut change = Some(change);
    let mut outcome = None;
    write(raw, tell, &mut |value| {
        outcome = value.downcast_mut().zip(change.take()).map(|(value, change)| change(value));
    });
    outcome
}

impl<T: Default + Send + Sync + 'static> Default for RwSignal<T> {
    fn default() -> Self {
        Self::new(T::default())
    }
}

// One function each, whatever the value.

#[inline(never)]
fn make(value: Anything) -> graph::RwSignal<Anything> {
    graph::RwSignal::new(value)
}

type Reading = <graph::RwSignal<Anything> as Read>::Value;
type Peeking = <graph::RwSignal<Anything> as ReadUntracked>::Value;

#[inline(never)]
fn read(raw: graph::RwSignal<Anything>) -> Option<Reading> {
    raw.try_read()
}

#[inline(never)]
fn peek(raw: graph::RwSignal<Anything>) -> Option<Peeking> {
    raw.try_read_untracked()
}

#[inline(never)]
fn write(raw: graph::RwSignal<Anything>, tell: bool, change: &mut dyn FnMut(&mut dyn Any)) {
    raw.try_maybe_update(|value| (tell, change(&mut **value)));
}

#[inline(never)]
fn put(raw: graph::RwSignal<Anything>, value: Anything) {
    raw.set(value);
}

/// Something to read whose kind does not matter: a signal, a memo or a closure; a handle to copy.
pub struct Signal<T> {
    raw: graph::StoredValue<Rc<dyn Fn() -> Box<dyn Any>>, LocalStorage>,
    of: PhantomData<fn() -> T>,
}

handle!(Signal);

impl<T: 'static> Signal<T> {
    /// A signal that is reckoned anew each time it is read.
    pub fn derive(reckon: impl Fn() -> T + 'static) -> Self {
        let reckon: Rc<dyn Fn() -> Box<dyn Any>> = Rc::new(move || Box::new(reckon()));
        Self { raw: graph::StoredValue::new_local(reckon), of: PhantomData }
    }

    /// The value; told when it changes.
    ///
    /// # Panics
    /// When the owner is gone.
    #[must_use]
    pub fn get(self) -> T {
        *reckon(self.raw).downcast().unwrap_or_else(|_| lost())
    }

    /// The value as it is now.
    #[must_use]
    pub fn get_untracked(self) -> T {
        *graph::untrack(|| reckon(self.raw)).downcast().unwrap_or_else(|_| lost())
    }

    /// Asks something of the value, and is told when it changes.
    pub fn with<U>(self, question: impl FnOnce(&T) -> U) -> U {
        question(&self.get())
    }

    /// Is told when it changes.
    pub fn track(self) {
        reckon(self.raw);
    }
}

#[inline(never)]
fn reckon(raw: graph::StoredValue<Rc<dyn Fn() -> Box<dyn Any>>, LocalStorage>) -> Box<dyn Any> {
    let reckon = graph::GetValue::try_get_value(&raw).unwrap_or_else(|| lost());
    reckon()
}

impl<T: Default + 'static> Default for Signal<T> {
    fn default() -> Self {
        Self::derive(T::default)
    }
}

impl<T: Clone + Send + Sync + 'static> From<RwSignal<T>> for Signal<T> {
    fn from(it: RwSignal<T>) -> Self {
        Self::derive(move || it.get())
    }
}

impl<T: Clone + Send + Sync + 'static> From<Memo<T>> for Signal<T> {
    fn from(it: Memo<T>) -> Self {
        Self::derive(move || it.get())
    }
}
