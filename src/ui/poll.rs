//! Reading something again and again while somebody looks at it: whenever the server says that it changed, and by
//! the clock while it cannot be heard.

use std::future::Future;
use std::rc::Rc;
use std::time::Duration;

use milkrun_lean::prelude::*;

use super::live::Live;

/// How often pages that follow the outside world read it again while they hear of no changes.
pub const OFTEN: Duration = Duration::from_secs(5);
/// Every so many of these turns they read it although they would have heard: a connection may be dead without a word.
const SELDOM: u32 = 12;
/// How long changes that come together are gathered.
const GATHER: Duration = Duration::from_millis(100);

/// A reading that repeats until its owner goes. A handle to copy.
#[derive(Clone, Copy)]
pub struct Poll {
    busy: StoredValue<bool>,
    again: StoredValue<bool>,
    read: Callback<()>,
}

impl Poll {
    /// Reads at once, whenever something of this kind changes, and `every` so often while changes are not heard;
    /// never twice at the same time, and never in a hidden tab, which reads again when it is shown.
    pub fn start<F, Fut>(every: Duration, kind: &'static str, read: F) -> Self
    where
        F: Fn() -> Fut + Send + Sync + 'static,
        Fut: Future<Output = ()> + 'static,
    {
        let busy = StoredValue::new(false);
        let again = StoredValue::new(false);
        let read = Rc::new(read);
        let read = Callback::new(move |()| {
            let read = Rc::clone(&read);
            spawn_local(async move {
                loop {
                    read().await;
                    // What was asked for meanwhile may have been missed by this reading.
                    if again.try_update_value(std::mem::take) != Some(true) {
                        break;
                    }
                }
                busy.set_value(false);
            });
        });
        let this = Self { busy, again, read };
        this.now();
        let live = use_context::<Live>();
        if let Some(live) = live {
            this.follow(live, kind);
        }
        let turns = StoredValue::new(0_u32);
        let timer = set_interval_with_handle(
            move || {
                let turn = turns.try_update_value(|it| {
                    *it = (*it + 1) % SELDOM;
                    *it
                });
                let heard = live.is_some_and(Live::is_up_untracked);
                if !document().hidden() && (!heard || turn == Some(0)) {
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

    /// Reads at each change of a kind, and when the stream comes up, because nobody knows what was missed before.
    fn follow(self, live: Live, kind: &'static str) {
        let gathering = StoredValue::new(false);
        live.listen(
            kind,
            Callback::new(move |()| {
                if gathering.try_update_value(|it| std::mem::replace(it, true)) == Some(false) {
                    set_timeout(
                        move || {
                            gathering.set_value(false);
                            self.now();
                        },
                        GATHER,
                    );
                }
            }),
        );
        Effect::new(move |before: Option<bool>| {
            let up = live.is_up();
            if up && before == Some(false) {
                self.now();
            }
            up
        });
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
