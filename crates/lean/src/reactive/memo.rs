//! Memos: values reckoned from others, that tell of a change only when they came out different.

use std::any::Any;
use std::marker::PhantomData;

use leptos::prelude::{self as graph, Read, ReadUntracked};

use super::{as_its_type, handle, lost};

/// A value of any type that can be compared with others of its type.
trait Kept: Any + Send + Sync {
    fn equals(&self, other: &dyn Any) -> bool;
}

impl<T: PartialEq + Send + Sync + 'static> Kept for T {
    fn equals(&self, other: &dyn Any) -> bool {
        other.downcast_ref() == Some(self)
    }
}

struct Outcome(Box<dyn Kept>);

impl Outcome {
    fn get<T: 'static>(&self) -> &T {
        let it: &dyn Any = &*self.0;
        as_its_type(it)
    }
}

impl PartialEq for Outcome {
    fn eq(&self, other: &Self) -> bool {
        self.0.equals(&*other.0)
    }
}

/// A value reckoned from others, once for each change of theirs; a handle to copy.
pub struct Memo<T> {
    raw: graph::Memo<Outcome>,
    of: PhantomData<fn() -> T>,
}

handle!(Memo);

impl<T: PartialEq + Send + Sync + 'static> Memo<T> {
    /// A memo; `reckon` is given what came out before.
    #[must_use]
    pub fn new(reckon: impl Fn(Option<&T>) -> T + Send + Sync + 'static) -> Self {
        let reckon = Box::new(move |before: Option<&Outcome>| {
            Outcome(Box::new(reckon(before.map(Outcome::get::<T>))))
        });
        Self { raw: make(reckon), of: PhantomData }
    }
}

impl<T: Send + Sync + 'static> Memo<T> {
    /// Asks something of the value, and is told when it changes.
    ///
    /// # Panics
    /// When the owner is gone.
    pub fn with<U>(self, question: impl FnOnce(&T) -> U) -> U {
        question(read(self.raw).unwrap_or_else(|| lost()).get())
    }

    /// Asks something of the value as it is now.
    pub fn with_untracked<U>(self, question: impl FnOnce(&T) -> U) -> U {
        question(peek(self.raw).unwrap_or_else(|| lost()).get())
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
}

type Reckon = Box<dyn Fn(Option<&Outcome>) -> Outcome + Send + Sync>;
type Reading = <graph::Memo<Outcome> as Read>::Value;
type Peeking = <graph::Memo<Outcome> as ReadUntracked>::Value;

#[inline(never)]
fn make(reckon: Reckon) -> graph::Memo<Outcome> {
    graph::Memo::new(reckon)
}

#[inline(never)]
fn read(raw: graph::Memo<Outcome>) -> Option<Reading> {
    raw.try_read()
}

#[inline(never)]
fn peek(raw: graph::Memo<Outcome>) -> Option<Peeking> {
    raw.try_read_untracked()
}
