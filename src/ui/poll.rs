//! Reading something again and again while somebody looks at it.

use std::future::Future;
use std::time::Duration;

use milkrun_lean::prelude::*;

/// How often pages that follow the outside world read it again.
pub const OFTEN: Duration = Duration::from_secs(5);

/// A reading that repeats until its owner goes. A handle to copy.
#[derive(Clone, Copy)]
pub struct Poll {
    busy: StoredValue<bool>,
    again: StoredValue<bool>,
    read: Callback<()>,
}

impl Poll {
    /// Reads at once and then `every` so often; never twice at the same time, and never in a hidden tab, which
    /// reads again when it is shown.
    pub fn start<F, Fut>(every: Duration, read: F) -> Self
    where
        F: Fn() -> Fut + Send + Sync + 'static,
        Fut: Future<Output = ()> + 'static,
    {
        let busy = StoredValue::new(false);
        let again = StoredValue::new(false);
        let read = Callback::new(move |()| {
            let reading = read();
            spawn_local(async move {
                reading.await;
                busy.set_value(false);
            });
        });
        let this = Self { busy, again, read };
        this.now();
        let timer = set_interval_with_handle(
            move || {
                if !document().hidden() {
                    this.tick();
                }
            },
            every,
        );
        window_event_listener("visibilitychange", move |_: web_sys::Event| {
            if !document().hidden() {
                this.tick();
            }
        });
        on_cleanup(move || {
            if let Ok(timer) = timer {
                timer.clear();
            }
        });
        this
    }

    /// Reads now, or right after the reading that is under way, which may have missed what has just changed.
    pub fn now(self) {
        if self.busy.try_get_value() == Some(true) {
            self.again.set_value(true);
        } else {
            self.tick();
        }
    }

    fn tick(self) {
        if self.busy.try_get_value() == Some(false) {
            self.busy.set_value(true);
            self.read.run(());
        }
    }
}
