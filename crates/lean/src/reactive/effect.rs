//! Effects: what is done whenever something changes.

use std::any::Any;
use std::cell::RefCell;
use std::sync::{Arc, PoisonError, RwLock, RwLockWriteGuard, Weak};

use leptos::prelude::Owner;
use leptos::reactive::graph::{
    AnySource, AnySubscriber, ReactiveNode, Source, Subscriber, ToAnySubscriber, WithObserver,
};
use send_wrapper::SendWrapper;

use crate::timing::spawn_local;

/// Runs something when the page has settled, and again whenever a signal read in it changes, until its owner goes.
#[derive(Clone, Copy, Debug)]
pub struct Effect;

impl Effect {
    /// Starts an effect; it is given what its last run returned.
    #[allow(clippy::new_ret_no_self, reason = "as with Leptos; an effect is never held")]
    pub fn new<T: 'static>(mut run: impl FnMut(Option<T>) -> T + 'static) {
        let mut last = None;
        let live = Live::new(Box::new(move || last = Some(run(last.take()))));
        live.mark_dirty();
        keep(Box::new(live));
    }
}

/// Runs something at once, and again whenever a signal read in it changes, until its owner goes.
pub(crate) fn render(run: Box<dyn FnMut()>) {
    let live = Live::new(run);
    live.run();
    keep(Box::new(live));
}

/// Keeps something until the present owner goes; for ever if there is none.
pub(crate) fn keep(it: Box<dyn Any>) {
    if Owner::current().is_none() {
        std::mem::forget(it);
        return;
    }
    // The page has one thread, and whatever is kept came from it.
    let it = SendWrapper::new(it);
    Owner::on_cleanup(move || drop(it));
}

/// A subscriber of the graph that runs something.
///
/// Leptos's own effects ask their sources for news as the present observer, and a source does not tell the observer
/// that it has changed. Where one memo is reckoned from another and an effect reads both, the effect thus misses a
/// change that leaves the first as it was. This one observes only while it runs.
struct Live {
    state: RwLock<State>,
    run: SendWrapper<RefCell<Box<dyn FnMut()>>>,
    owner: Owner,
    this: Weak<Self>,
}

#[derive(Default)]
struct State {
    /// A source has surely changed.
    dirty: bool,
    /// A look at the sources is on its way.
    waiting: bool,
    sources: Vec<AnySource>,
}

impl Live {
    fn new(run: Box<dyn FnMut()>) -> Arc<Self> {
        Arc::new_cyclic(|this| Self {
            state: RwLock::default(),
            run: SendWrapper::new(RefCell::new(run)),
            owner: Owner::new(),
            this: this.clone(),
        })
    }

    fn state(&self) -> RwLockWriteGuard<'_, State> {
        self.state.write().unwrap_or_else(PoisonError::into_inner)
    }

    fn run(&self) {
        self.state().dirty = false;
        self.let_go();
        let subscriber = self.to_any_subscriber();
        self.owner.with_cleanup(|| {
            subscriber.with_observer(|| {
                // An effect that is run from within itself goes on with its first run.
                if let Ok(mut run) = self.run.try_borrow_mut() {
                    run();
                }
            });
        });
    }

    fn let_go(&self) {
        let sources = std::mem::take(&mut self.state().sources);
        let subscriber = self.to_any_subscriber();
        for source in sources {
            source.remove_subscriber(&subscriber);
        }
    }

    /// Looks at the sources when whatever is going on now is done.
    fn look_soon(&self) {
        if !std::mem::replace(&mut self.state().waiting, true) {
            let this = self.this.clone();
            spawn_local(async move {
                if let Some(this) = this.upgrade() {
                    this.state().waiting = false;
                    if this.update_if_necessary() {
                        this.run();
                    }
                }
            });
        }
    }
}

impl Drop for Live {
    fn drop(&mut self) {
        self.let_go();
        self.owner.cleanup();
    }
}

impl ToAnySubscriber for Live {
    fn to_any_subscriber(&self) -> AnySubscriber {
        let this: Weak<dyn Subscriber + Send + Sync> = self.this.clone();
        AnySubscriber(std::ptr::from_ref(self) as usize, this)
    }
}

impl ReactiveNode for Live {
    fn mark_dirty(&self) {
        self.state().dirty = true;
        self.look_soon();
    }

    fn mark_check(&self) {
        self.look_soon();
    }

    fn mark_subscribers_check(&self) {}

    fn update_if_necessary(&self) -> bool {
        let sources = self.state().sources.clone();
        // A source that is brought up to date on behalf of another tells so by marking this dirty.
        self.state().dirty
            || sources.into_iter().any(|source| source.update_if_necessary() || self.state().dirty)
    }
}

impl Subscriber for Live {
    fn add_source(&self, source: AnySource) {
        let mut state = self.state();
        if !state.sources.contains(&source) {
            state.sources.push(source);
        }
    }

    fn clear_sources(&self, _subscriber: &AnySubscriber) {
        self.let_go();
    }
}
