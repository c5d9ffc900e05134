//! Effects: what is done whenever something changes.

use std::any::Any;

use leptos::prelude::{self as graph, RenderEffect};

/// Runs something when the page has settled, and again whenever a signal read in it changes, until its owner goes.
#[derive(Clone, Copy, Debug)]
pub struct Effect;

impl Effect {
    /// Starts an effect; it is given what its last run returned.
    #[allow(clippy::new_ret_no_self, reason = "as with Leptos; an effect is never held")]
    pub fn new<T: 'static>(mut run: impl FnMut(Option<T>) -> T + 'static) {
        let mut last = None;
        start(Box::new(move || last = Some(run(last.take()))));
    }
}

#[inline(never)]
fn start(mut run: Box<dyn FnMut()>) {
    graph::Effect::new(move |_: Option<()>| run());
}

/// Runs something at once, and again whenever a signal read in it changes, until its owner goes.
pub(crate) fn render(mut run: Box<dyn FnMut()>) {
    keep(Box::new(RenderEffect::new(move |_: Option<()>| run())));
}

/// Keeps something until the present owner goes.
pub(crate) fn keep(it: Box<dyn Any>) {
    graph::StoredValue::new_local(it);
}
